// Uneven light divided out of a grey page.
//
//   even_light(&grey);   // paper becomes near white everywhere
//
// Pure; thread safe. Pixels.
#ifndef ATTEST_OCR_LIGHT_H_
#define ATTEST_OCR_LIGHT_H_

#include "record/image.h"

namespace attest {

// Divides by the local brightness of the paper. Bilevel images are left alone.
void even_light(Image* grey);

bool is_bilevel(const Image& grey);

}  // namespace attest

#endif  // ATTEST_OCR_LIGHT_H_
