// How far a queue is that others fill and empty too, as a person is shown it.
#ifndef ATTEST_APP_QUEUE_PROGRESS_H_
#define ATTEST_APP_QUEUE_PROGRESS_H_

#include <chrono>
#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "app/inputs.h"
#include "app/progress.h"
#include "store/store.h"

namespace attest {

// What has ended since the first look, and how much there is in all.
class QueueTally {
 public:
  explicit QueueTally(std::size_t open) : open_(open) {}

  void ended_here();            // one more, by this process
  void look(std::size_t open);  // what has not ended now, whoever has it
  std::size_t ended() const { return ended_; }
  std::size_t total() const { return ended_ + open_; }

 private:
  std::size_t open_, ended_ = 0;
};

// Not thread safe; the store must outlive it.
class QueueProgress {
 public:
  QueueProgress(RecordStore& store, std::string engine, ProgressStyle style);

  void tick();  // as often as one likes: the queue is counted now and then
  void ended(const Job& job, const nlohmann::ordered_json& record);
  void hide() { progress_.hide(); }

 private:
  using Clock = std::chrono::steady_clock;

  RecordStore& store_;
  std::string engine_;
  bool shown_;
  QueueTally tally_;
  Progress progress_;
  Clock::time_point count_at_ = Clock::now();
};

}  // namespace attest

#endif  // ATTEST_APP_QUEUE_PROGRESS_H_
