// The arithmetic rules as constraints, one function a rule. Arguments are variables of the problem; −1 stands
// for a variable that is not there. Internal to check/.
#ifndef ATTEST_CHECK_CONSTRAINTS_H_
#define ATTEST_CHECK_CONSTRAINTS_H_

#include <string>
#include <vector>

#include "check/problem.h"
#include "schemes/scheme.h"

namespace attest {

struct Term {
  int variable;
  int sign = 1;
};

// max × percent ÷ 100, rounded where the forms print no more decimals.
Decimal product_of(Decimal max, Decimal percent);

// score.item.product: score = max × percent.
Constraint product_constraint(const std::string& name, int max, int percent, int score);
// score.item.range: 0 ≤ score ≤ max, percent ≤ 100; `percent` may be −1.
Constraint range_constraint(const std::string& name, int max, int percent, int score);
// The same of a percentage whose score was not read.
Constraint percent_constraint(const std::string& name, int percent);
// score.item.max: max = `wanted`, the scheme's.
Constraint max_constraint(const std::string& name, int max, Decimal wanted);
// `total` = Σ sign · term; `what` names the terms for people.
Constraint sum_constraint(const std::string& rule, const std::string& subject, int total,
                          const std::vector<Term>& terms, const Text& what);
// `id` `relation` `limit`, with relation "<", "<=" or ">=".
Constraint bound_constraint(const std::string& rule, const std::string& subject, int id,
                            const std::string& relation, Decimal limit, const Text& message);
// score.result: result = total ÷ Σ maxima × 100, to two decimals.
Constraint result_constraint(int result, int total, const std::vector<int>& maxima);
// level.score: stars = the highest of `levels` (ascending) that the score reaches.
Constraint level_constraint(const std::string& subject, int stars, int score,
                            const std::vector<Level>& levels);
// conclusion.score: score ≥ pass, deduction < limit; `deduction` may be −1.
Constraint pass_constraint(int score, int deduction, Decimal pass, Decimal limit);

}  // namespace attest

#endif  // ATTEST_CHECK_CONSTRAINTS_H_
