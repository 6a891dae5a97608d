#include "export/redact.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "export/json.h"
#include "export/personal_text.h"
#include "export/xlsx_file.h"
#include "tests/export/bulk_sample.h"
#include "tests/export/report_schema.h"
#include "text/fold.h"

namespace attest {
namespace {

using testing::HasSubstr;
using testing::Not;

// Everything personal in bulk_record, as it would be found whatever its spaces and widths.
const std::vector<std::string>& secrets() {
  static const std::vector<std::string> out = {"赵钱孙",       "周吴",        "王小二",     "冯陈",
                                               "郑女士",       "李经理",      "1000001111", "00001111",
                                               "13811112222",  "13900001234", "400-000",    "zhao.qiansun",
                                               "Zhao.QianSun", "7654321",     "@example"};
  return out;
}

std::string redacted_text(int number, Redactor& redactor) {
  auto record = bulk_record(number);
  redactor.redact(record);
  return to_json_text(record, /*pretty=*/false);
}

TEST(Redactor, NothingPersonalIsLeftAnywhere) {
  Redactor redactor;
  const std::string text = redacted_text(1, redactor);
  const std::string squeezed = folded(text);
  for (const std::string& secret : secrets()) {
    EXPECT_THAT(text, Not(HasSubstr(secret)));
    EXPECT_THAT(squeezed, Not(HasSubstr(folded(secret))));
  }
  EXPECT_EQ(schema_violations(text), "");
  EXPECT_THAT(text, HasSubstr("0012-2024-SA")) << "a project's number is no person's";
  EXPECT_THAT(text, HasSubstr("丙丁有限公司"));
}

TEST(Redactor, TheSameValueHasTheSameReplacementInTheWholeExport) {
  Redactor redactor;
  auto first = bulk_record(1), second = bulk_record(2);
  redactor.redact(first);
  redactor.redact(second);
  EXPECT_EQ(first["fields"]["contact_name"]["value"], "[person-1]");
  EXPECT_EQ(first["fields"]["contact_name"]["text"], "[person-1]");
  EXPECT_EQ(first["fields"], [&] {
    auto fields = second["fields"];
    fields["organization_name"] = first["fields"]["organization_name"];
    fields["report_date"] = first["fields"]["report_date"];
    return fields;
  }());
  EXPECT_EQ(first["audit_team"][0]["name"]["value"], first["fields"]["report_author"]["value"])
      << "one person";
  EXPECT_THAT(first["text"][0]["text"].get<std::string>(), HasSubstr("联系人：[person-1]"));
  EXPECT_THAT(first["findings"][0]["message"]["zh"].get<std::string>(), HasSubstr("的得分不符"));
  EXPECT_EQ(first["findings"][1]["operands"][0]["value"],
            first["audit_team"][0]["registration_number"]["value"]);
}

TEST(Redactor, TheSameRecordsGiveTheSameText) {
  Redactor a, b;
  EXPECT_EQ(redacted_text(1, a) + redacted_text(2, a), redacted_text(1, b) + redacted_text(2, b));
}

TEST(Redactor, WhatIsNotThereStaysNotThere) {
  auto record = bulk_record(1);
  for (const char* name : {"contact_name", "contact_phone"}) record["fields"][name] = nullptr;
  record["fields"]["report_author"]["value"] = nullptr;
  record["fields"]["report_author"]["text"] = "/";
  Redactor redactor;
  redactor.redact(record);
  EXPECT_TRUE(record["fields"]["contact_name"].is_null());
  EXPECT_EQ(record["fields"]["report_author"]["text"], "/");
  for (const char* text :
       {"null", "[]", "{}", R"({"fields": 5, "audit_team": [1, null]})", R"({"findings": [3]})"}) {
    auto strange = nlohmann::ordered_json::parse(text);
    redactor.redact(strange);
    EXPECT_EQ(strange, nlohmann::ordered_json::parse(text));
  }
}

TEST(Redactor, EveryFormatIsWrittenFromTheRedactedRecord) {
  const ScratchFolder folder;
  OpenedWriter csv = open_csv_files(folder / "", false), lines = open_json_lines(folder / "a.jsonl");
  ASSERT_TRUE(csv && lines);
  Redactor redactor;
  for (int i = 1; i <= 2; ++i) {
    auto record = bulk_record(i);
    redactor.redact(record);
    ASSERT_FALSE((*csv)->add(i, record) || (*lines)->add(i, record));
  }
  ASSERT_FALSE((*csv)->commit() || (*lines)->commit());
  std::string all = bytes_of(folder / "a.jsonl");
  for (const RecordTable table : kRecordTables)
    all += bytes_of(folder / (std::string(name_of(table)) + ".csv"));
  for (const std::string& secret : secrets()) EXPECT_THAT(folded(all), Not(HasSubstr(folded(secret))));
}

std::vector<std::string> found(const std::string& text) {
  const std::u32string characters = to_u32(text);
  std::vector<std::string> out;
  for (const PersonalSpan& span : find_personal(characters)) {
    out.push_back(to_utf8(
        std::u32string_view(characters)
            .substr(static_cast<std::size_t>(span.begin), static_cast<std::size_t>(span.end - span.begin))));
  }
  return out;
}

TEST(PersonalText, IsKnownByItsLooks) {
  using testing::Contains;
  EXPECT_THAT(found("电话 010-0000 1111转8012，"), Contains("010-0000 1111转8012"));
  EXPECT_THAT(found("手机：+86 138 1111 2222"), Contains("+86 138 1111 2222"));
  EXPECT_THAT(found("（0755）0000 1111"), Contains("（0755）0000 1111"));
  EXPECT_THAT(found("信箱a.b_c@mail.example.cn。"), Contains("a.b_c@mail.example.cn"));
  EXPECT_THAT(found("组员：张三、李四 王五"), testing::ElementsAre("张三", "李四"));
  EXPECT_THAT(found("由王女士和刘小明先生陪同"), testing::ElementsAre("王", "刘小明"));
  EXPECT_THAT(found("联系人王小明经理与李明主任、赵大海工程师"),
              testing::ElementsAre("王小明", "李明", "赵大海"));
  EXPECT_THAT(found("售后经理，金融部经理，程序主管，石油销售经理，由江南店店长"), testing::ElementsAre());
}

TEST(PersonalText, OtherNumbersAndWordsAreNot) {
  for (const char* text :
       {"2024-11-19 至 2024-11-20", "11324-2024-SA", "GB/T 27922-2011", "91110000000000001X",
        "总经理负责制，高级经理三名", "联系人及电话见附件", "共 1200000 元", "得分 95.47"}) {
    EXPECT_THAT(found(text), testing::IsEmpty()) << text;
  }
}

}  // namespace
}  // namespace attest
