#include "check/joint.h"

#include <algorithm>
#include <map>
#include <set>

#include "check/confusions.h"
#include "check/search.h"

namespace attest {
namespace {

// A number read with less confidence than this, or with a cheap other reading, carries no accusation unless
// another rule that holds vouches for it.
constexpr double kConfident = 0.95;

std::size_t index(int id) { return static_cast<std::size_t>(id); }

Hypothesis hypothesis(const Problem& problem, const Explanation& explanation) {
  Hypothesis h;
  h.cost = explanation.cost;
  for (const auto& [variable, value] : explanation.changes) {
    const Variable& v = problem.variables[index(variable)];
    h.changes.push_back(
        {v.path, v.unread ? "" : problem.printed[index(variable)].to_string(), value.to_string()});
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
    const Variable& variable = problem.variables[index(id)];
    if (variable.assumed) continue;
    Operand o = operand(variable.path, *variable.field);
    if (!variable.unread) o.value = problem.printed[index(id)].to_string();
    f.operands.push_back(std::move(o));
  }
  return f;
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

// -- readings that are settled --

// The numbers with the misreadings put right that are beyond dispute: cheap, closing everything that they
// touch, and with no other as cheap beside them. What they leave open is looked at with them in place, so
// that a page with five misread cells is five small problems and not one dear one.
struct Settled {
  Values values;
  std::map<int, double> costs;  // variable → what its change cost
};

void apply(const Explanation& explanation, Settled& settled) {
  const double share = explanation.cost / static_cast<double>(explanation.changes.size());
  for (const auto& [variable, value] : explanation.changes) {
    settled.values[index(variable)] = value;
    settled.costs[variable] = share;
  }
}

// One pass over the broken constraints; whether it settled anything.
bool settle_once(const Problem& problem, Settled& settled, int& steps) {
  bool any = false;
  std::vector<bool> broken = broken_by(problem, settled.values);
  for (std::size_t k = 0; k < problem.constraints.size() && steps > 0; ++k) {
    const Constraint& c = problem.constraints[k];
    if (!broken[k] || c.incomplete || all_certain(problem, c)) continue;
    Search search(problem, settled.values, broken, std::min(steps, kMaxSteps));
    const int before = search.steps_left();
    search.run(static_cast<int>(k));
    steps -= before - search.steps_left();
    if (search.full.cost > kCheapReading || !search.unique() || search.exhausted()) continue;
    apply(search.full, settled);
    broken = broken_by(problem, settled.values);
    any = true;
  }
  return any;
}

Settled settle(const Problem& problem, int& steps) {
  constexpr int kRounds = 3;  // what is settled in one may settle more in the next
  Settled settled{problem.printed, {}};
  for (std::size_t v = 0; v < problem.variables.size(); ++v) {
    const Variable& variable = problem.variables[v];
    if (!variable.unread || !variable.exactly) continue;
    settled.values[v] = *variable.exactly;
    settled.costs[static_cast<int>(v)] = kUnreadCost;
  }
  for (int round = 0; round < kRounds && settle_once(problem, settled, steps); ++round) {
  }
  return settled;
}

void propose(Problem& problem, const std::map<int, Decimal>& changes) {
  for (const auto& [variable, value] : changes) {
    const Variable& v = problem.variables[index(variable)];
    if (!v.unread) v.field->proposed = value.to_string();
  }
}

void propose(Problem& problem, const Settled& settled) {
  std::map<int, Decimal> changes;
  for (const auto& [variable, cost] : settled.costs) changes[variable] = settled.values[index(variable)];
  propose(problem, changes);
}

// The settled changes among a constraint's numbers.
Explanation settled_in(const Constraint& c, const Settled& settled) {
  Explanation out{{}, 0};
  for (const int id : c.variables) {
    const auto change = settled.costs.find(id);
    if (change == settled.costs.end() || !out.changes.emplace(id, settled.values[index(id)]).second) continue;
    out.cost += change->second;
  }
  return out;
}

// -- verdicts --

// Some number of the constraint was not read, or was read wrong: it accuses nobody.
bool rests_on_guesses(const Problem& problem, const Constraint& c, const Settled& settled) {
  return c.guessed || std::any_of(c.variables.begin(), c.variables.end(), [&](int id) {
           const Variable& v = problem.variables[index(id)];
           return v.unread || v.assumed || settled.costs.count(id) > 0;
         });
}

void decide(Problem& problem, const Constraint& c, const Settled& settled, const Search& search, Finding& f) {
  const double cheapest = std::min(search.full.cost, search.partial.cost);
  if (search.full.cost <= kCheapReading && !c.incomplete) {
    f.verdict = Verdict::misread;
    if (search.unique()) propose(problem, search.full.changes);
  } else if (cheapest <= kPlausibleReading || c.incomplete || search.exhausted() ||
             rests_on_guesses(problem, c, settled) || !all_vouched(problem, c) || form_explains(problem, c)) {
    f.verdict = Verdict::undetermined;
  } else {
    f.verdict = Verdict::report_error;
  }
  for (const Explanation* e : {&search.full, &search.partial}) {
    const bool said = e == &search.partial && e->changes == search.full.changes;
    if (!e->changes.empty() && !said) f.hypotheses.push_back(hypothesis(problem, *e));
  }
  if (f.verdict == Verdict::undetermined) add_report_error_hypothesis(f);
}

// -- root causes --

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
  const std::vector<bool> broken = broken_by(problem, problem.printed);
  std::vector<Finding> findings;
  int steps = kMaxStepsInAll;
  const Settled settled = settle(problem, steps);
  const std::vector<bool> open = broken_by(problem, settled.values);
  propose(problem, settled);
  steps = std::max(steps, kMaxStepsInAll / 2);  // what is left open gets its share too
  for (std::size_t k = 0; k < problem.constraints.size(); ++k) {
    if (!broken[k]) continue;
    const Constraint& c = problem.constraints[k];
    const int id = static_cast<int>(k);
    Finding f = describe(problem, c);
    if (!open[k]) {
      f.verdict = Verdict::misread;
      f.hypotheses.push_back(hypothesis(problem, settled_in(c, settled)));
    } else {
      Search search(problem, settled.values, open, std::min(steps, kMaxSteps));
      if (!all_certain(problem, c)) {
        const int before = search.steps_left();
        search.run(id);
        steps = std::max(1, steps - (before - search.steps_left()));
      }
      decide(problem, c, settled, search, f);
    }
    f.root_cause = root_of(problem, broken, id);
    findings.push_back(std::move(f));
  }
  return findings;
}

}  // namespace attest
