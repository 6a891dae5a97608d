// Which records an export takes, beyond what a store is asked for.
//
//   Result<Conditions> conditions = parse_conditions({"finding=score.total.sum", "status=needs_review"});
//   conditions->since = "2024";
//   if (matches(*conditions, record_json)) …
//
// Different keys must all hold; several values of one key are alternatives. `finding`, `subject`, `severity`
// and `verdict` speak of one and the same finding. Functions are pure.
#ifndef ATTEST_EXPORT_CONDITION_H_
#define ATTEST_EXPORT_CONDITION_H_

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "record/error.h"

namespace attest {

struct Conditions {
  std::string since, until;  // day, month or year (2024-05) of the report date, or of the audit's end
  std::string scheme;        // id
  std::string organization;  // part of the name
  // "finding", "subject", "severity", "verdict", "auditor", or a column of `reports` → values
  std::map<std::string, std::vector<std::string>> where;
};

// KEY=VALUE each. bad_configuration: a key that is none.
Result<Conditions> parse_conditions(const std::vector<std::string>& where);

bool matches(const Conditions& conditions, const nlohmann::ordered_json& record);

}  // namespace attest

#endif  // ATTEST_EXPORT_CONDITION_H_
