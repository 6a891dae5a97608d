#include "export/bulk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "export/condition.h"
#include "export/duckdb.h"
#include "export/json.h"
#include "export/parquet_file.h"
#include "export/xlsx_file.h"
#include "export/xml_package.h"
#include "tests/export/bulk_sample.h"

namespace attest {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(JsonLines, AreTheRecords) {
  const ScratchFolder folder;
  write_records(open_json_lines(folder / "a.jsonl"), 2);
  EXPECT_EQ(bytes_of(folder / "a.jsonl"),
            to_json_text(bulk_record(1), false) + "\n" + to_json_text(bulk_record(2), false) + "\n");
}

TEST(CsvFiles, HaveNoFormulas) {
  const ScratchFolder folder;
  write_records(open_csv_files(folder / "", /*byte_order_mark=*/true), 2);
  const std::string reports = bytes_of(folder / "reports.csv"), scores = bytes_of(folder / "scores.csv");
  EXPECT_THAT(reports, testing::StartsWith("\xef\xbb\xbfrecord,file_name,"));
  EXPECT_THAT(reports, HasSubstr(",'=cmd()甲乙公司,"));
  EXPECT_THAT(scores, HasSubstr("'@技术支持"));
  EXPECT_THAT(bytes_of(folder / "pages.csv"), HasSubstr("陪同人员"));
}

// Nothing is left of an export that was not committed.
TEST(BulkWriters, LeaveNothingBehindWithoutCommit) {
  const ScratchFolder folder;
  {
    OpenedWriter csv = open_csv_files(folder / "", false), lines = open_json_lines(folder / "a.jsonl");
    OpenedWriter book = open_xlsx_file(folder / "a.xlsx", {});
    ASSERT_TRUE(csv && lines && book);
    for (OpenedWriter* writer : {&csv, &lines, &book}) ASSERT_FALSE((**writer)->add(1, bulk_record(1)));
    if (duckdb_version()) {
      OpenedWriter parquet = open_parquet_files(folder / "");
      ASSERT_TRUE(parquet);
      ASSERT_FALSE((*parquet)->add(1, bulk_record(1)));
    }
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder / ""));
}

// -- workbooks

std::string part(const std::string& book, const std::string& name) {
  return output_of("unzip -p '" + book + "' " + name);
}

class Workbooks : public testing::Test {
 protected:
  void SetUp() override {
    if (!is_installed("unzip")) GTEST_SKIP() << "unzip is not installed";
  }
  ScratchFolder folder_;
};

TEST_F(Workbooks, AreTheSameBytesTwice) {
  write_records(open_xlsx_file(folder_ / "a.xlsx", {}), 3);
  write_records(open_xlsx_file(folder_ / "b.xlsx", {}), 3);
  EXPECT_EQ(bytes_of(folder_ / "a.xlsx"), bytes_of(folder_ / "b.xlsx"));
}

// Cut off anywhere, a workbook is not taken for whole.
// A killed export leaves its temporary files; the next one to the same place takes them away.
TEST_F(Workbooks, SweepWhatAKilledExportLeft) {
  std::filesystem::create_directory(folder_ / "a.xlsx.part.tmp");
  std::ofstream(folder_ / "a.xlsx.part.tmp/tmp.QbMf95BjQr") << "rows";
  write_records(open_xlsx_file(folder_ / "a.xlsx", {}), 1);
  const std::filesystem::directory_iterator files(folder_ / "");
  EXPECT_EQ(std::distance(begin(files), end(files)), 1) << "the workbook alone";
}

TEST_F(Workbooks, AreLookedAtForWhatIsMissing) {
  const std::string path = folder_ / "a.xlsx";
  write_records(open_xlsx_file(path, {}), 2);
  const auto parts = read_xml_package(path);
  ASSERT_TRUE(parts) << parts.error().message;
  const auto sheet = std::find_if(parts->begin(), parts->end(), [](const XmlPart& candidate) {
    return candidate.name == "xl/worksheets/sheet1.xml";
  });
  ASSERT_NE(sheet, parts->end());
  EXPECT_EQ(sheet->size, part(path, sheet->name).size());
  for (const XmlPart& one : *parts) EXPECT_TRUE(one.closed) << one.name;
  const std::string bytes = bytes_of(path);
  const std::size_t directory = bytes.find("PK\x01\x02");
  for (std::size_t size = 0; size < directory; size += 97) {
    std::ofstream(folder_ / "b.xlsx", std::ios::binary) << bytes.substr(0, size);
    const auto cut = read_xml_package(folder_ / "b.xlsx");
    ASSERT_FALSE(cut) << size;
    EXPECT_EQ(cut.error().code, ErrorCode::damaged);
  }
  EXPECT_EQ(read_xml_package(folder_ / "none.xlsx").error().code, ErrorCode::unreadable);
}

