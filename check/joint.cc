#include "check/joint.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>

#include "check/confusions.h"

namespace attest {
namespace {

// Another reading of the same cost within this margin (nats) leaves open which number was misread.
constexpr double kMargin = 0.5;
// A number read with less confidence than this, or with a cheap other reading, carries no accusation unless
// another rule that holds vouches for it.
constexpr double kConfident = 0.95;
// The form's own maximum where another was read: so much, and this share of the doubt about the reading.
constexpr double kFormCost = 1.0;
constexpr double kFormShare = 0.2;
// A number taken from a neighbouring text (超过 5 分不通过) where the cell itself is empty.
constexpr double kNoNumberCost = 2.0;
// More errors than this in the sums of one report, each with a root of its own, speak against the reading of
// its images.
constexpr int kBelievableErrors = 3;
// A number that was not read at all, although its cell has one: what that costs to believe, on an image.
constexpr double kUnreadCost = 2.0;

std::size_t index(int id) { return static_cast<std::size_t>(id); }

struct Explanation {
  std::map<int, Decimal> changes;  // variable → what may be printed
  double cost = std::numeric_limits<double>::infinity();
};

// What it costs that `wanted` is printed. A maximum is fixed by the form, so the form's own is the likeliest
// reading.
std::optional<double> cost_of(const Variable& variable, Decimal wanted) {
  const Field& field = *variable.field;
  const auto cost = reading_cost(field, wanted);
  if (!variable.form || *variable.form != wanted) return cost;
  const bool shaky = !field.readings.empty() && field.readings.front().cost <= kCheapReading;
  const double by_form = shaky ? kFormCost : kFormCost + kFormShare * doubt(field.confidence);
  return std::min(by_form, cost.value_or(by_form));
}

// The best explanations of one broken constraint by misread numbers.
class Search {
 public:
  Search(const Problem& problem, const std::vector<bool>& broken, int steps)
      : problem_(problem), broken_(broken), steps_left_(steps) {}

  void run(int constraint) {
    goal_ = constraint;
    beside_.clear();
    for (const int v : problem_.constraints[index(constraint)].variables) {
      for (const int c : problem_.variables[index(v)].constraints) {
        if (c != constraint && broken_[index(c)]) beside_.insert(c);
      }
    }
    values_ = problem_.printed;
    step({}, 0, {});
  }

  Explanation full,
      partial;  // closes everything its numbers touch; leaves something broken that was broken before
  double runner_up = std::numeric_limits<double>::infinity();  // the next full explanation
  bool exhausted() const { return steps_left_ <= 0; }
  int steps_left() const { return steps_left_; }

 private:
  bool holds(int c) const { return problem_.constraints[index(c)].holds(values_); }

  // The smallest constraint that still needs a change: the goal, what is broken beside it, what a change
  // broke.
  int next(const std::map<int, Decimal>& changes, const std::set<int>& left) const {
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

  void step(std::map<int, Decimal> changes, double cost, const std::set<int>& left) {
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
  std::vector<ValueReading> candidates(int c, int variable) {
    const Constraint& constraint = problem_.constraints[index(c)];
    const Field& field = *problem_.variables[index(variable)].field;
    const Decimal now = values_[index(variable)];
    std::vector<ValueReading> out;
    if (const auto wanted = constraint.required(values_, variable)) {
      if (*wanted == now || *wanted < Decimal(0)) return out;
      values_[index(variable)] = *wanted;
      const bool closes = constraint.holds(values_);
      values_[index(variable)] = now;
      if (!closes) return out;
      const Variable& v = problem_.variables[index(variable)];
      if (const auto cost = cost_of(v, *wanted)) out.push_back({*wanted, *cost});
      if (problem_.variables[index(variable)].may_be_none && *wanted == Decimal(0)) {
        out.push_back({*wanted, kNoNumberCost});
      }
      return out;
    }
    std::vector<ValueReading> others = other_values(field);
    if (problem_.variables[index(variable)].may_be_none) others.push_back({Decimal(0), kNoNumberCost});
    for (const ValueReading& reading : others) {
      if (reading.value == now) continue;
      values_[index(variable)] = reading.value;
      if (constraint.holds(values_)) out.push_back(reading);
      values_[index(variable)] = now;
    }
    std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.cost < b.cost; });
    return out;
  }

