#include <algorithm>

#include "parse/readings.h"

namespace attest {
namespace {

// "1.14", "1.15." at the start of a line: a numbered place of the form. A line of a value that happens to
// start with a decimal is followed by a unit, not by a hanzi title, so what follows the number must be a
// hanzi, or nothing.
bool is_numbered_line(const std::u32string& s, const TextLine& line) {
  int at = line.begin;
  const auto digits = [&](int most) {
    int n = 0;
    while (at < line.end && n < most && is_digit(s[at])) ++at, ++n;
    return n;
  };
  if (digits(1) != 1) return false;
  if (at >= line.end || (s[at] != U'.' && s[at] != U',')) return false;
  ++at;
  if (digits(2) == 0) return false;
  if (at < line.end && s[at] == U'.') ++at;
  return at == line.end || is_hanzi(s[at]);
}

// The best place of any of the anchors in the part; looser when nothing is near enough.
Match find_anchor(const SourceText& text, const Part& part, const std::vector<std::string>& anchors) {
  constexpr int kLooserShare = 3;  // one edit in three, for anchors of six characters and more
  constexpr int kLongAnchor = 6;
  const std::u32string_view range = std::u32string_view(text.folded()).substr(0, part.end);
  Match best;
  for (const bool loose : {false, true}) {
    for (const std::string& name : anchors) {
      const std::u32string anchor = fold(std::string_view(name)).text;
      const int length = static_cast<int>(anchor.size());
      if (loose && length < kLongAnchor) continue;
      const int allowed = loose ? length / kLooserShare : tolerated_errors(length);
      const Match match = find_label(range, anchor, allowed, part.begin);
      if (match && (!best || match.errors < best.errors)) best = match;
    }
    if (best) return best;
  }
  return best;
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
    // The number and the brackets before an anchor belong to it.
    const TextLine& line = text.lines()[text.line_at(anchor.begin)];
    const bool first = skip_numbering(text.folded(), line.begin, line.end) >= anchor.begin;
    layout.stops.push_back(first ? line.begin : anchor.begin);
  }
  for (const TextLine& line : text.lines()) {
    if (is_numbered_line(text.folded(), line)) layout.stops.push_back(line.begin);
  }
  layout.stops.insert(layout.stops.end(), parts.headings.begin(), parts.headings.end());
  std::sort(layout.stops.begin(), layout.stops.end());
  return layout;
}

}  // namespace attest
