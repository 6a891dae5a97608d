// Pieces of connected ink are strung into lines from left to right: a piece joins the line whose height it
// shares where that line last stood, so a line may drift. Parts of one character that lie above each other
// start as lines of their own and are united by the first neighbour that spans both. Dots and commas are
// given to the line they stand nearest.
#include "ocr/lines.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "ocr/morphology.h"
#include "ocr/pieces.h"

namespace attest {
namespace {

constexpr double kLeastEm = 0.09, kMostEm = 0.5;  // inch, of body type (6.5 to 36 points)
constexpr double kDefaultEm = 0.14;               // inch, 10 points
constexpr double kHanziInk = 0.92;                // ink height of a full hanzi over its em
constexpr double kCore = 0.38;                    // em; smaller pieces (points, commas) do not shape a line
constexpr double kHalfDigit = 0.25;               // em; a small piece this large may be half of a digit
constexpr double kBroken = 0.2;         // em; gap between the halves of a digit that came out in two
constexpr double kSpeck = 0.06;         // em; smaller pieces are dust
constexpr double kLargestPiece = 4.5;   // em; larger ones are pictures, seals, frames
constexpr double kSharedHeight = 0.5;   // of the lower of two, to stand on one line
constexpr double kTallestLine = 1.45;   // times the larger of em and its tallest piece
constexpr double kStrokeLength = 1.25;  // em; a longer level stroke is no part of a character
constexpr double kStrokeHeight = 0.16;  // em
constexpr double kTallGlyph =
    0.7;  // em; ink this tall around a stroke is a character, not an underlined word …
constexpr double kWidestGlyph = 2.2;  // … unless it is wider than this times its height …
constexpr double kWidestOnFoot =
    1.45;                       // … or than this, and the stroke is its foot: two underlined characters
constexpr double kFoot = 0.15;  // of a character's height
constexpr double kTallSliver = 1.6;  // em; taller and …
constexpr double kSliverWidth =
    0.15;                       // … thinner than this share of its height: a fold, an edge, a ruling's rest
constexpr double kReach = 1.6;  // em beyond a line's ends within which a dot still belongs to it
constexpr std::size_t kEnoughPieces = 8;  // of a line, to tell print from a pen's strokes over it
constexpr double kPrinted = 0.8;          // share of pieces that are surely print
constexpr double kPenTall = 1.35;         // times the print's height; a taller piece is a pen's
constexpr int kMemory = 5;                // pieces that tell where a line runs now

struct Strand {
  std::vector<PixelBox> pieces;
  int top = 0, bottom = 0;  // over the last pieces
  bool gone = false;

