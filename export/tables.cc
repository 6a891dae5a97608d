// One function a table, in the order of its columns.
#include "export/tables.h"

#include <nlohmann/json.hpp>

#include "export/json.h"
#include "record/report.h"

namespace attest {
namespace {

using Json = nlohmann::ordered_json;
using Rows = std::vector<TableRow>;

constexpr std::array kSingles = {"special_deduction", "special_bonus", "total", "result_score",
                                 "result_star_level"};

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

// The type of a field's column: what the contract says about its values.
ColumnType type_of_field(const std::string& name) {
  if (name == "scope_star_level" || name == "recommended_star_level" || name == "result_star_level") {
    return ColumnType::integer;
  }
  if (name.ends_with("_date")) return ColumnType::date;
  return name == "audit_days" ? ColumnType::number : ColumnType::text;
}

std::vector<TableColumn> report_columns() {
  std::vector<TableColumn> out = {
      {"file_name"}, {"sha256"},   {"media_type"}, {"page_count", ColumnType::integer},
      {"status"},    {"rejected"}, {"kind"},       {"scheme"}};
  const auto add = [&out](const std::string& name, ColumnType type) {
    out.push_back({name, type, type == ColumnType::number ? kPrintedPlaces : 0});
  };
  for (const std::string& field : field_names()) add(field, type_of_field(field));
  for (const std::string name : kSingles) {
    add(name, type_of_field(name) == ColumnType::integer ? ColumnType::integer : ColumnType::number);
  }
  for (const std::string& group : selection_names()) out.push_back({group});
  out.push_back({"errors", ColumnType::integer});
  out.push_back({"warnings", ColumnType::integer});
  return out;
}

std::vector<TableColumn> make_columns(RecordTable table) {
  constexpr auto integer = ColumnType::integer, number = ColumnType::number;
  switch (table) {
    case RecordTable::reports:
      return report_columns();
    case RecordTable::scores:
      return {{"level"},
              {"section"},
              {"indicator"},
              {"clause"},
              {"code"},
              {"applicable", ColumnType::boolean},
              {"quantity"},
              {"value", number, kPrintedPlaces},
              {"text"},
              {"confidence", number, kConfidencePlaces},
              {"page", integer},
              {"line", integer},
              {"box"}};
    case RecordTable::selections:
      return {{"group"},
              {"option"},
              {"label"},
              {"state"},
              {"confidence", number, kConfidencePlaces},
              {"page", integer},
              {"line", integer},
              {"box"}};
    case RecordTable::team:
      return {{"member", integer},     {"code"},           {"name"}, {"role"},
              {"registration_number"}, {"specialty_code"}, {"phone"}};
    case RecordTable::findings:
      return {{"rule"},          {"subject"},       {"severity"},   {"verdict"},    {"expected"},
              {"actual"},        {"formula"},       {"root_cause"}, {"message_zh"}, {"message_en"},
              {"page", integer}, {"line", integer}, {"box"}};
    case RecordTable::pages:
      return {{"page", integer},
              {"width", number, kPointPlaces},
              {"height", number, kPointPlaces},
              {"rotation", integer},
              {"origin"},
              {"text"}};
  }
  return {};
}

Rows report_rows(const Json& record) {
  const Json& source = member(record, "source");
  TableRow row = {at(source, "file_name"), at(source, "sha256"), at(source, "media_type"),
                  at(source, "page_count")};
  for (const char* key : {"status", "rejected", "kind", "scheme"}) row.push_back(at(record, key));
  for (const std::string& field : field_names()) row.push_back(value(member(record, "fields"), field));
  for (const char* key : kSingles) {
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
  return {row};
}

// One row a number that is printed: tidy data, the quantity is a column.
void append_quantities(const std::string& level, const Json& node, Rows& out) {
  const std::string indicator = level == "indicator" ? at(node, "name") : at(node, "indicator");
  for (const char* quantity : {"max", "percent", "score"}) {
    const Json& field = member(node, quantity);
    if (field.is_null()) continue;
    out.push_back({level, at(node, "section"), indicator, at(node, "clause"), at(node, "code"),
                   at(node, "applicable"), quantity, at(field, "value"), at(field, "text"),
                   at(field, "confidence"), at(field, "page"), at(field, "line"), box_text(field)});
  }
}

Rows score_rows(const Json& record) {
  const Json& scores = member(record, "scores");
  Rows out;
  for (const Json& item : member(scores, "items")) append_quantities("item", item, out);
  for (const Json& indicator : member(scores, "indicators")) append_quantities("indicator", indicator, out);
  for (const Json& section : member(scores, "sections")) append_quantities("section", section, out);
  for (const char* key : kSingles) {
    const Json& field = member(scores, key);
    if (field.is_null()) continue;
    out.push_back({"report", "", "", "", "", "", key, at(field, "value"), at(field, "text"),
                   at(field, "confidence"), at(field, "page"), at(field, "line"), box_text(field)});
  }
  return out;
}

Rows selection_rows(const Json& record) {
  Rows out;
  for (const auto& [group, selection] : member(record, "selections").items()) {
    for (const Json& option : member(selection, "options")) {
      out.push_back({group, at(option, "option"), at(option, "label"), at(option, "state"),
                     at(option, "confidence"), at(option, "page"), at(option, "line"), box_text(option)});
    }
  }
  return out;
}

Rows team_rows(const Json& record) {
  Rows out;
  int number = 0;
  for (const Json& m : member(record, "audit_team")) {
    out.push_back({std::to_string(number++), value(m, "code"), value(m, "name"), value(m, "role"),
                   value(m, "registration_number"), value(m, "specialty_code"), value(m, "phone")});
  }
  return out;
}

Rows finding_rows(const Json& record) {
  Rows out;
  for (const Json& finding : member(record, "findings")) {
    const Json& operands = member(finding, "operands");
    const Json place = operands.is_array() && !operands.empty() ? operands.front() : Json();
    const Json& message = member(finding, "message");
    out.push_back({at(finding, "rule"), at(finding, "subject"), at(finding, "severity"),
                   at(finding, "verdict"), at(finding, "expected"), at(finding, "actual"),
                   at(finding, "formula"), at(finding, "root_cause"), at(message, "zh"), at(message, "en"),
                   at(place, "page"), at(place, "line"), box_text(place)});
  }
  return out;
}

Rows page_rows(const Json& record) {
  Rows out;
  const Json& texts = member(record, "text");
  for (const Json& page : member(member(record, "source"), "pages")) {
    std::string text;
    for (const Json& t : texts) {
      if (member(t, "page") == member(page, "page")) text = at(t, "text");
    }
    out.push_back({at(page, "page"), at(page, "width"), at(page, "height"), at(page, "rotation"),
                   at(page, "origin"), text});
  }
  return out;
}

Rows make_rows(RecordTable table, const Json& record) {
  switch (table) {
    case RecordTable::reports:
      return report_rows(record);
    case RecordTable::scores:
      return score_rows(record);
    case RecordTable::selections:
      return selection_rows(record);
    case RecordTable::team:
      return team_rows(record);
    case RecordTable::findings:
      return finding_rows(record);
    case RecordTable::pages:
      return page_rows(record);
  }
  return {};
}

}  // namespace

std::string_view name_of(RecordTable table) {
  static constexpr std::array<std::string_view, kRecordTables.size()> names = {
      "reports", "scores", "selections", "team", "findings", "pages"};
  return names[static_cast<std::size_t>(table)];
}

const std::vector<TableColumn>& columns_of(RecordTable table) {
  static const auto columns = [] {
    std::array<std::vector<TableColumn>, kRecordTables.size()> out;
    for (const RecordTable t : kRecordTables) out[static_cast<std::size_t>(t)] = make_columns(t);
    return out;
  }();
  return columns[static_cast<std::size_t>(table)];
}

Result<std::vector<TableRow>> rows_of(RecordTable table, const Json& record) {
  try {
    return make_rows(table, record);
  } catch (const Json::exception& e) {
    return Error{ErrorCode::bad_configuration, std::string("the record is not by the schema: ") + e.what()};
  }
}

}  // namespace attest
