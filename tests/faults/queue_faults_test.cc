// `attest enqueue` and `attest worker`: workers that are killed, stopped past their lease or asked to end, a
// folder of contents that is full or has suffered.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <filesystem>
#include <random>
#include <thread>

#include "tests/faults/archive.h"
#include "tests/store/postgres_server.h"

namespace attest {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
namespace fs = std::filesystem;

using QueueFaults = Archive;

std::vector<fs::path> blobs_in(const TemporaryFolder& folder) {
  std::vector<fs::path> out;
  for (const auto& entry : fs::recursive_directory_iterator(folder / "blobs")) {
    if (entry.is_regular_file()) out.push_back(entry.path());
  }
  return out;
}

TEST_P(QueueFaults, WorkersMayBeKilledAtAnyMoment) {
  write_documents(folder_, 100);
  const std::string clean = clean_contents(100);
  enqueue();
  std::mt19937 random(11);
  const bool alone = GetParam() == Backend::sqlite;
  const int steady = alone ? -1 : start(folder_.path(), worker_arguments());
  for (int i = 0; i < 10; ++i) {
    const int pid = start(folder_.path(), worker_arguments());
    std::this_thread::sleep_for(milliseconds(random() % 120));
    kill(pid, SIGKILL);
    wait_for(pid);
  }
  if (!alone) {
    EXPECT_EQ(wait_for(steady), 0) << "it takes over from the dead";
  }
  const Outcome outcome = run_program(folder_, worker_arguments());
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  expect_whole(100);
  EXPECT_EQ(contents(), clean);
  EXPECT_THAT(run_program(folder_, {"enqueue", "in", "--store", where()}).out,
              HasSubstr("0 documents queued, 100 had"));
}

TEST_P(QueueFaults, AWorkerThatIsAskedToEndGivesBackWhatItHas) {
  write_documents(folder_, 30);
  const std::string clean = clean_contents(30);
  enqueue();
  const int pid = start(folder_.path(), worker_arguments());
  while (number("SELECT count(*) FROM records") < 3) std::this_thread::sleep_for(milliseconds(10));
  kill(pid, SIGTERM);
  const int code = wait_for(pid);
  EXPECT_TRUE(code == 130 || code == 0) << code;
  EXPECT_EQ(number("SELECT count(*) FROM jobs WHERE state = 'running'"), 0);
  EXPECT_EQ(number("SELECT sum(losses) FROM jobs"), 0);
  EXPECT_EQ(run_program(folder_, worker_arguments()).exit_code, 0);
  expect_whole(30);
  EXPECT_EQ(contents(), clean);
}

TEST_P(QueueFaults, WhoIsStoppedPastItsLeaseAndWokenChangesNothing) {
  if (GetParam() == Backend::sqlite) GTEST_SKIP() << "a file has one worker at a time, and needs no lease";
  write_documents(folder_, 40);
  const std::string clean = clean_contents(40);
  enqueue();
  std::vector<std::string> arguments = worker_arguments();
  arguments.insert(arguments.end(), {"--lease", "1"});
  const int sleeper = start(folder_.path(), arguments);
  while (number("SELECT count(*) FROM records") < 3) std::this_thread::sleep_for(milliseconds(10));
  kill(sleeper, SIGSTOP);
  EXPECT_EQ(wait_for(start(folder_.path(), arguments)), 0)
      << "the other one waits for the lease and does the rest";
  EXPECT_EQ(number("SELECT count(*) FROM records"), 40);
  EXPECT_EQ(contents(), clean);
  kill(sleeper, SIGCONT);
  EXPECT_EQ(wait_for(sleeper), 0);
  expect_whole(40);
  EXPECT_EQ(contents(), clean);
}

TEST_P(QueueFaults, WhoIsStoppedHasItsFileAlone) {
  if (GetParam() == Backend::postgres) GTEST_SKIP() << "on a server others take over";
  write_documents(folder_, 40);
  const std::string clean = clean_contents(40);
  enqueue();
  const int sleeper = start(folder_.path(), worker_arguments());
  while (number("SELECT count(*) FROM records") < 3) std::this_thread::sleep_for(milliseconds(10));
  kill(sleeper, SIGSTOP);
  const Outcome other = run_program(folder_, worker_arguments());
  EXPECT_EQ(other.exit_code, 5);
  EXPECT_THAT(other.err, HasSubstr("another process is working on"));
  kill(sleeper, SIGCONT);
  EXPECT_EQ(wait_for(sleeper), 0);
  expect_whole(40);
  EXPECT_EQ(contents(), clean);
}

TEST_P(QueueFaults, AServerThatIsKilledAndComesBackCostsNothing) {
  if (GetParam() == Backend::sqlite) GTEST_SKIP() << "a file has no server";
  write_documents(folder_, 100);
  const std::string clean = clean_contents(100);
  enqueue();
  const int first = start(folder_.path(), worker_arguments());
  const int second = start(folder_.path(), worker_arguments());
  while (number("SELECT count(DISTINCT owner) FROM jobs WHERE state IN ('ok', 'needs_review')") < 2) {
    std::this_thread::sleep_for(milliseconds(20));
  }
  PostgresServer::shared().kill_hard();
  std::this_thread::sleep_for(milliseconds(300));
  PostgresServer::shared().start();
  EXPECT_EQ(wait_for(first), 0);
  EXPECT_EQ(wait_for(second), 0);
  expect_whole(100);
  EXPECT_EQ(contents(), clean);
}

TEST_P(QueueFaults, AFullFolderOfContentsLeavesNothingHalf) {
  write_documents(folder_, 5);
  folder_.write("in/large.txt", small_report(6) + std::string(300'000, ' '));
  const std::vector<std::string> arguments = {"enqueue", "in", "--store", where(), "--blobs", "blobs"};
  // An archive that is there, so that it is not what meets the limit.
  ASSERT_EQ(run_program(folder_, {"enqueue", "in/1.txt", "--store", where(), "--blobs", "blobs"}).exit_code,
            0);
  const int code = wait_for(start(folder_.path(), arguments, /*file_size=*/250'000));
  EXPECT_EQ(code, 5) << "file access";
  EXPECT_EQ(number("SELECT count(*) FROM jobs"), 1) << "nothing is entered that does not lie there";
  for (const fs::path& blob : blobs_in(folder_)) EXPECT_LT(fs::file_size(blob), 5000u) << blob;
  ASSERT_EQ(run_program(folder_, arguments).exit_code, 0);
  EXPECT_EQ(blobs_in(folder_).size(), 6u);
  EXPECT_EQ(run_program(folder_, worker_arguments()).exit_code, 0);
  expect_whole(6);
  EXPECT_EQ(number("SELECT count(*) FROM jobs WHERE attempts > 1"), 0);
}

TEST_P(QueueFaults, ContentsThatHaveSufferedAreToldAndMended) {
  write_documents(folder_, 3);
  enqueue();
  const std::vector<fs::path> blobs = blobs_in(folder_);
  ASSERT_EQ(blobs.size(), 3u);
  fs::resize_file(blobs[0], 10);
  fs::remove(blobs[1]);
  EXPECT_EQ(run_program(folder_, worker_arguments()).exit_code, 0);
  EXPECT_EQ(number("SELECT count(*) FROM jobs WHERE state = 'rejected' AND error_code = 'unreadable'"), 2);
  const Outcome again = run_program(folder_, {"enqueue", "in", "--store", where(), "--mode", "failed"});
  EXPECT_THAT(again.out, HasSubstr("2 documents queued, 1 had")) << again.err;
  EXPECT_EQ(run_program(folder_, worker_arguments()).exit_code, 0);
  expect_whole(3);
}

TEST_P(QueueFaults, WhatCannotBeReadEndsWhereItIsEntered) {
  folder_.write("in/1.txt", small_report(1));
  const Outcome outcome =
      run_program(folder_, {"enqueue", "in", "nowhere.pdf", "--store", where(), "--blobs", "blobs"});
  EXPECT_EQ(outcome.exit_code, 5) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("2 inputs: 1 documents queued"));
  EXPECT_EQ(number("SELECT count(*) FROM jobs WHERE state = 'rejected'"), 1);
}

INSTANTIATE_TEST_SUITE_P(Sqlite, QueueFaults, testing::Values(Backend::sqlite));
INSTANTIATE_TEST_SUITE_P(Postgres, QueueFaults, testing::Values(Backend::postgres));

}  // namespace
}  // namespace attest
