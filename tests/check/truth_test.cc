// The rules over what is really printed: every truth file of the shared corpus must give its findings and no
// other.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include "check/check.h"
#include "tests/check/truth_record.h"

namespace attest {
namespace {

namespace fs = std::filesystem;

std::string shared_folder() {
  const char* set = std::getenv("ATTEST_SHARED");
  return set != nullptr ? set : std::string(ATTEST_SOURCE_DIR) + "/../shared";
}

std::string line_of(const nlohmann::json& f) {
  const auto text = [](const nlohmann::json& v) {
    return v.is_string() ? v.get<std::string>() : std::string("null");
  };
  return text(f.at("rule")) + " " + text(f.at("subject")) + " " + text(f.at("severity")) + " " +
         text(f.at("expected")) + " → " + text(f.at("actual"));
}

std::string line_of(const Finding& f) {
  return f.rule + " " + f.subject + " " + std::string(name_of(f.severity)) + " " +
         f.expected.value_or("null") + " → " + f.actual.value_or("null");
}

std::set<std::string> keys_of(const nlohmann::json& findings) {
  std::set<std::string> keys;
  for (const auto& f : findings)
    keys.insert(f.at("rule").get<std::string>() + " " + f.at("subject").get<std::string>());
  return keys;
}

TEST(CheckTruth, GivesTheFindingsOfEveryTruthFileAndNoOther) {
  const fs::path corpus = fs::path(shared_folder()) / "corpus";
  if (!fs::exists(corpus)) GTEST_SKIP() << "no shared corpus at " << corpus << "; set ATTEST_SHARED";
  const auto schemes = load_schemes(std::string(ATTEST_SOURCE_DIR) + "/schemes");
  ASSERT_TRUE(schemes) << schemes.error().message;
  int documents = 0;
  for (const auto& entry : fs::recursive_directory_iterator(corpus)) {
    const std::string name = entry.path().filename().string();
    if (name.find(".truth.json") == std::string::npos) continue;
    nlohmann::json truth;
    std::ifstream(entry.path()) >> truth;
    if (truth.value("scheme", nlohmann::json()).is_null() || !truth.contains("scores")) continue;
    const Scheme* scheme = nullptr;
    for (const Scheme& s : *schemes) scheme = s.id == truth.at("scheme") ? &s : scheme;
    if (scheme == nullptr) continue;
    Record record = truth_record(truth, *scheme);
    std::set<std::string> expected, actual,
        optional = keys_of(truth.value("findings_optional", nlohmann::json::array()));
    for (const auto& f : truth.at("findings")) expected.insert(line_of(f));
    for (const Finding& f : check(record, *scheme)) {
      EXPECT_EQ(f.verdict, Verdict::report_error) << name << " " << line_of(f);
      if (!optional.count(f.rule + " " + f.subject)) actual.insert(line_of(f));
    }
    EXPECT_EQ(actual, expected) << name;
    ++documents;
  }
  EXPECT_GT(documents, 0);
}

}  // namespace
}  // namespace attest
