// A box is looked for by its sides, since a pen stroke or a tick only adds ink: whatever is drawn over a
// frame, its four straight sides are still there.
//
//      x0        x1
//   y0 ┌─────────┐     1. straight vertical and horizontal strokes of a box's length
//      │   ╲ ╱   │     2. each proposes squares of which it is the left, top, right or bottom side
//      │    ╳    │     3. a proposal slides its sides to where most ink lies, and stands if all four are
//      printed
//   y1 └─────────┘     4. hanzi go: their strokes overhang the corners, have others inside or touch their
//   neighbours

#include "ocr/marks_frame.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "ocr/morphology.h"

namespace attest {
namespace {

// Width over height of a box; fonts and skewed scanners differ by a few per cent.
constexpr double kLeastAspect = 0.84, kMostAspect = 1.19;
// How far a side may slide from where the proposal has it, as a part of the box.
constexpr double kSlide = 0.12;
// A side counts as printed from this share on; a fax drops pixels.
constexpr double kPrintedSide = 0.80;
// Strokes that propose boxes are at least this part of the smallest box.
constexpr double kStrokePart = 0.72;
// Sides thicker than this part of the box are no frame.
constexpr double kThickestSide = 0.17;
// Ink inside below this share is dirt.
constexpr double kNothingInside = 0.02;
// A pen's stroke goes on for this part of the box outside it, and this share of its outline at most is level
// or upright.
constexpr double kPenReach = 0.20, kPenStraight = 0.45;
// Each side of a frame of known size is printed to this share at least.
constexpr double kPrintedLike = 0.90;
// How far around a box a stroke is followed, and how far it must reach to be a pen's, in parts of the box.
constexpr double kBesideLook = 0.7, kBesideReach = 0.35;
// Width over height of a tick in a box's place; flatter and steeper ones are parts of glyphs.
constexpr double kNarrowestTick = 0.64, kWidestTick = 1.35;
// A solid square: share of its bounding box that is ink.
constexpr double kSolidShare = 0.92;

// Reads a 1-bit image quickly; outside it nothing is ink.
class Ink {
 public:
  explicit Ink(PIX* binary)
      : data_(pixGetData(binary)),
        wpl_(pixGetWpl(binary)),
        width_(pixGetWidth(binary)),
        height_(pixGetHeight(binary)) {}
  bool operator()(int x, int y) const {
    return x >= 0 && y >= 0 && x < width_ && y < height_ && ink_at(data_, wpl_, x, y);
  }
  int width() const { return width_; }
  int height() const { return height_; }
  // Sixty-four pixels of a row from x on, the first of them the highest bit.
  std::uint64_t pixels(int x, int y) const {
    if (y < 0 || y >= height_) return 0;
    const int word = x >> 5, bit = x & 31;  // also left of the image
    const std::uint64_t two = word_at(word, y) << 32 | word_at(word + 1, y);
    return bit == 0 ? two : two << bit | word_at(word + 2, y) >> (32 - bit);
  }
  // Ink of a box as a share of its area.
  double share(const PixelBox& box) const {
    if (box.empty()) return 0;
    int n = 0;
    for (int y = box.y; y < box.bottom(); ++y)
      n += count(box.x, box.right(), [&](int x) { return pixels(x, y); });
    return static_cast<double>(n) / (static_cast<double>(box.w) * box.h);
  }

  // Bits set among those of [from, to), of which `pixels_at(x)` gives sixty-four from x on.
  template <typename PixelsAt>
  static int count(int from, int to, PixelsAt pixels_at) {
    int n = 0;
    for (int x = from; x < to; x += 64) {
      const std::uint64_t all = pixels_at(x);
      n += std::popcount(to - x >= 64 ? all : all & ~(~std::uint64_t{0} >> (to - x)));
    }
    return n;
  }

 private:
  std::uint64_t word_at(int i, int y) const {
    if (i < 0 || i >= wpl_) return 0;
    const l_uint32 word = data_[static_cast<std::ptrdiff_t>(y) * wpl_ + i];
    const int inside = width_ - 32 * i;  // pixels of the row's last word; behind them may be anything
    return inside >= 32 ? word : inside <= 0 ? 0 : word & ~(~l_uint32{0} >> inside);
  }

