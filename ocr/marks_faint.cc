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

// Sums of a 1-bit image along rows, along columns and over areas.
class Sums {
 public:
  explicit Sums(PIX* pix) : w_(pixGetWidth(pix)), h_(pixGetHeight(pix)) {
    const std::size_t n = static_cast<std::size_t>(w_ + 1) * (h_ + 1);
    row_.assign(n, 0);
    column_.assign(n, 0);
    area_.assign(n, 0);
    const l_uint32* data = pixGetData(pix);
    const int wpl = pixGetWpl(pix);
    const auto ink = [&](int x, int y) { return x < w_ && y < h_ && ink_at(data, wpl, x, y) ? 1 : 0; };
    for (int y = 0; y < h_; ++y) {
      for (int x = 0; x < w_; ++x) {
        const int here = ink(x, y);
        // A side may step by a pixel: two neighbouring rows or columns count as one.
        row_[at(x + 1, y)] = static_cast<std::uint16_t>(row_[at(x, y)] + (here | ink(x, y + 1)));
        column_[at(x, y + 1)] = static_cast<std::uint16_t>(column_[at(x, y)] + (here | ink(x + 1, y)));
        area_[at(x + 1, y + 1)] = area_[at(x, y + 1)] + area_[at(x + 1, y)] - area_[at(x, y)] + here;
      }
    }
  }
  int width() const { return w_; }
  int height() const { return h_; }
  int level(int x, int y, int length) const { return row_[at(x + length, y)] - row_[at(x, y)]; }
  int upright(int x, int y, int length) const { return column_[at(x, y + length)] - column_[at(x, y)]; }
  double share(PixelBox b) const {
    b = clipped(b, w_, h_);
    if (b.empty()) return 0;
    const int sum = area_[at(b.right(), b.bottom())] - area_[at(b.x, b.bottom())] -
                    area_[at(b.right(), b.y)] + area_[at(b.x, b.y)];
    return static_cast<double>(sum) / (static_cast<double>(b.w) * b.h);
  }

 private:
  std::size_t at(int x, int y) const { return static_cast<std::size_t>(y) * (w_ + 1) + x; }
  int w_, h_;
  std::vector<std::uint16_t> row_, column_;
  std::vector<std::int32_t> area_;
};

struct Printed {
  double mean = 0;  // share of all four sides
  int lost = 0;     // sides that are hardly there
  int traced = 0;   // sides of which something is there
};

Printed printed_sides(const Sums& sums, const PixelBox& b) {
  Printed printed;
  for (int side : {sums.level(b.x, b.y, b.w), sums.level(b.x, b.bottom() - 2, b.w),
                   sums.upright(b.x, b.y, b.h), sums.upright(b.right() - 2, b.y, b.h)}) {
    printed.lost += side < kWorstSide * b.w;
    printed.traced += side >= kTraceOfSide * b.w;
    printed.mean += side / (2.0 * (b.w + b.h));
  }
  return printed;
}

bool alone(const Sums& sums, const PixelBox& b) {
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

PixPtr sensitive_binary(PIX* grey) {
  if (grey == nullptr || pixGetDepth(grey) != 8) return nullptr;
  std::array<int, 256> count{};
  const int w = pixGetWidth(grey), h = pixGetHeight(grey), wpl = pixGetWpl(grey);
  for (int y = 0; y < h; y += 4) {
    const l_uint32* line = pixGetData(grey) + static_cast<std::ptrdiff_t>(y) * wpl;
    for (int x = 0; x < w; x += 3) ++count[GET_DATA_BYTE(line, x)];
  }
  const int paper = static_cast<int>(std::max_element(count.begin() + 128, count.end()) - count.begin());
  return PixPtr(pixThresholdToBinary(grey, paper - kDarker));
}

std::vector<Frame> find_faint_frames(PIX* sensitive, SizeRange sizes) {
  std::vector<Frame> found;
  const PixPtr half(sensitive == nullptr ? nullptr : pixReduceRankBinary2(sensitive, 1, nullptr));
  if (!half) return found;
  const Sums sums(half.get());
  const int least = std::max(6, static_cast<int>(std::lround(kSmallest * sizes.smallest / 2))),
            most = sizes.largest / 2;
  for (int y = 3; y + least + 3 < sums.height(); ++y) {
    for (int x = 3; x + least + 3 < sums.width(); ++x) {
      // Cheap first: some of the left side must be there, and some of another.
      if (sums.upright(x, y, least) < kWorstSide * least) continue;
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

// White inside, before and all round: the strokes of a character (上, 日) run on beyond the square.
bool beside_known(const Sums& sums, const PixelBox& b, double printed) {
  // The low threshold thickens the lines of a box that it shows whole.
  const int line = printed >= kWhole && b.w >= 3 * kThickLine ? kThickLine : 2;
  if (sums.share(grown(b, -line)) > kInside) return false;
  const int before = std::max(2, static_cast<int>(std::lround(kBeforeWidth * b.w)));
  return sums.share({b.x - 1 - before, b.y - 2, before, b.h + 4}) <= kBefore &&
         sums.share({b.x - 2, b.y - 3, b.w + 4, 2}) <= kBefore &&
         sums.share({b.x - 2, b.bottom() + 1, b.w + 4, 2}) <= kBefore &&
         sums.share({b.right() + 1, b.y, 1, b.h}) <= kBehind;
}

// Traces of a box of this size with its corner in an area.
void trace_area(const Sums& sums, const PixelBox& corners, int side, std::vector<Frame>* found) {
  for (int x = std::max(3, corners.x); x < corners.right(); ++x) {
    for (int y = std::max(3, corners.y); y < corners.bottom(); ++y) {
      for (int s = std::max(5, side - 1); s <= side + 1; ++s) {
        if (x + s + 3 >= sums.width() || y + s + 3 >= sums.height()) continue;
        const PixelBox b{x, y, s, s};
        const Printed printed = printed_sides(sums, b);
        if (printed.traced < kTracedSides || printed.mean < kTraces || !beside_known(sums, b, printed.mean))
          continue;
        Frame frame;
        frame.box = {2 * b.x, 2 * b.y, 2 * b.w, 2 * b.h};
        frame.sides.fill(printed.mean);
        frame.drawn = printed.mean;
        frame.thickness = 2;
        frame.faint = true;
        found->push_back(frame);
      }
    }
  }
}

// Along the line of a known box.
void trace_line(const Sums& sums, const PixelBox& known, std::vector<Frame>* found) {
  const int side = (known.w + known.h) / 4, reach = kAlong * side;
  trace_area(sums, {known.x / 2 - reach, known.y / 2 - 2, 2 * reach, 5}, side, found);
}

bool touch(const PixelBox& a, const PixelBox& b) {
  return a.x < b.right() && b.x < a.right() && a.y < b.bottom() && b.y < a.bottom();
}

}  // namespace

std::vector<Frame> find_faint_beside(PIX* sensitive, std::span<const PixelBox> known) {
  std::vector<Frame> traces, found;
  const PixPtr half(sensitive == nullptr || known.empty() ? nullptr
                                                          : pixReduceRankBinary2(sensitive, 1, nullptr));
  if (!half) return found;
  const Sums sums(half.get());
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
