// What a person reads of a finding, in both languages.
#include "app/finding_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace attest {
namespace {

using Json = nlohmann::ordered_json;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr Printer kChinese{Language::zh, false}, kEnglish{Language::en, false};

Json several_checked() {
  return Json::parse(
      R"({"rule": "selection.several", "subject": "recommendation", "severity": "error", "verdict": "undetermined",
    "expected": "one checked", "actual": "scope_change,surveillance", "formula": "checked boxes ≤ 1",
    "operands": [{"path": "selections.recommendation.surveillance", "value": "checked", "page": 5},
                 {"path": "selections.recommendation.resume", "value": "unchecked", "page": 5, "line": 7}],
    "hypotheses": [{"verdict": "report_error", "change": [], "cost": 4.6}],
    "root_cause": null, "message": {"zh": "“推荐结论”只能选一项", "en": "only one box"}})");
}

TEST(FindingText, InChineseNamesAreChinese) {
  EXPECT_EQ(finding_text(several_checked(), kChinese),
            "  错误  selection.several  recommendation  [无法判定]\n"
            "    “推荐结论”只能选一项\n"
            "    应为 只勾选一项，印为 变更认证范围、保持认证\n"
            "      推荐结论 保持认证 = 已勾选  (第 5 页)\n"
            "      推荐结论 恢复认证 = 未勾选  (第 5 页第 7 行)\n"
            "      可能：报告有误（代价 4.6 奈特）\n");
}

TEST(FindingText, InEnglishNamesAreTheRecords) {
  EXPECT_EQ(finding_text(several_checked(), kEnglish),
            "  error  selection.several  recommendation  [the report is wrong or it was misread]\n"
            "    only one box\n"
            "    expected one checked, printed scope_change,surveillance\n"
            "      selections.recommendation.surveillance = checked  (p. 5)\n"
            "      selections.recommendation.resume = unchecked  (p. 5, line 7)\n"
            "      possible: the report is wrong (4.6 nats)\n");
}

// A rule's own words as formula say what the message says; numbers put into it say more.
TEST(FindingText, AFormulaIsShownWhereItHasNumbers) {
  Json finding = several_checked();
  EXPECT_THAT(finding_text(finding, kEnglish), Not(HasSubstr("≤ 1")));
  finding["rule"] = "score.item.product";
  finding["formula"] = "2 × 98 %";
  EXPECT_THAT(finding_text(finding, kEnglish), HasSubstr("(2 × 98 %)"));
}

TEST(FindingText, AValueOfTheReportIsNeverTranslated) {
  Json finding = several_checked();
  finding["expected"] = "Total 有限公司 total";
  finding["actual"] = "\x1b[31mtotal";
  EXPECT_THAT(finding_text(finding, kChinese), HasSubstr("应为 Total 有限公司 total，印为 \\x1b[31mtotal\n"));
}

TEST(FindingText, AFindingAboutTheReadingHasNoVerdict) {
  const Json finding = Json::parse(
      R"({"rule": "reading.page", "subject": "page.2", "severity": "warning", "verdict": "undetermined",
    "operands": [{"path": "pages.2", "value": "", "page": 2}], "message": {"zh": "第 2 页未能读取", "en": "page 2"}})");
  EXPECT_EQ(finding_text(finding, kChinese),
            "  警告  reading.page  page.2  [关于读取]\n    第 2 页未能读取\n      页 2  (第 2 页)\n");
}

TEST(FindingText, WhatIsMissingIsLeftOut) {
  EXPECT_EQ(finding_text(Json::object(), kEnglish), "        [the report is wrong or it was misread]\n");
}

}  // namespace
}  // namespace attest
