#include "ocr/page_builder.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "ocr/column_content.h"
#include "ocr/glyph_shape.h"
#include "ocr/marks.h"
#include "ocr/mixed_page.h"
#include "text/fold.h"

namespace attest {
namespace {

constexpr double kGapToGlyph = 0.45;  // em of white space that become a " " glyph
constexpr double kBlankGlyph = 0.5;   // em a "_"
constexpr double kReadMark =
    0.8;  // confidence in a box that was read and could not be seen, times its glyph's
constexpr double kLeastReadBox =
    0.3;  // em each way of the ink of a box that only the recogniser saw; colons are thinner

std::string glyph_of(const FoundMark& mark) {
  switch (mark.shape) {
    case MarkShape::filled_box:
      return "■";
    case MarkShape::tick:
      return "√";
    default:
      return mark.state == MarkState::checked ? "☑" : "☐";
  }
}

class PageBuilder {
 public:
  PageBuilder(const CleanPage& clean, const Structure& s, Page* page) : clean_(clean), s_(s), page_(page) {}

  Line line_of(const TextLine& found, LineReading* reading) {
    Line line;
    double right = -1;
    for (PartReading& p : reading->parts) {
      const double left = p.part.kind == LinePart::Kind::text && !p.read.glyphs.empty()
                              ? p.cut.box.x + p.read.glyphs.front().box.left
                              : p.part.box.x;
      if (right >= 0 && left - right > kGapToGlyph * found.em) {
        add_plain(&line, " ", {right, double(found.box.y), left - right, double(found.box.h)});
      }
      if (p.part.kind == LinePart::Kind::mark) {
        add_mark(&line, s_.marks[p.part.mark]);
      } else if (p.part.kind == LinePart::Kind::blank) {
        add_blank(&line, p.part.box, found.em);
      } else if (p.part.kind == LinePart::Kind::left_out) {
        add_left_out(&line, p.part.box);
      } else {
        normalize_cell_glyphs(reading->content, &p.read.glyphs);
        look_at_glyphs(reading->content, &p);
        tell_digits_from_letters(&p.read.glyphs);
        add_text(&line, &p, found);
      }
      right = p.part.box.right();
    }
    line.underlined = !found.underlines.empty() && !found.pieces.empty();
    line.box = clean_.to_page(found.box);
    return line;
  }

 private:
  // What the recogniser is known to get wrong in columns of figures is looked at.
  static void look_at_glyphs(LineContent content, PartReading* part) {
    if (content == LineContent::number) tell_sevens_from_slashes(part->cut.image, &part->read.glyphs);
    if (content == LineContent::number || content == LineContent::code)
      add_unread_points(part->cut.image, content == LineContent::number, &part->read.glyphs);
  }
  void add_plain(Line* line, const char* text, const Box& pixels) {
    Glyph g;
    g.text = text;
    g.box = clean_.to_page(pixels);
    line->glyphs.push_back(std::move(g));
  }
  void add_left_out(Line* line, const PixelBox& box) {
    add_plain(line, kLeftOut, {double(box.x), double(box.y), double(box.w), double(box.h)});
    page_->left_out.push_back(clean_.to_page(box));
  }
  void add_mark(Line* line, const FoundMark& found) {
    Mark mark;
    mark.box = clean_.to_page(found.box);
    mark.state = found.state;
    mark.confidence = found.confidence;
    mark.glyph = glyph_of(found);
    Glyph g;
    g.text = mark.glyph;
    g.box = mark.box;
    g.confidence = found.confidence;
    g.mark = static_cast<int>(page_->marks.size());
    page_->marks.push_back(std::move(mark));
    line->glyphs.push_back(std::move(g));
  }
  void add_blank(Line* line, const PixelBox& box, double em) {
    const int count = std::clamp(static_cast<int>(std::lround(box.w / (kBlankGlyph * em))), 1, 80);
    for (int i = 0; i < count; ++i) {
      const double w = static_cast<double>(box.w) / count;
      add_plain(line, "_", {box.x + i * w, double(box.y), w, double(box.h)});
    }
  }
  // Whether the ink in a place is as large as a box: the dots of a colon are read as one now and then.
  bool large_as_box(const PixelBox& place, double em) const {
    int left = place.right(), right = place.x, top = place.bottom(), bottom = place.y;
    for (int y = place.y; y < place.bottom(); ++y) {
      for (int x = place.x; x < place.right(); ++x) {
        if (ink_in(clean_.binary.get(), {x, y, 1, 1}) == 0) continue;
        left = std::min(left, x), right = std::max(right, x + 1);
        top = std::min(top, y), bottom = std::max(bottom, y + 1);
      }
    }
    return right - left >= kLeastReadBox * em && bottom - top >= kLeastReadBox * em;
  }
  // What else a glyph was read as.
  static void take_next_reading(Glyph* glyph) {
    const auto other =
        std::find_if(glyph->alternatives.begin(), glyph->alternatives.end(), [](const Alternative& a) {
          const std::u32string text = to_u32(a.text);
          return !text.empty() && !is_box_character(text[0]);
        });
    if (other == glyph->alternatives.end()) return;
    glyph->text = other->text;
    glyph->confidence = glyph->confidence * std::exp(-other->cost);
    glyph->alternatives.erase(glyph->alternatives.begin(), other + 1);
  }
  // A box that the recogniser read: its state is seen on the image; where the image shows none, the character
  // decides.
  FoundMark mark_of(const Glyph& glyph, const PixelBox& place) {
    if (!grey_) grey_ = to_pix(clean_.grey);
    FoundMark mark = judge_mark(grey_.get(), clean_.binary.get(), place, clean_.dpi);
    if (mark.shape != MarkShape::none) return mark;
    const bool empty = glyph.text == "□" || glyph.text == "☐" || glyph.text == "○";
    mark.box = place;
    mark.state = empty ? MarkState::unchecked : MarkState::checked;
    mark.shape = empty                                    ? MarkShape::empty_box
                 : glyph.text == "■"                      ? MarkShape::filled_box
                 : glyph.text == "√" || glyph.text == "✓" ? MarkShape::tick
                                                          : MarkShape::marked_box;
    mark.confidence = kReadMark * glyph.confidence;
    return mark;
  }

