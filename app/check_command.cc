// attest check: what does not add up in a document, for a person or a gate.
#include <unistd.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/batch.h"
#include "app/summary.h"
#include "check/check.h"
#include "export/json.h"

namespace attest {
namespace {

using Json = nlohmann::ordered_json;

// A sum has dozens of operands; those of a product or a date fit. --json has them all.
constexpr std::size_t kShownOperands = 6;
constexpr int kFormulaColumns = 80;

struct Printer {
  Language language = Language::en;
  bool color = false;

  bool zh() const { return language == Language::zh; }
  const char* choose(const char* in_zh, const char* in_en) const { return zh() ? in_zh : in_en; }
};

std::string text(const Json& node, const char* key) {
  const auto it = node.find(key);
  if (it == node.end() || it->is_null()) return "";
  return it->is_string() ? it->get<std::string>() : it->dump();
}

Color color_of(const std::string& severity) {
  return severity == "error" ? Color::red : severity == "warning" ? Color::yellow : Color::grey;
}

std::string severity_text(const std::string& severity, const Printer& printer) {
  if (!printer.zh()) return severity;
  return severity == "error" ? "错误" : severity == "warning" ? "警告" : "提示";
}

std::string verdict_text(const std::string& verdict, const Printer& printer) {
  if (verdict == "report_error") return printer.choose("报告有误", "the report is wrong");
  if (verdict == "misread") return printer.choose("识别有误", "it was misread");
  return printer.choose("无法判定", "the report is wrong or it was misread");
}

// "p. 4, line 17": where an operand stands.
std::string place_text(const Json& operand, const Printer& printer) {
  std::string out;
  if (const std::string page = text(operand, "page"); !page.empty()) {
    out = printer.zh() ? "第 " + page + " 页" : "p. " + page;
  }
  if (const std::string line = text(operand, "line"); !line.empty()) {
    out += printer.zh() ? "第 " + line + " 行" : " line " + line;
  }
  return out;
}

void append_operands(const Json& finding, const Printer& printer, std::string& out) {
  const Json operands = finding.value("operands", Json::array());
  for (std::size_t i = 0; i < operands.size() && i < kShownOperands; ++i) {
    const Json& operand = operands[i];
    const std::string line = "      " + escaped(text(operand, "path")) + " = " +
                             escaped(text(operand, "value")) + "  (" + place_text(operand, printer) + ")";
    out += colored(line, Color::grey, printer.color) + "\n";
  }
  if (operands.size() <= kShownOperands) return;
  const std::string more = std::to_string(operands.size() - kShownOperands);
  out += colored(printer.zh() ? "      另有 " + more + " 项" : "      and " + more + " more", Color::grey,
                 printer.color) +
         "\n";
}

void append_hypotheses(const Json& finding, const Printer& printer, std::string& out) {
  for (const Json& hypothesis : finding.value("hypotheses", Json::array())) {
    out += std::string("      ") + printer.choose("可能：", "possible: ") +
           verdict_text(text(hypothesis, "verdict"), printer);
    for (const Json& change : hypothesis.value("change", Json::array())) {
      out += "; " + escaped(text(change, "path")) + " " + escaped(text(change, "from")) + " → " +
             escaped(text(change, "to"));
    }
    out += " (" + text(hypothesis, "cost") + " nats)\n";
  }
}

std::string finding_text(const Json& finding, const Printer& printer) {
  const std::string severity = text(finding, "severity");
  const std::string verdict = text(finding, "verdict");
  std::string out = "  " + colored(severity_text(severity, printer), color_of(severity), printer.color) +
                    "  " + escaped(text(finding, "rule")) + "  " + escaped(text(finding, "subject"));
  out += "  [" + verdict_text(verdict, printer) + "]\n";
  const std::string message = text(finding.value("message", Json::object()), printer.zh() ? "zh" : "en");
  if (!message.empty()) out += "    " + escaped(message) + "\n";
  const std::string expected = text(finding, "expected"), actual = text(finding, "actual");
  const std::string formula = text(finding, "formula");
  if (!expected.empty() || !actual.empty()) {
    out += "    " + std::string(printer.choose("应为 ", "expected ")) +
           (expected.empty() ? "-" : escaped(expected)) + printer.choose("，印为 ", ", printed ") +
           (actual.empty() ? "-" : escaped(actual)) +
           (formula.empty() ? "" : "  (" + shortened(escaped(formula), kFormulaColumns) + ")") + "\n";
  }
  append_operands(finding, printer, out);
  append_hypotheses(finding, printer, out);
  if (const std::string cause = text(finding, "root_cause"); !cause.empty()) {
    out += std::string("    ") + printer.choose("起因：", "explained by ") + escaped(cause) + "\n";
  }
  return out;
}

std::string record_text(const Job& job, const Json& record, const Printer& printer) {
  const DocumentSummary summary = summarize(job.shown, record);
  std::string out = colored(summary.document, Color::bold, printer.color) + "  " + summary.form + "  " +
                    std::to_string(summary.pages) + printer.choose(" 页  ", " pages  ") + summary.score +
                    "  " + summary.status + "\n";
  for (const Json& finding : record.value("findings", Json::array())) out += finding_text(finding, printer);
  const std::string counts = printer.zh() ? "  " + std::to_string(summary.errors) + " 个错误，" +
                                                std::to_string(summary.warnings) + " 个警告\n"
                                          : "  " + std::to_string(summary.errors) + " errors, " +
                                                std::to_string(summary.warnings) + " warnings\n";
  const bool clean = summary.errors == 0 && summary.warnings == 0;
  return out + colored(counts, clean ? Color::green : Color::none, printer.color);
}

// One line of JSON a document: its findings and what they belong to.
std::string record_json_line(const Job& job, const Json& record) {
  Json out;
  out["document"] = job.name;
  const Json source = record.value("source", Json::object());
  out["file_name"] = source.value("file_name", Json());
  out["sha256"] = source.value("sha256", Json());
  for (const char* key : {"status", "rejected", "kind", "scheme", "findings", "errors"}) {
    out[key] = record.value(key, Json());
  }
  return to_json_text(out, /*pretty=*/false) + "\n";
}

// A misread accuses the reading, not the report, and does not fail a gate.
bool fails(const Json& record, const std::string& fail_on) {
  if (fail_on == "none") return false;
  for (const Json& finding : record.value("findings", Json::array())) {
    const std::string severity = text(finding, "severity");
    if (text(finding, "verdict") == "misread") continue;
    if (severity == "error" || (severity == "warning" && fail_on == "warning")) return true;
  }
  return false;
}

ExitCode explain(const std::string& name, const Printer& printer) {
  for (const RuleInfo& rule : rules()) {
    if (rule.rule != name) continue;
    const std::string severity(name_of(rule.severity));
    std::string out = colored(rule.rule, Color::bold, printer.color) + "  " +
                      colored(severity_text(severity, printer), color_of(severity), printer.color) + "\n";
    out += (printer.zh() ? rule.title_zh : rule.title_en) + "\n";
    out += (printer.zh() ? rule.why_zh : rule.why_en) + "\n";
    if (!rule.formula.empty())
      out += std::string(printer.choose("公式：", "formula: ")) + rule.formula + "\n";
    if (!rule.source.empty()) out += std::string(printer.choose("依据：", "source: ")) + rule.source + "\n";
    std::fputs(out.c_str(), stdout);
    return ExitCode::done;
  }
  std::string known;
  for (const RuleInfo& rule : rules()) known += (known.empty() ? "" : ", ") + rule.rule;
  report({ErrorCode::bad_configuration, "no rule is named " + name + "; there are: " + known});
  return ExitCode::usage;
}

}  // namespace

ExitCode check_command(const CheckOptions& options) {
  const Printer printer{language_of(options.documents.language), color_enabled(STDOUT_FILENO)};
  if (!options.explain.empty()) return explain(options.explain, printer);
  ReadingSetup setup;
  if (const ExitCode failure = set_up(options.documents, setup); failure != ExitCode::done) return failure;
  const auto& [schemes, pipeline] = setup;

  const std::vector<Job> jobs = collect_jobs(options.documents.inputs, pipeline.ingest.max_bytes);
  bool failed = false;
  BatchCallbacks callbacks;
  callbacks.in_order = [&](const Job& job, const Json& record) {
    const std::string out = options.json ? record_json_line(job, record) : record_text(job, record, printer);
    std::fputs(out.c_str(), stdout);
    std::fflush(stdout);
    failed = failed || fails(record, options.fail_on);
  };
  const ExitCode worst = run_batch(jobs, options.documents, pipeline, schemes, callbacks);
  return worse(worst, failed ? ExitCode::findings : ExitCode::done);
}

}  // namespace attest
