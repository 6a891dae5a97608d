// What does not add up: every rule of docs/findings.md over one record.
#ifndef ATTEST_CHECK_CHECK_H_
#define ATTEST_CHECK_CHECK_H_

#include <string>
#include <vector>

#include "record/report.h"
#include "schemes/scheme.h"

namespace attest {

// Findings in the order of the rules, then of the form. Pure; sets `proposed` on fields it calls misread, and changes
// no value.
std::vector<Finding> check(Record& record, const Scheme& scheme);

struct RuleInfo {
  std::string rule, title_zh, title_en, why_zh, why_en, formula, source;
  Severity severity = Severity::error;
};
const std::vector<RuleInfo>& rules();

}  // namespace attest

#endif  // ATTEST_CHECK_CHECK_H_
