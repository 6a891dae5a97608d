// Which numbers of an image should be looked at again before anybody is told about them: those that an
// arithmetic finding hangs on, and cells of a score table that gave no number.
//
//   record.findings = check(record, scheme);
//   for (const LookWanted& wanted : values_to_see_again(record, scheme)) …read its place again…
//   record.findings = check(record, scheme, confirmed);
//
// Pure; borrows the record's fields.
#ifndef ATTEST_CHECK_SECOND_LOOK_H_
#define ATTEST_CHECK_SECOND_LOOK_H_

#include <string>
#include <vector>

#include "record/report.h"
#include "schemes/scheme.h"

namespace attest {

// A bound on the cost of a second look: about as many cells as two pages of a score table hold.
inline constexpr std::size_t kMostLooks = 120;

struct LookWanted {
  std::string path;      // "scores.items.B38.max"
  OptionalField* field;  // in the record; null where none was read
  Evidence value;        // page and box of what was read; the box is empty where nothing was
  Box cell;              // the table cell, points; empty outside tables
};

// The most doubtful first. Findings must have been made by `check` over this record.
std::vector<LookWanted> values_to_see_again(Record& record, const Scheme& scheme);

// Every number of the score tables that stands on a page, by its path.
std::vector<LookWanted> all_numbers(Record& record, const Scheme& scheme);

}  // namespace attest

#endif  // ATTEST_CHECK_SECOND_LOOK_H_
