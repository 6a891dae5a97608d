#include "parse/flow.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <set>

#include "parse/labels.h"
#include "parse/running.h"

namespace attest {
namespace {

constexpr int kTeamRoles = 3;      // header cells that make a team table of six columns
constexpr int kDetailRoles = 4;    // … a detail table of seven
constexpr int kSummaryRoles = 3;   // … a summary table of five, where a page break left few of its rows
constexpr int kSummaryNames = 3;   // indicator names that make a summary table without its header
constexpr int kTelling = 4;        // characters of a line that stands between two tables; less are specks
constexpr int kSharedColumns = 3;  // columns in the same place that make a table the rest of the one before
constexpr double kLeastEm = 6;     // points
constexpr double kSameEdge = 6;    // points between two edges of one column: half a hanzi, for skewed scans

// Points: the width of a hanzi, which most glyphs of a line are. A line's height tells nothing on a
// photograph, where lines run aslant.
double em_of(const Line& line) {
  std::vector<double> widths;
  for (const Glyph& glyph : line.glyphs) {
    if (!glyph.box.empty()) widths.push_back(glyph.box.width);
  }
  if (widths.empty()) return std::max(line.box.height, kLeastEm);
  const auto wide = widths.begin() + static_cast<std::ptrdiff_t>(widths.size() * 3 / 4);
  std::nth_element(widths.begin(), wide, widths.end());
  return std::max(std::min(*wide, line.box.height), kLeastEm);
}

bool is_indented(const Line& line, double left) {
  return !line.box.empty() && line.box.left > left + 1.4 * em_of(line);
}

// The paragraph goes on when the line before reached the right edge and this one starts at the left edge.
// Where boxes are unknown a line is a paragraph unless the one before ends without closing (a page break cut
// it).
LineBreak line_break(const Line* before, const Line& line, double left, double right) {
  if (before == nullptr) return LineBreak::paragraph;
  if (before->box.empty() || line.box.empty()) return LineBreak::paragraph;
  // Of a line that runs aslant the height says too much, which does no harm here.
  const bool full = before->box.right() > right - 2.5 * std::max(line.box.height, kLeastEm);
  return full && !is_indented(line, left) ? LineBreak::wrap : LineBreak::paragraph;
}

bool closes_sentence(const SourceText& text) {
  if (text.size() == 0) return true;
  static constexpr std::u32string_view kClosing = U".;:!?])\"";
  const char32_t last = text.folded().back();
  return last == kMarkCharacter || kClosing.find(last) != std::u32string_view::npos;
}

int summary_names(const Grid& grid, const Scheme& scheme) {
  std::set<std::string> found;
  for (const GridRow& row : grid.rows) {
    for (const GridCell& cell : row.cells) {
      for (const SectionRule& section : scheme.sections) {
        for (const IndicatorRule& indicator : section.indicators) {
          const std::u32string name = fold(std::string_view(indicator.name)).text;
          const int allowed = tolerated_errors(static_cast<int>(name.size()));
          const Match match = match_at(cell.text->folded(), 0, name, allowed);
          if (match && cell.text->size() <= static_cast<int>(name.size()) + allowed)
            found.insert(indicator.name);
        }
      }
    }
  }
  return static_cast<int>(found.size());
}

TableUse use_of(const Grid& grid, const Scheme& scheme) {
  constexpr int kHeaderRows = 3;  // a header may be printed over two rows, after an empty one
  for (int r = 0; r < std::min<int>(kHeaderRows, static_cast<int>(grid.rows.size())); ++r) {
    if (static_cast<int>(header_columns(grid.rows[r], scheme.team_columns).size()) >= kTeamRoles)
      return TableUse::team;
    if (scheme.score_form == "detail" &&
        static_cast<int>(header_columns(grid.rows[r], scheme.score_columns).size()) >= kDetailRoles) {
      return TableUse::detail;
    }
  }
  if (scheme.score_form == "summary" && summary_names(grid, scheme) >= kSummaryNames)
    return TableUse::summary;
  return TableUse::layout;
}

// Each cell stands in columns of the table before. Cells that a page break cut are open at the top, so that
// the rest of a table may lack the columns of its merged cells.
bool in_columns_of(const Grid& before, const Grid& rest) {
  std::vector<double> edges;
  for (const GridRow& row : before.rows) {
    for (const GridCell& cell : row.cells) {
      if (!cell.box.empty()) edges.insert(edges.end(), {cell.box.left, cell.box.right()});
    }
  }
  const auto is_edge = [&edges](double x) {
    return std::any_of(edges.begin(), edges.end(), [x](double e) { return std::abs(e - x) <= kSameEdge; });
  };
  for (const GridRow& row : rest.rows) {
    for (const GridCell& cell : row.cells) {
      if (cell.box.empty() || !is_edge(cell.box.left) || !is_edge(cell.box.right())) return false;
    }
  }
  return rest.columns >= kSharedColumns;
}

bool goes_on(const Grid& before, const Grid& rest) {
  return std::abs(before.columns - rest.columns) <= 1 || in_columns_of(before, rest);
}

// Nothing is printed within this share of the sheet's width from its sides; what is read there is the sheet's
// edge.
constexpr double kSideMargin = 0.045;

bool in_margin(const Glyph& glyph, const Page& page) {
  if (glyph.box.empty() || page.width <= 0) return false;
  const double x = glyph.box.center_x() / page.width;
  return x < kSideMargin || x > 1 - kSideMargin;
}

// A line of strokes alone is a ruling, a fold or an edge.
bool says_something(const Line& line) {
  return std::any_of(line.glyphs.begin(), line.glyphs.end(), [](const Glyph& g) {
    if (g.mark >= 0) return true;
    const std::u32string text = to_u32(g.text);
    if (text.empty()) return false;
    const bool stroke = text[0] == U'一' || text[0] == U'丨' || text[0] == U'l' || text[0] == U'I';
    return !stroke && (is_hanzi(text[0]) || (text[0] < 128 && std::isalnum(static_cast<int>(text[0]))));
  });
}

// Strokes behind the last word: what is left of a table's or the sheet's edge. The number of glyphs without
// them.
std::size_t without_end_strokes(const Line& line) {
  static constexpr std::u32string_view kStrokes = U"|丨｜ ";
  std::size_t size = line.glyphs.size(), kept = size;
  bool stroke = false;
  while (size > 0 && line.glyphs[size - 1].mark < 0) {
    const std::u32string text = to_u32(line.glyphs[size - 1].text);
    if (text.empty() || kStrokes.find(text[0]) == kStrokes.npos) break;
    stroke = stroke || text[0] != U' ';
    --size;
  }
  if (stroke) kept = size;
  return kept;
}

struct Builder {
  const Scheme* scheme = nullptr;
  Flow flow;
  const Line* last_line = nullptr;
  bool text_since_table = true;  // a table that follows another without text between may be its continuation

