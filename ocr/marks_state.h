// Whether a box is marked: judged by the ink inside its frame against what its emptiest siblings have there,
// and by whether that ink is a stroke (it runs through a good part of the box) or dirt. Internal to
// ocr/marks; pixels; pure, thread safe.
#ifndef ATTEST_OCR_MARKS_STATE_H_
#define ATTEST_OCR_MARKS_STATE_H_

#include <utility>
#include <vector>

#include "ocr/marks.h"
#include "ocr/marks_frame.h"
#include "ocr/raster.h"

namespace attest {

// Ink inside up to which a box is empty, as a share of the inner area over that of an empty sibling: the
// noise of a fax stays under 0.03.
inline constexpr double kEmptyFill = 0.025;

struct Inside {
  double fill = 0;    // share of the inner area
  double extent = 0;  // the longer side of its largest connected piece, as a part of the inner side
};

// Ink inside, but for what goes no deeper than `rim` pixels.
Inside look_inside(PIX* binary, const PixelBox& inner, int rim = 0);
// The same of what may be a pen's: without the rough inside of the frame's sides.
Inside strokes_inside(PIX* binary, const Frame& frame);

// Boxes with the fill of their strokes.
using Fills = std::vector<std::pair<PixelBox, double>>;

// The mark in a frame, by its strokes and those of its siblings. Ink as pale as a seal's marks nothing;
// `grey` may be null, then all ink counts.
FoundMark mark_in(PIX* grey, PIX* binary, const Frame& frame, const Fills& siblings);

// A stroke that comes from afar, crosses the box and goes on leaves it unreadable.
void doubt_crossed(PIX* binary, const Frame& frame, FoundMark* mark);
// A stroke that touches an empty box from outside is a mark that missed it.
void judge_beside(PIX* binary, const Frame& frame, FoundMark* mark);

}  // namespace attest

#endif  // ATTEST_OCR_MARKS_STATE_H_
