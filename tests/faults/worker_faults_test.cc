// Processes that read documents and are killed, hang, crash or talk nonsense, at each stage: the archive ends
// with every document once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "app/worker_pool.h"
#include "export/json.h"
#include "store/store.h"
#include "tests/faults/archive.h"
#include "tests/faults/mischief.h"
#include "tests/store/records.h"

namespace attest {
namespace {

using std::chrono::milliseconds;

using WorkerFaults = Archive;

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

constexpr int kJobs = static_cast<int>(std::size(kMischiefs)) * kStages;

// Reads the mischievous documents into an archive.
void read_jobs(const std::string& where, RunMode mode, const WorkerPool::MakeWork& work) {
  std::vector<std::string> names;
  for (int i = 0; i < kJobs; ++i) names.push_back(std::to_string(i));
  read_all(where, names, mode, {.workers = 4, .progress_seconds = 1.5}, work);
}

TEST_P(WorkerFaults, EveryMischiefAtEveryStageCostsItsDocumentOnly) {
  const TemporaryFolder clean;
  read_jobs((clean / "a.db").string(), RunMode::skip, work_of(folder_, Times::never));
  for (const Times times : {Times::once, Times::always}) {
    read_jobs(where(), RunMode::redo, work_of(folder_, times));
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
    read_jobs(where(), RunMode::failed, work_of(folder_, Times::never));
    EXPECT_EQ(contents(), contents_of((clean / "a.db").string()));
  }
}

INSTANTIATE_TEST_SUITE_P(Sqlite, WorkerFaults, testing::Values(Backend::sqlite));
INSTANTIATE_TEST_SUITE_P(Postgres, WorkerFaults, testing::Values(Backend::postgres));

}  // namespace
}  // namespace attest
