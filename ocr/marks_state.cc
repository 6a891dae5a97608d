#include "ocr/marks_state.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "ocr/pieces.h"

namespace attest {
namespace {

// Ink inside as a share of the inner area, over that of an empty sibling. A hairline tick in a 12-point box
// is 0.08; the noise of a fax stays under 0.03.
constexpr double kMarkedFill = 0.070;
// A stroke runs through this part of the box, dirt through less.
constexpr double kStrokeExtent = 0.45, kSpeckExtent = 0.25;
// Ink that goes no deeper into the inner area than this part of it (a pixel at least) is the rough inside of
// a side.
constexpr double kRim = 0.06;
// What an empty box may hold at most to serve as a yardstick for the others.
constexpr double kDirtiestEmpty = 0.05;
// Share of the inner area from which a frame counts as filled.
constexpr double kFilled = 0.80;
// Ink inside that is this much paler than the frame is a seal's, and how sure an empty box under one is.
constexpr double kSealPaleness = 0.6, kUnderSeal = 0.75;
// A stroke that enters this far from a box, in parts of it, and leaves on another side is no pen's: a black
// seal's ring. Whether the box is marked under it cannot be said.
constexpr double kAfar = 2.5;
// Confidence that a stroke beside an empty box means the box.
constexpr double kMissedBox = 0.85;
// How far a pen's stroke around a box belongs to it, in parts of the box.
constexpr double kStrokeReach = 0.5;

// Connected pieces of ink in a box, largest side first; `pixels` 8-connected.
struct Piece {
  PixelBox box;
  int area = 0;
  int depth = 0;  // of the pixel that is farthest from the edge of the area looked at; 1 at the edge
};

std::vector<Piece> pieces_in(PIX* binary, const PixelBox& within) {
  const PixelBox b = clipped(within, pixGetWidth(binary), pixGetHeight(binary));
  std::vector<Piece> pieces;
  if (b.empty()) return pieces;
  const l_uint32* data = pixGetData(binary);
  const int wpl = pixGetWpl(binary);
  std::vector<char> open(static_cast<std::size_t>(b.w) * b.h);
  for (int y = 0; y < b.h; ++y) {
    for (int x = 0; x < b.w; ++x)
      open[static_cast<std::size_t>(y) * b.w + x] = ink_at(data, wpl, b.x + x, b.y + y);
  }
  std::vector<int> stack;
  for (int start = 0; start < b.w * b.h; ++start) {
    if (!open[start]) continue;
    int x0 = b.w, y0 = b.h, x1 = -1, y1 = -1, area = 0, depth = 0;
    stack.assign(1, start);
    open[start] = 0;
    while (!stack.empty()) {
      const int at = stack.back(), x = at % b.w, y = at / b.w;
      stack.pop_back();
      ++area;
      depth = std::max(depth, 1 + std::min({x, y, b.w - 1 - x, b.h - 1 - y}));
      x0 = std::min(x0, x), x1 = std::max(x1, x), y0 = std::min(y0, y), y1 = std::max(y1, y);
      for (int ny = std::max(0, y - 1); ny <= std::min(b.h - 1, y + 1); ++ny) {
        for (int nx = std::max(0, x - 1); nx <= std::min(b.w - 1, x + 1); ++nx) {
          if (!open[ny * b.w + nx]) continue;
          open[ny * b.w + nx] = 0;
          stack.push_back(ny * b.w + nx);
        }
      }
    }
    pieces.push_back({{b.x + x0, b.y + y0, x1 - x0 + 1, y1 - y0 + 1}, area, depth});
  }
  std::sort(pieces.begin(), pieces.end(), [](const Piece& a, const Piece& c) {
    return std::max(a.box.w, a.box.h) > std::max(c.box.w, c.box.h);
  });
  return pieces;
}

// What the frame's mark reaches: the frame and the pen's strokes that leave it.
PixelBox stroke_of(PIX* binary, const PixelBox& box) {
  const int reach = static_cast<int>(std::lround(kStrokeReach * box.w));
  PixelBox out = box;
  for (const Piece& p : pieces_in(binary, grown(box, reach))) {
    const bool over =
        p.box.x < box.right() && p.box.right() > box.x && p.box.y < box.bottom() && p.box.bottom() > box.y;
    if (!over) continue;
    const int x1 = std::max(out.right(), p.box.right()), y1 = std::max(out.bottom(), p.box.bottom());
    out.x = std::min(out.x, p.box.x);
    out.y = std::min(out.y, p.box.y);
    out.w = x1 - out.x;
    out.h = y1 - out.y;
  }
  return out;
}

double between(double value, double low, double high) {
  return std::clamp((value - low) / (high - low), 0.0, 1.0);
}

void judge(const Inside& in, double empty_fill, FoundMark* mark) {
  const double over = in.fill - empty_fill;
  mark->fill = in.fill;
  if (in.fill >= kFilled) {
    mark->shape = MarkShape::filled_box;
    mark->state = MarkState::checked;
    mark->confidence = 0.99;
    return;
  }
  const double marked =
      between(over, kEmptyFill, kMarkedFill) * 0.5 + between(in.extent, kSpeckExtent, kStrokeExtent) * 0.5;
  mark->shape = marked > 0.5 ? MarkShape::marked_box : MarkShape::empty_box;
  if (over <= kEmptyFill && in.extent < kStrokeExtent) {
    mark->state = MarkState::unchecked;
    mark->confidence =
        0.995 - 0.2 * between(in.extent, kSpeckExtent, kStrokeExtent) - 0.1 * between(over, 0, kEmptyFill);
  } else if (over >= kMarkedFill && in.extent >= kStrokeExtent) {
    mark->state = MarkState::checked;
    mark->confidence = 0.9 + 0.095 * between(over, kMarkedFill, 2 * kMarkedFill);
  } else if (marked >= 0.6) {
    mark->state = MarkState::checked;
    mark->confidence = 0.5 + 0.4 * marked;
  } else if (marked <= 0.35) {
    mark->state = MarkState::unchecked;
    mark->confidence = 0.9 - 0.6 * marked;
  } else {
    mark->state = MarkState::unreadable;
    mark->confidence = 0.5;
  }
}

// How dark the darker part of the ink in an area is: the paper's level less the ink's.
int darkness_of(PIX* grey, PIX* binary, const PixelBox& area, const PixelBox& but) {
  const PixelBox a = clipped(area, pixGetWidth(binary), pixGetHeight(binary));
  std::vector<int> levels;
  for (int y = a.y; y < a.bottom(); ++y) {
    const l_uint32* line = pixGetData(grey) + static_cast<std::ptrdiff_t>(y) * pixGetWpl(grey);
    for (int x = a.x; x < a.right(); ++x) {
      if (x >= but.x && x < but.right() && y >= but.y && y < but.bottom()) continue;
      if (ink_at(pixGetData(binary), pixGetWpl(binary), x, y)) levels.push_back(GET_DATA_BYTE(line, x));
    }
  }
  if (levels.empty()) return 0;
  const auto darker = levels.begin() + static_cast<std::ptrdiff_t>(levels.size() / 5);
  std::nth_element(levels.begin(), darker, levels.end());
  return 255 - *darker;
}

// A company's seal runs over boxes, too: wide and pale beside the print. Such ink does not mark a box, but
// the state is less sure then.
void discount_seal(PIX* grey, PIX* binary, const Frame& frame, FoundMark* mark) {
  if (grey == nullptr || mark->shape != MarkShape::marked_box) return;
  const int inside = darkness_of(grey, binary, frame.inside(), {});
  const int sides = darkness_of(grey, binary, frame.box, frame.inside());
  if (inside >= kSealPaleness * sides) return;
  mark->state = MarkState::unchecked;
  mark->shape = MarkShape::empty_box;
  mark->confidence = kUnderSeal;
}

// Whether ink inside a frame belongs to a stroke that comes from afar and goes on.
bool crossed_from_afar(PIX* binary, const Frame& frame) {
  const PixelBox window = clipped(grown(frame.box, static_cast<int>(std::lround(kAfar * frame.box.w))),
                                  pixGetWidth(binary), pixGetHeight(binary));
  BOX* area = boxCreate(window.x, window.y, window.w, window.h);
  const PixPtr part(area ? pixClipRectangle(binary, area, nullptr) : nullptr);
  boxDestroy(&area);
  if (!part) return false;
  const PixelBox inner = frame.inside();
  const ConnectedInk ink(part.get());
  for (std::size_t i = 0; i < ink.boxes().size(); ++i) {
    const PixelBox& box = ink.boxes()[i];
    const int sides = (box.x <= 0) + (box.y <= 0) + (box.right() >= window.w) + (box.bottom() >= window.h);
    if (sides < 2) continue;
    const auto runs = ink.runs(i);
    const bool inside = std::any_of(runs.begin(), runs.end(), [&](const InkRun& run) {
      const int y = run.y + window.y;
      return y >= inner.y && y < inner.bottom() && run.from + window.x < inner.right() &&
             run.to + window.x > inner.x;
    });
    if (inside) return true;
  }
  return false;
}

// What the emptiest box of its size has inside: paper, or the dirt of this scan.
double empty_fill_of(const Fills& fills, const PixelBox& box) {
  double least = kDirtiestEmpty;
  bool any = false;
  for (const auto& [b, fill] : fills) {
    if (std::abs(b.w - box.w) * 4 > box.w || b == box) continue;
    any = true;
    least = std::min(least, fill);
  }
  return any && least < kDirtiestEmpty ? least : 0;
}

}  // namespace

Inside look_inside(PIX* binary, const PixelBox& inner, int rim) {
  Inside in;
  if (inner.empty()) return in;
  std::vector<Piece> pieces = pieces_in(binary, inner);
  std::erase_if(pieces, [rim](const Piece& p) { return p.depth <= rim; });
  int area = 0;
  for (const Piece& p : pieces) area += p.area;
  in.fill = static_cast<double>(area) / (static_cast<double>(inner.w) * inner.h);
  if (!pieces.empty()) {
    in.extent = std::max(static_cast<double>(pieces[0].box.w) / inner.w,
                         static_cast<double>(pieces[0].box.h) / inner.h);
  }
  return in;
}

Inside strokes_inside(PIX* binary, const Frame& frame) {
  const PixelBox inner = frame.inside();
  return look_inside(binary, inner,
                     std::max(1, static_cast<int>(std::lround(kRim * std::min(inner.w, inner.h)))));
}

FoundMark mark_in(PIX* grey, PIX* binary, const Frame& frame, const Fills& siblings) {
  FoundMark mark;
  mark.box = frame.box;
  mark.box_likeness = frame.likeness;
  mark.stroke = stroke_of(binary, frame.box);
  judge(strokes_inside(binary, frame), empty_fill_of(siblings, frame.box), &mark);
  discount_seal(grey, binary, frame, &mark);
  return mark;
}

void doubt_crossed(PIX* binary, const Frame& frame, FoundMark* mark) {
  if (mark->shape != MarkShape::marked_box || !crossed_from_afar(binary, frame)) return;
  mark->state = MarkState::unreadable;
  mark->confidence = kUnderSeal;
}

void judge_beside(PIX* binary, const Frame& frame, FoundMark* mark) {
  if (frame.faint || mark->state != MarkState::unchecked || !pen_beside(binary, frame)) return;
  mark->state = MarkState::checked;
  mark->shape = MarkShape::marked_box;
  mark->confidence = kMissedBox;
  mark->box_likeness = std::max(mark->box_likeness, 0.5 + 0.4 * frame.drawn);
}

}  // namespace attest