TEST_F(Workbooks, HaveTypedCellsAndNoFormulas) {
  const std::string book = folder_ / "a.xlsx";
  write_records(open_xlsx_file(book, {.language = LabelLanguage::zh}), 2);
  const std::string sheets = part(book, "xl/workbook.xml"), reports = part(book, "xl/worksheets/sheet1.xml"),
                    scores = part(book, "xl/worksheets/sheet2.xml"), styles = part(book, "xl/styles.xml");
  EXPECT_THAT(sheets, HasSubstr("name=\"评分\""));
  EXPECT_THAT(reports, HasSubstr("组织名称"));
  EXPECT_THAT(reports, HasSubstr("<t>=cmd()甲乙公司</t>"));
  EXPECT_THAT(reports, HasSubstr("<t>0012-2024-SA</t>")) << "a code is text";
  EXPECT_THAT(reports, HasSubstr("<v>45351</v>")) << "2024-02-29 is a day";
  EXPECT_THAT(reports, HasSubstr("<t>2023-02-29</t>")) << "there is no such day";
  EXPECT_THAT(reports, HasSubstr("\uFFFD&lt;script&gt;&amp;")) << "control characters and markup";
  EXPECT_THAT(reports, HasSubstr("_x005F_x0041_")) << "no escape of the format";
  EXPECT_THAT(scores, HasSubstr("<v>1.425</v>"));
  EXPECT_THAT(styles, HasSubstr("formatCode=\"0.000\""));
  for (const std::string& sheet : {reports, scores}) {
    EXPECT_THAT(sheet, Not(HasSubstr("<f>")));
    EXPECT_THAT(sheet, HasSubstr("state=\"frozen\""));
    EXPECT_THAT(sheet, HasSubstr("<autoFilter"));
  }
  EXPECT_THAT(styles, HasSubstr("FFF8CBAD")) << "red for a report's error";
  if (is_installed("xmllint"))
    output_of("unzip -p '" + book + "' xl/worksheets/sheet1.xml | xmllint --noout -");
}

// Every sheet as a spreadsheet program reads it, against the CSV files of the same records.
TEST_F(Workbooks, OpenInLibreOffice) {
  if (!is_installed("soffice")) GTEST_SKIP() << "LibreOffice is not installed";
  write_records(open_xlsx_file(folder_ / "a.xlsx", {.language = LabelLanguage::en}), 3);
  std::filesystem::create_directories(folder_ / "csv");
  write_records(open_csv_files(folder_ / "csv", /*byte_order_mark=*/false), 3);
  // Commas, quotes, UTF-8, cells as shown, all sheets.
  const std::string filter = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1";
  output_of("soffice --headless -env:UserInstallation=file://" + (folder_ / "profile") + " --convert-to '" +
            filter + "' --outdir '" + (folder_ / "read") + "' '" + (folder_ / "a.xlsx") + "' 2>&1");
  const auto lines = [](const std::string& text) { return std::count(text.begin(), text.end(), '\n'); };
  for (const auto& [sheet, table] : {std::pair{"Scores", "scores"}, std::pair{"Selections", "selections"},
                                     std::pair{"Team", "team"}, std::pair{"Findings", "findings"}}) {
    const std::string read = bytes_of(folder_ / ("read/a-" + std::string(sheet) + ".csv"));
    EXPECT_EQ(lines(read), lines(bytes_of(folder_ / ("csv/" + std::string(table) + ".csv")))) << sheet;
  }
  const std::string reports = bytes_of(folder_ / "read/a-Reports.csv");
  EXPECT_THAT(reports, HasSubstr(",=cmd()甲乙公司,")) << "a text, not what a formula gives";
  EXPECT_THAT(reports, HasSubstr(",0012-2024-SA,"));
  EXPECT_THAT(reports, HasSubstr("2024-02-29"));
}

TEST_F(Workbooks, GoOnInAnotherSheet) {
  const std::string book = folder_ / "a.xlsx";
  write_records(open_xlsx_file(book, {.sheet_rows = 3}), 5);
  const std::string sheets = part(book, "xl/workbook.xml");
  EXPECT_THAT(sheets, HasSubstr("name=\"Reports 3\""));
  EXPECT_THAT(sheets, Not(HasSubstr("name=\"Reports 4\""))) << "five reports, two to a sheet";
  EXPECT_THAT(part(book, "xl/worksheets/sheet1.xml"), HasSubstr("ref=\"A1:"));
}

