#include "ocr/lstm/line_image.h"

#include <leptonica/allheaders.h>

#include <algorithm>
#include <array>
#include <memory>

#include "ocr/lstm/functions.h"

namespace attest::lstm {
namespace {

constexpr int kMaxWidth = 24'000;  // network pixels, 8,000 columns; an A4 line at 48 pixels has 3,000

struct PixDeleter {
  void operator()(PIX* p) const { pixDestroy(&p); }
};
using Pix = std::unique_ptr<PIX, PixDeleter>;

Pix to_pix(const Image& image) {
  Pix pix(pixCreateNoInit(image.width, image.height, 8));
  for (int y = 0; y < image.height; ++y) {
    l_uint32* line = pixGetData(pix.get()) + static_cast<std::ptrdiff_t>(pixGetWpl(pix.get())) * y;
    const std::uint8_t* from = image.row(y);
    for (int x = 0; x < image.width; ++x) SET_DATA_BYTE(line, x, from[x * image.channels]);
  }
  return pix;
}

// The value under which `share` of the counts lie, interpolated inside its bucket.
double quantile(const std::array<int, 257>& counts, int total, double share) {
  const double target = std::clamp(share * total, 1.0, static_cast<double>(total));
  int sum = 0, index = 0;
  while (index <= 256 && sum < target) sum += counts[index++];
  return index == 0 ? 0 : index - (sum - target) / counts[index - 1];
}

struct Contrast {
  float black = 0, half_range = 1;
};

// Local minima of the middle row are samples of ink, local maxima of paper.
Contrast contrast_of(PIX* pix) {
  std::array<int, 257> dark{}, light{};
  int darks = 0, lights = 0;
  const int width = pixGetWidth(pix), y = pixGetHeight(pix) / 2;
  const l_uint32* line = pixGetData(pix) + static_cast<std::ptrdiff_t>(pixGetWpl(pix)) * y;
  for (int x = 1; x + 1 < width; ++x) {
    const int before = GET_DATA_BYTE(line, x - 1), here = GET_DATA_BYTE(line, x),
              after = GET_DATA_BYTE(line, x + 1);
    if ((here < before && here <= after) || (here <= before && here < after)) ++dark[here], ++darks;
    if ((here > before && here >= after) || (here >= before && here > after)) ++light[here], ++lights;
  }
  if (darks == 0) ++dark[0], ++darks;
  if (lights == 0) ++light[255], ++lights;
  const auto black = static_cast<float>(quantile(dark, darks, 0.25));
  const auto white = static_cast<float>(quantile(light, lights, 0.75));
  const float half = (white - black) / 2.0F;
  return {black, half <= 0 ? 1.0F : half};
}

}  // namespace

PreparedLine prepare_line(const Image& image, int height) {
  PreparedLine out;
  if (image.empty() || image.width < 3 || image.height < 3) return out;
  const float factor = static_cast<float>(height) / static_cast<float>(image.height);
  if (factor * static_cast<float>(image.width) > kMaxWidth) return out;
  Pix pix = to_pix(image);
  if (image.height != height) pix.reset(pixScale(pix.get(), factor, factor));
  if (pix && pixGetHeight(pix.get()) != height) {
    const float again = static_cast<float>(height) / static_cast<float>(pixGetHeight(pix.get()));
    pix.reset(pixScale(pix.get(), again, again));
  }
  if (!pix) return out;
  const int width = pixGetWidth(pix.get()), rows = std::min<int>(height, pixGetHeight(pix.get()));
  const Contrast contrast = contrast_of(pix.get());
  std::array<std::int8_t, 256> levels{};
  for (int v = 0; v < 256; ++v) {
    const float value = (static_cast<float>(v) - contrast.black) / contrast.half_range - 1.0F;
    levels[v] = static_cast<std::int8_t>(std::clamp(rounded(128.0F * value), -127, 127));
  }
  out.scale = static_cast<double>(width) / image.width;
  out.input.width = width;
  out.input.pixels.assign(static_cast<std::size_t>(width) * height, 127);
  for (int y = 0; y < rows; ++y) {
    const l_uint32* line = pixGetData(pix.get()) + static_cast<std::ptrdiff_t>(pixGetWpl(pix.get())) * y;
    for (int x = 0; x < width; ++x)
      out.input.pixels[static_cast<std::size_t>(y) * width + x] = levels[GET_DATA_BYTE(line, x)];
  }
  return out;
}

}  // namespace attest::lstm
