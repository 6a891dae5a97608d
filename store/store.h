// The archive: which documents there are, how far each is, and what was read, in one place.
//
//   auto store = open_store("archive.db", StoreAccess::work);     // or "postgresql://host/database"
//   auto plan = (*store)->enter(engine, inputs, RunMode::skip);   // every input, before any work
//   for each open job of the plan:
//     auto claim = (*store)->claim(job);                          // nothing: another has it, or it has ended
//     … read the document, (*store)->beat() now and then …
//     (*store)->complete(job, (*claim)->attempt, {JobState::ok, "", record_json});
//   auto counts = (*store)->counts(plan->run);                    // inputs against terminal states
//
// or, of what `enter` has put into the queue, here or on another machine:
//
//   while (auto claim = *(*store)->claim_next(engine)) …
//
// A document is known by its content and the engine that reads it; one such pair is one job:
//
//   waiting ──claim──▶ running ──complete──▶ ok | needs_review | rejected | quarantined
//      ▲                  │
//      └── give_back, or whoever had it is dead (then `losses` is one more)
//
// A claim is a lease: it ends with the process that has it, and where many machines share a store
// (PostgreSQL) also when that process has not said beat() for kLeaseSeconds. A completion is one transaction
// (state, record, table rows, page texts) and counts only for the attempt that claimed last, so that a
// process may be killed, or stopped and woken late, at any moment: nothing is lost and nothing is there
// twice. Nothing throws. Not thread safe; not to be used in a process forked from the one that opened it.
#ifndef ATTEST_STORE_STORE_H_
#define ATTEST_STORE_STORE_H_

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record/error.h"

namespace attest {

enum class JobState { waiting, running, ok, needs_review, rejected, quarantined };
inline constexpr std::array kJobStates = {JobState::waiting,      JobState::running,  JobState::ok,
                                          JobState::needs_review, JobState::rejected, JobState::quarantined};
std::string_view name_of(JobState state);
bool is_terminal(JobState state);

// What is done again of documents that have ended before: nothing, everything, or what was rejected or
// quarantined. Documents that have not ended are always done.
enum class RunMode { skip, redo, failed };

struct StoreInput {
  std::string path;      // unique in the run
  std::string content;   // digest of its bytes; the same content twice is one job
  bool readable = true;  // false: `content` stands for the path only, and the job is always tried again
  // Its bytes lie in the folder of contents: any process may have it by claim_next, under this name.
  bool queued = false;
  std::string name = {};
};

struct StoredJob {
  std::int64_t id = 0;
  JobState state = JobState::waiting;
  int losses = 0;  // how often a process died that was reading it, since it was entered anew
};

struct Claim {
  std::int64_t job = 0;
  int attempt = 0;  // from 1; never the same again for this job
  int losses = 0;
  std::string content, name;  // of queued jobs
};

// A document that took this many processes with it is quarantined unread.
constexpr int kMostLosses = 5;
// Long beside a write that waits for its turn, short beside the minutes that a document takes.
constexpr int kLeaseSeconds = 60;

// The queue of one engine, and what other engines have waiting in it.
struct QueueCounts {
  std::int64_t waiting = 0, running = 0, of_others = 0;
};

struct RunPlan {
  std::int64_t run = 0;
  std::vector<StoredJob> jobs;  // one an input, in the order of the inputs
};

struct Completion {
  JobState state = JobState::ok;  // a terminal one
  std::string error_code = {};    // of a rejected or quarantined document
  const nlohmann::ordered_json& record;
};

struct StateCounts {
  std::int64_t inputs = 0;                           // entered for the run
  std::array<std::int64_t, kJobStates.size()> of{};  // those inputs by the state of their job

  std::int64_t terminal() const;
};

struct RecordFilter {
  std::string since;         // report date (or end of the audit where there is none) from this day on, ISO
  std::string scheme;        // id
  std::string finding;       // a rule that the report breaks
  std::string organization;  // part of the organization's name
};

struct StoredRecord {
  std::int64_t job = 0;
  std::string_view json;  // on one line; valid during the call only
};

struct SearchHit {
  std::int64_t job = 0;
  int page = 0;
  std::string file_name, organization, text;  // the whole page's text
};

// A line of statistics: how many reports, and how many findings of severity error (for `finding`: how many
// findings of that rule).
struct StatRow {
  std::string key;
  std::int64_t reports = 0, findings = 0;
};
struct Stats {
  // How far documents are, each as its latest engine has it: "ok", "rejected (damaged)" …
  std::vector<StatRow> states;
  // Of documents that were read. A form is a scheme, or the kind of document that has none.
  std::vector<StatRow> forms, schemes, years, auditors, findings;
};

class RecordStore {
 public:
  virtual ~RecordStore() = default;

  // All inputs in one transaction.
  virtual Result<RunPlan> enter(const std::string& engine, const std::vector<StoreInput>& inputs,
                                RunMode mode) = 0;
  // Nothing: it has ended, or a living process has it (`state` tells).
  virtual Result<std::optional<Claim>> claim(std::int64_t job) = 0;
  virtual Result<JobState> state(std::int64_t job) = 0;
  // A queued job, those that no process died of first, in the order in which they were entered.
  virtual Result<std::optional<Claim>> claim_next(const std::string& engine) = 0;
  // Keeps this process's claims; at least every third of kLeaseSeconds.
  virtual std::optional<Error> beat() = 0;
  // Lets others have the job, without a loss. Changes nothing where the attempt has the job no more.
  virtual std::optional<Error> give_back(std::int64_t job, int attempt) = 0;
  // False: a later attempt has the job, or it has ended; nothing was changed.
  virtual Result<bool> complete(std::int64_t job, int attempt, const Completion& completion) = 0;
  virtual Result<QueueCounts> queue(const std::string& engine) = 0;
  // What the store is told about itself, as where its contents lie. Empty: nothing.
  virtual Result<std::string> setting(const std::string& name) = 0;
  virtual std::optional<Error> set_setting(const std::string& name, const std::string& value) = 0;
  virtual Result<StateCounts> counts(std::int64_t run) = 0;

  // The record, on one line; nothing where the job has none.
  virtual Result<std::optional<std::string>> record(std::int64_t job) = 0;
  // Jobs whose number is `name`, or whose file name or content begins with it; at most `limit`.
  virtual Result<std::vector<std::int64_t>> find(const std::string& name, int limit) = 0;
  // Records by job number, one at a time: of each content the one that the latest engine made. `visit` may
  // end it by returning an error.
  virtual std::optional<Error> each_record(
      const RecordFilter& filter, const std::function<std::optional<Error>(const StoredRecord&)>& visit) = 0;
  // Pages on which every word stands, best first. Hanzi are found within words and across line breaks.
  virtual Result<std::vector<SearchHit>> search(const std::vector<std::string>& words, int limit) = 0;
  virtual Result<Stats> stats() = 0;
};

enum class StoreAccess {
  work,  // makes the store where there is none; an SQLite file: one process at a time
  read   // the store must be there; may go on beside a worker
};

// `where`: the path of an SQLite file, or postgresql://… (also postgres://…; schema `attest` of that
// database). bad_configuration: it is something else, or made by a later version; not_writable: another
// process works on it, or the system refuses; unreadable: it is not there.
Result<std::unique_ptr<RecordStore>> open_store(const std::string& where, StoreAccess access,
                                                int lease_seconds = kLeaseSeconds);

// Whether it names a server that several machines share. Its password, if it has one, is not to be shown.
bool is_server(const std::string& where);

}  // namespace attest

#endif  // ATTEST_STORE_STORE_H_
