#include "ocr/boilerplate.h"

#include <algorithm>
#include <cmath>

#include "text/fold.h"

namespace attest {
namespace {

constexpr double kHalfWidth = 0.5;      // em of a digit, a Latin letter and their punctuation
constexpr double kLengthShare = 0.15;   // by which fonts and justified lines change a paragraph's length
constexpr int kShortestEnding = 2;      // characters of a last line that tell anything
constexpr int kShortestBeginning = 4;   // … and of the glance at the first
constexpr double kNearRightEdge = 2.5;  // em before the right edge where a full line may end
constexpr double kIndent = 1.2;         // em by which a paragraph's first line is set in
constexpr double kFarthestLine = 4;     // em from one line's foot to the next one's head
constexpr double kOutermost = 0.1;      // share of the lines that may stand outside the text's edges

double ems_of(std::u32string_view text) {
  double ems = 0;
  for (const char32_t c : text) ems += is_space(c) ? 0 : c < 0x80 ? kHalfWidth : 1;
  return ems;
}

// Whether `part` is what `text` begins with (a misread first character aside).
bool begins(std::u32string_view text, std::u32string_view part) {
  const int length = static_cast<int>(part.size()), errors = tolerated_errors(length);
  const Match match =
      find_label(text.substr(0, part.size() + static_cast<std::size_t>(errors)), part, errors);
  return match && match.begin <= errors;
}

bool ends(std::u32string_view text, std::u32string_view part) {
  const int length = static_cast<int>(part.size()), errors = tolerated_errors(length);
  const int size = static_cast<int>(text.size());
  const int from = std::max(0, size - length - errors);
  const Match match = find_label(text, part, errors, from);
  return match && match.end >= size - errors;
}

// The punctuation at a line's end is the first thing that a scan loses.
std::u32string without_final_point(std::u32string text) {
  static constexpr std::u32string_view kPoints = U".,;:";
  while (!text.empty() && kPoints.find(text.back()) != kPoints.npos) text.pop_back();
  return text;
}

struct Edges {
  int left = 0, right = 0;
};

Edges edges_of(std::span<const TextLine> lines) {
  std::vector<int> left, right;
  for (const TextLine& line : lines) {
    if (line.region != 0) continue;
    left.push_back(line.box.x);
    right.push_back(line.box.right());
  }
  if (left.empty()) return {};
  std::sort(left.begin(), left.end());
  std::sort(right.begin(), right.end());
  const auto outside = static_cast<std::size_t>(kOutermost * static_cast<double>(left.size()));
  return {left[outside], right[right.size() - 1 - outside]};
}

bool is_full(const TextLine& line, const Edges& edges) {
  return line.box.right() > edges.right - kNearRightEdge * line.em;
}

bool follows(const TextLine& line, const TextLine& before, const Edges& edges) {
  const int gap = line.box.y - before.box.bottom();
  return line.box.x < edges.left + kIndent * line.em && gap > -before.em / 2 &&
         gap < kFarthestLine * before.em;
}

}  // namespace

Boilerplate::Boilerplate(std::span<const std::string> paragraphs) {
  for (const std::string& text : paragraphs) {
    std::u32string folded = without_final_point(fold(std::string_view(text)).text);
    if (!folded.empty()) paragraphs_.push_back({std::move(folded), ems_of(to_u32(text))});
  }
}

std::vector<int> Boilerplate::ending_as(std::string_view ending, double ems) const {
  const std::u32string text = without_final_point(fold(ending).text);
  std::vector<int> found;
  if (static_cast<int>(text.size()) < kShortestEnding) return found;
  for (std::size_t i = 0; i < paragraphs_.size(); ++i) {
    const Paragraph& p = paragraphs_[i];
    if (std::abs(ems - p.ems) <= kLengthShare * p.ems && ends(p.folded, text))
      found.push_back(static_cast<int>(i));
  }
  return found;
}

bool Boilerplate::begins_as(std::span<const int> candidates, std::string_view beginning) const {
  const std::u32string text = fold(beginning).text;
  if (static_cast<int>(text.size()) < kShortestBeginning) return false;
  return std::any_of(candidates.begin(), candidates.end(),
                     [&](int i) { return begins(paragraphs_[static_cast<std::size_t>(i)].folded, text); });
}

std::vector<std::vector<int>> wrapped_paragraphs(std::span<const TextLine> lines,
                                                 const std::vector<bool>& plain) {
  const Edges edges = edges_of(lines);
  std::vector<std::vector<int>> paragraphs;
  std::vector<int> open;  // full lines, the first of a paragraph and those that go on from it
  for (int i = 0; i < static_cast<int>(lines.size()); ++i) {
    const TextLine& line = lines[static_cast<std::size_t>(i)];
    if (line.region != 0) continue;
    const bool usable = plain[static_cast<std::size_t>(i)];
    if (!open.empty() && !(usable && follows(line, lines[static_cast<std::size_t>(open.back())], edges)))
      open.clear();
    if (!usable) continue;
    open.push_back(i);
    if (is_full(line, edges)) continue;
    if (open.size() > 1) paragraphs.push_back(open);
    open.clear();
  }
  return paragraphs;
}

}  // namespace attest
