#include "record/labels.h"

#include <gtest/gtest.h>

#include "record/report.h"

namespace attest {
namespace {

TEST(Labels, EveryFieldHasAChineseName) {
  for (const std::string& name : field_names()) EXPECT_FALSE(chinese_label(name).empty()) << name;
  EXPECT_EQ(chinese_label("nothing_of_the_record"), "");
}

TEST(Labels, NamesInATextAreReplacedAndNothingElse) {
  const std::pair<const char*, const char*> kCases[] = {
      {"report_date", "编制日期"},
      {"one checked", "只勾选一项"},
      {"scope_change,surveillance", "变更认证范围、保持认证"},
      {"non_recommendation:recertification", "不推荐结论：再认证"},
      {"scores.items.B6.score", "B6 得分"},
      {"scores.indicators.组织架构.max", "组织架构 分值"},
      {"scores.sections.product_service.score", "商品服务 得分"},
      {"selections.conclusion.conforms", "评价结论 通过"},
      {"fields.organization_name.1.1", "组织名称 1.1"},
      {"fields.scope.cover", "审查范围 封面"},
      {"items", "items"},
      {"98.6", "98.6"},
      {"1,5", "1,5"},
      {"2024-05-19", "2024-05-19"},
      {"样例市远航教学仪器股份有限公司", "样例市远航教学仪器股份有限公司"},
      {"", ""},
  };
  for (const auto& [names, shown] : kCases) EXPECT_EQ(in_chinese(names), shown) << names;
}

}  // namespace
}  // namespace attest
