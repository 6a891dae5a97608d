// At half resolution, where small breaks close, sums along rows and columns give the printed share of any
// side of any square in two look-ups:
//
//   ┌── ───┐     top, bottom: sums along the row         inside: sum over the area, nothing there
//   │
//   │      │     left, right: sums along the column      around (left, top, bottom): nothing there
//   └────  ┘

#include "ocr/marks_faint.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <utility>

#include "ocr/threshold.h"

namespace attest {
namespace {

// How much darker than paper a pixel must be. JPEG noise stays within 15 levels, a blurred hairline has 40
// and more.
constexpr int kDarker = 32;
// Printed share of the worst side, and of all four.
constexpr double kWorstSide = 0.35, kAllSides = 0.62;
// The same where one side is lost altogether.
constexpr double kThreeSides = 0.48;
// Likeness of a frame that lacks a side, for each share of the others.
constexpr double kIncomplete = 0.2;
// Broken lines that make a small square are a hanzi's: real boxes are 0.75 em and more. Part of the smallest
// box otherwise.
constexpr double kSmallest = 1.27;
// Ink inside and around, as a share of the area looked at.
constexpr double kInside = 0.005, kAround = 0.08;

// Next to a known box: sides of which this share is there, how many of them, and the share of all four.
constexpr double kTraceOfSide = 0.12, kTraces = 0.22;
constexpr int kTracedSides = 3;
// … and the share from which the box is whole, with lines of so many pixels.
constexpr double kWhole = 0.85;
constexpr int kThickLine = 4;
// White before such a box and ink in it, as shares; the width of that white in boxes.
constexpr double kBefore = 0.03, kBeforeWidth = 0.3;
// Ink right behind it; its label stands a little further.
constexpr double kBehind = 0.15;
// How far along the line it may stand, in boxes.
constexpr int kAlong = 40;

}  // namespace

// Sums of a 1-bit image along rows, along columns and over areas. A side of a box may step by a pixel: two
// neighbouring rows or columns count as one.
class FaintSums {
 public:
  explicit FaintSums(PixPtr pix)
      : pix_(std::move(pix)), w_(pixGetWidth(pix_.get())), h_(pixGetHeight(pix_.get())) {
    const std::size_t n = static_cast<std::size_t>(w_ + 1) * (h_ + 1);
    row_ = std::make_unique_for_overwrite<std::uint16_t[]>(n);
    column_ = std::make_unique_for_overwrite<std::uint16_t[]>(n);
    area_ = std::make_unique_for_overwrite<std::uint16_t[]>(n);
    std::fill_n(column_.get(), w_ + 1, 0);
    std::fill_n(area_.get(), w_ + 1, 0);
    std::vector<std::uint8_t> here(static_cast<std::size_t>(w_) + 1, 0), below = here;
    read_row(0, &here);
    for (int y = 0; y < h_; ++y) {
      if (y + 1 < h_)
        read_row(y + 1, &below);
      else
        std::fill(below.begin(), below.end(), 0);
      add_row(y, here.data(), below.data());
      here.swap(below);
    }
  }
  int width() const { return w_; }
  int height() const { return h_; }
  int level(int x, int y, int length) const { return row_[at(x + length, y)] - row_[at(x, y)]; }
  int upright(int x, int y, int length) const { return column_[at(x, y + length)] - column_[at(x, y)]; }
  // Of boxes with fewer than 65,536 pixels: sums that have run over still have the right difference.
  double share(const PixelBox& box) const {
    const PixelBox b = clipped(box, w_, h_);
    return b.empty() ? 0 : ink(b) / (static_cast<double>(b.w) * b.h);
  }
  // Pixels of ink in such a box, inside the image.
  int ink(const PixelBox& b) const {
    return static_cast<std::uint16_t>(area_[at(b.right(), b.bottom())] - area_[at(b.x, b.bottom())] -
                                      area_[at(b.right(), b.y)] + area_[at(b.x, b.y)]);
  }

  // Where in a row an upright line of this length starts of which at least so many pixels are printed: a byte
  // each, 1 or 0.
  void uprights(int y, int length, int least, std::vector<std::uint8_t>* starts) const {
    const std::uint16_t* __restrict top = &column_[at(0, y)];
    const std::uint16_t* __restrict bottom = &column_[at(0, y + length)];
    std::uint8_t* __restrict out = starts->data();
    for (int x = 0; x < w_; ++x) out[x] = bottom[x] - top[x] >= least;
  }

 private:
  std::size_t at(int x, int y) const { return static_cast<std::size_t>(y) * (w_ + 1) + x; }

