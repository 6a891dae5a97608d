#include "app/queue_progress.h"

#include <algorithm>
#include <utility>

#include "app/batch.h"

namespace attest {
namespace {

// From one count of the queue to the next. Counting a long one takes a server a tenth of a second: this share
// lets a hundred workers keep a fifth of one of its cores busy.
constexpr std::chrono::seconds kCountAgain{2};
constexpr int kCountShare = 500;

// A server that is away is told of by those who need it.
std::size_t open_documents(RecordStore& store, const std::string& engine, std::size_t otherwise) {
  const Result<QueueCounts> counts = store.queue(engine);
  return counts ? static_cast<std::size_t>(counts->waiting + counts->running) : otherwise;
}

}  // namespace

void QueueTally::ended_here() {
  ++ended_;
  if (open_ > 0) --open_;
}

void QueueTally::look(std::size_t open) {
  if (open < open_) ended_ += open_ - open;
  open_ = open;
}

QueueProgress::QueueProgress(RecordStore& store, std::string engine, ProgressStyle style)
    : store_(store),
      engine_(std::move(engine)),
      shown_(style != ProgressStyle::none),
      tally_(shown_ ? open_documents(store, engine_, 0) : 0),
      progress_(tally_.total(), style) {}

void QueueProgress::tick() {
  const Clock::time_point begin = Clock::now();
  if (!shown_ || begin < count_at_) return;
  tally_.look(open_documents(store_, engine_, tally_.total() - tally_.ended()));
  const Clock::time_point end = Clock::now();
  count_at_ = end + std::max<Clock::duration>(kCountAgain, kCountShare * (end - begin));
  progress_.set(tally_.ended(), tally_.total());
}

void QueueProgress::ended(const Job& job, const nlohmann::ordered_json& record) {
  tally_.ended_here();
  progress_.step(progress_of(job, record));
}

}  // namespace attest
