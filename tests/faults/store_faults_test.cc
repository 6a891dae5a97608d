// `attest run` into an archive whose coordinator is killed, is stopped, meets a full disk, finds the archive
// in use or loses its server: nothing is lost, nothing is there twice.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <random>
#include <thread>
#include <vector>

#include "store/postgres.h"
#include "store/sqlite.h"
#include "store/store.h"
#include "tests/faults/archive.h"
#include "tests/faults/small_disk.h"
#include "tests/store/postgres_server.h"

namespace attest {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
namespace fs = std::filesystem;

constexpr int kDocuments = 200;
constexpr int kKills = 20;

using StoreFaults = Archive;

// A database moved to a small file system of its own.
class SmallTablespace {
 public:
  SmallTablespace(const TemporaryFolder& folder, const std::string& url)
      : disk_(folder / "small", /*kilobytes=*/24 << 10) {
    if (!disk_.missing().empty()) return;
    const std::size_t end = url.find('?'), begin = url.rfind('/', end) + 1;
    database_ = url.substr(begin, end - begin);
    fs::permissions(folder.path(), fs::perms(0755));  // the server is another user
    const std::string tables = (disk_.path() / "tables").string();
    fs::create_directory(tables);
    PostgresServer::shared().own(tables);
    change("CREATE TABLESPACE small LOCATION '" + tables + "'");
    change("ALTER DATABASE " + database_ + " SET TABLESPACE small");
  }
  ~SmallTablespace() {
    if (database_.empty()) return;
    change("DROP DATABASE " + database_ + " WITH (FORCE)");
    change("DROP TABLESPACE small");
  }
  SmallTablespace(const SmallTablespace&) = delete;
  SmallTablespace& operator=(const SmallTablespace&) = delete;

  const SmallDisk& disk() const { return disk_; }

 private:
  static void change(const std::string& sql) {
    auto connection = PgConnection::open(PostgresServer::shared().url("postgres"));
    const auto failure = connection->execute(sql);
    EXPECT_FALSE(failure) << sql << ": " << failure->message;
  }

