// Square frames, solid squares and ticks in a 1-bit image: the shapes behind ocr/marks.h. Pixels; pure,
// thread safe.
#ifndef ATTEST_OCR_MARKS_FRAME_H_
#define ATTEST_OCR_MARKS_FRAME_H_

#include <array>
#include <vector>

#include "ocr/pieces.h"
#include "ocr/raster.h"

namespace attest {

// A square drawn by four strokes. `box` holds the strokes.
struct Frame {
  PixelBox box;
  int thickness = 1;
  std::array<double, 4> sides = {};  // printed share of left, top, right, bottom
  double drawn = 0;     // how well its four sides are drawn, whatever stands around and inside, 0..1
  double likeness = 0;  // that this is a box and not a hanzi such as 口 or 回, 0..1; at most `drawn`
  bool pen = false;     // a slanted stroke runs from inside beyond the frame: drawn by hand over it

  bool faint = false;  // put together from broken lines (ocr/marks_faint.h)

  PixelBox inside() const;  // without the strokes and a little air
};

struct SizeRange {
  int smallest = 0, largest = 0;  // side of a box, pixels
};

// Frames whose middle lies in `region`, best first where they overlap, else in reading order.
std::vector<Frame> find_frames(PIX* binary, const PixelBox& region, SizeRange sizes, double dpi);

// Frames of exactly this size (to a pixel) with their upper left corner in `corners`: where a sibling of
// known boxes is expected, whatever was drawn over it. Only those that a pen crossed, or that look like a box
// anyway.
std::vector<Frame> find_frames_like(PIX* binary, const PixelBox& corners, int width, int height);

// Of overlapping frames the likeliest, in reading order.
std::vector<Frame> without_overlaps(std::vector<Frame> frames);

// A pen's stroke that touches the frame from outside (a tick that missed its box), for a frame with nothing
// inside.
bool pen_beside(PIX* binary, const Frame& frame);

struct Shape {
  PixelBox box;
  double likeness = 0;
};

// Solid squares (■), and ticks that stand alone (√ ✓), with their middle in `region`.
std::vector<Shape> find_solid_squares(PIX* binary, const PixelBox& region, SizeRange sizes);
std::vector<Shape> find_ticks(PIX* binary, const PixelBox& region, SizeRange sizes);
// The same over a whole page.
std::vector<Shape> find_solid_squares(const PageInk& page, SizeRange sizes);
std::vector<Shape> find_ticks(const PageInk& page, SizeRange sizes);

}  // namespace attest

#endif  // ATTEST_OCR_MARKS_FRAME_H_
