// attest search, show and stats, as a person would call them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/app/program.h"
#include "tests/export/report_schema.h"

namespace attest {
namespace {

using testing::HasSubstr;
using Json = nlohmann::json;

class StoreCommands : public testing::Test {
 protected:
  StoreCommands() {
    for (int i = 1; i <= 3; ++i) folder_.write("in/r" + std::to_string(i) + ".txt", small_report(i));
    EXPECT_EQ(run_program(folder_, {"run", "in", "--store", "a.db"}).exit_code, 0);
  }
  Outcome call(std::vector<std::string> arguments) const {
    arguments.insert(arguments.end(), {"--store", "a.db"});
    return run_program(folder_, arguments);
  }

  TemporaryFolder folder_;
};

TEST_F(StoreCommands, SearchFindsPartsOfWordsAndAllOfThem) {
  Outcome outcome = call({"search", "试设", "20002"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("r2.txt"));
  EXPECT_EQ(outcome.out.find("r1.txt"), std::string::npos);
  outcome = call({"search", "备有限公", "--json", "--limit", "2"});
  EXPECT_EQ(std::count(outcome.out.begin(), outcome.out.end(), '\n'), 2);
  EXPECT_THAT(Json::parse(outcome.out.substr(0, outcome.out.find('\n')))["text"].get<std::string>(),
              HasSubstr("测试设备有限公司"));
  EXPECT_EQ(call({"search", "没有的词"}).out, "");
  EXPECT_EQ(call({"search", "\""}).exit_code, 9) << "nothing to look for";
}

TEST_F(StoreCommands, ShowPrintsTheRecord) {
  const Outcome by_number = call({"show", "2"});
  EXPECT_EQ(by_number.exit_code, 0) << by_number.err;
  EXPECT_EQ(schema_violations(by_number.out), "");
  const Json record = Json::parse(by_number.out);
  EXPECT_EQ(record["source"]["file_name"], "r2.txt");
  EXPECT_EQ(call({"show", "r2"}).out, by_number.out);
  EXPECT_EQ(call({"show", record["source"]["sha256"].get<std::string>().substr(0, 12)}).out, by_number.out);
  EXPECT_EQ(call({"show", "r"}).exit_code, 1);
  EXPECT_THAT(call({"show", "r"}).err,
              HasSubstr("several records go by r: 1 (r1.txt), 2 (r2.txt), 3 (r3.txt)"));
  EXPECT_EQ(call({"show", ""}).exit_code, 1) << "which names nothing";
  EXPECT_EQ(call({"show", "77"}).exit_code, 1);
}

TEST_F(StoreCommands, AWholeFileNameGoesBeforeTheBeginningOfOthers) {
  folder_.write("in/r1", small_report(4));
  folder_.write("more/r2.txt", small_report(5));
  EXPECT_EQ(run_program(folder_, {"run", "in", "more", "--store", "a.db"}).exit_code, 0);
  EXPECT_EQ(Json::parse(call({"show", "r1"}).out)["source"]["file_name"], "r1");
  EXPECT_THAT(call({"show", "r2.txt"}).err, HasSubstr("2 (r2.txt), 5 (r2.txt)"));
}

TEST_F(StoreCommands, StatsCount) {
  const Outcome outcome = call({"stats", "--json"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  const Json stats = Json::parse(outcome.out);
  EXPECT_EQ(stats["forms"][0]["form"], "gbt-27922-2011");
  EXPECT_EQ(stats["forms"][0]["reports"], 3);
  EXPECT_EQ(stats["years"][0]["year"], "2024");
  EXPECT_EQ(stats["findings"][0]["reports"], 3);
  EXPECT_THAT(call({"stats"}).out, HasSubstr("gbt-27922-2011"));
}

TEST_F(StoreCommands, StatsSayWhatWasNotReadAmongTheStates) {
  folder_.write("in/bad.pdf", "%PDF-1.4 and no more");
  EXPECT_EQ(run_program(folder_, {"run", "in", "--store", "a.db"}).exit_code, 2);
  const Json stats = Json::parse(call({"stats", "--json"}).out);
  EXPECT_EQ(stats["states"].back(), (Json{{"state", "rejected (damaged)"}, {"documents", 1}}));
  EXPECT_EQ(stats["forms"].size(), 1u);
  EXPECT_EQ(stats["years"].size(), 1u);
  const Outcome filtered = call({"export", "--to", "jsonl", "-o", "x", "--scheme", "unknown"});
  EXPECT_EQ(filtered.exit_code, 1) << "no report has that form";
}

TEST_F(StoreCommands, AnArchiveMustBeThere) {
  EXPECT_EQ(run_program(folder_, {"stats", "--store", "none.db"}).exit_code, 5);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "none.db"));
  EXPECT_EQ(run_program(folder_, {"stats"}).exit_code, 1);
  EXPECT_EQ(run_program(folder_, {"worker", "--store", "none.db"}).exit_code, 5);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "none.db"));
  EXPECT_EQ(run_program(folder_, {"stats", "--store", ""}).exit_code, 9);
  EXPECT_EQ(run_program(folder_, {"stats", "--store", "in"}).exit_code, 9) << "a folder";
  EXPECT_EQ(run_program(folder_, {"stats", "--store", "http://host/x"}).exit_code, 9);
}

}  // namespace
}  // namespace attest
