// The summary table of the GB/T form:
//
//   指标          分值  指标      分值  得分
//   售后服务体系   40   组织架构   4    3.94
//                      人员配置   6    5.96        (the section's cells span its rows)
//   特别减分项          超过 5 分不通过  /
//   总计:                              95.47
//
// Rows are read by what is printed in them: a name, then the numbers to its right. Columns may be shifted.
#include <algorithm>
#include <set>

#include "parse/readings.h"

namespace attest {
namespace {

// How many edits a cell is from a name; a cell that holds more than the name does not match.
int distance_to(const SourceText& cell, const std::string& name) {
  const std::u32string label = fold(std::string_view(name)).text;
  std::u32string text = cell.folded();
  while (!text.empty() && (text.back() == U':' || text.back() == U';')) text.pop_back();
  const int length = static_cast<int>(label.size());
  // Beside fourteen siblings of known names one wrong character in two is still telling.
  const int allowed = std::max(1, length / 3);
  const Match match = match_at(text, 0, label, allowed);
  if (!match) return 99;
  const int distance = match.errors + (static_cast<int>(text.size()) - match.end);
  return distance <= allowed ? distance : 99;
}

struct Known {
  const SectionRule* section = nullptr;
  const IndicatorRule* indicator = nullptr;
  std::string single;  // "total", "special_deduction" …
};

Known recognise(const SourceText& cell, const Scheme& scheme) {
  Known best;
  int least = 99;
  const auto consider = [&](const std::string& name, const Known& known) {
    const int distance = distance_to(cell, name);
    if (distance < least) {
      least = distance;
      best = known;
    }
  };
  for (const SectionRule& section : scheme.sections) {
    consider(section.name, {&section, nullptr, ""});
    for (const IndicatorRule& indicator : section.indicators) {
      consider(indicator.name, {&section, &indicator, ""});
      for (const std::string& alias : indicator.aliases) consider(alias, {&section, &indicator, ""});
    }
  }
  for (const char* name : {"special_deduction", "special_bonus", "total"}) {
    const auto labels = scheme.score_labels.find(name);
    if (labels == scheme.score_labels.end()) continue;
    for (const std::string& label : labels->second) consider(label, {nullptr, nullptr, name});
  }
  return best;
}

// Cells to the right of `index`, without empty ones at the shifted places of a transcript.
std::vector<const GridCell*> right_of(const GridRow& row, std::size_t index, bool keep_empty) {
  std::vector<const GridCell*> out;
  for (std::size_t i = index + 1; i < row.cells.size(); ++i) {
    if (keep_empty || row.cells[i].text->size() > 0) out.push_back(&row.cells[i]);
  }
  return out;
}

void read_indicator(const Known& known, const GridRow& row, std::size_t index, RawReading& out) {
  RawIndicator raw{known.section->id, known.indicator->name, std::nullopt, std::nullopt};
  const std::vector<const GridCell*> cells = right_of(row, index, true);
  if (!cells.empty()) raw.max = cells[0]->text->whole(known.indicator->name);
  if (cells.size() > 1) raw.score = cells[1]->text->whole(known.indicator->name);
  out.indicators.push_back(std::move(raw));
}

bool is_remark(const SourceText& cell) {
  constexpr int kFewestHanzi = 2;
  return std::count_if(cell.folded().begin(), cell.folded().end(), is_hanzi) >= kFewestHanzi;
}

void read_row(const GridRow& row, const Scheme& scheme, std::set<const void*>& seen, RawReading& out) {
  for (std::size_t i = 0; i < row.cells.size(); ++i) {
    if (row.cells[i].text->size() == 0) continue;
    const Known known = recognise(*row.cells[i].text, scheme);
    if (known.indicator != nullptr) {
      if (seen.insert(known.indicator).second) read_indicator(known, row, i, out);
      return;
    }
    std::vector<const GridCell*> cells = right_of(row, i, false);
    if (known.section != nullptr) {
      if (!seen.insert(known.section).second) continue;
      RawSection raw{known.section->id, std::nullopt, std::nullopt};
      if (!cells.empty()) raw.max = cells[0]->text->whole(known.section->id);
      out.sections.push_back(std::move(raw));
    } else if (!known.single.empty()) {
      // The last cell that is no remark ("超过 5 分不通过", "最多 1 分").
      while (!cells.empty() && is_remark(*cells.back()->text)) cells.pop_back();
      if (!cells.empty())
        out.score_singles.try_emplace(known.single, cells.back()->text->whole(known.single));
      return;
    }
  }
}

}  // namespace

void read_summary_scores(const Layout& layout, RawReading& out) {
  std::set<const void*> seen;
  for (const FlowTable& table : layout.flow.tables) {
    if (table.use != TableUse::summary) continue;
    out.has_score_tables = true;
    for (const GridRow& row : table.grid.rows) read_row(row, layout.scheme, seen, out);
  }
}

}  // namespace attest
