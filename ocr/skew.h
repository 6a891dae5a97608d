// The angle at which a page's lines run.
//
//   Skew skew = find_skew(binary, 7.0);  // within 7 degrees to either side
//
// At the right angle row sums differ most from one row to the next. The angles are tried in even steps, then
// between the best and its neighbours, as in Leptonica's pixFindSkewSweepAndSearchScore, whose answers these
// are; the sums come from sums along the rows instead of from sheared images. Pure and thread safe.
#ifndef ATTEST_OCR_SKEW_H_
#define ATTEST_OCR_SKEW_H_

#include "ocr/raster.h"

namespace attest {

struct Skew {
  double angle = 0;       // degrees of the clockwise turn that straightens the page
  double confidence = 0;  // the best angle's score over the worst's of those tried near it; 0: no answer
};

Skew find_skew(PIX* binary, double range);

}  // namespace attest

#endif  // ATTEST_OCR_SKEW_H_
