// The tables of an SQLite archive, and how one made by an earlier version is brought up to date.
//
//   jobs 1 ──── n inputs n ──── 1 runs          what there is to do, and how far it is
//     │ 1
//     ├── 1 records                             the record as JSON
//     └── n report_rows, score_rows …           the tables of export/tables.h, typed
//             └── page_index                    full text of page_rows (pairs of hanzi)
//
//   reports, scores, selections, team, findings, pages     views for analysts: of each document's content
//   what
//                                                          the latest engine made, `record` is the job
//
// The number of the schema stands in user_version; "attS" in application_id tells an archive from any other
// SQLite file.
#ifndef ATTEST_STORE_SCHEMA_H_
#define ATTEST_STORE_SCHEMA_H_

#include <optional>
#include <string>
#include <string_view>

#include "export/tables.h"
#include "record/error.h"
#include "store/sqlite.h"

namespace attest {

std::string row_table(RecordTable table);  // "score_rows", the table behind the view `scores`

// A name as SQL has it.
std::string quoted(const std::string& name);

// What a kind of database calls the types of columns; dates and booleans are text.
struct SqlTypes {
  std::string_view text, integer, number;
};
// A column of export/tables.h for CREATE or ALTER TABLE: its name and its type.
std::string column_definition(const TableColumn& column, const SqlTypes& types);

// "name1, name2 …" quoted as SQL names.
std::string column_list(RecordTable table);

// `CREATE TABLE` of a table's columns after `first` (as "job_id INTEGER NOT NULL"); empty: none.
std::string create_table(const std::string& name, const std::string& first, RecordTable table);

// Makes or migrates. bad_configuration: a file of something else, or of a later version.
std::optional<Error> migrate(Database& database);

}  // namespace attest

#endif  // ATTEST_STORE_SCHEMA_H_
