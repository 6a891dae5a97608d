#include <algorithm>

#include "parse/readings.h"

namespace attest {
namespace {

// "1.14", "1.15." at the start of a line: a numbered place of the form; "T.7", "l.1l" too. A line of a value
// that happens to start with a decimal is followed by a unit, so what follows the number must be a hanzi, or
// nothing.
bool is_numbered_line(const std::u32string& s, const SourceLine& line) {
  constexpr int kShortest = 3, kLongest = 6;  // "1.1", "1.14."
  int end = skip_numbering(s, line.begin, line.end);
  const std::u32string_view number = std::u32string_view(s).substr(line.begin, end - line.begin);
  if (static_cast<int>(number.size()) < kShortest || static_cast<int>(number.size()) > kLongest) return false;
  const std::size_t point = number.find_first_of(U".,");
  // "1." alone numbers a section, "(1)" and "1)" a list.
  if (point != 1 || number.find_first_not_of(U".,", point) == number.npos) return false;
  if (number.find_first_of(U"()") != number.npos) return false;
  return end == line.end || is_hanzi(s[end]);
}

// Whether a bracket is open at the end of `above` and closed in `line`: "…(共" and "1.5天)" are one value.
bool closes_bracket(const std::u32string& s, const SourceLine& above, const SourceLine& line) {
  int open = 0;
  for (int i = above.begin; i < above.end; ++i) open = std::max(0, open + (s[i] == U'(') - (s[i] == U')'));
  const std::size_t bracket =
      std::u32string_view(s).substr(line.begin, line.end - line.begin).find_first_of(U"()");
  return open > 0 && bracket != s.npos && s[line.begin + bracket] == U')';
}

// What a misread number leaves on the line above an anchor: "1sle", "RIS".
bool is_number_debris(const std::u32string& s, const SourceLine& line) {
  constexpr int kLongest = 5;
  if (line.end - line.begin > kLongest) return false;
  return std::none_of(s.begin() + line.begin, s.begin() + line.end,
                      [](char32_t c) { return is_hanzi(c) || c == kMarkCharacter; });
}

// The best place of any of the anchors in the part: the most characters read right, so that a long anchor
// with an error goes before a short one inside it. Looser when nothing is near enough.
Match find_anchor(const SourceText& text, const Part& part, const std::vector<std::string>& anchors) {
  constexpr int kLooserShare = 3;  // one edit in three, for anchors of six characters and more
  constexpr int kLongAnchor = 6;
  constexpr int kErrorWeight = 3;
  const std::u32string_view range = std::u32string_view(text.folded()).substr(0, part.end);
  for (const bool loose : {false, true}) {
    Match best;
    int most = 0;
    for (const std::string& name : anchors) {
      const std::u32string anchor = fold(std::string_view(name)).text;
      const int length = static_cast<int>(anchor.size());
      if (loose && length < kLongAnchor) continue;
      const int allowed = loose ? length / kLooserShare : tolerated_errors(length);
      const Match match = find_label(range, anchor, allowed, part.begin);
      const int value = 1000 + length - kErrorWeight * match.errors;
      if (match && value > most) {
        most = value;
        best = match;
      }
    }
    if (best) return best;
  }
  return {};
}

// Begin of the paragraph that holds a line, if it opens with a check box: what stands before ends there.
std::optional<int> marked_paragraph(const SourceText& text, int line) {
  constexpr int kMostLines = 4;
  for (int back = 0; back < kMostLines && line >= 0; ++back, --line) {
    const SourceLine& l = text.lines()[line];
    if (text.folded()[l.begin] == kMarkCharacter) return l.begin;
    if (l.before == LineBreak::paragraph) break;
  }
  return std::nullopt;
}

// Stops at the anchor's line if only its number and remnants of it stand before it, else at the anchor.
int anchor_stop(const SourceText& text, const Match& anchor) {
  const int index = text.line_at(anchor.begin);
  const SourceLine& line = text.lines()[index];
  constexpr int kMostBefore = 6;
  const bool first = anchor.begin - line.begin <= kMostBefore &&
                     std::none_of(text.folded().begin() + line.begin, text.folded().begin() + anchor.begin,
                                  [](char32_t c) { return is_hanzi(c) || c == kMarkCharacter; });
  if (!first) return marked_paragraph(text, index).value_or(anchor.begin);
  if (line.begin == anchor.begin && index > 0 && is_number_debris(text.folded(), text.lines()[index - 1])) {
    return text.lines()[index - 1].begin;
  }
  return line.begin;
}

}  // namespace

int Layout::next_stop(int position, int end) const {
  const auto next = std::lower_bound(stops.begin(), stops.end(), position);
  return next == stops.end() ? end : std::min(*next, end);
}

Layout find_layout(const Flow& flow, const Parts& parts, const Scheme& scheme) {
  Layout layout{flow, parts, scheme, {}, {}, {}};
  const SourceText& text = flow.text;
  for (const FieldRule& field : scheme.fields) {
    for (const FieldPlace& place : field.places) {
      if (place.labels.empty()) continue;
      const Part part = parts.range(place.part, text);
      const std::optional<LabelHit> hit = best_label(text, part.begin, part.end, place.labels);
      if (!hit) continue;
      layout.labels.push_back({&field, &place, *hit});
      layout.stops.push_back(hit->begin);
    }
  }
  for (const GroupRule& group : scheme.groups) {
    if (group.anchors.empty()) continue;
    const Match anchor = find_anchor(text, parts.range(group.part, text), group.anchors);
    if (!anchor) continue;
    layout.anchors.emplace_back(&group, anchor);
    layout.stops.push_back(anchor_stop(text, anchor));
  }
  const SourceLine* above = nullptr;
  for (const SourceLine& line : text.lines()) {
    const bool within = above != nullptr && closes_bracket(text.folded(), *above, line);
    if (!within && is_numbered_line(text.folded(), line)) layout.stops.push_back(line.begin);
    above = &line;
  }
  // Titles of places that hold no field, as far as the scheme names them ("1.7 审查目的").
  for (const GroupRule& group : scheme.groups) {
    const Part part = parts.range(group.part, text);
    for (const LabelHit& hit : find_labels(text, part.begin, part.end, group.anchors)) {
      if (hit.line_start && hit.errors == 0) layout.stops.push_back(hit.begin);
    }
  }
  layout.stops.insert(layout.stops.end(), parts.headings.begin(), parts.headings.end());
  std::sort(layout.stops.begin(), layout.stops.end());
  return layout;
}

}  // namespace attest