  const l_uint32* data_;
  int wpl_, width_, height_;
};

// Some ink of an area on its own.
class Blob {
 public:
  explicit Blob(const PixelBox& area) : area_(area), set_(static_cast<std::size_t>(area.w) * area.h, 0) {}
  void set(int x, int y) { set_[index(x, y)] = 1; }
  bool operator()(int x, int y) const {
    return x >= area_.x && y >= area_.y && x < area_.right() && y < area_.bottom() && set_[index(x, y)];
  }

 private:
  std::size_t index(int x, int y) const {
    return static_cast<std::size_t>(y - area_.y) * area_.w + static_cast<std::size_t>(x - area_.x);
  }
  PixelBox area_;
  std::vector<char> set_;
};

struct Side {
  int at = 0;          // outermost pixel of the stroke
  double printed = 0;  // share
};

// Share of [from, to) where a vertical line at x (or x + 1, for a leaning one) is printed.
double printed_vertical(const Ink& ink, int x, int from, int to) {
  int n = 0;
  for (int y = from; y < to; ++y) n += ink.pixels(x, y) >> 62 != 0;
  return to > from ? static_cast<double>(n) / (to - from) : 0;
}

// The same for each x from `first` on.
void printed_verticals(const Ink& ink, int first, int from, int to, std::vector<double>* shares) {
  constexpr std::size_t kAtOnce = 63;  // the last pixel lacks its neighbour
  std::vector<int> counts(shares->size(), 0);
  for (std::size_t begin = 0; begin < counts.size(); begin += kAtOnce) {
    const std::size_t n = std::min(kAtOnce, counts.size() - begin);
    for (int y = from; y < to; ++y) {
      const std::uint64_t here = ink.pixels(first + static_cast<int>(begin), y), either = here | here << 1;
      for (std::size_t k = 0; k < n; ++k) counts[begin + k] += static_cast<int>(either >> (63 - k) & 1);
    }
  }
  for (std::size_t k = 0; k < counts.size(); ++k)
    (*shares)[k] = to > from ? static_cast<double>(counts[k]) / (to - from) : 0;
}

double printed_horizontal(const Ink& ink, int y, int from, int to) {
  const int n = Ink::count(from, to, [&](int x) { return ink.pixels(x, y) | ink.pixels(x, y + 1); });
  return to > from ? static_cast<double>(n) / (to - from) : 0;
}

// The best printed line among `shares`, the first of which is at `low`; among equals the outermost
// (`outwards` -1: lowest position).
Side best_side(const std::vector<double>& shares, int low, int outwards) {
  Side best;
  const int last = static_cast<int>(shares.size()) - 1;
  for (int k = 0; k <= last; ++k) {
    const int at = outwards < 0 ? k : last - k;
    if (shares[at] > best.printed + 1e-9) best = {low + at, shares[at]};
  }
  return best;
}

// Slides the sides of a proposal to the ink. `box` as proposed; false: no frame.
bool fit(const Ink& ink, PixelBox box, SizeRange sizes, Frame* frame) {
  for (int round = 0; round < 2; ++round) {
    const int slide = std::max(2, static_cast<int>(std::lround((round == 0 ? kSlide : kSlide / 2) * box.w)));
    const int trim = std::max(1, box.h / 10);
    std::vector<double> shares(2 * static_cast<std::size_t>(slide) + 1);
    const auto vertical = [&](int middle, int outwards) {
      printed_verticals(ink, middle - slide, box.y + trim, box.bottom() - trim, &shares);
      return best_side(shares, middle - slide, outwards);
    };
    const Side left = vertical(box.x, -1), right = vertical(box.right() - 2, 1);
    if (left.printed < kPrintedSide || right.printed < kPrintedSide) return false;
    const auto horizontal = [&](int middle, int outwards) {
      for (int k = 0; k <= 2 * slide; ++k)
        shares[k] = printed_horizontal(ink, middle - slide + k, left.at + trim, right.at + 2 - trim);
      return best_side(shares, middle - slide, outwards);
    };
    const Side top = horizontal(box.y, -1), bottom = horizontal(box.bottom() - 2, 1);
    if (top.printed < kPrintedSide || bottom.printed < kPrintedSide) return false;
    box = {left.at, top.at, right.at + 2 - left.at, bottom.at + 2 - top.at};
    frame->sides = {left.printed, top.printed, right.printed, bottom.printed};
  }
  // A line at x or x + 1: the pair's empty half is no part of the frame.
  const int trim = std::max(1, box.h / 10);
  const auto empty_column = [&](int x) { return ink.share({x, box.y + trim, 1, box.h - 2 * trim}) < 0.3; };
  const auto empty_row = [&](int y) { return ink.share({box.x + trim, y, box.w - 2 * trim, 1}) < 0.3; };
  if (empty_column(box.x)) ++box.x, --box.w;
  if (empty_column(box.right() - 1)) --box.w;
  if (empty_row(box.y)) ++box.y, --box.h;
  if (empty_row(box.bottom() - 1)) --box.h;
  const double aspect = static_cast<double>(box.w) / std::max(1, box.h);
  if (aspect < kLeastAspect || aspect > kMostAspect) return false;
  if (std::min(box.w, box.h) < sizes.smallest || std::max(box.w, box.h) > sizes.largest) return false;
  frame->box = box;
  return true;
}

// Thickness of the four sides, as the median run inwards from the middle part of each.
int side_thickness(const Ink& ink, const PixelBox& box) {
  std::vector<int> runs;
  const int limit = box.w / 3;
  const auto run = [&](int x, int y, int dx, int dy) {
    int n = 0;
    while (n < limit && ink(x + n * dx, y + n * dy)) ++n;
    if (n > 0) runs.push_back(n);
  };
  for (int k = box.w / 5; k < box.w - box.w / 5; ++k) {
    run(box.x, box.y + k, 1, 0);
    run(box.right() - 1, box.y + k, -1, 0);
    run(box.x + k, box.y, 0, 1);
    run(box.x + k, box.bottom() - 1, 0, -1);
  }
  if (runs.empty()) return 1;
  std::nth_element(runs.begin(), runs.begin() + static_cast<std::ptrdiff_t>(runs.size() / 6), runs.end());
  return std::max(1, runs[runs.size() / 6]);
}

// 1 up to `good`, 0 from `bad` on.
double ramp(double value, double good, double bad) {
  return std::clamp((bad - value) / (bad - good), 0.0, 1.0);
}

// How much strokes run on past the corners: 口 stands on two feet, and so do 日 and 回 in most typefaces. A
// pen's stroke leaves a corner on one side only.
double overhang_penalty(const Ink& ink, const PixelBox& b, int thickness) {
  const int reach = std::max(3, static_cast<int>(std::lround(0.08 * b.w)));
  const int t = thickness + 1;
  const auto runs_on = [&](const PixelBox& place) { return ink.share(place) > 0.3 ? 1 : 0; };
  const std::array<int, 4> corners = {
      runs_on({b.x, b.y - reach, t, reach - 1}) + runs_on({b.right() - t, b.y - reach, t, reach - 1}),
      runs_on({b.x, b.bottom() + 1, t, reach - 1}) + runs_on({b.right() - t, b.bottom() + 1, t, reach - 1}),
      runs_on({b.x - reach, b.y, reach - 1, t}) + runs_on({b.x - reach, b.bottom() - t, reach - 1, t}),
      runs_on({b.right() + 1, b.y, reach - 1, t}) + runs_on({b.right() + 1, b.bottom() - t, reach - 1, t})};
  double score = 1;
  for (int n : corners) score *= n == 2 ? 0.4 : n == 1 ? 0.85 : 1;
  return score;
}

// Share of the outline of the ink inside that runs level or upright for a while: a tick or a cross, however
// thick the pen, steps at every pixel or two; the strokes of 日 and 回 do not.
template <typename Image>
double straight_share(const Image& ink, const PixelBox& inner) {
  const int stretch = std::max(4, static_cast<int>(std::lround(0.28 * inner.w)));
  int outline = 0, straight = 0;
  // Edge pixels in one line of the image: ink with paper on the side (dx, dy).
  const auto follow = [&](int lines, int length, auto place, int dx, int dy) {
    for (int a = 0; a < lines; ++a) {
      int run = 0;
      for (int b = 0; b <= length; ++b) {
        const auto [x, y] = place(a, b);
        if (b < length && ink(x, y) && !ink(x + dx, y + dy)) {
          ++run;
          continue;
        }
        outline += run;
        if (run >= stretch) straight += run;
        run = 0;
      }
    }
  };
  const auto level = [&](int a, int b) { return std::pair(inner.x + b, inner.y + a); };
  const auto upright = [&](int a, int b) { return std::pair(inner.x + a, inner.y + b); };
  for (int d : {-1, 1}) {
    follow(inner.h, inner.w, level, 0, d);
    follow(inner.w, inner.h, upright, d, 0);
  }
  return outline == 0 ? 0 : static_cast<double>(straight) / outline;
}

// Share of the ink inside that lies in level or upright runs through half of the box.
double long_run_share(const Ink& ink, const PixelBox& inner) {
  const int run = std::max(5, inner.w / 2);
  std::vector<char> marked(static_cast<std::size_t>(inner.w) * inner.h, 0);
  const auto mark_runs = [&](int lines, int length, auto place) {
    for (int a = 0; a < lines; ++a) {
      for (int b = 0, end = 0; b < length; b = std::max(end, b + 1)) {
        const auto set = [&](int k) {
          return ink(inner.x + place(a, k).first, inner.y + place(a, k).second);
        };
        for (end = b; end < length && set(end);) ++end;
        if (end - b < run) continue;
        for (int k = b; k < end; ++k) {
          marked[static_cast<std::size_t>(place(a, k).second) * inner.w + place(a, k).first] = 1;
        }
      }
    }
  };
  mark_runs(inner.h, inner.w, [](int a, int k) { return std::pair(k, a); });
  mark_runs(inner.w, inner.h, [](int a, int k) { return std::pair(a, k); });
  const auto straight = std::count(marked.begin(), marked.end(), 1);
  const double all = ink.share(inner) * inner.w * inner.h;
  return all < 1 ? 0 : static_cast<double>(straight) / all;
}

// Ink just outside the frame, as a share of the ring there: the rest of a hanzi touches its 口 from several
// sides.
double ring_share(const Ink& ink, const PixelBox& b, int side) {
  const int gap = 2, depth = std::max(2, b.w / 12);
  const std::array<PixelBox, 4> rings = {{{b.x - gap - depth, b.y, depth, b.h},
                                          {b.x, b.y - gap - depth, b.w, depth},
                                          {b.right() + gap, b.y, depth, b.h},
                                          {b.x, b.bottom() + gap, b.w, depth}}};
  return ink.share(rings[static_cast<std::size_t>(side)]);
}

double drawn_of(const Frame& frame) {
  const double weakest = *std::min_element(frame.sides.begin(), frame.sides.end());
  double score = 1 - 0.6 * ramp(weakest, kPrintedSide, 0.97);
  score *= ramp(static_cast<double>(frame.thickness) / frame.box.w, 0.11, kThickestSide + 0.04);
  return score * ramp(std::abs(std::log(static_cast<double>(frame.box.w) / frame.box.h)), 0.08, 0.2);
}

double around_factor(const Ink& ink, const Frame& frame) {
  double ring = 0;
  // The label may stand close on the right.
  for (int side : {0, 1, 3}) ring += ring_share(ink, frame.box, side) / 3;
  return overhang_penalty(ink, frame.box, frame.thickness) * ramp(ring, 0.2, 0.6);
}

// Whether ink crosses the frame's upper, left or lower side and goes on for a while (on the right it may be
// the label's).
bool crosses(const Ink& ink, const Frame& frame) {
  const PixelBox& b = frame.box;
  const int reach = std::max(3, static_cast<int>(std::lround(kPenReach * b.w)));
  // Follows ink outwards from the pixels next to the side, a step at a time and at most one pixel sideways.
  const auto escapes = [&](int length, auto place) {
    std::vector<char> front(static_cast<std::size_t>(length) + 2 * reach, 0), next;
    const auto at = [&](int k, int d) { return ink(place(k - reach, d).first, place(k - reach, d).second); };
    for (int k = reach; k < length + reach; ++k) front[k] = at(k, 1);
    for (int d = 2; d <= reach; ++d) {
      next.assign(front.size(), 0);
      bool any = false;
      for (std::size_t k = 1; k + 1 < front.size(); ++k) {
        if (!(front[k - 1] || front[k] || front[k + 1]) || !at(static_cast<int>(k), d)) continue;
        next[k] = 1;
        any = true;
      }
      if (!any) return false;
      front.swap(next);
    }
    return true;
  };
  return escapes(b.w, [&](int k, int d) { return std::pair(b.x + k, b.y - d); }) ||
         escapes(b.w, [&](int k, int d) { return std::pair(b.x + k, b.bottom() - 1 + d); });
}

bool is_pen(const Ink& ink, const Frame& frame) {
  const PixelBox inner = frame.inside();
  return ink.share(inner) > kNothingInside && straight_share(ink, inner) < kPenStraight &&
         crosses(ink, frame);
}

// What is inside speaks against a box when it is built of level and upright strokes.
double inside_factor(const Ink& ink, const Frame& frame) {
  const PixelBox inner = frame.inside();
  if (ink.share(inner) <= kNothingInside) return 1;
  const double strokes =
      std::max(ramp(straight_share(ink, inner), 0.7, 0.3), ramp(long_run_share(ink, inner), 0.75, 0.25));
  return 1 - 0.85 * strokes;
}

struct Stroke {
  PixelBox box;
  bool vertical = true;
};

// Straight strokes of a box's length in the clip; `at` its place on the page.
void add_strokes(PIX* clip, const PixelBox& at, SizeRange sizes, bool vertical, std::vector<Stroke>* out) {
  const int run = composable(std::max(4, static_cast<int>(std::lround(kStrokePart * sizes.smallest))));
  const int thickest = std::max(2, static_cast<int>(std::lround(kThickestSide * sizes.largest)));
  const PixPtr open = opened(clip, vertical ? 1 : run, vertical ? run : 1);
  for (const PixelBox& b : boxes_of_ink(open.get())) {
    if ((vertical ? b.w : b.h) > thickest || (vertical ? b.h : b.w) > sizes.largest * 2) continue;
    out->push_back({{at.x + b.x, at.y + b.y, b.w, b.h}, vertical});
  }
}

// The squares of which a stroke can be a side. A stroke longer than a box (a pen ran along it) offers both
// its ends.
std::vector<PixelBox> proposals(const Stroke& stroke, SizeRange sizes) {
  std::vector<PixelBox> out;
  const PixelBox& b = stroke.box;
  const int length = stroke.vertical ? b.h : b.w;
  const int s = std::clamp(length, sizes.smallest, sizes.largest);
  if (stroke.vertical) {
    for (int y : length > s ? std::vector<int>{b.y, b.bottom() - s} : std::vector<int>{b.y}) {
      out.push_back({b.x, y, s, s});
      out.push_back({b.right() - s, y, s, s});
    }
  } else {
    for (int x : length > s ? std::vector<int>{b.x, b.right() - s} : std::vector<int>{b.x}) {
      out.push_back({x, b.y, s, s});
      out.push_back({x, b.bottom() - s, s, s});
    }
  }
  return out;
}

bool overlap(const PixelBox& a, const PixelBox& b) {
  const int w = std::min(a.right(), b.right()) - std::max(a.x, b.x);
  const int h = std::min(a.bottom(), b.bottom()) - std::max(a.y, b.y);
  return w > 0 && h > 0 && 3.0 * w * h > std::min(1.0 * a.w * a.h, 1.0 * b.w * b.h);
}

// Of overlapping ones the best stays.
bool better(const Frame& a, const Frame& b) {
  return a.likeness != b.likeness ? a.likeness > b.likeness : a.drawn > b.drawn;
}
bool better(const Shape& a, const Shape& b) { return a.likeness > b.likeness; }

template <typename T>
std::vector<T> best_apart(std::vector<T> found) {
  std::stable_sort(found.begin(), found.end(), [](const T& a, const T& b) { return better(a, b); });
  std::vector<T> kept;
  for (const T& f : found) {
    if (std::none_of(kept.begin(), kept.end(), [&](const T& k) { return overlap(k.box, f.box); }))
      kept.push_back(f);
  }
  std::sort(kept.begin(), kept.end(), [](const T& a, const T& b) {
    return a.box.y != b.box.y ? a.box.y < b.box.y : a.box.x < b.box.x;
  });
  return kept;
}

bool middle_in(const PixelBox& box, const PixelBox& region) {
  return box.center_x() >= region.x && box.center_x() < region.right() && box.center_y() >= region.y &&
         box.center_y() < region.bottom();
}

// Boxes of the ink in and around a region.
std::vector<PixelBox> pieces_around(PIX* binary, const PixelBox& region, int around) {
  const PixelBox area = clipped(grown(region, around), pixGetWidth(binary), pixGetHeight(binary));
  if (area.empty()) return {};
  BOX* box = boxCreate(area.x, area.y, area.w, area.h);
  const PixPtr clip(pixClipRectangle(binary, box, nullptr));
  boxDestroy(&box);
  std::vector<PixelBox> out = boxes_of_ink(clip.get());
  for (PixelBox& b : out) b.x += area.x, b.y += area.y;
  std::erase_if(out, [&](const PixelBox& b) { return !middle_in(b, region); });
  return out;
}

bool has_size(const PixelBox& b, int smallest, int largest) {
  return std::min(b.w, b.h) >= smallest && std::max(b.w, b.h) <= largest;
}

// How much the ink of a box looks like √: one arm rises from the foot to the upper right, a short one to the
// left.
double tick_likeness(const Ink& ink, const PixelBox& b) {
  struct Row {
    int runs = 0;
    double last = 0, first = 0;  // middle of the rightmost and the leftmost run, as a part of the width
  };
  std::vector<Row> rows(b.h);
  int area = 0;
  for (int y = 0; y < b.h; ++y) {
    for (int x = 0; x < b.w;) {
      if (!ink(b.x + x, b.y + y)) {
        ++x;
        continue;
      }
      int end = x;
      while (end < b.w && ink(b.x + end, b.y + y)) ++end;
      area += end - x;
      const double middle = (x + end) / 2.0 / b.w;
      if (rows[y].runs++ == 0) rows[y].first = middle;
      rows[y].last = middle;
      x = end;
    }
  }
  const double share = static_cast<double>(area) / (static_cast<double>(b.w) * b.h);
  if (share < 0.05 || share > 0.5) return 0;
  int single = 0, top = 0, two = 0, more = 0, falling = 0, steps = 0;
  for (int y = 0; y < b.h; ++y) {
    if (y * 10 < b.h * 3) ++top, single += rows[y].runs == 1;
    two += rows[y].runs == 2;
    more += rows[y].runs != 1 && rows[y].runs != 2;
    if (y >= 2) ++steps, falling += rows[y].last <= rows[y - 2].last + 0.02;
  }
  const Row& head = rows[b.h / 12];
  const Row& foot = rows[b.h - 1 - b.h / 20];
  const Row& middle = rows[b.h / 2];
  if (head.last < 0.72 || foot.last < 0.1 || foot.last > 0.66 || middle.last > head.last - 0.1) return 0;
  if (middle.last < foot.last + 0.08) return 0;
  double score = ramp(1.0 - static_cast<double>(single) / std::max(1, top), 0.1, 0.5);
  score *= ramp(1.0 - static_cast<double>(falling) / std::max(1, steps), 0.1, 0.3);
  score *= ramp(static_cast<double>(more) / b.h, 0.04, 0.2);
  score *= ramp(0.25 - static_cast<double>(two) / b.h, 0.1, 0.22);
  // The left arm ends left of the foot.
  double leftmost = 1;
  for (const Row& row : rows) {
    if (row.runs == 2) leftmost = std::min(leftmost, row.first);
  }
  return leftmost < foot.first ? score : 0;
}

}  // namespace

PixelBox Frame::inside() const {
  return grown(box, -(thickness + std::max(1, static_cast<int>(std::lround(0.05 * box.w)))));
}

std::vector<Frame> find_frames(PIX* binary, const PixelBox& region, SizeRange sizes, double) {
  std::vector<Frame> found;
  if (binary == nullptr || pixGetDepth(binary) != 1 || sizes.smallest < 4) return found;
  const PixelBox area = clipped(grown(region, sizes.largest), pixGetWidth(binary), pixGetHeight(binary));
  if (area.empty()) return found;
  BOX* box = boxCreate(area.x, area.y, area.w, area.h);
  PixPtr clip(pixClipRectangle(binary, box, nullptr));
  boxDestroy(&box);
  if (!clip) return found;
  std::vector<Stroke> strokes;
  add_strokes(clip.get(), area, sizes, true, &strokes);
  add_strokes(clip.get(), area, sizes, false, &strokes);
  const Ink ink(binary);
  for (const Stroke& stroke : strokes) {
    for (const PixelBox& proposal : proposals(stroke, sizes)) {
      Frame frame;
      if (!fit(ink, proposal, sizes, &frame) || !middle_in(frame.box, region)) continue;
      frame.thickness = side_thickness(ink, frame.box);
      if (frame.thickness > kThickestSide * frame.box.w) continue;
      frame.drawn = drawn_of(frame);
      frame.likeness = frame.drawn * around_factor(ink, frame) * inside_factor(ink, frame);
      frame.pen = is_pen(ink, frame);
      if (frame.drawn > 0) found.push_back(frame);
    }
  }
  return best_apart(std::move(found));
}

std::vector<Frame> find_frames_like(PIX* binary, const PixelBox& corners, int width, int height) {
  std::vector<Frame> found;
  const Ink ink(binary);
  const auto two = [&](int x, int y, int dx, int dy) { return ink(x, y) || ink(x + dx, y + dy); };
  for (int y = corners.y; y < corners.bottom(); ++y) {
    for (int x = corners.x; x < corners.right(); ++x) {
      const int right = x + width - 1, bottom = y + height - 1;
      if (!two(x, y + height / 2, 1, 0) || !two(right, y + height / 2, -1, 0) ||
          !two(x + width / 2, y, 0, 1) || !two(x + width / 2, bottom, 0, -1)) {
        continue;
      }
      Frame frame;
      frame.box = {x, y, width, height};
      frame.sides = {printed_vertical(ink, x, y, bottom + 1), printed_horizontal(ink, y, x, right + 1),
                     printed_vertical(ink, right - 1, y, bottom + 1),
                     printed_horizontal(ink, bottom - 1, x, right + 1)};
      if (*std::min_element(frame.sides.begin(), frame.sides.end()) < kPrintedLike) continue;
      frame.thickness = std::min(side_thickness(ink, frame.box), width / 6);
      frame.drawn = drawn_of(frame);
      frame.pen = is_pen(ink, frame);
      frame.likeness = frame.drawn * around_factor(ink, frame) * inside_factor(ink, frame);
      if (frame.pen) found.push_back(frame);
    }
  }
  return best_apart(std::move(found));
}

std::vector<Frame> without_overlaps(std::vector<Frame> frames) { return best_apart(std::move(frames)); }

bool pen_beside(PIX* binary, const Frame& frame) {
  const Ink ink(binary);
  const int reach = static_cast<int>(std::lround(kBesideLook * frame.box.w));
  const PixelBox area = grown(frame.box, reach);
  const auto index = [&](int x, int y) {
    return static_cast<std::size_t>(y - area.y) * area.w + (x - area.x);
  };
  std::vector<char> seen(static_cast<std::size_t>(area.w) * area.h, 0);
  const auto in_frame = [&](int x, int y) {
    return x >= frame.box.x && x < frame.box.right() && y >= frame.box.y && y < frame.box.bottom();
  };
  std::vector<std::pair<int, int>> stack;
  const auto push = [&](int x, int y) {
    if (x < area.x || y < area.y || x >= area.right() || y >= area.bottom() || in_frame(x, y)) return;
    // The label's side is closed.
    if (x >= frame.box.right() && y >= frame.box.y) return;
    if (seen[index(x, y)] || !ink(x, y)) return;
    seen[index(x, y)] = 1;
    stack.emplace_back(x, y);
  };
  for (int k = -1; k <= frame.box.w; ++k) {
    push(frame.box.x + k, frame.box.y - 2);
    push(frame.box.x + k, frame.box.bottom() + 1);
  }
  for (int k = -1; k <= frame.box.h; ++k) push(frame.box.x - 2, frame.box.y + k);
  int left = 0, up = 0, down = 0;
  Blob blob(area);
  while (!stack.empty()) {
    const auto [x, y] = stack.back();
    stack.pop_back();
    blob.set(x, y);
    left = std::max(left, frame.box.x - x);
    up = std::max(up, frame.box.y - y);
    down = std::max(down, y - frame.box.bottom() + 1);
    for (int dy = -1; dy <= 1; ++dy) {
      for (int dx = -1; dx <= 1; ++dx) push(x + dx, y + dy);
    }
  }
  if (std::max({left, up, down}) < kBesideReach * frame.box.w) return false;
  return straight_share(blob, area) < kPenStraight;
}

namespace {

// Ticks are drawn larger and smaller than boxes.
SizeRange tick_sizes(SizeRange sizes) { return {sizes.smallest * 2 / 3, sizes.largest * 3 / 2}; }

std::vector<Shape> solid_squares_among(PIX* binary, std::span<const PixelBox> pieces, SizeRange sizes) {
  std::vector<Shape> found;
  if (pieces.empty()) return found;
  const Ink ink(binary);
  for (const PixelBox& b : pieces) {
    const double aspect = static_cast<double>(b.w) / b.h;
    if (!has_size(b, sizes.smallest, sizes.largest) || aspect < kLeastAspect || aspect > kMostAspect)
      continue;
    const double share = ink.share(b);
    if (share >= kSolidShare) found.push_back({b, ramp(1 - share, 0.03, 0.1)});
  }
  return best_apart(std::move(found));
}

std::vector<Shape> ticks_among(PIX* binary, std::span<const PixelBox> pieces, SizeRange sizes) {
  std::vector<Shape> found;
  if (pieces.empty()) return found;
  const Ink ink(binary);
  for (const PixelBox& b : pieces) {
    const double aspect = static_cast<double>(b.w) / b.h;
    if (!has_size(b, sizes.smallest, sizes.largest) || aspect < kNarrowestTick || aspect > kWidestTick)
      continue;
    const double likeness = tick_likeness(ink, b);
    if (likeness > 0.1) found.push_back({b, likeness});
  }
  return best_apart(std::move(found));
}

}  // namespace

std::vector<Shape> find_solid_squares(PIX* binary, const PixelBox& region, SizeRange sizes) {
  return solid_squares_among(binary, pieces_around(binary, region, sizes.largest), sizes);
}

std::vector<Shape> find_ticks(PIX* binary, const PixelBox& region, SizeRange sizes) {
  const SizeRange wanted = tick_sizes(sizes);
  return ticks_among(binary, pieces_around(binary, region, wanted.largest), wanted);
}

std::vector<Shape> find_solid_squares(const PageInk& page, SizeRange sizes) {
  return solid_squares_among(page.pix.get(), page.pieces, sizes);
}

std::vector<Shape> find_ticks(const PageInk& page, SizeRange sizes) {
  return ticks_among(page.pix.get(), page.pieces, tick_sizes(sizes));
}

}  // namespace attest
