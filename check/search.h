// The cheapest other readings of the numbers around one broken constraint. The search changes one number at a
// time to the value that some broken constraint demands, pays what that reading costs (check/confusions.h),
// goes on with the constraints that the change broke or that were broken beside it, the smallest first, and
// keeps the cheapest way out (branch and bound).
//
//   Search search(problem, values, broken, steps);
//   search.run(constraint);
//   search.full      closes everything that its numbers take part in
//   search.partial   leaves something broken that was broken before
//
// Internal to check/. Borrows problem and broken; not thread safe.
#ifndef ATTEST_CHECK_SEARCH_H_
#define ATTEST_CHECK_SEARCH_H_

#include <limits>
#include <map>
#include <set>
#include <vector>

#include "check/confusions.h"
#include "check/problem.h"

namespace attest {

// Another reading of the same cost within this margin (nats) leaves open which number was misread.
inline constexpr double kMargin = 0.5;

struct Explanation {
  std::map<int, Decimal> changes;  // variable → what may be printed
  double cost = std::numeric_limits<double>::infinity();
};

// Which constraints the values do not satisfy.
std::vector<bool> broken_by(const Problem& problem, const Values& values);

class Search {
 public:
  // From `values` on, which break `broken`; at most `steps` steps.
  Search(const Problem& problem, const Values& values, const std::vector<bool>& broken, int steps)
      : problem_(problem), broken_(broken), steps_left_(steps), start_(values) {}

  void run(int constraint);

  Explanation full, partial;
  double runner_up = std::numeric_limits<double>::infinity();  // the next full explanation
  bool unique() const { return runner_up - full.cost >= kMargin; }
  bool exhausted() const { return steps_left_ <= 0; }
  int steps_left() const { return steps_left_; }

 private:
  bool holds(int constraint) const;
  int next(const std::map<int, Decimal>& changes, const std::set<int>& left) const;
  void step(std::map<int, Decimal> changes, double cost, const std::set<int>& left);
  std::vector<ValueReading> candidates(int constraint, int variable);
  std::vector<ValueReading> demanded(const Constraint& constraint, int variable, Decimal wanted);
  bool is_whole(const std::map<int, Decimal>& changes, const std::set<int>& left) const;
  void keep(const std::map<int, Decimal>& changes, double cost, const std::set<int>& left);

  const Problem& problem_;
  const std::vector<bool>& broken_;
  int steps_left_;
  int goal_ = 0;
  std::set<int> beside_;
  Values start_, values_;
};

}  // namespace attest

#endif  // ATTEST_CHECK_SEARCH_H_
