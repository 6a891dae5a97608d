// A record as rows of tidy tables with typed columns: what CSV, spreadsheets and databases are filled from.
//
//   for (const TableRow& row : *rows_of(RecordTable::scores, record_json)) …  // one cell a column
//
// The rows are made from the exported JSON, so that records written earlier can be gathered as well. A cell
// is text; an empty one is null. The column that names the record is left to the caller. Columns may be added
// at the end, never renamed. Functions are pure.
#ifndef ATTEST_EXPORT_TABLES_H_
#define ATTEST_EXPORT_TABLES_H_

#include <array>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "record/error.h"

namespace attest {

enum class RecordTable { reports, scores, selections, team, findings, pages };
inline constexpr std::array kRecordTables = {RecordTable::reports,    RecordTable::scores,
                                             RecordTable::selections, RecordTable::team,
                                             RecordTable::findings,   RecordTable::pages};
std::string_view name_of(RecordTable table);  // "reports"

// number: decimal notation, exact; date: ISO 8601, or what a date that does not exist was printed as;
// boolean: "true" or "false".
enum class ColumnType { text, integer, number, date, boolean };

// Of a number column: digits after the point that hold every value. A number on a form has at most nine
// digits in all (record/decimal.h).
inline constexpr int kPrintedPlaces = 9;
inline constexpr int kConfidencePlaces = 4, kPointPlaces = 2;

struct TableColumn {
  std::string name;
  ColumnType type = ColumnType::text;
  int places = 0;  // of a number
};
using TableRow = std::vector<std::string>;

const std::vector<TableColumn>& columns_of(RecordTable table);

// A record that is not by the schema gives bad_configuration.
Result<std::vector<TableRow>> rows_of(RecordTable table, const nlohmann::ordered_json& record);

}  // namespace attest

#endif  // ATTEST_EXPORT_TABLES_H_
