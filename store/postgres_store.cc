#include "store/postgres_store.h"

#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "store/jobs.h"
#include "store/postgres_schema.h"

namespace attest {
namespace {

constexpr int kReconnectSeconds =
    120;  // a server comes back from a crash in seconds, from a reboot in a minute or two
constexpr long kFirstWait = 100'000'000;    // ns between two attempts to connect, doubled each time
constexpr long kLongestWait = 900'000'000;  // ns
constexpr std::size_t kChunk = 10'000;      // inputs entered by one statement

// False: a signal came, and somebody wants an end.
bool wait_undisturbed(long nanoseconds) {
  const timespec wait{0, nanoseconds};
  return nanosleep(&wait, nullptr) == 0;
}

std::string host_name() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

// A worker lives whose lease runs and whose connection holds its lock. After a start of the server all locks
// are gone, and the living get three seconds to come back.
constexpr const char* kReap = R"(
WITH dead AS (
  SELECT id FROM workers WHERE NOT ended AND (lease_until < now()
    OR (pg_postmaster_start_time() < now() - interval '3 seconds' AND NOT EXISTS (
      SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND classid = $1::int::oid AND objid = workers.id::oid
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))))
), told AS (UPDATE workers SET ended = true WHERE id IN (SELECT id FROM dead))
UPDATE jobs SET state = 'waiting', losses = losses + 1
WHERE state = 'running' AND owner IN (SELECT id FROM dead))";

}  // namespace

// -- the connection

template <typename T>
Result<T> PostgresStore::surely(const std::function<Result<T>(bool again)>& body) {
  for (bool again = false;; again = true) {
    Result<T> result = body(again);
    if (result || !db_.lost()) return result;
    if (reconnect()) return result;
  }
}

Result<PgRows> PostgresStore::ask(const std::string& sql, const PgValues& values) {
  return surely<PgRows>([&](bool) { return db_.query(sql, values); });
}

std::optional<Error> PostgresStore::reconnect() {
  const auto end = Clock::now() + std::chrono::seconds(kReconnectSeconds);
  for (long wait = kFirstWait;; wait = std::min(2 * wait, kLongestWait)) {
    if (!wait_undisturbed(wait))
      return Error{ErrorCode::not_writable, "interrupted while the server was away"};
    Result<PgConnection> connection = PgConnection::open(url_);
    std::optional<Error> failure;
    if (!connection) {
      failure = connection.error();
    } else {
      db_ = std::move(*connection);
      failure = prepare_database(db_, access_);
      if (!failure && worker_ != 0) failure = confirm_claims();
      if (!failure) return std::nullopt;
    }
    if (Clock::now() >= end) return failure;
  }
}

// Takes the worker's lock again; jobs that were claimed without us learning of it wait again.
std::optional<Error> PostgresStore::confirm_claims() {
  PgArray held;
  for (const auto& [job, attempt] : held_) held.add(std::to_string(job));
  for (const auto& [sql, values] :
       {std::pair<const char*, PgValues>{"SELECT pg_advisory_lock($1::int, $2::int)", {kLockClass, worker_}},
        {"UPDATE jobs SET state = 'waiting' WHERE state = 'running' AND owner = $1::int AND NOT id = "
         "ANY($2::bigint[])",
         {worker_, held.value()}}}) {
    const Result<PgRows> done = db_.query(sql, values);
    if (!done) return done.error();
  }
  beaten_ = {};
  return std::nullopt;
}

// -- workers

std::optional<Error> PostgresStore::enlist() {
  const Result<PgRows> number = ask("SELECT nextval(pg_get_serial_sequence('workers', 'id'))");
  if (!number) return number.error();
  worker_ = number->integer(0, 0);
  const Result<PgRows> locked = ask("SELECT pg_advisory_lock($1::int, $2::int)", {kLockClass, worker_});
  if (!locked) return locked.error();
  const Result<PgRows> added =
      ask("INSERT INTO workers (id, host, pid, lease_until) OVERRIDING SYSTEM VALUE "
          "VALUES ($1::int, $2, $3::int, now() + make_interval(secs => $4::int)) ON CONFLICT DO NOTHING",
          {worker_, host_name(), static_cast<std::int64_t>(getpid()), lease_seconds_});
  if (!added) return added.error();
  beaten_ = Clock::now();
  return std::nullopt;
}

