// clean → which way up → rulings, tables, marks, lines → recognise (headers and text first, then columns by
// their header) → page model in points of the page as it was scanned
#include "ocr/scan_page.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <numeric>
#include <optional>
#include <span>

#include "ocr/glyph_shape.h"
#include "ocr/line_image.h"
#include "ocr/lines.h"
#include "ocr/marks.h"
#include "ocr/mixed_page.h"
#include "ocr/rulings.h"
#include "ocr/tables.h"
#include "ocr/two_readings.h"
#include "text/fold.h"

namespace attest {
namespace {

constexpr int kProbeLines = 4;           // lines read both ways to tell which way up a page lies
constexpr double kProbeLength = 12;      // em of a line that are enough for that
constexpr double kLeastProbe = 5;        // em; shorter lines tell little
constexpr double kSurelyUpright = 0.88;  // mean confidence that needs no second reading
constexpr double kClearLead = 0.15;      // of that over the reading on its head
constexpr double kReadsWell = 0.8;       // mean confidence under which a page may lie on its side
constexpr double kLeastLikeness = 0.5;   // of a box, to be taken for a mark
constexpr double kGapToGlyph = 0.45;     // em of white space that become a " " glyph
constexpr double kBlankGlyph = 0.5;      // em a "_"
constexpr int kRulingEdge = 3;           // pixels inside a cell that its rulings' blur may darken
constexpr double kGapBeforeMark =
    0.3;  // em of white space, or a line's start, before a box that opens an option
constexpr double kSmallPiece = 0.3;  // em; lower pieces (commas, dust) do not make a box a part of the text
constexpr double kBesideTick = 0.2;  // em of a character before a tick that is a part of it
constexpr double kUnderSeal = 0.9;   // confidence at most, where strokes may have gone with a seal
constexpr double kReadMark =
    0.8;                      // confidence in a box that was read and could not be seen, times its glyph's
constexpr int kMarkBlur = 3;  // pixels around a mark that it darkens
constexpr double kPageRule = 0.6;  // of the page's width; a longer rule is no blank to write on
constexpr double kLeastReadBox =
    0.3;  // em each way of the ink of a box that only the recogniser saw; colons are thinner
constexpr double kLeastBox = 0.4;       // em of its line that a box is high …
constexpr double kLeastBullet = 0.25;   // … and a solid one, which may be a bullet
constexpr double kSureLikeness = 0.85;  // of a box in the midst of text, to cut the line at it unread
constexpr double kOddSize = 0.13;  // share by which a side differs from that of all sure boxes of the page
constexpr int kTouch = 1;          // pixels between a character and the line that it stands on
constexpr double kGlance = 8;      // em of a paragraph's first line that tell boilerplate
constexpr double kInsideCell = 2;  // pixels between a cell's ruling and its inside

struct Structure {
  Rulings rulings;
  std::vector<CellGrid> grids;
  PageInk text;  // without rulings
  double em = 0;
  std::vector<LineRegion> regions;  // 0: the page; then the cells, grid by grid
  struct Place {
    int grid = -1, cell = -1;
  };
  std::vector<Place> places;  // of each region
  std::vector<FoundMark> marks;
  std::vector<TextLine> lines;
  std::vector<std::vector<LineMark>> line_marks;  // of each line
  std::vector<PixelBox> erase;  // what the recogniser shall not see: marks, then lines under values
  std::size_t erased_marks = 0;

  std::span<const PixelBox> only_marks() const { return std::span(erase).first(erased_marks); }

