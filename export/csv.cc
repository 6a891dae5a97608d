#include "export/csv.h"

#include <nlohmann/json.hpp>

#include "record/decimal.h"

namespace attest {
namespace {

using Json = nlohmann::ordered_json;

bool starts_formula(char c) { return c == '=' || c == '+' || c == '-' || c == '@' || c == '\t' || c == '\r'; }

}  // namespace

std::string file_name_of(RecordTable table) { return std::string(name_of(table)) + ".csv"; }

std::string csv_header(RecordTable table) {
  TableRow names;
  for (const TableColumn& column : columns_of(table)) names.push_back(column.name);
  return csv_line("record", names);
}

std::string csv_line(const std::string& name, const TableRow& row) {
  std::string out = csv_value(name);
  for (const std::string& cell : row) out += ',' + csv_value(cell);
  return out + "\r\n";
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
  std::array<std::string, kCsvTables.size()> out;
  for (std::size_t i = 0; i < kCsvTables.size(); ++i) {
    const Result<std::vector<TableRow>> rows = rows_of(kCsvTables[i], record);
    if (!rows) {
      Error error = rows.error();
      error.document = name;
      return error;
    }
    for (const TableRow& row : *rows) out[i] += csv_line(name, row);
  }
  return out;
}

}  // namespace attest
