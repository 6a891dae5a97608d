// Processes that read documents and are killed, hang, crash or talk nonsense, at each stage: the archive ends
// with every document once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <random>
#include <thread>

#include "app/store_job.h"
#include "app/worker_pool.h"
#include "export/json.h"
#include "store/store.h"
#include "tests/faults/archive.h"
#include "tests/store/records.h"

namespace attest {
namespace {

using std::chrono::milliseconds;

using WorkerFaults = Archive;

// Signals the processes of a run that read documents, at random moments, until the run ends; its exit code.
int torment(const TemporaryFolder& folder, const std::vector<std::string>& arguments, int signal, int times) {
  std::mt19937 random(7);
  const int pid = start(folder.path(), arguments);
  for (int i = 0; i < times; ++i) {
    std::this_thread::sleep_for(milliseconds(10 + random() % 60));
    const std::vector<int> workers = children(pid);
    if (!workers.empty()) kill(workers[random() % workers.size()], signal);
  }
  return wait_for(pid);
}

TEST_P(WorkerFaults, WorkersMayBeKilledOrCrashAtAnyMoment) {
  write_documents(folder_, 60);
  const std::string clean = clean_contents(60);
  std::vector<std::string> arguments = run_arguments();
  for (const int signal : {SIGKILL, SIGSEGV}) {
    const int code = torment(folder_, arguments, signal, 12);
    EXPECT_LT(code, 128) << "a document that met it twice is told by the exit code";
    EXPECT_EQ(number("SELECT count(*) FROM jobs WHERE state IN ('waiting', 'running')"), 0);
    EXPECT_EQ(number("SELECT count(*) FROM records"), 60);
    arguments = run_arguments();
    arguments.insert(arguments.end(), {"--mode", "failed"});
    EXPECT_EQ(run_program(folder_, arguments).exit_code, 0);
    expect_whole(60);
    EXPECT_EQ(contents(), clean);
    arguments.back() = "redo";
  }
}

TEST_P(WorkerFaults, WorkersThatHangCostTheirDocuments) {
  write_documents(folder_, 60);
  const std::string clean = clean_contents(60);
  std::vector<std::string> arguments = run_arguments();
  arguments.insert(arguments.end(), {"--page-timeout", "1"});
  const int pid = start(folder_.path(), arguments);
  // Not before they have loaded what they need, for which they have two minutes.
  while (number("SELECT count(*) FROM records") < 8) std::this_thread::sleep_for(milliseconds(5));
  for (const int worker : children(pid)) kill(worker, SIGSTOP);
  EXPECT_LT(wait_for(pid), 128);
  EXPECT_EQ(number("SELECT count(*) FROM records"), 60);
  arguments.insert(arguments.end(), {"--mode", "failed"});
  EXPECT_EQ(run_program(folder_, arguments).exit_code, 0);
  expect_whole(60);
  EXPECT_EQ(contents(), clean);
}

// -- misbehaviour at a known stage

enum class Mischief { killed, crashes, hangs, nonsense, leaves };
constexpr Mischief kMischiefs[] = {Mischief::killed, Mischief::crashes, Mischief::hangs, Mischief::nonsense,
                                   Mischief::leaves};

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

enum class Times { never, once, always };

// Job i does mischief i / kStages at stage i % kStages; once: in its first process only.
WorkerPool::MakeWork work_of(const TemporaryFolder& folder, Times times) {
  return [&folder, times]() -> WorkerPool::Work {
    return [&folder, times](const WorkItem& item, const StageReport& report, DocumentParts&) {
      const auto place = static_cast<std::size_t>(std::stoul(item.request));
      const std::string marker = (folder / ("tried-" + item.request)).string();
      const bool first = !std::filesystem::exists(marker);
      if (first && times == Times::once) folder.write("tried-" + item.request, "");
      const bool bad = times == Times::always || (times == Times::once && first);
      for (int stage = 0; stage < kStages; ++stage) {
        report(static_cast<Stage>(stage), stage);
        if (bad && place % kStages == static_cast<std::size_t>(stage)) misbehave(kMischiefs[place / kStages]);
      }
      return to_json_text(record_of("甲" + item.request, "text of " + item.request), /*pretty=*/false);
    };
  };
}

class MischiefFeed : public WorkFeed {
 public:
  explicit MischiefFeed(RecordStore& store) : store_(store) {}

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

constexpr int kJobs = static_cast<int>(std::size(kMischiefs)) * kStages;

// Reads the mischievous documents into an archive.
void read_all(const std::string& where, RunMode mode, const WorkerPool::MakeWork& work) {
  std::vector<StoreInput> inputs;
  for (int i = 0; i < kJobs; ++i) {
    const std::string name = std::to_string(i);
    inputs.push_back({.path = "/in/" + name, .content = "c" + name, .queued = true, .name = name});
  }
  const auto store = open_store(where, StoreAccess::work);
  ASSERT_TRUE(store) << store.error().message;
  ASSERT_TRUE((*store)->enter("e", inputs, mode));
  MischiefFeed feed(**store);
  WorkerPool pool({.workers = 4, .progress_seconds = 0.6});
  EXPECT_TRUE(pool.run(
      feed, work, [&feed](const JobResult& result) { feed.done(result); }, [] { return false; }));
}

TEST_P(WorkerFaults, EveryMischiefAtEveryStageCostsItsDocumentOnly) {
  const TemporaryFolder clean;
  read_all((clean / "a.db").string(), RunMode::skip, work_of(folder_, Times::never));
  for (const Times times : {Times::once, Times::always}) {
    read_all(where(), RunMode::redo, work_of(folder_, times));
    const bool always = times == Times::always;
    const int hung = kStages;  // no second try
    const std::string of = "SELECT count(*) FROM jobs WHERE ";
    EXPECT_EQ(number(of + "state = 'rejected' AND error_code = 'timeout'"), hung);
    // Who dies before it opens the document is not the document's doing.
    const int loading = static_cast<int>(std::size(kMischiefs)) - 1;
    EXPECT_EQ(number(of + "state = 'rejected' AND error_code = 'internal'"), always ? loading : 0);
    EXPECT_EQ(number(of + "state = 'quarantined'"), always ? kJobs - hung - loading : 0);
    EXPECT_EQ(number(of + "state IN ('ok', 'needs_review')"), always ? 0 : kJobs - hung);
    EXPECT_EQ(number("SELECT count(*) FROM records"), kJobs);
    EXPECT_EQ(number("SELECT count(*) FROM report_rows"), kJobs);
    read_all(where(), RunMode::failed, work_of(folder_, Times::never));
    EXPECT_EQ(contents(), contents_of((clean / "a.db").string()));
  }
}

INSTANTIATE_TEST_SUITE_P(Sqlite, WorkerFaults, testing::Values(Backend::sqlite));
INSTANTIATE_TEST_SUITE_P(Postgres, WorkerFaults, testing::Values(Backend::postgres));

}  // namespace
}  // namespace attest
