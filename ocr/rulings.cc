// How rulings are found, shown for horizontal ones (vertical ones take the same way on the transposed page):
//
//   page          ──── ──────┬─────   ink with breaks, a crossing line, text touching it
//   long runs     ──── ────── ─────   opening with a long thin brick: only straight runs survive
//   not solid     ──── ────── ─────   minus what is also tall (pictures, seals, dark margins)
//   joined        ─────────────────   connected components whose ends continue each other
//
// A line on a page that is 0.3 degrees off steps one pixel in 190, so its runs are long; a component follows
// the steps.

#include "ocr/rulings.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iterator>
#include <span>

#include "ocr/morphology.h"
#include "ocr/pieces.h"
#include "ocr/threshold.h"
#include "ocr/vector_clones.h"

namespace attest {
namespace {

// Inches throughout; a form's body text is 10.5 to 12 points, an em of 0.15 to 0.17 inch.

// Runs shorter than this are strokes of glyphs or scraps of a broken line.
constexpr double kRunInch = 0.11;
// A line thicker than this is a bar or a picture. Frames are at most 2.25 points.
constexpr double kThicknessInch = 0.045;
// Breaks bridged inside one line: as wide as the line's crossings, specks and faint stretches of a fax.
constexpr double kBreakInch = 0.10;
// A wide one also as a share of what it parts: the stroke of a character below a table's edge is not much
// longer than the gap.
constexpr double kBreakShare = 0.5;
// How far the continuation may stand off the line's own direction.
constexpr double kOffsetInch = 0.015;
// A lone line at least this long is a ruling whatever it touches: longer than any stroke of a title's glyph.
constexpr double kLoneInch = 0.55;
// A shorter one counts when it ends on crossing lines: the height of the lowest table row.
constexpr double kShortInch = 0.13;
// What "ends on" means, and for a line that no other line continues (a tall stroke between two row lines
// looks alike).
constexpr double kTouchInch = 0.05;
constexpr double kStrictTouchInch = 0.013;
// Lines of neighbouring rows that stand nearer than this to each other continue each other.
constexpr double kAlignedInch = 0.025;
// A line has one unbroken stretch of this length, or nearly its own: aligned strokes of neighbouring glyphs,
// which look like a broken line, are cut at every glyph. Longer than an em of a 24-point title.
constexpr double kStretchInch = 0.36;
constexpr double kStretchShare = 0.9;
// Share of a short line's sides without ink: the strokes of a glyph meet others.
constexpr double kCleanSides = 0.8;
// How far from its edge: the edges of a fax are ragged.
constexpr double kRaggedInch = 0.016;
// A line of strokes none of which is as long as this may be the aligned bars of a title's glyphs, which are
// no larger than this themselves (48 points).
constexpr double kLargestGlyphInch = 0.67;
// Share of a line's length that lies in such glyphs.
constexpr double kGlyphShare = 0.6;
// A hairline is darker than the paper at this distance on both its sides by this many levels of grey: three
// times the noise of a JPEG scan …
constexpr double kHairlineInch = 0.013;
constexpr int kHairlineDepth = 24;
// … for this length, twice an em of body text; it may step by a pixel.
constexpr double kHairlineRunInch = 0.30;
constexpr int kStep = 1;
// Pixels beside a ruling that its blur darkens.
constexpr int kBlur = 2;
// Pieces are cut to this length, so that a bent line is followed.
constexpr double kPieceInch = 0.30;

int pixels(double inch, double dpi) { return std::max(1, static_cast<int>(std::lround(inch * dpi))); }

// One piece of long runs, as pieces along x.
Ruling trace(std::span<const InkRun> ink, const PixelBox& box, double dpi) {
  const int piece_length = pixels(kPieceInch, dpi), w = box.w;
  Ruling line;
  std::vector<int> count(w, 0), sum(w, 0);
  for (const InkRun& run : ink) {
    for (int x = run.from - box.x; x < run.to - box.x; ++x) ++count[x], sum[x] += run.y - box.y;
  }
  int area = 0, columns = 0;
  for (int x = 0; x < w;) {
    if (count[x] == 0) {
      ++x;
      continue;
    }
    int from = x, n = 0, total = 0;
    for (; x < w && count[x] > 0 && x - from < piece_length; ++x) n += count[x], total += sum[x];
    line.pieces.push_back({box.x + from, box.x + x, box.y + static_cast<int>(std::lround(double(total) / n)),
                           double(n) / (x - from)});
    area += n;
    columns += x - from;
  }
  line.thickness = std::max(1, static_cast<int>(std::lround(double(area) / std::max(1, columns))));
  return line;
}

void set_ends(Ruling* line) {
  line->x0 = line->pieces.front().from;
  line->y0 = line->pieces.front().at;
  line->x1 = line->pieces.back().to;
  line->y1 = line->pieces.back().at;
}

double slope_of(const Ruling& line) {
  return line.x1 > line.x0 ? double(line.y1 - line.y0) / (line.x1 - line.x0) : 0;
}

// Whether `b`, which starts right of a's end, continues it.
bool continues(const Ruling& a, const Ruling& b, double slope, double dpi) {
  const int gap = b.x0 - a.x1;
  if (gap < -pixels(kTouchInch, dpi) || gap > pixels(kBreakInch, dpi)) return false;
  if (gap > pixels(kTouchInch, dpi) && gap > kBreakShare * std::min(a.x1 - a.x0, b.x1 - b.x0)) return false;
  const double expected = a.y1 + slope * gap;
  return std::abs(b.y0 - expected) <= std::max(2.0, kOffsetInch * dpi);
}

// Joins components into lines, leftmost first; the answer is sorted by y, then x.
std::vector<Ruling> joined(std::vector<Ruling> parts, double dpi) {
  std::sort(parts.begin(), parts.end(),
            [](const Ruling& a, const Ruling& b) { return a.x0 != b.x0 ? a.x0 < b.x0 : a.y0 < b.y0; });
  std::vector<Ruling> lines;
  std::vector<char> used(parts.size(), 0);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (used[i]) continue;
    Ruling line = parts[i];
    int weight = line.x1 - line.x0;
    double thickness = double(line.thickness) * weight;
    for (std::size_t j = i + 1; j < parts.size() && parts[j].x0 <= line.x1 + pixels(kBreakInch, dpi); ++j) {
      if (used[j] || parts[j].x1 <= line.x1 || !continues(line, parts[j], slope_of(line), dpi)) continue;
      used[j] = 1;
      line.pieces.insert(line.pieces.end(), parts[j].pieces.begin(), parts[j].pieces.end());
      std::sort(line.pieces.begin(), line.pieces.end(),
                [](const Ruling::Piece& a, const Ruling::Piece& b) { return a.from < b.from; });
      weight += parts[j].x1 - parts[j].x0;
      thickness += double(parts[j].thickness) * (parts[j].x1 - parts[j].x0);
      set_ends(&line);
    }
    line.thickness = std::max(1, static_cast<int>(std::lround(thickness / std::max(1, weight))));
    lines.push_back(std::move(line));
  }
  std::sort(lines.begin(), lines.end(), [](const Ruling& a, const Ruling& b) {
    return a.y0 + a.y1 != b.y0 + b.y1 ? a.y0 + a.y1 < b.y0 + b.y1 : a.x0 < b.x0;
  });
  return lines;
}

// The longest part of a line without a break, in pixels.
int longest_stretch(const Ruling& line) {
  int longest = 0, from = 0, to = -1;
  for (const Ruling::Piece& p : line.pieces) {
    if (p.from > to) from = p.from;
    to = std::max(to, p.to);
    longest = std::max(longest, to - from);
  }
  return longest;
}

// A line's unbroken stretches, each as a line of its own.
std::vector<Ruling> stretches(const Ruling& line) {
  std::vector<Ruling> parts;
  for (const Ruling::Piece& p : line.pieces) {
    if (parts.empty() || p.from > parts.back().pieces.back().to) parts.emplace_back();
    parts.back().pieces.push_back(p);
  }
  for (Ruling& part : parts) {
    set_ends(&part);
    double area = 0;
    for (const Ruling::Piece& p : part.pieces) area += p.thickness * (p.to - p.from);
    part.thickness = std::max(1, static_cast<int>(std::lround(area / std::max(1, part.x1 - part.x0))));
  }
  return parts;
}

// Lines without a long stretch are taken apart: they are strokes of glyphs that stand in line, or a line of
// one low row that meets such strokes above or below.
std::vector<Ruling> parted(std::vector<Ruling> lines, double dpi) {
  std::vector<Ruling> kept;
  for (Ruling& line : lines) {
    if (longest_stretch(line) < std::min(kStretchInch * dpi, kStretchShare * (line.x1 - line.x0))) {
      for (Ruling& part : stretches(line)) kept.push_back(std::move(part));
    } else {
      kept.push_back(std::move(line));
    }
  }
  return kept;
}

// Whether a line is the bars of neighbouring glyphs of a title that stand at one height. A glyph is a piece
// of the page's ink that is about as high as wide.
bool of_glyphs(const std::vector<PixelBox>& pieces, const Ruling& line, double dpi) {
  if (longest_stretch(line) > kLargestGlyphInch * dpi) return false;
  const int most = pixels(kLargestGlyphInch, dpi);
  std::vector<PixelBox> glyphs;
  std::copy_if(pieces.begin(), pieces.end(), std::back_inserter(glyphs), [&](const PixelBox& g) {
    return g.bottom() >= std::min(line.y0, line.y1) - most && g.y <= std::max(line.y0, line.y1) + most &&
           g.h <= most && g.w <= most && 2 * g.h >= g.w && g.h > 3 * line.thickness;
  });
  int inside = 0, all = 0;
  for (const Ruling::Piece& p : line.pieces) {
    all += p.to - p.from;
    const bool in_glyph = std::any_of(glyphs.begin(), glyphs.end(), [&](const PixelBox& g) {
      return p.from >= g.x - 1 && p.to <= g.right() + 1 && p.at >= g.y && p.at <= g.bottom();
    });
    if (in_glyph) inside += p.to - p.from;
  }
  return inside > kGlyphShare * all;
}

// `pieces` are the boxes of all ink.
std::vector<Ruling> horizontal_lines(PIX* binary, const std::vector<PixelBox>& pieces, double dpi) {
  const int run = pixels(kRunInch, dpi), thick = pixels(kThicknessInch, dpi) + 1;
  const PixPtr runs = opened(binary, composable(run), 1);
  if (!runs) return {};
  const PixPtr solid = opened(runs.get(), 1, composable(thick));
  if (solid) pixSubtract(runs.get(), runs.get(), solid.get());
  const ConnectedInk ink(runs.get());
  std::vector<Ruling> parts;
  for (std::size_t i = 0; i < ink.boxes().size(); ++i) {
    if (ink.boxes()[i].w < run) continue;
    Ruling part = trace(ink.runs(i), ink.boxes()[i], dpi);
    if (part.pieces.empty() || part.thickness > thick) continue;
    set_ends(&part);
    parts.push_back(std::move(part));
  }
  std::vector<Ruling> lines = parted(joined(std::move(parts), dpi), dpi);
  std::erase_if(lines, [&](const Ruling& line) { return of_glyphs(pieces, line, dpi); });
  return lines;
}

std::vector<Ruling> transposed(std::vector<Ruling> lines) {
  for (Ruling& line : lines) {
    std::swap(line.x0, line.y0);
    std::swap(line.x1, line.y1);
  }
  return lines;
}

PixPtr transposed(PIX* pix) {
  PixPtr turned(pixRotateOrth(pix, 1));
  if (turned) pixFlipLR(turned.get(), turned.get());
  return turned;
}

// Share of a vertical line's both sides, beyond its ragged edges, that is paper.
double clean_sides(PIX* binary, const Ruling& line, double dpi) {
  const int w = pixGetWidth(binary), h = pixGetHeight(binary), wpl = pixGetWpl(binary);
  const l_uint32* data = pixGetData(binary);
  const int off = line.thickness / 2 + std::max(2, pixels(kRaggedInch, dpi));
  int clean = 0, all = 0;
  for (int y = std::max(0, line.y0); y < std::min(h, line.y1); ++y) {
    for (int x : {line.across(y) - off, line.across(y) + off}) {
      ++all;
      clean += x < 0 || x >= w || !ink_at(data, wpl, x, y);
    }
  }
  return all == 0 ? 0 : static_cast<double>(clean) / all;
}

// Whether the point (along a vertical line's end) lies on one of the long horizontal lines.
bool ends_on(int x, int y, const std::vector<Ruling>& horizontals, double near, double dpi) {
  return std::any_of(horizontals.begin(), horizontals.end(), [&](const Ruling& h) {
    return h.x1 - h.x0 >= kLoneInch * dpi && x >= h.x0 - near && x <= h.x1 + near &&
           std::abs(h.across(x) - y) <= near + h.thickness / 2.0;
  });
}

bool continues_another(const Ruling& v, const std::vector<Ruling>& verticals, double dpi) {
  return std::any_of(verticals.begin(), verticals.end(), [&](const Ruling& o) {
    if (&o == &v || o.y1 - o.y0 < kLoneInch * dpi) return false;
    return std::abs(o.across((v.y0 + v.y1) / 2) - v.across((v.y0 + v.y1) / 2)) <= kAlignedInch * dpi;
  });
}

// Strokes of glyphs go: a short line stays only between crossing lines that are long themselves.
bool is_separator(PIX* binary, const Ruling& v, const std::vector<Ruling>& verticals,
                  const std::vector<Ruling>& horizontals, double dpi) {
  const int length = v.y1 - v.y0;
  if (length >= pixels(kLoneInch, dpi)) return true;
  if (length < pixels(kShortInch, dpi)) return false;
  const bool continued = continues_another(v, verticals, dpi);
  const double near = std::max(2.0, (continued ? kTouchInch : kStrictTouchInch) * dpi);
  return ends_on(v.x0, v.y0, horizontals, near, dpi) && ends_on(v.x1, v.y1, horizontals, near, dpi) &&
         (continued || clean_sides(binary, v, dpi) >= kCleanSides);
}

// A short line that runs on into a stroke of a character may be a separator up to there.
std::vector<Ruling> without_strokes(PIX* binary, const std::vector<Ruling>& verticals,
                                    const std::vector<Ruling>& horizontals, double dpi) {
  std::vector<Ruling> kept;
  for (const Ruling& v : verticals) {
    if (is_separator(binary, v, verticals, horizontals, dpi)) {
      kept.push_back(v);
      continue;
    }
    std::vector<Ruling> parts = transposed(stretches(transposed({v})[0]));
    if (parts.size() < 2) continue;
    for (Ruling& part : parts) {
      if (is_separator(binary, part, verticals, horizontals, dpi)) kept.push_back(std::move(part));
    }
  }
  return kept;
}

// A 1-bit image with x along the line and y across it, whichever way the line lies.
class AlongLine {
 public:
  AlongLine(PIX* pix, bool horizontal)
      : data_(pixGetData(pix)),
        wpl_(pixGetWpl(pix)),
        horizontal_(horizontal),
        length_(horizontal ? pixGetWidth(pix) : pixGetHeight(pix)),
        depth_(horizontal ? pixGetHeight(pix) : pixGetWidth(pix)) {}
  int length() const { return length_; }
  int depth() const { return depth_; }
  bool ink(int along, int across) const {
    return horizontal_ ? ink_at(data_, wpl_, along, across) : ink_at(data_, wpl_, across, along);
  }
  void clear(int along, int across) {
    l_uint32* line = data_ + static_cast<std::ptrdiff_t>(horizontal_ ? across : along) * wpl_;
    CLEAR_DATA_BIT(line, horizontal_ ? along : across);
  }

