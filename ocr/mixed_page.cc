#include "ocr/mixed_page.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace attest {
namespace {

constexpr double kTaken = 0.3;  // share of a line's box under text of the layer; above: the layer has it

// Marks of the scan that stand in `line` move over to `page`.
void move_marks(const Page& scan, Line* line, Page* page) {
  for (Glyph& g : line->glyphs) {
    if (g.mark < 0) continue;
    page->marks.push_back(scan.marks[static_cast<std::size_t>(g.mark)]);
    g.mark = static_cast<int>(page->marks.size()) - 1;
  }
}

double shared_width(const Box& a, const Box& b) {
  const double h = std::min(a.bottom(), b.bottom()) - std::max(a.top, b.top);
  if (h < 0.4 * std::min(a.height, b.height)) return 0;
  return std::max(0.0, std::min(a.right(), b.right()) - std::max(a.left, b.left));
}

class Taken {
 public:
  explicit Taken(const Page& page) {
    for (const Line& line : page.lines) boxes_.push_back(line.box);
    for (const Table& table : page.tables) {
      for (const Cell& cell : table.cells) {
        for (const Line& line : cell.lines) boxes_.push_back(line.box);
      }
    }
  }
  bool holds(const Box& box) const {
    double sum = 0;
    for (const Box& b : boxes_) sum += shared_width(b, box);
    return sum > kTaken * box.width;
  }

 private:
  std::vector<Box> boxes_;
};

bool same_table(const Table& a, const Table& b) {
  return shared_area(a.box, b.box) > 0.5 * std::min(a.box.width * a.box.height, b.box.width * b.box.height);
}

// Whether a line stands above a table, where the page was photographed aslant and the table's box reaches up
// beside it: above the middle of the first row's cell that is nearest across.
bool stands_above(const Line& line, const Table& table) {
  const Cell* nearest = nullptr;
  double least = 1e9;
  for (const Cell& cell : table.cells) {
    const double away = std::abs(cell.box.center_x() - line.box.center_x());
    if (cell.row == 0 && away < least) least = away, nearest = &cell;
  }
  return nearest != nullptr && line.box.center_y() < nearest->box.center_y();
}

// Where a table begins, below the lines that stand above it.
double top_of(const Table& table, const std::vector<Line>& lines) {
  double top = table.box.top;
  for (const Line& line : lines) {
    if (stands_above(line, table)) top = std::max(top, std::nextafter(line.box.center_y(), 1e9));
  }
  return top;
}

}  // namespace

void order_blocks(Page* page) {
  struct Step {
    Block block;
    double height, left;
  };
  std::vector<Step> steps;
  for (std::size_t i = 0; i < page->lines.size(); ++i) {
    const Box& b = page->lines[i].box;
    steps.push_back({{Block::Kind::line, static_cast<int>(i)}, b.center_y(), b.left});
  }
  for (std::size_t i = 0; i < page->tables.size(); ++i) {
    const Box& b = page->tables[i].box;
    steps.push_back(
        {{Block::Kind::table, static_cast<int>(i)}, top_of(page->tables[i], page->lines), b.left});
  }
  std::stable_sort(steps.begin(), steps.end(), [](const Step& a, const Step& b) {
    return std::pair(a.height, a.left) < std::pair(b.height, b.left);
  });
  page->blocks.clear();
  for (const Step& step : steps) page->blocks.push_back(step.block);
}

Page joined(Page text, Page scan) {
  const Taken taken(text);
  for (Line& line : scan.lines) {
    if (taken.holds(line.box)) continue;
    move_marks(scan, &line, &text);
    text.lines.push_back(std::move(line));
  }
  const std::size_t own_tables = text.tables.size();
  for (Table& table : scan.tables) {
    Table* own = nullptr;
    for (std::size_t i = 0; i < own_tables && !own; ++i) {
      if (same_table(text.tables[i], table)) own = &text.tables[i];
    }
    for (Cell& cell : table.cells) {
      std::erase_if(cell.lines, [&](const Line& line) { return taken.holds(line.box); });
      for (Line& line : cell.lines) move_marks(scan, &line, &text);
      if (!own) continue;
      for (Cell& place : own->cells) {
        if (!place.box.contains(cell.box.center_x(), cell.box.center_y())) continue;
        for (Line& line : cell.lines) place.lines.push_back(std::move(line));
        cell.lines.clear();
      }
    }
    const bool rest =
        std::any_of(table.cells.begin(), table.cells.end(), [](const Cell& c) { return !c.lines.empty(); });
    if (!own && rest) text.tables.push_back(std::move(table));
  }
  order_blocks(&text);
  return text;
}

}  // namespace attest
