// What is left of a page's bend after its corners are right: text lines and rulings that should run level
// show how far each place must be shifted up or down.
//
//   ShiftField shift = find_curvature(binary, dpi);   // empty: level already, or too few lines to tell
//
// Pure; thread safe. Pixels of the given image.
#ifndef ATTEST_OCR_DEWARP_H_
#define ATTEST_OCR_DEWARP_H_

#include "ocr/raster.h"
#include "ocr/warp.h"

namespace attest {

ShiftField find_curvature(PIX* binary, double dpi);

}  // namespace attest

#endif  // ATTEST_OCR_DEWARP_H_
