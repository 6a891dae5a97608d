// Line recognition by libtesseract's LSTM, the oracle for our own evaluator and the fallback where it is
// missing. `make_tesseract_recognizer` is declared in ocr/recognizer.h.
//
// One thread: the factory switches OpenMP's parallel regions off for the process, since on single lines
// Tesseract's own threads cost several times what they bring. Not thread safe; one recogniser a thread.
#ifndef ATTEST_OCR_TESSERACT_RECOGNIZER_H_
#define ATTEST_OCR_TESSERACT_RECOGNIZER_H_

#include <string>

#include "ocr/recognizer.h"

namespace attest {

// The characters that a line of this content may hold, as a Tesseract whitelist; empty: any.
std::string whitelist_of(LineContent content);

}  // namespace attest

#endif  // ATTEST_OCR_TESSERACT_RECOGNIZER_H_
