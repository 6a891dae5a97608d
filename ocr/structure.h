// What stands where on a clean page: rulings, tables, text lines, check boxes and the lines that they stand
// on.
//
// Pure; thread safe. Pixels of the clean page. A page without an image has no structure: everything is empty.
#ifndef ATTEST_OCR_STRUCTURE_H_
#define ATTEST_OCR_STRUCTURE_H_

#include <span>
#include <vector>

#include "ocr/clean.h"
#include "ocr/line_image.h"
#include "ocr/lines.h"
#include "ocr/marks.h"
#include "ocr/pieces.h"
#include "ocr/rulings.h"
#include "ocr/tables.h"

namespace attest {

struct Structure {
  Rulings rulings;
  std::vector<CellGrid> grids;
  PageInk text;  // without rulings
  double em = 0;
  std::vector<LineRegion> regions;  // 0: the page; then the cells, grid by grid
  struct Place {
    int grid = -1, cell = -1;
  };
  std::vector<Place> places;  // of each region
  std::vector<FoundMark> marks;
  std::vector<TextLine> lines;
  std::vector<std::vector<LineMark>> line_marks;  // of each line
  std::vector<PixelBox> erase;  // what the recogniser shall not see: marks, then lines under values
  std::size_t erased_marks = 0;

  std::span<const PixelBox> only_marks() const { return std::span(erase).first(erased_marks); }

  // What of a line's surroundings is not its cell's rulings; empty outside tables.
  PixelBox inside_of(const TextLine& line) const;
};

Structure structure_of(const CleanPage& page);

// Takes the check boxes off a line: two ones with serifs make a box, and a column of numbers or codes has
// none.
void forget_marks(int line, Structure* s);

}  // namespace attest

#endif  // ATTEST_OCR_STRUCTURE_H_