  // Whole: nothing that the changed numbers take part in stays broken. Or at most one thing does that was
  // broken before, against two and more that the change puts right: another error stands beside this one.
  bool is_whole(const std::map<int, Decimal>& changes, const std::set<int>& left) const {
    std::set<int> touched;
    for (const auto& [variable, value] : changes) {
      const auto& constraints = problem_.variables[index(variable)].constraints;
      touched.insert(constraints.begin(), constraints.end());
    }
    int closed = 0, open = 0;
    for (const int c : touched) {
      open += left.count(c) > 0;
      closed += broken_[index(c)] && left.count(c) == 0;
    }
    return open == 0 || (open == 1 && closed >= 2);
  }

  void keep(const std::map<int, Decimal>& changes, double cost, const std::set<int>& left) {
    const bool whole = is_whole(changes, left);
    Explanation& best = whole ? full : partial;
    if (cost < best.cost) {
      if (whole && full.changes != changes) runner_up = full.cost;
      best = {changes, cost};
    } else if (whole && full.changes != changes) {
      runner_up = std::min(runner_up, cost);
    }
  }

  const Problem& problem_;
  const std::vector<bool>& broken_;
  int steps_left_;
  int goal_ = 0;
  std::set<int> beside_;
  Values values_;
};

Hypothesis hypothesis(const Problem& problem, const Explanation& explanation) {
  Hypothesis h;
  h.cost = explanation.cost;
  for (const auto& [variable, value] : explanation.changes) {
    h.changes.push_back({problem.variables[index(variable)].path,
                         problem.printed[index(variable)].to_string(), value.to_string()});
  }
  return h;
}

Finding describe(const Problem& problem, const Constraint& c) {
  Finding f;
  f.rule = c.rule;
  f.subject = c.subject;
  f.severity = c.severity;
  f.expected = c.expected(problem.printed);
  f.actual = c.actual(problem.printed);
  f.formula = c.formula(problem.printed);
  const Text message = c.message(problem.printed);
  f.message_zh = message.zh;
  f.message_en = message.en;
  for (const int id : c.variables) {
    Operand o = operand(problem.variables[index(id)].path, *problem.variables[index(id)].field);
    o.value = problem.printed[index(id)].to_string();
    f.operands.push_back(std::move(o));
  }
  return f;
}

// One cell of the sum holds no number: with the one that is short the constraint closes.
std::optional<Hypothesis> unread_cell(const Problem& problem, const Constraint& c) {
  if (c.unread.size() != 1 || c.subject_variable < 0) return std::nullopt;
  const auto sum = c.required(problem.printed, c.subject_variable);
  if (!sum) return std::nullopt;
  const Decimal short_by = problem.printed[index(c.subject_variable)] - *sum;
  const Unread& cell = c.unread.front();
  if (short_by <= Decimal(0) || short_by > cell.most || (cell.exactly && *cell.exactly != short_by)) {
    return std::nullopt;
  }
  return Hypothesis{Verdict::misread, {{cell.path, "", short_by.to_string()}}, kUnreadCost};
}

bool all_certain(const Problem& problem, const Constraint& c) {
  return std::all_of(c.variables.begin(), c.variables.end(),
                     [&](int v) { return problem.variables[index(v)].certain; });
}

// Whether the number is beyond reasonable doubt: read with confidence, or part of another equation that
// holds.
bool vouched(const Problem& problem, int id, const Constraint& c) {
  const Variable& variable = problem.variables[index(id)];
  const Field& field = *variable.field;
  if (variable.certain) return true;
  const bool shaky = !field.readings.empty() && field.readings.front().cost <= kCheapReading;
  if (c.equation && field.confidence >= kConfident && !shaky && !variable.doubted) return true;
  // A bound has no other number to be measured against: what it bounds must stand in an equation, or be
  // printed twice.
  bool holds = !c.equation && variable.repeated;
  for (const int k : variable.constraints) {
    const Constraint& other = problem.constraints[index(k)];
    if (&other == &c) continue;
    if (other.equation && !other.holds(problem.printed)) return false;
    holds = holds || (other.equation && other.variables.size() > 1);
  }
  return holds;
}

bool all_vouched(const Problem& problem, const Constraint& c) {
  return std::all_of(c.variables.begin(), c.variables.end(), [&](int id) { return vouched(problem, id, c); });
}

// Maxima belong to the form. Where the form's own would satisfy the constraint, a maximum on an image was far
// more likely misread than changed in the template: nobody is accused of that.
bool form_explains(const Problem& problem, const Constraint& c) {
  Values values = problem.printed;
  for (const int id : c.variables) {
    const Variable& variable = problem.variables[index(id)];
    if (!variable.certain && variable.form) values[index(id)] = *variable.form;
  }
  return c.holds(values);
}

// Puts the best explanation on its fields, unless another number may as well be the misread one.
void propose(Problem& problem, const Search& search) {
  if (search.runner_up - search.full.cost < kMargin) return;
  for (const auto& [variable, value] : search.full.changes) {
    problem.variables[index(variable)].field->proposed = value.to_string();
  }
}

void decide(Problem& problem, const Constraint& c, const Search& search, Finding& f) {
  if (const auto cell = unread_cell(problem, c)) {
    f.verdict = Verdict::misread;
    f.hypotheses.push_back(*cell);
    return;
  }
  const double cheapest = std::min(search.full.cost, search.partial.cost);
  if (search.full.cost <= kCheapReading && !c.incomplete) {
    f.verdict = Verdict::misread;
    propose(problem, search);
  } else if (cheapest <= kPlausibleReading || c.incomplete || search.exhausted() ||
             !all_vouched(problem, c) || form_explains(problem, c)) {
    f.verdict = Verdict::undetermined;
  } else {
    f.verdict = Verdict::report_error;
  }
  for (const Explanation* e : {&search.full, &search.partial}) {
    if (!e->changes.empty()) f.hypotheses.push_back(hypothesis(problem, *e));
  }
  if (f.verdict == Verdict::undetermined) add_report_error_hypothesis(f);
}

// -- root causes
// ---------------------------------------------------------------------------------------------------------

// Whether `variable` := `value` alone satisfies every constraint that the variable takes part in.
bool closes_all(const Problem& problem, Values& values, int variable, Decimal value) {
  const Decimal before = values[index(variable)];
  values[index(variable)] = value;
  bool all = true;
  for (const int c : problem.variables[index(variable)].constraints) {
    all = all && problem.constraints[index(c)].holds(values);
  }
  values[index(variable)] = before;
  return all;
}

// The one value whose correction closes constraint `c` and a smaller or earlier broken one: that one is the
// root.
std::optional<std::string> root_of(const Problem& problem, const std::vector<bool>& broken, int c) {
  if (problem.constraints[index(c)].explained_by) return problem.constraints[index(c)].explained_by;
  Values values = problem.printed;
  std::map<std::pair<int, std::string>, int>
      roots;  // (variable, value) → the first broken constraint it closes
  for (const int variable : problem.constraints[index(c)].variables) {
    for (const int other : problem.variables[index(variable)].constraints) {
      if (other == c || !broken[index(other)]) continue;
      const auto value = problem.constraints[index(other)].required(values, variable);
      if (!value || !closes_all(problem, values, variable, *value)) continue;
      const auto [at, added] = roots.insert({{variable, value->to_string()}, other});
      if (!added) at->second = std::min(at->second, other);
    }
  }
  if (roots.size() != 1 || roots.begin()->second > c) return std::nullopt;
  const Constraint& root = problem.constraints[index(roots.begin()->second)];
  return root.rule + " " + root.subject;
}

}  // namespace

std::vector<Finding> judge(Problem& problem) {
  std::vector<bool> broken;
  for (const Constraint& c : problem.constraints) broken.push_back(!c.holds(problem.printed));
  std::vector<Finding> findings;
  int steps = kMaxStepsInAll;
  for (std::size_t k = 0; k < problem.constraints.size(); ++k) {
    if (!broken[k]) continue;
    const Constraint& c = problem.constraints[k];
    const int id = static_cast<int>(k);
    Finding f = describe(problem, c);
    Search search(problem, broken, std::min(steps, kMaxSteps));
    if (!all_certain(problem, c)) {
      const int before = search.steps_left();
      search.run(id);
      steps = std::max(1, steps - (before - search.steps_left()));
    }
    decide(problem, c, search, f);
    f.root_cause = root_of(problem, broken, id);
    findings.push_back(std::move(f));
  }
  return findings;
}

}  // namespace attest