PostgresStore::~PostgresStore() {
  if (worker_ == 0 || db_.lost()) return;
  for (const auto& [job, attempt] : std::map<std::int64_t, int>(held_))
    (void)PostgresStore::give_back(job, attempt);
  (void)db_.query("UPDATE workers SET ended = true WHERE id = $1::int", {worker_});
}

std::optional<Error> PostgresStore::beat() {
  if (worker_ == 0 || Clock::now() < beaten_ + std::chrono::seconds(lease_seconds_) / 3) return std::nullopt;
  const Result<PgRows> alive =
      ask("UPDATE workers SET lease_until = now() + make_interval(secs => $2::int) WHERE id = $1::int AND "
          "NOT ended",
          {worker_, lease_seconds_});
  if (!alive) return alive.error();
  beaten_ = Clock::now();
  if (alive->changed() == 0) {  // others think us dead and may have our jobs: their attempts count, not ours
    held_.clear();
    if (auto failure = enlist()) return failure;
  }
  return reap();
}

std::optional<Error> PostgresStore::reap() {
  reaped_ = Clock::now();
  const Result<PgRows> done = ask(kReap, {kLockClass});
  return done ? std::nullopt : std::optional<Error>(done.error());
}

std::optional<Error> PostgresStore::reap_calmly() {
  return Clock::now() < reaped_ + std::chrono::seconds(1) ? std::nullopt : reap();
}

// -- entering

Result<RunPlan> PostgresStore::enter(const std::string& engine, const std::vector<StoreInput>& inputs,
                                     RunMode mode) {
  return surely<RunPlan>([&](bool) { return enter_once(engine, inputs, mode); });
}

Result<RunPlan> PostgresStore::enter_once(const std::string& engine, const std::vector<StoreInput>& inputs,
                                          RunMode mode) {
  if (auto failure = reap()) return *failure;
  PgTransaction transaction(db_);
  if (transaction.failure()) return *transaction.failure();
  // One at a time, so that jobs are numbered without gaps in the order of the inputs.
  const Result<PgRows> locked =
      db_.query("SELECT pg_advisory_xact_lock($1::int, $2::int)", {kLockClass, kEnterLock});
  if (!locked) return locked.error();
  const Result<PgRows> run = db_.query(
      "INSERT INTO runs (owner, engine, mode, inputs) VALUES ($1::int, $2, $3, $4::bigint) RETURNING id",
      {worker_, engine, name_of(mode), static_cast<std::int64_t>(inputs.size())});
  if (!run) return run.error();
  RunPlan plan;
  plan.run = run->integer(0, 0);
  for (std::size_t i = 0; i < inputs.size(); i += kChunk) {
    const std::size_t count = std::min(kChunk, inputs.size() - i);
    if (auto failure = enter_chunk(engine, inputs.data() + i, count, mode, plan)) return *failure;
  }
  // An earlier run's list has served its end when its process is gone; its jobs stay.
  const Result<PgRows> forgotten = db_.query(
      "DELETE FROM inputs WHERE run_id <> $1::bigint AND run_id IN (SELECT id FROM runs WHERE owner = "
      "$2::int OR "
      "NOT EXISTS (SELECT 1 FROM workers WHERE workers.id = runs.owner AND NOT ended))",
      {plan.run, worker_});
  if (!forgotten) return forgotten.error();
  if (auto failure = transaction.commit()) return *failure;
  return plan;
}

