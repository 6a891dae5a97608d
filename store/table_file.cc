// The file is built under a temporary name, so that it needs no journal; one transaction, one order of
// statements, and the bytes are the same each time.
#include "store/table_file.h"

#include <unistd.h>

#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "export/json.h"
#include "export/output_file.h"
#include "store/schema.h"
#include "store/sqlite.h"

namespace attest {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kSettings =
    "PRAGMA page_size = 4096; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = "
    "EXCLUSIVE; PRAGMA cache_size = -16384; PRAGMA encoding = 'UTF-8'; PRAGMA trusted_schema = OFF";

constexpr const char* kViews = R"(
CREATE VIEW finding_list AS
  SELECT findings.*, reports.file_name, reports.organization_name, reports.project_number, reports.scheme,
         reports.report_date
  FROM findings JOIN reports USING (record);
CREATE VIEW score_list AS
  SELECT scores.*, reports.file_name, reports.organization_name, reports.project_number, reports.scheme,
         reports.report_date
  FROM scores JOIN reports USING (record);
)";

class TableFile : public BulkWriter {
 public:
  explicit TableFile(const std::string& path) : staged_(path) {}

  std::optional<Error> open() {
    unlink(staged_.temporary().c_str());  // of an export that was killed
    Result<Database> db = Database::open(staged_.temporary(),
                                         SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOFOLLOW);
    if (!db) return db.error();
    db_ = std::move(*db);
    if (auto failure = db_->execute(kSettings)) return failure;
    if (auto failure = db_->execute("BEGIN")) return failure;
    if (auto failure = db_->execute("CREATE TABLE records (record INTEGER PRIMARY KEY, json TEXT NOT NULL)"))
      return failure;
    for (const RecordTable table : kRecordTables) {
      const std::string name(name_of(table));
      if (auto failure = db_->execute(create_table(name, "record INTEGER NOT NULL", table))) return failure;
      insertions_[static_cast<std::size_t>(table)] = db_->prepare(insert_statement(table));
    }
    record_ = db_->prepare("INSERT INTO records (record, json) VALUES (?, ?)");
    return std::nullopt;
  }

  std::optional<Error> add(std::int64_t record, const Json& json) override {
    record_.bind(1, record).bind(2, to_json_text(json, /*pretty=*/false));
    if (auto failure = db_->run(record_)) return failure;
    for (const RecordTable table : kRecordTables) {
      const Result<std::vector<TableRow>> rows = rows_of(table, json);
      if (!rows) return rows.error();
      Statement& insert = insertions_[static_cast<std::size_t>(table)];
      for (const TableRow& row : *rows) {
        insert.bind(1, record);
        for (std::size_t i = 0; i < row.size(); ++i)
          insert.bind_text_or_null(static_cast<int>(i) + 2, row[i]);
        if (auto failure = db_->run(insert)) return failure;
      }
    }
    return std::nullopt;
  }

  std::optional<Error> commit() override {
    for (const RecordTable table : kRecordTables) {
      const std::string name(name_of(table));
      std::string index = "CREATE INDEX " + name;
      index.append("_record ON ").append(name).append(" (record)");
      if (auto failure = db_->execute(index)) return failure;
    }
    if (auto failure = db_->execute(kViews)) return failure;
    if (auto failure = db_->execute("COMMIT")) return failure;
    insertions_ = {};
    record_ = Statement();
    db_.reset();
    return staged_.commit();
  }

 private:
  static std::string insert_statement(RecordTable table) {
    std::string out =
        "INSERT INTO " + std::string(name_of(table)) + " (record, " + column_list(table) + ") VALUES (?";
    for (std::size_t i = 0; i < columns_of(table).size(); ++i) out += ", ?";
    return out + ")";
  }

  StagedPath staged_;
  std::optional<Database> db_;
  std::array<Statement, kRecordTables.size()> insertions_;
  Statement record_;
};

}  // namespace

OpenedWriter open_table_file(const std::string& path) {
  auto file = std::make_unique<TableFile>(path);
  if (auto failure = file->open()) return *failure;
  return std::unique_ptr<BulkWriter>(std::move(file));
}

}  // namespace attest
