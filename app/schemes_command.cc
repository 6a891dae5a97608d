// attest schemes: the report forms that are known, each loaded and so proved valid.
#include <cstdio>

#include "app/commands.h"

namespace attest {
namespace {

std::size_t item_count(const Scheme& scheme) {
  std::size_t count = 0;
  for (const SectionRule& section : scheme.sections) {
    for (const IndicatorRule& indicator : section.indicators) count += indicator.items.size();
  }
  return count;
}

std::size_t indicator_count(const Scheme& scheme) {
  std::size_t count = 0;
  for (const SectionRule& section : scheme.sections) count += section.indicators.size();
  return count;
}

}  // namespace

ExitCode schemes_command(const std::vector<std::string>& scheme_files) {
  const Result<std::vector<Scheme>> schemes = schemes_in_use(scheme_files);
  if (!schemes) return report(schemes.error());
  std::vector<std::vector<std::string>> rows = {
      {"scheme", "standard", "title", "fields", "groups", "indicators", "items", "levels", "file", "sha256"}};
  constexpr std::size_t kShownDigits = 12;
  for (const Scheme& s : *schemes) {
    rows.push_back({escaped(s.id), escaped(s.standard), escaped(s.title_zh), std::to_string(s.fields.size()),
                    std::to_string(s.groups.size()), std::to_string(indicator_count(s)),
                    std::to_string(item_count(s)),
                    std::to_string(s.levels.size()) + (s.levels_assumed ? " (assumed)" : ""), escaped(s.file),
                    s.sha256.substr(0, kShownDigits)});
  }
  std::fputs(aligned(rows, {3, 4, 5, 6}).c_str(), stdout);
  return ExitCode::done;
}

}  // namespace attest
