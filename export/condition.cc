#include "export/condition.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string_view>

#include "export/tables.h"

namespace attest {
namespace {

using Json = nlohmann::ordered_json;

// Keys of a finding, by the column of `findings` that they speak of.
constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kFindingKeys = {
    {{"finding", "rule"}, {"subject", "subject"}, {"severity", "severity"}, {"verdict", "verdict"}}};
constexpr std::string_view kAuditor = "auditor";

int column_of(RecordTable table, std::string_view name) {
  const std::vector<TableColumn>& columns = columns_of(table);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].name == name) return static_cast<int>(i);
  }
  return -1;
}

std::string_view finding_column(std::string_view key) {
  for (const auto& [name, column] : kFindingKeys) {
    if (name == key) return column;
  }
  return {};
}

bool is_one_of(const std::string& value, const std::vector<std::string>& values) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

const std::string& cell(const TableRow& row, RecordTable table, std::string_view column) {
  return row[static_cast<std::size_t>(column_of(table, column))];
}

std::vector<TableRow> rows(RecordTable table, const Json& record) {
  Result<std::vector<TableRow>> out = rows_of(table, record);
  return out ? std::move(*out) : std::vector<TableRow>{};
}

bool asks_for_findings(const Conditions& conditions) {
  return std::any_of(kFindingKeys.begin(), kFindingKeys.end(),
                     [&](const auto& key) { return conditions.where.contains(std::string(key.first)); });
}

bool has_finding(const Conditions& conditions, const Json& record) {
  const std::vector<TableRow> findings = rows(RecordTable::findings, record);
  return std::any_of(findings.begin(), findings.end(), [&](const TableRow& finding) {
    return std::all_of(kFindingKeys.begin(), kFindingKeys.end(), [&](const auto& key) {
      const auto it = conditions.where.find(std::string(key.first));
      return it == conditions.where.end() ||
             is_one_of(cell(finding, RecordTable::findings, key.second), it->second);
    });
  });
}

bool has_auditor(const std::vector<std::string>& names, const Json& record) {
  const std::vector<TableRow> team = rows(RecordTable::team, record);
  return std::any_of(team.begin(), team.end(), [&](const TableRow& member) {
    return is_one_of(cell(member, RecordTable::team, "name"), names);
  });
}

// ISO dates compare as text; "2024" until includes its days.
bool in_time(const Conditions& conditions, const TableRow& report) {
  if (conditions.since.empty() && conditions.until.empty()) return true;
  std::string date = cell(report, RecordTable::reports, "report_date");
  if (date.empty()) date = cell(report, RecordTable::reports, "audit_end_date");
  if (date.empty() || date < conditions.since) return false;
  return conditions.until.empty() || date.substr(0, conditions.until.size()) <= conditions.until;
}

}  // namespace

Result<Conditions> parse_conditions(const std::vector<std::string>& where) {
  Conditions out;
  for (const std::string& text : where) {
    const std::size_t equals = text.find('=');
    const std::string key = text.substr(0, equals);
    const bool known = !finding_column(key).empty() || key == kAuditor ||
                       (!key.empty() && column_of(RecordTable::reports, key) >= 0);
    if (equals == std::string::npos || !known) {
      return Error{ErrorCode::bad_configuration,
                   "not a condition: " + text +
                       " (KEY=VALUE; keys are finding, subject, severity, verdict, auditor and the columns "
                       "of reports)"};
    }
    out.where[key].push_back(text.substr(equals + 1));
  }
  return out;
}

bool matches(const Conditions& conditions, const Json& record) {
  const std::vector<TableRow> reports = rows(RecordTable::reports, record);
  if (reports.empty()) return false;
  const TableRow& report = reports.front();
  if (!in_time(conditions, report)) return false;
  if (!conditions.scheme.empty() && cell(report, RecordTable::reports, "scheme") != conditions.scheme)
    return false;
  const std::string& organization = cell(report, RecordTable::reports, "organization_name");
  if (organization.find(conditions.organization) == std::string::npos) return false;
  if (asks_for_findings(conditions) && !has_finding(conditions, record)) return false;
  return std::all_of(conditions.where.begin(), conditions.where.end(), [&](const auto& condition) {
    const auto& [key, values] = condition;
    if (!finding_column(key).empty()) return true;
    if (key == kAuditor) return has_auditor(values, record);
    return is_one_of(cell(report, RecordTable::reports, key), values);
  });
}

}  // namespace attest
