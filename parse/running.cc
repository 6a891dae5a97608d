// A running line is recognised by what it says ("- 2 -", "第 2 页 共 7 页", a scanner app's name) or by being
// repeated: nearly the same text at the same height of the sheet on several pages. The first page is a cover
// and keeps what is repeated (the certification body's name may stand in the header of the others).
#include "parse/running.h"

#include <algorithm>
#include <cmath>

#include "parse/labels.h"
#include "text/fold.h"

namespace attest {
namespace {

constexpr double kEdge = 0.11;  // share of the sheet's height at its top and bottom where running lines stand
constexpr double kSameHeight = 0.02;  // share of the sheet's height that a repeated line may wander on scans
constexpr int kEdgeLines = 2;         // without boxes: lines at either end of a page that may be running
constexpr double kSimilar = 0.34;     // edits per character between two readings of one running line
constexpr int kFarthest = 20;         // pages between which repeats are looked for; bounds the work
constexpr int kFewestRepeats = 2;     // other pages that must show it

constexpr double kSamePlace = 0.02;  // share of the sheet's width that both ends of such a line may wander
constexpr double kShortLine = 0.35;  // share of the sheet's width that it may take
constexpr double kMostPages = 0.6;   // share of the pages that must show it

struct Candidate {
  int page = 0, line = 0;
  double left = 0, right = 0;  // shares of the sheet's width
  double height = -1;          // share of the sheet from its top; negative: unknown
  bool bottom = false;
  std::u32string text;
};

bool only(const std::u32string& text, std::u32string_view allowed) {
  return std::all_of(text.begin(), text.end(),
                     [&](char32_t c) { return is_digit(c) || allowed.find(c) != std::u32string_view::npos; });
}

// "-2-", "2", "2/7", "第2页共7页", and with specks "-,6-", "第2页共?责"
bool is_page_number(const std::u32string& text) {
  constexpr std::size_t kLongest = 14, kLongestBare = 7;
  constexpr double kOwnShare = 0.6;  // characters of a page line that are its own words, digits or strokes
  if (text.empty() || text.size() > kLongest) return false;
  if (std::none_of(text.begin(), text.end(), is_digit)) return false;
  const auto own = std::count_if(text.begin(), text.end(), [](char32_t c) {
    static constexpr std::u32string_view kWords = U"第页共/-";
    return is_digit(c) || kWords.find(c) != kWords.npos;
  });
  if (text.find(U'第') != text.npos || text.find(U'页') != text.npos) {
    return static_cast<double>(own) >= kOwnShare * static_cast<double>(text.size());
  }
  if (text.size() > kLongestBare) return false;
  const bool strokes = text.find(U'-') != text.npos;  // "-,6-" but not "1.15"
  return only(text, strokes ? U"-/.,'" : U"-/");
}

bool is_scanner_line(const std::u32string& text) {
  static constexpr std::u32string_view kNames[] = {U"扫描全能王", U"CamScanner", U"全能扫描王"};
  constexpr std::size_t kLongest = 20;
  if (text.size() > kLongest) return false;
  return std::any_of(std::begin(kNames), std::end(kNames),
                     [&](std::u32string_view name) { return bool(find_label(text, name, 1)); });
}

bool similar(const std::u32string& a, const std::u32string& b) {
  const int longest = static_cast<int>(std::max(a.size(), b.size()));
  const int allowed = static_cast<int>(longest * kSimilar);
  if (std::abs(static_cast<int>(a.size()) - static_cast<int>(b.size())) > allowed) return false;
  if (a == b) return true;
  const Match match = match_at(a, 0, b, allowed);
  return match && match.errors + (static_cast<int>(a.size()) - match.end) <= allowed;
}

std::vector<Candidate> candidates(const std::vector<Page>& pages) {
  std::vector<Candidate> out;
  for (int p = 0; p < static_cast<int>(pages.size()); ++p) {
    const Page& page = pages[p];
    std::vector<Candidate> here;
    for (int l = 0; l < static_cast<int>(page.lines.size()); ++l) {
      const Line& line = page.lines[l];
      Candidate c{p, l, 0, 0, -1, false, fold(line.text()).text};
      if (c.text.empty()) continue;
      if (!line.box.empty() && page.height > 0) {
        c.height = line.box.center_y() / page.height;
        c.bottom = c.height > 0.5;
        if (page.width > 0) {
          c.left = line.box.left / page.width;
          c.right = line.box.right() / page.width;
        }
        if (c.height > kEdge && c.height < 1 - kEdge) continue;
      }
      here.push_back(std::move(c));
    }
    const int count = static_cast<int>(here.size());
    for (int i = 0; i < count; ++i) {
      if (here[i].height < 0) {
        if (i >= kEdgeLines && i < count - kEdgeLines) continue;
        here[i].bottom = i >= count - kEdgeLines;
      }
      out.push_back(std::move(here[i]));
    }
  }
  return out;
}

// A scanner app's name in light grey is read differently on every page, but its place does not change.
bool stands_everywhere(const Candidate& c, const std::vector<Candidate>& all, std::size_t page_count) {
  constexpr std::size_t kFewestPages = 4;
  if (c.height < 0 || !c.bottom || c.right - c.left > kShortLine || page_count < kFewestPages) return false;
  std::set<int> found;
  for (const Candidate& o : all) {
    if (o.height < 0 || std::abs(o.page - c.page) > kFarthest) continue;
    if (std::abs(o.height - c.height) <= kSameHeight && std::abs(o.left - c.left) <= kSamePlace &&
        std::abs(o.right - c.right) <= kSamePlace) {
      found.insert(o.page);
    }
  }
  const double pages = static_cast<double>(std::min<std::size_t>(page_count, kFarthest));
  return static_cast<double>(found.size()) >= kMostPages * pages;
}

}  // namespace

std::set<std::pair<int, int>> running_lines(const std::vector<Page>& pages) {
  std::set<std::pair<int, int>> out;
  const std::vector<Candidate> all = candidates(pages);
  for (const Candidate& c : all) {
    if (is_scanner_line(c.text) || is_page_number(c.text)) {
      out.emplace(c.page, c.line);
      continue;
    }
    if (stands_everywhere(c, all, pages.size())) out.emplace(c.page, c.line);
    if (c.page == 0) continue;
    std::set<int> others;
    for (const Candidate& o : all) {
      if (o.page == c.page || o.page == 0 || o.bottom != c.bottom) continue;
      if (std::abs(o.page - c.page) > kFarthest) continue;
      if ((c.height < 0) != (o.height < 0)) continue;
      if (c.height >= 0 && std::abs(c.height - o.height) > kSameHeight) continue;
      if (c.height < 0 ? c.text == o.text : similar(c.text, o.text)) others.insert(o.page);
    }
    if (static_cast<int>(others.size()) >= kFewestRepeats) out.emplace(c.page, c.line);
  }
  return out;
}

}  // namespace attest
