#include "app/worker_pool.h"

#include <poll.h>
#include <signal.h>

#include <algorithm>
#include <utility>

#include "app/worker_process.h"

namespace attest {
namespace {

constexpr double kLoadSeconds = 120;    // a worker that has not loaded its models by then hangs
constexpr int kAttempts = 2;            // a worker may die of its neighbours once, hardly twice
constexpr int kPollMilliseconds = 500;  // how long an interrupt may go unseen at most
constexpr const char* kBrokenMessage = "a message that cannot come from it";  // it is killed for it
constexpr std::uint32_t kMostPages = 1u << 20;  // a document with more is refused long before
// With fewer open parts a helper would still be opening the document when they are done.
constexpr std::uint32_t kLeastPartsToHelp = 2;

std::string where(Stage stage, int page) {
  return std::string(name_of(stage)) + (page > 0 ? " page " + std::to_string(page) : "");
}

class ListFeed : public WorkFeed {
 public:
  explicit ListFeed(const std::vector<std::size_t>& jobs) : jobs_(jobs) {}

  std::optional<WorkItem> next() override {
    if (ended()) return std::nullopt;
    return WorkItem{jobs_[next_++]};
  }
  bool ended() override { return next_ == jobs_.size(); }

 private:
  const std::vector<std::size_t>& jobs_;
  std::size_t next_ = 0;
};

}  // namespace

bool WorkerPool::run(const std::vector<std::size_t>& jobs, const MakeWork& make_work,
                     const OnResult& on_result, const std::function<bool()>& stop) {
  ListFeed feed(jobs);
  return run(feed, make_work, on_result, stop);
}

bool WorkerPool::run(WorkFeed& feed, const MakeWork& make_work, const OnResult& on_result,
                     const std::function<bool()>& stop) {
  signal(SIGPIPE, SIG_IGN);  // a dead worker is noticed by its pipe, not by a signal
  const auto done = [&] { return workers_.empty() && waiting_.empty() && feed.ended(); };
  while (!stop()) {
    feed.tick();
    assign(feed, make_work, on_result);
    if (done()) break;
    wait(on_result);
    kill_late(on_result);
    forget_ended();
  }
  const bool finished = done();
  workers_.clear();
  waiting_.clear();
  return finished;
}

// Second tries go before new jobs, and those before help with jobs that others have.
std::optional<WorkerPool::Task> WorkerPool::next(WorkFeed& feed) {
  if (!waiting_.empty()) {
    Task task{std::move(waiting_.front()), nullptr};
    waiting_.pop_front();
    return task;
  }
  if (std::optional<WorkItem> item = feed.next()) return Task{{std::move(*item), 1}, nullptr};
  return help_wanted();
}

// The document that has most left.
std::optional<WorkerPool::Task> WorkerPool::help_wanted() const {
  const Worker* owner = nullptr;
  for (const Worker& worker : workers_) {
    if (!worker.attempt || worker.helps || worker.board->open_parts() < kLeastPartsToHelp) continue;
    if (owner == nullptr || worker.board->open_parts() > owner->board->open_parts()) owner = &worker;
  }
  if (owner == nullptr) return std::nullopt;
  Task task{*owner->attempt, owner->board};
  task.attempt.item.help = true;
  return task;
}

// Gives jobs to idle workers and starts workers where there are too few; ends workers that have nothing to do
// any more.
void WorkerPool::assign(WorkFeed& feed, const MakeWork& make_work, const OnResult& on_result) {
  for (Worker& worker : workers_) {
    if (worker.attempt || !worker.channel.open()) continue;
    std::optional<Task> task;
    if (!exhausted(worker)) task = next(feed);
    if (task) {
      if (!give(worker, *std::move(task))) lost(worker, on_result);
    } else if (exhausted(worker) || feed.ended()) {
      worker.channel.end();
    }
  }
  forget_ended();
  start_workers(feed, make_work, on_result);
}

void WorkerPool::start_workers(WorkFeed& feed, const MakeWork& make_work, const OnResult& on_result) {
  const auto idle = [](const Worker& worker) { return !worker.attempt; };
  while (static_cast<int>(workers_.size()) < limits_.workers) {
    if (std::any_of(workers_.begin(), workers_.end(), idle)) return;  // there is nothing for it either
    std::optional<Task> task = next(feed);
    if (!task) return;
    if (spawn(make_work)) {
      if (!give(workers_.back(), *std::move(task))) lost(workers_.back(), on_result);
      forget_ended();
    } else if (task->helped) {
      return task->helped->close();
    } else if (!workers_.empty()) {  // fewer workers than wanted will do
      waiting_.push_front(std::move(task->attempt));
      return;
    } else {
      on_result({task->attempt.item.job, "", Error{ErrorCode::out_of_memory, "no process could be started"}});
    }
  }
}

bool WorkerPool::spawn(const MakeWork& make_work) {
  std::optional<WorkerChannel> channel = WorkerChannel::start(
      [&](int from_coordinator, int to_coordinator) {
        run_worker(from_coordinator, to_coordinator, limits_, make_work);
      },
      limits_.payload_bytes);
  if (!channel) return false;
  workers_.push_back({.channel = *std::move(channel), .number = ++workers_started_});
  return true;
}

bool WorkerPool::give(Worker& worker, Task task) {
  worker.attempt = std::move(task.attempt);
  worker.helps = task.helped != nullptr;
  worker.board = worker.helps ? task.helped : std::make_shared<PartBoard>(worker.number, limits_.parts);
  if (worker.helps) worker.board->join(worker.number);
  if (worker.attempt->number > 1) worker.board->close();
  worker.started = false;
  worker.stage = worker.documents > 0 ? Stage::opening : Stage::loading;
  worker.page = 0;
  const bool loaded = worker.documents > 0 && limits_.progress_seconds > 0;
  worker.deadline = in(loaded ? limits_.progress_seconds : kLoadSeconds);
  return worker.channel.send(message_of(worker.attempt->item));
}

// Until a worker says something, reads what waits for it, or is late.
void WorkerPool::wait(const OnResult& on_result) {
  std::vector<pollfd> polled;
  for (const Worker& worker : workers_) {
    polled.push_back(worker.channel.incoming());
    polled.push_back(worker.channel.outgoing());
  }
  if (poll(polled.data(), polled.size(), milliseconds_to_deadline()) <= 0) return;
  for (std::size_t i = 0; i < workers_.size(); ++i) {
    Worker& worker = workers_[i];
    if (worker.channel.open() && polled[2 * i + 1].revents != 0) worker.channel.send_more();
    if (worker.channel.open() && polled[2 * i].revents != 0) receive(worker, on_result);
  }
}

void WorkerPool::receive(Worker& worker, const OnResult& on_result) {
  if (!worker.channel.receive()) return lost(worker, on_result);
  while (std::optional<Message> message = worker.channel.take()) {
    if (!take(worker, *std::move(message), on_result)) return lost(worker, on_result, kBrokenMessage);
  }
  if (worker.channel.broken()) lost(worker, on_result, kBrokenMessage);
}

// A worker has read what strangers wrote: each message must be one that can come now.
bool WorkerPool::take(Worker& worker, Message message, const OnResult& on_result) {
  if (message.kind == MessageKind::started) return take_start(worker);
  if (!worker.started || worker.board->waits(worker.number)) return false;
  if (message.kind == MessageKind::progress) return take_progress(worker, message);
  if (message.kind == MessageKind::result) return take_result(worker, std::move(message), on_result);
  return take_of_parts(worker, std::move(message));
}

bool WorkerPool::take_start(Worker& worker) {
  if (worker.started || !worker.attempt) return false;
  worker.started = true;
  worker.stage = Stage::opening;
  worker.deadline = in(limits_.timeout_seconds);
  worker.progress_deadline = in(limits_.progress_seconds);
  return true;
}

bool WorkerPool::take_progress(Worker& worker, const Message& message) {
  if (message.bytes.size() != 1 || message.number > kMostPages) return false;
  const auto stage = static_cast<unsigned char>(message.bytes[0]);
  if (stage >= kStages) return false;
  worker.stage = static_cast<Stage>(stage);
  worker.page = static_cast<int>(message.number);
  worker.progress_deadline = in(limits_.progress_seconds);
  return true;
}

bool WorkerPool::take_result(Worker& worker, Message message, const OnResult& on_result) {
  if (worker.helps && worker.board->holds_part(worker.number)) return false;
  const std::shared_ptr<PartBoard> board = std::exchange(worker.board, nullptr);
  const std::size_t job = std::exchange(worker.attempt, std::nullopt)->item.job;
  worker.started = false;
  worker.deadline = worker.progress_deadline = Clock::time_point::max();
  ++worker.documents;
  if (worker.helps) {
    board->leave(worker.number);
    board->close();  // where parts are left it could not do them
    return true;
  }
  end_team(board);  // who is not done with a part by now does it for nobody
  on_result({job, std::move(message.bytes), std::nullopt});
  return true;
}

bool WorkerPool::take_of_parts(Worker& worker, Message message) {
  const std::shared_ptr<PartBoard> board = worker.board;
  if (!board->take(worker.number, std::move(message))) return false;
  if (board->waits(worker.number)) worker.progress_deadline = Clock::time_point::max();
  for (PartBoard::Answer& answer : board->answers()) {
    const auto to = std::find_if(workers_.begin(), workers_.end(),
                                 [&answer](const Worker& w) { return w.number == answer.member; });
    if (to == workers_.end()) continue;
    to->channel.send(answer.message);  // one that is gone is noticed by its other pipe
    to->progress_deadline = in(limits_.progress_seconds);
  }
  return true;
}

// All that are on the document.
void WorkerPool::end_team(const std::shared_ptr<PartBoard>& board) {
  for (Worker& worker : workers_) {
    if (worker.board != board) continue;
    worker.attempt.reset();
    worker.channel.end();
  }
}

// A helper that holds no part can go without harm to its document, which then does without help.
bool WorkerPool::let_go(Worker& worker) {
  if (!worker.helps || worker.board->holds_part(worker.number)) return false;
  worker.board->leave(worker.number);
  worker.board->close();
  worker.attempt.reset();
  return true;
}

// The worker is gone or talks nonsense: its document gets another try or fails, the rest goes on.
void WorkerPool::lost(Worker& worker, const OnResult& on_result, const std::string& how) {
  const WorkerEnd end = worker.channel.end();
  if (!worker.attempt || let_go(worker)) return;
  Attempt attempt = *worker.attempt;
  attempt.item.help = false;
  end_team(std::shared_ptr(worker.board));
  if (attempt.number < kAttempts && !end.by_sanitizer()) {
    ++attempt.number;
    waiting_.push_front(std::move(attempt));
    return;
  }
  const std::string what =
      (how.empty() ? end.how() : how) + " while " + where(worker.stage, worker.page) + "; " + end.amount();
  Error error{ErrorCode::worker_failed, "the process that read the document died twice: " + what};
  if (worker.stage == Stage::loading) {  // not the document's doing
    error = {ErrorCode::internal, "the process for the document did not come to open it: " + what};
  }
  error.page = worker.page;
  on_result({attempt.item.job, "", std::move(error)});
}

void WorkerPool::kill_late(const OnResult& on_result) {
  const auto now = Clock::now();
  for (Worker& worker : workers_) {
    if (!worker.channel.open() || !worker.attempt) continue;
    const bool stuck = worker.progress_deadline <= now;
    if (!stuck && worker.deadline > now) continue;
    const WorkerEnd end = worker.channel.end();
    if (let_go(worker)) continue;
    const std::size_t job = worker.attempt->item.job;
    end_team(std::shared_ptr(worker.board));
    Error error{ErrorCode::timeout,
                std::string(stuck ? "the document comes no further" : "the document's time is up") +
                    ", while " + where(worker.stage, worker.page) + "; " + end.amount()};
    error.page = worker.page;
    on_result({job, "", std::move(error)});
  }
}

void WorkerPool::forget_ended() {
  std::erase_if(workers_, [](const Worker& worker) { return !worker.channel.open(); });
}

bool WorkerPool::exhausted(const Worker& worker) const {
  return limits_.documents_a_worker > 0 && worker.documents >= limits_.documents_a_worker;
}

WorkerPool::Clock::time_point WorkerPool::in(double seconds) const {
  if (seconds <= 0) return Clock::time_point::max();
  return Clock::now() + std::chrono::microseconds(static_cast<std::int64_t>(seconds * 1e6));
}

int WorkerPool::milliseconds_to_deadline() const {
  auto earliest = Clock::time_point::max();
  for (const Worker& worker : workers_) {
    if (worker.attempt) earliest = std::min({earliest, worker.deadline, worker.progress_deadline});
  }
  if (earliest == Clock::time_point::max()) return kPollMilliseconds;
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(earliest - Clock::now()).count() + 1;
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, kPollMilliseconds));
}

}  // namespace attest
