// From a scan or photograph to even grey: red seals taken out, uneven light divided out, specks of a fax
// removed.
//
//   Image grey = without_stamps(image);   // 8 bits, black print under a red seal kept
//   even_light(&grey);                    // paper becomes near white everywhere
//
// Pure; thread safe. Pixels.
#ifndef ATTEST_OCR_LIGHT_H_
#define ATTEST_OCR_LIGHT_H_

#include "record/image.h"

namespace attest {

// Grey levels of the page. In colour, red ink that covers an area of a seal's size becomes paper; what is
// dark in the red channel there stays: print beneath. Smaller red marks (a pen's tick) stay as they are.
Image without_stamps(const Image& image);

// Divides by the local brightness of the paper. Bilevel images are left alone.
void even_light(Image* grey);

bool is_bilevel(const Image& grey);

// Bilevel only: single pixels and pairs without neighbours become paper.
void remove_specks(Image* grey);

}  // namespace attest

#endif  // ATTEST_OCR_LIGHT_H_
