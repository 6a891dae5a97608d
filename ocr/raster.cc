#include "ocr/raster.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <mutex>

#include "ocr/threshold.h"

namespace attest {
namespace {

constexpr double kPointsAnInch = 72;

// A rendering has paper of one level and grey only at the edges of its ink; whatever came through a lens or
// JPEG has plenty of nearly white pixels.
constexpr double kWhiteShare = 0.70;
constexpr int kWhiteLevel = 250, kNearlyWhiteLevel = 240;
constexpr double kNearlyWhiteShare = 0.007;

// Ink thresholds. Of a rendering: high, so that the grey of a hairline (a box of 0.4 points) still is ink. Of
// a scan with white paper: half way up the blurred edge of a stroke. Of an evened-out picture (paper at 200):
// the same.
constexpr int kRenderedThreshold = 205;
constexpr int kScannedThreshold = 165;
constexpr int kEvenedThreshold = 140;

struct Paper {
  double white = 0;         // share of pixels at kWhiteLevel and above
  double pure = 0;          // … at 255
  double nearly_white = 0;  // … from kNearlyWhiteLevel to 254
};

// From every third row and every other pixel of it.
Paper paper_of(const Image& grey) {
  std::int64_t all = 0, white = 0, pure = 0, nearly = 0;
  for (int y = 0; y < grey.height; y += 3) {
    const std::uint8_t* row = grey.row(y);
    int white_here = 0, pure_here = 0, nearly_here = 0;
    for (int x = 0; x < grey.width; x += 2) {
      white_here += row[x] >= kWhiteLevel;
      pure_here += row[x] == 255;
      nearly_here += row[x] >= kNearlyWhiteLevel;
    }
    all += (grey.width + 1) / 2;
    white += white_here, pure += pure_here, nearly += nearly_here - pure_here;
  }
  const auto share = [all](std::int64_t n) {
    return all == 0 ? 0 : static_cast<double>(n) / static_cast<double>(all);
  };
  return {share(white), share(pure), share(nearly)};
}

// Leptonica's words have the leftmost of four pixels in their highest byte.
l_uint32 word_of(const std::uint8_t* four) {
  return l_uint32{four[0]} << 24 | l_uint32{four[1]} << 16 | l_uint32{four[2]} << 8 | four[3];
}
void set_bytes(l_uint32 word, std::uint8_t* four) {
  four[0] = static_cast<std::uint8_t>(word >> 24);
  four[1] = static_cast<std::uint8_t>(word >> 16);
  four[2] = static_cast<std::uint8_t>(word >> 8);
  four[3] = static_cast<std::uint8_t>(word);
}

}  // namespace

PixelBox clipped(const PixelBox& box, int width, int height) {
  const int x0 = std::clamp(box.x, 0, width), y0 = std::clamp(box.y, 0, height);
  const int x1 = std::clamp(box.right(), 0, width), y1 = std::clamp(box.bottom(), 0, height);
  return {x0, y0, std::max(0, x1 - x0), std::max(0, y1 - y0)};
}

PixelBox grown(const PixelBox& box, int by) {
  return {box.x - by, box.y - by, box.w + 2 * by, box.h + 2 * by};
}

Box to_points(const PixelBox& box, double dpi) {
  const double scale = kPointsAnInch / dpi;
  return {box.x * scale, box.y * scale, box.w * scale, box.h * scale};
}

PixelBox to_pixels(const Box& box, double dpi) {
  const double scale = dpi / kPointsAnInch;
  const int x = static_cast<int>(std::floor(box.left * scale)),
            y = static_cast<int>(std::floor(box.top * scale));
  return {x, y, static_cast<int>(std::ceil(box.right() * scale)) - x,
          static_cast<int>(std::ceil(box.bottom() * scale)) - y};
}

PixPtr to_pix(const Image& image) {
  if (image.empty() || image.width <= 0 || image.height <= 0) return nullptr;
  const std::size_t needed = static_cast<std::size_t>(image.width) * image.height * image.channels;
  if ((image.channels != 1 && image.channels != 3) || image.pixels.size() < needed) return nullptr;
  PixPtr pix(pixCreateNoInit(image.width, image.height, image.channels == 1 ? 8 : 32));
  if (!pix) return nullptr;
  l_uint32* data = pixGetData(pix.get());
  const int wpl = pixGetWpl(pix.get());
  for (int y = 0; y < image.height; ++y) {
    l_uint32* line = data + static_cast<std::ptrdiff_t>(y) * wpl;
    const std::uint8_t* row = image.row(y);
    if (image.channels == 1) {
      line[wpl - 1] = 0;
      for (int k = 0; k < image.width / 4; ++k) line[k] = word_of(row + 4 * k);
      for (int x = image.width & ~3; x < image.width; ++x) SET_DATA_BYTE(line, x, row[x]);
    } else {
      for (int x = 0; x < image.width; ++x)
        composeRGBPixel(row[3 * x], row[3 * x + 1], row[3 * x + 2], line + x);
    }
  }
  const int dpi = static_cast<int>(std::lround(image.dpi));
  pixSetResolution(pix.get(), dpi, dpi);
  return pix;
}

Image to_image(PIX* pix) {
  Image image;
  if (pix == nullptr) return image;
  const int depth = pixGetDepth(pix);
  if (depth != 1 && depth != 8 && depth != 32) return image;
  image.width = pixGetWidth(pix);
  image.height = pixGetHeight(pix);
  image.channels = depth == 32 ? 3 : 1;
  image.dpi = pixGetXRes(pix);
  image.pixels.resize(static_cast<std::size_t>(image.width) * image.height * image.channels);
  const int wpl = pixGetWpl(pix);
  for (int y = 0; y < image.height; ++y) {
    l_uint32* line = pixGetData(pix) + static_cast<std::ptrdiff_t>(y) * wpl;
    std::uint8_t* row = image.row(y);
    if (depth == 8) {
      for (int k = 0; k < image.width / 4; ++k) set_bytes(line[k], row + 4 * k);
      for (int x = image.width & ~3; x < image.width; ++x)
        row[x] = static_cast<std::uint8_t>(GET_DATA_BYTE(line, x));
      continue;
    }
    for (int x = 0; x < image.width; ++x) {
      if (depth == 1) {
        row[x] = GET_DATA_BIT(line, x) ? 0 : 255;
      } else {
        l_int32 r = 0, g = 0, b = 0;
        extractRGBValues(line[x], &r, &g, &b);
        row[3 * x] = static_cast<std::uint8_t>(r);
        row[3 * x + 1] = static_cast<std::uint8_t>(g);
        row[3 * x + 2] = static_cast<std::uint8_t>(b);
      }
    }
  }
  return image;
}

PixPtr to_grey(const Image& image) {
  PixPtr pix = to_pix(image);
  return image.channels == 1 ? std::move(pix) : to_grey(pix.get());
}

PixPtr to_grey(PIX* pix) {
  if (pix == nullptr) return nullptr;
  return PixPtr(pixConvertTo8(pix, FALSE));
}

PixPtr binarize(const Image& grey) {
  if (grey.channels != 1) return nullptr;
  const Paper paper = paper_of(grey);
  if (paper.pure >= kWhiteShare && paper.nearly_white <= kNearlyWhiteShare)
    return ink_below(grey, kRenderedThreshold);
  if (paper.white >= kWhiteShare) return ink_below(grey, kScannedThreshold);
  return ink_on_even_ground(grey, kEvenedThreshold);
}

PixPtr binarize(PIX* grey, double) {
  return grey == nullptr || pixGetDepth(grey) != 8 ? nullptr : binarize(to_image(grey));
}

void quiet_leptonica() {
  static std::once_flag once;
  std::call_once(once, [] { setMsgSeverity(L_SEVERITY_NONE); });
}

int ink_in(PIX* binary, const PixelBox& box) {
  constexpr int kWordBits = 32;
  const PixelBox b = clipped(box, pixGetWidth(binary), pixGetHeight(binary));
  if (b.empty()) return 0;
  const int first = b.x / kWordBits, last = (b.right() - 1) / kWordBits;
  const l_uint32 head = ~0u >> (b.x % kWordBits), tail = ~0u << (kWordBits - 1 - (b.right() - 1) % kWordBits);
  int n = 0;
  for (int y = b.y; y < b.bottom(); ++y) {
    const l_uint32* line = pixGetData(binary) + static_cast<std::ptrdiff_t>(y) * pixGetWpl(binary);
    for (int i = first; i <= last; ++i)
      n += std::popcount(line[i] & (i == first ? head : ~0u) & (i == last ? tail : ~0u));
  }
  return n;
}

}  // namespace attest
