#include "app/progress.h"

#include <unistd.h>

#include <cstdio>
#include <string>

namespace attest {
namespace {

constexpr std::size_t kBarColumns = 30;

}  // namespace

Progress::Progress(std::size_t total, bool enabled)
    : total_(total), enabled_(enabled && total > 1 && isatty(STDERR_FILENO) == 1) {
  show();
}

Progress::~Progress() { hide(); }

void Progress::step() {
  ++done_;
  show();
}

void Progress::show() {
  if (!enabled_) return;
  const std::size_t filled = kBarColumns * done_ / total_;
  const std::string bar = std::string(filled, '#') + std::string(kBarColumns - filled, '.');
  std::fprintf(stderr, "\r[%s] %zu/%zu", bar.c_str(), done_, total_);
  std::fflush(stderr);
  shown_ = true;
}

void Progress::hide() {
  if (!shown_) return;
  std::fputs("\r\x1b[K", stderr);
  std::fflush(stderr);
  shown_ = false;
}

}  // namespace attest
