// Company seals over print.
//
//   Image grey = without_stamps(image);            // colour: red ink goes, print beneath stays
//   fade_grey_seals(&grey);                        // grey: a seal lighter than the print goes, once the
//   light is even
//
// Pure; thread safe. Pixels.
#ifndef ATTEST_OCR_SEALS_H_
#define ATTEST_OCR_SEALS_H_

#include "record/image.h"

namespace attest {

// Grey levels of the page. In colour, red ink that covers an area of a seal's size becomes paper; what is
// dark in the red channel there stays: print beneath. Smaller red marks (a pen's tick) stay as they are.
Image without_stamps(const Image& image);

// On an evenly lit grey page: a round area of a seal's size whose ink is clearly lighter than the page's
// print becomes paper, except next to print. Returns whether there was one. Nothing happens where the print
// itself is pale.
bool fade_grey_seals(Image* grey);

}  // namespace attest

#endif  // ATTEST_OCR_SEALS_H_
