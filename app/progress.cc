#include "app/progress.h"

#include <unistd.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "export/json.h"

namespace attest {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kBarColumns = 20;
constexpr double kPlainSeconds = 10;      // from one plain line to the next
constexpr std::size_t kLeastForTime = 2;  // documents, before which an estimate is a guess

std::string one_place(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f", value);
  return text.data();
}

std::string time_text(double seconds) {
  if (seconds < 90) return std::to_string(std::lround(seconds)) + " s";
  if (seconds < 90 * 60) return std::to_string(std::lround(seconds / 60)) + " min";
  return one_place(seconds / 3600) + " h";
}

}  // namespace

ProgressStyle progress_style(const std::string& name) {
  if (name == "bar") return ProgressStyle::bar;
  if (name == "plain") return ProgressStyle::plain;
  if (name == "json") return ProgressStyle::json;
  if (name == "none") return ProgressStyle::none;
  return isatty(STDERR_FILENO) == 1 ? ProgressStyle::bar : ProgressStyle::plain;
}

std::string progress_text(const ProgressState& state) {
  std::string out = std::to_string(state.done) + "/" + std::to_string(state.total) + " documents, " +
                    std::to_string(state.pages) + " pages";
  if (state.seconds > 0 && state.pages > 0) {
    out += ", " + one_place(static_cast<double>(state.pages) / state.seconds) + " pages/s";
  }
  if (state.failed > 0) out += ", " + std::to_string(state.failed) + " failed";
  if (state.read >= kLeastForTime && state.done < state.total) {
    const double each = state.seconds / static_cast<double>(state.read);
    out += ", " + time_text(each * static_cast<double>(state.total - state.done)) + " left";
  }
  return out;
}

Progress::Progress(std::size_t total, ProgressStyle style) : style_(style) {
  state_.total = total;
  if (style_ == ProgressStyle::json) {
    const Json event = {{"event", "start"}, {"documents", total}};
    std::fputs((to_json_text(event, /*pretty=*/false) + "\n").c_str(), stderr);
  }
  if (style_ == ProgressStyle::bar) show();
}

Progress::~Progress() {
  hide();
  if (style_ != ProgressStyle::json) return;
  Json event = {{"event", "end"}};
  write_counts(to_json_text(event, /*pretty=*/false));
}

void Progress::skip() {
  ++state_.done;
  if (style_ == ProgressStyle::bar) show();
}

void Progress::set(std::size_t done, std::size_t total) {
  if (state_.done == done && state_.total == total) return;
  state_.done = state_.read = done;
  state_.total = total;
  state_.seconds = elapsed();
  if (style_ == ProgressStyle::bar) show();
}

void Progress::step(const ProgressDocument& document) {
  ++state_.done;
  ++state_.read;
  state_.pages += document.pages;
  state_.failed += document.rejected.empty() ? 0 : 1;
  state_.seconds = elapsed();
  if (style_ == ProgressStyle::bar) show();
  if (style_ == ProgressStyle::plain && state_.seconds - last_line_ >= kPlainSeconds) {
    std::fprintf(stderr, "attest: %s\n", progress_text(state_).c_str());
    last_line_ = state_.seconds;
  }
  if (style_ == ProgressStyle::json) {
    const Json event = {{"event", "document"},
                        {"document", document.document},
                        {"status", document.status},
                        {"rejected", document.rejected.empty() ? Json() : Json(document.rejected)},
                        {"pages", document.pages}};
    write_counts(to_json_text(event, /*pretty=*/false));
  }
}

// An event's JSON with what is true of the whole run behind it.
void Progress::write_counts(std::string line) const {
  Json counts = {{"done", state_.done}, {"documents", state_.total}, {"all_pages", state_.pages}};
  counts["failed"] = state_.failed;
  counts["seconds"] = std::round(elapsed() * 10) / 10;
  line.back() = ',';
  line += to_json_text(counts, /*pretty=*/false).substr(1) + "\n";
  std::fputs(line.c_str(), stderr);
  std::fflush(stderr);
}

void Progress::show() {
  const std::size_t filled = state_.total == 0 ? 0 : kBarColumns * state_.done / state_.total;
  const std::string bar = std::string(filled, '#') + std::string(kBarColumns - filled, '.');
  std::fprintf(stderr, "\r[%s] %s\x1b[K", bar.c_str(), progress_text(state_).c_str());
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
