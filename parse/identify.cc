#include <algorithm>

#include "parse/flow.h"
#include "parse/labels.h"
#include "parse/parse.h"

namespace attest {
namespace {

constexpr int kFirstPages = 2;  // the cover and the page with the audit criteria

// Labels that every report prints on its first pages, and headings that implementation rules open with.
constexpr std::u32string_view kReportLabels[] = {U"受审查方名称", U"审查类型", U"组织名称", U"项目编号",
                                                 U"审查范围"};
constexpr std::u32string_view kRulesTitles[] = {U"实施规则",   U"认证依据", U"认证基本程序",  U"认证实施程序",
                                                U"目的和范围", U"认证程序", U"规范性引用文件"};

bool holds(std::u32string_view text, std::u32string_view label) {
  return bool(find_label(text, label, tolerated_errors(static_cast<int>(label.size()))));
}

template <std::size_t N>
int count_of(std::u32string_view text, const std::u32string_view (&labels)[N]) {
  return static_cast<int>(std::count_if(std::begin(labels), std::end(labels),
                                        [&](std::u32string_view label) { return holds(text, label); }));
}

// How well a form's identifiers fit: the first of them (the code) weighs most, errors take away.
double fit(std::u32string_view text, const Scheme& scheme) {
  constexpr double kCode = 10, kStep = 0.5, kError = 4;
  double best = 0, weight = kCode;
  for (const std::string& name : scheme.identifiers) {
    const std::u32string label = fold(std::string_view(name)).text;
    const Match match = find_label(text, label, tolerated_errors(static_cast<int>(label.size())));
    if (match) best = std::max(best, weight - kError * match.errors);
    weight -= kStep;
  }
  return best;
}

int numbered_lines(const SourceText& text) {
  int out = 0;
  for (const SourceLine& line : text.lines()) {
    const int end = skip_numbering(text.folded(), line.begin, line.end);
    out += end > line.begin + 1 && is_digit(text.folded()[line.begin]);
  }
  return out;
}

}  // namespace

Identification identify(const std::vector<Page>& pages, const std::vector<Scheme>& schemes) {
  constexpr int kFewestReportLabels = 2, kFewestRulesTitles = 2, kFewestNumbers = 5;
  const Flow all = make_flow(pages, nullptr);
  int end = 0;
  for (const SourceLine& line : all.text.lines()) {
    if (!pages.empty() && line.page < pages.front().number + kFirstPages) end = line.end;
  }
  const std::u32string_view first = std::u32string_view(all.text.folded()).substr(0, end);
  bool report = count_of(first, kReportLabels) >= kFewestReportLabels;
  for (const Scheme& scheme : schemes) {
    for (const std::string& title : scheme.titles)
      report = report || holds(first, fold(std::string_view(title)).text);
  }
  if (!report) {
    const bool rules = count_of(all.text.folded(), kRulesTitles) >= kFewestRulesTitles &&
                       numbered_lines(all.text) >= kFewestNumbers;
    return {rules ? Kind::implementation_rules : Kind::unknown, nullptr};
  }
  const Scheme* best = nullptr;
  double most = 0;
  for (const std::u32string_view text : {first, std::u32string_view(all.text.folded())}) {
    for (const Scheme& scheme : schemes) {
      const double value = fit(text, scheme);
      if (value > most) {
        most = value;
        best = &scheme;
      }
    }
    if (best != nullptr) break;
  }
  if (best == nullptr) return {Kind::unknown, nullptr};
  return {Kind::service_certification_report, best};
}

}  // namespace attest
