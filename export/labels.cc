#include "export/labels.h"

#include <algorithm>
#include <array>
#include <utility>

#include "record/labels.h"

namespace attest {
namespace {

using Label = std::pair<std::string_view, std::string_view>;

constexpr std::array<std::string_view, kRecordTables.size()> kTables = {"报告",   "评分", "选项",
                                                                        "审查组", "发现", "页面文字"};

// Columns that are nothing of the form's; record/labels.h has the others.
constexpr Label kColumns[] = {
    {"record", "记录号"},     {"file_name", "文件名"},  {"media_type", "文件类型"},
    {"page_count", "页数"},   {"status", "状态"},       {"rejected", "拒绝原因"},
    {"kind", "文件种类"},     {"scheme", "认证方案"},   {"errors", "错误数"},
    {"warnings", "警告数"},   {"level", "层级"},        {"section", "部分"},
    {"indicator", "指标"},    {"clause", "条款"},       {"applicable", "适用"},
    {"quantity", "量"},       {"value", "值"},          {"text", "原文"},
    {"confidence", "置信度"}, {"line", "行"},           {"box", "位置（点）"},
    {"group", "选项组"},      {"option", "选项"},       {"label", "标签"},
    {"state", "勾选状态"},    {"member", "序号"},       {"rule", "规则"},
    {"subject", "对象"},      {"severity", "严重程度"}, {"verdict", "判断"},
    {"expected", "应为"},     {"actual", "实为"},       {"formula", "算式"},
    {"root_cause", "根源"},   {"message_zh", "说明"},   {"message_en", "说明（英文）"},
    {"width", "宽（点）"},    {"height", "高（点）"},   {"rotation", "旋转（度）"},
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
  if (it != std::end(kColumns)) return std::string(it->second);
  const std::string_view label = chinese_label(column);
  return std::string(label.empty() ? column : label);
}

}  // namespace attest
