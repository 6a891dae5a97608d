#include "app/sandbox.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <thread>

#include "tests/app/program.h"

namespace attest {
namespace {

constexpr int kNoSandbox = 99;  // exit code of a process that could not enter it

// The exit code of what `act` returns in a process in a sandbox, or 128 and the signal that ended it.
int confined(const SandboxPolicy& policy, const std::function<int()>& act) {
  const int pid = fork();
  if (pid == 0) _exit(enter_sandbox(policy) ? kNoSandbox : act());
  int status = 0;
  waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int opening(const std::string& path, int flags) { return open(path.c_str(), flags, 0600) >= 0 ? 0 : errno; }

class Sandbox : public testing::Test {
 protected:
  void SetUp() override {
    if (!sandbox_support().any()) GTEST_SKIP() << "this kernel has neither Landlock nor seccomp";
  }
  static bool landlock() { return sandbox_support().landlock > 0; }
  static bool seccomp() { return sandbox_support().seccomp; }

  TemporaryFolder folder_;
};

TEST_F(Sandbox, ReadsWhatItMayAndNothingElse) {
  if (!landlock()) GTEST_SKIP() << "this kernel has no Landlock";
  const std::string in = folder_.write("in/a.txt", "a"), deep = folder_.write("in/b/c.txt", "c"),
                    other = folder_.write("other/secret.txt", "s");
  const SandboxPolicy policy{.readable = {(folder_ / "in").string(), (folder_ / "nowhere").string()}};
  EXPECT_EQ(confined(policy, [&] { return opening(in, O_RDONLY); }), 0);
  EXPECT_EQ(confined(policy, [&] { return opening(deep, O_RDONLY); }), 0);
  EXPECT_EQ(confined(policy, [&] { return opening(other, O_RDONLY); }), EACCES);
  EXPECT_EQ(confined(policy, [] { return opening("/etc/passwd", O_RDONLY); }), EACCES);
  EXPECT_EQ(confined({.readable = {in}}, [&] { return opening(in, O_RDONLY); }), 0) << "a file by itself";
  EXPECT_EQ(confined({.readable = {in}}, [&] { return opening(deep, O_RDONLY); }), EACCES);
}

TEST_F(Sandbox, WritesNoFileEvenWhereItReads) {
  const std::string in = folder_.write("in/a.txt", "kept");
  const SandboxPolicy policy{.readable = {folder_.path().string()}};
  EXPECT_NE(confined(policy, [&] { return opening(in, O_WRONLY); }), 0);
  EXPECT_NE(confined(policy, [&] { return opening(in, O_RDWR | O_TRUNC); }), 0);
  EXPECT_NE(confined(policy, [&] { return opening((folder_ / "new").string(), O_WRONLY | O_CREAT); }), 0);
  EXPECT_NE(confined(policy, [&] { return unlink(in.c_str()) == 0 ? 0 : errno; }), 0);
  EXPECT_EQ(read_file(in), "kept");
  EXPECT_FALSE(std::filesystem::exists(folder_ / "new"));
}

TEST_F(Sandbox, WritesToTheFolderItMay) {
  std::filesystem::create_directories(folder_ / "out");
  const SandboxPolicy policy{.readable = {}, .writable = (folder_ / "out").string()};
  EXPECT_EQ(confined(policy, [&] { return opening((folder_ / "out/a").string(), O_WRONLY | O_CREAT); }), 0);
  if (!landlock()) return;
  EXPECT_EQ(confined(policy, [&] { return opening((folder_ / "b").string(), O_WRONLY | O_CREAT); }), EACCES);
}

TEST_F(Sandbox, HasNoNetwork) {
  if (!seccomp()) GTEST_SKIP() << "this kernel has no seccomp";
  for (const int family : {AF_INET, AF_INET6, AF_UNIX, AF_NETLINK}) {
    EXPECT_EQ(confined({}, [family] { return socket(family, SOCK_DGRAM, 0) >= 0 ? 0 : errno; }), EPERM);
  }
}

TEST_F(Sandbox, StartsNoPrograms) {
  const int code = confined({.readable = {"/"}}, [] {
    execl("/bin/true", "true", nullptr);
    return errno;
  });
  EXPECT_EQ(code, seccomp() ? 128 + SIGSYS : EACCES);
  if (!seccomp()) return;
  EXPECT_EQ(confined({}, [] { return fork() >= 0 ? 0 : errno; }), EPERM);
}

TEST_F(Sandbox, LeavesOtherProcessesAlone) {
  if (!seccomp()) GTEST_SKIP() << "this kernel has no seccomp";
  EXPECT_EQ(confined({}, [] { return kill(getppid(), 0) == 0 ? 0 : errno; }), EPERM);
  EXPECT_EQ(confined({}, [] { return raise(SIGUSR1); }), 128 + SIGUSR1) << "its own signals work";
}

TEST_F(Sandbox, ComputesAndThreads) {
  const int code = confined({}, [] {
    int out = 1;
    std::thread([&out] { out = std::vector<char>(64 << 20, 1).back() - 1; }).join();
    return out;
  });
  EXPECT_EQ(code, 0);
}

}  // namespace
}  // namespace attest
