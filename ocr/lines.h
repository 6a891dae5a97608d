// Text lines by the ink alone: within the cells of tables, and outside of them over the page's width.
//
//   std::vector<TextLine> lines = find_lines(text_only, regions, em);
//
// Takes a deskewed 1-bit page without rulings. A visual line with wide gaps stays one line. Strokes under a
// value (underlines, blank lines to write on) are told from text and reported apart. Pure; thread safe.
// Pixels.
#ifndef ATTEST_OCR_LINES_H_
#define ATTEST_OCR_LINES_H_

#include <span>
#include <vector>

#include "ocr/pieces.h"
#include "ocr/raster.h"

namespace attest {

struct TextLine {
  PixelBox box;                           // of the characters, without underlines
  int region = 0;                         // index into the regions given
  double em = 0;                          // height of its characters
  std::vector<PixelBox> underlines = {};  // strokes at the line's foot, from left to right
  std::vector<PixelBox> pieces = {};      // connected ink of the line, from left to right
};

// One place where lines are looked for: a cell's inside, or the whole page (box empty), which gets what no
// other region holds.
struct LineRegion {
  PixelBox box;
};

// Height of the page's body characters; a guess from the resolution when there are too few.
double body_em(const PageInk& text, double dpi);

// Lines by region, then from top to bottom.
std::vector<TextLine> find_lines(const PageInk& text, std::span<const LineRegion> regions, double em);

}  // namespace attest

#endif  // ATTEST_OCR_LINES_H_
