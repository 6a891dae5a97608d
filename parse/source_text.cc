#include "parse/source_text.h"

#include <algorithm>
#include <unordered_map>

#include "text/fold.h"

namespace attest {
namespace {

// Folding a glyph at a time keeps the way back trivial; a page has few distinct glyphs, so their foldings are
// kept.
const std::u32string& folded_glyph(const std::string& text) {
  thread_local std::unordered_map<std::string, std::u32string> known;
  constexpr std::size_t kMostKept =
      20000;  // far over the characters of any document; a bound against hostile input
  const auto found = known.find(text);
  if (found != known.end()) return found->second;
  if (known.size() > kMostKept) known.clear();
  return known.emplace(text, fold(std::string_view(text)).text).first->second;
}

bool is_checked_character(char32_t c) {
  static constexpr std::u32string_view kChecked = U"☑☒■√✓✔✗✘●☓▣◉🗹🗷";
  return kChecked.find(c) != std::u32string_view::npos;
}

}  // namespace

const Mark* SourceText::mark_of(const Glyph& glyph, const Page& page) {
  if (glyph.mark >= 0 && glyph.mark < static_cast<int>(page.marks.size())) return &page.marks[glyph.mark];
  const std::u32string text = to_u32(glyph.text);
  if (text.empty() || !is_box_character(text[0])) return nullptr;
  Mark mark;
  mark.box = glyph.box;
  mark.state = is_checked_character(text[0]) ? MarkState::checked : MarkState::unchecked;
  mark.confidence = glyph.confidence;
  mark.glyph = glyph.text;
  own_marks_.push_back(mark);
  return &own_marks_.back();
}

void SourceText::add_line(const Line& line, const Page& page, LineBreak before, bool in_table) {
  SourceLine out;
  out.begin = size();
  out.page = page.number;
  out.box = line.box;
  out.before = before;
  out.in_table = in_table;
  out.bold = line.bold;
  const int index = static_cast<int>(lines_.size());
  const std::size_t sources_before = sources_.size();
  for (const Glyph& glyph : line.glyphs) {
    Source source{&glyph, page.number, line.number, index, mark_of(glyph, page)};
    sources_.push_back(source);
    const int at = static_cast<int>(sources_.size()) - 1;
    if (source.mark != nullptr) {
      folded_.push_back(kMarkCharacter);
      source_of_.push_back(at);
      continue;
    }
    for (const char32_t c : folded_glyph(glyph.text)) {
      folded_.push_back(c);
      source_of_.push_back(at);
    }
  }
  out.end = size();
  if (out.end == out.begin) {
    sources_.resize(sources_before);
    return;
  }
  lines_.push_back(out);
}

int SourceText::line_at(int position) const {
  const auto after = std::upper_bound(lines_.begin(), lines_.end(), position,
                                      [](int p, const SourceLine& line) { return p < line.begin; });
  return after == lines_.begin() ? 0 : static_cast<int>(after - lines_.begin()) - 1;
}

bool SourceText::starts_line(int position) const {
  return !lines_.empty() && position < size() && lines_[line_at(position)].begin == position;
}

bool SourceText::gap_before(int position) const {
  if (position <= 0 || position >= size() || starts_line(position)) return true;
  return source_of_[position] > source_of_[position - 1] + 1;
}

bool SourceText::recognised(int position) const {
  const Glyph& glyph = *sources_[source_of_[position]].glyph;
  return glyph.confidence < 1 || !glyph.alternatives.empty();
}

const Mark& SourceText::mark(int position) const { return *sources_[source_of_[position]].mark; }

Evidence SourceText::evidence(int begin, int end) const {
  Evidence out;
  begin = std::max(begin, 0);
  if (begin >= size()) return out;
  end = std::clamp(end, begin + 1, size());
  const Source& first = sources_[source_of_[begin]];
  out.page = first.page;
  out.line = first.line_number;
  for (int i = source_of_[begin]; i <= source_of_[end - 1]; ++i) {
    if (sources_[i].page == first.page) out.box = united(out.box, sources_[i].glyph->box);
  }
  return out;
}

Piece SourceText::piece(int begin, int end, std::string where) const {
  Piece out;
  out.where = std::move(where);
  begin = std::clamp(begin, 0, size());
  end = std::clamp(end, begin, size());
  out.evidence = evidence(begin, std::max(end, begin + 1));
  if (end == begin) return out;
  int line = sources_[source_of_[begin]].line;
  for (int i = source_of_[begin]; i <= source_of_[end - 1]; ++i) {
    const Source& source = sources_[i];
    if (source.line != line) {
      line = source.line;
      out.glyphs.push_back({.text = lines_[line].before == LineBreak::paragraph ? "\n\n" : "\n", .box = {}});
    }
    out.glyphs.push_back(*source.glyph);
  }
  return out;
}

}  // namespace attest
