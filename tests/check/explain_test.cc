// The rules' own documentation: docs/findings.md is generated, and nothing can change in one place only.
// To write it anew: ATTEST_UPDATE_DOCS=1 build/…/tests/check_test --gtest_filter='Explain.*'
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include "check/check.h"

namespace attest {
namespace {

TEST(Explain, DocsFindingsIsWhatTheRulesSay) {
  const std::string path = std::string(ATTEST_SOURCE_DIR) + "/docs/findings.md";
  if (std::getenv("ATTEST_UPDATE_DOCS") != nullptr) std::ofstream(path) << rules_markdown();
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  EXPECT_EQ(text.str(), rules_markdown()) << "run with ATTEST_UPDATE_DOCS=1 to write " << path;
}

TEST(Explain, EveryRuleIsExplainedOnceInBothLanguages) {
  std::set<std::string> seen;
  for (const RuleInfo& rule : rules()) {
    EXPECT_TRUE(seen.insert(rule.rule).second) << rule.rule;
    for (const RuleText& text : {rule.zh, rule.en}) {
      for (const std::string& part : {text.title, text.why, text.formula, text.source})
        EXPECT_FALSE(part.empty()) << rule.rule;
    }
  }
  for (const char* rule : {"score.item.product", "level.score", "selection.none", "identity.repeat",
                           "date.order", "field.missing", "team.leader", "reading.page"}) {
    EXPECT_TRUE(seen.count(rule)) << rule;
  }
}

}  // namespace
}  // namespace attest
