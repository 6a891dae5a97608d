#include "store/sqlite_store.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "export/json.h"
#include "store/bigrams.h"
#include "store/jobs.h"
#include "store/schema.h"

namespace attest {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kBusyMilliseconds = 5000;  // a reader's snapshot or a checkpoint holds a writer up for less

// Whether a job that has ended is to be done again.
bool again(JobState state, RunMode mode, bool readable) {
  if (!is_terminal(state)) return false;
  if (!readable || mode == RunMode::redo) return true;
  return mode == RunMode::failed && (state == JobState::rejected || state == JobState::quarantined);
}

}  // namespace

WriterLock::~WriterLock() {
  if (descriptor_ >= 0) close(descriptor_);
}

std::optional<Error> WriterLock::take(const std::string& store) {
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

// -- entering
Result<RunPlan> SqliteStore::enter(const std::string& engine, const std::vector<StoreInput>& inputs,
                                   RunMode mode) {
  Transaction transaction(db_);
  if (transaction.failure()) return *transaction.failure();
  Statement run = db_.prepare("INSERT INTO runs (engine, mode, inputs) VALUES (?, ?, ?)");
  run.bind(1, engine).bind(2, name_of(mode)).bind(3, static_cast<std::int64_t>(inputs.size()));
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
  Statement known = db_.prepare("SELECT id, state, losses FROM jobs WHERE content = ? AND engine = ?");
  known.bind(1, input.content).bind(2, engine);
  if (known.step()) {
    StoredJob job{known.integer(0), state_named(known.text(1)), static_cast<int>(known.integer(2))};
    if (again(job.state, mode, input.readable)) {
      // Attempts go on counting, so that no number comes twice.
      Statement wait = db_.prepare("UPDATE jobs SET state = 'waiting', losses = 0 WHERE id = ?");
      wait.bind(1, job.id);
      if (auto failure = db_.run(wait)) return *failure;
      job = {job.id, JobState::waiting, 0};
    }
    if (!input.queued) return job;
    Statement queue = db_.prepare("UPDATE jobs SET queued = 1, name = ? WHERE id = ? AND queued = 0");
    queue.bind(1, input.name).bind(2, job.id);
    if (auto failure = db_.run(queue)) return *failure;
    return job;
  }
  if (known.failed()) return db_.error("cannot read");
  Statement add = db_.prepare("INSERT INTO jobs (content, engine, queued, name) VALUES (?, ?, ?, ?)");
  add.bind(1, input.content).bind(2, engine).bind(3, std::int64_t{input.queued}).bind(4, input.name);
  if (auto failure = db_.run(add)) return *failure;
  return StoredJob{db_.last_row()};
}

// -- the queue
Result<std::optional<Claim>> SqliteStore::claimed(Statement& claim) {
  std::optional<Claim> out;
  if (claim.step()) {
    out = Claim{claim.integer(0), static_cast<int>(claim.integer(1)), static_cast<int>(claim.integer(2)),
                std::string(claim.text(3)), std::string(claim.text(4))};
  }
  if (claim.failed() || claim.run_code()) return db_.error("cannot change");
  return out;
}

Result<std::optional<Claim>> SqliteStore::claim(std::int64_t job) {
  Statement claim = db_.prepare(
      "UPDATE jobs SET state = 'running', attempts = attempts + 1 WHERE id = ? AND state = 'waiting' "
      "RETURNING id, attempts, losses, content, name");
  claim.bind(1, job);
  return claimed(claim);
}

Result<std::optional<Claim>> SqliteStore::claim_next(const std::string& engine) {
  Statement claim = db_.prepare(
      "UPDATE jobs SET state = 'running', attempts = attempts + 1 WHERE id = (SELECT id FROM jobs WHERE "
      "engine = ? AND state = 'waiting' AND queued = 1 ORDER BY losses, id LIMIT 1) "
      "RETURNING id, attempts, losses, content, name");
  claim.bind(1, engine);
  return claimed(claim);
}

Result<JobState> SqliteStore::state(std::int64_t job) {
  Statement statement = db_.prepare("SELECT state FROM jobs WHERE id = ?");
  statement.bind(1, job);
  if (statement.step()) return state_named(statement.text(0));
  if (statement.failed()) return db_.error("cannot read");
  return Error{ErrorCode::internal, "there is no job " + std::to_string(job)};
}

std::optional<Error> SqliteStore::give_back(std::int64_t job, int attempt) {
  Statement back =
      db_.prepare("UPDATE jobs SET state = 'waiting' WHERE id = ? AND attempts = ? AND state = 'running'");
  back.bind(1, job).bind(2, static_cast<std::int64_t>(attempt));
  return db_.run(back);
}

Result<QueueCounts> SqliteStore::queue(const std::string& engine) {
  QueueCounts out;
  Statement statement = db_.prepare(
      "SELECT engine = ?, state, count(*) FROM jobs WHERE queued = 1 AND state IN ('waiting', 'running') "
      "GROUP BY 1, 2");
  statement.bind(1, engine);
  while (statement.step()) {
    const bool running = state_named(statement.text(1)) == JobState::running;
    if (statement.integer(0) == 1) {
      (running ? out.running : out.waiting) = statement.integer(2);
    } else if (!running) {
      out.of_others = statement.integer(2);
    }
  }
  if (statement.failed()) return db_.error("cannot read");
  return out;
}

Result<std::string> SqliteStore::setting(const std::string& name) {
  Statement statement = db_.prepare("SELECT value FROM settings WHERE name = ?");
  statement.bind(1, name);
  if (statement.step()) return std::string(statement.text(0));
  if (statement.failed()) return db_.error("cannot read");
  return std::string();
}

std::optional<Error> SqliteStore::set_setting(const std::string& name, const std::string& value) {
  Statement statement = db_.prepare("INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)");
  statement.bind(1, name).bind(2, value);
  return db_.run(statement);
}

// -- completion
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

Result<std::unique_ptr<RecordStore>> open_sqlite_store(const std::string& where, StoreAccess access) {
  std::error_code ignored;
  if (where.empty() || std::filesystem::is_directory(where, ignored)) {
    return Error{
        ErrorCode::bad_configuration,
        (where.empty() ? "an archive must have a name" : where + " is a folder; an archive is a file")};
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
  if (work) {  // who had them is dead: it would hold the lock
    if (auto failure = database->execute(
            "UPDATE jobs SET state = 'waiting', losses = losses + 1 WHERE state = 'running'")) {
      return *failure;
    }
  }
  return std::unique_ptr<RecordStore>(std::make_unique<SqliteStore>(std::move(lock), std::move(*database)));
}

}  // namespace attest