  void read_row(int y, std::vector<std::uint8_t>* bytes) const {
    const l_uint32* line = pixGetData(pix_.get()) + static_cast<std::ptrdiff_t>(y) * pixGetWpl(pix_.get());
    for (int x = 0; x < w_; ++x) (*bytes)[x] = GET_DATA_BIT(line, x);
  }
  void add_row(int y, const std::uint8_t* __restrict here, const std::uint8_t* __restrict below) {
    std::uint16_t* __restrict along = &row_[at(0, y)];
    std::uint16_t* __restrict area = &area_[at(0, y + 1)];
    std::uint16_t both = 0, own = 0;
    along[0] = area[0] = 0;
    for (int x = 0; x < w_; ++x) {
      along[x + 1] = both = static_cast<std::uint16_t>(both + (here[x] | below[x]));
      area[x + 1] = own = static_cast<std::uint16_t>(own + here[x]);
    }
    const std::uint16_t* __restrict area_above = &area_[at(0, y)];
    for (int x = 1; x <= w_; ++x) area[x] = static_cast<std::uint16_t>(area[x] + area_above[x]);
    const std::uint16_t* __restrict above = &column_[at(0, y)];
    std::uint16_t* __restrict down = &column_[at(0, y + 1)];
    for (int x = 0; x < w_; ++x) down[x] = static_cast<std::uint16_t>(above[x] + (here[x] | here[x + 1]));
  }