  void add(const PixelBox& piece) {
    pieces.push_back(piece);
    settle();
  }
  void settle() {
    const std::size_t first = pieces.size() > kMemory ? pieces.size() - kMemory : 0;
    top = pieces[first].y;
    bottom = pieces[first].bottom();
    for (std::size_t i = first; i < pieces.size(); ++i) {
      top = std::min(top, pieces[i].y);
      bottom = std::max(bottom, pieces[i].bottom());
    }
  }
  int tallest() const {
    int h = 0;
    for (const PixelBox& p : pieces) h = std::max(h, p.h);
    return h;
  }
};

// Whether a stroke belongs to a character of a title: the connected ink it lies in is as tall as it is wide.
bool inside_large_glyph(const PixelBox& stroke, const std::vector<PixelBox>& glyphs) {
  return std::any_of(glyphs.begin(), glyphs.end(), [&](const PixelBox& g) {
    const bool foot = g.bottom() - stroke.center_y() < kFoot * g.h;
    return g.w < (foot ? kWidestOnFoot : kWidestGlyph) * g.h && stroke.x >= g.x - 2 &&
           stroke.right() <= g.right() + 2 && stroke.y >= g.y - 2 && stroke.bottom() <= g.bottom() + 2;
  });
}

// Level strokes too long for a character: underlines, blank lines, dashes.
std::vector<PixelBox> strokes_of(const PageInk& text, double em) {
  const PixPtr open = opened(text.pix.get(), static_cast<int>(kStrokeLength * em), 1);
  std::vector<PixelBox> glyphs;
  for (const PixelBox& b : text.pieces) {
    if (b.h > kTallGlyph * em) glyphs.push_back(b);
  }
  std::vector<PixelBox> out;
  for (const PixelBox& b : boxes_of_ink(open.get())) {
    if (b.h <= std::max(3.0, kStrokeHeight * em) && !inside_large_glyph(b, glyphs)) out.push_back(b);
  }
  return out;
}

// The pieces that are left when strokes are taken off.
std::vector<PixelBox> pieces_without(const PageInk& text, const std::vector<PixelBox>& strokes) {
  if (strokes.empty()) return text.pieces;
  const PixPtr characters(pixCopy(nullptr, text.pix.get()));
  if (!characters) return {};
  for (const PixelBox& s : strokes) {
    pixRasterop(characters.get(), s.x - 2, s.y - 1, s.w + 4, s.h + 2, PIX_CLR, nullptr, 0, 0);
  }
  return boxes_of_ink(characters.get());
}

double overlap(int a0, int a1, int b0, int b1) {
  const double lower = std::min(a1 - a0, b1 - b0);
  return lower > 0 ? (std::min(a1, b1) - std::max(a0, b0)) / lower : 0;
}

bool may_unite(const Strand& a, int top, int bottom, int tallest, double em) {
  const int height = std::max(a.bottom, bottom) - std::min(a.top, top);
  return height <= kTallestLine * std::max<double>({em, double(a.tallest()), double(tallest)});
}

// The pieces of one region, in strands.
std::vector<Strand> strung(std::vector<PixelBox> core, double em) {
  std::sort(core.begin(), core.end(),
            [](const PixelBox& a, const PixelBox& b) { return a.x != b.x ? a.x < b.x : a.y < b.y; });
  std::vector<Strand> strands;
  for (const PixelBox& piece : core) {
    Strand* best = nullptr;
    double best_overlap = kSharedHeight;
    for (Strand& s : strands) {
      if (s.gone) continue;
      const double shared = overlap(s.top, s.bottom, piece.y, piece.bottom());
      if (shared < best_overlap || !may_unite(s, piece.y, piece.bottom(), piece.h, em)) continue;
      best = &s;
      best_overlap = shared;
    }
    if (!best) {
      strands.emplace_back();
      strands.back().add(piece);
      continue;
    }
    for (Strand& other : strands) {
      if (other.gone || &other == best) continue;
      if (overlap(other.top, other.bottom, piece.y, piece.bottom()) < kSharedHeight) continue;
      if (!may_unite(other, best->top, best->bottom, best->tallest(), em)) continue;
      best->pieces.insert(best->pieces.end(), other.pieces.begin(), other.pieces.end());
      other.gone = true;
      std::sort(best->pieces.begin(), best->pieces.end(),
                [](const PixelBox& a, const PixelBox& b) { return a.x < b.x; });
    }
    best->add(piece);
  }
  std::erase_if(strands, [](const Strand& s) { return s.gone; });
  return strands;
}

struct Extent {
  int left = 1 << 30, top = 1 << 30, right = 0, bottom = 0;
  void add(const PixelBox& b) {
    left = std::min(left, b.x);
    top = std::min(top, b.y);
    right = std::max(right, b.right());
    bottom = std::max(bottom, b.bottom());
  }
};

Extent extent_of(const Strand& s) {
  Extent e;
  for (const PixelBox& p : s.pieces) e.add(p);
  return e;
}

// Strands of one line that nothing united while stringing: parts above each other at a line's end, a drifting
// rest.
void unite(std::vector<Strand>* strands, double em) {
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t i = 0; i < strands->size() && !changed; ++i) {
      for (std::size_t k = i + 1; k < strands->size() && !changed; ++k) {
        Strand &a = (*strands)[i], &b = (*strands)[k];
        const Extent ea = extent_of(a), eb = extent_of(b);
        const int height = std::max(ea.bottom, eb.bottom) - std::min(ea.top, eb.top);
        const double tallest = std::max({em, double(a.tallest()), double(b.tallest())});
        const double shared = overlap(ea.top, ea.bottom, eb.top, eb.bottom);
        // Parts of a character: above each other, together no taller than one.
        const bool parts = height <= 1.08 * em && ea.left < eb.right && eb.left < ea.right;
        if (!parts && (shared < 0.6 || height > kTallestLine * tallest)) continue;
        a.pieces.insert(a.pieces.end(), b.pieces.begin(), b.pieces.end());
        strands->erase(strands->begin() + static_cast<std::ptrdiff_t>(k));
        changed = true;
      }
    }
  }
}

