#include "ocr/threshold.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "ocr/morphology.h"
#include "ocr/vector_clones.h"

namespace attest {
namespace {

// pixBackgroundNormSimple's own numbers.
constexpr int kTileWidth = 10, kTileHeight = 15;
constexpr int kSurelyInk = 60;             // darker pixels and those near them are no ground
constexpr int kNearInk = 7;                // side of the square of pixels that are near
constexpr int kLeastGround = 40;           // pixels of a tile that must be ground
constexpr int kGround = 200;               // level that the ground gets
constexpr int kSmoothX = 2, kSmoothY = 1;  // tiles to either side that are averaged
constexpr int kUnit = 256;                 // of the factors that even out a tile

constexpr int kWordBits = 32;  // of Leptonica's rows; the highest bit is the leftmost pixel

// Eight bytes of 0 or 1 to eight bits, the first byte's highest: each factor of the product moves one byte's
// bit to its place in the top byte.
std::uint32_t packed(const std::uint8_t* bytes) {
  static_assert(std::endian::native == std::endian::little, "the first byte must be the lowest");
  std::uint64_t eight;
  std::memcpy(&eight, bytes, sizeof eight);
  return static_cast<std::uint32_t>(eight * 0x8040201008040201u >> 56);
}

ATTEST_VECTOR_CLONES void mark_below(const std::uint8_t* __restrict row,
                                     const std::uint8_t* __restrict limits, int width,
                                     std::uint8_t* __restrict below) {
  for (int x = 0; x < width; ++x) below[x] = row[x] < limits[x];
}

bool is_grey(const Image& image) {
  return image.channels == 1 && image.width > 0 && image.height > 0 &&
         image.pixels.size() >= static_cast<std::size_t>(image.width) * image.height;
}

// `limits_of(y)` gives the limits of a row, one a pixel.
template <typename LimitsOf>
PixPtr ink_under(const Image& grey, LimitsOf limits_of) {
  PixPtr pix(pixCreateNoInit(grey.width, grey.height, 1));
  if (!pix) return pix;
  const int words = pixGetWpl(pix.get());
  std::vector<std::uint8_t> scratch(static_cast<std::size_t>(words) * kWordBits, 0);
  for (int y = 0; y < grey.height; ++y) {
    mark_below(grey.row(y), limits_of(y), grey.width, scratch.data());
    pack_bits(scratch.data(), words, pixGetData(pix.get()) + static_cast<std::ptrdiff_t>(y) * words);
  }
  const int dpi = static_cast<int>(std::lround(grey.dpi));
  pixSetResolution(pix.get(), dpi, dpi);
  return pix;
}

// --- ground ---

// Eight bytes of 255 for clear bits and 0 for set ones, for each byte of a mask.
constexpr std::array<std::array<std::uint8_t, 8>, 256> kClear = [] {
  std::array<std::array<std::uint8_t, 8>, 256> table{};
  for (int mask = 0; mask < 256; ++mask) {
    for (int bit = 0; bit < 8; ++bit) table[mask][bit] = (mask >> (7 - bit) & 1) != 0 ? 0 : 255;
  }
  return table;
}();

// Sums over the ground pixels of each column of a row of tiles.
class ColumnSums {
 public:
  explicit ColumnSums(int width)
      : keep_(static_cast<std::size_t>(width) + kWordBits), sum_(width), count_(width) {}
  void clear() {
    std::fill(sum_.begin(), sum_.end(), 0);
    std::fill(count_.begin(), count_.end(), 0);
  }
  void add(const std::uint8_t* __restrict row, const l_uint32* near_ink) {
    const int width = static_cast<int>(sum_.size());
    for (int x = 0; x < width; x += 8) {
      const l_uint32 mask = near_ink[x / kWordBits] >> (kWordBits - 8 - x % kWordBits) & 255;
      std::memcpy(&keep_[x], kClear[mask].data(), 8);
    }
    const std::uint8_t* __restrict keep = keep_.data();
    std::uint16_t* __restrict sum = sum_.data();
    std::uint16_t* __restrict count = count_.data();
    for (int x = 0; x < width; ++x) {
      sum[x] = static_cast<std::uint16_t>(sum[x] + (row[x] & keep[x]));
      count[x] = static_cast<std::uint16_t>(count[x] + (keep[x] & 1));
    }
  }
  // The mean over columns [from, from + kTileWidth); 0 where there is too little ground.
  int mean(int from) const {
    int sum = 0, count = 0;
    for (int x = from; x < from + kTileWidth; ++x) sum += sum_[x], count += count_[x];
    return count >= kLeastGround ? sum / count : 0;
  }