 private:
  l_uint32* data_;
  int wpl_;
  bool horizontal_;
  int length_, depth_;
};

// The unbroken ink across a line at one place along it, found near where the line should be.
struct Run {
  int first = 0, last = -1;  // last < first: no ink
  int size() const { return last - first + 1; }
};

Run run_at(const AlongLine& image, int along, int middle, int reach, int longest) {
  int seed = -1;
  for (int d = 0; d <= reach && seed < 0; ++d) {
    for (int y : {middle - d, middle + d}) {
      if (y >= 0 && y < image.depth() && image.ink(along, y)) seed = y;
    }
  }
  if (seed < 0) return {};
  Run run{seed, seed};
  while (run.first > 0 && seed - run.first <= longest && image.ink(along, run.first - 1)) --run.first;
  while (run.last + 1 < image.depth() && run.last - seed <= longest && image.ink(along, run.last + 1))
    ++run.last;
  return run;
}

// The line's own part of the ink across it.
Run own_part(const Run& ink, int middle, int thickness) {
  const int half = thickness / 2;
  const bool above = ink.first<middle - half - 1, below = ink.last> middle + half + 1;
  if (ink.size() <= thickness + 1 || (!above && !below)) return ink;
  if (above && below) return {};
  return above ? Run{ink.last - thickness + 1, ink.last} : Run{ink.first, ink.first + thickness - 1};
}

// Clears the line's ink place by place where it is no thicker than the line; where it is, a stroke crosses or
// touches, and stays.
void erase(const Ruling& line, int from, int to, AlongLine* image) {
  const int reach = line.thickness / 2 + 2, tallest = line.thickness + 3;
  for (int x = std::max(0, from - 1); x <= std::min(image->length() - 1, to + 1); ++x) {
    const Run ink = run_at(*image, x, line.across(x), reach, tallest);
    if (ink.size() > tallest) continue;
    for (int y = ink.first; y <= ink.last; ++y) image->clear(x, y);
  }
}

// Marks with 1 the pixels [from, to) of a row that are darker than those so far away on both sides.
ATTEST_VECTOR_CLONES void mark_darker(const std::uint8_t* row, std::ptrdiff_t away, int from, int to,
                                      std::uint8_t* __restrict darker) {
  const std::uint8_t *before = row - away, *behind = row + away;
  for (int x = from; x < to; ++x) darker[x] = row[x] + kHairlineDepth <= std::min(before[x], behind[x]);
}

// What is darker than the page `off` pixels to both sides, across the way the lines run.
PixPtr thin_ink(const Image& grey, int off, bool level) {
  PixPtr thin(pixCreate(grey.width, grey.height, 1));
  if (!thin) return thin;
  const int words = pixGetWpl(thin.get());
  std::vector<std::uint8_t> darker(static_cast<std::size_t>(words) * 32, 0);
  const int beside = level ? 0 : off, above = level ? off : 0;
  for (int y = above; y < grey.height - above; ++y) {
    const std::ptrdiff_t away = level ? static_cast<std::ptrdiff_t>(off) * grey.width : off;
    mark_darker(grey.row(y), away, beside, grey.width - beside, darker.data());
    pack_bits(darker.data(), words, pixGetData(thin.get()) + static_cast<std::ptrdiff_t>(y) * words);
  }
  return thin;
}

}  // namespace

