// Score results printed in running text, by the scheme's patterns:
//
//   总分: 138.33
//   本部分满分56分, 实际得分54.29分。
//   评分计算：评价实得分数=实际得分/涉及项总分值*100=95.47
//   3) 评分结果为：95.47 分，五星级售后服务
#include <algorithm>

#include "parse/pattern.h"
#include "parse/readings.h"

namespace attest {
namespace {

std::pair<int, int> results_range(const Layout& layout) {
  const Part part = layout.parts.range("results", layout.text());
  return {part.begin, part.end};
}

// "1) 售后服务体系:" above each section's line: the nearest section name before `position`.
const SectionRule* section_before(const Layout& layout, int begin, int position) {
  const SourceText& text = layout.text();
  const SectionRule* best = nullptr;
  int best_at = -1;
  for (const SectionRule& section : layout.scheme.sections) {
    for (const LabelHit& hit : find_labels(text, begin, position, {section.name})) {
      if (hit.begin > best_at) {
        best_at = hit.begin;
        best = &section;
      }
    }
  }
  return best;
}

void read_section_lines(const Layout& layout, RawReading& out) {
  const auto pattern = layout.scheme.score_patterns.find("section_line");
  if (pattern == layout.scheme.score_patterns.end()) return;
  const SourceText& text = layout.text();
  const auto [begin, end] = results_range(layout);
  int from = begin;
  std::size_t order = 0;
  while (const auto match = match_pattern(text, pattern->second, from, end)) {
    const SectionRule* section = section_before(layout, from, match->at("").first);
    if (section == nullptr && order < layout.scheme.sections.size()) section = &layout.scheme.sections[order];
    ++order;
    from = std::max(match->at("").second, from + 1);
    if (section == nullptr) continue;
    RawSection raw{section->id, std::nullopt, std::nullopt};
    const auto max = match->find("max"), score = match->find("score");
    if (max != match->end()) raw.max = text.piece(max->second.first, max->second.second, section->id);
    if (score != match->end()) raw.score = text.piece(score->second.first, score->second.second, section->id);
    out.sections.push_back(std::move(raw));
  }
}

}  // namespace

void read_score_lines(const Layout& layout, RawReading& out) {
  const SourceText& text = layout.text();
  const auto [begin, end] = results_range(layout);
  read_section_lines(layout, out);
  for (const auto& [name, pattern] : layout.scheme.score_patterns) {
    if (name == "section_line" || out.score_singles.count(name)) continue;
    std::vector<Piece> pieces;
    for (int from = begin; const auto match = match_pattern(text, pattern, from, end);) {
      from = std::max(match->at("").second, from + 1);
      const auto value = match->find("value");
      if (value == match->end()) continue;  // said to be absent
      const std::u32string whole = text.folded().substr(match->at("").first, 6);
      // A number does not run on into the numbering of the next line.
      const int value_end = std::min(value->second.second, line_end(text, value->second.first));
      pieces.push_back(text.piece(value->second.first, value_end, to_utf8(whole)));
    }
    if (pieces.empty()) continue;
    out.score_singles[name] = pieces.back();
    // A result that is printed twice keeps its first place too, as an occurrence.
    if (pieces.size() > 1) out.score_singles[name + ".other"] = pieces.front();
  }
}

}  // namespace attest
