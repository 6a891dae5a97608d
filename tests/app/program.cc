#include "tests/app/program.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>

namespace attest {
namespace {

namespace fs = std::filesystem;

// Takes the place of the calling (forked) process.
[[noreturn]] void become_program(const TemporaryFolder& folder, const std::vector<std::string>& arguments,
                                 const fs::path& in, const fs::path& out, const fs::path& err) {
  dup2(open(in.c_str(), O_RDONLY), STDIN_FILENO);
  dup2(open(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), STDOUT_FILENO);
  dup2(open(err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), STDERR_FILENO);
  setenv("LC_ALL", "C", 1);
  unsetenv("NO_COLOR");
  std::vector<char*> pointers = {const_cast<char*>(ATTEST_BINARY)};
  for (const std::string& argument : arguments) pointers.push_back(const_cast<char*>(argument.c_str()));
  pointers.push_back(nullptr);
  if (chdir(folder.path().c_str()) == 0) execv(ATTEST_BINARY, pointers.data());
  _exit(127);
}

}  // namespace

Outcome run_program(const TemporaryFolder& folder, const std::vector<std::string>& arguments,
                    const std::string& input) {
  const TemporaryFolder pipes;  // files, not pipes: nothing can block
  const fs::path in = pipes.write("in", input), out = pipes / "out", err = pipes / "err";
  const int pid = fork();
  if (pid == 0) become_program(folder, arguments, in, out, err);
  int status = 0;
  waitpid(pid, &status, 0);
  Outcome outcome;
  outcome.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  outcome.out = read_file(out);
  outcome.err = read_file(err);
  return outcome;
}

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string small_report(int number) {
  const std::string code = std::to_string(20000 + number) + "-2024-SA";
  return "甲乙认证有限公司\n\n服务认证审查报告\n\n■售后服务 依据 GB/T27922-2011\n\n"
         "组织名称： 测试设备有限公司\n\n项目编号： " +
         code +
         "\n\n审查类型： ☒初次认证 ☐保持认证 ☐再认证\n\n地址： 某市某路 1 号\n\n联系： 010-0000 "
         "0000\n\n邮编： 100000\n\n"
         "1.基本信息\n\n1.1 受审查方名称： 测试设备有限公司\n\n1.2 项目编号： " +
         code +
         "\n\n1.3 工商注册地址： 某市某路 2 号\n\n1.4 审查地址： 某市某路 2 号\n\n"
         "1.9 审查范围：\n\n测试设备的销售相关售后服务（五星级）\n\n"
         "1.12 审查覆盖的时期和本次审查时间：\n\n"
         "本次审查时间： 2024 年 11 月 19 日 下午至 2024 年 11 月 20 日 下午（共 1.5 天）\n";
}

}  // namespace attest