std::optional<Error> PostgresStore::enter_chunk(const std::string& engine, const StoreInput* inputs,
                                                std::size_t count, RunMode mode, RunPlan& plan) {
  PgArray paths, contents, readable, queued, names;
  for (const StoreInput* input = inputs; input != inputs + count; ++input) {
    paths.add(input->path);
    contents.add(input->content);
    readable.add(input->readable ? "t" : "f");
    queued.add(input->queued ? "t" : "f");
    names.add(input->name);
  }
  const std::array<std::pair<const char*, PgValues>, 4> steps = {{
      {"INSERT INTO jobs (id, content, engine, queued, name) "
       "SELECT (SELECT coalesce(max(id), 0) FROM jobs) + row_number() OVER (ORDER BY place), content, $1, "
       "queued, name "
       "FROM (SELECT DISTINCT ON (content) * FROM unnest($2::text[], $3::bool[], $4::text[]) WITH ORDINALITY "
       "AS "
       "entered(content, queued, name, place) ORDER BY content, place) AS first WHERE NOT EXISTS "
       "(SELECT 1 FROM jobs WHERE jobs.content = first.content AND jobs.engine = $1)",
       {engine, contents.value(), queued.value(), names.value()}},
      // Attempts go on counting, so that no number comes twice.
      {"UPDATE jobs SET state = 'waiting', losses = 0 FROM unnest($2::text[], $3::bool[]) AS "
       "entered(content, "
       "readable) WHERE jobs.engine = $1 AND jobs.content = entered.content AND jobs.state NOT IN "
       "('waiting', "
       "'running') AND (NOT readable OR $4 = 'redo' OR ($4 = 'failed' AND state IN ('rejected', "
       "'quarantined')))",
       {engine, contents.value(), readable.value(), name_of(mode)}},
      {"UPDATE jobs SET queued = true, name = entered.name FROM unnest($2::text[], $3::bool[], $4::text[]) "
       "AS "
       "entered(content, queued, name) WHERE jobs.engine = $1 AND jobs.content = entered.content AND "
       "entered.queued "
       "AND NOT jobs.queued",
       {engine, contents.value(), queued.value(), names.value()}},
      {"INSERT INTO inputs (run_id, path, job_id) SELECT $4::bigint, path, jobs.id FROM unnest($2::text[], "
       "$3::text[]) AS entered(path, content) JOIN jobs ON jobs.content = entered.content AND jobs.engine = "
       "$1",
       {engine, paths.value(), contents.value(), plan.run}},
  }};
  for (const auto& [sql, values] : steps) {
    const Result<PgRows> done = db_.query(sql, values);
    if (!done) return done.error();
  }
  const Result<PgRows> jobs = db_.query(
      "SELECT jobs.id, state, losses FROM unnest($2::text[]) WITH ORDINALITY AS entered(content, place) JOIN "
      "jobs ON "
      "jobs.content = entered.content AND jobs.engine = $1 ORDER BY place",
      {engine, contents.value()});
  if (!jobs) return jobs.error();
  for (int i = 0; i < jobs->count(); ++i) {
    plan.jobs.push_back(
        {jobs->integer(i, 0), state_named(jobs->text(i, 1)), static_cast<int>(jobs->integer(i, 2))});
  }
  return std::nullopt;
}

// -- the queue

Result<std::optional<Claim>> PostgresStore::take_claim(const std::string& sql, const PgValues& values) {
  const Result<PgRows> rows = ask(sql, values);
  if (!rows) return rows.error();
  if (rows->count() == 0) return std::optional<Claim>();
  Claim claim{rows->integer(0, 0), static_cast<int>(rows->integer(0, 1)),
              static_cast<int>(rows->integer(0, 2)), std::string(rows->text(0, 3)),
              std::string(rows->text(0, 4))};
  held_[claim.job] = claim.attempt;
  return std::optional<Claim>(std::move(claim));
}

Result<std::optional<Claim>> PostgresStore::claim(std::int64_t job) {
  const auto take = [&] {
    return take_claim(
        "UPDATE jobs SET state = 'running', attempts = attempts + 1, owner = $2::int WHERE id = $1::bigint "
        "AND "
        "state = 'waiting' RETURNING id, attempts, losses, content, name",
        {job, worker_});
  };
  Result<std::optional<Claim>> claim = take();
  if (!claim || *claim) return claim;
  if (auto failure = reap_calmly()) return *failure;
  return take();
}

Result<std::optional<Claim>> PostgresStore::claim_next(const std::string& engine) {
  const auto take = [&] {
    return take_claim(
        "UPDATE jobs SET state = 'running', attempts = attempts + 1, owner = $2::int WHERE id = (SELECT id "
        "FROM "
        "jobs WHERE engine = $1 AND state = 'waiting' AND queued ORDER BY losses, id LIMIT 1 FOR UPDATE SKIP "
        "LOCKED) "
        "RETURNING id, attempts, losses, content, name",
        {engine, worker_});
  };
  Result<std::optional<Claim>> claim = take();
  if (!claim || *claim) return claim;
  if (auto failure = reap_calmly()) return *failure;
  return take();
}

Result<JobState> PostgresStore::state(std::int64_t job) {
  const Result<PgRows> rows = ask("SELECT state FROM jobs WHERE id = $1::bigint", {job});
  if (!rows) return rows.error();
  if (rows->count() == 1) return state_named(rows->text(0, 0));
  return Error{ErrorCode::internal, "there is no job " + std::to_string(job)};
}

