#include "ocr/text_page.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "ocr/raster.h"
#include "ocr/rulings.h"
#include "ocr/tables.h"
#include "ocr/text_marks.h"
#include "text/fold.h"

namespace attest {
namespace {

// Two glyphs are on one line when they share this part of the lower one's height: fonts of one line give
// boxes of different heights, neighbouring lines overlap by a third at most.
constexpr double kSameLineOverlap = 0.5;
// A gap between words that a reader sees, in ems; the side bearings of full-width characters stay below.
constexpr double kVisibleGap = 0.12;
// An underline runs this near to the foot of its text, in points, under this part of it.
constexpr double kUnderlineReach = 3;
constexpr double kUnderlinedShare = 0.6;

bool is_bold(const std::string& font) {
  for (const char* name : {"Bold", "bold", "Heavy", "Black", "SimHei"}) {
    if (font.find(name) != std::string::npos) return true;
  }
  return false;
}

// One glyph a code point; spaces inside words go, gaps speak for them.
std::vector<PlacedGlyph> glyphs_of(const std::vector<TextWord>& words) {
  std::vector<PlacedGlyph> glyphs;
  for (std::size_t w = 0; w < words.size(); ++w) {
    const TextWord& word = words[w];
    const std::u32string text = to_u32(word.text);
    const double width = text.empty() ? 0 : word.box.width / static_cast<double>(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (is_space(text[i])) continue;
      PlacedGlyph g;
      g.code = text[i];
      g.word = static_cast<int>(w);
      g.size = word.font_size;
      g.bold = is_bold(word.font);
      g.symbol = is_symbol_font(word.font);
      g.glyph.text = to_utf8(std::u32string_view(&text[i], 1));
      g.glyph.box = word.boxes.size() == text.size() ? word.boxes[i]
                                                     : Box{word.box.left + width * static_cast<double>(i),
                                                           word.box.top, width, word.box.height};
      glyphs.push_back(std::move(g));
    }
  }
  return glyphs;
}

double em_of(const PlacedGlyph& g) { return g.size > 0 ? g.size : g.glyph.box.height; }

using Glyphs = std::vector<const PlacedGlyph*>;

// Glyphs of one visual line, by the share of height; top to bottom.
std::vector<Glyphs> rows_of(Glyphs glyphs) {
  std::stable_sort(glyphs.begin(), glyphs.end(), [](const PlacedGlyph* a, const PlacedGlyph* b) {
    return a->glyph.box.center_y() < b->glyph.box.center_y();
  });
  struct Row {
    Glyphs glyphs;
    double top = 0, bottom = 0;  // mean over its glyphs
  };
  std::vector<Row> rows;
  for (const PlacedGlyph* g : glyphs) {
    const Box& b = g->glyph.box;
    if (!rows.empty()) {
      Row& row = rows.back();
      const double shared = std::min(row.bottom, b.bottom()) - std::max(row.top, b.top);
      if (shared >= kSameLineOverlap * std::min(row.bottom - row.top, b.height)) {
        const double n = static_cast<double>(row.glyphs.size());
        row.top = (row.top * n + b.top) / (n + 1);
        row.bottom = (row.bottom * n + b.bottom()) / (n + 1);
        row.glyphs.push_back(g);
        continue;
      }
    }
    rows.push_back({{g}, b.top, b.bottom()});
  }
  std::vector<Glyphs> out;
  for (Row& row : rows) {
    std::stable_sort(row.glyphs.begin(), row.glyphs.end(), [](const PlacedGlyph* a, const PlacedGlyph* b) {
      return a->glyph.box.left < b->glyph.box.left;
    });
    out.push_back(std::move(row.glyphs));
  }
  return out;
}

Line line_of(const Glyphs& row) {
  Line line;
  std::size_t bold = 0;
  const PlacedGlyph* previous = nullptr;
  for (const PlacedGlyph* g : row) {
    const Box& b = g->glyph.box;
    if (previous != nullptr && (previous->word != g->word || g->word < 0)) {
      const Box& p = previous->glyph.box;
      if (b.left - p.right() > kVisibleGap * std::min(em_of(*previous), em_of(*g))) {
        line.glyphs.push_back({" ",
                               {p.right(), std::min(p.top, b.top), b.left - p.right(),
                                std::max(p.bottom(), b.bottom()) - std::min(p.top, b.top)}});
      }
    }
    line.glyphs.push_back(g->glyph);
    line.box = united(line.box, b);
    bold += g->bold;
    previous = g;
  }
  line.bold = bold * 2 > row.size();
  return line;
}

std::vector<Line> lines_of(const Glyphs& glyphs) {
  std::vector<Line> lines;
  for (const Glyphs& row : rows_of(glyphs)) lines.push_back(line_of(row));
  return lines;
}

void tell_underlined(const Rulings& rulings, double dpi, std::vector<Line>* lines) {
  const double scale = 72 / dpi;
  for (Line& line : *lines) {
    for (const Ruling& r : rulings.horizontal) {
      const double y = (r.y0 + r.y1) / 2.0 * scale;
      const double shared = std::min(line.box.right(), r.x1 * scale) - std::max(line.box.left, r.x0 * scale);
      if (std::abs(y - line.box.bottom()) > kUnderlineReach || shared < kUnderlinedShare * line.box.width)
        continue;
      // A rule much longer than the text belongs to the page (a header's foot), not to the words.
      if ((r.x1 - r.x0) * scale < 1.3 * line.box.width) line.underlined = true;
    }
  }
}

// Glyphs by the cell that holds their middle; those in no cell are left over.
Glyphs fill_tables(const std::vector<PlacedGlyph>& glyphs, const std::vector<CellGrid>& grids, double dpi,
                   Page* page) {
  std::vector<std::vector<Glyphs>> inside;
  inside.reserve(grids.size());
  for (const CellGrid& grid : grids) inside.emplace_back(grid.cells.size());
  Glyphs outside;
  for (const PlacedGlyph& g : glyphs) {
    const double x = g.glyph.box.center_x(), y = g.glyph.box.center_y();
    bool placed = false;
    for (std::size_t t = 0; t < grids.size() && !placed; ++t) {
      if (!to_points(grids[t].box, dpi).contains(x, y)) continue;
      for (std::size_t c = 0; c < grids[t].cells.size() && !placed; ++c) {
        if (!to_points(grids[t].cells[c].box, dpi).contains(x, y)) continue;
        inside[t][c].push_back(&g);
        placed = true;
      }
    }
    if (!placed) outside.push_back(&g);
  }
  for (std::size_t t = 0; t < grids.size(); ++t) {
    Table table;
    table.box = to_points(grids[t].box, dpi);
    table.rows = grids[t].rows;
    table.columns = grids[t].columns;
    for (std::size_t c = 0; c < grids[t].cells.size(); ++c) {
      const CellGrid::C& from = grids[t].cells[c];
      table.cells.push_back({from.row, from.col, from.row_span, from.col_span, to_points(from.box, dpi),
                             lines_of(inside[t][c])});
    }
    page->tables.push_back(std::move(table));
  }
  return outside;
}

void order_blocks(Page* page) {
  std::vector<std::pair<double, Block>> order;
  for (std::size_t i = 0; i < page->lines.size(); ++i) {
    order.push_back({page->lines[i].box.center_y(), {Block::Kind::line, static_cast<int>(i)}});
  }
  for (std::size_t i = 0; i < page->tables.size(); ++i) {
    order.push_back({page->tables[i].box.top, {Block::Kind::table, static_cast<int>(i)}});
  }
  std::stable_sort(order.begin(), order.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  for (const auto& [y, block] : order) page->blocks.push_back(block);
}

}  // namespace

Result<Page> read_text_page(const SourcePage& source) {
  Page page;
  page.number = source.number;
  page.width = source.width;
  page.height = source.height;
  page.rotation = source.rotation;
  page.origin = source.origin;

  const double dpi = source.image.dpi;
  PixPtr grey, binary;
  Rulings rulings;
  std::vector<CellGrid> grids;
  if (!source.image.empty() && dpi > 0) {
    grey = to_grey(source.image);
    binary = binarize(grey.get(), dpi);
    if (!binary)
      return Error{ErrorCode::out_of_memory, "No memory for the page image.", {}, source.number, {}};
    const PixPtr lined = with_hairlines(binary.get(), to_image(grey.get()), dpi);
    rulings = find_rulings(lined.get(), dpi);
    grids = find_tables(rulings, dpi, source.image.width, source.image.height);
  }

  std::vector<PlacedGlyph> glyphs = glyphs_of(source.words);
  find_text_marks({grey.get(), binary.get(), dpi, &rulings}, &glyphs, &page.marks);
  page.lines = lines_of(fill_tables(glyphs, grids, dpi, &page));
  if (dpi > 0) tell_underlined(rulings, dpi, &page.lines);
  order_blocks(&page);
  return page;
}

}  // namespace attest
