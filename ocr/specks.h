// Dirt of bilevel pages: what a fax line or a threshold too near the paper's grey sprinkles over a page.
//
// Pure but for the image given; thread safe. Pixels; one channel, ink below 128.
#ifndef ATTEST_OCR_SPECKS_H_
#define ATTEST_OCR_SPECKS_H_

#include "record/image.h"

namespace attest {

// Single pixels and pairs without neighbours become paper. Where they lie close, their clusters do too: there
// a pixel is ink where most of its surroundings are, and what is smaller than a decimal point goes.
void remove_specks(Image* grey);

}  // namespace attest

#endif  // ATTEST_OCR_SPECKS_H_
