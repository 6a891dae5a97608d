// A progress bar on standard error while documents are read; nothing where that is no terminal. Not thread
// safe.
#ifndef ATTEST_APP_PROGRESS_H_
#define ATTEST_APP_PROGRESS_H_

#include <cstddef>

namespace attest {

class Progress {
 public:
  Progress(std::size_t total, bool enabled);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void step();  // one more is done
  void hide();  // before something else is written there

 private:
  void show();

  std::size_t total_, done_ = 0;
  bool enabled_, shown_ = false;
};

}  // namespace attest

#endif  // ATTEST_APP_PROGRESS_H_
