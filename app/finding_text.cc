#include "app/finding_text.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "check/check.h"
#include "record/labels.h"

namespace attest {
namespace {

using Json = nlohmann::ordered_json;

// A sum has dozens of operands; those of a product or a date fit. --json has them all.
constexpr std::size_t kShownOperands = 6;
constexpr int kFormulaColumns = 80;

std::string text(const Json& node, const char* key) {
  const auto it = node.find(key);
  if (it == node.end() || it->is_null()) return "";
  return it->is_string() ? it->get<std::string>() : it->dump();
}

Color color_of(const std::string& severity) {
  return severity == "error" ? Color::red : severity == "warning" ? Color::yellow : Color::grey;
}

constexpr std::string_view kReadingRules = "reading.";  // speak of the reading and accuse nobody

std::string verdict_text(const std::string& verdict, const Printer& printer) {
  if (verdict == "report_error") return printer.choose("报告有误", "the report is wrong");
  if (verdict == "misread") return printer.choose("识别有误", "it was misread");
  return printer.choose("无法判定", "the report is wrong or it was misread");
}

// The record's names are English; a report's own text never is one of them alone.
std::string names_text(const std::string& names, const Printer& printer) {
  return escaped(printer.zh() ? in_chinese(names) : names);
}

// A value as a rule saw it: names where it consists of nothing else, else the report's text.
std::string value_text(const std::string& value, const Printer& printer) {
  const bool names = std::all_of(value.begin(), value.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || c == '_' || c == ',' || c == ':' || c == ' ';
  });
  return names ? names_text(value, printer) : escaped(value);
}

// "p. 4, line 17": where an operand stands.
std::string place_text(const Json& operand, const Printer& printer) {
  std::string out;
  if (const std::string page = text(operand, "page"); !page.empty()) {
    out = printer.zh() ? "第 " + page + " 页" : "p. " + page;
  }
  if (const std::string line = text(operand, "line"); !line.empty()) {
    out += printer.zh() ? "第 " + line + " 行" : ", line " + line;
  }
  return out;
}

// The numbers put into the rule; nothing where the rule has none, as its words would only repeat the message.
std::string formula_text(const Json& finding) {
  const std::string formula = text(finding, "formula"), name = text(finding, "rule");
  const bool general = std::any_of(rules().begin(), rules().end(), [&](const RuleInfo& rule) {
    return rule.rule == name && rule.en.formula == formula;
  });
  return formula.empty() || general ? "" : "  (" + shortened(escaped(formula), kFormulaColumns) + ")";
}

std::string comparison_text(const Json& finding, const Printer& printer) {
  const std::string expected = text(finding, "expected"), actual = text(finding, "actual");
  if (expected.empty() && actual.empty()) return "";
  const auto shown = [&](const std::string& value) {
    return value.empty() ? "-" : value_text(value, printer);
  };
  return std::string("    ") + printer.choose("应为 ", "expected ") + shown(expected) +
         printer.choose("，印为 ", ", printed ") + shown(actual) + formula_text(finding) + "\n";
}

std::string operands_text(const Json& finding, const Printer& printer) {
  const Json operands = finding.value("operands", Json::array());
  std::string out;
  for (std::size_t i = 0; i < operands.size() && i < kShownOperands; ++i) {
    const Json& operand = operands[i];
    const std::string value = text(operand, "value"), place = place_text(operand, printer);
    const std::string line = "      " + names_text(text(operand, "path"), printer) +
                             (value.empty() ? "" : " = " + value_text(value, printer)) +
                             (place.empty() ? "" : "  (" + place + ")");
    out += colored(line, Color::grey, printer.color) + "\n";
  }
  if (operands.size() <= kShownOperands) return out;
  const std::string more = std::to_string(operands.size() - kShownOperands);
  const std::string line = printer.zh() ? "      另有 " + more + " 项" : "      and " + more + " more";
  return out + colored(line, Color::grey, printer.color) + "\n";
}

std::string hypotheses_text(const Json& finding, const Printer& printer) {
  std::string out;
  for (const Json& hypothesis : finding.value("hypotheses", Json::array())) {
    out += std::string("      ") + printer.choose("可能：", "possible: ") +
           verdict_text(text(hypothesis, "verdict"), printer);
    for (const Json& change : hypothesis.value("change", Json::array())) {
      out += printer.choose("；", "; ") + names_text(text(change, "path"), printer) + " " +
             value_text(text(change, "from"), printer) + " → " + value_text(text(change, "to"), printer);
    }
    out +=
        printer.choose("（代价 ", " (") + text(hypothesis, "cost") + printer.choose(" 奈特）\n", " nats)\n");
  }
  return out;
}

}  // namespace

std::string severity_text(const std::string& severity, const Printer& printer) {
  const char* in_zh = severity == "error" ? "错误" : severity == "warning" ? "警告" : "提示";
  return colored(printer.zh() ? in_zh : severity, color_of(severity), printer.color);
}

std::string finding_text(const Json& finding, const Printer& printer) {
  const std::string rule = text(finding, "rule");
  const std::string verdict = rule.starts_with(kReadingRules)
                                  ? printer.choose("关于读取", "about the reading")
                                  : verdict_text(text(finding, "verdict"), printer);
  std::string out = "  " + severity_text(text(finding, "severity"), printer) + "  " + escaped(rule) + "  " +
                    escaped(text(finding, "subject")) + "  [" + verdict + "]\n";
  const std::string message = text(finding.value("message", Json::object()), printer.zh() ? "zh" : "en");
  if (!message.empty()) out += "    " + escaped(message) + "\n";
  out +=
      comparison_text(finding, printer) + operands_text(finding, printer) + hypotheses_text(finding, printer);
  const std::string cause = text(finding, "root_cause");
  return cause.empty() ? out
                       : out + "    " + printer.choose("起因：", "explained by ") + escaped(cause) + "\n";
}

}  // namespace attest
