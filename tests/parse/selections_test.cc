#include <gtest/gtest.h>

#include "tests/parse/dump.h"

namespace attest::testing {
namespace {

struct SelectionCase {
  const char* name;
  const char* text;
  const char* group;
  const char* wanted;
};

void PrintTo(const SelectionCase& c, std::ostream* out) { *out << c.name; }

class Selections : public ::testing::TestWithParam<SelectionCase> {};

TEST_P(Selections, AreReadBesideTheirAnchor) {
  const Record record = read_report(GetParam().text, "gbt-27922-2011");
  EXPECT_EQ(states(record, GetParam().group), GetParam().wanted);
}

const char* const kConclusion =
    "6. 评价结论:\n\n评价组得出评价结论如下:\n\n"
    "☒通过审查评价,评价组确定受评价方的服务体系符合相关标准的要求,具备实现预期结果的能力,本次现场评价结论为:"
    "\n\n"
    "☐推荐认证注册资格 ☒推荐再认证注册资格 ☐推荐保持认证注册资格\n☐推荐恢复认证注册资格 "
    "☐推荐变更认证范围。\n\n"
    "☐通过审查评价,评价组确定受评价方的 服务体系 不满足标准的要求:\n\n"
    "☐不推荐认证注册资格 ☐不推荐再认证注册资格 ☐不推荐保持认证注册资格\n☐不推荐恢复认证注册资格 "
    "☐不推荐变更认证范围。\n\n"
    "报告编制人: 陆一\n";

const SelectionCase kSelectionCases[] = {
    {"boxes before labels", "审查类型： ☐初次认证 ☐保持认证 ☒再认证\n\n地址： 海州\n\n1. 基本信息\n",
     "audit_type", "initial=unchecked surveillance=unchecked recertification=checked"},
    {"one glyph survived", "审查类型：■初次认证 保持认证 再认证\n\n1. 基本信息\n", "audit_type",
     "initial=checked surveillance=absent recertification=absent"},
    {"no glyph survived", "审查类型： 初次认证    保持认证    再认证\n\n1. 基本信息\n", "audit_type",
     "initial=absent surveillance=absent recertification=absent"},
    {"a bullet before the title is no selection",
     "■售后服务 依据 GB/T27922-2011\n\n审查类型： 初次认证 保持认证 再认证\n\n1. 基本信息\n", "audit_type",
     "initial=absent surveillance=absent recertification=absent"},
    {"boxes behind labels", "审查类型： 初次认证☐ 保持认证☑ 再认证☐\n\n1. 基本信息\n", "audit_type",
     "initial=unchecked surveillance=checked recertification=unchecked"},
    {"one label is inside another",
     "1. 基本信息\n\n1.10 审查方式：\n\n☐ 现场审核 ☐ 远程审核 ☒ 现场结合远程审核\n\n1.11 暗访\n",
     "audit_method", "on_site=unchecked remote=unchecked hybrid=checked"},
    {"a box a line",
     "1. 基本信息\n\n1.11 暗访评价方式（必要时）\n\n☐ 现场： 年 月 日\n\n☐ 非现场： 年 月 日\n\n☒ "
     "不需要\n\n1.12 审查\n",
     "mystery_visit", "on_site=unchecked off_site=unchecked not_needed=checked"},
    {"question and boxes in two cells",
     "1. 基本信息\n\n1.15\n\n现场评价前一年内发生的重大服务质量事故\t☒ 无 ☐ "
     "有，说明：\n现场评价前一年内发生的相关方投诉\t☐ 无 ☒ 有，说明：两起\n",
     "complaint", "none=unchecked present=checked"},
    {"boxes on the line below the question",
     "1. 基本信息\n\n现场评价前一年内发生的相关方投诉\n\n√无 □有，说明：\n\n1.16 审查风险\n", "complaint",
     "none=checked present=unchecked"},
    {"the anchor stands behind its boxes",
     "1. 基本信息\n\n2) ☐是 ☐否 与审核方达成了信息安全协议；\n\n3) ☐是 ☒否 "
     "远程审核遇到可能降低审核结论可靠性的障碍，\n\n4) ☒是 ☐否 远程审核使用 ICT 有效，达到了审核目的；\n",
     "remote_obstacle", "yes=unchecked no=checked"},
    {"the box of a paragraph", kConclusion, "conclusion", "conforms=checked fails=unchecked"},
    {"options of the first paragraph", kConclusion, "recommendation",
     "initial=unchecked recertification=checked surveillance=unchecked resume=unchecked "
     "scope_change=unchecked"},
    {"options of the second paragraph", kConclusion, "non_recommendation",
     "initial=unchecked recertification=unchecked surveillance=unchecked resume=unchecked "
     "scope_change=unchecked"},
    {"one box before two paragraphs",
     "6. "
     "评价结论:\n\n评价组得出评价结论如下:"
     "\n\n□通过审查评价，具备实现预期结果的能力，本次现场评价结论为：\n\n推荐认证注册资格 "
     "推荐再认证注册资格\n\n"
     "通过审查评价，评价组确定受评价方的 服务体系 不满足标准的要求：\n\n不推荐认证注册资格\n",
     "conclusion", "conforms=unchecked fails=absent"},
    {"labels that were not read go by order",
     "1. 基本信息\n\n现场评价前一年内发生的相关方投诉\n\n☐无 ☑用，记明：两起，均已处理完毕\n\n1.16 "
     "审查风险\n",
     "complaint", "none=unchecked present=checked"},
    {"a contact table is read like lines", "审查类型\t☐初次认证\t☑保持认证\t☐再认证\n\n1. 基本信息\n",
     "audit_type", "initial=unchecked surveillance=checked recertification=unchecked"},
    {"an anchor that was not read", "亓关下 ☐K认证 ☐保持认证 ■再认证\n\n1. 基本信息\n", "audit_type",
     "initial=unchecked surveillance=unchecked recertification=checked"},
    {"a group that is not on the form", "1. 基本信息\n\n1.2 项目编号：1\n", "site_type",
     "single_site=absent multi_site=absent"},
};

INSTANTIATE_TEST_SUITE_P(Table, Selections, ::testing::ValuesIn(kSelectionCases));

// A tick without a box may be read as a letter or a stroke.
TEST(MisreadTicks, CountWhereABoxWouldStandAmongOthers) {
  const auto states_of = [](const char* text, const char* group) {
    return states(read_recognised(text, "gbt-27922-2011"), group);
  };
  EXPECT_EQ(states_of("审查类型:v初次认证 ☐保持认证 ☐再认证\n\n1. 基本信息\n", "audit_type"),
            "initial=checked surveillance=unchecked recertification=unchecked");
  EXPECT_EQ(states_of("1. 基本信息\n\n现场评价前一年内发生的相关方投诉 /无 ☐有，说明：\n", "complaint"),
            "none=checked present=unchecked");
  EXPECT_EQ(states_of("审查类型:、初次认证 ☐保持认证 ☐再认证\n\n1. 基本信息\n", "audit_type"),
            "initial=checked surveillance=unchecked recertification=unchecked");
  EXPECT_EQ(states_of("审查类型:v初次认证 保持认证 再认证\n\n1. 基本信息\n", "audit_type"),
            "initial=absent surveillance=absent recertification=absent")
      << "no other option has a box";
  EXPECT_EQ(states(read_report("审查类型:v初次认证 ☐保持认证 ☐再认证\n\n1. 基本信息\n", "gbt-27922-2011"),
                   "audit_type"),
            "initial=absent surveillance=unchecked recertification=unchecked")
      << "a text layer is not misread";
}

}  // namespace
}  // namespace attest::testing
