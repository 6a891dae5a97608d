// Pieces to fields: the typed value of each occurrence, the best of them, and what else the recogniser could
// have read.
#ifndef ATTEST_NORMALIZE_FIELD_VALUES_H_
#define ATTEST_NORMALIZE_FIELD_VALUES_H_

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record/reading.h"
#include "record/report.h"
#include "schemes/scheme.h"

namespace attest {

// Text as printed → value; nothing where the place is empty. `recognised`: lookalikes of digits may be
// repaired.
using ValueOf = std::function<std::optional<std::string>(std::string_view text, bool recognised)>;

// How values of one kind are read.
struct ValueKind {
  ValueOf value_of;
  bool paragraphs = false;    // keep paragraphs on lines of their own
  bool integer = false;       // written as a JSON number
  bool has_readings = false;  // numbers, dates and codes: other readings of the whole value are listed
  bool sentence = false;      // text that may end with a full stop
  bool number = false;  // one number; a recognised one that begins with a point has lost its first digit
  std::function<bool(const std::string&)> well_formed =
      {};  // a recognised value that is not makes way for one that is
  bool keep_malformed =
      false;  // where no reading is well formed, the value stays (a day that does not exist)
};

ValueKind kind_of(const FieldRule& rule, const Scheme& scheme);
// Scores: "/", 无 and 不涉及 are nothing.
const ValueKind& number_kind();
// A cell that mostly holds none: what was recognised there without a digit is no number.
const ValueKind& special_kind();
const ValueKind& sum_kind();
const ValueKind& star_kind();

// One field of all its pieces. Null when no place holds a value.
// `repeats`: pieces of other fields that mostly print the same; a doubtful glyph is read as theirs where it
// may be it.
OptionalField make_field(const std::vector<Piece>& pieces, const ValueKind& kind,
                         const std::vector<Piece>& repeats = {});
OptionalField make_field(const std::optional<Piece>& piece, const ValueKind& kind,
                         const std::vector<Piece>& repeats = {});

}  // namespace attest

#endif  // ATTEST_NORMALIZE_FIELD_VALUES_H_
