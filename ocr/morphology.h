// Opening, closing and dilation of 1-bit images with bricks, as Leptonica's brick functions have them, in
// time that grows with the logarithm of the brick's sides instead of with the sides.
//
//   PixPtr rulings = opened(binary, 180, 1);  // what is level and at least 180 pixels long
//
// Outside the image nothing is ink. Sizes are pixels, at least 1. Null in, or no memory: null out. Pure and
// thread safe.
#ifndef ATTEST_OCR_MORPHOLOGY_H_
#define ATTEST_OCR_MORPHOLOGY_H_

#include "ocr/raster.h"

namespace attest {

// The parts of the ink that a brick fits into (pixOpenBrick).
PixPtr opened(PIX* binary, int width, int height);

// Gaps closed that no brick fits into (pixCloseSafeBrick: the page's edge closes nothing).
PixPtr closed(PIX* binary, int width, int height);

// Every pixel of ink becomes a brick with its middle there (pixDilateBrick).
PixPtr dilated(PIX* binary, int width, int height);

// Level or upright runs of ink at least `length` long; a run may step this far aside where the page lies
// aslant, and comes out that much thicker on both sides.
PixPtr straight_runs(PIX* binary, bool level, int length, int aside);

// The length near this one that Leptonica's composable bricks (pixOpenCompBrick) have: a product of two small
// factors, so 12 for 13. What is tuned to them keeps its lengths.
int composable(int length);

}  // namespace attest

#endif  // ATTEST_OCR_MORPHOLOGY_H_
