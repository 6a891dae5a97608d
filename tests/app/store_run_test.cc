// attest run --store, as a person would call it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "store/store.h"
#include "tests/app/program.h"

namespace attest {
namespace {

using testing::HasSubstr;

Outcome run(const TemporaryFolder& folder, std::vector<std::string> more = {}) {
  std::vector<std::string> arguments = {"run", "in", "--store", "a.db"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return run_program(folder, arguments);
}

TEST(StoreRun, DoesOnlyWhatIsNew) {
  const TemporaryFolder folder;
  folder.write("in/1.txt", small_report(1));
  folder.write("in/copy.txt", small_report(1));
  Outcome outcome = run(folder);
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("2 inputs:"));
  EXPECT_THAT(outcome.out, HasSubstr(" 1 read now"));
  folder.write("in/2.txt", small_report(2));
  EXPECT_THAT(run(folder).out, HasSubstr(" 1 read now"));
  EXPECT_THAT(run(folder).out, HasSubstr(" 0 read now"));
  EXPECT_THAT(run(folder, {"--mode", "redo"}).out, HasSubstr(" 2 read now"));
  EXPECT_THAT(run(folder, {"--text", "fields"}).out, HasSubstr(" 2 read now")) << "another engine";
}

TEST(StoreRun, EveryInputEndsInAState) {
  const TemporaryFolder folder;
  folder.write("in/good.txt", small_report());
  folder.write("in/empty.pdf", "");
  folder.write("in/garbage.pdf", std::string("\x00\x01\x02\xff\xfe garbage \x00", 16));
  const Outcome outcome = run_program(folder, {"run", "in", "nowhere.pdf", "--store", "a.db"});
  EXPECT_EQ(outcome.exit_code, 5) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("4 inputs:"));
  EXPECT_THAT(outcome.out, HasSubstr("3 rejected"));
  EXPECT_THAT(outcome.out, HasSubstr("nowhere.pdf  rejected (unreadable)"));
  EXPECT_THAT(run(folder, {"--mode", "failed"}).out, HasSubstr(" 2 read now"));
  folder.write("nowhere.pdf", small_report(2));
  EXPECT_EQ(run_program(folder, {"run", "nowhere.pdf", "--store", "a.db"}).exit_code, 0);
}

TEST(StoreRun, TheRecordIsTheOneOfAFolder) {
  const TemporaryFolder folder;
  folder.write("in/1.txt", small_report());
  ASSERT_EQ(run(folder).exit_code, 0);
  ASSERT_EQ(run_program(folder, {"run", "in", "-o", "out"}).exit_code, 0);
  const auto store = open_store((folder / "a.db").string(), StoreAccess::read);
  ASSERT_TRUE(store);
  EXPECT_EQ((*store)->record(1)->value() + "\n", read_file(folder / "out/records.jsonl"));
}

TEST(StoreRun, AFolderOrAnArchiveMustBeNamed) {
  const TemporaryFolder folder;
  folder.write("in/1.txt", small_report());
  EXPECT_EQ(run_program(folder, {"run", "in"}).exit_code, 1);
  EXPECT_EQ(run_program(folder, {"run", "in", "-o", "out", "--store", "a.db"}).exit_code, 1);
  folder.write("other.db", "no archive at all");
  EXPECT_EQ(run_program(folder, {"run", "in", "--store", "other.db"}).exit_code, 9);
  EXPECT_EQ(read_file(folder / "other.db"), "no archive at all");
}

}  // namespace
}  // namespace attest