  // What of a line's surroundings is not its cell's rulings; empty outside tables.
  PixelBox inside_of(const TextLine& line) const {
    const PixelBox& region = regions[line.region].box;
    if (region.empty()) return {};
    const PixelBox cell = grown(region, -kRulingEdge);
    const int x = std::min(cell.x, line.box.x), y = std::min(cell.y, line.box.y);
    return {x, y, std::max(cell.right(), line.box.right()) - x,
            std::max(cell.bottom(), line.box.bottom()) - y};
  }
};

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

// Two ones with serifs make a box; a column of numbers or codes has none.
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

// --- which way up ---

double mean_confidence(const RecognizedLine& line) { return line.glyphs.size() < 3 ? 0 : line.confidence; }

// How well the page's lines read as they stand and on their head: mean confidence of the best few.
struct Readability {
  double upright = 0, upside_down = 0;
  double best() const { return std::max(upright, upside_down); }
};

// Reads the best few lines both ways, stopping at the first that is surely upright and no riddle on its head.
Readability readability(const CleanPage& page, const Structure& s, LineRecognizer* recognizer) {
  std::vector<const TextLine*> probes;
  for (const TextLine& line : s.lines) {
    if (line.pieces.size() >= 5 && line.box.w >= kLeastProbe * line.em) probes.push_back(&line);
  }
  std::stable_sort(probes.begin(), probes.end(), [&](const TextLine* a, const TextLine* b) {
    const auto odd = [&](const TextLine* l) {
      return std::abs(l->em / s.em - 1) > 0.2 || !s.line_marks[l - s.lines.data()].empty();
    };
    return odd(a) < odd(b);
  });
  if (probes.size() > kProbeLines) probes.resize(kProbeLines);
  Readability sum;
  for (const TextLine* line : probes) {
    PixelBox part = line->box;
    part.w = std::min(part.w, static_cast<int>(kProbeLength * line->em));
    const LineCut cut = cut_line(page.grey, *line, part, s.inside_of(*line), s.erase);
    Image half = cut.image;
    std::reverse(half.pixels.begin(), half.pixels.end());
    const LineRequest both[] = {{&cut.image, LineContent::text, true}, {&half, LineContent::text, true}};
    const std::vector<RecognizedLine> read = recognizer->recognize(both);
    const double upright = mean_confidence(read[0]), upside_down = mean_confidence(read[1]);
    if (upright > kSurelyUpright && upright - upside_down > kClearLead) return {upright, upside_down};
    sum.upright += upright;
    sum.upside_down += upside_down;
  }
  const double n = std::max<double>(1, static_cast<double>(probes.size()));
  return {sum.upright / n, sum.upside_down / n};
}

struct StandingPage {
  CleanPage clean;
  Structure structure;
};

// The clean page upright. Row sums tell text that runs up or down, but the columns of a table of figures can
// deceive them, so a page whose lines read badly is tried the other way too, and the better reading counts.
StandingPage stand_upright(const SourcePage& source, const std::string& prefix, LineRecognizer* recognizer) {
  StandingPage page;
  page.clean = clean_page(source, {prefix});
  if (page.clean.grey.empty() || !page.clean.binary) return page;
  page.structure = structure_of(page.clean);
  Readability reads = readability(page.clean, page.structure, recognizer);
  if (reads.best() < kReadsWell) {
    StandingPage other;
    other.clean = clean_page(source, {prefix, page.clean.rotation % 180 == 0});
    if (!other.clean.grey.empty() && other.clean.binary) {
      other.structure = structure_of(other.clean);
      const Readability turned = readability(other.clean, other.structure, recognizer);
      if (turned.best() > reads.best()) {
        page = std::move(other);
        reads = turned;
      }
    }
  }
  if (reads.upside_down > reads.upright) {
    turn_half(&page.clean);
    page.structure = structure_of(page.clean);
  }
  return page;
}

// --- recognition ---

struct PartReading {
  LinePart part;
  LineCut cut;
  LineCut underlined;  // the same with the line under it, where characters stand on one
  LineContent content = LineContent::text;
  RecognizedLine read;
};

// Whether characters of the part stand on a line under them: then it is hard to tell what is whose.
bool stands_on_line(const TextLine& line, const PixelBox& part) {
  return std::any_of(line.underlines.begin(), line.underlines.end(), [&](const PixelBox& u) {
    return std::any_of(line.pieces.begin(), line.pieces.end(), [&](const PixelBox& piece) {
      return piece.bottom() >= u.y - kTouch && std::min(piece.right(), u.right()) > std::max(piece.x, u.x) &&
             piece.center_x() >= part.x && piece.center_x() < part.right();
    });
  });
}

struct LineReading {
  std::vector<PartReading> parts;
  LineContent content = LineContent::text;
};

class PageRecognition {
 public:
  PageRecognition(const CleanPage& page, const Structure& s, LineRecognizer* recognizer)
      : page_(page), s_(s), recognizer_(recognizer), readings_(s.lines.size()) {}

  // Writes each cut as an image, for looking at what the recogniser got, and a list of the cuts with the
  // place of their ink on the page as it was scanned (points).
  void save_cuts(const std::string& prefix) const {
    std::ofstream list(prefix + "7-lines.tsv");
    const auto save = [&](const std::string& path, const LineCut& cut, const PixelBox& part) {
      if (cut.image.empty()) return;
      pixWrite(path.c_str(), to_pix(cut.image).get(), IFF_PNG);
      const Box place = page_.to_page(part);
      list << path << '\t' << place.left << '\t' << place.top << '\t' << place.width << '\t' << place.height
           << '\n';
    };
    for (std::size_t i = 0; i < readings_.size(); ++i) {
      for (std::size_t k = 0; k < readings_[i].parts.size(); ++k) {
        const PartReading& p = readings_[i].parts[k];
        const std::string name = prefix + "7-line-" + std::to_string(i) + "-" + std::to_string(k);
        save(name + ".png", p.cut, p.part.box);
        save(name + "-lined.png", p.underlined, p.part.box);
      }
    }
  }

