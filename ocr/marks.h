// Check boxes on a page image, and whether they are marked. Marks are seen, not read: a recogniser turns ☑
// into 回 or drops it, and symbol fonts vanish from text layers.
//
//   std::vector<FoundMark> candidates = find_marks(grey, binary, dpi, {.em = 32});
//   FoundMark mark = judge_mark(grey, binary, expected_box, dpi, siblings);
//
// What counts as a box: ☐ □ (unchecked); ☑ ☒ ■ and any pen stroke over an empty box (checked); a √ or ✓ that
// stands where a box would (checked). Candidates are only candidates: `box_likeness` says how square and
// straight-edged they are, and the caller confirms them by the text beside them. Images are of the upright,
// deskewed page, grey and 1-bit of the same size; pixels. Pure and thread safe.
#ifndef ATTEST_OCR_MARKS_H_
#define ATTEST_OCR_MARKS_H_

#include <span>
#include <vector>

#include "ocr/pieces.h"
#include "ocr/raster.h"
#include "ocr/rulings.h"
#include "record/page.h"

namespace attest {

enum class MarkShape {
  empty_box,   // a frame with nothing in it
  marked_box,  // a frame with a tick, a cross or scribble in or over it
  filled_box,  // a solid square
  tick,        // a tick without a frame
  none,        // no box stands here
};

struct FoundMark {
  PixelBox box;  // of the frame; of the stroke for a tick
  MarkState state = MarkState::unreadable;
  double confidence = 0;    // probability that `state` is right, given that a box stands here
  double box_likeness = 0;  // probability that this is a box (or a tick for one) at all
  MarkShape shape = MarkShape::none;
  double fill = 0;       // ink inside the frame, as a share of its inner area
  PixelBox stroke = {};  // all ink that belongs to the mark, pen strokes outside the frame included
};

struct MarkContext {
  double em = 0;                     // body glyph height in pixels; 0: estimated from the page
  const Rulings* rulings = nullptr;  // found lines of the page; null: none
  const PageInk* text = nullptr;     // the page without them, where the caller has it
  bool ticks = true;                 // also look for ticks without a frame
};

// Candidates in reading order. States are already judged within groups of neighbours (same line or column).
std::vector<FoundMark> find_marks(PIX* grey, PIX* binary, double dpi, const MarkContext& context);

// The mark at a place where one is expected (the glyph's box of a text layer, the gap left of an option's
// label). The frame is searched within half a box around it. `siblings` are boxes of the same group: their
// emptiest members show what an empty box looks like in this font on this paper; may be empty. shape none,
// likeness 0: no box there.
FoundMark judge_mark(PIX* grey, PIX* binary, const PixelBox& expected, double dpi,
                     std::span<const PixelBox> siblings = {});

}  // namespace attest

#endif  // ATTEST_OCR_MARKS_H_
