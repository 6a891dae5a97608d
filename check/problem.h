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

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "check/context.h"
#include "record/decimal.h"

namespace attest {

using Values = std::vector<Decimal>;  // by variable

struct Variable {
  std::string path;                  // "scores.items.B38.max"
  Field* field = nullptr;            // borrowed from the record
  bool certain = false;              // the reading is beyond doubt
  bool doubted = false;              // a notice of the reading stands against the place
  std::optional<Decimal> form = {};  // a maximum: what the form has here
  bool repeated = false;             // printed again elsewhere with the same value
  bool may_be_none =
      false;  // from an image, of a cell that is mostly empty and has a text with a number beside it
  std::vector<int> constraints = {};
};

// A cell without a readable number: what it may hold.
struct Unread {
  std::string path;
  Decimal most;                         // its row's maximum
  std::optional<Decimal> exactly = {};  // where another rule of the row says it
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
  // An operand could not be read or a row may have been lost: broken or not, this accuses nobody.
  bool incomplete = false;
  // Operands on an image that hold no number: cells that may have one which was not read.
  std::vector<Unread> unread = {};
  // A finding outside the problem that explains this one ("score.missing_row items.C12").
  std::optional<std::string> explained_by = {};
};

struct Problem {
  std::vector<Variable> variables;
  std::vector<Constraint> constraints;
  Values printed;             // the values as read
  std::vector<Finding> rows;  // score.missing_row and reading.rows, which are no arithmetic
};

Problem build_problem(Context& context);

}  // namespace attest

#endif  // ATTEST_CHECK_PROBLEM_H_
