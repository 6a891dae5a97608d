// Draws page images for the tests of ocr/: grids, boxes and strokes in black on white.
#ifndef ATTEST_TESTS_OCR_DRAWING_H_
#define ATTEST_TESTS_OCR_DRAWING_H_

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "ocr/raster.h"

namespace attest::testing {

class Drawing {
 public:
  Drawing(int width, int height) {
    image_.width = width;
    image_.height = height;
    image_.channels = 1;
    image_.dpi = 150;
    image_.pixels.assign(static_cast<std::size_t>(width) * height, 255);
  }

  void fill(int x, int y, int w, int h, std::uint8_t level = 0) {
    for (int j = std::max(0, y); j < std::min(image_.height, y + h); ++j) {
      for (int i = std::max(0, x); i < std::min(image_.width, x + w); ++i) image_.row(j)[i] = level;
    }
  }
  // A stroke of the given thickness between two points.
  void stroke(double x0, double y0, double x1, double y1, int thickness = 2) {
    const int steps = static_cast<int>(2 * std::max(std::abs(x1 - x0), std::abs(y1 - y0))) + 1;
    for (int k = 0; k <= steps; ++k) {
      const double t = static_cast<double>(k) / steps;
      fill(static_cast<int>(std::lround(x0 + t * (x1 - x0))),
           static_cast<int>(std::lround(y0 + t * (y1 - y0))), thickness, thickness);
    }
  }
  void frame(int x, int y, int side, int thickness = 2) {
    fill(x, y, side, thickness);
    fill(x, y + side - thickness, side, thickness);
    fill(x, y, thickness, side);
    fill(x + side - thickness, y, thickness, side);
  }
  void tick(int x, int y, int side) {
    stroke(x + 0.15 * side, y + 0.5 * side, x + 0.4 * side, y + 0.8 * side);
    stroke(x + 0.4 * side, y + 0.8 * side, x + 0.85 * side, y + 0.15 * side);
  }
  void cross(int x, int y, int side) {
    stroke(x, y, x + side - 2, y + side - 2);
    stroke(x + side - 2, y, x, y + side - 2);
  }
  // Something like a hanzi: a few crossing strokes.
  void glyph(int x, int y, int side) {
    fill(x, y + side / 4, side, 2);
    fill(x + side / 8, y + side * 2 / 3, side * 3 / 4, 2);
    fill(x + side / 2, y, 2, side);
    stroke(x + side / 2, y + side / 3, x, y + side - 2);
    stroke(x + side / 2, y + side / 3, x + side - 2, y + side - 2);
  }

  const Image& image() const { return image_; }
  PixPtr grey() const { return to_grey(image_); }
  PixPtr binary() const { return binarize(to_grey(image_).get(), image_.dpi); }
  // Turned by a small angle around the middle.
  PixPtr turned_binary(double degrees) const {
    const PixPtr upright = grey();
    const PixPtr turned(pixRotate(upright.get(), static_cast<l_float32>(degrees * M_PI / 180),
                                  L_ROTATE_AREA_MAP, L_BRING_IN_WHITE, 0, 0));
    return PixPtr(pixThresholdToBinary(turned.get(), 160));
  }

 private:
  Image image_;
};

}  // namespace attest::testing

#endif  // ATTEST_TESTS_OCR_DRAWING_H_
