// An archive whose coordinator is killed, is stopped, meets a full disk or finds the archive in use: nothing
// is lost, nothing is there twice.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <random>
#include <thread>

#include "store/sqlite.h"
#include "store/store.h"
#include "tests/app/program.h"

namespace attest {
namespace {

using testing::HasSubstr;

constexpr int kDocuments = 200;
constexpr int kKills = 20;

void write_documents(const TemporaryFolder& folder, int count) {
  for (int i = 1; i <= count; ++i) folder.write("in/" + std::to_string(i) + ".txt", small_report(i));
}

// Starts the program as a child that says nothing; the caller waits for it.
int start(const TemporaryFolder& folder, const std::vector<std::string>& arguments,
          rlim_t file_size = RLIM_INFINITY) {
  const int pid = fork();
  if (pid != 0) return pid;
  const int nowhere = open("/dev/null", O_RDWR);
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) dup2(nowhere, descriptor);
  const rlimit limit{file_size, file_size};
  setrlimit(RLIMIT_FSIZE, &limit);
  signal(SIGXFSZ, SIG_IGN);  // a write over the limit fails, as on a full disk
  std::vector<char*> pointers = {const_cast<char*>(ATTEST_BINARY)};
  for (const std::string& argument : arguments) pointers.push_back(const_cast<char*>(argument.c_str()));
  pointers.push_back(nullptr);
  if (chdir(folder.path().c_str()) == 0) execv(ATTEST_BINARY, pointers.data());
  _exit(127);
}

int wait_for(int pid) {
  int status = 0;
  waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

std::int64_t number(const TemporaryFolder& folder, const std::string& sql) {
  auto database = Database::open((folder / "a.db").string(), SQLITE_OPEN_READWRITE);
  Statement statement = database->prepare(sql);
  return statement.step() ? statement.integer(0) : -1;
}

std::string text(const TemporaryFolder& folder, const std::string& sql) {
  auto database = Database::open((folder / "a.db").string(), SQLITE_OPEN_READWRITE);
  Statement statement = database->prepare(sql);
  std::string out;
  while (statement.step()) out += std::string(statement.text(0)) + "\n";
  return out;
}

// Everything an analyst can see, in one text.
std::string contents(const TemporaryFolder& folder) {
  return text(folder, "SELECT json FROM records ORDER BY job_id") +
         text(folder, "SELECT content || state || coalesce(error_code, '') FROM jobs ORDER BY id") +
         text(folder, "SELECT record || rule || subject FROM findings ORDER BY record, rule, subject") +
         text(folder, "SELECT record || page || text FROM pages ORDER BY record, page");
}

void expect_whole(const TemporaryFolder& folder, int documents) {
  EXPECT_EQ(text(folder, "PRAGMA integrity_check"), "ok\n");
  EXPECT_EQ(number(folder, "SELECT count(*) FROM jobs WHERE state IN ('ok', 'needs_review')"), documents);
  EXPECT_EQ(number(folder, "SELECT count(*) FROM inputs"), documents);
  EXPECT_EQ(number(folder, "SELECT count(*) FROM records"), documents);
  EXPECT_EQ(number(folder, "SELECT count(*) FROM reports"), documents);
  EXPECT_EQ(number(folder, "SELECT count(*) FROM page_rows"), documents);
  EXPECT_EQ(number(folder, "SELECT count(*) FROM page_index WHERE page_index MATCH '\"测试\"'"), documents);
}

const std::vector<std::string> kRun = {"run", "in", "--store", "a.db", "-j", "2"};

TEST(StoreFaults, TheCoordinatorMayBeKilledAtAnyMoment) {
  const TemporaryFolder clean, folder;
  write_documents(clean, kDocuments);
  write_documents(folder, kDocuments);
  const auto begin = std::chrono::steady_clock::now();
  ASSERT_EQ(run_program(clean, kRun).exit_code, 0);
  const auto whole =
      std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begin);

  std::mt19937 random(20241120);
  int killed = 0;
  for (int i = 0; i < kKills; ++i) {
    // Short enough that all the kills together hardly reach the end.
    std::uniform_int_distribution<std::int64_t> moment(0, whole.count() / 8);
    const int pid = start(folder, kRun);
    std::this_thread::sleep_for(std::chrono::microseconds(moment(random)));
    kill(pid, SIGKILL);
    killed += wait_for(pid) == 128 + SIGKILL;
  }
  EXPECT_GE(killed, kKills / 2) << "most of them while it was at work";
  const Outcome last = run_program(folder, kRun);
  EXPECT_EQ(last.exit_code, 0) << last.err;
  expect_whole(folder, kDocuments);
  EXPECT_EQ(contents(folder), contents(clean));
  const Outcome again = run_program(folder, kRun);
  EXPECT_THAT(again.out, HasSubstr(" 0 read now")) << again.err;
}

TEST(StoreFaults, AnInterruptedRunSaysSoAndGoesOn) {
  const TemporaryFolder folder;
  write_documents(folder, 40);
  const int pid = start(folder, kRun);
  std::this_thread::sleep_for(std::chrono::milliseconds(60));
  kill(pid, SIGTERM);
  const int code = wait_for(pid);
  EXPECT_TRUE(code == 130 || code == 0 || code == 128 + SIGTERM) << code;
  EXPECT_EQ(run_program(folder, kRun).exit_code, 0);
  expect_whole(folder, 40);
}

TEST(StoreFaults, AFullDiskStopsTheRunAndLosesNothing) {
  const TemporaryFolder folder;
  write_documents(folder, 60);
  ASSERT_EQ(run_program(folder, {"run", "in/1.txt", "--store", "a.db"}).exit_code, 0);
  const rlim_t size = static_cast<rlim_t>(std::filesystem::file_size(folder / "a.db"));
  EXPECT_EQ(wait_for(start(folder, kRun, size + 100'000)), 5) << "file access";
  EXPECT_EQ(text(folder, "PRAGMA integrity_check"), "ok\n");
  EXPECT_LT(number(folder, "SELECT count(*) FROM records"), 60);
  EXPECT_EQ(run_program(folder, kRun).exit_code, 0);
  expect_whole(folder, 60);
}

TEST(StoreFaults, AnArchiveInUseIsLeftAlone) {
  const TemporaryFolder folder;
  write_documents(folder, 2);
  const int holder = fork();
  if (holder == 0) {
    const auto store = open_store((folder / "a.db").string(), StoreAccess::work);
    folder.write("held", "");
    pause();
    _exit(0);
  }
  while (!std::filesystem::exists(folder / "held")) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  const Outcome refused = run_program(folder, kRun);
  EXPECT_EQ(refused.exit_code, 5);
  EXPECT_THAT(refused.err, HasSubstr("another process is working on"));
  kill(holder, SIGKILL);
  wait_for(holder);
  EXPECT_EQ(run_program(folder, kRun).exit_code, 0);
  expect_whole(folder, 2);
}

}  // namespace
}  // namespace attest
