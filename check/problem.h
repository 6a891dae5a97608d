// The numbers of a report as one problem: each number a variable, each arithmetic rule a constraint over some
// of them.
//
//   items.B38.max ─┐                      ┌─ sections.product_service.score ─┐
//   items.B38.pct ─┼─ product ─ B38.score ┴─ section sum                     ├─ total sum ─ total ─ level
//                                            sections.service_system.score ──┘
//
// Internal to check/. Variables borrow the record's fields; values are exact.
#ifndef ATTEST_CHECK_PROBLEM_H_
#define ATTEST_CHECK_PROBLEM_H_

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "check/context.h"
#include "record/decimal.h"

namespace attest {

using Values = std::vector<Decimal>;  // by variable

// A number that was not read at all, although its cell has one: what that costs to believe, on an image.
inline constexpr double kUnreadCost = 2.0;

struct Variable {
  std::string path;                  // "scores.items.B38.max"
  Field* field = nullptr;            // borrowed from the record, or one of Problem::blanks
  bool certain = false;              // the reading is beyond doubt
  bool doubted = false;              // a notice of the reading stands against the place
  bool confirmed = false;            // a second look at the image read the same
  std::optional<Decimal> form = {};  // a maximum: what the form has here
  bool repeated = false;             // printed again elsewhere with the same value
  bool may_be_none =
      false;  // from an image, of a cell that is mostly empty and has a text with a number beside it
  bool assumed = false;  // a maximum that was not read, taken from the form
  // A cell on an image without a readable number: it counts as 0 in what is printed, and may hold anything up
  // to `most`, or what another rule of its row says.
  bool unread = false;
  Decimal most = 0;
  std::optional<Decimal> exactly = {};
  std::vector<int> constraints = {};
};

struct Constraint {
  std::string rule, subject;
  Severity severity = Severity::error;
  std::vector<int> variables;
  bool equation = true;  // holds for one value of a number only; a bound or a level holds for many
  std::function<bool(const Values&)> holds;
  // The value that the variable in this slot must have for the constraint to hold, the others as they are;
  // nothing where there is none or many.
  std::function<std::optional<Decimal>(const Values&, int variable)> required;
  int subject_variable = -1;  // whose value is `actual`
  std::function<std::string(const Values&)> expected, actual;
  std::function<std::string(const Values&)> formula;  // in numbers
  std::function<Text(const Values&)> message;
  // A row may have been lost, or a cell is blank that may hold a number: broken or not, this accuses nobody.
  bool incomplete = false;
  // A special item on an image gave no number and may hold one: broken, this accuses nobody.
  bool guessed = false;
  // A finding outside the problem that explains this one ("score.missing_row items.C12").
  std::optional<std::string> explained_by = {};
};

struct Problem {
  std::vector<Variable> variables;
  std::vector<Constraint> constraints;
  Values printed;             // the values as read
  std::deque<Field> blanks;   // of variables without a field in the record
  std::vector<Finding> rows;  // score.missing_row and reading.rows, which are no arithmetic
};

Problem build_problem(Context& context);

}  // namespace attest

#endif  // ATTEST_CHECK_PROBLEM_H_
