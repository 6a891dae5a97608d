#include "store/schema.h"

#include <array>
#include <set>

namespace attest {
namespace {

constexpr std::int64_t kApplicationId = 0x61747453;  // "attS"

// Statements that lead from version i to i + 1. What stands here never changes; new versions are added.
constexpr std::array kMigrations = {
    R"(
CREATE TABLE jobs (
  id INTEGER PRIMARY KEY,
  content TEXT NOT NULL,
  engine TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'waiting'
    CHECK (state IN ('waiting', 'running', 'ok', 'needs_review', 'rejected', 'quarantined')),
  attempts INTEGER NOT NULL DEFAULT 0,
  error_code TEXT,
  UNIQUE (content, engine)
);
CREATE INDEX jobs_open ON jobs (state) WHERE state IN ('waiting', 'running');
CREATE TABLE runs (
  id INTEGER PRIMARY KEY,
  engine TEXT NOT NULL,
  mode TEXT NOT NULL,
  inputs INTEGER NOT NULL
);
CREATE TABLE inputs (
  run_id INTEGER NOT NULL REFERENCES runs (id),
  path TEXT NOT NULL,
  job_id INTEGER NOT NULL REFERENCES jobs (id),
  PRIMARY KEY (run_id, path)
) WITHOUT ROWID;
CREATE TABLE records (
  job_id INTEGER PRIMARY KEY REFERENCES jobs (id),
  json TEXT NOT NULL
);
CREATE VIRTUAL TABLE page_index USING fts5 (grams, content = '', tokenize = 'unicode61 remove_diacritics 0');
CREATE VIEW current_jobs AS
  SELECT max(jobs.id) AS id FROM jobs JOIN records ON records.job_id = jobs.id GROUP BY jobs.content;
)",
    // The queue: jobs whose bytes lie in a folder of contents, and what died while it was read.
    R"(
ALTER TABLE jobs ADD COLUMN losses INTEGER NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN queued INTEGER NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN name TEXT NOT NULL DEFAULT '';
DROP INDEX jobs_open;
CREATE INDEX jobs_ready ON jobs (engine, losses, id) WHERE state = 'waiting' AND queued = 1;
CREATE INDEX jobs_running ON jobs (id) WHERE state = 'running';
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
)"};

constexpr SqlTypes kTypes{"TEXT", "INTEGER", "NUMERIC"};

Result<std::int64_t> pragma(Database& database, const std::string& name) {
  Statement statement = database.prepare("PRAGMA " + name);
  if (!statement.step()) return database.error("cannot read");
  return statement.integer(0);
}

std::set<std::string> existing_columns(Database& database, const std::string& table) {
  std::set<std::string> out;
  Statement statement = database.prepare("SELECT name FROM pragma_table_info(?)");
  statement.bind(1, table);
  while (statement.step()) out.emplace(statement.text(0));
  return out;
}

std::optional<Error> make_view(Database& database, RecordTable table) {
  const std::string name = quoted(std::string(name_of(table)));
  if (auto failure = database.execute("DROP VIEW IF EXISTS " + name)) return failure;
  return database.execute("CREATE VIEW " + name + " AS SELECT job_id AS record, " + column_list(table) +
                          " FROM " + row_table(table) + " WHERE job_id IN (SELECT id FROM current_jobs)");
}

// Makes a table of export/tables.h, or adds the columns that it has got since.
std::optional<Error> extend(Database& database, RecordTable table) {
  const std::string name = row_table(table);
  const std::set<std::string> there = existing_columns(database, name);
  if (there.empty()) {
    const std::string first = "id INTEGER PRIMARY KEY, job_id INTEGER NOT NULL REFERENCES jobs (id)";
    if (auto failure = database.execute(create_table(name, first, table))) return failure;
    if (auto failure = database.execute("CREATE INDEX " + name + "_job ON " + name + " (job_id)"))
      return failure;
    return make_view(database, table);
  }
  bool changed = false;
  for (const TableColumn& column : columns_of(table)) {
    if (there.contains(column.name)) continue;
    changed = true;
    if (auto failure =
            database.execute("ALTER TABLE " + name + " ADD COLUMN " + column_definition(column, kTypes))) {
      return failure;
    }
  }
  return changed ? make_view(database, table) : std::nullopt;
}

bool up_to_date(Database& database) {
  for (const RecordTable table : kRecordTables) {
    const std::set<std::string> there = existing_columns(database, row_table(table));
    for (const TableColumn& column : columns_of(table)) {
      if (!there.contains(column.name)) return false;
    }
  }
  return true;
}

// The version it has, or why it is none of ours.
Result<std::int64_t> version_of(Database& database) {
  Result<std::int64_t> application = pragma(database, "application_id");
  if (!application) return application;
  Result<std::int64_t> version = pragma(database, "user_version");
  if (!version) return version;
  Statement tables = database.prepare("SELECT count(*) FROM sqlite_master");
  if (!tables.step()) return database.error("cannot read");
  const bool empty = tables.integer(0) == 0;
  if (*application != kApplicationId && !empty) {
    return Error{ErrorCode::bad_configuration, database.path() + " is a database of another program"};
  }
  if (*version > static_cast<std::int64_t>(kMigrations.size())) {
    return Error{ErrorCode::bad_configuration,
                 database.path() + " was made by a later version (schema " + std::to_string(*version) + ")"};
  }
  return version;
}

}  // namespace

