// The rules that are no arithmetic, one function a family. Each appends its findings; the order among rules
// is made by check(). Internal to check/.
#ifndef ATTEST_CHECK_RULES_H_
#define ATTEST_CHECK_RULES_H_

#include <string>
#include <vector>

#include "check/context.h"

namespace attest {

using Findings = std::vector<Finding>;

void check_levels_agree(Context& context, Findings& findings);   // level.agree
void check_result_agrees(Context& context, Findings& findings);  // score.result, where it is printed twice
void check_selections(Context& context,
                      Findings& findings);  // selection.*, conclusion.contradiction, .audit_type
void check_identity(Context& context, Findings& findings);  // identity.*
void check_dates(Context& context, Findings& findings);     // date.*
void check_fields(Context& context, Findings& findings);    // field.missing
void check_team(Context& context, Findings& findings);      // team.*

}  // namespace attest

#endif  // ATTEST_CHECK_RULES_H_
