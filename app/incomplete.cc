#include "app/incomplete.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace attest {
namespace {

// Rules that hold something against the report that is not on the pages, or is spread over several.
constexpr std::array<std::string_view, 9> kNeedAllPages = {
    "field.missing",         "score.missing_row",       "selection.none",  "team.leader", "score.section.sum",
    "score.section.max_sum", "score.indicator.max_sum", "score.total.sum", "score.result"};

}  // namespace

bool pages_missing(const Record& record) {
  if (static_cast<int>(record.pages.size()) < record.source.page_count) return true;
  return std::any_of(record.pages.begin(), record.pages.end(), [&record](const Page& page) {
    return page.origin == Origin::blank && page.width == 0 &&
           std::any_of(record.errors.begin(), record.errors.end(),
                       [&page](const Error& error) { return error.page == page.number; });
  });
}

void doubt_absences(Record& record) {
  for (Finding& finding : record.findings) {
    const bool needs_all =
        std::find(kNeedAllPages.begin(), kNeedAllPages.end(), finding.rule) != kNeedAllPages.end();
    if (needs_all && finding.verdict == Verdict::report_error) finding.verdict = Verdict::undetermined;
  }
}

}  // namespace attest
