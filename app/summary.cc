#include "app/summary.h"

#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "record/decimal.h"

namespace attest {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kDocumentColumns = 48;
constexpr std::size_t kFailuresShown = 20;  // a screen; the records have them all
constexpr int kFailureColumns = 120;

const Json& member(const Json& object, const char* key) {
  static const Json null;
  if (!object.is_object()) return null;
  const auto it = object.find(key);
  return it == object.end() ? null : *it;
}

std::string text(const Json& node) { return node.is_string() ? node.get<std::string>() : ""; }

// "95.47/100": what the report says it scored, of the maxima its sections print.
std::string score_of(const Json& scores) {
  std::string score = text(member(member(scores, "result_score"), "value"));
  if (score.empty()) score = text(member(member(scores, "total"), "value"));
  if (score.empty()) return "-";
  Decimal maximum;
  for (const Json& section : member(scores, "sections")) {
    const std::optional<Decimal> max = Decimal::parse(text(member(member(section, "max"), "value")));
    if (!max) return score;
    maximum = maximum + *max;
  }
  return maximum == Decimal() ? score : score + "/" + maximum.to_string();
}

std::string findings_text(int errors, int warnings) {
  return std::to_string(errors) + "/" + std::to_string(warnings);
}

// A line each, after the table: what a person must go and look at.
std::string failures_text(const std::vector<DocumentSummary>& documents, bool zh) {
  std::string lines;
  std::size_t count = 0;
  for (const DocumentSummary& d : documents) {
    for (const std::string& failure : d.failures) {
      if (++count > kFailuresShown) continue;
      lines += "  " + shortened_front(d.document, kDocumentColumns) + "  " + failure + "\n";
    }
  }
  if (count == 0) return {};
  const std::string more = std::to_string(count > kFailuresShown ? count - kFailuresShown : 0);
  if (count > kFailuresShown) lines += zh ? "  还有 " + more + " 处\n" : "  and " + more + " more\n";
  return (zh ? "读取中的问题 " + std::to_string(count) + " 处：\n"
             : "problems in reading, " + std::to_string(count) + ":\n") +
         lines;
}

}  // namespace

DocumentSummary summarize(const std::string& shown, const Json& record) {
  DocumentSummary out;
  out.document = escaped(shown);
  const std::string scheme = text(member(record, "scheme"));
  const std::string kind = text(member(record, "kind"));
  const std::string rejected = text(member(record, "rejected"));
  out.form = escaped(!scheme.empty() ? scheme : rejected.empty() ? kind : "-");
  out.score = escaped(score_of(member(record, "scores")));
  out.status = escaped(text(member(record, "status")) + (rejected.empty() ? "" : " (" + rejected + ")"));
  out.pages = static_cast<int>(member(member(record, "source"), "pages").size());
  for (const Json& finding : member(record, "findings")) {
    out.errors += text(member(finding, "severity")) == "error";
    out.warnings += text(member(finding, "severity")) == "warning";
  }
  for (const Json& error : member(record, "errors")) {
    const Json& page = member(error, "page");
    const std::string where = page.is_number() ? "page " + page.dump() + ": " : "";
    const std::string said =
        where + text(member(error, "message")) + " (" + text(member(error, "code")) + ")";
    out.failures.push_back(shortened(escaped(said), kFailureColumns));
  }
  return out;
}

std::string summary_table(const std::vector<DocumentSummary>& documents, Language language) {
  const bool zh = language == Language::zh;
  std::vector<std::vector<std::string>> rows;
  rows.push_back(
      zh ? std::vector<std::string>{"文件", "表格", "页数", "得分", "错误/警告", "状态"}
         : std::vector<std::string>{"document", "form", "pages", "score", "errors/warnings", "status"});
  int pages = 0, errors = 0, warnings = 0;
  std::map<std::string, int> statuses;
  for (const DocumentSummary& d : documents) {
    rows.push_back({shortened_front(d.document, kDocumentColumns), d.form, std::to_string(d.pages), d.score,
                    findings_text(d.errors, d.warnings), d.status});
    pages += d.pages;
    errors += d.errors;
    warnings += d.warnings;
    ++statuses[d.status.substr(0, d.status.find(' '))];
  }
  std::string totals;
  for (const auto& [status, count] : statuses) {
    totals += (totals.empty() ? "" : ", ") + std::to_string(count) + " " + status;
  }
  rows.push_back({(zh ? "合计 " : "total ") + std::to_string(documents.size()), "", std::to_string(pages), "",
                  findings_text(errors, warnings), totals});
  return aligned(rows, {2, 3, 4}) + failures_text(documents, zh);
}

}  // namespace attest