std::string row_table(RecordTable table) {
  switch (table) {
    case RecordTable::reports:
      return "report_rows";
    case RecordTable::scores:
      return "score_rows";
    case RecordTable::selections:
      return "selection_rows";
    case RecordTable::team:
      return "team_rows";
    case RecordTable::findings:
      return "finding_rows";
    case RecordTable::pages:
      return "page_rows";
  }
  return "";
}

std::string quoted(const std::string& name) { return '"' + name + '"'; }

std::string column_definition(const TableColumn& column, const SqlTypes& types) {
  const auto type = [&] {
    switch (column.type) {
      case ColumnType::text:
      case ColumnType::date:
      case ColumnType::boolean:
        break;
      case ColumnType::integer:
        return types.integer;
      case ColumnType::number:
        return types.number;
    }
    return types.text;
  };
  return quoted(column.name) + " " + std::string(type());
}

std::string column_list(RecordTable table) {
  std::string out;
  for (const TableColumn& column : columns_of(table)) out += (out.empty() ? "" : ", ") + quoted(column.name);
  return out;
}

std::string create_table(const std::string& name, const std::string& first, RecordTable table) {
  std::string out = "CREATE TABLE " + quoted(name) + " (" + first;
  bool begins = first.empty();
  for (const TableColumn& column : columns_of(table)) {
    out += (begins ? "" : ", ") + column_definition(column, kTypes);
    begins = false;
  }
  return out + ")";
}

std::optional<Error> migrate(Database& database) {
  const Result<std::int64_t> seen = version_of(database);
  if (!seen) return seen.error();
  if (*seen == static_cast<std::int64_t>(kMigrations.size()) && up_to_date(database)) return std::nullopt;
  Transaction transaction(database);
  if (transaction.failure()) return transaction.failure();
  const Result<std::int64_t> version = version_of(database);  // another process may have been faster
  if (!version) return version.error();
  for (std::size_t i = static_cast<std::size_t>(*version); i < kMigrations.size(); ++i) {
    if (auto failure = database.execute(kMigrations[i])) return failure;
  }
  for (const RecordTable table : kRecordTables) {
    if (auto failure = extend(database, table)) return failure;
  }
  if (auto failure = database.execute("PRAGMA application_id = " + std::to_string(kApplicationId)))
    return failure;
  if (auto failure = database.execute("PRAGMA user_version = " + std::to_string(kMigrations.size())))
    return failure;
  return transaction.commit();
}

}  // namespace attest
