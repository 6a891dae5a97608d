// How a page lies in its image: the outline of a photographed sheet, quarter turns, skew.
//
//   std::optional<Outline> outline = find_outline(grey);      // photographs; nothing on a scan
//   Lie lie = find_lie(binary);                               // of a page at about kLieDpi
//
// Whether a page stands on its head cannot be told from its lines; ocr/reader asks the recogniser.
// Pure; thread safe. Pixels; angles in degrees, clockwise positive (y down).
#ifndef ATTEST_OCR_STRAIGHTEN_H_
#define ATTEST_OCR_STRAIGHTEN_H_

#include <array>
#include <optional>

#include "ocr/raster.h"
#include "ocr/warp.h"
#include "record/image.h"

namespace attest {

// Corners of the sheet: upper left, upper right, lower right, lower left; may lie outside the image a little.
struct Outline {
  std::array<Point, 4> corners;
  double width() const;  // mean of the opposite sides
  double height() const;
};

// The bright sheet on a darker ground. Nothing when the sheet fills the image, or no sheet can be made out.
std::optional<Outline> find_outline(const Image& grey);

inline constexpr double kLieDpi = 100;

struct Lie {
  bool sideways = false;  // text lines run up or down
  double skew = 0;        // the lines' slope after the quarter turn that `sideways` asks for; rotate by -skew
  double confidence = 0;  // Leptonica's ratio of scores; near 1: no lines to speak of, skew is 0
};

// `sideways`: what is known of the quarter turn already; none: the characters' neighbours decide.
Lie find_lie(PIX* binary, std::optional<bool> sideways = {});

// Turned clockwise by a multiple of 90 degrees.
Image turned(const Image& image, int degrees);

}  // namespace attest

#endif  // ATTEST_OCR_STRAIGHTEN_H_
