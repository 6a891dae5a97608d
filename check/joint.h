// The joint decision: did the report go wrong, or the reading?
//
// A broken constraint is put to the question which other readings of the numbers would satisfy it together
// with every other constraint that those numbers take part in (check/search.h). Readings that nobody can
// dispute are settled first, one after the other; then what is still open gets its verdict.
//
//   full explanation ≤ kCheapReading       misread, and the fields get `proposed`
//   any explanation  ≤ kPlausibleReading   undetermined, with the hypotheses and their costs
//   else                                   report_error
//
// Internal to check/.
#ifndef ATTEST_CHECK_JOINT_H_
#define ATTEST_CHECK_JOINT_H_

#include <vector>

#include "check/problem.h"

namespace attest {

// Numbers that one explanation may change. Three misread numbers in one knot is what a smudge over a row
// does.
inline constexpr int kMaxChanges = 3;
// Steps of the search for one broken constraint, and for the whole record: a bound on work, not on time.
// Where the bound ends the search, the verdict is `undetermined`.
inline constexpr int kMaxSteps = 400;
inline constexpr int kMaxStepsInAll = 4000;

// Findings for all broken constraints, with verdicts, hypotheses and root causes, in the problem's order;
// sets `proposed` on fields.
std::vector<Finding> judge(Problem& problem);

}  // namespace attest

#endif  // ATTEST_CHECK_JOINT_H_
