// How far a run is, on standard error: a bar on a terminal, plain lines now and then where there is none, or
// a line of JSON an event for programs:
//
//   {"event":"start","documents":120}
//   {"event":"document","document":"a/b.pdf","status":"ok","rejected":null,"pages":12,"done":1,"documents":120,
//    "all_pages":12,"failed":0,"seconds":9.8}
//   {"event":"end","done":120,"documents":120,"all_pages":1440,"failed":2,"seconds":812.4}
//
// `documents` is what there is to do by then: in a queue that is being filled it grows. Log lines may stand
// between them; an event begins with "{". Not thread safe.
#ifndef ATTEST_APP_PROGRESS_H_
#define ATTEST_APP_PROGRESS_H_

#include <chrono>
#include <cstddef>
#include <string>

namespace attest {

enum class ProgressStyle { none, bar, plain, json };
// "bar", "plain", "json", "none"; "auto" is a bar on a terminal, else plain lines.
ProgressStyle progress_style(const std::string& name);

struct ProgressState {
  std::size_t total = 0, done = 0;
  std::size_t read = 0;   // of those done, what was read now and not before
  std::size_t pages = 0;  // of what was read
  std::size_t failed = 0;
  double seconds = 0;
};

// "12/120 documents, 48 pages, 2.4 pages/s, 1 failed, 3 min left"
std::string progress_text(const ProgressState& state);

struct ProgressDocument {
  std::string document, status, rejected;
  std::size_t pages = 0;
};

class Progress {
 public:
  Progress(std::size_t total, ProgressStyle style);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void step(const ProgressDocument& document);    // one more is read
  void skip();                                    // one more was read by an earlier run
  void set(std::size_t done, std::size_t total);  // where others add to them too
  void hide();                                    // before something else is written there

 private:
  using Clock = std::chrono::steady_clock;
  void show();
  void write_counts(std::string line) const;
  double elapsed() const { return std::chrono::duration<double>(Clock::now() - begin_).count(); }

  ProgressStyle style_;
  ProgressState state_;
  Clock::time_point begin_ = Clock::now();
  double last_line_ = 0;  // seconds
  bool shown_ = false;
};

}  // namespace attest

#endif  // ATTEST_APP_PROGRESS_H_
