#include "store/stats.h"

#include <array>
#include <utility>

namespace attest {

Result<Stats> gather_stats(const AskStats& ask) {
  const std::string year = "substr(coalesce(report_date, audit_end_date), 1, 4)";
  // A document that was not read has no form and no date; it stands among the states, with its error.
  const std::string read =
      ", count(*), sum(errors) FROM reports WHERE rejected IS NULL GROUP BY 1 ORDER BY 1 NULLS FIRST";
  const std::array<std::pair<std::vector<StatRow> Stats::*, std::string>, 6> questions = {{
      {&Stats::states,
       "SELECT CASE state WHEN 'rejected' THEN 'rejected (' || coalesce(error_code, '') || ')' ELSE state "
       "END, count(*), 0 FROM jobs WHERE id IN (SELECT max(id) FROM jobs GROUP BY content) GROUP BY 1 ORDER "
       "BY 1"},
      {&Stats::forms, "SELECT coalesce(scheme, kind)" + read},
      {&Stats::schemes,
       "SELECT scheme, count(*), sum(errors) FROM reports WHERE scheme IS NOT NULL GROUP BY 1 ORDER BY 1"},
      {&Stats::years, "SELECT coalesce(" + year + ", '-')" + read},
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
