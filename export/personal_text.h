// Finds what is personal in a text by its looks: telephone numbers, e-mail addresses, names by their
// surroundings. Functions are pure.
#ifndef ATTEST_EXPORT_PERSONAL_TEXT_H_
#define ATTEST_EXPORT_PERSONAL_TEXT_H_

#include <string>
#include <string_view>
#include <vector>

#include "export/redact.h"

namespace attest {

struct PersonalSpan {
  int begin = 0, end = 0;  // code points of the text
  Personal kind = Personal::person;
  std::string key;  // what equal values have in common
};

// In the order of their beginning; they may overlap.
std::vector<PersonalSpan> find_personal(std::u32string_view text);

// What values of a kind are compared by: digits of a number, lower case of an address, a name without spaces.
std::string personal_key(Personal kind, std::u32string_view text);

}  // namespace attest

#endif  // ATTEST_EXPORT_PERSONAL_TEXT_H_