int Ruling::across(int along) const {
  if (pieces.empty()) return x1 - x0 >= y1 - y0 ? (y0 + y1) / 2 : (x0 + x1) / 2;
  const auto middle = [](const Piece& p) { return (p.from + p.to) / 2.0; };
  if (along <= middle(pieces.front())) return pieces.front().at;
  for (std::size_t i = 1; i < pieces.size(); ++i) {
    const double a = middle(pieces[i - 1]), b = middle(pieces[i]);
    if (along > b) continue;
    const double t = b > a ? (along - a) / (b - a) : 0;
    return static_cast<int>(std::lround(pieces[i - 1].at + t * (pieces[i].at - pieces[i - 1].at)));
  }
  return pieces.back().at;
}

PixPtr with_hairlines(PIX* binary, const Image& grey, double dpi) {
  PixPtr both(binary == nullptr ? nullptr : pixCopy(nullptr, binary));
  if (!both || grey.channels != 1 || grey.width != pixGetWidth(binary) || grey.height != pixGetHeight(binary))
    return both;
  const int run = pixels(kHairlineRunInch, dpi);
  for (const bool level : {true, false}) {
    const PixPtr thin = thin_ink(grey, pixels(kHairlineInch, dpi), level);
    const PixPtr runs = straight_runs(thin.get(), level, run, kStep);
    if (!runs) continue;
    pixAnd(runs.get(), runs.get(), thin.get());
    pixOr(both.get(), both.get(), runs.get());
  }
  return both;
}