  // The recogniser's boxes say where a glyph is along the line; its height is the line's.
  void add_text(Line* line, PartReading* p, const TextLine& found) {
    for (Glyph& g : p->read.glyphs) {
      const Box pixels{p->cut.box.x + g.box.left, double(found.box.y), g.box.width, double(found.box.h)};
      const std::u32string character = to_u32(g.text);
      if (character.size() == 1 && is_box_character(character[0])) {
        const PixelBox place{static_cast<int>(pixels.left), static_cast<int>(pixels.top),
                             std::max(1, static_cast<int>(pixels.width)),
                             std::max(1, static_cast<int>(pixels.height))};
        if (large_as_box(place, found.em)) {
          add_mark(line, mark_of(g, place));
          continue;
        }
        take_next_reading(&g);
      }
      g.box = clean_.to_page(pixels);
      if (clean_.under_seal(g.box)) g.confidence = std::min(g.confidence, kUnderSeal);
      line->glyphs.push_back(std::move(g));
    }
  }

  const CleanPage& clean_;
  const Structure& s_;
  PixPtr grey_;  // made when a box is to be judged: most pages have none
  Page* page_;
};

void add_tables(const CleanPage& clean, const Structure& s, Page* page) {
  for (const CellGrid& grid : s.grids) {
    Table table;
    table.box = clean.to_page(grid.box);
    table.rows = grid.rows;
    table.columns = grid.columns;
    for (const CellGrid::C& c : grid.cells) {
      Cell cell;
      cell.row = c.row;
      cell.column = c.col;
      cell.row_span = c.row_span;
      cell.column_span = c.col_span;
      cell.box = clean.to_page(c.box);
      table.cells.push_back(std::move(cell));
    }
    page->tables.push_back(std::move(table));
  }
}

}  // namespace

void build_page(const CleanPage& clean, const Structure& s, std::vector<LineReading>* readings, Page* page) {
  PageBuilder builder(clean, s, page);
  add_tables(clean, s, page);
  for (std::size_t i = 0; i < s.lines.size(); ++i) {
    Line line = builder.line_of(s.lines[i], &(*readings)[i]);
    if (line.glyphs.empty()) continue;
    const Structure::Place place = s.places[s.lines[i].region];
    if (place.grid < 0) {
      page->lines.push_back(std::move(line));
    } else {
      page->tables[place.grid].cells[place.cell].lines.push_back(std::move(line));
    }
  }
  order_blocks(page);
}

}  // namespace attest
