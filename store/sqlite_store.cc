// The archive in one SQLite file: schema.h draws its tables.
#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "export/json.h"
#include "export/tables.h"
#include "store/bigrams.h"
#include "store/schema.h"
#include "store/sqlite.h"
#include "store/store.h"

namespace attest {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kBusyMilliseconds = 5000;  // a reader's snapshot or a checkpoint holds a writer up for less

// Held by the process that works on the archive; the system lets go of it when the process ends, however it
// ends. Processes forked from it do not hold it.
class WriterLock {
 public:
  WriterLock() = default;
  WriterLock(WriterLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  WriterLock& operator=(WriterLock&&) = delete;
  ~WriterLock() {
    if (descriptor_ >= 0) close(descriptor_);
  }

  std::optional<Error> take(const std::string& store) {
    const std::string path = store + ".lock";
    descriptor_ = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (descriptor_ < 0)
      return Error{ErrorCode::not_writable, "cannot write " + path + ": " + std::strerror(errno)};
    struct flock whole {};
    whole.l_type = F_WRLCK;
    whole.l_whence = SEEK_SET;
    if (fcntl(descriptor_, F_SETLK, &whole) == 0) return std::nullopt;
    if (errno == EACCES || errno == EAGAIN) {
      return Error{ErrorCode::not_writable, "another process is working on " + store};
    }
    return Error{ErrorCode::not_writable, "cannot lock " + path + ": " + std::strerror(errno)};
  }

 private:
  int descriptor_ = -1;
};

JobState state_named(std::string_view name) {
  for (const JobState state : kJobStates) {
    if (name_of(state) == name) return state;
  }
  return JobState::waiting;
}

std::string_view mode_name(RunMode mode) {
  switch (mode) {
    case RunMode::skip:
      return "skip";
    case RunMode::redo:
      return "redo";
    case RunMode::failed:
      return "failed";
  }
  return "skip";
}

// Whether a job that has ended is to be done again.
bool again(JobState state, RunMode mode, bool readable) {
  if (!is_terminal(state)) return false;
  if (!readable || mode == RunMode::redo) return true;
  return mode == RunMode::failed && (state == JobState::rejected || state == JobState::quarantined);
}

class SqliteStore : public RecordStore {
 public:
  SqliteStore(WriterLock lock, Database database) : lock_(std::move(lock)), db_(std::move(database)) {}

  Result<RunPlan> enter(const std::string& engine, const std::vector<StoreInput>& inputs,
                        RunMode mode) override;
  Result<int> claim(std::int64_t job) override;
  Result<bool> complete(std::int64_t job, int attempt, const Completion& completion) override;
  Result<StateCounts> counts(std::int64_t run) override;
  Result<std::optional<std::string>> record(std::int64_t job) override;
  Result<std::vector<std::int64_t>> find(const std::string& name, int limit) override;
  std::optional<Error> each_record(
      const RecordFilter& filter,
      const std::function<std::optional<Error>(const StoredRecord&)>& visit) override;
  Result<std::vector<SearchHit>> search(const std::vector<std::string>& words, int limit) override;
  Result<Stats> stats() override;

 private:
  Result<StoredJob> enter_job(const std::string& engine, const StoreInput& input, RunMode mode);
  std::optional<Error> remove_rows(std::int64_t job);
  std::optional<Error> insert_rows(std::int64_t job, RecordTable table, const Json& record);
  Statement& insertion(RecordTable table);
  Result<std::vector<StatRow>> stat_rows(const std::string& sql);

