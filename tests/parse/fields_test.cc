#include <gtest/gtest.h>

#include "tests/parse/dump.h"

namespace attest::testing {
namespace {

constexpr const char* kGbt = "gbt-27922-2011";

struct FieldCase {
  const char* name;  // what is tricky
  const char* text;
  const char* field;
  const char* wanted;
};

void PrintTo(const FieldCase& c, std::ostream* out) { *out << c.name; }

class Fields : public ::testing::TestWithParam<FieldCase> {};

TEST_P(Fields, AreReadFromTheirPlace) {
  const Record record = read_report(GetParam().text, kGbt);
  EXPECT_EQ(value(record, GetParam().field), GetParam().wanted);
}

const FieldCase kFieldCases[] = {
    {"value behind its label",
     "1. 基本信息\n\n1.1 受审查方名称： 青禾节能设备有限公司\n\n1.2 项目编号：10001-2024-SA\n",
     "organization_name", "青禾节能设备有限公司"},
    {"value on the next line",
     "1. 基本信息\n\n1.3 工商注册地址:\n\n海州市云台路 18 号\n\n1.4 审查地址:\n\n海州市港口路 2 号\n",
     "registered_address", "海州市云台路 18 号"},
    {"several labels on a line",
     "1. 基本信息\n\n1.6 受审查组织联系方式\n\n联系人： 陆一 职务： 主任 电话： 13000000000 邮箱： "
     "a.b@example.com\n",
     "contact_title", "主任"},
    {"the last of several labels on a line",
     "1. 基本信息\n\n联系人： 陆一 职务： 主任 电话： 13000000000 邮箱： a.b@example.com\n\n1.7 审查目的：\n",
     "contact_email", "a.b@example.com"},
    {"labels without space between them", "1. 基本信息\n\n联系人:陆一职务:主任电话:13000000000邮箱:_____\n",
     "contact_name", "陆一"},
    {"an underscored blank is null",
     "1. 基本信息\n\n联系人： 陆一 职务： _____ 电话： 13000000000 邮箱： /\n", "contact_title", "-"},
    {"a slash is null", "1. 基本信息\n\n联系人： 陆一 职务： _____ 电话： 13000000000 邮箱： /\n",
     "contact_email", "-"},
    {"nothing between two labels is null", "1. 基本信息\n\n联系人： 陆一 职务： 电话： 13000000000 邮箱：\n",
     "contact_title", "-"},
    {"an address wraps over lines on the cover",
     "海州认证有限公司\n\n服务认证审查报告\n\n组织名称： 青禾节能设备有限公司\n\n地址： 海州市解放东路 1 "
     "号\n2 幢 301\n\n"
     "联系： 010-5555 0000\n\n邮编： 100000\n\n1. 基本信息\n",
     "body_address", "海州市解放东路 1 号2 幢 301"},
    {"the body stands above the title",
     "海州认证有限公司\n\n服务认证审查报告\n\n组织名称： 青禾节能设备有限公司\n\n1. 基本信息\n",
     "certification_body", "海州认证有限公司"},
    {"the code behind a bullet that is no check box",
     "海州认证有限公司\n\n服务认证审查报告\n\n■售后服务 依据 GB/T27922-2011\n\n1. 基本信息\n", "standard",
     "GB/T 27922-2011"},
    {"the scope loses its star level",
     "1. 基本信息\n\n1.9 审查范围：\n\nS: 水泵销售的售后服务（五星级）\n\n1.10 审查方式：\n", "scope",
     "S: 水泵销售的售后服务"},
    {"the star level of the scope",
     "1. 基本信息\n\n1.9 审查范围：\n\nS: 水泵销售的售后服务。（十星级）\n\n1.10 审查方式：\n",
     "scope_star_level", "10"},
    {"dates with halves",
     "1. 基本信息\n\n1.12 审查覆盖的时期和本次审查时间：\n\n本次审查时间： 2024 年 11 月 19 日 下午至 2024 "
     "年 11 月 20 日 下午 (共 1.5 天)\n",
     "audit_start_half", "pm"},
    {"a half that only the end has",
     "1. 基本信息\n\n本次审查时间： 2024 年 1 月 17 日至 2024 年 1 月 17 日 下午（共 1.0 天）\n",
     "audit_start_half", "-"},
    {"decimals lose trailing zeros",
     "1. 基本信息\n\n本次审查时间： 2024 年 1 月 17 日至 2024 年 1 月 17 日 下午（共 1.0 天）\n",
     "audit_days", "1"},
    {"days in a line of their own, within a bracket that opened before, are no numbered place",
     "1. 基本信息\n\n本次审查时间： 2024 年 1 月 17 日上午至 2024 年 1 月 18 日上午（共\n1.5天）\n",
     "audit_days", "1.5"},
    {"days that do not exist keep their form",
     "1. 基本信息\n\n本次审查时间： 2024 年 02 月 30 日上午至 2024 年 03 月 01 日下午\n", "audit_start_date",
     "2024-02-30"},
    {"a period that starts with the last audit has no start",
     "1. 基本信息\n\n现场审查覆盖的时期： 上次审查结束日至 2024 年 11 月 20 日(审查结束日)止\n",
     "period_start_date", "-"},
    {"a period with the last audit's day",
     "1. 基本信息\n\n现场审查覆盖的时期： 上次审查结束 2023 年 11 月 28 日至 2024 年 12 月 03 "
     "日(审查结束日)止\n",
     "period_start_date", "2023-11-28"},
    {"the period's end",
     "1. 基本信息\n\n现场审查覆盖的时期： 自体系实施日至 2024 年 12 月 03 日(审查结束日)止\n",
     "period_end_date", "2024-12-03"},
    {"no change stays 无",
     "1. 基本信息\n\n组织机构变更： 无\n\n管理层变更： 总经理变更。\n\n其它变更： 无\n\n1.15\n",
     "change_structure", "无"},
    {"a numbered line ends a value",
     "1. 基本信息\n\n管理层变更： 总经理变更。\n\n其它变更： 无\n\n1.15\n\n现场评价前一年内发生的相关方投诉 "
     "☑无 ☐有\n",
     "change_other", "无"},
    {"the remark behind a heading is no text",
     "1. "
     "基本信息\n\n评价抽样方法说明【包括：（1）抽样说明。（2）风险。】\n\n抽取了三份合同。\n\n记录完整。\n\n2"
     ". 服务认证审查结果:\n",
     "sampling_description", "抽取了三份合同。\n记录完整。"},
    {"a remark that lost its opening bracket, over several lines",
     "1. 基本信息\n\n评价抽样方法说明包括：（1）抽样说明\n\n及样本。（2）风险。】\n\n抽取了三份合同。\n\n2. "
     "服务认证审查结果:\n",
     "sampling_description", "抽取了三份合同。"},
    {"a sentence cut by a page break is one sentence",
     "4. 改进建议：\n\n公司在不断总结、\n\n\n\n\n改进的过程中确立了体系。\n\n6. 评价结论：\n",
     "improvement_suggestions", "公司在不断总结、改进的过程中确立了体系。"},
    {"a blank recommendation is null",
     "6. 评价结论：\n\n评价组推荐的认证范围和星级【适用于初次审核】\n\n---\n\n报告编制人： 陆一\n",
     "recommended_scope", "-"},
    {"a label cell and a value cell",
     "1. 基本信息\n\n受审查方名称\t青禾节能设备有限公司\n工商注册地址\t海州市云台路 18 号\n审查地址\t同上\n",
     "registered_address", "海州市云台路 18 号"},
    {"a line of digits belongs to the value above",
     "服务认证审查报告\n\n地址： 海州市解放东路 1 号\n\n810\n\n联系：010-5555 0000\n\n1. 基本信息\n",
     "body_address", "海州市解放东路 1 号810"},
    {"the signature's date", "6. 评价结论：\n\n报告编制人： 陆一\n\n编制日期：2025年12月 03 日\n",
     "report_date", "2025-12-03"},
};

INSTANTIATE_TEST_SUITE_P(Table, Fields, ::testing::ValuesIn(kFieldCases));

TEST(FieldOccurrences, EveryPlaceIsKeptAndTheMajorityWins) {
  const Record record = read_report(
      "海州认证有限公司\n\n服务认证审查报告\n\n■售后服务 依据 GB/T27922-2011\n\n组织名称： "
      "青禾节能设备有限公司\n\n"
      "1. 基本信息\n\n1.1 受审查方名称： 青禾节能有限公司\n\n1.8 审查准则：\n\n1) 服务认证（依据 "
      "GT/T27922-2011）\n\n1.9 审查范围：\n",
      kGbt);
  const OptionalField& name = record.fields.at("organization_name");
  ASSERT_TRUE(name);
  ASSERT_EQ(name->occurrences.size(), 2u);
  EXPECT_EQ(name->value, "青禾节能设备有限公司");
  EXPECT_EQ(name->occurrences[0].where, "cover");
  EXPECT_EQ(name->occurrences[1].where, "1.1");
  EXPECT_EQ(name->occurrences[1].value, "青禾节能有限公司");
  const OptionalField& standard = record.fields.at("standard");
  ASSERT_TRUE(standard);
  EXPECT_EQ(standard->value, "GB/T 27922-2011");
  ASSERT_EQ(standard->occurrences.size(), 2u);
  EXPECT_EQ(standard->occurrences[1].value, "GT/T27922-2011");
}

TEST(FieldEvidence, PointsAtTheLineOfTheTranscript) {
  const Record record = read_report("1. 基本信息\n\n1.2 项目编号： 10001-2024-SA\n", kGbt);
  const OptionalField& field = record.fields.at("project_number");
  ASSERT_TRUE(field);
  EXPECT_EQ(field->evidence.page, 1);
  EXPECT_EQ(field->evidence.line, 3);
  EXPECT_EQ(field->confidence, 1);
}

}  // namespace
}  // namespace attest::testing
