#include "tests/faults/mischief.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <thread>

#include "app/store_job.h"
#include "tests/faults/archive.h"

namespace attest {
namespace {

class QueueOfStore : public WorkFeed {
 public:
  explicit QueueOfStore(RecordStore& store) : store_(store) {}

  std::optional<WorkItem> next() override {
    const auto claim = store_.claim_next("e");
    if (!claim || !*claim) {
      ended_ = true;
      return std::nullopt;
    }
    claims_[(*claim)->job] = **claim;
    return WorkItem{static_cast<std::size_t>((*claim)->job), (*claim)->name};
  }
  bool ended() override { return ended_; }
  void tick() override { EXPECT_FALSE(store_.beat()); }

  void done(const JobResult& result) {
    const Claim& claim = claims_.at(static_cast<std::int64_t>(result.job));
    const auto record = result.failure ? rejected_json(claim.name, *result.failure)
                                       : nlohmann::ordered_json::parse(result.payload);
    const auto completed = complete_job(store_, claim, record);
    EXPECT_TRUE(completed && *completed);
  }

 private:
  RecordStore& store_;
  std::map<std::int64_t, Claim> claims_;
  bool ended_ = false;
};

}  // namespace

void misbehave(Mischief mischief) {
  static constexpr char kNonsense[] = "R\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff";
  switch (mischief) {
    case Mischief::killed:
      raise(SIGKILL);
      break;
    case Mischief::crashes:
      raise(SIGSEGV);
      break;
    case Mischief::nonsense:
      for (int descriptor = 3; descriptor < 64; ++descriptor)
        (void)!write(descriptor, kNonsense, sizeof kNonsense);
      [[fallthrough]];
    case Mischief::hangs:
      while (true) pause();
    case Mischief::leaves:
      _exit(0);
  }
}

void read_all(const std::string& where, const std::vector<std::string>& names, RunMode mode,
              const WorkerLimits& limits, const WorkerPool::MakeWork& work) {
  std::vector<StoreInput> inputs;
  for (const std::string& name : names) {
    inputs.push_back({.path = "/in/" + name, .content = "c" + name, .queued = true, .name = name});
  }
  const auto store = open_store(where, StoreAccess::work);
  ASSERT_TRUE(store) << store.error().message;
  ASSERT_TRUE((*store)->enter("e", inputs, mode));
  QueueOfStore feed(**store);
  WorkerPool pool(limits);
  EXPECT_TRUE(pool.run(
      feed, work, [&feed](const JobResult& result) { feed.done(result); }, [] { return false; }));
}

int torment(const TemporaryFolder& folder, const std::vector<std::string>& arguments, int signal, int times) {
  std::mt19937 random(7);
  const int pid = start(folder.path(), arguments);
  for (int i = 0; i < times; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10 + random() % 60));
    const std::vector<int> workers = children(pid);
    if (!workers.empty()) kill(workers[random() % workers.size()], signal);
  }
  return wait_for(pid);
}

}  // namespace attest