// A piece that ties two lines together (touching characters, a seal's stroke) makes a strand that lies over
// both.
void drop_bridges(std::vector<Strand>* strands, double em) {
  std::erase_if(*strands, [&](const Strand& s) {
    if (s.pieces.size() > 3) return false;
    const Extent e = extent_of(s);
    if (e.bottom - e.top < 1.5 * em) return false;
    int crossed = 0;
    for (const Strand& other : *strands) {
      if (&other == &s) continue;
      const Extent o = extent_of(other);
      const bool beside = o.left < e.right + 2 * em && e.left < o.right + 2 * em;
      if (beside && o.bottom - o.top < 0.75 * (e.bottom - e.top) &&
          overlap(e.top, e.bottom, o.top, o.bottom) > 0.5)
        ++crossed;
    }
    return crossed >= 2;
  });
}

TextLine line_of(const Strand& strand, int region) {
  TextLine line;
  line.region = region;
  line.pieces = strand.pieces;
  std::sort(line.pieces.begin(), line.pieces.end(),
            [](const PixelBox& a, const PixelBox& b) { return a.x < b.x; });
  const Extent e = extent_of(strand);
  line.box = {e.left, e.top, e.right - e.left, e.bottom - e.top};
  return line;
}

void add_small_pieces(const std::vector<PixelBox>& small, double em, std::vector<TextLine>* lines) {
  for (const PixelBox& p : small) {
    TextLine* best = nullptr;
    double best_distance = 0.45 * em;  // outside the line's height
    for (TextLine& line : *lines) {
      if (p.center_x() < line.box.x - kReach * em || p.center_x() > line.box.right() + kReach * em) continue;
      const double above = line.box.y - p.center_y(), below = p.center_y() - line.box.bottom();
      const double distance = std::max({above, below, 0.0});
      if (distance < best_distance) {
        best = &line;
        best_distance = distance;
      }
    }
    if (!best) continue;
    best->pieces.push_back(p);
    const int right = std::max(best->box.right(), p.right()), left = std::min(best->box.x, p.x);
    best->box.x = left;
    best->box.w = right - left;
    // Half a digit whose other half is the line so far: the line is as high as both.
    const int top = std::min(best->box.y, p.y), bottom = std::max(best->box.bottom(), p.bottom());
    if (std::max(p.w, p.h) >= kHalfDigit * em && bottom - top <= kHanziInk * em) {
      best->box.y = top;
      best->box.h = bottom - top;
    }
  }
}

// Whether the stroke lies in the upper half of a line and is no longer than a character: the bar of a title's
// 京.
bool in_upper_half(const PixelBox& stroke, const TextLine& line) {
  return stroke.w <= line.box.h && stroke.y >= line.box.y - stroke.h &&
         stroke.center_y() <= line.box.center_y() && stroke.center_x() >= line.box.x &&
         stroke.center_x() <= line.box.right();
}

// Strokes at a line's foot are underlines; higher up they are dashes or bars and belong to the text; a stroke
// without a line is a line of its own to write on.
void add_strokes(const std::vector<PixelBox>& strokes, int region, double em, std::vector<TextLine>* lines) {
  for (const PixelBox& s : strokes) {
    TextLine* best = nullptr;
    double best_distance = 0.8 * em;
    for (TextLine& line : *lines) {
      if (line.pieces.empty() || s.x > line.box.right() + 30 * em || s.right() < line.box.x - 30 * em)
        continue;
      const bool within =
          s.center_y() > line.box.center_y() - 0.3 * em && s.y < line.box.bottom() + 0.45 * em;
      const double distance = in_upper_half(s, line) ? 0
                              : within               ? std::abs(s.center_y() - line.box.bottom())
                                                     : best_distance;
      if (distance < best_distance) {
        best = &line;
        best_distance = distance;
      }
    }
    if (!best) {
      TextLine blank;
      blank.region = region;
      blank.box = {s.x, s.y - static_cast<int>(0.8 * em), s.w, static_cast<int>(0.9 * em)};
      blank.underlines = {s};
      lines->push_back(blank);
      continue;
    }
    // A stroke well above the foot is a dash, or (in a title) a stroke of 三 or 言.
    const double from_foot = best->box.bottom() - s.center_y();
    if (from_foot > std::max(0.3 * em, 0.15 * best->box.h) ||
        (s.w < best->box.h && from_foot > 0.04 * best->box.h)) {
      best->pieces.push_back(s);
      const int right = std::max(best->box.right(), s.right());
      best->box.x = std::min(best->box.x, s.x);
      best->box.w = right - best->box.x;
    } else {
      best->underlines.push_back(s);
    }
  }
}

