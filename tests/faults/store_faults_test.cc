// `attest run` into an archive whose coordinator is killed, is stopped, meets a full disk, finds the archive
// in use or loses its server: nothing is lost, nothing is there twice.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mount.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <random>
#include <thread>

#include "store/postgres.h"
#include "store/store.h"
#include "tests/faults/archive.h"
#include "tests/store/postgres_server.h"

namespace attest {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
namespace fs = std::filesystem;

constexpr int kDocuments = 200;
constexpr int kKills = 20;

using StoreFaults = Archive;

// A database moved to a small file system of its own, which can be filled.
class FullTablespace {
 public:
  FullTablespace(const TemporaryFolder& folder, const std::string& url) : path_((folder / "small").string()) {
    const std::size_t end = url.find('?'), begin = url.rfind('/', end) + 1;
    database_ = url.substr(begin, end - begin);
    fs::create_directory(path_);
    fs::permissions(folder.path(), fs::perms(0755));  // the server is another user
    mounted_ = mount("tmpfs", path_.c_str(), "tmpfs", 0, "size=24m,mode=0777") == 0;
    if (!mounted_) {
      missing_ = "a small file system cannot be mounted here";
      return;
    }
    fs::create_directory(path_ + "/tables");
    PostgresServer::shared().own(path_ + "/tables");
    change("CREATE TABLESPACE small LOCATION '" + path_ + "/tables'");
    change("ALTER DATABASE " + database_ + " SET TABLESPACE small");
  }
  ~FullTablespace() {
    if (!mounted_) return;
    change("DROP DATABASE " + database_ + " WITH (FORCE)");
    change("DROP TABLESPACE small");
    umount2(path_.c_str(), MNT_DETACH);
  }
  FullTablespace(const FullTablespace&) = delete;
  FullTablespace& operator=(const FullTablespace&) = delete;

  const std::string& missing() const { return missing_; }
  void fill() const {
    std::ofstream file(path_ + "/filler");
    const std::string block(4096, 'x');
    while (file.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
    }
  }
  void empty() const { fs::remove(path_ + "/filler"); }

 private:
  static void change(const std::string& sql) {
    auto connection = PgConnection::open(PostgresServer::shared().url("postgres"));
    const auto failure = connection->execute(sql);
    EXPECT_FALSE(failure) << sql << ": " << failure->message;
  }

  std::string path_, database_, missing_;
  bool mounted_ = false;
};

TEST_P(StoreFaults, TheCoordinatorMayBeKilledAtAnyMoment) {
  write_documents(folder_, kDocuments);
  const auto begin = std::chrono::steady_clock::now();
  const std::string clean = clean_contents(kDocuments);
  const auto whole =
      std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begin);

  std::mt19937 random(20241120);
  int killed = 0;
  for (int i = 0; i < kKills; ++i) {
    // Short enough that all the kills together hardly reach the end.
    std::uniform_int_distribution<std::int64_t> moment(0, whole.count() / 8);
    const int pid = start(folder_, run_arguments());
    std::this_thread::sleep_for(std::chrono::microseconds(moment(random)));
    kill(pid, SIGKILL);
    killed += wait_for(pid) == 128 + SIGKILL;
  }
  EXPECT_GE(killed, kKills / 2) << "most of them while it was at work";
  const Outcome last = run_program(folder_, run_arguments());
  EXPECT_EQ(last.exit_code, 0) << last.err;
  expect_whole(kDocuments);
  EXPECT_EQ(contents(), clean);
  const Outcome again = run_program(folder_, run_arguments());
  EXPECT_THAT(again.out, HasSubstr(" 0 read now")) << again.err;
}

TEST_P(StoreFaults, AnInterruptedRunSaysSoAndGoesOn) {
  write_documents(folder_, 40);
  const int pid = start(folder_, run_arguments());
  std::this_thread::sleep_for(milliseconds(60));
  kill(pid, SIGTERM);
  const int code = wait_for(pid);
  EXPECT_TRUE(code == 130 || code == 0 || code == 128 + SIGTERM) << code;
  EXPECT_EQ(run_program(folder_, run_arguments()).exit_code, 0);
  expect_whole(40);
  EXPECT_EQ(number("SELECT sum(losses) FROM jobs"), 0) << "what is given back is no loss";
}

TEST_P(StoreFaults, TwoRunsOverTheSameDocumentsShareThem) {
  if (GetParam() == Backend::sqlite) GTEST_SKIP() << "a file has one writer";
  write_documents(folder_, 60);
  const int other = start(folder_, run_arguments());
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
  const int pid = start(folder_, run_arguments());
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
  if (GetParam() == Backend::sqlite) {
    ASSERT_EQ(run_program(folder_, {"run", "in/1.txt", "--store", where()}).exit_code, 0);
    const auto size = static_cast<rlim_t>(std::filesystem::file_size(where()));
    EXPECT_EQ(wait_for(start(folder_, run_arguments(), size + 100'000)), 5) << "file access";
    EXPECT_EQ(ask("PRAGMA integrity_check"), "ok\n");
    EXPECT_LT(number("SELECT count(*) FROM records"), 60);
    EXPECT_EQ(run_program(folder_, run_arguments()).exit_code, 0);
    return expect_whole(60);
  }
  FullTablespace small(folder_, where());
  if (!small.missing().empty()) GTEST_SKIP() << small.missing();
  ASSERT_EQ(run_program(folder_, {"run", "in/1.txt", "--store", where()}).exit_code, 0);
  small.fill();
  const Outcome full = run_program(folder_, run_arguments());
  EXPECT_EQ(full.exit_code, 5) << full.err;
  small.empty();
  const Outcome outcome = run_program(folder_, run_arguments());
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  expect_whole(60);
}

TEST_P(StoreFaults, AnArchiveInUseIsLeftAlone) {
  write_documents(folder_, 2);
  if (GetParam() == Backend::postgres) {  // a table that somebody has locked is waited for
    ASSERT_EQ(run_program(folder_, {"run", "in/1.txt", "--store", where()}).exit_code, 0);
    auto other = PgConnection::open(where());
    ASSERT_FALSE(other->execute("BEGIN; LOCK TABLE attest.jobs IN ACCESS EXCLUSIVE MODE"));
    const int pid = start(folder_, run_arguments());
    std::this_thread::sleep_for(milliseconds(500));
    ASSERT_FALSE(other->execute("COMMIT"));
    EXPECT_EQ(wait_for(pid), 0);
    return expect_whole(2);
  }
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
}

INSTANTIATE_TEST_SUITE_P(Sqlite, StoreFaults, testing::Values(Backend::sqlite));
INSTANTIATE_TEST_SUITE_P(Postgres, StoreFaults, testing::Values(Backend::postgres));

}  // namespace
}  // namespace attest
