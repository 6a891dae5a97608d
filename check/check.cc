#include "check/check.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "check/context.h"
#include "check/joint.h"
#include "check/problem.h"
#include "check/rules.h"

namespace attest {
namespace {

// More errors than this in one report, each with a root of its own, speak against the reading of its images.
constexpr int kBelievableErrors = 4;

bool is_error(const Finding& f) {
  return f.severity == Severity::error && f.verdict != Verdict::misread && !f.root_cause;
}

bool any_operand_on_image(const Context& context, const Finding& f) {
  return std::any_of(f.operands.begin(), f.operands.end(),
                     [&](const Operand& o) { return context.from_image(o.evidence); });
}

bool rests_on_image(const Context& context, const Finding& f) {
  return f.operands.empty() || any_operand_on_image(context, f);
}

void withdraw(Finding& f) {
  f.verdict = Verdict::undetermined;
  add_report_error_hypothesis(f);
}

// A report with an error is common and one with many is not, but a document that was read badly breaks many
// rules at once: then nothing on its images is accused.
void withdraw_if_too_many(const Context& context, std::vector<Finding>& findings) {
  const auto errors = std::count_if(findings.begin(), findings.end(), [&](const Finding& f) {
    return is_error(f) && rests_on_image(context, f);
  });
  if (!context.any_image() || errors <= kBelievableErrors) return;
  for (Finding& f : findings) {
    if (f.verdict == Verdict::report_error && rests_on_image(context, f)) withdraw(f);
  }
}

// Probability under which a number read from an image accuses nobody: a report has a hundred numbers, and one
// false accusation in ten reports is too many.
constexpr double kVouchedNumber = 0.9995;

// Arithmetic on images accuses only with numbers that are read beyond doubt, and not where rows were lost.
void doubt_weak_numbers(const Context& context, std::vector<Finding>& findings) {
  const bool rows_lost = std::any_of(findings.begin(), findings.end(), [](const Finding& f) {
    return f.rule == "score.missing_row" || f.rule == "reading.rows";
  });
  for (Finding& f : findings) {
    if (f.verdict != Verdict::report_error || !f.rule.starts_with("score.") ||
        !any_operand_on_image(context, f)) {
      continue;
    }
    const bool weak = std::any_of(f.operands.begin(), f.operands.end(), [&](const Operand& o) {
      return context.from_image(o.evidence) && o.confidence < kVouchedNumber;
    });
    if (weak || rows_lost) withdraw(f);
  }
}

Finding reading_finding(const std::string& rule, int page, const Box& box, Text message) {
  const std::string number = std::to_string(page);
  Finding f = make_finding(rule, "page." + number, std::nullopt, std::nullopt, std::move(message));
  f.severity = Severity::warning;
  f.verdict = Verdict::undetermined;
  f.operands.push_back({"pages." + number, "", "", 1, {page, box, 0}});
  return f;
}

Finding unread_page(const Error& error) {
  const std::string number = std::to_string(error.page), code(name_of(error.code));
  return reading_finding("reading.page", error.page, error.box.value_or(Box{}),
                         {"第 " + number + " 页未能读取（" + code + "）",
                          "page " + number + " could not be read: " + error.message});
}

}  // namespace

std::vector<Finding> reading_findings(const Record& record) {
  std::vector<Finding> findings;
  for (const Page& page : record.pages) {
    for (const Notice& notice : page.notices)
      findings.push_back(reading_finding(notice.rule, page.number, notice.box, {notice.zh, notice.en}));
  }
  for (const Error& error : record.errors) {
    if (error.page > 0) findings.push_back(unread_page(error));  // else about the document: its state says so
  }
  return findings;
}

Finding unknown_form_finding(const Record& record) {
  return reading_finding(kUnknownFormRule, record.pages.front().number, {},
                         {"没有认出已知的报告格式，未作任何核对",
                          "no known form of report was recognised; nothing was checked"});
}

std::vector<Finding> check(Record& record, const Scheme& scheme, const std::set<std::string>& confirmed) {
  Context context(record, scheme, confirmed);
  Problem problem = build_problem(context);
  std::vector<Finding> findings = judge(problem);
  findings.insert(findings.end(), problem.rows.begin(), problem.rows.end());
  check_result_agrees(context, findings);
  check_levels_agree(context, findings);
  check_selections(context, findings);
  check_identity(context, findings);
  check_dates(context, findings);
  check_fields(context, findings);
  check_team(context, findings);
  std::vector<Finding> reading = reading_findings(record);
  std::move(reading.begin(), reading.end(), std::back_inserter(findings));
  withdraw_if_too_many(context, findings);
  doubt_weak_numbers(context, findings);
  std::stable_sort(findings.begin(), findings.end(),
                   [](const Finding& a, const Finding& b) { return rank_of(a.rule) < rank_of(b.rule); });
  return findings;
}

}  // namespace attest
