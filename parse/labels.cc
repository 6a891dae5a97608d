#include "parse/labels.h"

#include <algorithm>
#include <array>

namespace attest {
namespace {

bool is_colon(char32_t c) { return c == U':' || c == U'：' || c == U'∶'; }

// Misread colons; believed only where the line says that a label stands here.
bool is_weak_colon(char32_t c) { return c == U';' || c == U'.' || c == U','; }

bool is_colon_like(char32_t c) { return is_colon(c) || is_weak_colon(c); }

std::vector<std::u32string> folded_labels(const std::vector<std::string>& labels) {
  std::vector<std::u32string> out;
  for (const std::string& label : labels) {
    std::u32string folded_label = fold(std::string_view(label)).text;
    while (!folded_label.empty() && is_colon(folded_label.back())) folded_label.pop_back();
    if (!folded_label.empty()) out.push_back(std::move(folded_label));
  }
  return out;
}

// The end of the remark that opens here, or `begin` when its closing bracket was not read: a bracket at a
// line's end or before a colon closes it rather than the first one, for "(1)" may be read as "(])".
int remark_close(const SourceText& text, int begin, int limit) {
  const std::u32string& s = text.folded();
  if (s[begin] == U'[') {
    const int end = std::min({limit, begin + kLongestRemark, paragraph_end(text, begin)});
    for (int at = begin; at < end; ++at) {
      const bool closes = at + 1 >= limit || text.starts_line(at + 1) || is_colon(s[at + 1]);
      if (s[at] == U']' && closes) return at + 1;
    }
  }
  return skip_bracket(s, begin, limit, kLongestRemark);
}

// The hit for a label that matched [begin, end), if what surrounds it looks like a label's place.
std::optional<LabelHit> as_label(const SourceText& text, int start, const Match& match, int limit) {
  const std::u32string& folded_text = text.folded();
  LabelHit hit{start, match.end, match.errors, text.starts_line(start), false, false};
  const int next = match.end;
  if (next < limit && (folded_text[next] == U'[' || folded_text[next] == U'(')) {
    hit.end = remark_close(text, next, limit);
    // The closing bracket was not read: the remark ends with its paragraph.
    if (hit.end == next && folded_text[next] == U'[') hit.end = std::min(paragraph_end(text, next), limit);
  }
  // A speck may be read as a point between label and colon.
  if (hit.end + 1 < limit && is_weak_colon(folded_text[hit.end]) && is_colon(folded_text[hit.end + 1]))
    ++hit.end;
  if (hit.end < limit && is_colon(folded_text[hit.end])) {
    hit.colon = true;
    ++hit.end;
    return hit;
  }
  const bool alone = hit.end >= limit || text.gap_before(hit.end) || folded_text[hit.end] == kMarkCharacter;
  constexpr int kFirmLength = 4;
  const bool firm = match.errors == 0 && match.end - match.begin >= kFirmLength;
  if ((hit.line_start || firm) && hit.end < limit && is_weak_colon(folded_text[hit.end])) {
    hit.colon = firm;
    ++hit.end;
    return hit;
  }
  if (alone || hit.end > match.end) return hit;
  // A long label at the start of a line needs no colon ("评价组推荐的认证范围和星级").
  constexpr int kTellingLength = 6;
  if (hit.line_start && match.end - match.begin >= kTellingLength) {
    hit.runs_on = true;
    return hit;
  }
  return std::nullopt;
}

}  // namespace

int line_end(const SourceText& text, int position) {
  return text.lines()[static_cast<std::size_t>(text.line_at(position))].end;
}

int paragraph_end(const SourceText& text, int position) {
  std::size_t line = static_cast<std::size_t>(text.line_at(position));
  while (line + 1 < text.lines().size() && text.lines()[line + 1].before == LineBreak::wrap) ++line;
  return text.lines()[line].end;
}

bool is_digit(char32_t c) { return c >= U'0' && c <= U'9'; }

double LabelHit::cost() const { return 2.0 * errors + (line_start ? 0 : 1.5) + (colon ? 0 : 2); }

namespace {

// With at most k edits one of the label's first k + 1 characters stands within k places of its own: a cheap
// look that saves the table of edits nearly everywhere.
bool may_begin_with(std::u32string_view text, std::u32string_view label, int k) {
  for (int i = 0; i <= k && i < static_cast<int>(label.size()); ++i) {
    for (int j = std::max(0, i - k); j <= i + k && j < static_cast<int>(text.size()); ++j) {
      if (label[i] == text[j]) return true;
    }
  }
  return label.size() <= static_cast<std::size_t>(k);
}

}  // namespace

Match match_at(std::u32string_view text, int from, std::u32string_view label, int max_errors) {
  const int m = static_cast<int>(label.size());
  const int n = std::min(static_cast<int>(text.size()) - from, m + max_errors);
  Match none;
  if (from < 0 || n < m - max_errors || m == 0) return none;
  if (max_errors == 0) {
    if (text.substr(from, m) != label) return none;
    return {from, from + m, 0};
  }
  if (!may_begin_with(text.substr(from, n), label, max_errors)) return none;
  // Row i: edits between label[0, i) and text[from, from + j).
  std::vector<int> row(n + 1);
  for (int j = 0; j <= n; ++j) row[j] = j;
  for (int i = 1; i <= m; ++i) {
    int diagonal = row[0];
    row[0] = i;
    for (int j = 1; j <= n; ++j) {
      const int substitute = diagonal + (label[i - 1] != text[from + j - 1]);
      diagonal = row[j];
      row[j] = std::min({substitute, row[j] + 1, row[j - 1] + 1});
    }
  }
  int best = -1;
  for (int j = 0; j <= n; ++j) {
    // Of equal costs the length nearest to the label's.
    if (best < 0 || row[j] < row[best] || (row[j] == row[best] && std::abs(j - m) < std::abs(best - m)))
      best = j;
  }
  if (row[best] > max_errors) return none;
  return {from, from + best, row[best]};
}

// Strokes that a recogniser makes of a section's number: "工.基本信息", "l.3 工商注册地址", "].4".
bool is_number_like(char32_t c) {
  static constexpr std::u32string_view kLookalikes = U"lI|[]!iLJTO工上己";
  return is_digit(c) || kLookalikes.find(c) != std::u32string_view::npos;
}

bool is_point(char32_t c) { return c == U'.' || c == U',' || c == U'·'; }

int skip_misread_numbering(const std::u32string& text, int position, int end) {
  constexpr int kLongest = 6;  // "1.1I."
  int at = position, points = 0;
  while (at < end && at - position < kLongest &&
         (is_number_like(text[at]) || (is_point(text[at]) && at > position))) {
    points += is_point(text[at]) ? 1 : 0;
    ++at;
  }
  return points > 0 ? at : position;
}

int skip_numbering(const std::u32string& text, int position, int end) {
  constexpr int kLongest = 9;  // "5.2.5.10."
  int at = position;
  if (at < end && text[at] == U'-') ++at;  // a list dash of a transcript
  if (at < end && text[at] == U'(') ++at;
  const int digits = at;
  while (at < end && at - position < kLongest &&
         (is_digit(text[at]) || ((text[at] == U'.' || text[at] == U'·') && at > digits)))
    ++at;
  if (at == digits) {
    // Chinese numerals: "三,总结"
    static constexpr std::u32string_view kNumerals = U"一二三四五六七八九十";
    if (at + 1 < end && kNumerals.find(text[at]) != std::u32string_view::npos &&
        (text[at + 1] == U',' || text[at + 1] == U'、')) {
      return at + 2;
    }
    return skip_misread_numbering(text, position, end);
  }
  if (at < end && (is_number_like(text[at]) && !is_digit(text[at])))
    return skip_misread_numbering(text, position, end);
  if (at < end && (text[at] == U')' || text[at] == U',' || text[at] == U'、' || text[at] == U'.')) ++at;
  return at;
}

int skip_bracket(const std::u32string& text, int position, int end, int most) {
  if (position >= end) return position;
  const char32_t open = text[position];
  const char32_t close = open == U'[' ? U']' : open == U'(' ? U')' : U'\0';
  if (close == U'\0') return position;
  int depth = 0;
  for (int at = position; at < end && at - position <= most; ++at) {
    if (text[at] == open) ++depth;
    if (text[at] == close && --depth == 0) return at + 1;
  }
  return position;
}

std::vector<LabelHit> find_labels(const SourceText& text, int begin, int end,
                                  const std::vector<std::string>& labels) {
  std::vector<LabelHit> hits;
  const std::u32string& folded_text = text.folded();
  for (const std::u32string& label : folded_labels(labels)) {
    const int tolerated = tolerated_errors(static_cast<int>(label.size()));
    for (int at = begin; at < end; ++at) {
      const bool exact_here = folded_text[at] == label[0];
      const bool gap = text.gap_before(at);
      if (!gap && !exact_here) continue;
      const int end_of_line = line_end(text, at);
      const int numbered = text.starts_line(at) ? skip_numbering(folded_text, at, end_of_line) : at;
      const int start = numbered < end_of_line ? numbered : at;
      for (int from : {start, at}) {
        // A short label that was read with an error is one only with a colon behind it.
        const bool short_label = tolerated == 0 && gap && text.recognised(at);
        const int allowed = short_label ? 1 : gap ? tolerated : 0;
        const Match match = match_at(folded_text, from, label, allowed);
        if (!match || match.end > end) continue;
        if (short_label && match.errors > 0 && !(match.end < end && is_colon_like(folded_text[match.end])))
          continue;
        std::optional<LabelHit> hit = as_label(text, at, match, end);
        // In the middle of running text only a colon makes a label.
        if (hit && !gap && !hit->colon) hit.reset();
        // A hanzi right before a short label means a longer label that is not ours.
        constexpr int kShort = 4;
        if (hit && !gap && static_cast<int>(label.size()) <= kShort && at > begin &&
            is_hanzi(folded_text[at - 1])) {
          hit->errors += 1;
        }
        if (hit) {
          hits.push_back(*hit);
          break;
        }
        if (start == at) break;
      }
    }
  }
  std::sort(hits.begin(), hits.end(), [](const LabelHit& a, const LabelHit& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.cost() < b.cost();
  });
  return hits;
}

std::optional<LabelHit> best_label(const SourceText& text, int begin, int end,
                                   const std::vector<std::string>& labels) {
  std::optional<LabelHit> best;
  for (const LabelHit& hit : find_labels(text, begin, end, labels)) {
    if (!best || hit.cost() < best->cost()) best = hit;
  }
  return best;
}

}  // namespace attest