  WriterLock lock_;
  Database db_;
  std::map<RecordTable, Statement> insertions_;
};

// -- jobs
// ---------------------------------------------------------------------------------------------------------

Result<RunPlan> SqliteStore::enter(const std::string& engine, const std::vector<StoreInput>& inputs,
                                   RunMode mode) {
  Transaction transaction(db_);
  if (transaction.failure()) return *transaction.failure();
  if (auto failure = db_.execute("UPDATE jobs SET state = 'waiting' WHERE state = 'running'"))
    return *failure;
  Statement run = db_.prepare("INSERT INTO runs (engine, mode, inputs) VALUES (?, ?, ?)");
  run.bind(1, engine).bind(2, mode_name(mode)).bind(3, static_cast<std::int64_t>(inputs.size()));
  if (auto failure = db_.run(run)) return *failure;
  RunPlan plan;
  plan.run = db_.last_row();
  Statement add = db_.prepare("INSERT INTO inputs (run_id, path, job_id) VALUES (?, ?, ?)");
  for (const StoreInput& input : inputs) {
    const Result<StoredJob> job = enter_job(engine, input, mode);
    if (!job) return job.error();
    add.bind(1, plan.run).bind(2, input.path).bind(3, job->id);
    if (auto failure = db_.run(add)) return *failure;
    plan.jobs.push_back(*job);
  }
  // An earlier run's list has served its end once a later one is entered; its jobs stay.
  Statement forget = db_.prepare("DELETE FROM inputs WHERE run_id < ?");
  forget.bind(1, plan.run);
  if (auto failure = db_.run(forget)) return *failure;
  if (auto failure = transaction.commit()) return *failure;
  return plan;
}

Result<StoredJob> SqliteStore::enter_job(const std::string& engine, const StoreInput& input, RunMode mode) {
  Statement known = db_.prepare("SELECT id, state FROM jobs WHERE content = ? AND engine = ?");
  known.bind(1, input.content).bind(2, engine);
  if (known.step()) {
    StoredJob job{known.integer(0), state_named(known.text(1))};
    if (!again(job.state, mode, input.readable)) return job;
    Statement wait = db_.prepare("UPDATE jobs SET state = 'waiting', attempts = 0 WHERE id = ?");
    wait.bind(1, job.id);
    if (auto failure = db_.run(wait)) return *failure;
    return StoredJob{job.id, JobState::waiting};
  }
  if (known.failed()) return db_.error("cannot read");
  Statement add = db_.prepare("INSERT INTO jobs (content, engine) VALUES (?, ?)");
  add.bind(1, input.content).bind(2, engine);
  if (auto failure = db_.run(add)) return *failure;
  return StoredJob{db_.last_row(), JobState::waiting};
}

Result<int> SqliteStore::claim(std::int64_t job) {
  Statement claim = db_.prepare(
      "UPDATE jobs SET state = 'running', attempts = attempts + 1 WHERE id = ? AND state IN ('waiting', "
      "'running') "
      "RETURNING attempts");
  claim.bind(1, job);
  if (!claim.step()) {
    if (claim.failed()) return db_.error("cannot change");
    return Error{ErrorCode::internal, "job " + std::to_string(job) + " is not to be done"};
  }
  const int attempt = static_cast<int>(claim.integer(0));
  if (claim.run_code()) return db_.error("cannot change");
  return attempt;
}

Result<bool> SqliteStore::complete(std::int64_t job, int attempt, const Completion& completion) {
  Transaction transaction(db_);
  if (transaction.failure()) return *transaction.failure();
  Statement finish = db_.prepare(
      "UPDATE jobs SET state = ?, error_code = ? WHERE id = ? AND attempts = ? AND state = 'running'");
  finish.bind(1, name_of(completion.state)).bind_text_or_null(2, completion.error_code);
  finish.bind(3, job).bind(4, static_cast<std::int64_t>(attempt));
  if (auto failure = db_.run(finish)) return *failure;
  if (db_.changes() == 0) return false;
  if (auto failure = remove_rows(job)) return *failure;
  Statement add = db_.prepare("INSERT OR REPLACE INTO records (job_id, json) VALUES (?, ?)");
  add.bind(1, job).bind(2, to_json_text(completion.record, /*pretty=*/false));
  if (auto failure = db_.run(add)) return *failure;
  for (const RecordTable table : kRecordTables) {
    if (auto failure = insert_rows(job, table, completion.record)) return *failure;
  }
  if (auto failure = transaction.commit()) return *failure;
  return true;
}

// What an earlier attempt at the job had written.
std::optional<Error> SqliteStore::remove_rows(std::int64_t job) {
  Statement pages = db_.prepare("SELECT id, text FROM page_rows WHERE job_id = ? AND text IS NOT NULL");
  pages.bind(1, job);
  Statement forget = db_.prepare("INSERT INTO page_index (page_index, rowid, grams) VALUES ('delete', ?, ?)");
  while (pages.step()) {
    forget.bind(1, pages.integer(0)).bind(2, index_text(pages.text(1)));
    if (auto failure = db_.run(forget)) return failure;
  }
  if (pages.failed()) return db_.error("cannot read");
  for (const RecordTable table : kRecordTables) {
    Statement remove = db_.prepare("DELETE FROM " + row_table(table) + " WHERE job_id = ?");
    remove.bind(1, job);
    if (auto failure = db_.run(remove)) return failure;
  }
  return std::nullopt;
}

Statement& SqliteStore::insertion(RecordTable table) {
  Statement& statement = insertions_[table];
  if (!statement) {
    std::string sql = "INSERT INTO " + row_table(table) + " (job_id, " + column_list(table) + ") VALUES (?";
    for (std::size_t i = 0; i < columns_of(table).size(); ++i) sql += ", ?";
    statement = db_.prepare(sql + ")");
  }
  return statement;
}

std::optional<Error> SqliteStore::insert_rows(std::int64_t job, RecordTable table, const Json& record) {
  const Result<std::vector<TableRow>> rows = rows_of(table, record);
  if (!rows) return rows.error();
  Statement index = db_.prepare("INSERT INTO page_index (rowid, grams) VALUES (?, ?)");
  for (const TableRow& row : *rows) {
    Statement& insert = insertion(table);
    insert.bind(1, job);
    for (std::size_t i = 0; i < row.size(); ++i) insert.bind_text_or_null(static_cast<int>(i) + 2, row[i]);
    if (auto failure = db_.run(insert)) return failure;
    if (table != RecordTable::pages || row.back().empty()) continue;
    index.bind(1, db_.last_row()).bind(2, index_text(row.back()));
    if (auto failure = db_.run(index)) return failure;
  }
  return std::nullopt;
}

Result<StateCounts> SqliteStore::counts(std::int64_t run) {
  StateCounts out;
  Statement entered = db_.prepare("SELECT inputs FROM runs WHERE id = ?");
  entered.bind(1, run);
  if (entered.step()) out.inputs = entered.integer(0);
  if (entered.failed()) return db_.error("cannot read");
  Statement states = db_.prepare(
      "SELECT state, count(*) FROM inputs JOIN jobs ON jobs.id = inputs.job_id WHERE run_id = ? GROUP BY "
      "state");
  states.bind(1, run);
  while (states.step()) out.of[static_cast<std::size_t>(state_named(states.text(0)))] = states.integer(1);
  if (states.failed()) return db_.error("cannot read");
  return out;
}

// -- records
// ------------------------------------------------------------------------------------------------------

Result<std::optional<std::string>> SqliteStore::record(std::int64_t job) {
  Statement statement = db_.prepare("SELECT json FROM records WHERE job_id = ?");
  statement.bind(1, job);
  if (statement.step()) return std::optional<std::string>(statement.text(0));
  if (statement.failed()) return db_.error("cannot read");
  return std::optional<std::string>();
}

Result<std::vector<std::int64_t>> SqliteStore::find(const std::string& name, int limit) {
  std::vector<std::int64_t> out;
  Statement statement = db_.prepare(
      "SELECT job_id FROM report_rows WHERE job_id = CAST(?1 AS INTEGER) AND CAST(job_id AS TEXT) = ?1 "
      "UNION ALL SELECT record FROM reports WHERE substr(file_name, 1, length(?1)) = ?1 OR (length(?1) >= 6 "
      "AND "
      "substr(sha256, 1, length(?1)) = ?1) LIMIT ?2");
  statement.bind(1, name).bind(2, static_cast<std::int64_t>(limit));
  while (statement.step()) {
    out.push_back(statement.integer(0));
    if (std::to_string(out.front()) == name) break;  // a number names one job
  }
  if (statement.failed()) return db_.error("cannot read");
  return out;
}

std::optional<Error> SqliteStore::each_record(
    const RecordFilter& filter, const std::function<std::optional<Error>(const StoredRecord&)>& visit) {
  std::string sql =
      "SELECT records.job_id, json FROM records JOIN reports ON reports.record = records.job_id WHERE 1";
  std::vector<std::string> values;
  const auto add = [&](const std::string& value, const char* condition) {
    if (value.empty()) return;
    sql += std::string(" AND ") + condition;
    values.push_back(value);
  };
  add(filter.since, "coalesce(report_date, audit_end_date) >= ?");
  add(filter.scheme, "scheme = ?");
  add(filter.finding, "EXISTS (SELECT 1 FROM finding_rows f WHERE f.job_id = records.job_id AND f.rule = ?)");
  add(filter.organization, "instr(organization_name, ?) > 0");
  Statement statement = db_.prepare(sql + " ORDER BY records.job_id");
  for (std::size_t i = 0; i < values.size(); ++i) statement.bind(static_cast<int>(i) + 1, values[i]);
  while (statement.step()) {
    if (auto failure = visit({statement.integer(0), statement.text(1)})) return failure;
  }
  if (statement.failed()) return db_.error("cannot read");
  return std::nullopt;
}

Result<std::vector<SearchHit>> SqliteStore::search(const std::vector<std::string>& words, int limit) {
  const std::string query = search_query(words);
  if (query.empty())
    return Error{ErrorCode::bad_configuration, "there is nothing to look for in these words"};
  Statement statement = db_.prepare(
      "SELECT pages.job_id, pages.page, reports.file_name, reports.organization_name, pages.text FROM "
      "page_index "
      "JOIN page_rows pages ON pages.id = page_index.rowid JOIN reports ON reports.record = pages.job_id "
      "WHERE page_index MATCH ? ORDER BY page_index.rank, pages.job_id, pages.page LIMIT ?");
  statement.bind(1, query).bind(2, static_cast<std::int64_t>(limit));
  std::vector<SearchHit> out;
  while (statement.step()) {
    out.push_back({statement.integer(0), static_cast<int>(statement.integer(1)),
                   std::string(statement.text(2)), std::string(statement.text(3)),
                   std::string(statement.text(4))});
  }
  if (statement.failed()) return db_.error("cannot search");
  return out;
}

Result<std::vector<StatRow>> SqliteStore::stat_rows(const std::string& sql) {
  std::vector<StatRow> out;
  Statement statement = db_.prepare(sql);
  while (statement.step()) {
    out.push_back({std::string(statement.text(0)), statement.integer(1), statement.integer(2)});
  }
  if (statement.failed()) return db_.error("cannot read");
  return out;
}

Result<Stats> SqliteStore::stats() {
  const std::string year = "substr(coalesce(report_date, audit_end_date), 1, 4)";
  const std::string rest = ", count(*), sum(errors) FROM reports GROUP BY 1 ORDER BY 1";
  const std::array<std::pair<std::vector<StatRow> Stats::*, std::string>, 5> questions = {{
      {&Stats::states, "SELECT state, count(*), 0 FROM jobs GROUP BY 1 ORDER BY 1"},
      {&Stats::forms, "SELECT coalesce(scheme, kind)" + rest},
      {&Stats::years, "SELECT coalesce(" + year + ", '-')" + rest},
      {&Stats::auditors,
       "SELECT name, count(*), sum(errors) FROM (SELECT DISTINCT record, name FROM team WHERE name IS NOT "
       "NULL) "
       "JOIN reports USING (record) GROUP BY 1 ORDER BY 2 DESC, 1"},
      {&Stats::findings,
       "SELECT rule, count(DISTINCT record), count(*) FROM findings GROUP BY 1 ORDER BY 3 DESC, 1"},
  }};
  Stats out;
  for (const auto& [member, sql] : questions) {
    Result<std::vector<StatRow>> rows = stat_rows(sql);
    if (!rows) return rows.error();
    out.*member = std::move(*rows);
  }
  return out;
}

}  // namespace

// -- the interface's own
// ------------------------------------------------------------------------------------------

std::string_view name_of(JobState state) {
  static constexpr std::array<std::string_view, kJobStates.size()> names = {
      "waiting", "running", "ok", "needs_review", "rejected", "quarantined"};
  return names[static_cast<std::size_t>(state)];
}

bool is_terminal(JobState state) { return state != JobState::waiting && state != JobState::running; }

std::int64_t StateCounts::terminal() const {
  std::int64_t sum = 0;
  for (const JobState state : kJobStates) {
    if (is_terminal(state)) sum += of[static_cast<std::size_t>(state)];
  }
  return sum;
}

Result<std::unique_ptr<RecordStore>> open_store(const std::string& where, StoreAccess access) {
  if (where.find("://") != std::string::npos) {
    return Error{ErrorCode::unsupported, "an archive is the path of an SQLite file, not " + where};
  }
  WriterLock lock;
  const bool work = access == StoreAccess::work;
  if (work) {
    if (auto failure = lock.take(where)) return *failure;
  }
  Result<Database> database = Database::open(where, SQLITE_OPEN_READWRITE | (work ? SQLITE_OPEN_CREATE : 0));
  if (!database) return database.error();
  if (auto failure = database->execute("PRAGMA busy_timeout = " + std::to_string(kBusyMilliseconds) +
                                       "; PRAGMA foreign_keys = ON")) {
    return *failure;
  }
  if (auto failure = migrate(*database)) return *failure;
  // A commit is safe from the death of a process at once, from a loss of power with the next checkpoint.
  if (auto failure = database->execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL")) {
    return *failure;
  }
  return std::unique_ptr<RecordStore>(std::make_unique<SqliteStore>(std::move(lock), std::move(*database)));
}

}  // namespace attest
