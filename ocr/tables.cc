// From lines to cells:
//
//   ┌──┬──┬──┐     lines that meet form a system; its horizontal lines fall into rows of grid lines (y0 …
//   y3), its │  ├──┼──┤     vertical ones into columns (x0 … x3); two places of the grid are one cell where
//   the segment of │  │  │  │     grid line between them is mostly not printed └──┴──┴──┘

#include "ocr/tables.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>

namespace attest {
namespace {

// Inches. Lines meet when an end is this near to the other line: rounded corners, broken ends.
constexpr double kMeetInch = 0.06;
// Two lines are one grid line when nearer than this: double frames, a line broken and shifted by a bend. The
// lowest row of a table holds a line of 8-point text.
constexpr double kSameLineInch = 0.055;
// A frame is taken to be missing where lines stick out of the outermost crossing line by more than this.
constexpr double kOpenSideInch = 0.20;
// How many lines must agree on it.
constexpr int kOpenSideLines = 2;
// Share of a segment that must be printed for it to separate two cells. Real segments are printed fully but
// for breaks, missing ones not at all but for stubs at the crossings.
constexpr double kPrintedShare = 0.45;

struct System {
  std::vector<const Ruling*> horizontal, vertical;
};

// Disjoint sets over 0 … n-1.
class Sets {
 public:
  explicit Sets(int n) : parent_(n) { std::iota(parent_.begin(), parent_.end(), 0); }
  int root(int i) {
    while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
    return i;
  }
  void join(int a, int b) { parent_[std::max(root(a), root(b))] = std::min(root(a), root(b)); }

 private:
  std::vector<int> parent_;
};

bool meet(const Ruling& h, const Ruling& v, double near) {
  const int y = h.across((v.x0 + v.x1) / 2), x = v.across(y);
  return x >= h.x0 - near && x <= h.x1 + near && y >= v.y0 - near && y <= v.y1 + near;
}

std::vector<System> systems_of(const Rulings& rulings, double dpi) {
  const int n = static_cast<int>(rulings.horizontal.size()), m = static_cast<int>(rulings.vertical.size());
  Sets sets(n + m);
  for (int i = 0; i < n; ++i) {
    for (int j = 0; j < m; ++j) {
      if (meet(rulings.horizontal[i], rulings.vertical[j], kMeetInch * dpi)) sets.join(i, n + j);
    }
  }
  std::vector<System> systems(n + m);
  for (int i = 0; i < n; ++i) systems[sets.root(i)].horizontal.push_back(&rulings.horizontal[i]);
  for (int j = 0; j < m; ++j) systems[sets.root(n + j)].vertical.push_back(&rulings.vertical[j]);
  std::erase_if(systems, [](const System& s) { return s.horizontal.size() < 2 || s.vertical.empty(); });
  return systems;
}

// A grid line: the rulings that lie on it. Along = x for horizontal lines, across = y (the other way for
// vertical).
struct GridLine {
  double at = 0;                       // across, at the table's middle, tilt removed
  std::vector<const Ruling*> rulings;  // empty: a frame that is not printed
};

struct Axis {
  bool horizontal = true;
  double tilt = 0;    // across per along
  double origin = 0;  // along, where `at` is measured

