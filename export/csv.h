// Tidy tables out of exported records: a row a report, a score, a check box, an auditor, a finding.
//
//   auto rows = csv_rows("report-17", record_json);
//   file << csv_header(CsvTable::scores) << (*rows)[static_cast<int>(CsvTable::scores)];
//
// The tables are made from the exported JSON, so that records written earlier can be gathered as well. RFC
// 4180: CRLF, quotes doubled. A text that a spreadsheet would run as a formula (it begins with = + - @ tab or
// CR, and is no plain number) gets a leading apostrophe. Columns may be added at the end, never renamed.
// Functions are pure.
#ifndef ATTEST_EXPORT_CSV_H_
#define ATTEST_EXPORT_CSV_H_

#include <array>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "export/tables.h"
#include "record/error.h"

namespace attest {

// The tables that `run` writes; page texts stand in the records beside them.
using CsvTable = RecordTable;
inline constexpr std::array kCsvTables = {CsvTable::reports, CsvTable::scores, CsvTable::selections,
                                          CsvTable::team, CsvTable::findings};
std::string file_name_of(RecordTable table);  // "reports.csv"
std::string csv_header(RecordTable table);    // with its line end

// A row of the table with the record's name before it, and its line end.
std::string csv_line(const std::string& name, const TableRow& row);

// One value, quoted where needed and safe to open in a spreadsheet.
std::string csv_value(std::string_view text);

// Rows of one record, by table. `name` is the record's own name, the first column everywhere. A record that
// is not by the schema gives bad_configuration.
Result<std::array<std::string, kCsvTables.size()>> csv_rows(const std::string& name,
                                                            const nlohmann::ordered_json& record);

}  // namespace attest

#endif  // ATTEST_EXPORT_CSV_H_
