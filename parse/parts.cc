#include "parse/parts.h"

#include <algorithm>
#include <optional>

#include "parse/labels.h"

namespace attest {
namespace {

struct Heading {
  int line_begin = 0, end = 0;
  double cost = 0;
};

// Headings may end with a remark "【适用时，…】" that wraps, and with a colon.
int skip_heading_rest(const SourceText& text, int at) {
  constexpr int kLongestHeadingRemark = 90;
  const std::u32string& s = text.folded();
  const int end = text.size();
  if (at < end && (s[at] == U'[' || s[at] == U'(')) {
    const int after = skip_bracket(s, at, end, kLongestHeadingRemark);
    if (after == at) {  // the closing bracket was not read: the remark ends with its line
      const int line = text.line_at(at);
      return text.lines()[line].end;
    }
    at = after;
  }
  if (at < end && (s[at] == U':' || s[at] == U';')) ++at;
  return at;
}

std::vector<Heading> candidates(const SourceText& text, const std::string& title) {
  constexpr double kUnnumbered = 1.5, kTextAfter = 4, kTextAfterLong = 2, kWorst = 3.9;
  constexpr int kLongTitle = 7;  // characters that no sentence starts with by chance
  std::vector<Heading> out;
  const std::u32string& s = text.folded();
  const std::u32string label = fold(std::string_view(title)).text;
  const int allowed = tolerated_errors(static_cast<int>(label.size()));
  for (const SourceLine& line : text.lines()) {
    const int start = skip_numbering(s, line.begin, line.end);
    const Match match = match_at(s, start, label, allowed);
    if (!match) continue;
    Heading h{line.begin, skip_heading_rest(text, match.end), match.errors * 1.0};
    const bool numbered = start > line.begin && start - line.begin <= 3;  // "6." but not "1.14"
    if (!numbered) h.cost += kUnnumbered;
    // A speck behind the heading may be read as a point.
    const bool alone = h.end + 1 >= text.size() || text.starts_line(h.end) || text.starts_line(h.end + 1);
    const bool telling = numbered && static_cast<int>(label.size()) >= kLongTitle;
    if (!alone && h.end == match.end) h.cost += telling ? kTextAfterLong : kTextAfter;
    if (h.cost < kWorst) out.push_back(h);
  }
  return out;
}

}  // namespace

Part Parts::range(const std::string& name, const SourceText& text) const {
  const auto found = by_name.find(name);
  if (found != by_name.end()) return found->second;
  return {0, text.size()};
}

Parts find_parts(const SourceText& text, const Scheme& scheme) {
  // Line begin → heading; a part may have several (the narratives), each the best place of its title.
  std::map<int, std::pair<std::string, Heading>> found;
  for (const auto& [part, titles] : scheme.headings) {
    for (const std::string& title : titles) {
      std::optional<Heading> best;
      for (const Heading& h : candidates(text, title)) {
        if (!best || h.cost < best->cost) best = h;
      }
      if (!best) continue;
      const auto [at, inserted] = found.try_emplace(best->line_begin, part, *best);
      if (!inserted && best->cost < at->second.second.cost) at->second = {part, *best};
    }
  }
  Parts parts;
  parts.by_name["cover"] = {0, found.empty() ? text.size() : found.begin()->first};
  for (auto it = found.begin(); it != found.end(); ++it) {
    const auto& [part, heading] = it->second;
    parts.headings.push_back(it->first);
    const auto next = std::next(it);
    const int end = next == found.end() ? text.size() : next->first;
    const auto known = parts.by_name.find(part);
    if (known == parts.by_name.end()) {
      // The heading's own line belongs to the part: it is the label of a block.
      parts.by_name[part] = {it->first, end};
    } else {
      known->second.end = end;
    }
  }
  return parts;
}

}  // namespace attest
