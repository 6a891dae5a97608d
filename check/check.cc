#include "check/check.h"

#include <algorithm>

#include "check/context.h"
#include "check/joint.h"
#include "check/problem.h"
#include "check/rules.h"

namespace attest {

std::vector<Finding> check(Record& record, const Scheme& scheme) {
  Context context(record, scheme);
  Problem problem = build_problem(context);
  std::vector<Finding> findings = judge(problem);
  findings.insert(findings.end(), problem.rows.begin(), problem.rows.end());
  check_result_agrees(context, findings);
  check_levels_agree(context, findings);
  check_selections(context, findings);
  check_identity(context, findings);
  check_dates(context, findings);
  check_fields(context, findings);
  check_team(context, findings);
  check_reading(context, findings);
  std::stable_sort(findings.begin(), findings.end(),
                   [](const Finding& a, const Finding& b) { return rank_of(a.rule) < rank_of(b.rule); });
  return findings;
}

}  // namespace attest
