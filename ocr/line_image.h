// A text line as the recogniser wants it: cut to the em height with a little air, strokes that are no text
// painted over, cut into segments at check boxes and at wide gaps.
//
//   line ink:   地点：☐是   ☑否        ______
//   segments:   [地点：] ☐ [是] ☑ [否]   (blank line: "_" glyphs)
//
// Pure; thread safe. Pixels of the clean page.
#ifndef ATTEST_OCR_LINE_IMAGE_H_
#define ATTEST_OCR_LINE_IMAGE_H_

#include <span>
#include <vector>

#include "ocr/lines.h"
#include "ocr/raster.h"
#include "record/image.h"

namespace attest {

// A stretch of a line: text to recognise, a mark, a blank to write on, or text that nobody asked for.
struct LinePart {
  enum class Kind { text, mark, blank, left_out } kind = Kind::text;
  PixelBox box;   // of the ink
  int mark = -1;  // index into the marks given
};

// Parts from left to right. `marks` are the boxes of all marks that stand on this line, with their indices.
struct LineMark {
  PixelBox box;
  int index = 0;
};
std::vector<LinePart> parts_of(const TextLine& line, const std::vector<LineMark>& marks);

// The cut for a text part: the line's height, the part's width, air around; what lies outside `inside` (a
// cell, between its rulings; empty: no limit) and pixels of `erase` boxes become paper.
struct LineCut {
  Image image;
  PixelBox box;  // place of the image on the page
};
LineCut cut_line(const Image& grey, const TextLine& line, const PixelBox& part, const PixelBox& inside,
                 std::span<const PixelBox> erase);

}  // namespace attest

#endif  // ATTEST_OCR_LINE_IMAGE_H_
