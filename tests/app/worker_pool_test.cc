#include "app/worker_pool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <map>
#include <memory>
#include <numeric>
#include <set>

#include "app/sanitizer.h"

namespace attest {
namespace {

using testing::HasSubstr;

std::vector<std::size_t> numbers(std::size_t count) {
  std::vector<std::size_t> out(count);
  std::iota(out.begin(), out.end(), 0);
  return out;
}

bool never() { return false; }

// Runs `count` jobs; results by job. Each job must end exactly once.
std::map<std::size_t, JobResult> results_of_work(const WorkerLimits& limits, std::size_t count,
                                                 const WorkerPool::Work& work) {
  std::map<std::size_t, JobResult> results;
  WorkerPool pool(limits);
  const bool finished = pool.run(
      numbers(count), [&work] { return work; },
      [&results](JobResult result) {
        const std::size_t job = result.job;
        EXPECT_TRUE(results.emplace(job, std::move(result)).second) << "job " << job << " ended twice";
      },
      never);
  EXPECT_TRUE(finished);
  EXPECT_EQ(results.size(), count);
  return results;
}

// For work that says nothing of its stages.
std::map<std::size_t, JobResult> results_of(const WorkerLimits& limits, std::size_t count,
                                            const std::function<std::string(std::size_t)>& work) {
  return results_of_work(limits, count, [&work](const WorkItem& item, const StageReport&, DocumentParts&) {
    return work(item.job);
  });
}

// As a crash does, past the handler that sanitizers have for it.
void die_of(int signal_number) {
  signal(signal_number, SIG_DFL);
  raise(signal_number);
}

TEST(WorkerPool, EveryJobIsDoneOnce) {
  for (const int workers : {1, 3, 50}) {
    const auto results =
        results_of({.workers = workers}, 20, [](std::size_t job) { return std::to_string(job * job); });
    for (const auto& [job, result] : results) {
      EXPECT_FALSE(result.failure) << job;
      EXPECT_EQ(result.payload, std::to_string(job * job));
    }
  }
}

TEST(WorkerPool, NothingToDoIsDone) {
  results_of({.workers = 2}, 0, [](std::size_t) { return ""; });
}

TEST(WorkerPool, JobsRunInOtherProcessesThatAreReused) {
  const auto results = results_of({.workers = 1}, 3, [](std::size_t) { return std::to_string(getpid()); });
  EXPECT_NE(results.at(0).payload, std::to_string(getpid()));
  EXPECT_EQ(results.at(0).payload, results.at(2).payload);
}

TEST(WorkerPool, LargeAndEmptyPayloadsArriveWhole) {
  const auto results = results_of({.workers = 2}, 3, [](std::size_t job) {
    return std::string(job * 3'000'001, static_cast<char>(job));
  });
  EXPECT_EQ(results.at(0).payload, "");
  EXPECT_EQ(results.at(2).payload, std::string(6'000'002, '\2'));
}

TEST(WorkerPool, ACrashCostsOnlyItsOwnDocument) {
  const auto results = results_of({.workers = 2}, 9, [](std::size_t job) -> std::string {
    if (job == 2) die_of(SIGSEGV);
    if (job == 4) throw 7;
    if (job == 6) _exit(0);
    return "fine";
  });
  for (const auto& [job, result] : results) {
    const bool bad = job == 2 || job == 4 || job == 6;
    EXPECT_EQ(result.failure.has_value(), bad) << job;
    if (bad) {
      EXPECT_EQ(result.failure->code, ErrorCode::worker_failed) << job;
    } else {
      EXPECT_EQ(result.payload, "fine") << job;
    }
  }
}

TEST(WorkerPool, AWorkerKilledFromOutsideGetsASecondTry) {
  char marker[] = "/tmp/attest-test-XXXXXX";
  close(mkstemp(marker));
  const auto results = results_of({.workers = 1}, 2, [&marker](std::size_t job) -> std::string {
    if (job == 0 && unlink(marker) == 0) kill(getpid(), SIGKILL);
    return "done";
  });
  EXPECT_EQ(results.at(0).payload, "done");
  EXPECT_EQ(results.at(1).payload, "done");
}

TEST(WorkerPool, ADocumentThatHangsIsKilledAndTheRestGoesOn) {
  const auto results =
      results_of({.workers = 2, .timeout_seconds = 0.3}, 5, [](std::size_t job) -> std::string {
        while (job == 1) pause();
        return "done";
      });
  ASSERT_TRUE(results.at(1).failure);
  EXPECT_EQ(results.at(1).failure->code, ErrorCode::timeout);
  for (const std::size_t job : {0u, 2u, 3u, 4u}) EXPECT_EQ(results.at(job).payload, "done");
}

TEST(WorkerPool, AWorkerThatCannotLoadFailsItsDocumentsAndEnds) {
  std::vector<JobResult> results;
  WorkerPool pool({.workers = 2});
  EXPECT_TRUE(pool.run(
      numbers(3), []() -> WorkerPool::Work { _exit(3); },
      [&results](JobResult result) { results.push_back(std::move(result)); }, never));
  ASSERT_EQ(results.size(), 3u);
  for (const JobResult& result : results) {
    EXPECT_EQ(result.failure->code, ErrorCode::internal) << "not the document's doing";
    EXPECT_THAT(result.failure->message, HasSubstr("exit code 3 while loading"));
  }
}

TEST(WorkerPool, StopEndsTheWorkersAtOnce) {
  WorkerPool pool({.workers = 2});
  int ended = 0;
  const bool finished = pool.run(
      numbers(4),
      [] {
        return [](const WorkItem& item, const StageReport&, DocumentParts&) -> std::string {
          while (item.job > 0) pause();
          return "";
        };
      },
      [&ended](const JobResult&) { ++ended; }, [&ended] { return ended > 0; });
  EXPECT_FALSE(finished);
  EXPECT_EQ(ended, 1);
}

TEST(WorkerPool, MemoryIsLimited) {
  if (kSanitized) GTEST_SKIP() << "sanitizers need all the address space";
  const auto results =
      results_of({.workers = 1, .memory_bytes = 512 << 20}, 2, [](std::size_t job) -> std::string {
        if (job == 1) return "small";
        std::string large(1u << 30, 'x');
        return large.substr(0, 1);
      });
  EXPECT_TRUE(results.at(0).failure);
  EXPECT_EQ(results.at(1).payload, "small");
}

// A report in a worker must fail the run: by the exit code, without a second try that might go well.
TEST(WorkerPool, ASanitizersReportIsNoAccident) {
  if (!kSanitized) GTEST_SKIP() << "for builds with a sanitizer";
  char marker[] = "/tmp/attest-test-XXXXXX";
  close(mkstemp(marker));
  const auto results = results_of({.workers = 1}, 2, [&marker](std::size_t job) -> std::string {
    if (job == 0 && unlink(marker) == 0) _exit(kSanitizerExit);
    return "fine";
  });
  ASSERT_TRUE(results.at(0).failure);
  EXPECT_THAT(results.at(0).failure->message, HasSubstr("a sanitizer's report"));
  EXPECT_EQ(results.at(1).payload, "fine");
}

TEST(WorkerPool, WhoDiesTwiceIsToldWithSignalStagePageAndUse) {
  const auto results = results_of_work(
      {.workers = 1}, 2, [](const WorkItem& item, const StageReport& report, DocumentParts&) -> std::string {
        report(Stage::reading, 7);
        if (item.job == 0) die_of(SIGSEGV);
        return "fine";
      });
  ASSERT_TRUE(results.at(0).failure);
  EXPECT_EQ(results.at(0).failure->page, 7);
  for (const char* part : {"signal 11 (SIGSEGV)", "reading page 7", "s of CPU", "MiB"}) {
    EXPECT_THAT(results.at(0).failure->message, HasSubstr(part));
  }
  EXPECT_EQ(results.at(1).payload, "fine");
}

TEST(WorkerPool, PagesKeepADocumentAliveAndWithoutThemItEnds) {
  const WorkerLimits limits{.workers = 2, .timeout_seconds = 60, .progress_seconds = 1};
  const auto results =
      results_of_work(limits, 2, [](const WorkItem& item, const StageReport& report, DocumentParts&) {
        for (int page = 1; page <= 8; ++page) {
          report(Stage::reading, page);
          while (item.job == 1 && page == 3) pause();
          usleep(200'000);
        }
        return std::string("done");
      });
  EXPECT_EQ(results.at(0).payload, "done") << "1.6 s with a page every 0.2 s";
  ASSERT_TRUE(results.at(1).failure);
  EXPECT_EQ(results.at(1).failure->code, ErrorCode::timeout);
  EXPECT_EQ(results.at(1).failure->page, 3);
}

TEST(WorkerPool, ATooLargePayloadIsNotTaken) {
  const auto results = results_of({.workers = 1, .payload_bytes = 1000}, 2,
                                  [](std::size_t job) { return std::string(job == 0 ? 1001 : 1000, 'x'); });
  ASSERT_TRUE(results.at(0).failure);
  EXPECT_EQ(results.at(0).failure->code, ErrorCode::worker_failed);
  EXPECT_EQ(results.at(1).payload.size(), 1000u);
}

// Work that writes to the pipe by itself, as a process that a document has taken over could.
TEST(WorkerPool, NonsenseOnThePipeCostsTheDocumentOnly) {
  const std::string huge = encoded({MessageKind::result}).substr(0, 5) + std::string(8, '\xff');
  for (const std::string& nonsense :
       {std::string(13, 'X'), encoded({MessageKind::started}), encoded({MessageKind::progress, 1}),
        encoded({MessageKind::progress, 1, "\x09"}), encoded({MessageKind::progress, 0xffffffff, "\x02"}),
        huge, encoded({MessageKind::next}), encoded({MessageKind::invite}),
        encoded({MessageKind::part, 0, "x"}), encoded({MessageKind::hint, 0, "x"}),
        encoded({MessageKind::wish, 0}), encoded({MessageKind::take, 0}),
        encoded({MessageKind::parts, 0xffffffff})}) {
    const auto results = results_of({.workers = 1}, 2, [&nonsense](std::size_t job) -> std::string {
      for (int descriptor = 3; job == 0 && descriptor < 64; ++descriptor) {
        (void)!write(descriptor, nonsense.data(), nonsense.size());
      }
      while (job == 0) pause();
      return "fine";
    });
    ASSERT_TRUE(results.at(0).failure);
    EXPECT_EQ(results.at(0).failure->code, ErrorCode::worker_failed);
    EXPECT_EQ(results.at(1).payload, "fine");
  }
}

// A number that the test's processes share.
class SharedCount {
 public:
  SharedCount()
      : count_(static_cast<std::atomic<int>*>(mmap(nullptr, sizeof(std::atomic<int>), PROT_READ | PROT_WRITE,
                                                   MAP_SHARED | MAP_ANONYMOUS, -1, 0))) {}
  ~SharedCount() { munmap(count_, sizeof(std::atomic<int>)); }
  SharedCount(const SharedCount&) = delete;
  SharedCount& operator=(const SharedCount&) = delete;

  void add() const { ++*count_; }
  // Or for 20 seconds at most.
  void wait_for(int count) const {
    for (int i = 0; i < 20'000 && *count_ < count; ++i) usleep(1000);
  }

 private:
  std::atomic<int>* count_;
};

// Work on a document of `count` parts. The owner goes on from its first part when a helper has come, if there
// can be one; it returns who did each part: "0:own 1:help …".
class Divided {
 public:
  using DoPart =
      std::function<void(std::uint32_t part, bool help, const StageReport& report, DocumentParts& parts)>;

  explicit Divided(std::uint32_t count, DoPart do_part = {}, bool helped = true)
      : count_(count), do_part_(std::move(do_part)), helped_(helped) {}

  std::string operator()(const WorkItem& item, const StageReport& report, DocumentParts& parts) const {
    if (!item.help) parts.begin(count_);
    std::string own;
    while (const auto part = parts.next()) {
      report(Stage::reading, static_cast<int>(*part) + 1);
      parts.invite();
      if (item.help) helpers_->add();
      if (!item.help && helped_) helpers_->wait_for(1);
      if (do_part_) do_part_(*part, item.help, report, parts);
      if (item.help) parts.done(*part, std::to_string(*part) + ":help ");
      own += std::to_string(*part) + ":own ";
    }
    if (item.help) return "of no use";
    for (const auto& [part, bytes] : parts.results()) own += bytes;
    return own;
  }

 private:
  std::uint32_t count_;
  DoPart do_part_;
  bool helped_;
  std::shared_ptr<SharedCount> helpers_ = std::make_shared<SharedCount>();
};

constexpr const char* kAlone = "0:own 1:own 2:own 3:own 4:own 5:own ";

// Who did how many parts of a document.
int parts_by(const std::string& who, const JobResult& result) {
  int count = 0;
  for (std::size_t at = result.payload.find(who); at != std::string::npos;
       at = result.payload.find(who, at + 1)) {
    ++count;
  }
  return count;
}

TEST(WorkerPool, WorkersWithoutAJobHelpWithPartsOfAnother) {
  const auto results = results_of_work({.workers = 3}, 1, Divided(12));
  EXPECT_GE(parts_by(":own", results.at(0)), 1);
  EXPECT_GE(parts_by(":help", results.at(0)), 1);
  EXPECT_EQ(parts_by(":", results.at(0)), 12) << results.at(0).payload;
  EXPECT_EQ(results_of_work({.workers = 1}, 1, Divided(6, {}, false)).at(0).payload, kAlone);
}

TEST(WorkerPool, TheLastDocumentOfABatchIsHelpedWithByThoseThatAreDone) {
  const auto results =
      results_of_work({.workers = 2}, 4,
                      [divided = Divided(12)](const WorkItem& item, const StageReport& report,
                                              DocumentParts& parts) -> std::string {
                        return item.job == 1 ? divided(item, report, parts) : "short";
                      });
  EXPECT_GE(parts_by(":help", results.at(1)), 1);
  EXPECT_EQ(parts_by(":", results.at(1)), 12);
  for (const std::size_t job : {0u, 2u, 3u}) EXPECT_EQ(results.at(job).payload, "short");
}

TEST(WorkerPool, ADocumentWithFewPartsLeftIsNotHelpedWith) {
  const auto results = results_of_work(
      {.workers = 2}, 1,
      Divided(
          2, [](std::uint32_t, bool, const StageReport&, DocumentParts&) { usleep(100'000); }, false));
  EXPECT_EQ(parts_by(":own", results.at(0)), 2);
}

TEST(WorkerPool, AHintReachesThePartsBehindItInTheirOrder) {
  const auto helpers = std::make_shared<SharedCount>();
  const auto work = [helpers](const WorkItem& item, const StageReport&, DocumentParts& parts) -> std::string {
    if (!item.help) parts.begin(12);
    std::map<std::uint32_t, std::string> seen;
    while (const auto part = parts.next()) {
      parts.invite();
      if (item.help) helpers->add();
      if (!item.help) helpers->wait_for(1);
      if (*part % 3 == 0) usleep(50'000);  // others are there before it
      parts.hint(*part, *part % 3 == 0 ? std::to_string(*part) : "");
      seen[*part] = parts.hint_before(*part);
      if (item.help) parts.done(*part, seen[*part]);
    }
    if (item.help) return "";
    const auto others = parts.results();
    seen.insert(others.begin(), others.end());
    std::string out = others.empty() ? "alone: " : "";
    for (const auto& [part, hint] : seen) out += hint + ",";
    return out;
  };
  EXPECT_EQ(results_of_work({.workers = 4}, 1, work).at(0).payload, ",0,0,0,3,3,3,6,6,6,9,9,");
}

// Whatever becomes of a helper, its document comes out as if there had been none.
TEST(WorkerPool, AHelperThatFailsCostsTheDocumentItsHelpOnly) {
  using Mischief = std::function<void(std::uint32_t part, DocumentParts & parts)>;
  const std::map<std::string, Mischief> mischiefs = {
      {"dies", [](std::uint32_t, DocumentParts&) { die_of(SIGSEGV); }},
      {"leaves", [](std::uint32_t, DocumentParts&) { _exit(0); }},
      {"hands in too much",
       [](std::uint32_t part, DocumentParts& parts) { parts.done(part, std::string(1001, 'x')); }},
      {"hands in what it does not have",
       [](std::uint32_t part, DocumentParts& parts) { parts.done(part + 1, "x"); }},
      {"hands in what is unsound",
       [](std::uint32_t part, DocumentParts& parts) { parts.done(part, "unsound"); }},
      {"hints what is unsound",
       [](std::uint32_t part, DocumentParts& parts) { parts.hint(part, "unsound"); }},
      {"asks for more without handing in", [](std::uint32_t, DocumentParts& parts) { (void)parts.next(); }}};
  WorkerLimits limits{.workers = 2};
  limits.parts.most_bytes = 1000;
  limits.parts.sound_part =
      limits.parts.sound_hint = [](std::string_view bytes) { return bytes != "unsound"; };
  for (const auto& [name, mischief] : mischiefs) {
    const Divided work(6,
                       [&mischief](std::uint32_t part, bool help, const StageReport&, DocumentParts& parts) {
                         if (help) mischief(part, parts);
                         usleep(50'000);  // the owner is not done before
                       });
    const auto results = results_of_work(limits, 1, work);
    EXPECT_FALSE(results.at(0).failure) << name;
    EXPECT_EQ(results.at(0).payload, kAlone) << name;
  }
}

TEST(WorkerPool, APartThatKillsWhoeverDoesItQuarantinesItsDocumentWithThePage) {
  const Divided work(8, [](std::uint32_t part, bool, const StageReport&, DocumentParts&) {
    if (part == 5) die_of(SIGSEGV);
  });
  const auto results = results_of_work({.workers = 3}, 1, work);
  ASSERT_TRUE(results.at(0).failure);
  EXPECT_EQ(results.at(0).failure->code, ErrorCode::worker_failed);
  EXPECT_EQ(results.at(0).failure->page, 6);
}

TEST(WorkerPool, APartThatHangsEndsItsDocumentWhoeverHasIt) {
  for (const bool helper_hangs : {false, true}) {
    const Divided work(6, [helper_hangs](std::uint32_t, bool help, const StageReport&, DocumentParts&) {
      while (help == helper_hangs) pause();
    });
    const auto results =
        results_of_work({.workers = 2, .timeout_seconds = 60, .progress_seconds = 1}, 1, work);
    ASSERT_TRUE(results.at(0).failure) << helper_hangs;
    EXPECT_EQ(results.at(0).failure->code, ErrorCode::timeout);
    EXPECT_EQ(results.at(0).failure->page, helper_hangs ? 2 : 1);
  }
}

// Who waits for others comes no further by itself; that is not its fault.
TEST(WorkerPool, WaitingForAHelperIsNoStandstill) {
  const Divided work(4, [](std::uint32_t part, bool help, const StageReport& report, DocumentParts&) {
    for (int step = 0; help && step < 10; ++step) {
      usleep(200'000);
      report(Stage::reading, static_cast<int>(part) + 1);
    }
  });
  const auto results = results_of_work({.workers = 2, .timeout_seconds = 60, .progress_seconds = 1}, 1, work);
  EXPECT_FALSE(results.at(0).failure);
  EXPECT_GE(parts_by(":help", results.at(0)), 1);
}

TEST(WorkerPool, ADocumentThatEndsBeforeItsPartsEndsItsHelpers) {
  const auto helpers = std::make_shared<SharedCount>();
  const auto results = results_of_work(
      {.workers = 2}, 1,
      [helpers](const WorkItem& item, const StageReport&, DocumentParts& parts) -> std::string {
        if (!item.help) parts.begin(9);
        (void)parts.next();
        parts.invite();
        if (item.help) helpers->add();
        while (item.help) pause();
        helpers->wait_for(1);
        return "gave up";
      });
  EXPECT_EQ(results.at(0).payload, "gave up");
}

TEST(WorkerPool, WorkersAreReplacedAfterTheirShare) {
  const auto results = results_of({.workers = 1, .documents_a_worker = 2}, 5,
                                  [](std::size_t) { return std::to_string(getpid()); });
  EXPECT_EQ(results.at(0).payload, results.at(1).payload);
  EXPECT_NE(results.at(1).payload, results.at(2).payload);
  EXPECT_EQ(results.at(2).payload, results.at(3).payload);
  EXPECT_NE(results.at(3).payload, results.at(4).payload);
}

TEST(WorkerPool, AWorkerHasNoneOfTheCoordinatorsFiles) {
  char path[] = "/tmp/attest-test-XXXXXX";
  const int open_file = mkstemp(path);
  const auto results = results_of(
      {.workers = 1}, 1, [open_file](std::size_t) { return std::to_string(write(open_file, "x", 1)); });
  EXPECT_EQ(lseek(open_file, 0, SEEK_END), 0);
  close(open_file);
  unlink(path);
}

TEST(WorkerPool, AWorkerInASandboxDoesItsWorkAndNoMore) {
  if (!sandbox_support().seccomp) GTEST_SKIP() << "this kernel has no seccomp";
  WorkerLimits limits{.workers = 1};
  limits.sandbox = SandboxPolicy{};
  const auto results = results_of(limits, 2, [](std::size_t job) -> std::string {
    if (job == 0) execl("/bin/true", "true", nullptr);
    return "fine";
  });
  ASSERT_TRUE(results.at(0).failure);
  EXPECT_THAT(results.at(0).failure->message, HasSubstr("(SIGSYS)"));
  EXPECT_EQ(results.at(1).payload, "fine");
}

// Jobs that come one by one, each with what the worker is to know of it; a worker waits for the next.
class SlowFeed : public WorkFeed {
 public:
  std::optional<WorkItem> next() override {
    if (ended() || ++asked_ % 2 != 0) return std::nullopt;
    return WorkItem{given_, "request " + std::to_string(given_++)};
  }
  bool ended() override { return given_ == 4; }
  void tick() override { ++ticks; }

  int ticks = 0;

 private:
  int asked_ = 0;
  std::size_t given_ = 0;
};

TEST(WorkerPool, AFeedHandsOutJobsOneByOneWithTheirRequests) {
  SlowFeed feed;
  std::map<std::size_t, std::string> results;
  std::set<std::string> processes;
  WorkerPool pool({.workers = 1});
  const bool finished = pool.run(
      feed,
      [] {
        return [](const WorkItem& item, const StageReport&, DocumentParts&) {
          return std::to_string(getpid()) + " " + item.request;
        };
      },
      [&](const JobResult& result) {
        const std::size_t space = result.payload.find(' ');
        processes.insert(result.payload.substr(0, space));
        results[result.job] = result.payload.substr(space + 1);
      },
      never);
  EXPECT_TRUE(finished);
  ASSERT_EQ(results.size(), 4u);
  EXPECT_EQ(results[0], "request 0");
  EXPECT_EQ(results[3], "request 3");
  EXPECT_EQ(processes.size(), 1u) << "who waits keeps what it has loaded";
  EXPECT_GE(feed.ticks, 4);
}

}  // namespace
}  // namespace attest
