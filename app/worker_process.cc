#include "app/worker_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <optional>
#include <utility>

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

// The coordinator, as the worker sees it. Where it is gone nobody waits for the worker either.
class Coordinator : public DocumentParts {
 public:
  Coordinator(int from, int to) : from_(from), to_(to) {}

  void started() {
    owns_ = false;
    send({MessageKind::started});
  }
  void progress(Stage stage, int page) const {
    send({MessageKind::progress, static_cast<std::uint32_t>(page), std::string(1, static_cast<char>(stage))});
  }
  void result(std::string payload) const { send({MessageKind::result, 0, std::move(payload)}); }

  void begin(std::uint32_t count) override {
    owns_ = true;
    invited_ = false;
    results_.clear();
    send({MessageKind::parts, count});
  }
  void invite() override {
    if (owns_ && !std::exchange(invited_, true)) send({MessageKind::invite});
  }
  std::optional<std::uint32_t> next() override {
    send({MessageKind::next});
    Message message = receive();
    for (; message.kind == MessageKind::part; message = receive()) {
      results_.emplace(message.number, std::move(message.bytes));
    }
    return message.kind == MessageKind::take ? std::optional(message.number) : std::nullopt;
  }
  void done(std::uint32_t part, std::string bytes) override {
    send({MessageKind::part, part, std::move(bytes)});
  }
  void hint(std::uint32_t part, std::string bytes) override {
    send({MessageKind::hint, part, std::move(bytes)});
  }
  std::string hint_before(std::uint32_t part) override {
    send({MessageKind::wish, part});
    return receive().bytes;
  }
  std::map<std::uint32_t, std::string> results() override { return std::exchange(results_, {}); }

  Message receive() const {
    std::optional<Message> message = read_message(from_);
    if (!message) _exit(0);  // no destructors of the coordinator's objects, no second flush of its files
    return *std::move(message);
  }

 private:
  void send(const Message& message) const {
    if (!write_message(to_, message)) _exit(0);
  }

  int from_, to_;
  bool owns_ = false;  // the document; a helper begins nothing
  bool invited_ = false;
  std::map<std::uint32_t, std::string> results_;
};

WorkItem item_of(const Message& message) {
  WorkItem item;
  std::uint64_t job = 0;
  std::memcpy(&job, message.bytes.data(), sizeof job);
  item.job = static_cast<std::size_t>(job);
  item.request = message.bytes.substr(sizeof job);
  item.help = message.kind == MessageKind::help;
  return item;
}

}  // namespace

Message message_of(const WorkItem& item) {
  const std::uint64_t job = item.job;
  Message message{item.help ? MessageKind::help : MessageKind::job};
  message.bytes.assign(reinterpret_cast<const char*>(&job), sizeof job);
  message.bytes += item.request;
  return message;
}

void run_worker(int from_coordinator, int to_coordinator, const WorkerLimits& limits,
                const WorkerPool::MakeWork& make_work) {
  close_others(from_coordinator, to_coordinator);
  confine(limits);
  Coordinator coordinator(from_coordinator, to_coordinator);
  try {
    const WorkerPool::Work work = make_work();
    if (limits.sandbox && enter_sandbox(*limits.sandbox)) _exit(1);
    const StageReport report = [&coordinator](Stage stage, int page) { coordinator.progress(stage, page); };
    while (true) {
      const WorkItem item = item_of(coordinator.receive());
      if (limits.timeout_seconds > 0) allow_cpu(limits.timeout_seconds);
      coordinator.started();
      coordinator.result(work(item, report, coordinator));
    }
  } catch (...) {
    _exit(1);  // the coordinator sees the pipe close and counts the document as failed
  }
}

}  // namespace attest
