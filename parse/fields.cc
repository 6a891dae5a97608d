// Fields by their places: the label, then the value up to where something else begins.
//
//   1.6 受审查组织联系方式
//   联系人： 陆一 职务： 主任 电话： 130… 邮箱： _____      inline: four labels on a line
//   1.3 工商注册地址：
//   海州市云台路 18 号                                        inline: value on the next line
//   评价抽样方法说明【包括：…】                              block: paragraphs up to the next heading
//   本次审查时间： 2024 年 11 月 19 日 下午至 …              pattern: a stretch of the inline value
#include <algorithm>

#include "parse/pattern.h"
#include "parse/readings.h"

namespace attest {
namespace {

constexpr int kLeastBlock = 8;  // characters of a block's text

// Where a block ends: headings and the labels of other blocks, but not numbered lines or anchors, since
// paragraphs may hold their own.
int block_end(const Layout& layout, const LabelHit& from, int end) {
  for (const int heading : layout.parts.headings) {
    if (heading >= from.end) end = std::min(end, heading);
  }
  for (const PlacedLabel& other : layout.labels) {
    if (other.label.begin >= from.end && other.label.line_start && other.label.errors == 0) {
      end = std::min(end, other.label.begin);
    }
  }
  return end;
}

bool overlaps_label(const Layout& layout, const SourceLine& line) {
  return std::any_of(layout.labels.begin(), layout.labels.end(), [&](const PlacedLabel& l) {
    return l.label.begin < line.end && l.label.end > line.begin;
  });
}

// A scan's running header prints the body's name once more on every page, smaller and plainer than the cover
// does.
void read_running_title(const Layout& layout, const FieldRule& field, const std::u32string& name,
                        RawReading& out) {
  constexpr int kMostRepeats = 6;
  constexpr int kErrorShare = 3;  // one character in three may differ between two readings of the name
  const SourceText& running = layout.flow.running;
  int repeats = 0;
  for (const SourceLine& line : running.lines()) {
    if (!running.recognised(line.begin) || repeats >= kMostRepeats) continue;
    const std::u32string_view s = std::u32string_view(running.folded()).substr(0, line.end);
    const Match match = find_label(s, name, static_cast<int>(name.size()) / kErrorShare, line.begin);
    if (!match) continue;
    ++repeats;
    out.fields[field.name].push_back(running.piece(match.begin, match.end, "header"));
  }
}

// The certification body has no label: it is the cover's line that names a body and stands nearest to the
// title.
void read_title_line(const Layout& layout, const FieldRule& field, const FieldPlace& place, RawReading& out) {
  const SourceText& text = layout.text();
  const Part part = layout.parts.range(place.part, text);
  const std::u32string_view cover = std::u32string_view(text.folded()).substr(0, part.end);
  int title = part.end;
  for (const std::string& name : layout.scheme.titles) {
    const std::u32string label = fold(std::string_view(name)).text;
    const Match match =
        find_label(cover, label, tolerated_errors(static_cast<int>(label.size())), part.begin);
    if (match) title = std::min(title, match.begin);
  }
  int best = -1;
  double best_rank = -1;
  for (int i = 0; i < static_cast<int>(text.lines().size()); ++i) {
    const SourceLine& line = text.lines()[i];
    if (line.begin < part.begin || line.end > part.end || overlaps_label(layout, line)) continue;
    const std::u32string_view s = cover.substr(line.begin, line.end - line.begin);
    if (line.begin <= title && title < line.end) continue;
    const bool names_body = match_pattern(text, place.pattern, line.begin, line.end).has_value();
    const double rank =
        (names_body ? 4 : 0) + (line.end <= title ? 2 : 0) + (s.find(U"认证") != s.npos ? 1 : 0);
    if (rank > best_rank) {
      best_rank = rank;
      best = i;
    }
  }
  if (best < 0 || best_rank < 2) return;
  const SourceLine& line = text.lines()[best];
  out.fields[field.name].push_back(text.piece(line.begin, line.end, place.where));
  read_running_title(layout, field, text.folded().substr(line.begin, line.end - line.begin), out);
}

bool take_match(const Layout& layout, const FieldRule& field, const FieldPlace& place, int begin, int end,
                RawReading& out) {
  const auto match = match_pattern(layout.text(), place.pattern, begin, end);
  if (!match || match->count("value") == 0) return false;
  const auto [from, to] = match->at("value");
  out.fields[field.name].push_back(layout.text().piece(from, to, place.where));
  return true;
}

// Labels likeliest first; then, on a scan, the label anywhere in the text ("■售后服务依据GB/T…" without its
// gap) and a pattern that says enough by itself anywhere in the part.
void read_pattern(const Layout& layout, const FieldRule& field, const FieldPlace& place, RawReading& out) {
  const SourceText& text = layout.text();
  const Part part = layout.parts.range(place.part, text);
  std::vector<LabelHit> hits = find_labels(text, part.begin, part.end, place.labels);
  std::stable_sort(hits.begin(), hits.end(),
                   [](const LabelHit& a, const LabelHit& b) { return a.cost() < b.cost(); });
  for (const LabelHit& hit : hits) {
    if (take_match(layout, field, place, hit.end, layout.next_stop(hit.end, part.end), out)) return;
  }
  if (part.begin >= text.size() || !text.recognised(part.begin)) return;
  const std::u32string_view range = std::u32string_view(text.folded()).substr(0, part.end);
  for (const std::string& name : place.labels) {
    const std::u32string label = fold(std::string_view(name)).text;
    const Match match =
        find_label(range, label, tolerated_errors(static_cast<int>(label.size())), part.begin);
    if (match && take_match(layout, field, place, match.end, layout.next_stop(match.end, part.end), out))
      return;
  }
  if (field.type == "code") take_match(layout, field, place, part.begin, part.end, out);
}

// A block's text starts on a line of its own; what runs on behind its label is a remark that lost its opening
// bracket. It ends with the closing one, which may stand some lines on, or else with its paragraph.
int remark_end(const SourceText& text, int begin, int limit) {
  const int end = std::min(limit, begin + kLongestRemark);
  for (int at = begin; at < end; ++at) {
    const char32_t c = text.folded()[at];
    if (c == U'[') break;  // of something else
    if (c == U']') return at + 1;
  }
  return paragraph_end(text, begin);
}

void read_place(const Layout& layout, const PlacedLabel& placed, RawReading& out) {
  const FieldPlace& place = *placed.place;
  const Part part = layout.parts.range(place.part, layout.text());
  int begin = placed.label.end;
  if (place.shape == "block" && placed.label.runs_on) begin = remark_end(layout.text(), begin, part.end);
  const int end =
      place.shape == "block" ? block_end(layout, placed.label, part.end) : layout.next_stop(begin, part.end);
  // A long heading looks as if the text wrapped, and the whole block is taken for a remark then. What a
  // remark leaves for its second line is shorter than a block's text.
  if (place.shape == "block" && placed.label.runs_on && begin >= end &&
      layout.text().recognised(placed.label.end)) {
    const int first_line = line_end(layout.text(), placed.label.end);
    if (end - first_line >= kLeastBlock) begin = first_line;
  }
  out.fields[placed.field->name].push_back(layout.text().piece(begin, end, place.where));
}

}  // namespace

void read_fields(const Layout& layout, RawReading& out) {
  for (const FieldRule& field : layout.scheme.fields) {
    for (const FieldPlace& place : field.places) {
      if (place.labels.empty()) {
        read_title_line(layout, field, place, out);
      } else if (place.shape == "pattern") {
        read_pattern(layout, field, place, out);
      }
    }
  }
  for (const PlacedLabel& placed : layout.labels) {
    if (placed.place->shape != "pattern") read_place(layout, placed, out);
  }
}

}  // namespace attest
