#include "check/search.h"

#include <algorithm>

#include "check/joint.h"

namespace attest {
namespace {

// The form's own maximum where another was read: so much, and this share of the doubt about the reading. Less
// than kCheapReading in all: a template whose maximum was changed is rarer than any misreading.
constexpr double kFormCost = 1.0;
constexpr double kFormShare = 0.1;
// … unless the cell was read again and said the same: then nobody can say.
constexpr double kFormCostConfirmed = 5.0;
// A number taken from a neighbouring text (超过 5 分不通过) where the cell itself is empty.
constexpr double kNoNumberCost = 2.0;

// Confidence under which a number is more likely wrong than right.
constexpr double kHardlyRead = 0.5;

std::size_t index(int id) { return static_cast<std::size_t>(id); }

// What it costs that `wanted` is printed. A maximum is fixed by the form, so the form's own is the likeliest
// reading.
std::optional<double> cost_of(const Variable& variable, Decimal wanted) {
  const Field& field = *variable.field;
  if (variable.unread) {
    const bool fits = variable.exactly ? wanted == *variable.exactly : wanted <= variable.most;
    return fits ? std::optional(kUnreadCost) : std::nullopt;
  }
  const auto cost = reading_cost(field, wanted);
  if (!variable.form || *variable.form != wanted) return cost;
  const bool shaky = !field.readings.empty() && field.readings.front().cost <= kCheapReading;
  const double by_form = variable.confirmed ? kFormCostConfirmed
                         : shaky            ? kFormCost
                                            : kFormCost + kFormShare * doubt(field.confidence);
  return std::min(by_form, cost.value_or(by_form));
}

}  // namespace

std::vector<bool> broken_by(const Problem& problem, const Values& values) {
  std::vector<bool> broken;
  for (const Constraint& c : problem.constraints) broken.push_back(!c.holds(values));
  return broken;
}

void Search::run(int constraint) {
  goal_ = constraint;
  beside_.clear();
  for (const int v : problem_.constraints[index(constraint)].variables) {
    for (const int c : problem_.variables[index(v)].constraints) {
      if (c != constraint && broken_[index(c)]) beside_.insert(c);
    }
  }
  std::set<int> left;  // a broken sum with lost rows is not to be put right
  for (std::size_t k = 0; k < broken_.size(); ++k) {
    const bool other = static_cast<int>(k) != constraint;
    if (other && broken_[k] && problem_.constraints[k].incomplete) left.insert(static_cast<int>(k));
  }
  values_ = start_;
  step({}, 0, left);
}

bool Search::holds(int c) const { return problem_.constraints[index(c)].holds(values_); }

// The smallest constraint that still needs a change: the goal, what is broken beside it, what a change broke.
int Search::next(const std::map<int, Decimal>& changes, const std::set<int>& left) const {
  int best = -1;
  const auto consider = [&](int c) {
    if (left.count(c) || c == best || holds(c)) return;
    const auto size = [&](int k) { return problem_.constraints[index(k)].variables.size(); };
    if (best < 0 || size(c) < size(best) || (size(c) == size(best) && c < best)) best = c;
  };
  consider(goal_);
  for (const int c : beside_) consider(c);
  for (const auto& [variable, value] : changes) {
    for (const int c : problem_.variables[index(variable)].constraints) consider(c);
  }
  return best;
}

void Search::step(std::map<int, Decimal> changes, double cost, const std::set<int>& left) {
  if (--steps_left_ <= 0) return;
  const int c = next(changes, left);
  if (c < 0) {
    if (holds(goal_) && !changes.empty()) keep(changes, cost, left);
    return;
  }
  if (static_cast<int>(changes.size()) < kMaxChanges) {
    for (const int variable : problem_.constraints[index(c)].variables) {
      if (changes.count(variable) || problem_.variables[index(variable)].certain) continue;
      for (const ValueReading& reading : candidates(c, variable)) {
        const double total = cost + reading.cost;
        if (total > kMaxReadingCost || total >= full.cost + kMargin) continue;
        const Decimal before = values_[index(variable)];
        values_[index(variable)] = reading.value;
        changes[variable] = reading.value;
        step(changes, total, left);
        changes.erase(variable);
        values_[index(variable)] = before;
      }
    }
  }
  if (c != goal_ && broken_[index(c)]) {
    std::set<int> more = left;
    more.insert(c);
    step(changes, cost, more);
  }
}

// Values of `variable` that satisfy constraint `c`, the cheapest first.
std::vector<ValueReading> Search::candidates(int c, int variable) {
  const Constraint& constraint = problem_.constraints[index(c)];
  if (const auto wanted = constraint.required(values_, variable))
    return demanded(constraint, variable, *wanted);
  const Variable& v = problem_.variables[index(variable)];
  const Decimal now = values_[index(variable)];
  std::vector<ValueReading> out, others = other_values(*v.field);
  if (v.may_be_none) others.push_back({Decimal(0), kNoNumberCost});
  for (const ValueReading& reading : others) {
    if (reading.value == now) continue;
    values_[index(variable)] = reading.value;
    if (constraint.holds(values_)) out.push_back(reading);
    values_[index(variable)] = now;
  }
  std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.cost < b.cost; });
  return out;
}

std::vector<ValueReading> Search::demanded(const Constraint& constraint, int variable, Decimal wanted) {
  const Variable& v = problem_.variables[index(variable)];
  const Decimal now = values_[index(variable)];
  if (wanted == now || wanted < Decimal(0)) return {};
  values_[index(variable)] = wanted;
  const bool closes = constraint.holds(values_);
  values_[index(variable)] = now;
  std::vector<ValueReading> out;
  if (!closes) return out;
  if (const auto cost = cost_of(v, wanted)) out.push_back({wanted, *cost});
  if (v.may_be_none && wanted == Decimal(0)) out.push_back({wanted, kNoNumberCost});
  return out;
}

// Whole: nothing that the changed numbers take part in stays broken. Or at most one thing does that was
// broken before, against two and more that the change puts right, or the changed numbers were hardly read
// anyway: another error stands beside this one.
bool Search::is_whole(const std::map<int, Decimal>& changes, const std::set<int>& left) const {
  std::set<int> touched;
  for (const auto& [variable, value] : changes) {
    const auto& constraints = problem_.variables[index(variable)].constraints;
    touched.insert(constraints.begin(), constraints.end());
  }
  int closed = 0, open = 0;
  for (const int c : touched) {
    if (problem_.constraints[index(c)].incomplete) continue;  // says nothing either way
    open += left.count(c) > 0;
    closed += broken_[index(c)] && left.count(c) == 0;
  }
  const bool hardly_read = std::all_of(changes.begin(), changes.end(), [&](const auto& change) {
    return problem_.variables[index(change.first)].field->confidence < kHardlyRead;
  });
  return open == 0 || (open == 1 && (closed >= 2 || (closed == 1 && hardly_read)));
}

void Search::keep(const std::map<int, Decimal>& changes, double cost, const std::set<int>& left) {
  const bool whole = is_whole(changes, left);
  Explanation& best = whole ? full : partial;
  if (cost < best.cost) {
    if (whole && full.changes != changes) runner_up = full.cost;
    best = {changes, cost};
  } else if (whole && full.changes != changes) {
    runner_up = std::min(runner_up, cost);
  }
}

}  // namespace attest