  int from(const Ruling& r) const { return horizontal ? r.x0 : r.y0; }
  int to(const Ruling& r) const { return horizontal ? r.x1 : r.y1; }
  double at(const Ruling& r) const {
    const double middle = (from(r) + to(r)) / 2.0;
    return r.across(static_cast<int>(std::lround(middle))) - tilt * (middle - origin);
  }
};

// The tilt that the longest lines share: their length-weighted mean slope.
Axis axis_of(const std::vector<const Ruling*>& lines, bool horizontal) {
  Axis axis{horizontal};
  int longest = 0, low = 1 << 30, high = 0;
  for (const Ruling* r : lines) {
    longest = std::max(longest, axis.to(*r) - axis.from(*r));
    low = std::min(low, axis.from(*r));
    high = std::max(high, axis.to(*r));
  }
  double rise = 0, run = 0;
  for (const Ruling* r : lines) {
    const int length = axis.to(*r) - axis.from(*r);
    if (length * 2 < longest || length <= 0) continue;
    rise += horizontal ? r->y1 - r->y0 : r->x1 - r->x0;
    run += length;
  }
  axis.tilt = run > 0 ? rise / run : 0;
  axis.origin = (low + high) / 2.0;
  return axis;
}

std::vector<GridLine> grid_lines(const std::vector<const Ruling*>& lines, const Axis& axis, double dpi) {
  std::vector<std::pair<double, const Ruling*>> sorted;
  sorted.reserve(lines.size());
  for (const Ruling* r : lines) sorted.emplace_back(axis.at(*r), r);
  std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<GridLine> grid;
  double weight = 0;
  for (const auto& [at, ruling] : sorted) {
    const double length = axis.to(*ruling) - axis.from(*ruling);
    if (grid.empty() || at - grid.back().at > kSameLineInch * dpi) {
      grid.push_back({at, {ruling}});
      weight = length;
      continue;
    }
    GridLine& line = grid.back();
    line.at = (line.at * weight + at * length) / std::max(1.0, weight + length);
    line.rulings.push_back(ruling);
    weight += length;
  }
  return grid;
}

// Where several crossing lines stick out beyond the outermost line, the frame there is not printed.
void add_open_sides(const std::vector<const Ruling*>& crossing, const Axis& crossing_axis, double dpi,
                    std::vector<GridLine>* grid) {
  if (grid->empty()) return;
  const double reach = kOpenSideInch * dpi;
  std::vector<double> before, after;
  for (const Ruling* r : crossing) {
    if (crossing_axis.from(*r) < grid->front().at - reach) before.push_back(crossing_axis.from(*r));
    if (crossing_axis.to(*r) > grid->back().at + reach) after.push_back(crossing_axis.to(*r));
  }
  const auto agreed = [&](std::vector<double>& ends, bool low) -> const double* {
    if (static_cast<int>(ends.size()) < kOpenSideLines) return nullptr;
    std::sort(ends.begin(), ends.end());
    const double* end =
        low ? &ends[1] : &ends[ends.size() - 2];  // the second farthest: one stray line decides nothing
    return end;
  };
  if (const double* end = agreed(before, true)) grid->insert(grid->begin(), GridLine{*end, {}});
  if (const double* end = agreed(after, false)) grid->push_back(GridLine{*end, {}});
}

// Share of [from, to) on a grid line that is printed.
double printed_share(const GridLine& line, const Axis& axis, double from, double to, double dpi) {
  const double margin = std::min(kMeetInch * dpi, (to - from) / 4);
  from += margin;
  to -= margin;
  if (to <= from) return 0;
  std::vector<std::pair<double, double>> inked;
  for (const Ruling* r : line.rulings) {
    if (r->pieces.empty()) inked.emplace_back(axis.from(*r), axis.to(*r));
    for (const Ruling::Piece& p : r->pieces) inked.emplace_back(p.from, p.to);
  }
  std::sort(inked.begin(), inked.end());
  double covered = 0, reached = from;
  for (const auto& [a, b] : inked) {
    const double begin = std::max(a, reached), end = std::min(b, to);
    if (end > begin) covered += end - begin, reached = end;
  }
  return covered / (to - from);
}

// The grid of a system before cells are cut out of it.
struct Grid {
  Axis x_axis, y_axis;  // of the vertical and of the horizontal lines
  std::vector<GridLine> xs, ys;
  int rows() const { return static_cast<int>(ys.size()) - 1; }
  int columns() const { return static_cast<int>(xs.size()) - 1; }
  // Where grid lines cross, on the page as it lies (tilt put back).
  double x(int column, double y) const { return xs[column].at + x_axis.tilt * (y - x_axis.origin); }
  double y(int row, double x) const { return ys[row].at + y_axis.tilt * (x - y_axis.origin); }
};

Grid grid_of(const System& system, double dpi) {
  Grid grid;
  grid.y_axis = axis_of(system.horizontal, true);
  grid.x_axis = axis_of(system.vertical, false);
  grid.ys = grid_lines(system.horizontal, grid.y_axis, dpi);
  grid.xs = grid_lines(system.vertical, grid.x_axis, dpi);
  add_open_sides(system.horizontal, grid.y_axis, dpi, &grid.xs);
  add_open_sides(system.vertical, grid.x_axis, dpi, &grid.ys);
  return grid;
}

// Places joined where no segment separates them, then widened to rectangles.
Sets merged_places(const Grid& grid, double dpi) {
  const int rows = grid.rows(), columns = grid.columns();
  Sets sets(rows * columns);
  for (int r = 0; r < rows; ++r) {
    for (int c = 0; c < columns; ++c) {
      const double y0 = grid.ys[r].at, y1 = grid.ys[r + 1].at, x0 = grid.xs[c].at, x1 = grid.xs[c + 1].at;
      if (c + 1 < columns && printed_share(grid.xs[c + 1], grid.x_axis, y0, y1, dpi) < kPrintedShare) {
        sets.join(r * columns + c, r * columns + c + 1);
      }
      if (r + 1 < rows && printed_share(grid.ys[r + 1], grid.y_axis, x0, x1, dpi) < kPrintedShare) {
        sets.join(r * columns + c, (r + 1) * columns + c);
      }
    }
  }
  for (bool changed = true; changed;) {
    changed = false;
    std::vector<CellGrid::C> bounds(rows * columns, {rows, columns, -1, -1, {}});
    for (int i = 0; i < rows * columns; ++i) {
      CellGrid::C& b = bounds[sets.root(i)];
      b.row = std::min(b.row, i / columns);
      b.col = std::min(b.col, i % columns);
      b.row_span = std::max(b.row_span, i / columns);
      b.col_span = std::max(b.col_span, i % columns);
    }
    for (int i = 0; i < rows * columns && !changed; ++i) {
      const CellGrid::C b = bounds[i];
      for (int r = b.row; r <= b.row_span; ++r) {
        for (int c = b.col; c <= b.col_span; ++c) {
          if (sets.root(r * columns + c) == sets.root(i)) continue;
          sets.join(i, r * columns + c);
          changed = true;
        }
      }
    }
  }
  return sets;
}

PixelBox place(const Grid& grid, int row, int column, int row_end, int column_end) {
  const double middle_x = (grid.xs[column].at + grid.xs[column_end].at) / 2;
  const double middle_y = (grid.ys[row].at + grid.ys[row_end].at) / 2;
  const int x0 = static_cast<int>(std::lround(grid.x(column, middle_y)));
  const int x1 = static_cast<int>(std::lround(grid.x(column_end, middle_y)));
  const int y0 = static_cast<int>(std::lround(grid.y(row, middle_x)));
  const int y1 = static_cast<int>(std::lround(grid.y(row_end, middle_x)));
  return {x0, y0, x1 - x0, y1 - y0};
}

CellGrid cells_of(const Grid& grid, double dpi) {
  const int rows = grid.rows(), columns = grid.columns();
  Sets sets = merged_places(grid, dpi);
  CellGrid out;
  out.rows = rows;
  out.columns = columns;
  out.box = place(grid, 0, 0, rows, columns);
  std::vector<int> index(rows * columns, -1);
  for (int i = 0; i < rows * columns; ++i) {
    const int r = i / columns, c = i % columns, root = sets.root(i);
    if (root == i) {
      index[i] = static_cast<int>(out.cells.size());
      out.cells.push_back({r, c, 1, 1, {}});
    } else {
      CellGrid::C& cell = out.cells[index[root]];
      cell.row_span = std::max(cell.row_span, r - cell.row + 1);
      cell.col_span = std::max(cell.col_span, c - cell.col + 1);
    }
  }
  for (CellGrid::C& cell : out.cells) {
    cell.box = place(grid, cell.row, cell.col, cell.row + cell.row_span, cell.col + cell.col_span);
  }
  return out;
}

}  // namespace

std::vector<CellGrid> find_tables(const Rulings& rulings, double dpi, int width, int height) {
  std::vector<CellGrid> tables;
  if (dpi <= 0) return tables;
  for (const System& system : systems_of(rulings, dpi)) {
    const Grid grid = grid_of(system, dpi);
    if (grid.rows() < 1 || grid.columns() < 1) continue;
    CellGrid table = cells_of(grid, dpi);
    if (table.cells.size() < 2) continue;
    table.box = clipped(table.box, width, height);
    tables.push_back(std::move(table));
  }
  std::sort(tables.begin(), tables.end(), [](const CellGrid& a, const CellGrid& b) {
    return a.box.y != b.box.y ? a.box.y < b.box.y : a.box.x < b.box.x;
  });
  return tables;
}

}  // namespace attest
