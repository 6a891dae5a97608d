#include "export/labels.h"

#include <algorithm>
#include <array>
#include <utility>

namespace attest {
namespace {

using Label = std::pair<std::string_view, std::string_view>;

constexpr std::array<std::string_view, kRecordTables.size()> kTables = {"报告",   "评分", "选项",
                                                                        "审查组", "发现", "页面文字"};

// The form's own words where it has them.
constexpr Label kColumns[] = {{"record", "记录号"},
                              {"file_name", "文件名"},
                              {"media_type", "文件类型"},
                              {"page_count", "页数"},
                              {"status", "状态"},
                              {"rejected", "拒绝原因"},
                              {"kind", "文件种类"},
                              {"scheme", "认证方案"},
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
                              {"special_deduction", "特别扣分"},
                              {"special_bonus", "特别加分"},
                              {"total", "总分"},
                              {"result_score", "评分结果"},
                              {"result_star_level", "结果星级"},
                              {"audit_type", "审查类型"},
                              {"site_type", "场所类型"},
                              {"audit_purpose", "审查目的"},
                              {"audit_method", "审查方式"},
                              {"mystery_visit", "暗访"},
                              {"quality_incident", "质量事故"},
                              {"complaint", "投诉"},
                              {"government_inspection", "政府抽查"},
                              {"law_enforcement_inspection", "执法检查"},
                              {"audit_risk", "审查风险"},
                              {"remote_security_agreement", "远程审查保密协议"},
                              {"remote_obstacle", "远程审查障碍"},
                              {"remote_ict_effective", "远程审查技术有效"},
                              {"remote_supplement", "远程审查补充"},
                              {"conclusion", "审查结论"},
                              {"recommendation", "推荐"},
                              {"non_recommendation", "不推荐"},
                              {"errors", "错误数"},
                              {"warnings", "警告数"},
                              {"level", "层级"},
                              {"section", "部分"},
                              {"indicator", "指标"},
                              {"clause", "条款"},
                              {"code", "代码"},
                              {"applicable", "适用"},
                              {"quantity", "量"},
                              {"value", "值"},
                              {"text", "原文"},
                              {"confidence", "置信度"},
                              {"page", "页"},
                              {"line", "行"},
                              {"box", "位置（点）"},
                              {"group", "选项组"},
                              {"option", "选项"},
                              {"label", "标签"},
                              {"state", "勾选状态"},
                              {"member", "序号"},
                              {"name", "姓名"},
                              {"role", "职责"},
                              {"registration_number", "注册号"},
                              {"specialty_code", "专业代码"},
                              {"phone", "电话"},
                              {"rule", "规则"},
                              {"subject", "对象"},
                              {"severity", "严重程度"},
                              {"verdict", "判断"},
                              {"expected", "应为"},
                              {"actual", "实为"},
                              {"formula", "算式"},
                              {"root_cause", "根源"},
                              {"message_zh", "说明"},
                              {"message_en", "说明（英文）"},
                              {"width", "宽（点）"},
                              {"height", "高（点）"},
                              {"rotation", "旋转（度）"},
                              {"origin", "来源"}};

// "organization_name" → "Organization name".
std::string in_words(std::string_view name) {
  std::string out(name);
  std::replace(out.begin(), out.end(), '_', ' ');
  if (!out.empty() && out.front() >= 'a' && out.front() <= 'z')
    out.front() = static_cast<char>(out.front() - 32);
  return out;
}

}  // namespace

std::string table_label(RecordTable table, LabelLanguage language) {
  if (language == LabelLanguage::zh) return std::string(kTables[static_cast<std::size_t>(table)]);
  return in_words(name_of(table));
}

std::string column_label(RecordTable table, std::string_view column, LabelLanguage language) {
  if (language == LabelLanguage::en) return column == "sha256" ? "SHA-256" : in_words(column);
  if (table == RecordTable::pages && column == "text") return "文字";
  const auto* const it = std::find_if(std::begin(kColumns), std::end(kColumns),
                                      [column](const Label& label) { return label.first == column; });
  return std::string(it == std::end(kColumns) ? column : it->second);
}

}  // namespace attest
