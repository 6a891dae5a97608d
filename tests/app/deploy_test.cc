// What is delivered beside the program names commands, options, exit codes and libraries that there are: the
// manifests and scripts of deploy/, and the commands in the manuals.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "app/exit_code.h"
#include "app/sanitizer.h"
#include "tests/app/program.h"

namespace attest {
namespace {

using testing::Contains;
using testing::IsSupersetOf;

const std::string kRoot = ATTEST_SOURCE_DIR;

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> out;
  for (std::string word; stream >> word;) out.push_back(word);
  return out;
}

// "-j", "--jobs" …: what a command's help names.
const std::set<std::string>& options_of(const std::string& command) {
  static std::map<std::string, std::set<std::string>> known;
  if (!known[command].empty()) return known[command];
  const TemporaryFolder folder;
  const Outcome help = run_program(folder, {command, "--help"});
  EXPECT_EQ(help.exit_code, 0) << "there is no command " << command;
  static const std::regex option("(^|[ ,{])(--?[A-Za-z][a-z-]*)");
  for (std::sregex_iterator it(help.out.begin(), help.out.end(), option), end; it != end; ++it) {
    known[command].insert((*it)[2]);
  }
  return known[command];
}

// The words after the program's name: a command, then options among other words.
void expect_understood(const std::vector<std::string>& words) {
  ASSERT_FALSE(words.empty());
  for (const std::string& word : words) {
    if (word == "#" || word == "|" || word == "&") return;
    if (word.size() < 2 || word[0] != '-') continue;
    EXPECT_THAT(options_of(words.front()), Contains(word.substr(0, word.find('=')))) << words.front();
  }
}

std::string told(const std::string& command) {
  const TemporaryFolder folder;
  const std::string path = (folder / "told").string();
  EXPECT_EQ(std::system((command + " >'" + path + "' 2>&1").c_str()), 0) << command << "\n"
                                                                         << read_file(path);
  return read_file(path);
}

bool is_installed(const std::string& program) {
  return std::system(("command -v " + program + " >/dev/null 2>&1").c_str()) == 0;
}

TEST(Manuals, CommandsAreUnderstood) {
  int count = 0;
  for (const char* file : {"README.md", "README.zh-CN.md", "docs/formats.md", "docs/scaling.md"}) {
    SCOPED_TRACE(file);
    std::istringstream lines(read_file(kRoot + "/" + file));
    for (std::string line; std::getline(lines, line);) {
      std::vector<std::string> words = words_of(line);
      if (words.size() < 2 || words[0] != "attest" || line.find('`') != std::string::npos) continue;
      words.erase(words.begin());
      expect_understood(words);
      ++count;
    }
  }
  EXPECT_GE(count, 20) << "they are looked for in the right places";
}

class KubernetesManifest : public testing::Test {
 protected:
  YAML::Node job_ = YAML::LoadFile(kRoot + "/deploy/kubernetes/worker.yaml");
  YAML::Node spec_ = job_["spec"], pod_ = spec_["template"]["spec"], container_ = pod_["containers"][0];
};

TEST_F(KubernetesManifest, IsAnIndexedJob) {
  EXPECT_EQ(job_["apiVersion"].as<std::string>(), "batch/v1");
  EXPECT_EQ(job_["kind"].as<std::string>(), "Job");
  EXPECT_TRUE(job_["metadata"]["name"]);
  EXPECT_EQ(spec_["completionMode"].as<std::string>(), "Indexed");
  EXPECT_GE(spec_["completions"].as<int>(), spec_["parallelism"].as<int>());
  EXPECT_EQ(pod_["restartPolicy"].as<std::string>(), "Never") << "as a podFailurePolicy demands";
  std::set<std::string> volumes;
  for (const YAML::Node& volume : pod_["volumes"]) volumes.insert(volume["name"].as<std::string>());
  for (const YAML::Node& mount : container_["volumeMounts"]) {
    EXPECT_THAT(volumes, Contains(mount["name"].as<std::string>()));
  }
}

TEST_F(KubernetesManifest, FailsOnWhatDoesNotGetBetter) {
  std::set<int> codes;
  for (const YAML::Node& rule : spec_["podFailurePolicy"]["rules"]) {
    for (const YAML::Node& condition : rule["onPodConditions"]) {
      EXPECT_TRUE(condition["type"] && condition["status"]);
    }
    if (!rule["onExitCodes"]) continue;
    EXPECT_EQ(rule["action"].as<std::string>(), "FailJob");
    EXPECT_EQ(rule["onExitCodes"]["containerName"].as<std::string>(), container_["name"].as<std::string>());
    for (const YAML::Node& code : rule["onExitCodes"]["values"]) codes.insert(code.as<int>());
  }
  EXPECT_EQ(codes,
            (std::set<int>{static_cast<int>(ExitCode::usage), static_cast<int>(ExitCode::missing_dependency),
                           static_cast<int>(ExitCode::bad_configuration)}));
}

TEST_F(KubernetesManifest, CallsTheProgramAsItIs) {
  const auto words = container_["args"].as<std::vector<std::string>>();
  EXPECT_EQ(words.front(), "worker");
  expect_understood(words);
  std::set<std::string> variables;
  for (const YAML::Node& variable : container_["env"]) variables.insert(variable["name"].as<std::string>());
  for (const std::string& word : words) {
    if (!word.starts_with("$(")) continue;
    EXPECT_THAT(variables, Contains(word.substr(2, word.size() - 3)));
  }
}

TEST(SlurmScript, CallsTheProgramAsItIs) {
  const std::string path = kRoot + "/deploy/slurm/worker.sbatch", script = read_file(path);
  const std::size_t call = script.find("\n\"${ATTEST:-attest}\" ");
  ASSERT_NE(call, std::string::npos);
  std::vector<std::string> words = words_of(script.substr(call, script.find('\n', call + 1) - call));
  words.erase(words.begin());
  EXPECT_EQ(words.front(), "worker");
  expect_understood(words);
  if (is_installed("shellcheck")) told("shellcheck '" + path + "'");
}

// The image holds every package whose libraries the program is linked with.
TEST(Dockerfile, HasTheProgramsLibraries) {
  if (kSanitized) GTEST_SKIP() << "sanitizers bring libraries of their own";
  if (!is_installed("dpkg") || !is_installed("readelf")) GTEST_SKIP() << "dpkg or binutils are not installed";
  const std::string dockerfile = read_file(kRoot + "/deploy/kubernetes/Dockerfile");
  const std::size_t image = dockerfile.find("\nFROM debian:12-slim");
  ASSERT_NE(image, std::string::npos);
  const std::vector<std::string> there = words_of(dockerfile.substr(image));
  std::string paths;  // as dpkg knows them; libraries of other architectures have the same names
  for (const std::string& library :
       words_of(told("readelf -d '" ATTEST_BINARY "' | sed -n 's/.*(NEEDED).*\\[\\(.*\\)\\]/\\1/p'"))) {
    paths += " '*-linux-gnu/" + library + "'";
  }
  const std::set<std::string> base = {"libc6", "libgcc-s1"};
  std::set<std::string> needed;
  for (const std::string& package : words_of(told("dpkg -S" + paths + " | cut -d: -f1"))) {
    if (!base.contains(package)) needed.insert(package);
  }
  EXPECT_GE(needed.size(), 10u);
  EXPECT_THAT(there, IsSupersetOf(needed));
}

}  // namespace
}  // namespace attest
