#include "export/csv.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "export/json.h"
#include "record/decimal.h"
#include "record/report.h"

namespace attest {
namespace {

using Json = nlohmann::ordered_json;
using Row = std::vector<std::string>;

// A leaf as text: null is an empty cell.
std::string cell(const Json& node) {
  if (node.is_null()) return {};
  if (node.is_string()) return node.get<std::string>();
  return node.dump();
}

const Json& member(const Json& object, const std::string& key) {
  static const Json null;
  if (!object.is_object()) return null;
  const auto it = object.find(key);
  return it == object.end() ? null : *it;
}

std::string at(const Json& object, const std::string& key) { return cell(member(object, key)); }

// The value of a Field object.
std::string value(const Json& object, const std::string& key) { return at(member(object, key), "value"); }

// "left top width height", one column: a spreadsheet has no use for four.
std::string box_text(const Json& object) {
  std::string out;
  const Json& box = member(object, "box");
  if (!box.is_array()) return out;
  for (const Json& number : box) {
    if (!out.empty()) out += ' ';
    out += number.dump();
  }
  return out;
}

void append(const Row& row, std::string& out) {
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (i > 0) out += ',';
    out += csv_value(row[i]);
  }
  out += "\r\n";
}

Row header(CsvTable table) {
  switch (table) {
    case CsvTable::reports: {
      Row row = {"record", "file_name", "sha256", "media_type", "page_count",
                 "status", "rejected",  "kind",   "scheme"};
      row.insert(row.end(), field_names().begin(), field_names().end());
      for (const char* name :
           {"special_deduction", "special_bonus", "total", "result_score", "result_star_level"}) {
        row.emplace_back(name);
      }
      row.insert(row.end(), selection_names().begin(), selection_names().end());
      row.insert(row.end(), {"errors", "warnings"});
      return row;
    }
    case CsvTable::scores:
      return {"record",   "level", "section", "indicator",  "clause", "code", "applicable",
              "quantity", "value", "text",    "confidence", "page",   "line", "box"};
    case CsvTable::selections:
      return {"record", "group", "option", "label", "state", "confidence", "page", "line", "box"};
    case CsvTable::team:
      return {"record", "member", "code", "name", "role", "registration_number", "specialty_code", "phone"};
    case CsvTable::findings:
      return {"record",  "rule",       "subject",    "severity",   "verdict", "expected", "actual",
              "formula", "root_cause", "message_zh", "message_en", "page",    "line",     "box"};
  }
  return {};
}

std::string report_rows(const std::string& name, const Json& record) {
  const Json& source = member(record, "source");
  Row row = {name, at(source, "file_name"), at(source, "sha256"), at(source, "media_type"),
             at(source, "page_count")};
  for (const char* key : {"status", "rejected", "kind", "scheme"}) row.push_back(at(record, key));
  for (const std::string& field : field_names()) row.push_back(value(member(record, "fields"), field));
  for (const char* key :
       {"special_deduction", "special_bonus", "total", "result_score", "result_star_level"}) {
    row.push_back(value(member(record, "scores"), key));
  }
  for (const std::string& group : selection_names()) {
    std::string selected;
    for (const Json& option : member(member(member(record, "selections"), group), "selected")) {
      if (!selected.empty()) selected += ';';
      selected += cell(option);
    }
    row.push_back(selected);
  }
  int errors = 0, warnings = 0;
  for (const Json& finding : member(record, "findings")) {
    errors += at(finding, "severity") == "error";
    warnings += at(finding, "severity") == "warning";
  }
  row.push_back(std::to_string(errors));
  row.push_back(std::to_string(warnings));
  std::string out;
  append(row, out);
  return out;
}

// One row a number that is printed: tidy data, the quantity is a column.
void append_quantities(const std::string& name, const std::string& level, const Json& node,
                       std::string& out) {
  const std::string indicator = level == "indicator" ? at(node, "name") : at(node, "indicator");
  for (const char* quantity : {"max", "percent", "score"}) {
    const Json& field = member(node, quantity);
    if (field.is_null()) continue;
    append({name, level, at(node, "section"), indicator, at(node, "clause"), at(node, "code"),
            at(node, "applicable"), quantity, at(field, "value"), at(field, "text"), at(field, "confidence"),
            at(field, "page"), at(field, "line"), box_text(field)},
           out);
  }
}

std::string score_rows(const std::string& name, const Json& record) {
  const Json& scores = member(record, "scores");
  std::string out;
  for (const Json& item : member(scores, "items")) append_quantities(name, "item", item, out);
  for (const Json& indicator : member(scores, "indicators"))
    append_quantities(name, "indicator", indicator, out);
  for (const Json& section : member(scores, "sections")) append_quantities(name, "section", section, out);
  for (const char* key :
       {"special_deduction", "special_bonus", "total", "result_score", "result_star_level"}) {
    const Json& field = member(scores, key);
    if (field.is_null()) continue;
    append({name, "report", "", "", "", "", "", key, at(field, "value"), at(field, "text"),
            at(field, "confidence"), at(field, "page"), at(field, "line"), box_text(field)},
           out);
  }
  return out;
}

std::string selection_rows(const std::string& name, const Json& record) {
  std::string out;
  for (const auto& [group, selection] : member(record, "selections").items()) {
    for (const Json& option : member(selection, "options")) {
      append({name, group, at(option, "option"), at(option, "label"), at(option, "state"),
              at(option, "confidence"), at(option, "page"), at(option, "line"), box_text(option)},
             out);
    }
  }
  return out;
}

std::string team_rows(const std::string& name, const Json& record) {
  std::string out;
  int number = 0;
  for (const Json& m : member(record, "audit_team")) {
    append({name, std::to_string(number++), value(m, "code"), value(m, "name"), value(m, "role"),
            value(m, "registration_number"), value(m, "specialty_code"), value(m, "phone")},
           out);
  }
  return out;
}

std::string finding_rows(const std::string& name, const Json& record) {
  std::string out;
  for (const Json& finding : member(record, "findings")) {
    const Json& operands = member(finding, "operands");
    const Json place = operands.is_array() && !operands.empty() ? operands.front() : Json();
    const Json& message = member(finding, "message");
    append(
        {name, at(finding, "rule"), at(finding, "subject"), at(finding, "severity"), at(finding, "verdict"),
         at(finding, "expected"), at(finding, "actual"), at(finding, "formula"), at(finding, "root_cause"),
         at(message, "zh"), at(message, "en"), at(place, "page"), at(place, "line"), box_text(place)},
        out);
  }
  return out;
}

bool starts_formula(char c) { return c == '=' || c == '+' || c == '-' || c == '@' || c == '\t' || c == '\r'; }

}  // namespace

std::string_view file_name_of(CsvTable table) {
  switch (table) {
    case CsvTable::reports:
      return "reports.csv";
    case CsvTable::scores:
      return "scores.csv";
    case CsvTable::selections:
      return "selections.csv";
    case CsvTable::team:
      return "team.csv";
    case CsvTable::findings:
      return "findings.csv";
  }
  return "";
}

std::string csv_header(CsvTable table) {
  std::string out;
  append(header(table), out);
  return out;
}

std::string csv_value(std::string_view text) {
  std::string out(text);
  if (!out.empty() && starts_formula(out.front()) && !Decimal::parse(out)) out.insert(0, 1, '\'');
  if (out.find_first_of(",\"\r\n") == std::string::npos) return out;
  std::string quoted = "\"";
  for (const char c : out) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

Result<std::array<std::string, kCsvTables.size()>> csv_rows(const std::string& name, const Json& record) {
  try {
    return std::array{report_rows(name, record), score_rows(name, record), selection_rows(name, record),
                      team_rows(name, record), finding_rows(name, record)};
  } catch (const Json::exception& e) {
    return Error{ErrorCode::bad_configuration, std::string("the record is not by the schema: ") + e.what(),
                 name};
  }
}

}  // namespace attest