  void add_page(const Page& page, const std::set<int>& running);
  const Line& without_edges(const Line& line, const Page& page);
  void add_table(const Table& table, const Page& page);
  void add_layout(const Table& table, const Page& page);
};

// Left and right edge of the page's running text.
std::pair<double, double> text_edges(const Page& page, const std::set<int>& running) {
  std::vector<double> left, right;
  for (int i = 0; i < static_cast<int>(page.lines.size()); ++i) {
    if (running.count(i) || page.lines[i].box.empty()) continue;
    left.push_back(page.lines[i].box.left);
    right.push_back(page.lines[i].box.right());
  }
  if (left.empty()) return {0, page.width};
  std::sort(left.begin(), left.end());
  std::sort(right.begin(), right.end());
  return {left[left.size() / 10], right[right.size() - 1 - right.size() / 10]};  // specks may stand outside
}

void Builder::add_page(const Page& page, const std::set<int>& running) {
  const auto [left, right] = text_edges(page, running);
  bool first = true;
  for (const Block& block : page.blocks) {
    if (block.kind == Block::Kind::table) {
      if (block.index < 0 || block.index >= static_cast<int>(page.tables.size())) continue;
      add_table(page.tables[block.index], page);
      last_line = nullptr;
      first = false;
      continue;
    }
    if (block.index < 0 || block.index >= static_cast<int>(page.lines.size())) continue;
    if (running.count(block.index) > 0) {
      flow.running.add_line(page.lines[block.index], page, LineBreak::paragraph);
      continue;
    }
    const Line& line = without_edges(page.lines[block.index], page);
    LineBreak before = line_break(last_line, line, left, right);
    // Across a page break, and between lines of a transcript page, only an open sentence goes on.
    if (first && last_line != nullptr && !closes_sentence(flow.text) && !is_indented(line, left))
      before = LineBreak::wrap;
    const int size = flow.text.size();
    flow.text.add_line(line, page, before);
    if (flow.text.size() == size) continue;
    if (flow.text.size() - size >= kTelling) text_since_table = true;
    last_line = &line;
    first = false;
  }
}

// The line, or a copy without what rulings and the sheet's edges left in it.
const Line& Builder::without_edges(const Line& line, const Page& page) {
  if (page.origin != Origin::scan && page.origin != Origin::mixed) return line;
  Line copy = line;
  std::erase_if(copy.glyphs, [&](const Glyph& g) { return in_margin(g, page); });
  copy.glyphs.resize(without_end_strokes(copy));
  if (!says_something(copy)) copy.glyphs.clear();
  if (copy.glyphs.size() == line.glyphs.size()) return line;
  copy.box = {};
  for (const Glyph& glyph : copy.glyphs) copy.box = united(copy.box, glyph.box);
  return flow.own_lines.emplace_back(std::move(copy));
}

void Builder::add_layout(const Table& table, const Page& page) {
  std::vector<const Cell*> cells;
  for (const Cell& cell : table.cells) cells.push_back(&cell);
  std::stable_sort(cells.begin(), cells.end(), [](const Cell* a, const Cell* b) {
    return a->row != b->row ? a->row < b->row : a->column < b->column;
  });
  for (const Cell* cell : cells) {
    bool first = true;
    for (const Line& line : cell->lines) {
      flow.text.add_line(line, page, first ? LineBreak::paragraph : LineBreak::wrap, true);
      first = false;
    }
  }
  text_since_table = true;
}

void Builder::add_table(const Table& table, const Page& page) {
  if (scheme == nullptr) return add_layout(table, page);
  FlowTable out;
  out.grid = make_grid(table, page);
  out.use = use_of(out.grid, *scheme);
  out.position = flow.text.size();
  if (out.use == TableUse::layout && !text_since_table && !flow.tables.empty() &&
      goes_on(flow.tables.back().grid, out.grid)) {
    out.use = flow.tables.back().use;
    out.continued = true;
  }
  if (out.use == TableUse::layout) return add_layout(table, page);
  text_since_table = false;
  flow.tables.push_back(std::move(out));
}

}  // namespace

Grid make_grid(const Table& table, const Page& page) {
  Grid grid;
  grid.page = page.number;
  grid.box = table.box;
  grid.columns = table.columns;
  std::vector<const SourceText*> texts;
  for (const Cell& cell : table.cells) {
    SourceText& text = grid.texts.emplace_back();
    for (const Line& line : cell.lines) text.add_line(line, page, LineBreak::wrap, true);
    texts.push_back(&text);
  }
  constexpr int kMostRows = 4000;  // a bound against hostile input
  const int rows = std::clamp(table.rows, 0, kMostRows);
  grid.rows.resize(rows);
  for (std::size_t i = 0; i < table.cells.size(); ++i) {
    const Cell& cell = table.cells[i];
    const int last = std::min(rows, cell.row + std::max(1, cell.row_span));
    for (int r = std::max(0, cell.row); r < last; ++r) {
      grid.rows[r].cells.push_back({cell.column, cell.column_span, r == cell.row, texts[i], cell.box});
    }
  }
  for (GridRow& row : grid.rows) {
    std::stable_sort(row.cells.begin(), row.cells.end(),
                     [](const GridCell& a, const GridCell& b) { return a.column < b.column; });
  }
  return grid;
}

std::vector<HeaderColumn> header_columns(const GridRow& row,
                                         const std::map<std::string, std::vector<std::string>>& roles) {
  std::vector<HeaderColumn> out;
  std::set<std::string> taken;
  for (const GridCell& cell : row.cells) {
    const std::u32string& text = cell.text->folded();
    if (text.empty()) continue;
    std::string best;
    int fewest = 1 << 20;
    for (const auto& [role, labels] : roles) {
      for (const std::string& name : labels) {
        const std::u32string label = fold(std::string_view(name)).text;
        const int allowed =
            std::max(tolerated_errors(static_cast<int>(label.size())), label.size() >= 3 ? 1 : 0);
        const Match match = match_at(text, 0, label, allowed);
        if (!match) continue;
        const int errors = match.errors * 4 + (static_cast<int>(text.size()) - match.end);
        if (errors < fewest && !taken.count(role)) {
          fewest = errors;
          best = role;
        }
      }
    }
    constexpr int kLongestRest = 8;  // "(维度)" after the label
    if (best.empty() || fewest > kLongestRest) continue;
    taken.insert(best);
    out.push_back({best, cell.column, cell.column_span, cell.box});
  }
  return out;
}

Flow make_flow(const std::vector<Page>& pages, const Scheme* scheme) {
  const std::set<std::pair<int, int>> running = running_lines(pages);
  Builder builder;
  builder.scheme = scheme;
  for (int p = 0; p < static_cast<int>(pages.size()); ++p) {
    std::set<int> here;
    for (auto it = running.lower_bound({p, 0}); it != running.end() && it->first == p; ++it)
      here.insert(it->second);
    builder.add_page(pages[p], here);
  }
  return std::move(builder.flow);
}

}  // namespace attest
