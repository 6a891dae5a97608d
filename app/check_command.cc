// attest check: what does not add up in a document, for a person or a gate.
#include <unistd.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/batch.h"
#include "app/finding_text.h"
#include "app/summary.h"
#include "check/check.h"
#include "export/json.h"

namespace attest {
namespace {

using Json = nlohmann::ordered_json;

std::string text(const Json& node, const char* key) {
  const auto it = node.find(key);
  return it == node.end() || !it->is_string() ? "" : it->get<std::string>();
}

// "1 error, 0 warnings".
std::string counts_text(int errors, int warnings, const Printer& printer) {
  const std::string e = std::to_string(errors), w = std::to_string(warnings);
  if (printer.zh()) return "  " + e + " 个错误，" + w + " 个警告\n";
  return "  " + e + (errors == 1 ? " error, " : " errors, ") + w +
         (warnings == 1 ? " warning\n" : " warnings\n");
}

std::string record_text(const Job& job, const Json& record, const Printer& printer) {
  const DocumentSummary summary = summarize(job.shown, record);
  std::string out = colored(summary.document, Color::bold, printer.color) + "  " + summary.form + "  " +
                    std::to_string(summary.pages) + printer.choose(" 页  ", " pages  ") + summary.score +
                    "  " + summary.status + "\n";
  for (const Json& finding : record.value("findings", Json::array())) out += finding_text(finding, printer);
  const std::string counts = counts_text(summary.errors, summary.warnings, printer);
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

// A misread accuses the reading, not the report, and does not fail a gate. A document of which nothing was
// checked does, however mild the gate.
bool fails(const Json& record, const std::string& fail_on) {
  if (fail_on == "none") return false;
  for (const Json& finding : record.value("findings", Json::array())) {
    const std::string severity = text(finding, "severity");
    if (text(finding, "verdict") == "misread") continue;
    if (text(finding, "rule") == kUnknownFormRule) return true;
    if (severity == "error" || (severity == "warning" && fail_on == "warning")) return true;
  }
  return false;
}

ExitCode explain(const std::string& name, const Printer& printer) {
  for (const RuleInfo& rule : rules()) {
    if (rule.rule != name) continue;
    const RuleText& said = printer.zh() ? rule.zh : rule.en;
    const std::string out = colored(rule.rule, Color::bold, printer.color) + "  " +
                            severity_text(std::string(name_of(rule.severity)), printer) + "\n" + said.title +
                            "\n" + said.why + "\n" + printer.choose("成立条件：", "holds when: ") +
                            said.formula + "\n" + printer.choose("依据：", "source: ") + said.source + "\n";
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