  SmallDisk disk_;
  std::string database_;
};

TEST_P(StoreFaults, TheCoordinatorMayBeKilledAtAnyMoment) {
  write_documents(folder_, kDocuments);
  const std::string clean = clean_contents(kDocuments);
  // By how many documents are done, not by the clock: it is at work each time, however fast the machine is.
  std::mt19937 random(20241120);
  std::vector<int> moments(kKills);
  for (int& moment : moments) moment = static_cast<int>(random() % (kDocuments * 9 / 10));
  std::sort(moments.begin(), moments.end());
  moments.front() = 0;  // before the first
  for (const int moment : moments) {
    const int pid = start(folder_.path(), run_arguments());
    for (int i = 0; i < 10'000 && number("SELECT count(*) FROM records") < moment; ++i) {
      std::this_thread::sleep_for(milliseconds(1));
    }
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 10'000));
    kill(pid, SIGKILL);
    EXPECT_EQ(wait_for(pid), 128 + SIGKILL) << "at " << moment;
  }
  const Outcome last = run_program(folder_, run_arguments());
  EXPECT_EQ(last.exit_code, 0) << last.err;
  expect_whole(kDocuments);
  EXPECT_EQ(contents(), clean);
  const Outcome again = run_program(folder_, run_arguments());
  EXPECT_THAT(again.out, HasSubstr(" 0 read now")) << again.err;
}

TEST_P(StoreFaults, AnInterruptedRunSaysSoAndGoesOn) {
  write_documents(folder_, 40);
  const std::string clean = clean_contents(40);
  const int pid = start(folder_.path(), run_arguments());
  std::this_thread::sleep_for(milliseconds(60));
  kill(pid, SIGTERM);
  const int code = wait_for(pid);
  EXPECT_TRUE(code == 130 || code == 0 || code == 128 + SIGTERM) << code;
  EXPECT_EQ(run_program(folder_, run_arguments()).exit_code, 0);
  expect_whole(40);
  EXPECT_EQ(contents(), clean);
  EXPECT_EQ(number("SELECT sum(losses) FROM jobs"), 0) << "what is given back is no loss";
}

TEST_P(StoreFaults, TwoRunsOverTheSameDocumentsShareThem) {
  if (GetParam() == Backend::sqlite) GTEST_SKIP() << "a file has one writer";
  write_documents(folder_, 60);
  const int other = start(folder_.path(), run_arguments());
  const Outcome outcome = run_program(folder_, run_arguments());
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(wait_for(other), 0);
  EXPECT_EQ(number("SELECT count(*) FROM records"), 60);
  EXPECT_EQ(number("SELECT max(attempts) FROM jobs"), 1) << "nothing was read twice";
}

TEST_P(StoreFaults, AServerThatIsKilledAndComesBackCostsNothing) {
  if (GetParam() == Backend::sqlite) GTEST_SKIP() << "a file has no server";
  write_documents(folder_, 100);
  const std::string clean = clean_contents(100);
  const int pid = start(folder_.path(), run_arguments());
  while (number("SELECT count(*) FROM records") < 5) std::this_thread::sleep_for(milliseconds(20));
  PostgresServer::shared().kill_hard();
  std::this_thread::sleep_for(milliseconds(300));
  PostgresServer::shared().start();
  EXPECT_EQ(wait_for(pid), 0);
  expect_whole(100);
  EXPECT_EQ(contents(), clean);
}

TEST_P(StoreFaults, AFullDiskStopsTheRunAndLosesNothing) {
  write_documents(folder_, 60);
  const std::string clean = clean_contents(60);
  if (GetParam() == Backend::sqlite) {
    ASSERT_EQ(run_program(folder_, {"run", "in/1.txt", "--store", where()}).exit_code, 0);
    const auto size = static_cast<rlim_t>(std::filesystem::file_size(where()));
    EXPECT_EQ(wait_for(start(folder_.path(), run_arguments(), size + 100'000)), 5) << "file access";
    EXPECT_EQ(ask("PRAGMA integrity_check"), "ok\n");
    EXPECT_LT(number("SELECT count(*) FROM records"), 60);
    EXPECT_EQ(run_program(folder_, run_arguments()).exit_code, 0);
    expect_whole(60);
    EXPECT_EQ(contents(), clean);
    return;
  }
  SmallTablespace small(folder_, where());
  if (!small.disk().missing().empty()) GTEST_SKIP() << small.disk().missing();
  ASSERT_EQ(run_program(folder_, {"run", "in/1.txt", "--store", where()}).exit_code, 0);
  small.disk().fill();
  const Outcome full = run_program(folder_, run_arguments());
  EXPECT_EQ(full.exit_code, 5) << full.err;
  small.disk().empty();
  const Outcome outcome = run_program(folder_, run_arguments());
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  expect_whole(60);
  EXPECT_EQ(contents(), clean);
}

// Nothing that the program does needs a folder for temporary files beside its own outputs.
TEST_P(StoreFaults, AFullTemporaryFolderCostsNothing) {
  const SmallDisk disk(folder_ / "tmp", /*kilobytes=*/64);
  if (!disk.missing().empty()) GTEST_SKIP() << disk.missing();
  write_documents(folder_, 60);
  const std::string clean = clean_contents(60);
  disk.fill();
  for (const char* variable : {"TMPDIR", "SQLITE_TMPDIR"}) setenv(variable, disk.path().c_str(), 1);
  const int code = wait_for(start(folder_.path(), run_arguments()));
  const std::string exported = exports(folder_ / "out");
  for (const char* variable : {"TMPDIR", "SQLITE_TMPDIR"}) unsetenv(variable);
  EXPECT_EQ(code, 0);
  expect_whole(60);
  EXPECT_EQ(contents(), clean);
  EXPECT_THAT(clean, HasSubstr(exported));
}

// Somebody who changes the archive by hand holds the run up, and no more.
TEST_P(StoreFaults, ALockIsWaitedFor) {
  write_documents(folder_, 20);
  const std::string clean = clean_contents(20);
  ASSERT_EQ(run_program(folder_, {"run", "in/1.txt", "--store", where()}).exit_code, 0);
  int pid = -1;
  const auto run_meanwhile = [&] {
    pid = start(folder_.path(), run_arguments());
    std::this_thread::sleep_for(milliseconds(500));
    EXPECT_EQ(number("SELECT count(*) FROM records"), 1);
  };
  if (GetParam() == Backend::postgres) {
    auto other = PgConnection::open(where());
    ASSERT_FALSE(other->execute("BEGIN; LOCK TABLE attest.jobs IN ACCESS EXCLUSIVE MODE"));
    run_meanwhile();
    ASSERT_FALSE(other->execute("COMMIT"));
  } else {
    auto other = Database::open(where(), SQLITE_OPEN_READWRITE);
    ASSERT_FALSE(other->execute("BEGIN IMMEDIATE"));
    run_meanwhile();
    ASSERT_FALSE(other->execute("COMMIT"));
  }
  EXPECT_EQ(wait_for(pid), 0);
  expect_whole(20);
  EXPECT_EQ(contents(), clean);
}

TEST_P(StoreFaults, ALockThatStaysEndsTheRunAndLosesNothing) {
  if (GetParam() == Backend::postgres) GTEST_SKIP() << "a server's locks are waited for";
  write_documents(folder_, 20);
  const std::string clean = clean_contents(20);
  ASSERT_EQ(run_program(folder_, {"run", "in/1.txt", "--store", where()}).exit_code, 0);
  auto other = Database::open(where(), SQLITE_OPEN_READWRITE);
  ASSERT_FALSE(other->execute("BEGIN IMMEDIATE"));
  const Outcome refused = run_program(folder_, run_arguments());
  EXPECT_EQ(refused.exit_code, 5) << refused.err;
  EXPECT_THAT(refused.err, HasSubstr("locked"));
  ASSERT_FALSE(other->execute("ROLLBACK"));
  EXPECT_EQ(run_program(folder_, run_arguments()).exit_code, 0);
  expect_whole(20);
  EXPECT_EQ(contents(), clean);
}

TEST_P(StoreFaults, AnArchiveInUseIsLeftAlone) {
  if (GetParam() == Backend::postgres) GTEST_SKIP() << "a server has many writers";
  write_documents(folder_, 2);
  const std::string clean = clean_contents(2);
  const int holder = fork();
  if (holder == 0) {
    const auto store = open_store(where(), StoreAccess::work);
    folder_.write("held", "");
    pause();
    _exit(0);
  }
  while (!std::filesystem::exists(folder_ / "held")) std::this_thread::sleep_for(milliseconds(5));
  const Outcome refused = run_program(folder_, run_arguments());
  EXPECT_EQ(refused.exit_code, 5);
  EXPECT_THAT(refused.err, HasSubstr("another process is working on"));
  kill(holder, SIGKILL);
  wait_for(holder);
  EXPECT_EQ(run_program(folder_, run_arguments()).exit_code, 0);
  expect_whole(2);
  EXPECT_EQ(contents(), clean);
}

INSTANTIATE_TEST_SUITE_P(Sqlite, StoreFaults, testing::Values(Backend::sqlite));
INSTANTIATE_TEST_SUITE_P(Postgres, StoreFaults, testing::Values(Backend::postgres));

}  // namespace
}  // namespace attest
