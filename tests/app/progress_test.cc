// What a run says of itself: progress for persons and programs, and where the failures are.
#include "app/progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "app/summary.h"
#include "tests/app/program.h"

namespace attest {
namespace {

using testing::HasSubstr;
using testing::Not;
using Json = nlohmann::ordered_json;

TEST(ProgressText, HasDocumentsPagesRateFailuresAndTimeLeft) {
  EXPECT_EQ(progress_text({.total = 120}), "0/120 documents, 0 pages");
  EXPECT_EQ(progress_text({.total = 120, .done = 1, .read = 1, .pages = 12, .seconds = 5}),
            "1/120 documents, 12 pages, 2.4 pages/s")
      << "one document tells nothing of the time";
  EXPECT_EQ(progress_text({.total = 120, .done = 12, .read = 10, .pages = 48, .failed = 1, .seconds = 20}),
            "12/120 documents, 48 pages, 2.4 pages/s, 1 failed, 4 min left")
      << "what was read before says nothing of the rate";
  EXPECT_EQ(progress_text({.total = 3, .done = 3, .read = 3, .pages = 3, .seconds = 2}),
            "3/3 documents, 3 pages, 1.5 pages/s");
  EXPECT_THAT(progress_text({.total = 10'002, .done = 2, .read = 2, .seconds = 10}),
              HasSubstr("13.9 h left"));
}

class ProgressOfARun : public testing::Test {
 protected:
  ProgressOfARun() {
    for (int i = 1; i <= 3; ++i) folder_.write("in/" + std::to_string(i) + ".txt", small_report(i));
    folder_.write("in/bad.pdf", "%PDF-1.4 and no more");
  }
  std::string told(const std::vector<std::string>& options) const {
    std::vector<std::string> arguments = {"run", "in", "--store", "a.db", "--mode", "redo"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    const Outcome outcome = run_program(folder_, arguments);
    EXPECT_EQ(outcome.exit_code, 2) << "one cannot be read";
    return outcome.err;
  }

  TemporaryFolder folder_;
};

TEST_F(ProgressOfARun, IsALineOfJsonAnEventForPrograms) {
  std::istringstream lines(told({"--progress", "json"}));
  std::vector<Json> events;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with('{')) events.push_back(Json::parse(line));
  }
  ASSERT_EQ(events.size(), 6u);
  EXPECT_EQ(events.front(), (Json{{"event", "start"}, {"documents", 4}}));
  int rejected = 0;
  for (std::size_t i = 1; i <= 4; ++i) {
    const Json& event = events[i];
    EXPECT_EQ(event["event"], "document");
    EXPECT_EQ(event["done"], i);
    EXPECT_EQ(event["documents"], 4);
    rejected += event["rejected"].is_string();
    EXPECT_EQ(event["failed"], rejected);
    EXPECT_EQ(event["pages"], event["rejected"].is_string() ? 0 : 1);
  }
  EXPECT_EQ(events.back()["event"], "end");
  EXPECT_EQ(events.back()["failed"], 1);
  EXPECT_EQ(events.back()["all_pages"], 3);
}

TEST_F(ProgressOfARun, IsABarOnlyWhereOneIsAskedFor) {
  const std::string bar = told({"--progress", "bar"});
  EXPECT_THAT(bar, HasSubstr("\r[....................] 0/4 documents"));
  EXPECT_THAT(bar, HasSubstr("\r[####################] 4/4 documents, 3 pages"));
  EXPECT_THAT(bar, HasSubstr("1 failed"));
  EXPECT_TRUE(bar.ends_with("\r\x1b[K")) << "nothing of it stays";
  for (const std::vector<std::string>& options :
       {std::vector<std::string>{}, {"--progress", "plain"}, {"--progress", "none"}, {"--no-progress-bar"}}) {
    EXPECT_THAT(told(options), Not(HasSubstr("\r"))) << "this is no terminal";
  }
}

TEST_F(ProgressOfARun, EndsWithWhereTheFailuresAre) {
  const Outcome folder = run_program(folder_, {"run", "in", "-o", "out"});
  EXPECT_THAT(folder.out, HasSubstr("problems in reading, 1:\n  in/bad.pdf  "));
  EXPECT_THAT(folder.out, HasSubstr("total 4"));
  const Outcome store = run_program(folder_, {"run", "in", "--store", "a.db"});
  EXPECT_THAT(store.out, HasSubstr("4 inputs:"));
  EXPECT_THAT(store.out, HasSubstr("\n  in/bad.pdf  rejected ("));
}

TEST(SummaryTable, SaysWhereTheFailuresAreAndNotMoreThanAScreen) {
  std::vector<DocumentSummary> documents(2);
  documents[0] = {.document = "a.pdf", .form = "gbt", .score = "95", .status = "ok", .pages = 3};
  documents[1] = {.document = "b.pdf", .form = "-", .score = "-", .status = "rejected (damaged)"};
  for (int page = 1; page <= 25; ++page) documents[1].failures.push_back("page " + std::to_string(page));
  const std::string table = summary_table(documents, Language::en);
  EXPECT_THAT(table, HasSubstr("problems in reading, 25:\n  b.pdf  page 1\n"));
  EXPECT_THAT(table, HasSubstr("  b.pdf  page 20\n  and 5 more\n"));
  EXPECT_THAT(table, Not(HasSubstr("page 21")));
  EXPECT_THAT(summary_table(documents, Language::zh), HasSubstr("读取中的问题 25 处"));
  documents.pop_back();
  EXPECT_THAT(summary_table(documents, Language::en), Not(HasSubstr("problems")));
}

}  // namespace
}  // namespace attest
