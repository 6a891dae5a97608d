#include "export/csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "export/json.h"

namespace attest {
namespace {

using Json = nlohmann::ordered_json;

TEST(CsvValue, QuotesByRfc4180) {
  EXPECT_EQ(csv_value("plain"), "plain");
  EXPECT_EQ(csv_value(""), "");
  EXPECT_EQ(csv_value("a,b"), "\"a,b\"");
  EXPECT_EQ(csv_value("say \"hi\""), "\"say \"\"hi\"\"\"");
  EXPECT_EQ(csv_value("two\nlines"), "\"two\nlines\"");
}

TEST(CsvValue, FormulasAreDefusedAndNumbersAreNot) {
  EXPECT_EQ(csv_value("=1+1"), "'=1+1");
  EXPECT_EQ(csv_value("+8613800000000000000000"), "'+8613800000000000000000");
  EXPECT_EQ(csv_value("@SUM(A1)"), "'@SUM(A1)");
  EXPECT_EQ(csv_value("-cmd"), "'-cmd");
  EXPECT_EQ(csv_value("\tx"), "'\tx");
  EXPECT_EQ(csv_value("\rx"), "\"'\rx\"");
  EXPECT_EQ(csv_value("-3.5"), "-3.5");
  EXPECT_EQ(csv_value("+7"), "+7");
  EXPECT_EQ(csv_value("=HYPERLINK(\"http://x\",\"y\")"), "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"");
}

Record record_with_score() {
  Record record;
  record.source.file_name = "a,b.pdf";
  Field score;
  score.value = "1.98";
  score.text = "1.980";
  score.evidence = {3, {1.5, 2, 3, 4}, 0};
  ScoreItem item;
  item.code = "B38";
  item.clause = "5.2.2.1";
  item.indicator = "技术支持";
  item.section = "product_service";
  item.score = score;
  record.scores.items = {item};
  record.selections["audit_type"] = {{"initial", "surveillance"},
                                     {{"initial", "初次认证", MarkState::checked, 1, {1, {}, 12}}}};
  return record;
}

std::size_t fields_in_line(const std::string& line) {
  bool quoted = false;
  std::size_t count = 1;
  for (const char c : line) {
    if (c == '"') quoted = !quoted;
    count += c == ',' && !quoted;
  }
  return count;
}

TEST(CsvRows, OneRowAPrintedNumberWithItsPlace) {
  const auto rows = csv_rows("doc", to_json(record_with_score()));
  ASSERT_TRUE(rows);
  EXPECT_EQ((*rows)[static_cast<std::size_t>(CsvTable::scores)],
            "doc,item,product_service,技术支持,5.2.2.1,B38,true,score,1.98,1.980,1.0,3,,1.5 2.0 3.0 4.0\r\n");
  EXPECT_EQ((*rows)[static_cast<std::size_t>(CsvTable::selections)],
            "doc,audit_type,initial,初次认证,checked,1.0,1,12,\r\n");
  EXPECT_EQ((*rows)[static_cast<std::size_t>(CsvTable::team)], "");
}

TEST(CsvRows, RowsHaveAsManyValuesAsTheHeader) {
  Record record = record_with_score();
  record.audit_team.resize(1);
  Finding finding;
  finding.rule = "score.item.product";
  finding.subject = "items.B38";
  finding.message_en = "it says \"1,98\"";
  record.findings = {finding};
  const auto rows = csv_rows("doc", to_json(record));
  ASSERT_TRUE(rows);
  for (const CsvTable table : kCsvTables) {
    const std::string& row = (*rows)[static_cast<std::size_t>(table)];
    EXPECT_EQ(fields_in_line(row), fields_in_line(csv_header(table))) << file_name_of(table) << row;
    EXPECT_TRUE(row.ends_with("\r\n")) << file_name_of(table);
  }
}

TEST(CsvRows, SeveralCheckedBoxesStandInOneCell) {
  const auto rows = csv_rows("doc", to_json(record_with_score()));
  ASSERT_TRUE(rows);
  EXPECT_THAT(rows->front(), testing::HasSubstr(",initial;surveillance,"));
  EXPECT_THAT(rows->front(), testing::StartsWith("doc,\"a,b.pdf\","));
}

// Records are read back from files that anyone may have edited.
TEST(CsvRows, StrangeRecordsGiveEmptyCellsNotFailures) {
  for (const char* text : {"null", "[]", "{}", R"({"scores": 5})", R"({"scores": {"items": [1, null]}})",
                           R"({"selections": {"audit_type": {"selected": [[1]], "options": [3]}}})"}) {
    const auto rows = csv_rows("doc", Json::parse(text));
    ASSERT_TRUE(rows) << text;
    EXPECT_TRUE(rows->front().starts_with("doc,")) << text;
  }
}

}  // namespace
}  // namespace attest
