#include "app/worker_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "app/sanitizer.h"

namespace attest {
namespace {

constexpr rlim_t kDescriptors = 256;              // pages, models and pipes need a few dozen
constexpr rlim_t kLargestFile = rlim_t{1} << 30;  // bytes; a debug image has a few million
// A document has one thread, so its seconds of CPU cannot be more than those of the clock; the coordinator
// sees to those. This is for a worker whose coordinator is stopped.
constexpr double kCpuSlack = 60;

void limit(__rlimit_resource resource, rlim_t value) {
  rlimit old{};
  if (getrlimit(resource, &old) != 0) return;
  if (old.rlim_max != RLIM_INFINITY) value = std::min(value, old.rlim_max);
  const rlimit wanted{value, value};
  setrlimit(resource, &wanted);
}

void confine(const WorkerLimits& limits) {
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_NOFILE, kDescriptors);
  const bool writes = kSanitized || !limits.quiet || !limits.sandbox || !limits.sandbox->writable.empty();
  limit(RLIMIT_FSIZE, writes ? kLargestFile : 0);
  if (!kSanitized && limits.memory_bytes > 0) limit(RLIMIT_AS, static_cast<rlim_t>(limits.memory_bytes));
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  signal(SIGINT, SIG_IGN);  // the coordinator decides when a worker ends
  signal(SIGTERM, SIG_IGN);
  signal(SIGPIPE, SIG_DFL);
  signal(SIGXFSZ, SIG_IGN);  // a full log is no reason to die
  const int nowhere = open("/dev/null", O_RDWR);
  if (nowhere < 0) return;
  dup2(nowhere, STDIN_FILENO);
  dup2(nowhere, STDOUT_FILENO);
  if (limits.quiet && !kSanitized) dup2(nowhere, STDERR_FILENO);
}

// What the coordinator has open – output files, an archive, other workers' pipes – is none of its business.
void close_others(int keep_a, int keep_b) {
  const auto low = static_cast<unsigned>(std::min(keep_a, keep_b));
  const auto high = static_cast<unsigned>(std::max(keep_a, keep_b));
  constexpr unsigned kFirst = STDERR_FILENO + 1;
  if (low > kFirst) close_range(kFirst, low - 1, 0);
  if (high > low + 1) close_range(low + 1, high - 1, 0);
  close_range(high + 1, ~0u, 0);
}

void allow_cpu(double seconds) {
  rusage used{};
  rlimit old{};
  if (getrusage(RUSAGE_SELF, &used) != 0 || getrlimit(RLIMIT_CPU, &old) != 0) return;
  const double spent = static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec);
  const rlimit wanted{std::min(static_cast<rlim_t>(spent + seconds + kCpuSlack), old.rlim_max), old.rlim_max};
  setrlimit(RLIMIT_CPU, &wanted);
}

class Sender {
 public:
  explicit Sender(int descriptor) : descriptor_(descriptor) {}

  bool started() const { return write_all(descriptor_, &kStartedFrame, 1); }

  void progress(Stage stage, int page) const {
    std::array<char, 6> frame{kProgressFrame, static_cast<char>(stage)};
    const auto number = static_cast<std::uint32_t>(page);
    std::memcpy(frame.data() + 2, &number, sizeof number);
    write_all(descriptor_, frame.data(), frame.size());  // a closed pipe is seen at the end
  }

  bool result(const std::string& payload) const {
    const std::uint64_t length = payload.size();
    return write_all(descriptor_, &kResultFrame, 1) && write_all(descriptor_, &length, sizeof length) &&
           write_all(descriptor_, payload.data(), payload.size());
  }

 private:
  int descriptor_;
};

std::optional<WorkItem> receive_item(int descriptor) {
  WorkItem item;
  std::uint64_t job = 0;
  std::uint32_t length = 0;
  if (!read_all(descriptor, &job, sizeof job) || !read_all(descriptor, &length, sizeof length))
    return std::nullopt;
  item.job = static_cast<std::size_t>(job);
  item.request.resize(length);
  if (!read_all(descriptor, item.request.data(), length)) return std::nullopt;
  return item;
}

}  // namespace

bool send_item(int descriptor, const WorkItem& item) {
  const std::uint64_t job = item.job;
  const auto length = static_cast<std::uint32_t>(item.request.size());
  return write_all(descriptor, &job, sizeof job) && write_all(descriptor, &length, sizeof length) &&
         write_all(descriptor, item.request.data(), item.request.size());
}

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

void run_worker(int from_coordinator, int to_coordinator, const WorkerLimits& limits,
                const WorkerPool::MakeWork& make_work) {
  close_others(from_coordinator, to_coordinator);
  confine(limits);
  const Sender sender(to_coordinator);
  try {
    const WorkerPool::Work work = make_work();
    if (limits.sandbox && enter_sandbox(*limits.sandbox)) _exit(1);
    const StageReport report = [&sender](Stage stage, int page) { sender.progress(stage, page); };
    while (const std::optional<WorkItem> item = receive_item(from_coordinator)) {
      if (limits.timeout_seconds > 0) allow_cpu(limits.timeout_seconds);
      if (!sender.started()) break;
      if (!sender.result(work(*item, report))) break;
    }
  } catch (...) {
    _exit(1);  // the coordinator sees the pipe close and counts the document as failed
  }
  _exit(0);  // no destructors of the coordinator's objects, no second flush of its files
}

}  // namespace attest
