// Check boxes by group. A group's window is the text beside its anchor; in it every box owns the text up to
// the next box, and belongs to the option whose label that text begins with (or, where boxes follow their
// labels, ends with).
//
//   审查类型： ☐初次认证 ☐保持认证 ☒再认证        boxes before their labels
//   无 ☒   有 ☐                                  boxes after
//   2) ☐是 ☐否 与审核方达成了信息安全协议        the anchor after the boxes
#include <algorithm>
#include <array>

#include "parse/readings.h"

namespace attest {
namespace {

constexpr int kNoMatch = 1000;
constexpr int kInside = 20;  // added where the label stands inside a box's text instead of at its border
constexpr int kLongestOption =
    14;  // characters: more behind a box that matches nothing is a paragraph, no option
constexpr int kBeforeAnchor = 24;  // characters: how far boxes stand before an anchor that follows them

struct Window {
  int begin = 0, end = 0;
  bool found = false;
};

struct Segment {
  int mark = 0;            // position of the box
  int begin = 0, end = 0;  // the text it owns
};

// Without its anchor a group of three options and more is still told by a line that prints two of them behind
// boxes.
Window window_of_options(const Layout& layout, const GroupRule& group, const Part& part) {
  constexpr std::size_t kFewestOptions = 3;
  constexpr int kFewestFound = 2;
  if (group.options.size() < kFewestOptions) return {};
  const SourceText& text = layout.text();
  for (const SourceLine& line : text.lines()) {
    if (line.begin < part.begin || line.end > part.end) continue;
    int found = 0;
    for (const OptionRule& option : group.options) {
      const bool printed =
          std::any_of(option.labels.begin(), option.labels.end(), [&](const std::string& name) {
            const std::u32string label = kMarkCharacter + fold(std::string_view(name)).text;
            return text.folded().substr(line.begin, line.end - line.begin).find(label) !=
                   std::u32string::npos;
          });
      found += printed;
    }
    if (found >= kFewestFound)
      return {line.begin, std::max(line.end, layout.next_stop(line.end, part.end)), true};
  }
  return {};
}

Window window_of(const Layout& layout, const GroupRule& group) {
  const SourceText& text = layout.text();
  const Part part = layout.parts.range(group.part, text);
  if (group.anchors.empty()) return {part.begin, part.end, true};
  const auto found = std::find_if(layout.anchors.begin(), layout.anchors.end(),
                                  [&](const auto& a) { return a.first == &group; });
  if (found == layout.anchors.end()) return window_of_options(layout, group, part);
  const Match anchor = found->second;
  if (group.anchor_side == "after") {
    int begin = std::max(part.begin, anchor.begin - kBeforeAnchor);
    for (const auto& [other, match] : layout.anchors) {
      if (match.end <= anchor.begin) begin = std::max(begin, match.end);
    }
    return {begin, anchor.begin, true};
  }
  if (group.box_at == "paragraph") return {anchor.end, part.end, true};
  return {anchor.end, layout.next_stop(anchor.end, part.end), true};
}

std::vector<int> marks_in(const SourceText& text, const Window& window) {
  std::vector<int> out;
  for (int at = window.begin; at < window.end; ++at) {
    if (text.folded()[at] == kMarkCharacter) out.push_back(at);
  }
  return out;
}

std::vector<Segment> segments(const std::vector<int>& marks, const Window& window, bool boxes_first) {
  std::vector<Segment> out;
  for (std::size_t i = 0; i < marks.size(); ++i) {
    Segment s{marks[i], 0, 0};
    if (boxes_first) {
      s.begin = marks[i] + 1;
      s.end = i + 1 < marks.size() ? marks[i + 1] : window.end;
    } else {
      s.begin = i > 0 ? marks[i - 1] + 1 : window.begin;
      s.end = marks[i];
    }
    out.push_back(s);
  }
  return out;
}

// How badly a box's text fits an option; the least over its labels.
int misfit(const SourceText& text, const Segment& s, const OptionRule& option, bool boxes_first) {
  int least = kNoMatch;
  const std::u32string_view range = std::u32string_view(text.folded()).substr(0, s.end);
  for (const std::string& name : option.labels) {
    const std::u32string label = fold(std::string_view(name)).text;
    const int length = static_cast<int>(label.size());
    // Beside a box one wrong character is borne even in short labels: the siblings decide.
    const int allowed = std::max(tolerated_errors(length), length >= 3 ? 1 : 0);
    const int from = boxes_first ? s.begin : s.end - length;
    const Match border = from >= s.begin ? match_at(range, from, label, allowed) : Match{};
    if (border) {
      least = std::min(least, 2 * border.errors);
      continue;
    }
    const Match inside = find_label(range, label, tolerated_errors(length), s.begin);
    if (inside) least = std::min(least, kInside + inside.errors * 2);
  }
  return least;
}

struct Assignment {
  std::vector<int> mark_of;  // option → position of its box, or -1
  int matched_at_border = 0;
};

Assignment assign(const SourceText& text, const GroupRule& group, const std::vector<int>& marks,
                  const Window& window, bool boxes_first) {
  Assignment out;
  out.mark_of.assign(group.options.size(), -1);
  const std::vector<Segment> all = segments(marks, window, boxes_first);
  std::vector<std::array<int, 3>> pairs;  // misfit, segment, option
  for (int s = 0; s < static_cast<int>(all.size()); ++s) {
    for (int o = 0; o < static_cast<int>(group.options.size()); ++o) {
      const int cost = misfit(text, all[s], group.options[o], boxes_first);
      if (cost < kNoMatch) pairs.push_back({cost, s, o});
    }
  }
  std::sort(pairs.begin(), pairs.end());
  std::vector<bool> used(all.size(), false);
  for (const auto& [cost, s, o] : pairs) {
    if (used[s] || out.mark_of[o] >= 0) continue;
    used[s] = true;
    out.mark_of[o] = all[s].mark;
    out.matched_at_border += cost < kInside;
  }
  // As many boxes as options: what is left over goes by order.
  if (all.size() == group.options.size() && group.box_at == "label") {
    std::size_t s = 0;
    for (int& mark : out.mark_of) {
      if (mark >= 0) continue;
      while (s < all.size() && used[s]) ++s;
      // "有，说明：…" runs on to the end of its window.
      const bool yes_or_no = group.options.size() == 2 && s + 1 == all.size() && boxes_first;
      if (s < all.size() && (yes_or_no || all[s].end - all[s].begin <= kLongestOption)) {
        mark = all[s].mark;
        used[s] = true;
      }
    }
  }
  return out;
}

// What a box that the image's reader missed may have been read as: a hanzi of its shape, 口 for an empty one,
// 回 or 国 for one with something in it; a tick without a box as a letter or a stroke, where something ended
// before it and other options have boxes.
std::optional<MarkState> state_of_misread(const SourceText& text, int at, bool among_boxes) {
  static constexpr std::u32string_view kEmpty = U"口囗", kFilled = U"回国团因图园圆固四田",
                                       kTicks = U"√✓vV/丿,";
  const char32_t c = text.folded()[at];
  if (kEmpty.find(c) != kEmpty.npos) return MarkState::unchecked;
  if (kFilled.find(c) != kFilled.npos) return MarkState::checked;
  const bool stands_alone = text.starts_line(at) || text.gap_before(at) || text.folded()[at - 1] == U':';
  if (among_boxes && stands_alone && kTicks.find(c) != kTicks.npos) return MarkState::checked;
  return std::nullopt;
}

// Believed, with little confidence, only straight before an option's label.
std::optional<Mark> misread_box(const SourceText& text, const OptionRule& option, const Window& window,
                                bool among_boxes, int* at) {
  constexpr double kConfidence = 0.6;
  const std::u32string_view range = std::u32string_view(text.folded()).substr(0, window.end);
  for (const std::string& name : option.labels) {
    const std::u32string label = fold(std::string_view(name)).text;
    for (int i = window.begin; i + 1 < window.end; ++i) {
      const std::optional<MarkState> state = state_of_misread(text, i, among_boxes);
      if (!state || !text.recognised(i) || !match_at(range, i + 1, label, 0)) continue;
      Mark mark;
      mark.box = text.evidence(i, i + 1).box;
      mark.state = *state;
      mark.confidence = kConfidence;
      *at = i;
      return mark;
    }
  }
  return std::nullopt;
}

Evidence label_evidence(const SourceText& text, const OptionRule& option, const Window& window) {
  const std::u32string_view range = std::u32string_view(text.folded()).substr(0, window.end);
  for (const std::string& name : option.labels) {
    const std::u32string label = fold(std::string_view(name)).text;
    const Match match =
        find_label(range, label, tolerated_errors(static_cast<int>(label.size())), window.begin);
    if (match) return text.evidence(match.begin, match.end);
  }
  return window.found && window.begin < text.size() ? text.evidence(window.begin, window.begin + 1)
                                                    : Evidence{};
}

std::vector<RawOption> read_group(const Layout& layout, const GroupRule& group) {
  const SourceText& text = layout.text();
  const Window window = window_of(layout, group);
  const std::vector<int> marks = marks_in(text, window);
  Assignment best = assign(text, group, marks, window, true);
  if (group.box_at == "label" &&
      best.matched_at_border < static_cast<int>(std::min(marks.size(), group.options.size()))) {
    Assignment after = assign(text, group, marks, window, false);
    if (after.matched_at_border > best.matched_at_border) best = std::move(after);
  }
  std::vector<RawOption> out;
  for (std::size_t o = 0; o < group.options.size(); ++o) {
    const OptionRule& rule = group.options[o];
    RawOption option{rule.option, rule.labels.empty() ? rule.option : rule.labels.front(), std::nullopt, {}};
    int at = best.mark_of[o];
    option.mark =
        at >= 0 ? std::optional(text.mark(at)) : misread_box(text, rule, window, !marks.empty(), &at);
    if (option.mark) {
      option.evidence = text.evidence(at, at + 1);
    } else {
      option.evidence = label_evidence(text, rule, window);
    }
    out.push_back(std::move(option));
  }
  return out;
}

}  // namespace

void read_selections(const Layout& layout, RawReading& out) {
  for (const GroupRule& group : layout.scheme.groups) out.selections[group.group] = read_group(layout, group);
}

}  // namespace attest