std::optional<Error> PostgresStore::give_back(std::int64_t job, int attempt) {
  held_.erase(job);
  const Result<PgRows> done =
      ask("UPDATE jobs SET state = 'waiting' WHERE id = $1::bigint AND attempts = $2::int AND owner = "
          "$3::int AND "
          "state = 'running'",
          {job, attempt, worker_});
  return done ? std::nullopt : std::optional<Error>(done.error());
}

Result<QueueCounts> PostgresStore::queue(const std::string& engine) {
  // A question a partial index; asked in one, they are answered from the whole table.
  const Result<PgRows> rows = ask(
      "SELECT (SELECT count(*) FROM jobs WHERE engine = $1 AND state = 'waiting' AND queued), (SELECT "
      "count(*) FROM jobs WHERE engine = $1 AND state = 'running' AND queued), (SELECT count(*) FROM jobs "
      "WHERE engine <> $1 AND state = 'waiting' AND queued)",
      {engine});
  if (!rows) return rows.error();
  return QueueCounts{rows->integer(0, 0), rows->integer(0, 1), rows->integer(0, 2)};
}

Result<std::string> PostgresStore::setting(const std::string& name) {
  const Result<PgRows> rows = ask("SELECT value FROM settings WHERE name = $1", {name});
  if (!rows) return rows.error();
  return std::string(rows->count() == 1 ? rows->text(0, 0) : "");
}

std::optional<Error> PostgresStore::set_setting(const std::string& name, const std::string& value) {
  const Result<PgRows> done =
      ask("INSERT INTO settings VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
          {name, value});
  return done ? std::nullopt : std::optional<Error>(done.error());
}

Result<StateCounts> PostgresStore::counts(std::int64_t run) {
  StateCounts out;
  const Result<PgRows> entered = ask("SELECT inputs FROM runs WHERE id = $1::bigint", {run});
  if (!entered) return entered.error();
  if (entered->count() == 1) out.inputs = entered->integer(0, 0);
  const Result<PgRows> states =
      ask("SELECT state, count(*) FROM inputs JOIN jobs ON jobs.id = inputs.job_id WHERE run_id = $1::bigint "
          "GROUP BY 1",
          {run});
  if (!states) return states.error();
  for (int i = 0; i < states->count(); ++i) {
    out.of[static_cast<std::size_t>(state_named(states->text(i, 0)))] = states->integer(i, 1);
  }
  return out;
}

// -- completion

Result<bool> PostgresStore::complete(std::int64_t job, int attempt, const Completion& completion) {
  Result<bool> done =
      surely<bool>([&](bool again) { return complete_once(job, attempt, completion, again); });
  held_.erase(job);
  return done;
}

Result<bool> PostgresStore::complete_once(std::int64_t job, int attempt, const Completion& completion,
                                          bool again) {
  const PgValues who = {job, attempt, worker_};
  if (again) {  // the connection broke: the first try may have come through
    const Result<PgRows> done = db_.query(
        "SELECT 1 FROM jobs WHERE id = $1::bigint AND attempts = $2::int AND owner = $3::int AND state NOT "
        "IN "
        "('waiting', 'running')",
        who);
    if (!done) return done.error();
    if (done->count() == 1) return true;
  }
  PgTransaction transaction(db_);
  if (transaction.failure()) return *transaction.failure();
  PgValues values = who;
  values.emplace_back(name_of(completion.state));
  values.emplace_back(completion.error_code);
  const Result<PgRows> finished = db_.query(
      "UPDATE jobs SET state = $4, error_code = nullif($5, '') WHERE id = $1::bigint AND attempts = $2::int "
      "AND "
      "owner = $3::int AND state = 'running'",
      values);
  if (!finished) return finished.error();
  if (finished->changed() == 0) return false;
  if (auto failure = replace_record(job, completion.record)) return *failure;
  if (auto failure = transaction.commit()) return *failure;
  return true;
}

Result<std::unique_ptr<RecordStore>> open_postgres_store(const std::string& url, StoreAccess access,
                                                         int lease_seconds) {
  Result<PgConnection> connection = PgConnection::open(url);
  if (!connection) return connection.error();
  if (auto failure = prepare_database(*connection, access)) return *failure;
  auto store = std::make_unique<PostgresStore>(url, std::move(*connection), access, lease_seconds);
  if (access == StoreAccess::work) {
    if (auto failure = store->enlist()) return *failure;
  }
  return std::unique_ptr<RecordStore>(std::move(store));
}

}  // namespace attest