 private:
  std::vector<std::uint8_t> keep_;
  std::vector<std::uint16_t> sum_, count_;
};

// The ground's level in each tile as an image with a pixel a tile; null where no tile shows ground.
PixPtr ground_map(const Image& grey) {
  const PixPtr ink = ink_below(grey, kSurelyInk);
  const PixPtr near_ink = dilated(ink.get(), kNearInk, kNearInk);
  const int columns = grey.width / kTileWidth, rows = grey.height / kTileHeight;
  PixPtr map(pixCreate((grey.width + kTileWidth - 1) / kTileWidth,
                       (grey.height + kTileHeight - 1) / kTileHeight, 8));
  if (!near_ink || !map) return nullptr;
  ColumnSums sums(grey.width);
  for (int ty = 0; ty < rows; ++ty) {
    sums.clear();
    for (int y = ty * kTileHeight; y < (ty + 1) * kTileHeight; ++y) {
      sums.add(grey.row(y),
               pixGetData(near_ink.get()) + static_cast<std::ptrdiff_t>(y) * pixGetWpl(near_ink.get()));
    }
    l_uint32* line = pixGetData(map.get()) + static_cast<std::ptrdiff_t>(ty) * pixGetWpl(map.get());
    for (int tx = 0; tx < columns; ++tx) SET_DATA_BYTE(line, tx, sums.mean(tx * kTileWidth));
  }
  if (pixFillMapHoles(map.get(), columns, rows, L_FILL_BLACK) != 0) return nullptr;
  return map;
}

// Grey levels below which each pixel of a row is ink, from the factors of its tiles.
void set_limits(PIX* factors, int tile_row, int level, std::span<std::uint8_t> limits) {
  const l_uint32* line = pixGetData(factors) + static_cast<std::ptrdiff_t>(tile_row) * pixGetWpl(factors);
  for (std::size_t x = 0; x < limits.size(); ++x) {
    // value · factor / 256 < level, in whole numbers
    const int factor = GET_DATA_TWO_BYTES(line, x / kTileWidth);
    limits[x] = static_cast<std::uint8_t>(std::min(255, (level * kUnit + factor - 1) / std::max(1, factor)));
  }
}

}  // namespace

void pack_bits(const std::uint8_t* bytes, int words, l_uint32* row) {
  for (int i = 0; i < words; ++i, bytes += kWordBits)
    row[i] = packed(bytes) << 24 | packed(bytes + 8) << 16 | packed(bytes + 16) << 8 | packed(bytes + 24);
}

PixPtr ink_below(const Image& grey, int level) {
  if (!is_grey(grey)) return nullptr;
  const std::vector<std::uint8_t> limits(grey.width, static_cast<std::uint8_t>(std::clamp(level, 0, 255)));
  return ink_under(grey, [&](int) { return limits.data(); });
}

PixPtr ink_below(PIX* grey, int level) {
  return grey == nullptr || pixGetDepth(grey) != 8 ? nullptr : ink_below(to_image(grey), level);
}

PixPtr ink_on_even_ground(const Image& grey, int level) {
  if (!is_grey(grey)) return nullptr;
  const PixPtr map = ground_map(grey);
  const PixPtr factors(map ? pixGetInvBackgroundMap(map.get(), kGround, kSmoothX, kSmoothY) : nullptr);
  if (!factors) return ink_below(grey, level);
  std::vector<std::uint8_t> limits(grey.width);
  return ink_under(grey, [&](int y) {
    if (y % kTileHeight == 0) set_limits(factors.get(), y / kTileHeight, level, limits);
    return limits.data();
  });
}

}  // namespace attest
