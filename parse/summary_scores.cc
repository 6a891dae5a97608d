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
#include <cmath>
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

// -- where rulings were lost: words by their place --
struct Word {
  const SourceText* text = nullptr;
  int begin = 0, end = 0;
  int page = 0;
  Box box;
  Piece piece(const std::string& where) const { return text->piece(begin, end, where); }
};

void add_words(const SourceText& text, int begin, int end, std::vector<Word>& out) {
  for (int at = begin; at < end;) {
    int next = at + 1;
    while (next < end && !text.gap_before(next)) ++next;
    const Evidence evidence = text.evidence(at, next);
    if (!evidence.box.empty()) out.push_back({&text, at, next, evidence.page, evidence.box});
    at = next;
  }
}

bool has_digit_or_slash(const Word& word) {
  const std::u32string& s = word.text->folded();
  return std::any_of(s.begin() + word.begin, s.begin() + word.end,
                     [](char32_t c) { return is_digit(c) || c == U'/'; });
}

// Words to the right of `name` on its line, that hold numbers.
std::vector<Word> numbers_beside(const Word& name, const std::vector<Word>& words) {
  constexpr double kSameLine = 0.6;  // of the name's height
  std::vector<Word> out;
  for (const Word& word : words) {
    if (word.page != name.page || word.box.left < name.box.right() - 1) continue;
    if (std::abs(word.box.center_y() - name.box.center_y()) > kSameLine * name.box.height) continue;
    if (has_digit_or_slash(word)) out.push_back(word);
  }
  std::sort(out.begin(), out.end(), [](const Word& a, const Word& b) { return a.box.left < b.box.left; });
  return out;
}

// Indicators that no row of cells gave: their names anywhere in the tables or in the part's lines, with a
// maximum and a score printed beside them.
void read_loose_indicators(const Layout& layout, const std::set<const void*>& seen, RawReading& out) {
  std::vector<Word> words;
  for (const FlowTable& table : layout.flow.tables) {
    if (table.use != TableUse::summary) continue;
    for (const SourceText& text : table.grid.texts) add_words(text, 0, text.size(), words);
  }
  const Part part = layout.parts.range("results", layout.text());
  add_words(layout.text(), part.begin, part.end, words);
  for (const SectionRule& section : layout.scheme.sections) {
    for (const IndicatorRule& indicator : section.indicators) {
      if (seen.count(&indicator) > 0) continue;
      const std::u32string label = fold(std::string_view(indicator.name)).text;
      for (const Word& word : words) {
        if (word.text->folded().compare(word.begin, word.end - word.begin, label) != 0) continue;
        const std::vector<Word> numbers = numbers_beside(word, words);
        if (numbers.size() != 2) continue;
        out.indicators.push_back(
            {section.id, indicator.name, numbers[0].piece(indicator.name), numbers[1].piece(indicator.name)});
        break;
      }
    }
  }
}

// The form's order, whatever order the rows were found in.
void sort_indicators(const Scheme& scheme, RawReading& out) {
  std::vector<std::string> order;
  for (const SectionRule& section : scheme.sections) {
    for (const IndicatorRule& indicator : section.indicators) order.push_back(indicator.name);
  }
  const auto place = [&](const RawIndicator& i) {
    return std::find(order.begin(), order.end(), i.name) - order.begin();
  };
  std::stable_sort(out.indicators.begin(), out.indicators.end(),
                   [&](const RawIndicator& a, const RawIndicator& b) { return place(a) < place(b); });
}

}  // namespace

void read_summary_scores(const Layout& layout, RawReading& out) {
  std::set<const void*> seen;
  for (const FlowTable& table : layout.flow.tables) {
    if (table.use != TableUse::summary) continue;
    out.has_score_tables = true;
    for (const GridRow& row : table.grid.rows) read_row(row, layout.scheme, seen, out);
  }
  read_loose_indicators(layout, seen, out);
  sort_indicators(layout.scheme, out);
}

}  // namespace attest
