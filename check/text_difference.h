// Two readings of what should be one text: do the prints differ, or did the reading slip? Internal to check/.
#ifndef ATTEST_CHECK_TEXT_DIFFERENCE_H_
#define ATTEST_CHECK_TEXT_DIFFERENCE_H_

#include <string>

#include "check/context.h"

namespace attest {

// A text with its place. Compared as folded text without white space, full stops at the end and star levels.
struct PrintedText {
  std::string text;
  Evidence evidence = {};
  double confidence = 1;
  bool certain = true;  // no misreading possible
};

// The form in which two texts are compared.
std::u32string comparable(const std::string& text);

struct TextVerdict {
  Verdict verdict = Verdict::report_error;
  double cost = 0;  // nats to believe that both print the same
  int edits = 0;
};

// Whether two texts say the same. Marks between the characters count only where both are certain: on an image
// a comma is a dot of a few pixels.
bool same_text(const PrintedText& a, const PrintedText& b);

// For texts whose comparable forms differ. A difference accuses only if it is certain, or on an image at
// least two neighbouring characters that were read with confidence; one hanzi alone never does. Where one
// text continues the other, the reading may have cut it: undetermined.
TextVerdict judge_difference(const Context& context, const PrintedText& expected, const PrintedText& actual);

}  // namespace attest

#endif  // ATTEST_CHECK_TEXT_DIFFERENCE_H_