  // Reads the given lines in one batch.
  void read(const std::vector<int>& lines) {
    std::vector<PartReading*> open;
    for (const int i : lines) cut_parts(i, &open);
    std::vector<LineRequest> requests;
    requests.reserve(open.size());
    for (const PartReading* p : open) requests.push_back({&p->cut.image, p->content});
    for (const PartReading* p : open) {
      if (!p->underlined.image.empty()) requests.push_back({&p->underlined.image, p->content});
    }
    std::vector<RecognizedLine> answers = recognizer_->recognize(requests);
    auto next = answers.begin();
    for (PartReading* p : open) p->read = std::move(*next++);
    for (PartReading* p : open) {
      if (!p->underlined.image.empty()) p->read = surer_of_both(std::move(p->read), *next++);
    }
  }

  // Reads the beginnings of the given lines, and leaves out the rest of each.
  void glance(const std::vector<int>& lines) {
    std::vector<LineRequest> requests;
    for (const int i : lines) {
      const TextLine& line = s_.lines[i];
      const PixelBox head = beginning_of(line);
      const PixelBox rest{head.right(), line.box.y, line.box.right() - head.right(), line.box.h};
      std::vector<PartReading>& parts = readings_[i].parts;
      parts = {part_of(LinePart::Kind::text, head), part_of(LinePart::Kind::left_out, rest)};
      parts[0].cut = cut_line(page_.grey, line, head, {}, s_.erase);
    }
    for (const int i : lines) requests.push_back({&readings_[i].parts[0].cut.image, LineContent::text, true});
    std::vector<RecognizedLine> answers = recognizer_->recognize(requests);
    for (std::size_t k = 0; k < lines.size() && k < answers.size(); ++k) {
      std::vector<Glyph>& glyphs = answers[k].glyphs;
      if (!glyphs.empty()) glyphs.pop_back();  // the cut may go through it
      readings_[lines[k]].parts[0].read = std::move(answers[k]);
    }
  }

  void leave_out(int line) {
    readings_[line].parts = {part_of(LinePart::Kind::left_out, s_.lines[line].box)};
  }

  void forget(int line) { readings_[line].parts.clear(); }

  std::string text_of(int line) const {
    std::string out;
    for (const PartReading& p : readings_[line].parts) {
      for (const Glyph& g : p.read.glyphs) out += g.text;
    }
    return out;
  }

  std::vector<LineReading>& readings() { return readings_; }

  // Recognised text of a cell, for headers.
  std::string text_in(int region) const {
    std::string out;
    for (std::size_t i = 0; i < s_.lines.size(); ++i) {
      if (s_.lines[i].region == region) out += text_of(static_cast<int>(i));
    }
    return out;
  }

 private:
  void cut_parts(int index, std::vector<PartReading*>* open) {
    const TextLine& line = s_.lines[index];
    LineReading& reading = readings_[index];
    for (const LinePart& part : parts_of(line, s_.line_marks[index]))
      reading.parts.push_back({part, {}, {}, reading.content, {}});
    for (PartReading& p : reading.parts) {
      if (p.part.kind != LinePart::Kind::text) continue;
      p.cut = cut_line(page_.grey, line, p.part.box, s_.inside_of(line), s_.erase);
      if (stands_on_line(line, p.part.box))
        p.underlined = cut_line(page_.grey, line, p.part.box, s_.inside_of(line), s_.only_marks());
      open->push_back(&p);
    }
  }

  static PartReading part_of(LinePart::Kind kind, const PixelBox& box) {
    PartReading part;
    part.part.kind = kind;
    part.part.box = box;
    return part;
  }

  // The first characters, up to a gap between two pieces of ink.
  static PixelBox beginning_of(const TextLine& line) {
    PixelBox head{line.box.x, line.box.y, 0, line.box.h};
    for (const PixelBox& piece : line.pieces) {
      if (head.w > 0 && piece.right() - line.box.x > kGlance * line.em) break;
      head.w = std::max(head.w, piece.right() - line.box.x);
    }
    return head;
  }