// A pen's cross over one box makes no title line: where most pieces are much lower than the tallest, the line
// is as high as those.
void trim_to_print(TextLine* line, double em) {
  std::vector<int> heights;
  for (const PixelBox& p : line->pieces) {
    if (p.h >= kCore * em) heights.push_back(p.h);
  }
  if (heights.size() < kEnoughPieces) return;
  const auto common = heights.begin() + static_cast<std::ptrdiff_t>(heights.size() * kPrinted);
  std::nth_element(heights.begin(), common, heights.end());
  const double tallest = kPenTall * std::max<double>(em * kHanziInk, *common);
  int top = 1 << 30, bottom = 0;
  for (const PixelBox& p : line->pieces) {
    if (p.h > tallest || p.h < kCore * em) continue;
    top = std::min(top, p.y);
    bottom = std::max(bottom, p.bottom());
  }
  if (bottom - top >= line->box.h || bottom <= top) return;
  if (std::none_of(line->pieces.begin(), line->pieces.end(),
                   [&](const PixelBox& p) { return p.h > tallest; }))
    return;
  line->box.y = top;
  line->box.h = bottom - top;
}

void finish(TextLine* line, double em) {
  const auto by_left = [](const PixelBox& a, const PixelBox& b) { return a.x < b.x; };
  std::sort(line->pieces.begin(), line->pieces.end(), by_left);
  std::sort(line->underlines.begin(), line->underlines.end(), by_left);
  trim_to_print(line, em);
  // Digits and letters are lower than hanzi of the same type size; a line below the body size that holds
  // nothing else is still of the body size.
  const double height = line->box.h;
  line->em = height > 1.15 * em   ? height / kHanziInk
             : height > 0.55 * em ? std::max(height / kHanziInk, 0.97 * em)
                                  : em;
}

bool is_ruling_rest(const PixelBox& p, const PixelBox& region, double em) {
  const double near = 0.22 * em;
  const bool thin_upright = p.w <= 0.14 * em && (p.x - region.x < near || region.right() - p.right() < near);
  const bool thin_level = p.h <= 0.14 * em && (p.y - region.y < near || region.bottom() - p.bottom() < near);
  return (thin_upright && p.h > p.w) || thin_level;
}

struct Ink {
  std::vector<PixelBox> core, small, strokes;
};

bool halves_of_digit(const PixelBox& a, const PixelBox& b, double em) {
  const int gap = std::max(a.y, b.y) - std::min(a.bottom(), b.bottom());
  const int height = std::max(a.bottom(), b.bottom()) - std::min(a.y, b.y);
  return gap <= kBroken * em && height >= kCore * em && height <= kHanziInk * em &&
         std::max({a.w, a.h, b.w, b.h}) >= kHalfDigit * em &&
         overlap(a.x, a.right(), b.x, b.right()) >= kSharedHeight;
}

PixelBox around(const PixelBox& a, const PixelBox& b) {
  const int x = std::min(a.x, b.x), y = std::min(a.y, b.y);
  return {x, y, std::max(a.right(), b.right()) - x, std::max(a.bottom(), b.bottom()) - y};
}

