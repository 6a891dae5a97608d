// Many records into one format, one at a time: what `attest export` writes with.
//
//   auto writer = open_csv_files("tables/", {});
//   for each record: if (auto failure = (*writer)->add(17, record_json)) …
//   if (auto failure = (*writer)->commit()) …
//
// Memory does not grow with the number of records. The same records in the same order give the same bytes: no
// clock, host or path gets into a file. Without commit() nothing stays behind. A cell's text is data
// everywhere: nothing that a document says becomes a formula, markup or SQL. Not thread safe.
#ifndef ATTEST_EXPORT_BULK_H_
#define ATTEST_EXPORT_BULK_H_

#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "export/tables.h"
#include "record/error.h"

namespace attest {

// The first column of every table: the record's number in the archive.
inline constexpr const char* kRecordColumn = "record";

class BulkWriter {
 public:
  virtual ~BulkWriter() = default;
  // bad_configuration: the record is not by the schema; not_writable: the disk is full, …
  virtual std::optional<Error> add(std::int64_t record, const nlohmann::ordered_json& json) = 0;
  // Puts the files in place.
  virtual std::optional<Error> commit() = 0;
};

using OpenedWriter = Result<std::unique_ptr<BulkWriter>>;

// A record a line, as in docs/report.schema.json.
OpenedWriter open_json_lines(const std::string& path);

// A file a table in a folder that is there; `byte_order_mark` is for spreadsheets.
OpenedWriter open_csv_files(const std::string& folder, bool byte_order_mark);

}  // namespace attest

#endif  // ATTEST_EXPORT_BULK_H_
