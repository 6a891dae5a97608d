#include "store/stats.h"

#include <array>
#include <utility>

namespace attest {

Result<Stats> gather_stats(const AskStats& ask) {
  const std::string year = "substr(coalesce(report_date, audit_end_date), 1, 4)";
  const std::string rest = ", count(*), sum(errors) FROM reports GROUP BY 1 ORDER BY 1 NULLS FIRST";
  const std::array<std::pair<std::vector<StatRow> Stats::*, std::string>, 5> questions = {{
      {&Stats::states, "SELECT state, count(*), 0 FROM jobs GROUP BY 1 ORDER BY 1"},
      {&Stats::forms, "SELECT coalesce(scheme, kind)" + rest},
      {&Stats::years, "SELECT coalesce(" + year + ", '-')" + rest},
      {&Stats::auditors,
       "SELECT name, count(*), sum(errors) FROM (SELECT DISTINCT record, name FROM team WHERE name IS NOT "
       "NULL) AS members JOIN reports USING (record) GROUP BY 1 ORDER BY 2 DESC, 1"},
      {&Stats::findings,
       "SELECT rule, count(DISTINCT record), count(*) FROM findings GROUP BY 1 ORDER BY 3 DESC, 1"},
  }};
  Stats out;
  for (const auto& [member, sql] : questions) {
    Result<std::vector<StatRow>> rows = ask(sql);
    if (!rows) return rows.error();
    out.*member = std::move(*rows);
  }
  return out;
}

}  // namespace attest