// A digit alone in its cell whose thin stroke is broken has no piece that would start a line: its halves are
// taken as one.
void mend_digit(Ink* ink, double em) {
  std::vector<PixelBox>& small = ink->small;
  for (auto a = small.begin(); a != small.end(); ++a) {
    const auto b =
        std::find_if(a + 1, small.end(), [&](const PixelBox& p) { return halves_of_digit(*a, p, em); });
    if (b == small.end()) continue;
    ink->core.push_back(around(*a, *b));
    small.erase(b);
    small.erase(a);
    return;
  }
}

}  // namespace

double body_em(const PageInk& text, double dpi) {
  std::map<int, int> sizes;
  int count = 0;
  for (const PixelBox& b : text.pieces) {
    const int size = std::max(b.w, b.h);
    if (size < kLeastEm * 0.6 * dpi || size > kMostEm * dpi || b.h < 0.5 * b.w) continue;
    ++sizes[size];
    ++count;
  }
  if (count < 12) return kDefaultEm * dpi;
  // Two thirds of the pieces of running text are parts of characters or digits; the best filled window of
  // sizes above the median holds the full characters.
  int below = 0, median = 0;
  for (const auto& [size, n] : sizes) {
    if ((below += n) * 2 >= count) {
      median = size;
      break;
    }
  }
  int best = median, best_count = 0;
  for (const auto& [size, n] : sizes) {
    if (size < median) continue;
    int window = 0;
    for (auto it = sizes.lower_bound(size); it != sizes.end() && it->first <= size * 1.08 + 1; ++it)
      window += it->second;
    if (window > best_count) {
      best_count = window;
      best = size + static_cast<int>(size * 0.04);
    }
  }
  return std::clamp(best / kHanziInk, kLeastEm * dpi, kMostEm * dpi);
}

std::vector<TextLine> find_lines(const PageInk& text, std::span<const LineRegion> regions, double em) {
  const std::vector<PixelBox> strokes = strokes_of(text, em);
  std::vector<Ink> ink(regions.size());
  const auto region_at = [&](const PixelBox& p) {
    int page = -1;
    for (std::size_t i = 0; i < regions.size(); ++i) {
      const PixelBox& r = regions[i].box;
      if (r.empty()) {
        page = static_cast<int>(i);
      } else if (p.center_x() >= r.x && p.center_x() < r.right() && p.center_y() >= r.y &&
                 p.center_y() < r.bottom()) {
        return static_cast<int>(i);
      }
    }
    return page;
  };
  const double speck = std::max(2.5, kSpeck * em);
  for (const PixelBox& p : pieces_without(text, strokes)) {
    if ((p.w < speck && p.h < speck) || p.w > kLargestPiece * em || p.h > kLargestPiece * em) continue;
    if (p.h > kTallSliver * em && p.w < kSliverWidth * p.h) continue;
    const int region = region_at(p);
    if (region < 0) continue;
    if (!regions[region].box.empty() && is_ruling_rest(p, regions[region].box, em)) continue;
    (std::max(p.w, p.h) >= kCore * em ? ink[region].core : ink[region].small).push_back(p);
  }
  for (const PixelBox& s : strokes) {
    const int region = region_at(s);
    if (region >= 0 && (regions[region].box.empty() || !is_ruling_rest(s, regions[region].box, em))) {
      ink[region].strokes.push_back(s);
    }
  }
  std::vector<TextLine> out;
  for (std::size_t i = 0; i < ink.size(); ++i) {
    if (ink[i].core.empty()) mend_digit(&ink[i], em);
    std::vector<Strand> strands = strung(std::move(ink[i].core), em);
    unite(&strands, em);
    drop_bridges(&strands, em);
    std::vector<TextLine> lines;
    lines.reserve(strands.size());
    for (const Strand& s : strands) lines.push_back(line_of(s, static_cast<int>(i)));
    add_small_pieces(ink[i].small, em, &lines);
    add_strokes(ink[i].strokes, static_cast<int>(i), em, &lines);
    for (TextLine& line : lines) finish(&line, em);
    std::sort(lines.begin(), lines.end(), [](const TextLine& a, const TextLine& b) {
      return a.box.center_y() != b.box.center_y() ? a.box.center_y() < b.box.center_y() : a.box.x < b.box.x;
    });
    out.insert(out.end(), lines.begin(), lines.end());
  }

  return out;
}

}  // namespace attest
