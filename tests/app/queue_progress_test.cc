// What a worker says of a queue while it reads it.
#include "app/queue_progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "app/failure_list.h"
#include "tests/app/program.h"

namespace attest {
namespace {

using testing::HasSubstr;
using testing::Not;
using Json = nlohmann::ordered_json;

TEST(QueueTally, CountsWhatEndsHereAndElsewhereAndWhatComes) {
  QueueTally tally(10);
  tally.ended_here();
  EXPECT_EQ(tally.ended(), 1u);
  EXPECT_EQ(tally.total(), 10u);
  tally.look(9);
  EXPECT_EQ(tally.ended(), 1u) << "what ended here is not counted twice";
  tally.look(4);
  EXPECT_EQ(tally.ended(), 6u) << "others have ended five";
  EXPECT_EQ(tally.total(), 10u);
  tally.look(20);
  EXPECT_EQ(tally.ended(), 6u);
  EXPECT_EQ(tally.total(), 26u) << "more has been queued";
  QueueTally late(0);
  late.ended_here();  // queued and read between two looks
  EXPECT_EQ(late.total(), 1u);
}

TEST(FailureList, IsAScreenfulAndHarmless) {
  FailureList failures;
  failures.add("good.pdf", Json{{"status", "ok"}, {"rejected", nullptr}});
  EXPECT_EQ(failures.text(), "");
  failures.add("a\x1b[2J.pdf", Json{{"status", "rejected"}, {"rejected", "damaged"}});
  EXPECT_EQ(failures.text(), "  a\\x1b[2J.pdf  rejected (damaged)\n");
  for (int i = 0; i < 24; ++i) {
    failures.add("b.pdf", Json{{"status", "rejected"}, {"rejected", "worker_failed"}});
  }
  EXPECT_EQ(failures.count(), 25u);
  EXPECT_THAT(failures.text(), HasSubstr("  b.pdf  quarantined (worker_failed)\n  and 5 more\n"));
}

class ProgressOfAWorker : public testing::Test {
 protected:
  ProgressOfAWorker() {
    for (int i = 1; i <= 3; ++i) folder_.write("in/" + std::to_string(i) + ".txt", small_report(i));
    folder_.write("in/bad.pdf", "%PDF-1.4 and no more");
  }
  Outcome worker(const std::vector<std::string>& options) const {
    EXPECT_EQ(run_program(folder_, {"enqueue", "in", "--store", "a.db", "--mode", "redo"}).exit_code, 0);
    std::vector<std::string> arguments = {"worker", "--store", "a.db"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    Outcome outcome = run_program(folder_, arguments);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    return outcome;
  }

  TemporaryFolder folder_;
};

TEST_F(ProgressOfAWorker, IsALineOfJsonAnEventForPrograms) {
  std::istringstream lines(worker({"--progress", "json"}).err);
  std::vector<Json> events;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with('{')) events.push_back(Json::parse(line));
  }
  ASSERT_EQ(events.size(), 6u);
  EXPECT_EQ(events.front(), (Json{{"event", "start"}, {"documents", 4}}));
  for (std::size_t i = 1; i <= 4; ++i) {
    EXPECT_EQ(events[i]["event"], "document");
    EXPECT_EQ(events[i]["done"], i);
    EXPECT_EQ(events[i]["documents"], 4);
  }
  EXPECT_EQ(events.back()["event"], "end");
  EXPECT_EQ(events.back()["failed"], 1);
  EXPECT_EQ(events.back()["all_pages"], 3);
}

TEST_F(ProgressOfAWorker, IsABarWhereOneIsAskedFor) {
  const std::string bar = worker({"--progress", "bar"}).err;
  EXPECT_THAT(bar, HasSubstr("\r[....................] 0/4 documents"));
  EXPECT_THAT(bar, HasSubstr("\r[####################] 4/4 documents, 3 pages"));
  EXPECT_TRUE(bar.ends_with("\r\x1b[K")) << "nothing of it stays";
  for (const std::vector<std::string>& options :
       {std::vector<std::string>{}, {"--progress", "none"}, {"--no-progress-bar"}}) {
    EXPECT_THAT(worker(options).err, Not(HasSubstr("\r"))) << "this is no terminal";
  }
}

TEST_F(ProgressOfAWorker, EndsWithWhereTheFailuresAre) {
  EXPECT_EQ(worker({}).out, "4 documents read, 1 of them rejected\n  bad.pdf  rejected (damaged)\n");
  EXPECT_EQ(worker({"-q"}).out, "");
}

}  // namespace
}  // namespace attest