  const CleanPage& page_;
  const Structure& s_;
  LineRecognizer* recognizer_;
  std::vector<LineReading> readings_;
};

std::vector<double> edges_of(const CellGrid& grid) {
  std::vector<double> edges(static_cast<std::size_t>(grid.columns) + 1, -1);
  for (const CellGrid::C& c : grid.cells) {
    edges[c.col] = static_cast<double>(c.box.x - grid.box.x) / std::max(1, grid.box.w);
    edges[c.col + c.col_span] = static_cast<double>(c.box.right() - grid.box.x) / std::max(1, grid.box.w);
  }
  return edges;
}

// What each column holds, by the texts of its first rows; empty where the table has no header of its own.
KnownColumns headed_columns(const CellGrid& grid, const std::vector<std::string>& texts) {
  std::vector<LineContent> contents(grid.columns, LineContent::text);
  int named = 0;
  for (std::size_t c = 0; c < grid.cells.size(); ++c) {
    const CellGrid::C& cell = grid.cells[c];
    if (cell.row > 0 || cell.col_span > 1) continue;
    contents[cell.col] = content_of_header(texts[c]);
    named += contents[cell.col] != LineContent::text;
  }
  return named >= 2 ? KnownColumns{edges_of(grid), contents} : KnownColumns{};
}

// What the columns of each of a page's tables hold. A table without a header goes on with the columns of the
// last one that had one.
std::vector<std::vector<LineContent>> contents_of(const std::vector<CellGrid>& grids,
                                                  const std::vector<std::vector<std::string>>& texts,
                                                  int page, ColumnMemory* memory) {
  std::vector<KnownColumns> headed;
  KnownColumns last;
  for (std::size_t g = 0; g < grids.size(); ++g) {
    headed.push_back(headed_columns(grids[g], texts[g]));
    if (!headed.back().empty()) last = headed.back();
  }
  if (memory != nullptr) memory->after(page, last);
  std::optional<KnownColumns> known;
  std::vector<std::vector<LineContent>> out;
  for (std::size_t g = 0; g < grids.size(); ++g) {
    if (!headed[g].empty()) {
      known = headed[g];
    } else if (!known) {
      known = memory != nullptr ? memory->before(page) : KnownColumns{};
    }
    const bool same = !headed[g].empty() || same_columns(*known, edges_of(grids[g]));
    out.push_back(same ? known->contents : std::vector<LineContent>(grids[g].columns, LineContent::text));
  }
  return out;
}

// --- page model ---

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

// --- boilerplate ---

// Wrapped paragraphs that may be boilerplate: all but their last lines wait until that one has been read.
class WaitingParagraphs {
 public:
  // `known` is borrowed; null: nothing waits.
  WaitingParagraphs(const Structure& s, const Boilerplate* known)
      : s_(s), known_(known), waits_(s.lines.size()) {
    if (known == nullptr || known->empty()) return;
    std::vector<bool> plain;
    for (std::size_t i = 0; i < s.lines.size(); ++i)
      plain.push_back(s.lines[i].underlines.empty() && s.line_marks[i].empty());
    paragraphs_ = wrapped_paragraphs(s.lines, plain);
    for (const std::vector<int>& lines : paragraphs_) {
      for (const int i : lines) waits_[i] = i != lines.back();
    }
  }

  bool holds(int line) const { return waits_[line]; }

  // The lines that have to be read after all; of the others the recognition knows that they are left out.
  std::vector<int> judge(PageRecognition* recognition) const {
    std::vector<int> to_read;
    std::vector<std::pair<const std::vector<int>*, std::vector<int>>> open;  // with what they may be
    for (const std::vector<int>& lines : paragraphs_) {
      std::vector<int> candidates = known_->ending_as(recognition->text_of(lines.back()), ems_of(lines));
      if (candidates.empty()) {
        to_read.insert(to_read.end(), lines.begin(), lines.end() - 1);
      } else {
        open.emplace_back(&lines, std::move(candidates));
      }
    }
    std::vector<int> first_lines;
    for (const auto& paragraph : open) first_lines.push_back(paragraph.first->front());
    recognition->glance(first_lines);
    for (const auto& [lines, candidates] : open) {
      const bool known = known_->begins_as(candidates, recognition->text_of(lines->front()));
      if (!known) recognition->forget(lines->front());
      for (auto line = lines->begin(); line != lines->end() - 1; ++line) {
        if (!known) to_read.push_back(*line);
        if (known && line != lines->begin()) recognition->leave_out(*line);
      }
    }
    return to_read;
  }

 private:
  double ems_of(const std::vector<int>& lines) const {
    double ems = 0;
    for (const int i : lines) ems += s_.lines[i].box.w / std::max(1.0, s_.em);
    return ems;
  }

