// A second look at single numbers on a page that was read before. Each place is cut from the page image
// again, by its ink and not by the line it was found in, and recognised in other settings: grey and black on
// white, at other sizes, with thicker strokes, with the characters of a number. What several settings agree
// on is a good deal surer than what one said.
//
//   std::vector<Look> looks = look_again(page_image, places, recognizer);
//
// Pure but for the recogniser that it borrows; not thread safe. Boxes are points of the upright page.
#ifndef ATTEST_OCR_SECOND_LOOK_H_
#define ATTEST_OCR_SECOND_LOOK_H_

#include <span>
#include <vector>

#include "ocr/recognizer.h"
#include "record/geometry.h"
#include "record/page.h"
#include "record/source.h"

namespace attest {

struct CleanPage;

struct LookPlace {
  Box value = {};  // of the number; empty where none was read
  Box cell = {};   // that it stands in; empty outside tables
  LineContent content = LineContent::number;
};

struct Look {
  double most =
      1;  // confidence that all readings together may give: they see the same ink, and some may be gone
  // What each setting read, with confidences and alternatives; boxes are not set. Empty where the place holds
  // no ink, or more than one line.
  std::vector<std::vector<Glyph>> readings;
  // How many digits have room in the ink (a point counts half), by its width against its height; 0: not
  // known.
  double room = 0;
};

enum class LookSettings { one, all };

// Where a point of the upright page stands in an image, and how the image lies there.
struct PageView {
  const Image* grey = nullptr;  // borrowed
  const CleanPage* clean =
      nullptr;  // of which `grey` is the image; null: the image is the upright page itself
};

std::vector<Look> look_again(const PageView& view, std::span<const LookPlace> places, LookSettings settings,
                             LineRecognizer* recognizer);

// The clean page of a page that was read before and then stood `rotation` degrees (clockwise) from how the
// source gives it.
CleanPage clean_again(const SourcePage& source, int rotation);

}  // namespace attest

#endif  // ATTEST_OCR_SECOND_LOOK_H_
