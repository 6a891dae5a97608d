// Which way up a page lies: lines are read both ways.
//
// Thread safe as the recogniser is, which is borrowed. Of what cannot be cleaned `clean.grey` comes back
// empty.
#ifndef ATTEST_OCR_UPRIGHT_H_
#define ATTEST_OCR_UPRIGHT_H_

#include <string>

#include "ocr/clean.h"
#include "ocr/recognizer.h"
#include "ocr/structure.h"
#include "record/source.h"

namespace attest {

struct StandingPage {
  CleanPage clean;
  Structure structure;
};

// The clean page upright. Row sums tell text that runs up or down, but the columns of a table of figures can
// deceive them, so a page whose lines read badly is tried the other way too, and the better reading counts.
// `prefix`: where step images go; empty: nowhere.
StandingPage stand_upright(const SourcePage& source, const std::string& prefix, LineRecognizer* recognizer);

}  // namespace attest

#endif  // ATTEST_OCR_UPRIGHT_H_