  const Structure& s_;
  const Boilerplate* known_;
  std::vector<bool> waits_;
  std::vector<std::vector<int>> paragraphs_;
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

void save_overlay(const std::string& path, const CleanPage& clean, const Structure& s) {
  PixPtr grey = to_pix(clean.grey);
  PixPtr out(grey ? pixConvertTo32(grey.get()) : nullptr);
  if (!out) return;
  const auto draw = [&](const PixelBox& b, int red, int green, int blue) {
    BOX* box = boxCreate(b.x, b.y, b.w, b.h);
    if (box)
      pixRenderBoxArb(out.get(), box, 3, static_cast<l_uint8>(red), static_cast<l_uint8>(green),
                      static_cast<l_uint8>(blue));
    boxDestroy(&box);
  };
  for (const CellGrid& g : s.grids) {
    for (const CellGrid::C& c : g.cells) draw(c.box, 0, 160, 0);
  }
  for (const TextLine& l : s.lines) {
    draw(l.box, 220, 0, 0);
    for (const PixelBox& u : l.underlines) draw(u, 220, 0, 220);
  }
  for (const auto& marks : s.line_marks) {
    for (const LineMark& m : marks) draw(m.box, 0, 0, 255);
  }
  pixWrite(path.c_str(), out.get(), IFF_PNG);
}

}  // namespace

ScanReader::ScanReader(LineRecognizer* recognizer, ScanOptions options)
    : recognizer_(recognizer), options_(std::move(options)), boilerplate_(options_.boilerplate) {}

Result<Page> ScanReader::read(const SourcePage& source, ColumnMemory* columns, bool all_text) {
  Page page;
  page.number = source.number;
  page.width = source.width;
  page.height = source.height;
  page.rotation = source.rotation;
  page.origin = source.origin;
  const std::string prefix = options_.debug_images.empty()
                                 ? ""
                                 : options_.debug_images + "/page-" + std::to_string(source.number) + "-";
  StandingPage standing = stand_upright(source, prefix, recognizer_);
  CleanPage& clean = standing.clean;
  Structure& s = standing.structure;
  if (clean.grey.empty() || !clean.binary) return page;
  page.width = clean.page_width;
  page.height = clean.page_height;
  page.rotation = (source.rotation + clean.rotation) % 360;
  if (!prefix.empty()) save_overlay(prefix + "6-structure.png", clean, s);

  PageRecognition recognition(clean, s, recognizer_);
  const WaitingParagraphs waiting(s, all_text ? nullptr : &boilerplate_);
  std::vector<int> first, second;
  for (std::size_t i = 0; i < s.lines.size(); ++i) {
    if (waiting.holds(static_cast<int>(i))) continue;
    const Structure::Place place = s.places[s.lines[i].region];
    const bool header = place.grid < 0 || s.grids[place.grid].cells[place.cell].row == 0;
    (header ? first : second).push_back(static_cast<int>(i));
  }
  recognition.read(first);
  std::vector<std::vector<std::string>> headers;
  for (const CellGrid& grid : s.grids) headers.emplace_back(grid.cells.size());
  for (std::size_t r = 0; r < s.places.size(); ++r) {
    const Structure::Place place = s.places[r];
    if (place.grid < 0 || s.grids[place.grid].cells[place.cell].row > 0) continue;
    headers[place.grid][place.cell] = recognition.text_in(static_cast<int>(r));
  }
  const auto contents = contents_of(s.grids, headers, source.number, columns);
  for (const int i : second) {
    const Structure::Place place = s.places[s.lines[i].region];
    const CellGrid::C& cell = s.grids[place.grid].cells[place.cell];
    if (cell.col_span != 1) continue;
    const LineContent content = contents[place.grid][cell.col];
    recognition.readings()[i].content = content;
    if (content == LineContent::number || content == LineContent::code) forget_marks(i, &s);
  }
  for (const int i : waiting.judge(&recognition)) second.push_back(i);
  recognition.read(second);
  if (!prefix.empty()) recognition.save_cuts(prefix);

  PageBuilder builder(clean, s, &page);
  add_tables(clean, s, &page);
  for (std::size_t i = 0; i < s.lines.size(); ++i) {
    Line line = builder.line_of(s.lines[i], &recognition.readings()[i]);
    if (line.glyphs.empty()) continue;
    const Structure::Place place = s.places[s.lines[i].region];
    if (place.grid < 0) {
      page.lines.push_back(std::move(line));
    } else {
      page.tables[place.grid].cells[place.cell].lines.push_back(std::move(line));
    }
  }
  order_blocks(&page);
  return page;
}

}  // namespace attest
