#include "app/worker_pool.h"

#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "app/sanitizer.h"
#include "app/worker_process.h"

namespace attest {
namespace {

constexpr double kLoadSeconds = 120;    // a worker that has not loaded its models by then hangs
constexpr int kAttempts = 2;            // a worker may die of its neighbours once, hardly twice
constexpr int kPollMilliseconds = 500;  // how long an interrupt may go unseen at most
constexpr std::size_t kProgressBytes = 6;
constexpr std::uint32_t kMostPages = 1u << 20;  // a document with more is refused long before

// How a process ended and what it had used by then.
struct End {
  int status = 0;
  rusage used{};
};

// Whatever it is doing: what it has to say has arrived.
End end_process(int& pid, int to, int from) {
  End end;
  ::close(to);
  ::close(from);
  kill(pid, SIGKILL);  // of a process that has ended this changes nothing
  while (wait4(pid, &end.status, 0, &end.used) < 0 && errno == EINTR) {
  }
  pid = -1;
  return end;
}

// A sanitizer's report is a bug even where a second try would do.
bool stopped_by_sanitizer(int status) {
  return kSanitized && WIFEXITED(status) && WEXITSTATUS(status) == kSanitizerExit;
}

std::string how(int status) {
  if (stopped_by_sanitizer(status)) return "a sanitizer's report";
  if (WIFEXITED(status)) return "exit code " + std::to_string(WEXITSTATUS(status));
  const int number = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  const char* name = sigabbrev_np(number);
  return "signal " + std::to_string(number) + (name == nullptr ? "" : std::string(" (SIG") + name + ")");
}

std::string where(Stage stage, int page) {
  return std::string(name_of(stage)) + (page > 0 ? " page " + std::to_string(page) : "");
}

std::string amount(const rusage& used) {
  const double seconds = static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
                         static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) * 1e-6;
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.1f s of CPU, at most %ld MiB", seconds, used.ru_maxrss >> 10);
  return text.data();
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

WorkerPool::~WorkerPool() {
  for (Worker& worker : workers_) end_process(worker.pid, worker.to, worker.from);
}

bool WorkerPool::run(const std::vector<std::size_t>& jobs, const MakeWork& make_work,
                     const OnResult& on_result, const std::function<bool()>& stop) {
  ListFeed feed(jobs);
  return run(feed, make_work, on_result, stop);
}

bool WorkerPool::run(WorkFeed& feed, const MakeWork& make_work, const OnResult& on_result,
                     const std::function<bool()>& stop) {
  signal(SIGPIPE, SIG_IGN);  // a dead worker is noticed by its pipe, not by a signal
  while (!stop()) {
    feed.tick();
    assign(feed, make_work, on_result);
    if (workers_.empty() && waiting_.empty() && feed.ended()) break;
    std::vector<pollfd> polled;
    for (const Worker& worker : workers_) polled.push_back({worker.from, POLLIN, 0});
    if (poll(polled.data(), polled.size(), milliseconds_to_deadline()) > 0) {
      for (std::size_t i = 0; i < polled.size(); ++i) {
        if (polled[i].revents != 0) receive(workers_[i], on_result);
      }
    }
    kill_late(on_result);
    std::erase_if(workers_, [](const Worker& worker) { return worker.pid < 0; });
  }
  const bool finished = workers_.empty() && waiting_.empty() && feed.ended();
  for (Worker& worker : workers_) end_process(worker.pid, worker.to, worker.from);
  workers_.clear();
  waiting_.clear();
  return finished;
}

// Second tries go before new jobs.
std::optional<WorkerPool::Attempt> WorkerPool::next(WorkFeed& feed) {
  if (waiting_.empty()) {
    std::optional<WorkItem> item = feed.next();
    if (!item) return std::nullopt;
    return Attempt{std::move(*item), 1};
  }
  Attempt attempt = std::move(waiting_.front());
  waiting_.pop_front();
  return attempt;
}

// Gives jobs to idle workers and starts workers where there are too few; ends workers that have nothing to do
// any more.
void WorkerPool::assign(WorkFeed& feed, const MakeWork& make_work, const OnResult& on_result) {
  for (Worker& worker : workers_) {
    if (worker.attempt || worker.pid < 0) continue;
    std::optional<Attempt> attempt;
    if (!exhausted(worker)) attempt = next(feed);
    if (attempt) {
      if (!give(worker, std::move(*attempt))) lost(worker, on_result);
    } else if (exhausted(worker) || feed.ended()) {
      end_process(worker.pid, worker.to, worker.from);
    }
  }
  std::erase_if(workers_, [](const Worker& worker) { return worker.pid < 0; });
  start_workers(feed, make_work, on_result);
}

void WorkerPool::start_workers(WorkFeed& feed, const MakeWork& make_work, const OnResult& on_result) {
  const auto idle = [](const Worker& worker) { return !worker.attempt; };
  while (static_cast<int>(workers_.size()) < limits_.workers) {
    if (std::any_of(workers_.begin(), workers_.end(), idle)) return;  // there is nothing for it either
    std::optional<Attempt> attempt = next(feed);
    if (!attempt) return;
    if (spawn(make_work)) {
      if (!give(workers_.back(), std::move(*attempt))) lost(workers_.back(), on_result);
      std::erase_if(workers_, [](const Worker& worker) { return worker.pid < 0; });
    } else if (!workers_.empty()) {  // fewer workers than wanted will do
      waiting_.push_front(std::move(*attempt));
      return;
    } else {
      on_result({attempt->item.job, "", Error{ErrorCode::out_of_memory, "no process could be started"}});
    }
  }
}

bool WorkerPool::spawn(const MakeWork& make_work) {
  std::array<int, 2> down{-1, -1}, up{-1, -1};
  if (pipe(down.data()) != 0) return false;
  if (pipe(up.data()) != 0) {
    ::close(down[0]);
    ::close(down[1]);
    return false;
  }
  const int pid = fork();
  if (pid == 0) run_worker(down[0], up[1], limits_, make_work);
  ::close(down[0]);
  ::close(up[1]);
  if (pid < 0) {
    ::close(down[1]);
    ::close(up[0]);
    return false;
  }
  Worker worker;
  worker.pid = pid;
  worker.to = down[1];
  worker.from = up[0];
  workers_.push_back(std::move(worker));
  return true;
}

bool WorkerPool::give(Worker& worker, Attempt attempt) {
  worker.attempt = std::move(attempt);
  worker.started = false;
  worker.stage = worker.documents > 0 ? Stage::opening : Stage::loading;
  worker.page = 0;
  const bool loaded = worker.documents > 0 && limits_.progress_seconds > 0;
  worker.deadline = in(loaded ? limits_.progress_seconds : kLoadSeconds);
  return send_item(worker.to, worker.attempt->item);
}

void WorkerPool::receive(Worker& worker, const OnResult& on_result) {
  std::array<char, 65536> buffer;
  const ssize_t got = read(worker.from, buffer.data(), buffer.size());
  if (got < 0 && (errno == EINTR || errno == EAGAIN)) return;
  if (got <= 0) return lost(worker, on_result);
  worker.received.append(buffer.data(), static_cast<std::size_t>(got));
  take_messages(worker, on_result);
}

// A worker has read what strangers wrote: each frame must be one that can come now.
void WorkerPool::take_messages(Worker& worker, const OnResult& on_result) {
  constexpr std::size_t kHead = 1 + sizeof(std::uint64_t);
  while (!worker.received.empty()) {
    if (worker.received[0] == kStartedFrame) {
      if (!take_start(worker)) return lost(worker, on_result);
      continue;
    }
    if (!worker.started) return lost(worker, on_result);
    if (worker.received[0] == kProgressFrame) {
      if (worker.received.size() < kProgressBytes) return;
      if (!take_progress(worker)) return lost(worker, on_result);
      continue;
    }
    if (worker.received[0] != kResultFrame) return lost(worker, on_result);
    if (worker.received.size() < kHead) return;
    std::uint64_t length = 0;
    std::memcpy(&length, worker.received.data() + 1, sizeof length);
    if (length > limits_.payload_bytes) return lost(worker, on_result);
    if (worker.received.size() < kHead + length) return;
    JobResult result{worker.attempt->item.job, worker.received.substr(kHead, length), std::nullopt};
    worker.received.erase(0, kHead + length);
    worker.attempt.reset();
    worker.started = false;
    worker.deadline = worker.progress_deadline = Clock::time_point::max();
    ++worker.documents;
    on_result(std::move(result));
  }
}

bool WorkerPool::take_start(Worker& worker) {
  if (worker.started || !worker.attempt) return false;
  worker.received.erase(0, 1);
  worker.started = true;
  worker.stage = Stage::opening;
  worker.deadline = in(limits_.timeout_seconds);
  worker.progress_deadline = in(limits_.progress_seconds);
  return true;
}

bool WorkerPool::take_progress(Worker& worker) {
  const auto stage = static_cast<unsigned char>(worker.received[1]);
  std::uint32_t page = 0;
  std::memcpy(&page, worker.received.data() + 2, sizeof page);
  if (stage >= kStages || page > kMostPages) return false;
  worker.received.erase(0, kProgressBytes);
  worker.stage = static_cast<Stage>(stage);
  worker.page = static_cast<int>(page);
  worker.progress_deadline = in(limits_.progress_seconds);
  return true;
}

// The worker is gone or talks nonsense: its document gets another try or fails, the rest goes on.
void WorkerPool::lost(Worker& worker, const OnResult& on_result) {
  const std::optional<Attempt> attempt = std::exchange(worker.attempt, std::nullopt);
  const End end = end_process(worker.pid, worker.to, worker.from);
  if (!attempt) return;
  if (attempt->number < kAttempts && !stopped_by_sanitizer(end.status)) {
    waiting_.push_front({attempt->item, attempt->number + 1});
    return;
  }
  const std::string what =
      how(end.status) + " while " + where(worker.stage, worker.page) + "; " + amount(end.used);
  Error error{ErrorCode::worker_failed, "the process that read the document died twice: " + what};
  if (worker.stage == Stage::loading) {  // not the document's doing
    error = {ErrorCode::internal, "the process for the document did not come to open it: " + what};
  }
  error.page = worker.page;
  on_result({attempt->item.job, "", std::move(error)});
}

void WorkerPool::kill_late(const OnResult& on_result) {
  const auto now = Clock::now();
  for (Worker& worker : workers_) {
    if (worker.pid < 0 || !worker.attempt) continue;
    const bool stuck = worker.progress_deadline <= now;
    if (!stuck && worker.deadline > now) continue;
    const std::size_t job = std::exchange(worker.attempt, std::nullopt)->item.job;
    const End end = end_process(worker.pid, worker.to, worker.from);
    Error error{ErrorCode::timeout,
                std::string(stuck ? "the document comes no further" : "the document's time is up") +
                    ", while " + where(worker.stage, worker.page) + "; " + amount(end.used)};
    error.page = worker.page;
    on_result({job, "", std::move(error)});
  }
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