TEST_F(Workbooks, LongTextsAreCutToWhatACellHolds) {
  OpenedWriter writer = open_xlsx_file(folder_ / "a.xlsx", {});
  ASSERT_TRUE(writer);
  auto record = bulk_record(1);
  std::string text;
  for (int i = 0; i < 40'000; ++i) text += "长";
  record["text"][0]["text"] = text;
  EXPECT_FALSE((*writer)->add(1, record));
  EXPECT_FALSE((*writer)->commit());
}

// -- Parquet

class ParquetFiles : public testing::Test {
 protected:
  void SetUp() override {
    if (const Result<std::string> version = duckdb_version(); !version)
      GTEST_SKIP() << version.error().message;
  }
  // A query's rows as CSV, read by DuckDB.
  std::string query(const std::string& sql) {
    Result<DuckDb> db = DuckDb::open("");
    EXPECT_TRUE(db);
    const auto failure = db->run("COPY (" + sql + ") TO '" + (folder_ / "out.csv") + "' (HEADER false)");
    EXPECT_FALSE(failure) << failure->message;
    return bytes_of(folder_ / "out.csv");
  }
  ScratchFolder folder_;
};

TEST_F(ParquetFiles, HaveTypedColumnsThatReadBack) {
  write_records(open_parquet_files(folder_ / ""), 3);
  const std::string scores = "'" + (folder_ / "scores.parquet") + "'",
                    reports = "'" + (folder_ / "reports.parquet") + "'";
  EXPECT_EQ(
      query("SELECT DISTINCT typeof(value), typeof(applicable), typeof(page), typeof(text), typeof(record), "
            "typeof(confidence) FROM " +
            scores),
      "\"DECIMAL(18,9)\",BOOLEAN,INTEGER,VARCHAR,BIGINT,\"DECIMAL(18,4)\"\n");
  EXPECT_EQ(
      query("SELECT record, value, applicable FROM " + scores + " WHERE code = 'B38' AND quantity = 'score'"),
      "1,1.425000000,true\n2,1.425000000,true\n3,1.425000000,true\n");
  EXPECT_EQ(query("SELECT record, report_date, typeof(report_date), organization_name FROM " + reports),
            "1,,DATE,丙丁有限公司\n2,2024-02-29,DATE,=cmd()甲乙公司\n3,,DATE,丙丁有限公司\n")
      << "a day that does not exist is null";
}

TEST_F(ParquetFiles, AreTheSameBytesTwice) {
  std::filesystem::create_directory(folder_ / "a");
  std::filesystem::create_directory(folder_ / "b");
  write_records(open_parquet_files(folder_ / "a"), 20);
  write_records(open_parquet_files(folder_ / "b"), 20);
  for (const RecordTable table : kRecordTables) {
    const std::string name = parquet_name_of(table), bytes = bytes_of(folder_ / ("a/" + name));
    EXPECT_GT(bytes.size(), 100u) << name;
    EXPECT_TRUE(bytes == bytes_of(folder_ / ("b/" + name))) << name;
  }
}

// -- conditions

bool holds(const std::vector<std::string>& where, int number = 1) {
  const Result<Conditions> conditions = parse_conditions(where);
  EXPECT_TRUE(conditions);
  return matches(*conditions, bulk_record(number));
}

TEST(Conditions, KeysMustAllHoldValuesAreAlternatives) {
  EXPECT_TRUE(holds({}));
  EXPECT_TRUE(holds({"status=needs_review"}));
  EXPECT_FALSE(holds({"status=ok"}));
  EXPECT_TRUE(holds({"status=ok", "status=needs_review"}));
  EXPECT_TRUE(holds({"finding=score.item.product", "verdict=report_error"}));
  EXPECT_FALSE(holds({"finding=score.item.product", "verdict=misread"})) << "of one finding";
  EXPECT_TRUE(holds({"auditor=周吴", "project_number=0012-2024-SA"}));
  EXPECT_FALSE(holds({"auditor=赵钱孙"}));
}

TEST(Conditions, DaysIncludeTheirMonthsAndYears) {
  const auto record = bulk_record(2);  // 2024-02-29
  const auto in = [&record](const std::string& since, const std::string& until) {
    Conditions conditions;
    conditions.since = since;
    conditions.until = until;
    return matches(conditions, record);
  };
  EXPECT_TRUE(in("2024", "2024"));
  EXPECT_TRUE(in("2024-02-29", "2024-02"));
  EXPECT_FALSE(in("2024-03", ""));
  EXPECT_FALSE(in("", "2024-02-28"));
  Conditions undated;
  undated.since = "2000";
  auto without = record;
  without["fields"]["report_date"] = nullptr;
  EXPECT_FALSE(matches(undated, without));
}

TEST(Conditions, UnknownKeysAreErrors) {
  for (const char* text : {"nothing=1", "status", "=x", ""}) {
    const Result<Conditions> conditions = parse_conditions({text});
    ASSERT_FALSE(conditions) << text;
    EXPECT_EQ(conditions.error().code, ErrorCode::bad_configuration);
  }
}

}  // namespace
}  // namespace attest
