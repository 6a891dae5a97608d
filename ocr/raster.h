// Page images between our own type and Leptonica's, and the two grey-level steps that everything else stands
// on.
//
//   PixPtr grey = to_grey(page.image);          // 8 bits, one channel
//   PixPtr binary = binarize(grey.get(), dpi);  // 1 bit, set = ink
//
// A PixPtr owns its Pix. Functions are pure and thread safe; they return a null pointer (or an empty Image)
// where Leptonica has no memory or the input is empty, and never print. Distances are pixels.
#ifndef ATTEST_OCR_RASTER_H_
#define ATTEST_OCR_RASTER_H_

#include <leptonica/allheaders.h>

#include <memory>

#include "record/geometry.h"
#include "record/image.h"

namespace attest {

struct PixDeleter {
  void operator()(PIX* pix) const { pixDestroy(&pix); }
};
using PixPtr = std::unique_ptr<PIX, PixDeleter>;

// A rectangle of pixels, right and bottom exclusive.
struct PixelBox {
  int x = 0, y = 0, w = 0, h = 0;

  int right() const { return x + w; }
  int bottom() const { return y + h; }
  double center_x() const { return x + w / 2.0; }
  double center_y() const { return y + h / 2.0; }
  bool empty() const { return w <= 0 || h <= 0; }
  friend bool operator==(const PixelBox&, const PixelBox&) = default;
};

PixelBox clipped(const PixelBox& box, int width, int height);
PixelBox grown(const PixelBox& box, int by);
Box to_points(const PixelBox& box, double dpi);
PixelBox to_pixels(const Box& box, double dpi);  // rounded outwards

// 8 bits grey or 32 bits RGB, as the image has it; the resolution is kept.
PixPtr to_pix(const Image& image);
// 1, 8 or 32 bits; ink of a 1-bit image becomes black.
Image to_image(PIX* pix);

// 8 bits grey. Colour becomes luminance.
PixPtr to_grey(const Image& image);
PixPtr to_grey(PIX* pix);

// 1 bit, set = ink. A clean rendering and a scan on white paper get one threshold each; uneven light is
// evened out first.
PixPtr binarize(const Image& grey);
PixPtr binarize(PIX* grey, double dpi);

// Leptonica prints its complaints to stderr; stages do not print. Call once before the first use of the
// library.
void quiet_leptonica();

// Set pixels of a 1-bit image within a box (clipped to the image).
int ink_in(PIX* binary, const PixelBox& box);
// Whether one pixel of a 1-bit image is set; outside the image nothing is.
inline bool ink_at(const l_uint32* data, int words_a_line, int x, int y) {
  return GET_DATA_BIT(data + static_cast<std::ptrdiff_t>(y) * words_a_line, x) != 0;
}

}  // namespace attest

#endif  // ATTEST_OCR_RASTER_H_