Rulings find_rulings(PIX* binary, double dpi) {
  Rulings rulings;
  if (binary == nullptr || pixGetDepth(binary) != 1 || dpi <= 0) return rulings;
  PixPtr turned = transposed(binary);
  if (!turned) return rulings;
  std::vector<PixelBox> pieces = boxes_of_ink(binary);
  const std::vector<Ruling> horizontal = horizontal_lines(binary, pieces, dpi);
  for (PixelBox& b : pieces) b = {b.y, b.x, b.h, b.w};
  const std::vector<Ruling> vertical = horizontal_lines(turned.get(), pieces, dpi);  // with x and y exchanged
  rulings.vertical = without_strokes(binary, transposed(vertical), horizontal, dpi);
  rulings.horizontal = transposed(without_strokes(turned.get(), transposed(horizontal), vertical, dpi));
  return rulings;
}

std::vector<PixelBox> own_ink(PIX* binary, const Ruling& horizontal) {
  std::vector<PixelBox> boxes;
  if (binary == nullptr || pixGetDepth(binary) != 1) return boxes;
  const AlongLine image(binary, true);
  const int thickness = horizontal.thickness, reach = thickness / 2 + 2;
  for (const Ruling::Piece& piece : horizontal.pieces) {
    for (int x = std::max(0, piece.from - kBlur); x < std::min(image.length(), piece.to + kBlur); ++x) {
      const int middle = horizontal.across(x);
      const Run ink = run_at(image, x, middle, reach, 2 * thickness + 2 * kBlur);
      Run own = ink.size() > 0 ? own_part(ink, middle, thickness)
                               : Run{middle - thickness / 2, middle + (thickness - 1) / 2};
      if (own.size() <= 0) continue;
      for (int n = 0;
           n < kBlur && own.first == ink.first - n && own.first > 0 && !image.ink(x, own.first - 1); ++n)
        --own.first;
      for (int n = 0; n < kBlur && own.last + 1 < image.depth() && !image.ink(x, own.last + 1); ++n)
        ++own.last;
      const PixelBox box{x, own.first, 1, own.size()};
      if (!boxes.empty() && boxes.back().right() == x && boxes.back().y == box.y && boxes.back().h == box.h) {
        ++boxes.back().w;
      } else {
        boxes.push_back(box);
      }
    }
  }
  return boxes;
}

PixPtr without_rulings(PIX* binary, const Rulings& rulings) {
  if (binary == nullptr || pixGetDepth(binary) != 1) return nullptr;
  PixPtr text(pixCopy(nullptr, binary));
  if (!text) return nullptr;
  AlongLine level(text.get(), true), upright(text.get(), false);
  for (const Ruling& line : rulings.horizontal) erase(line, line.x0, line.x1, &level);
  for (const Ruling& line : rulings.vertical) erase(line, line.y0, line.y1, &upright);
  return text;
}

}  // namespace attest
