// A worker process from the coordinator's side: two pipes, and how it ends. What is sent to it waits here
// until it reads; nothing blocks.
//
//   std::optional<WorkerChannel> channel = WorkerChannel::start(limits, make_work);
//   channel->send({MessageKind::job, 0, request});
//   if (!channel->receive()) …                             // gone
//   while (auto message = channel->take()) …
//   WorkerEnd end = channel->end();
//
// Closes its pipes and kills the process when it goes. Not thread safe.
#ifndef ATTEST_APP_WORKER_CHANNEL_H_
#define ATTEST_APP_WORKER_CHANNEL_H_

#include <poll.h>
#include <sys/resource.h>

#include <functional>
#include <optional>
#include <string>

#include "app/message.h"

namespace attest {

// How a process ended and what it had used by then.
struct WorkerEnd {
  int status = 0;
  rusage used{};

  // A sanitizer's report is a bug even where a second try would do.
  bool by_sanitizer() const;
  std::string how() const;     // "signal 11 (SIGSEGV)"
  std::string amount() const;  // "3.2 s of CPU, at most 87 MiB"
};

class WorkerChannel {
 public:
  // Runs `child(from_coordinator, to_coordinator)`, which never returns, in a new process. Nothing where
  // there can be none.
  static std::optional<WorkerChannel> start(const std::function<void(int, int)>& child,
                                            std::uint64_t most_bytes);
  WorkerChannel(WorkerChannel&& other) noexcept;
  WorkerChannel& operator=(WorkerChannel&& other) noexcept;
  ~WorkerChannel() { end(); }

  int pid() const { return pid_; }
  bool open() const { return pid_ >= 0; }
  // For poll(): what comes from it, and whether it takes more of what is sent.
  pollfd incoming() const { return {from_, POLLIN, 0}; }
  pollfd outgoing() const { return {unsent_.empty() ? -1 : to_, POLLOUT, 0}; }

  // False: it is gone.
  bool send(const Message& message);
  bool send_more();
  bool receive();
  std::optional<Message> take() { return received_.take(); }
  bool broken() const { return received_.broken(); }

  // Whatever it is doing: what it has to say has arrived.
  WorkerEnd end();

 private:
  WorkerChannel(int pid, int to, int from, std::uint64_t most_bytes)
      : pid_(pid), to_(to), from_(from), received_(most_bytes) {}

  int pid_ = -1, to_ = -1, from_ = -1;
  std::string unsent_;
  std::size_t sent_ = 0;  // of `unsent_`
  MessageBuffer received_;
};

}  // namespace attest

#endif  // ATTEST_APP_WORKER_CHANNEL_H_
