// A page image made ready for reading: upright, straight, evenly lit, without seals, at a fixed resolution.
//
//   CleanPage page = clean_page(source);           // recipe of steps, each in a file of its own
//   if (recogniser_says_upside_down) turn_half(&page);
//
// `warp` leads back: boxes found on the clean page become points of the upright page as it was scanned, so
// that evidence lies where the value stands on the document's own image. Owns its images. Pure; thread safe.
#ifndef ATTEST_OCR_CLEAN_H_
#define ATTEST_OCR_CLEAN_H_

#include <optional>
#include <string>
#include <vector>

#include "ocr/raster.h"
#include "ocr/warp.h"
#include "record/image.h"
#include "record/source.h"

namespace attest {

inline constexpr double kWorkingDpi =
    300;  // 10.5 point type is 44 pixels: what the recogniser's 48 pixel input wants

// Confidence at most of what stood under a black seal: strokes may have gone with it.
inline constexpr double kUnderSeal = 0.9;

struct CleanPage {
  Image grey;     // dark on light
  PixPtr binary;  // set = ink; same size
  double dpi = kWorkingDpi;
  int rotation = 0;                                   // clockwise quarter turn that was done here
  double page_width = 0, page_height = 0;             // points, after that turn
  double points_a_pixel_x = 0, points_a_pixel_y = 0;  // of the turned source image
  PageWarp warp;
  bool half_turned = false;  // `turn_half` was called: `warp` is still that of the page before
  std::vector<Box>
      seals;  // discs from which a black seal was taken; points of the page, as it stood before `turn_half`

  Box to_page(const PixelBox& box) const;  // points of the upright page
  Box to_page(const Box& pixels) const;
  // Whether the middle of a place, in points of the upright page, lies where a black seal was.
  bool under_seal(const Box& place) const;
};

struct CleanOptions {
  std::string debug_prefix;           // path and name start of step images; empty: none
  std::optional<bool> sideways = {};  // what a reading of both ways has shown; none: the page decides
};

// Nothing readable in, nothing out: an empty `grey`.
CleanPage clean_page(const SourcePage& source, const CleanOptions& options);

// Stands the clean page on its head; evidence follows.
void turn_half(CleanPage* page);

}  // namespace attest

#endif  // ATTEST_OCR_CLEAN_H_
