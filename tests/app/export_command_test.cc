// attest export, as a person would call it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/app/program.h"

namespace attest {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
namespace fs = std::filesystem;

constexpr int kMissingLibrary = 3;

class ExportCommand : public testing::Test {
 protected:
  ExportCommand() {
    for (int i = 1; i <= 3; ++i) folder_.write("in/r" + std::to_string(i) + ".txt", small_report(i));
    EXPECT_EQ(run_program(folder_, {"run", "in", "--store", "a.db"}).exit_code, 0);
  }
  Outcome call(const std::string& format, const std::string& output,
               std::vector<std::string> more = {}) const {
    std::vector<std::string> arguments = {"export", "--store", "a.db", "--to", format, "-o", output};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_program(folder_, arguments);
  }
  // The file names of the records that are left.
  std::string left(const std::vector<std::string>& filters) const {
    const Outcome outcome = call("jsonl", "left.jsonl", filters);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    std::istringstream lines(read_file(folder_ / "left.jsonl"));
    std::string out;
    for (std::string line; std::getline(lines, line);) {
      out += nlohmann::json::parse(line)["source"]["file_name"].get<std::string>() + " ";
    }
    return out;
  }

  TemporaryFolder folder_;
};

TEST_F(ExportCommand, EveryFormatSaysWhatItWrote) {
  struct Expected {
    const char *format, *output, *file, *begins;
  };
  for (const Expected& expected : {Expected{"csv", "csv", "csv/scores.csv", "record,"},
                                   Expected{"jsonl", "new/a.jsonl", "new/a.jsonl", "{\"schema\":"},
                                   Expected{"parquet", "tables", "tables/reports.parquet", "PAR1"},
                                   Expected{"sqlite", "b.db", "b.db", "SQLite format 3"},
                                   Expected{"xlsx", "a.xlsx", "a.xlsx", "PK\x03\x04"}}) {
    const Outcome outcome = call(expected.format, expected.output);
    if (outcome.exit_code == kMissingLibrary && std::string(expected.format) == "parquet") continue;
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_EQ(outcome.out, "3 records -> " + std::string(expected.output) + "\n");
    EXPECT_THAT(read_file(folder_ / expected.file), StartsWith(expected.begins));
    EXPECT_EQ(call(expected.format, expected.output, {"--quiet"}).out, "");
  }
}

TEST_F(ExportCommand, FiltersChooseRecords) {
  const std::string all = "r1.txt r2.txt r3.txt ";
  EXPECT_EQ(left({}), all);
  EXPECT_EQ(left({"--since", "2024-11"}), all);
  EXPECT_EQ(left({"--since", "2024-11-21"}), "");
  EXPECT_EQ(left({"--until", "2024"}), all);
  EXPECT_EQ(left({"--until", "2024-10"}), "");
  EXPECT_EQ(left({"--scheme", "gbt-27922-2011"}), all);
  EXPECT_EQ(left({"--scheme", "cts-isc-jsgf-05"}), "");
  EXPECT_EQ(left({"--organization", "设备"}), all);
  EXPECT_EQ(left({"--organization", "别家"}), "");
  EXPECT_EQ(left({"--where", "project_number=20002-2024-SA"}), "r2.txt ");
  EXPECT_EQ(left({"--where", "project_number=20002-2024-SA", "--where", "project_number=20003-2024-SA"}),
            "r2.txt r3.txt ");
  EXPECT_EQ(left({"--where", "finding=field.missing"}), all);
  EXPECT_EQ(left({"--where", "finding=field.missing", "--where", "project_number=20003-2024-SA"}), "r3.txt ");
  EXPECT_EQ(left({"--where", "finding=score.total.sum"}), "");
}

TEST_F(ExportCommand, WhatNobodyCanMeanIsUsage) {
  EXPECT_EQ(call("jsonl", "a", {"--where", "colour=red"}).exit_code, 1);
  EXPECT_EQ(call("jsonl", "a", {"--where", "finding"}).exit_code, 1);
  for (const char* day : {"yesterday", "24", "2024-1-1", "2024-13", "2024-02-30", "2024/05/01", ""}) {
    EXPECT_EQ(call("jsonl", "a", {"--since", day}).exit_code, 1) << day;
  }
  EXPECT_EQ(call("docx", "a").exit_code, 1);
  EXPECT_EQ(run_program(folder_, {"export", "--to", "csv", "-o", "a"}).exit_code, 1) << "no archive";
  EXPECT_FALSE(fs::exists(folder_ / "a"));
}

TEST_F(ExportCommand, ValuesThatNoReportCanHaveAreUsageAndTheKnownOnesAreNamed) {
  struct Expected {
    std::vector<std::string> filter;
    const char* known;
  };
  for (const Expected& expected : {Expected{{"--scheme", "gbt-27922"}, "gbt-27922-2011"},
                                   Expected{{"--where", "scheme=gbt"}, "cts-isc-jsgf-05"},
                                   Expected{{"--where", "finding=score.total"}, "score.total.sum"},
                                   Expected{{"--where", "severity=grave"}, "warning"},
                                   Expected{{"--where", "verdict=wrong"}, "report_error"}}) {
    const Outcome outcome = call("jsonl", "a", expected.filter);
    EXPECT_EQ(outcome.exit_code, 1) << expected.filter.back();
    EXPECT_THAT(outcome.err, HasSubstr(expected.known));
  }
  EXPECT_FALSE(fs::exists(folder_ / "a"));
}

TEST_F(ExportCommand, PlacesThatCannotBeAreFileAccess) {
  fs::create_directory(folder_ / "folder");
  EXPECT_EQ(call("xlsx", "folder").exit_code, 5) << "one file";
  EXPECT_EQ(call("csv", "in/r1.txt").exit_code, 5) << "a folder";
  EXPECT_EQ(run_program(folder_, {"export", "--store", "no.db", "--to", "csv", "-o", "x"}).exit_code, 5);
  EXPECT_FALSE(fs::exists(folder_ / "x"));
  ASSERT_EQ(mkfifo((folder_ / "pipe").c_str(), 0600), 0);
  EXPECT_EQ(call("jsonl", "pipe").exit_code, 5) << "a file would take its place";
  EXPECT_TRUE(fs::is_fifo(folder_ / "pipe"));
}

TEST_F(ExportCommand, TheArchiveIsNeverWrittenOver) {
  fs::create_symlink("a.db", folder_ / "link.db");
  for (const char* output : {"a.db", "./in/../a.db", "link.db", "a.db.lock"}) {
    const Outcome outcome = call("sqlite", output);
    EXPECT_EQ(outcome.exit_code, 5) << output;
    EXPECT_THAT(outcome.err, HasSubstr("is the archive itself"));
  }
  EXPECT_EQ(left({}), "r1.txt r2.txt r3.txt ");
}

TEST_F(ExportCommand, RedactedExportsNameNobody) {
  EXPECT_THAT(read_file(folder_ / "in/r1.txt"), HasSubstr("010-0000 0000"));
  ASSERT_EQ(call("csv", "open").exit_code, 0);
  ASSERT_EQ(call("csv", "closed", {"--redact"}).exit_code, 0);
  EXPECT_THAT(read_file(folder_ / "open/pages.csv"), HasSubstr("010-0000 0000"));
  EXPECT_THAT(read_file(folder_ / "closed/pages.csv"),
              AllOf(Not(HasSubstr("010-0000 0000")), HasSubstr("[phone-1]")));
}

TEST_F(ExportCommand, TheSameArchiveGivesTheSameBytes) {
  for (const char* format : {"jsonl", "sqlite", "xlsx"}) {
    ASSERT_EQ(call(format, "one").exit_code, 0);
    ASSERT_EQ(call(format, "two").exit_code, 0);
    EXPECT_EQ(read_file(folder_ / "one"), read_file(folder_ / "two")) << format;
  }
}

TEST_F(ExportCommand, WithoutDuckDbParquetSaysHowToGetIt) {
  setenv("ATTEST_DUCKDB", "/nowhere/libduckdb.so", 1);
  const Outcome outcome = call("parquet", "tables");
  unsetenv("ATTEST_DUCKDB");
  EXPECT_EQ(outcome.exit_code, kMissingLibrary);
  EXPECT_THAT(outcome.err, HasSubstr("/nowhere/libduckdb.so"));
}

}  // namespace
}  // namespace attest
