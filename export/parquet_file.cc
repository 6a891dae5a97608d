// Rows are gathered as texts and cast when the files are written: `TRY_CAST` makes null of what is no value.
#include "export/parquet_file.h"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>
#include <vector>

#include "export/duckdb.h"
#include "export/output_file.h"

namespace attest {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

// One thread: the order of the rows, and with it the bytes, stay the same. The memory is for one row group
// and the buffers of the database; what is more waits on disk.
constexpr const char* kSettings =
    "SET threads = 1; SET memory_limit = '200MB'; SET preserve_insertion_order = true; "
    "SET autoinstall_known_extensions = false; SET autoload_known_extensions = false;";
constexpr int kRowGroup = 8'192;  // rows; page texts of 4 kB make 32 MB of it
constexpr int kDecimalDigits = 18;

std::string sql_quoted(std::string_view name, char quote) {
  std::string out(1, quote);
  for (const char c : name) {
    out += c;
    if (c == quote) out += quote;
  }
  return out += quote;
}

std::string parquet_type(const TableColumn& column) {
  switch (column.type) {
    case ColumnType::text:
      return "VARCHAR";
    case ColumnType::integer:
      return "INTEGER";
    case ColumnType::number:
      return "DECIMAL(" + std::to_string(kDecimalDigits) + "," + std::to_string(column.places) + ")";
    case ColumnType::date:
      return "DATE";
    case ColumnType::boolean:
      return "BOOLEAN";
  }
  return "VARCHAR";
}

std::string create_statement(RecordTable table) {
  std::string out = "CREATE TABLE " + sql_quoted(name_of(table), '"') + " (" + kRecordColumn + " BIGINT";
  for (const TableColumn& column : columns_of(table)) out += ", " + sql_quoted(column.name, '"') + " VARCHAR";
  return out + ")";
}

std::string copy_statement(RecordTable table, const std::string& path) {
  std::string out = std::string("COPY (SELECT ") + kRecordColumn;
  for (const TableColumn& column : columns_of(table)) {
    const std::string name = sql_quoted(column.name, '"');
    out += ", ";
    if (column.type != ColumnType::text)
      out.append("TRY_CAST(").append(name).append(" AS ").append(parquet_type(column)).append(") AS ");
    out += name;
  }
  out += " FROM " + sql_quoted(name_of(table), '"') + ") TO " + sql_quoted(path, '\'');
  return out + " (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE " + std::to_string(kRowGroup) + ")";
}

// The temporary database and what it leaves beside it.
class Scratch {
 public:
  explicit Scratch(const std::string& folder)
      : path_((fs::path(folder) / "attest-export.duckdb.part").string()) {
    remove();
  }
  ~Scratch() { remove(); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  const std::string& path() const { return path_; }

 private:
  void remove() {
    std::error_code ignored;
    for (const char* ending : {"", ".wal", ".tmp"}) fs::remove_all(path_ + ending, ignored);
  }
  std::string path_;
};

class ParquetFiles : public BulkWriter {
 public:
  explicit ParquetFiles(const std::string& folder) : folder_(folder), scratch_(folder) {}

  std::optional<Error> open() {
    Result<DuckDb> db = DuckDb::open(scratch_.path());
    if (!db) return db.error();
    db_ = std::move(*db);
    if (auto failure = db_->run(kSettings)) return failure;
    for (const RecordTable table : kRecordTables) {
      if (auto failure = db_->run(create_statement(table))) return failure;
      appenders_.push_back(db_->appender(std::string(name_of(table))));
    }
    return std::nullopt;
  }

  std::optional<Error> add(std::int64_t record, const Json& json) override {
    for (std::size_t t = 0; t < kRecordTables.size(); ++t) {
      const Result<std::vector<TableRow>> rows = rows_of(kRecordTables[t], json);
      if (!rows) return rows.error();
      DuckDbAppender& appender = appenders_[t];
      for (const TableRow& row : *rows) {
        appender.append(record);
        for (const std::string& cell : row) {
          if (cell.empty()) {
            appender.append_null();
          } else {
            appender.append(cell);
          }
        }
        appender.end_row();
      }
      if (appender.failed()) return appender.finish();
    }
    return std::nullopt;
  }

  std::optional<Error> commit() override {
    for (DuckDbAppender& appender : appenders_) {
      if (auto failure = appender.finish()) return failure;
    }
    appenders_.clear();
    std::vector<std::unique_ptr<StagedPath>> files;
    for (const RecordTable table : kRecordTables) {
      files.push_back(std::make_unique<StagedPath>((fs::path(folder_) / parquet_name_of(table)).string()));
      if (auto failure = db_->run(copy_statement(table, files.back()->temporary()))) return failure;
    }
    for (const auto& file : files) {
      if (auto failure = file->commit()) return failure;
    }
    return std::nullopt;
  }

 private:
  std::string folder_;
  Scratch scratch_;  // removed after the database is closed
  std::optional<DuckDb> db_;
  std::vector<DuckDbAppender> appenders_;
};

}  // namespace

OpenedWriter open_parquet_files(const std::string& folder) {
  auto files = std::make_unique<ParquetFiles>(folder);
  if (auto failure = files->open()) return *failure;
  return std::unique_ptr<BulkWriter>(std::move(files));
}

std::string parquet_name_of(RecordTable table) { return std::string(name_of(table)) + ".parquet"; }

}  // namespace attest
