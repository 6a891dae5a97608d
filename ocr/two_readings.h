// One line read from two pictures of it, character by character the surer of both. Pictures of an underlined
// value differ in its line: with it, 子 looks like 孑 on a bar; without it, 电 loses the foot that lay on it.
//
//   taken away:  淄博海源申子   left in:  淄博海源电孑   both: 淄博海源电子
//
// Pure; thread safe. Pixels of the line's picture, the same place in both.
#ifndef ATTEST_OCR_TWO_READINGS_H_
#define ATTEST_OCR_TWO_READINGS_H_

#include "ocr/recognizer.h"

namespace attest {

// The characters of `first`, replaced where `second` has another one in the same place and is surer of it.
// What one of them has alone is left as `first` has it. Where they differ, the confidence is the share of the
// one that stays, each weighed by the other's doubt, and the one that goes becomes its alternative; where
// they agree, it is the higher one.
RecognizedLine surer_of_both(RecognizedLine first, const RecognizedLine& second);

}  // namespace attest

#endif  // ATTEST_OCR_TWO_READINGS_H_