  PixPtr pix_;
  int w_, h_;
  std::unique_ptr<std::uint16_t[]> row_, column_, area_;
};

namespace {

struct Printed {
  double mean = 0;  // share of all four sides
  int lost = 0;     // sides that are hardly there
  int traced = 0;   // sides of which something is there
};

Printed printed_sides(const FaintSums& sums, const PixelBox& b) {
  Printed printed;
  for (int side : {sums.level(b.x, b.y, b.w), sums.level(b.x, b.bottom() - 2, b.w),
                   sums.upright(b.x, b.y, b.h), sums.upright(b.right() - 2, b.y, b.h)}) {
    printed.lost += side < kWorstSide * b.w;
    printed.traced += side >= kTraceOfSide * b.w;
    printed.mean += side / (2.0 * (b.w + b.h));
  }
  return printed;
}

bool alone(const FaintSums& sums, const PixelBox& b) {
  if (sums.share(grown(b, -2)) > kInside) return false;
  const int gap = 1, depth = 2;
  double around = 0;
  for (const PixelBox& strip :
       {PixelBox{b.x - gap - depth, b.y, depth, b.h}, PixelBox{b.x, b.y - gap - depth, b.w, depth},
        PixelBox{b.x, b.bottom() + gap, b.w, depth}}) {
    around += sums.share(strip) / 3;
  }
  return around <= kAround;
}

}  // namespace

namespace {

// The level that most of the lighter pixels have.
int paper_level(PIX* grey) {
  std::array<std::array<int, 256>, 4> counts{};
  const int w = pixGetWidth(grey), h = pixGetHeight(grey), wpl = pixGetWpl(grey);
  for (int y = 0; y < h; y += 4) {
    const l_uint32* line = pixGetData(grey) + static_cast<std::ptrdiff_t>(y) * wpl;
    for (int x = 0; x < w; x += 3) ++counts[x & 3][GET_DATA_BYTE(line, x)];
  }
  int paper = 128, most = -1;
  for (int level = 128; level < 256; ++level) {
    const int n = counts[0][level] + counts[1][level] + counts[2][level] + counts[3][level];
    if (n > most) paper = level, most = n;
  }
  return paper;
}

PixPtr half_of(PIX* binary) { return PixPtr(binary ? pixReduceRankBinary2(binary, 1, nullptr) : nullptr); }

}  // namespace

FaintInk::FaintInk(PIX* grey) {
  if (grey == nullptr || pixGetDepth(grey) != 8) return;
  binary_ = ink_below(grey, paper_level(grey) - kDarker);
  if (PixPtr half = half_of(binary_.get())) sums_ = std::make_unique<FaintSums>(std::move(half));
}

FaintInk::~FaintInk() = default;

std::vector<Frame> FaintInk::frames(SizeRange sizes) const {
  std::vector<Frame> found;
  if (!sums_) return found;
  const FaintSums& sums = *sums_;
  const int least = std::max(6, static_cast<int>(std::lround(kSmallest * sizes.smallest / 2))),
            most = sizes.largest / 2, least_ink = static_cast<int>(std::ceil(kWorstSide * least));
  const double most_inside = kInside * (most - 4) * (most - 4);
  std::vector<std::uint8_t> starts(sums.width());
  for (int y = 3; y + least + 3 < sums.height(); ++y) {
    // Cheap first: some of the left side must be there, and some of another.
    sums.uprights(y, least, least_ink, &starts);
    for (int x = 3; x + least + 3 < sums.width(); ++x) {
      const void* next = std::memchr(&starts[x], 1, starts.size() - static_cast<std::size_t>(x));
      if (next == nullptr) break;
      x = static_cast<int>(static_cast<const std::uint8_t*>(next) - starts.data());
      if (x + least + 3 >= sums.width()) break;
      // What the smallest square has inside, all have: too much even for the largest?
      if (sums.ink({x + 2, y + 2, least - 4, least - 4}) > most_inside) continue;
      const bool top = sums.level(x, y, least) >= kWorstSide * least;
      for (int s = least; s <= most && y + s + 3 < sums.height() && x + s + 3 < sums.width(); ++s) {
        const PixelBox b{x, y, s, s};
        if (!top && sums.level(x, y + s - 2, s) < kWorstSide * s) continue;
        const Printed printed = printed_sides(sums, b);
        const double sides = printed.mean;
        if (printed.lost > 1 || sides < (printed.lost == 1 ? kThreeSides : kAllSides) || !alone(sums, b))
          continue;
        Frame frame;
        frame.box = {2 * b.x, 2 * b.y, 2 * b.w, 2 * b.h};
        frame.sides.fill(sides);
        frame.drawn = sides;
        frame.likeness = printed.lost == 0 ? sides / 2 : kIncomplete * sides;
        frame.thickness = 2;
        frame.faint = true;
        found.push_back(frame);
      }
    }
  }
  return found;
}

namespace {

// How thick the lines of such a box may be: the low threshold thickens those of one that it shows whole.
int line_width(const PixelBox& b, double printed) {
  return printed >= kWhole && b.w >= 3 * kThickLine ? kThickLine : 2;
}

// White inside, before and all round: the strokes of a character (上, 日) run on beyond the square.
bool beside_known(const FaintSums& sums, const PixelBox& b, int line) {
  if (sums.share(grown(b, -line)) > kInside) return false;
  const int before = std::max(2, static_cast<int>(std::lround(kBeforeWidth * b.w)));
  return sums.share({b.x - 1 - before, b.y - 2, before, b.h + 4}) <= kBefore &&
         sums.share({b.x - 2, b.y - 3, b.w + 4, 2}) <= kBefore &&
         sums.share({b.x - 2, b.bottom() + 1, b.w + 4, 2}) <= kBefore &&
         sums.share({b.right() + 1, b.y, 1, b.h}) <= kBehind;
}

// Traces of a box of this size with its corner in an area.
void trace_area(const FaintSums& sums, const PixelBox& corners, int side, std::vector<Frame>* found) {
  for (int x = std::max(3, corners.x); x < corners.right(); ++x) {
    for (int y = std::max(3, corners.y); y < corners.bottom(); ++y) {
      for (int s = std::max(5, side - 1); s <= side + 1; ++s) {
        if (x + s + 3 >= sums.width() || y + s + 3 >= sums.height()) continue;
        const PixelBox b{x, y, s, s};
        const Printed printed = printed_sides(sums, b);
        const int line = line_width(b, printed.mean);
        if (printed.traced < kTracedSides || printed.mean < kTraces || !beside_known(sums, b, line)) continue;
        Frame frame;
        frame.box = {2 * b.x, 2 * b.y, 2 * b.w, 2 * b.h};
        frame.sides.fill(printed.mean);
        frame.drawn = printed.mean;
        frame.thickness = 2 * line - 1;  // with a pixel of air, all that was not found white
        frame.faint = true;
        found->push_back(frame);
      }
    }
  }
}

// Along the line of a known box.
void trace_line(const FaintSums& sums, const PixelBox& known, std::vector<Frame>* found) {
  const int side = (known.w + known.h) / 4, reach = kAlong * side;
  trace_area(sums, {known.x / 2 - reach, known.y / 2 - 2, 2 * reach, 5}, side, found);
}

bool touch(const PixelBox& a, const PixelBox& b) {
  return a.x < b.right() && b.x < a.right() && a.y < b.bottom() && b.y < a.bottom();
}

}  // namespace

std::vector<Frame> FaintInk::beside(std::span<const PixelBox> known) const {
  std::vector<Frame> traces, found;
  if (!sums_) return found;
  const FaintSums& sums = *sums_;
  for (const PixelBox& k : known) trace_line(sums, k, &traces);
  std::stable_sort(traces.begin(), traces.end(),
                   [](const Frame& a, const Frame& b) { return a.drawn > b.drawn; });
  for (const Frame& f : traces) {
    const bool taken =
        std::any_of(known.begin(), known.end(), [&](const PixelBox& k) { return touch(k, f.box); }) ||
        std::any_of(found.begin(), found.end(), [&](const Frame& o) { return touch(o.box, f.box); });
    if (!taken) found.push_back(f);
  }
  return found;
}

}  // namespace attest
