#include "store/postgres_schema.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "store/schema.h"

namespace attest {
namespace {

// Statements that lead from version i to i + 1. What stands here never changes; new versions are added.
constexpr std::array kMigrations = {
    R"(
CREATE TABLE store (version integer NOT NULL);
INSERT INTO store VALUES (0);
CREATE TABLE settings (name text PRIMARY KEY, value text NOT NULL);
CREATE TABLE workers (
  id integer GENERATED ALWAYS AS IDENTITY (START 16) PRIMARY KEY,
  host text NOT NULL,
  pid integer NOT NULL,
  lease_until timestamptz NOT NULL,
  ended boolean NOT NULL DEFAULT false
);
CREATE INDEX workers_living ON workers (id) WHERE NOT ended;
CREATE TABLE jobs (
  id bigint PRIMARY KEY,
  content text COLLATE "C" NOT NULL,
  engine text COLLATE "C" NOT NULL,
  state text COLLATE "C" NOT NULL DEFAULT 'waiting'
    CHECK (state IN ('waiting', 'running', 'ok', 'needs_review', 'rejected', 'quarantined')),
  attempts integer NOT NULL DEFAULT 0,
  losses integer NOT NULL DEFAULT 0,
  owner integer,
  queued boolean NOT NULL DEFAULT false,
  name text COLLATE "C" NOT NULL DEFAULT '',
  error_code text COLLATE "C",
  UNIQUE (content, engine)
) WITH (autovacuum_vacuum_scale_factor = 0.02);
CREATE INDEX jobs_ready ON jobs (engine, losses, id) WHERE state = 'waiting' AND queued;
CREATE INDEX jobs_running ON jobs (owner) WHERE state = 'running';
CREATE TABLE runs (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  owner integer,
  engine text COLLATE "C" NOT NULL,
  mode text NOT NULL,
  inputs bigint NOT NULL
);
CREATE TABLE inputs (
  run_id bigint NOT NULL REFERENCES runs (id),
  path text COLLATE "C" NOT NULL,
  job_id bigint NOT NULL REFERENCES jobs (id)
);
CREATE INDEX inputs_run ON inputs (run_id, job_id);
CREATE TABLE records (
  job_id bigint PRIMARY KEY REFERENCES jobs (id),
  json text COLLATE "C" NOT NULL
);
CREATE VIEW current_jobs AS
  SELECT max(jobs.id) AS id FROM jobs JOIN records ON records.job_id = jobs.id GROUP BY jobs.content;
)"};

constexpr SqlTypes kTypes{"text COLLATE \"C\"", "bigint", "numeric"};

using Columns = std::map<std::string, std::set<std::string>>;  // of each table

Result<Columns> existing_columns(PgConnection& connection) {
  const Result<PgRows> rows = connection.query(
      "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'attest'");
  if (!rows) return rows.error();
  Columns out;
  for (int i = 0; i < rows->count(); ++i) out[std::string(rows->text(i, 0))].emplace(rows->text(i, 1));
  return out;
}

bool up_to_date(const Columns& there) {
  for (const RecordTable table : kRecordTables) {
    const auto known = there.find(row_table(table));
    if (known == there.end()) return false;
    for (const TableColumn& column : columns_of(table)) {
      if (!known->second.contains(column.name)) return false;
    }
  }
  return true;
}

std::string create_rows(RecordTable table) {
  const std::string name = row_table(table);
  std::string out =
      "CREATE TABLE " + name +
      " (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, job_id bigint NOT NULL REFERENCES jobs (id)";
  if (table == RecordTable::pages) out += ", grams text COLLATE \"C\", tokens tsvector";
  out += "); CREATE INDEX " + name + "_job ON " + name + " (job_id);";
  if (table == RecordTable::pages) out += "CREATE INDEX page_tokens ON page_rows USING gin (tokens);";
  return out;
}

// Makes a table of export/tables.h, or adds the columns that it has got since.
std::optional<Error> extend(PgConnection& connection, RecordTable table, const Columns& there) {
  const std::string name = row_table(table), view = quoted(std::string(name_of(table)));
  const auto known = there.find(name);
  std::string sql = known == there.end() ? create_rows(table) : "";
  for (const TableColumn& column : columns_of(table)) {
    if (known != there.end() && known->second.contains(column.name)) continue;
    sql += "ALTER TABLE " + name + " ADD COLUMN " + column_definition(column, kTypes) + ";";
  }
  if (sql.empty()) return std::nullopt;
  sql += "DROP VIEW IF EXISTS " + view + "; CREATE VIEW " + view + " AS SELECT job_id AS record, " +
         column_list(table) + " FROM " + name + " WHERE job_id IN (SELECT id FROM current_jobs)";
  return connection.execute(sql);
}

// The version it has; -1: there is no archive. Or why it is none of ours.
Result<std::int64_t> version_of(PgConnection& connection) {
  const Result<PgRows> there = connection.query(
      "SELECT to_regclass('attest.store') IS NOT NULL, count(*) FROM pg_class WHERE relnamespace = "
      "to_regnamespace('attest')");
  if (!there) return there.error();
  if (there->text(0, 0) != "t") {
    if (there->integer(0, 1) == 0) return std::int64_t{-1};
    return Error{ErrorCode::bad_configuration,
                 "the schema attest of " + connection.name() + " is another program's"};
  }
  const Result<PgRows> version = connection.query("SELECT version FROM attest.store");
  if (!version) return version.error();
  const std::int64_t number = version->count() == 1 ? version->integer(0, 0) : -1;
  if (number < 0 || number > static_cast<std::int64_t>(kMigrations.size())) {
    return Error{ErrorCode::bad_configuration,
                 connection.name() + " was made by a later version (schema " + std::to_string(number) + ")"};
  }
  return number;
}

std::optional<Error> make_or_migrate(PgConnection& connection) {
  PgTransaction transaction(connection);
  if (transaction.failure()) return transaction.failure();
  const Result<PgRows> locked =
      connection.query("SELECT pg_advisory_xact_lock($1::int, $2::int)", {kLockClass, kSchemaLock});
  if (!locked) return locked.error();
  const Result<std::int64_t> version = version_of(connection);  // another process may have been faster
  if (!version) return version.error();
  if (*version < 0) {
    if (auto failure = connection.execute("CREATE SCHEMA IF NOT EXISTS attest")) return failure;
  }
  for (auto i = static_cast<std::size_t>(std::max<std::int64_t>(*version, 0)); i < kMigrations.size(); ++i) {
    if (auto failure = connection.execute(kMigrations[i])) return failure;
  }
  const Result<Columns> there = existing_columns(connection);
  if (!there) return there.error();
  for (const RecordTable table : kRecordTables) {
    if (auto failure = extend(connection, table, *there)) return failure;
  }
  const Result<PgRows> noted =
      connection.query("UPDATE store SET version = $1::int", {static_cast<int>(kMigrations.size())});
  if (!noted) return noted.error();
  return transaction.commit();
}

}  // namespace

std::optional<Error> prepare_database(PgConnection& connection, StoreAccess access) {
  const Result<PgRows> encoding = connection.query("SHOW server_encoding");
  if (!encoding) return encoding.error();
  if (encoding->text(0, 0) != "UTF8") {
    return Error{ErrorCode::bad_configuration,
                 "the database " + connection.name() + " is not in UTF-8; make one with ENCODING 'UTF8'"};
  }
  // Claims and heartbeats need not be on the disk; transactions that must be say so (PgTransaction).
  // A process that is stopped in the midst of a transaction must not keep its rows from the others for ever.
  if (auto failure = connection.execute("SET search_path TO attest; SET synchronous_commit TO off; SET "
                                        "idle_in_transaction_session_timeout TO '10s'"))
    return failure;
  const Result<std::int64_t> version = version_of(connection);
  if (!version) return version.error();
  if (*version < 0 && access == StoreAccess::read) {
    return Error{ErrorCode::unreadable, "there is no archive in " + connection.name()};
  }
  if (*version == static_cast<std::int64_t>(kMigrations.size())) {
    const Result<Columns> there = existing_columns(connection);
    if (!there) return there.error();
    if (up_to_date(*there)) return std::nullopt;
  }
  return make_or_migrate(connection);
}

}  // namespace attest
