#include "app/worker_channel.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "app/sanitizer.h"

namespace attest {

bool WorkerEnd::by_sanitizer() const {
  return kSanitized && WIFEXITED(status) && WEXITSTATUS(status) == kSanitizerExit;
}

std::string WorkerEnd::how() const {
  if (by_sanitizer()) return "a sanitizer's report";
  if (WIFEXITED(status)) return "exit code " + std::to_string(WEXITSTATUS(status));
  const int number = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  const char* name = sigabbrev_np(number);
  return "signal " + std::to_string(number) + (name == nullptr ? "" : std::string(" (SIG") + name + ")");
}

std::string WorkerEnd::amount() const {
  const double seconds = static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
                         static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) * 1e-6;
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.1f s of CPU, at most %ld MiB", seconds, used.ru_maxrss >> 10);
  return text.data();
}

std::optional<WorkerChannel> WorkerChannel::start(const std::function<void(int, int)>& child,
                                                  std::uint64_t most_bytes) {
  std::array<int, 2> down{-1, -1}, up{-1, -1};
  if (pipe(down.data()) != 0) return std::nullopt;
  if (pipe(up.data()) != 0) {
    ::close(down[0]);
    ::close(down[1]);
    return std::nullopt;
  }
  const int pid = fork();
  if (pid == 0) {
    child(down[0], up[1]);
    _exit(1);
  }
  ::close(down[0]);
  ::close(up[1]);
  if (pid < 0) {
    ::close(down[1]);
    ::close(up[0]);
    return std::nullopt;
  }
  fcntl(down[1], F_SETFL, O_NONBLOCK);  // who does not read must not hold up the others
  return WorkerChannel(pid, down[1], up[0], most_bytes);
}

WorkerChannel::WorkerChannel(WorkerChannel&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      to_(other.to_),
      from_(other.from_),
      unsent_(std::move(other.unsent_)),
      sent_(other.sent_),
      received_(std::move(other.received_)) {}

WorkerChannel& WorkerChannel::operator=(WorkerChannel&& other) noexcept {
  if (this == &other) return *this;
  end();
  pid_ = std::exchange(other.pid_, -1);
  to_ = other.to_;
  from_ = other.from_;
  unsent_ = std::move(other.unsent_);
  sent_ = other.sent_;
  received_ = std::move(other.received_);
  return *this;
}

bool WorkerChannel::send(const Message& message) {
  unsent_ += encoded(message);
  return send_more();
}

bool WorkerChannel::send_more() {
  while (sent_ < unsent_.size()) {
    const ssize_t wrote = write(to_, unsent_.data() + sent_, unsent_.size() - sent_);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0 && errno == EAGAIN) return true;
    if (wrote <= 0) return false;
    sent_ += static_cast<std::size_t>(wrote);
  }
  unsent_ = {};  // with its memory
  sent_ = 0;
  return true;
}

bool WorkerChannel::receive() {
  std::array<char, 65536> buffer;
  const ssize_t got = read(from_, buffer.data(), buffer.size());
  if (got < 0 && (errno == EINTR || errno == EAGAIN)) return true;
  if (got <= 0) return false;
  received_.append(buffer.data(), static_cast<std::size_t>(got));
  return true;
}

WorkerEnd WorkerChannel::end() {
  WorkerEnd end;
  if (!open()) return end;
  ::close(to_);
  ::close(from_);
  kill(pid_, SIGKILL);  // of a process that has ended this changes nothing
  while (wait4(pid_, &end.status, 0, &end.used) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  return end;
}

}  // namespace attest
