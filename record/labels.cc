#include "record/labels.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace attest {
namespace {

using Label = std::pair<std::string_view, std::string_view>;

// The form's own words where it has them.
constexpr Label kLabels[] = {
    // fields
    {"certification_body", "认证机构"},
    {"standard", "认证依据"},
    {"organization_name", "组织名称"},
    {"project_number", "项目编号"},
    {"body_address", "机构地址"},
    {"body_phone", "机构联系电话"},
    {"body_postcode", "机构邮编"},
    {"registered_address", "工商注册地址"},
    {"audit_address", "审查地址"},
    {"contact_name", "联系人"},
    {"contact_title", "联系人职务"},
    {"contact_phone", "联系电话"},
    {"contact_email", "电子邮箱"},
    {"scope", "审查范围"},
    {"scope_star_level", "范围中的星级"},
    {"audit_start_date", "审查开始日期"},
    {"audit_end_date", "审查结束日期"},
    {"audit_start_half", "开始半日"},
    {"audit_end_half", "结束半日"},
    {"audit_days", "审查天数"},
    {"period_start_date", "覆盖时期开始"},
    {"period_end_date", "覆盖时期结束"},
    {"change_name_or_address", "名称或地址变更"},
    {"change_structure", "组织结构变更"},
    {"change_management", "管理层变更"},
    {"change_other", "其他变更"},
    {"sampling_description", "评价抽样方法说明"},
    {"system_overview", "体系概况"},
    {"improvement_suggestions", "改进建议"},
    {"certificate_use", "证书及标志使用"},
    {"recommended_scope", "推荐范围"},
    {"recommended_star_level", "推荐星级"},
    {"report_author", "报告编制人"},
    {"report_date", "编制日期"},
    // scores
    {"service_system", "售后服务体系"},
    {"product_service", "商品服务"},
    {"customer_service", "顾客服务"},
    {"max", "分值"},
    {"percent", "得分%"},
    {"score", "得分"},
    {"special_deduction", "特别减分"},
    {"special_bonus", "特别加分"},
    {"total", "总分"},
    {"result_score", "评价实得分数"},
    {"result_star_level", "评分结果星级"},
    {"star_level", "星级"},
    // check boxes
    {"audit_type", "审查类型"},
    {"site_type", "场所类型"},
    {"audit_purpose", "审查目的"},
    {"audit_method", "审查方式"},
    {"mystery_visit", "暗访方式"},
    {"quality_incident", "重大服务质量事故"},
    {"complaint", "相关方投诉"},
    {"government_inspection", "政府监督抽查"},
    {"law_enforcement_inspection", "政府执法检查"},
    {"audit_risk", "审查风险"},
    {"remote_security_agreement", "信息安全协议"},
    {"remote_obstacle", "远程审核障碍"},
    {"remote_ict_effective", "远程审核使用ICT有效"},
    {"remote_supplement", "需要补充现场审核"},
    {"conclusion", "评价结论"},
    {"recommendation", "推荐结论"},
    {"non_recommendation", "不推荐结论"},
    {"initial", "初次认证"},
    {"surveillance", "保持认证"},
    {"recertification", "再认证"},
    {"resume", "恢复认证"},
    {"scope_change", "变更认证范围"},
    {"single_site", "单一场所"},
    {"multi_site", "多场所"},
    {"on_site", "现场"},
    {"off_site", "非现场"},
    {"remote", "远程"},
    {"hybrid", "现场结合远程"},
    {"not_needed", "不需要"},
    {"conforms", "通过"},
    {"fails", "不通过"},
    {"none", "无"},
    {"present", "有"},
    {"yes", "是"},
    {"no", "否"},
    {"checked", "已勾选"},
    {"unchecked", "未勾选"},
    {"unreadable", "看不清"},
    {"absent", "没有方框"},
    // the audit team
    {"audit_team", "审查组"},
    {"code", "代码"},
    {"name", "姓名"},
    {"role", "职责"},
    {"registration_number", "注册证书号"},
    {"specialty_code", "专业代码"},
    {"phone", "电话"},
    // what a rule expected or found
    {"one checked", "只勾选一项"},
    {"boxes to see", "看得清的方框"},
    {"a date that exists", "存在的日期"},
    {"missing", "缺失"},
    // places
    {"cover", "封面"},
    {"signature", "签署处"},
    {"page", "页"},
    {"pages", "页"},
    {"am", "上午"},
    {"pm", "下午"},
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_plain(char c) { return is_digit(c) || c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// What a path begins with and nobody misses.
bool is_container(std::string_view word) {
  constexpr std::string_view kContainers[] = {"fields", "scores",     "selections",
                                              "items",  "indicators", "sections"};
  return std::find(std::begin(kContainers), std::end(kContainers), word) != std::end(kContainers);
}

// How the character at `at`, which is in no word, is shown: a path's dot as a blank, but not that of a
// number.
std::string separator(std::string_view names, std::size_t at, bool after_name) {
  const char c = names[at];
  const bool in_number =
      at > 0 && at + 1 < names.size() && is_digit(names[at - 1]) && is_digit(names[at + 1]);
  if (c == '.' && !in_number) return " ";
  if (c == ',' && after_name) return "、";
  if (c == ':' && after_name) return "：";
  return std::string(1, c);
}

}  // namespace

std::string_view chinese_label(std::string_view name) {
  const auto* const it = std::find_if(std::begin(kLabels), std::end(kLabels),
                                      [name](const Label& label) { return label.first == name; });
  return it == std::end(kLabels) ? std::string_view() : it->second;
}

std::string in_chinese(std::string_view names) {
  if (const std::string_view whole = chinese_label(names); !whole.empty()) return std::string(whole);
  std::string out;
  bool after_name = false;
  for (std::size_t i = 0; i < names.size();) {
    const std::size_t begin = i;
    while (i < names.size() && is_plain(names[i])) ++i;
    if (i > begin) {
      const std::string_view word = names.substr(begin, i - begin), label = chinese_label(word);
      after_name = !label.empty();
      if (is_container(word) && i < names.size() && names[i] == '.') {
        ++i;
      } else {
        out += after_name ? label : word;
      }
      continue;
    }
    out += separator(names, i++, after_name);
  }
  return out;
}

}  // namespace attest
