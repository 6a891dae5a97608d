#include "app/worker_pool.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace attest {
namespace {

constexpr double kLoadSeconds = 120;               // a worker that has not loaded its models by then hangs
constexpr int kAttempts = 2;                       // a worker may die of its neighbours once, hardly twice
constexpr rlim_t kDescriptors = 256;               // pages, models and pipes need a few dozen
constexpr int kPollMilliseconds = 500;             // how long an interrupt may go unseen at most
constexpr std::uint64_t kMaxPayload = 1ull << 30;  // a record over a gigabyte is a broken worker
constexpr char kStarted = 'S', kFinished = 'R';

bool write_all(int descriptor, const void* data, std::size_t size) {
  const char* at = static_cast<const char*>(data);
  while (size > 0) {
    const ssize_t wrote = write(descriptor, at, size);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return false;
    at += wrote;
    size -= static_cast<std::size_t>(wrote);
  }
  return true;
}

bool read_all(int descriptor, void* data, std::size_t size) {
  char* at = static_cast<char*>(data);
  while (size > 0) {
    const ssize_t got = read(descriptor, at, size);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    at += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

void limit(int resource, rlim_t value) {
  rlimit old{};
  if (getrlimit(static_cast<__rlimit_resource>(resource), &old) != 0) return;
  if (old.rlim_max != RLIM_INFINITY) value = std::min(value, old.rlim_max);
  const rlimit wanted{value, value};
  setrlimit(static_cast<__rlimit_resource>(resource), &wanted);
}

void confine(const WorkerLimits& limits) {
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_NOFILE, kDescriptors);
#if !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)  // their shadow memory is larger than any limit
  if (limits.memory_bytes > 0) limit(RLIMIT_AS, static_cast<rlim_t>(limits.memory_bytes));
#endif
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  signal(SIGINT, SIG_IGN);  // the coordinator decides when a worker ends
  signal(SIGPIPE, SIG_DFL);
  const int nowhere = open("/dev/null", O_RDWR);
  if (nowhere < 0) return;
  dup2(nowhere, STDIN_FILENO);
  dup2(nowhere, STDOUT_FILENO);
  if (limits.quiet) dup2(nowhere, STDERR_FILENO);
}

}  // namespace

WorkerPool::~WorkerPool() {
  for (Worker& worker : workers_) close(worker, /*kill_it=*/true);
}

bool WorkerPool::run(const std::vector<std::size_t>& jobs, const MakeWork& make_work,
                     const OnResult& on_result, const std::function<bool()>& stop) {
  signal(SIGPIPE, SIG_IGN);  // a dead worker is noticed by its pipe, not by a signal
  for (const std::size_t job : jobs) waiting_.push_back({job, 1});
  while (!stop()) {
    assign(make_work, on_result);
    if (workers_.empty()) break;
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
  const bool finished = workers_.empty() && waiting_.empty();
  for (Worker& worker : workers_) close(worker, /*kill_it=*/true);
  workers_.clear();
  waiting_.clear();
  return finished;
}

// Gives waiting jobs to idle workers and starts workers where there are too few; ends workers that have
// nothing to do.
void WorkerPool::assign(const MakeWork& make_work, const OnResult& on_result) {
  for (Worker& worker : workers_) {
    if (worker.attempt || worker.pid < 0) continue;
    if (waiting_.empty()) {
      close(worker, /*kill_it=*/false);
      continue;
    }
    const Attempt attempt = waiting_.front();
    waiting_.pop_front();
    if (!give(worker, attempt)) lost(worker, on_result);
  }
  std::erase_if(workers_, [](const Worker& worker) { return worker.pid < 0; });
  while (!waiting_.empty() && static_cast<int>(workers_.size()) < limits_.workers) {
    if (spawn(make_work)) {
      const Attempt attempt = waiting_.front();
      waiting_.pop_front();
      if (!give(workers_.back(), attempt)) lost(workers_.back(), on_result);
      std::erase_if(workers_, [](const Worker& worker) { return worker.pid < 0; });
      continue;
    }
    if (!workers_.empty()) return;  // fewer workers than wanted will do
    JobResult result{waiting_.front().job, "",
                     Error{ErrorCode::worker_failed, "no process could be started"}};
    waiting_.pop_front();
    on_result(std::move(result));
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
  if (pid == 0) {
    // The other workers' pipes must not stay open here: their ends would never be seen.
    for (const Worker& other : workers_) {
      ::close(other.to);
      ::close(other.from);
    }
    ::close(down[1]);
    ::close(up[0]);
    work(down[0], up[1], make_work);
  }
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

void WorkerPool::work(int from_coordinator, int to_coordinator, const MakeWork& make_work) {
  confine(limits_);
  try {
    const Work work = make_work();
    std::uint32_t job = 0;
    while (read_all(from_coordinator, &job, sizeof job)) {
      if (!write_all(to_coordinator, &kStarted, 1)) break;
      const std::string payload = work(job);
      const std::uint64_t length = payload.size();
      if (!write_all(to_coordinator, &kFinished, 1)) break;
      if (!write_all(to_coordinator, &length, sizeof length)) break;
      if (!write_all(to_coordinator, payload.data(), payload.size())) break;
    }
  } catch (...) {
    _exit(1);  // the coordinator sees the pipe close and counts the document as failed
  }
  _exit(0);  // no destructors of the coordinator's objects, no second flush of its files
}

bool WorkerPool::give(Worker& worker, Attempt attempt) {
  worker.attempt = attempt;
  worker.started = false;
  worker.deadline = Clock::now() + std::chrono::milliseconds(static_cast<std::int64_t>(kLoadSeconds * 1000));
  const auto number = static_cast<std::uint32_t>(attempt.job);
  return write_all(worker.to, &number, sizeof number);
}

void WorkerPool::receive(Worker& worker, const OnResult& on_result) {
  std::array<char, 65536> buffer;
  const ssize_t got = read(worker.from, buffer.data(), buffer.size());
  if (got < 0 && (errno == EINTR || errno == EAGAIN)) return;
  if (got <= 0) return lost(worker, on_result);
  worker.received.append(buffer.data(), static_cast<std::size_t>(got));
  take_messages(worker, on_result);
}

void WorkerPool::take_messages(Worker& worker, const OnResult& on_result) {
  constexpr std::size_t kHead = 1 + sizeof(std::uint64_t);
  while (!worker.received.empty()) {
    if (worker.received[0] == kStarted && !worker.started && worker.attempt) {
      worker.received.erase(0, 1);
      worker.started = true;
      if (on_start_) on_start_(worker.attempt->job);
      const auto allowed =
          std::chrono::microseconds(static_cast<std::int64_t>(limits_.timeout_seconds * 1e6));
      worker.deadline = limits_.timeout_seconds > 0 ? Clock::now() + allowed : Clock::time_point::max();
      continue;
    }
    if (worker.received[0] != kFinished || !worker.started) return lost(worker, on_result);
    if (worker.received.size() < kHead) return;
    std::uint64_t length = 0;
    std::memcpy(&length, worker.received.data() + 1, sizeof length);
    if (length > kMaxPayload) return lost(worker, on_result);
    if (worker.received.size() < kHead + length) return;
    JobResult result{worker.attempt->job, worker.received.substr(kHead, length), std::nullopt};
    worker.received.erase(0, kHead + length);
    worker.attempt.reset();
    worker.started = false;
    worker.deadline = Clock::time_point::max();
    on_result(std::move(result));
  }
}

// The worker is gone or talks nonsense: its document gets another try or fails, the rest goes on.
void WorkerPool::lost(Worker& worker, const OnResult& on_result) {
  const std::optional<Attempt> attempt = worker.attempt;
  close(worker, /*kill_it=*/true);
  if (!attempt) return;
  if (attempt->number < kAttempts) {
    waiting_.push_front({attempt->job, attempt->number + 1});
    return;
  }
  on_result({attempt->job, "", Error{ErrorCode::worker_failed, "the process that read the document died"}});
}

void WorkerPool::kill_late(const OnResult& on_result) {
  const auto now = Clock::now();
  for (Worker& worker : workers_) {
    if (worker.pid < 0 || !worker.attempt || worker.deadline > now) continue;
    const std::size_t job = worker.attempt->job;
    close(worker, /*kill_it=*/true);
    on_result({job, "", Error{ErrorCode::timeout, "the document's time is up"}});
  }
}

void WorkerPool::close(Worker& worker, bool kill_it) {
  if (worker.pid < 0) return;
  ::close(worker.to);
  ::close(worker.from);
  if (kill_it) kill(worker.pid, SIGKILL);
  while (waitpid(worker.pid, nullptr, 0) < 0 && errno == EINTR) {
  }
  worker.pid = -1;
  worker.attempt.reset();
}

int WorkerPool::milliseconds_to_deadline() const {
  auto earliest = Clock::time_point::max();
  for (const Worker& worker : workers_) {
    if (worker.attempt) earliest = std::min(earliest, worker.deadline);
  }
  if (earliest == Clock::time_point::max()) return kPollMilliseconds;
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(earliest - Clock::now()).count() + 1;
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, kPollMilliseconds));
}

}  // namespace attest
