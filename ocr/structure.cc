#include "ocr/structure.h"

#include <algorithm>
#include <cmath>

namespace attest {
namespace {

constexpr double kLeastLikeness = 0.5;  // of a box, to be taken for a mark
constexpr int kRulingEdge = 3;          // pixels inside a cell that its rulings' blur may darken
constexpr double kGapBeforeMark =
    0.3;  // em of white space, or a line's start, before a box that opens an option
constexpr double kSmallPiece = 0.3;    // em; lower pieces (commas, dust) do not make a box a part of the text
constexpr double kBesideTick = 0.2;    // em of a character before a tick that is a part of it
constexpr int kMarkBlur = 3;           // pixels around a mark that it darkens
constexpr double kPageRule = 0.6;      // of the page's width; a longer rule is no blank to write on
constexpr double kLeastBox = 0.4;      // em of its line that a box is high …
constexpr double kLeastBullet = 0.25;  // … and a solid one, which may be a bullet
constexpr double kSureLikeness = 0.85;  // of a box in the midst of text, to cut the line at it unread
constexpr double kOddSize = 0.13;  // share by which a side differs from that of all sure boxes of the page
constexpr double kInsideCell = 2;  // pixels between a cell's ruling and its inside

void find_regions(Structure* s) {
  s->regions.push_back({});
  s->places.push_back({});
  for (std::size_t g = 0; g < s->grids.size(); ++g) {
    for (std::size_t c = 0; c < s->grids[g].cells.size(); ++c) {
      s->regions.push_back({grown(s->grids[g].cells[c].box, -static_cast<int>(kInsideCell))});
      s->places.push_back({static_cast<int>(g), static_cast<int>(c)});
    }
  }
}

bool in_grid(const std::vector<CellGrid>& grids, double x, double y) {
  return std::any_of(grids.begin(), grids.end(), [&](const CellGrid& g) {
    return x >= g.box.x - 3 && x <= g.box.right() + 3 && y >= g.box.y - 3 && y <= g.box.bottom() + 3;
  });
}

void erase_ink(PIX* binary, const Ruling& ruling, Structure* s) {
  const std::vector<PixelBox> ink = own_ink(binary, ruling);
  s->erase.insert(s->erase.end(), ink.begin(), ink.end());
}

Ruling ruling_of(const PixelBox& stroke) {
  const int y = stroke.y + stroke.h / 2;
  return {stroke.x, y, stroke.right(), y, stroke.h, {{stroke.x, stroke.right(), y}}};
}

// Rulings outside tables under text are underlines: they go back to the lines they belong to, and out of the
// image.
void take_underlines(PIX* binary, Structure* s) {
  for (const TextLine& line : s->lines) {
    for (const PixelBox& u : line.underlines) erase_ink(binary, ruling_of(u), s);
  }
  for (const Ruling& r : s->rulings.horizontal) {
    if (in_grid(s->grids, (r.x0 + r.x1) / 2.0, (r.y0 + r.y1) / 2.0)) continue;
    erase_ink(binary, r, s);
    if (r.x1 - r.x0 > kPageRule * pixGetWidth(binary)) continue;  // a page header's rule
    for (const Ruling::Piece& p : r.pieces) {
      const PixelBox box{p.from, p.at - r.thickness / 2, p.to - p.from, r.thickness};
      for (TextLine& line : s->lines) {
        const bool below = box.center_y() > line.box.center_y() + 0.2 * line.em &&
                           box.center_y() < line.box.bottom() + 0.5 * line.em;
        const bool beside = box.x < line.box.right() + 20 * line.em && box.right() > line.box.x - line.em;
        if (line.region != 0 || !below || !beside) continue;
        line.underlines.push_back(box);
        break;
      }
    }
  }
}

// A box stands at a line's start or after white space; a character that looks like one (口, 图) stands close
// to the text before it, and is left to the recogniser.
bool opens_option(const TextLine& line, const FoundMark& mark) {
  for (const PixelBox& piece : line.pieces) {
    // The box itself and the pen's strokes over it.
    const PixelBox& mine = mark.stroke.empty() ? mark.box : mark.stroke;
    const bool own = (piece.center_x() >= mark.box.x - 2 && piece.center_x() <= mark.box.right() + 2) ||
                     (piece.right() > mark.box.x && piece.x < mark.box.x &&
                      piece.right() <= mine.right() + 2 && piece.x >= mine.x - 2);
    if (own || piece.center_x() > mark.box.center_x()) continue;
    if (mark.box.x - piece.right() < kGapBeforeMark * line.em && piece.h > kSmallPiece * line.em)
      return false;
  }
  return true;
}

// Whether a tick without a box is a part of a character, as 子 is of 荐: its piece begins well before it.
bool is_part_of_character(const TextLine& line, const FoundMark& mark) {
  return mark.shape == MarkShape::tick &&
         std::any_of(line.pieces.begin(), line.pieces.end(), [&](const PixelBox& piece) {
           return piece.right() > mark.box.center_x() && mark.box.x - piece.x > kBesideTick * line.em;
         });
}

// Whether the sure boxes of the page are of another size: the frame of 图 in running text passes for a marked
// box.
bool is_odd_one(const FoundMark& mark, const std::vector<FoundMark>& marks) {
  if (mark.shape != MarkShape::marked_box) return false;
  const auto near = [](int a, int b) { return std::abs(a - b) <= kOddSize * std::max(a, b); };
  bool any = false;
  for (const FoundMark& other : marks) {
    if (&other == &mark || other.box_likeness < kSureLikeness || other.shape == MarkShape::filled_box)
      continue;
    if (near(mark.box.w, other.box.w) && near(mark.box.h, other.box.h)) return false;
    any = true;
  }
  return any;
}

// 正 and 国 pass for a marked box, but no character for a clear empty or solid one.
bool surely_box(const FoundMark& mark) {
  return mark.box_likeness >= kSureLikeness &&
         (mark.shape == MarkShape::empty_box || mark.shape == MarkShape::filled_box);
}

// The line a mark stands on, or -1.
int line_of(const Structure& s, const FoundMark& mark) {
  int best = -1;
  double best_distance = 1e9;
  for (std::size_t i = 0; i < s.lines.size(); ++i) {
    const PixelBox& box = s.lines[i].box;
    if (mark.box.center_y() < box.y || mark.box.center_y() > box.bottom()) continue;
    const double beyond = std::max({box.x - mark.box.center_x(), mark.box.center_x() - box.right(), 0.0});
    const double distance = beyond + std::abs(box.center_y() - mark.box.center_y());
    if (beyond < 2 * s.lines[i].em && distance < best_distance) {
      best_distance = distance;
      best = static_cast<int>(i);
    }
  }
  return best;
}

// What the recogniser shall not see of a mark: not a pen's whole stroke, which may run over the label.
PixelBox covered(const LineMark& mark) { return grown(mark.box, kMarkBlur); }

// First the boxes that are certain by themselves; then marked ones in the midst of text (a pen's stroke hides
// the gap before them) on lines that have options already.
void place_marks(Structure* s) {
  s->line_marks.resize(s->lines.size());
  std::vector<bool> placed(s->marks.size(), false);
  for (const bool beside_others : {false, true}) {
    for (std::size_t m = 0; m < s->marks.size(); ++m) {
      const FoundMark& mark = s->marks[m];
      if (placed[m] || mark.shape == MarkShape::none || mark.box_likeness < kLeastLikeness) continue;
      const int line = line_of(*s, mark);
      if (line < 0) continue;
      const double least = mark.shape == MarkShape::filled_box ? kLeastBullet : kLeastBox;
      if (mark.box.h < least * s->lines[line].em) continue;  // a part of a title's character
      if (is_part_of_character(s->lines[line], mark)) continue;
      const bool opens = opens_option(s->lines[line], mark);
      const bool amid = mark.box.x > s->lines[line].box.x + s->lines[line].em;
      if (amid && is_odd_one(mark, s->marks) && (mark.box_likeness < kSureLikeness || !opens)) continue;
      const bool certain = surely_box(mark) || opens;
      if (!certain && !(beside_others && !s->line_marks[line].empty())) continue;
      placed[m] = true;
      s->line_marks[line].push_back({mark.box, static_cast<int>(m)});
      s->erase.push_back(covered(s->line_marks[line].back()));
    }
  }
}

}  // namespace

PixelBox Structure::inside_of(const TextLine& line) const {
  const PixelBox& region = regions[line.region].box;
  if (region.empty()) return {};
  const PixelBox cell = grown(region, -kRulingEdge);
  const int x = std::min(cell.x, line.box.x), y = std::min(cell.y, line.box.y);
  return {x, y, std::max(cell.right(), line.box.right()) - x, std::max(cell.bottom(), line.box.bottom()) - y};
}

void forget_marks(int line, Structure* s) {
  const auto end = s->erase.begin() + static_cast<std::ptrdiff_t>(s->erased_marks);
  for (const LineMark& mark : s->line_marks[line]) std::replace(s->erase.begin(), end, covered(mark), {});
  s->line_marks[line].clear();
}

Structure structure_of(const CleanPage& page) {
  Structure s;
  const PixPtr grey = to_pix(page.grey);
  const PixPtr lined = with_hairlines(page.binary.get(), page.grey, page.dpi);
  s.rulings = find_rulings(lined.get(), page.dpi);
  s.grids = find_tables(s.rulings, page.dpi, page.grey.width, page.grey.height);
  s.text = PageInk(without_rulings(page.binary.get(), s.rulings));
  if (!s.text.pix) return s;
  s.em = body_em(s.text, page.dpi);
  find_regions(&s);
  s.lines = find_lines(s.text, s.regions, s.em);
  s.marks = find_marks(grey.get(), page.binary.get(), page.dpi,
                       {.em = s.em, .rulings = &s.rulings, .text = &s.text});
  place_marks(&s);
  s.erased_marks = s.erase.size();
  take_underlines(page.binary.get(), &s);
  return s;
}

}  // namespace attest
