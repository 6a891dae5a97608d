// Documents in worker processes. The coordinator never opens one: it hands out numbers and gets bytes back.
//
//   WorkerPool pool({.workers = 4, .timeout_seconds = 600});
//   pool.run(jobs, [] { return make_work(); }, [](JobResult result) { … }, interrupted);
//
//   coordinator ◀──(messages, message.h)──▶ worker
//
// A worker is forked when there is a job for it, loads what it needs once, enters its sandbox, and takes jobs
// until none is left or it has done its share. One that dies or sends nonsense costs its document a second
// try in a fresh process, then the document alone (worker_failed, with signal, stage, page and what it used);
// one whose document takes too long, or comes no further, is killed (timeout, no second try). Workers have
// limits on memory, time, files and descriptors, leave no core files, cannot gain privileges and die with the
// coordinator.
//
// A worker for which there is no job helps with parts of a document that another has (parts.h, part_board.h).
// A document whose helper dies or sends nonsense while it has a part is taken from all of them, and its
// second try is without help: helping changes when a document is done, not what comes of it. Call from a
// process with a single thread. Not thread safe.
#ifndef ATTEST_APP_WORKER_POOL_H_
#define ATTEST_APP_WORKER_POOL_H_

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/part_board.h"
#include "app/parts.h"
#include "app/sandbox.h"
#include "app/stage.h"
#include "app/worker_channel.h"
#include "record/error.h"

namespace attest {

struct WorkerLimits {
  int workers = 1;
  double timeout_seconds = 600;                // for one document, from when a worker starts on it; 0: none
  double progress_seconds = 180;               // from one page or stage to the next; 0: none
  std::int64_t memory_bytes = 0;               // address space of a worker; 0: no limit
  std::uint64_t payload_bytes = 256ull << 20;  // a worker that announces more is broken
  int documents_a_worker = 200;                // then a fresh process takes over; 0: never
  bool quiet = true;                           // what libraries print is thrown away
  std::optional<SandboxPolicy> sandbox = {};   // none: a worker may do what the coordinator may
  PartLimits parts = {};
};

// What a worker is asked to do: a number of the caller's, and what the worker needs to know of it beyond what
// it knew when it was forked.
struct WorkItem {
  std::size_t job = 0;
  std::string request = {};
  bool help = false;  // with parts of a job that another worker has; what the work returns goes nowhere
};

// Where jobs come from while others are being done. Called in the coordinator.
class WorkFeed {
 public:
  virtual ~WorkFeed() = default;
  // A worker is free. Nothing: there is no job at the moment.
  virtual std::optional<WorkItem> next() = 0;
  virtual bool ended() = 0;  // none will come any more
  virtual void tick() {}     // now and then, at least twice a second
};

struct JobResult {
  std::size_t job = 0;
  std::string payload;           // what the work returned
  std::optional<Error> failure;  // instead of a payload: worker_failed or timeout
};

class WorkerPool {
 public:
  using Work =
      std::function<std::string(const WorkItem& item, const StageReport& report, DocumentParts& parts)>;
  using MakeWork = std::function<Work()>;  // called once in each worker
  using OnResult = std::function<void(JobResult)>;

  explicit WorkerPool(WorkerLimits limits) : limits_(std::move(limits)) {}
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // Runs `jobs` (numbers into the caller's list), calling `on_result` in the order in which they end. False:
  // `stop` said so; the workers have been killed and the rest of the jobs not done.
  bool run(const std::vector<std::size_t>& jobs, const MakeWork& make_work, const OnResult& on_result,
           const std::function<bool()>& stop);
  // As long as there are jobs or the feed has not ended. Workers wait with what they have loaded.
  bool run(WorkFeed& feed, const MakeWork& make_work, const OnResult& on_result,
           const std::function<bool()>& stop);

 private:
  using Clock = std::chrono::steady_clock;
  struct Attempt {
    WorkItem item;
    int number = 1;
  };
  // What a worker is to do, and with whom.
  struct Task {
    Attempt attempt;
    std::shared_ptr<PartBoard> helped;  // the document's, where the worker is to help; else null
  };
  struct Worker {
    WorkerChannel channel;
    int number = 0;
    std::optional<Attempt> attempt = {};
    std::shared_ptr<PartBoard> board = {};  // of its document
    bool helps = false;
    bool started = false;  // on the document, not still loading
    Stage stage = Stage::loading;
    int page = 0;  // that it is at
    int documents = 0;
    Clock::time_point deadline = Clock::time_point::max();           // for loading, then for the document
    Clock::time_point progress_deadline = Clock::time_point::max();  // for the page or stage
  };

  void assign(WorkFeed& feed, const MakeWork& make_work, const OnResult& on_result);
  std::optional<Task> next(WorkFeed& feed);
  std::optional<Task> help_wanted() const;
  void start_workers(WorkFeed& feed, const MakeWork& make_work, const OnResult& on_result);
  bool spawn(const MakeWork& make_work);
  bool give(Worker& worker, Task task);
  void wait(const OnResult& on_result);
  void receive(Worker& worker, const OnResult& on_result);
  bool take(Worker& worker, Message message, const OnResult& on_result);
  bool take_start(Worker& worker);
  bool take_progress(Worker& worker, const Message& message);
  bool take_result(Worker& worker, Message message, const OnResult& on_result);
  bool take_of_parts(Worker& worker, Message message);
  void tell_parts(PartBoard& board);
  void end_team(const std::shared_ptr<PartBoard>& board);
  bool let_go(Worker& worker);
  void lost(Worker& worker, const OnResult& on_result, const std::string& how = {});
  void kill_late(const OnResult& on_result);
  void forget_ended();
  bool exhausted(const Worker& worker) const;
  Clock::time_point in(double seconds) const;
  int milliseconds_to_deadline() const;

  WorkerLimits limits_;
  std::deque<Attempt> waiting_;  // for their second try, or for a process
  std::vector<Worker> workers_;
  int workers_started_ = 0;
};

}  // namespace attest

#endif  // ATTEST_APP_WORKER_POOL_H_
