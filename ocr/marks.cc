// A box's state is judged by the ink inside its frame against what its emptiest siblings have there, and by
// whether that ink is a stroke (it runs through a good part of the box) or dirt.

#include "ocr/marks.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <vector>

#include "ocr/marks_faint.h"
#include "ocr/marks_frame.h"
#include "ocr/morphology.h"
#include "ocr/pieces.h"

namespace attest {
namespace {

// Sides of printed boxes: from the small box of a 9-point table line to the box of a 22-point title line, in
// inches; with a known em, in ems.
constexpr double kSmallestInch = 0.06, kLargestInch = 0.30;
constexpr double kSmallestEm = 0.42, kLargestEm = 1.30;
// A box under this many ems might be part of a hanzi (通, 围): it must stand free, with at most this share of
// ink in the strips of so many ems above it and to its left.
constexpr double kSmallBox = 0.58, kStrip = 0.22, kStripInk = 0.06;

// Ink inside as a share of the inner area, over that of an empty sibling. A hairline tick in a 12-point box
// is 0.08; the noise of a fax stays under 0.03.
constexpr double kEmptyFill = 0.025, kMarkedFill = 0.070;
// A stroke runs through this part of the box, dirt through less.
constexpr double kStrokeExtent = 0.45, kSpeckExtent = 0.25;
// Ink that goes no deeper into the inner area than this part of it (a pixel at least) is the rough inside of
// a side.
constexpr double kRim = 0.06;
// What an empty box may hold at most to serve as a yardstick for the others.
constexpr double kDirtiestEmpty = 0.05;
// Share of the inner area from which a frame counts as filled.
constexpr double kFilled = 0.80;
// Least likeness of a candidate.
constexpr double kCandidate = 0.15;
// Ink inside that is this much paler than the frame is a seal's, and how sure an empty box under one is.
constexpr double kSealPaleness = 0.6, kUnderSeal = 0.75;
// A stroke that enters this far from a box, in parts of it, and leaves on another side is no pen's: a black
// seal's ring. Whether the box is marked under it cannot be said.
constexpr double kAfar = 2.5;
// Likeness of a box that lacks a side and stands in line with a sibling.
constexpr double kIncompleteInLine = 0.55;
// … among at least this many that lack none.
constexpr int kNearlyWhole = 3;
// Breaks of this width in a tick are closed.
constexpr double kMendInch = 0.013;
// A frame this likely shows where on its line others of its size stand, of which there are only traces.
constexpr double kKnownBox = 0.55;
// Boxes with broken lines have one size to this part of it; a frame this likely in the same place is better,
// and so is the verdict on one that is drawn without breaks.
constexpr double kFaintSize = 0.12, kFaintYields = 0.5;
// Confidence that a stroke beside an empty box means the box.
constexpr double kMissedBox = 0.85;
// A frame this likely is taken for a box; one of its size (to this part of it) that stands in its column or
// line (to this part of it) is its sibling.
constexpr double kCertain = 0.85, kSameSize = 0.08, kAligned = 0.15;
// How far around an expected place its frame is searched, and a pen's stroke belongs to the box, in parts of
// the box.
constexpr double kSearchReach = 0.5, kStrokeReach = 0.5;

struct Inside {
  double fill = 0;    // share of the inner area
  double extent = 0;  // the longer side of its largest connected piece, as a part of the inner side
};

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

// Ink inside, but for what goes no deeper than `rim` pixels.
Inside look_inside(PIX* binary, const PixelBox& inner, int rim = 0) {
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

// What may be a stroke of a pen.
Inside strokes_inside(PIX* binary, const Frame& frame) {
  const PixelBox inner = frame.inside();
  return look_inside(binary, inner,
                     std::max(1, static_cast<int>(std::lround(kRim * std::min(inner.w, inner.h)))));
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

bool overlap(const PixelBox& a, const PixelBox& b) {
  const int w = std::min(a.right(), b.right()) - std::max(a.x, b.x);
  const int h = std::min(a.bottom(), b.bottom()) - std::max(a.y, b.y);
  return w > 0 && h > 0 && 3.0 * w * h > std::min(1.0 * a.w * a.h, 1.0 * b.w * b.h);
}

bool is_empty(PIX* binary, const Frame& f) {
  return f.likeness >= kCertain && look_inside(binary, f.inside()).fill <= kEmptyFill;
}

// A box of a group has the size of the group's empty ones and stands in line with them: one that does and was
// crossed by a pen need not look like a box otherwise.
void favour_siblings(const std::vector<PixelBox>& empty, std::vector<Frame>* frames) {
  for (Frame& f : *frames) {
    if (!f.pen) continue;
    const double same = std::max(1.0, kSameSize * f.box.w), aligned = std::max(2.0, kAligned * f.box.w);
    const bool sibling = std::any_of(empty.begin(), empty.end(), [&](const PixelBox& e) {
      return std::abs(e.w - f.box.w) <= same && std::abs(e.h - f.box.h) <= same &&
             (std::abs(e.x - f.box.x) <= aligned || std::abs(e.y - f.box.y) <= aligned);
    });
    if (sibling) f.likeness = std::max(f.likeness, 0.5 + 0.4 * f.drawn);
  }
}

// Boxes under pen strokes that hid them from the general search: in the lines and columns of empty ones.
void complete_groups(PIX* binary, std::vector<Frame>* frames) {
  const int width = pixGetWidth(binary), height = pixGetHeight(binary);
  std::vector<PixelBox> empty;
  for (const Frame& f : *frames) {
    if (is_empty(binary, f)) empty.push_back(f.box);
  }
  favour_siblings(empty, frames);
  std::vector<PixelBox> searched;
  for (const PixelBox& e : empty) {
    const int off = std::max(2, static_cast<int>(std::lround(kAligned / 2 * e.w)));
    for (const PixelBox& strip :
         {PixelBox{e.x - off, 0, 2 * off + 1, height}, PixelBox{0, e.y - off, width, 2 * off + 1}}) {
      const bool done = std::any_of(searched.begin(), searched.end(), [&](const PixelBox& s) {
        return std::abs(s.center_x() - strip.center_x()) <= off &&
               std::abs(s.center_y() - strip.center_y()) <= off;
      });
      if (done) continue;
      searched.push_back(strip);
      for (Frame f : find_frames_like(binary, strip, e.w, e.h)) {
        f.likeness = std::max(f.likeness, 0.5 + 0.4 * f.drawn);
        const auto same = [&](const Frame& o) { return overlap(o.box, f.box); };
        if (std::any_of(frames->begin(), frames->end(),
                        [&](const Frame& o) { return same(o) && o.likeness >= f.likeness; })) {
          continue;
        }
        std::erase_if(*frames, same);
        frames->push_back(f);
      }
    }
  }
}

// Boxes with broken lines count where several of one size stand on the page, or one beside other boxes of its
// size.
void add_faint(const FaintInk& ink, SizeRange sizes, std::vector<Frame>* frames) {
  const std::vector<Frame> faint = without_overlaps(ink.frames(sizes));
  const auto certain =
      std::count_if(frames->begin(), frames->end(), [](const Frame& o) { return o.likeness >= kCertain; });
  std::vector<Frame> accepted;
  for (const Frame& f : faint) {
    const auto alike = [&](const Frame& o) {
      return &o != &f && std::abs(o.box.w - f.box.w) <= std::max(4.0, kFaintSize * f.box.w) &&
             o.likeness > kFaintComplete;
    };
    const auto in_line = [&](const Frame& o) {
      const double off = std::max(3.0, kAligned / 2 * f.box.w);
      return alike(o) && (std::abs(o.box.x - f.box.x) <= off || std::abs(o.box.y - f.box.y) <= off);
    };
    const auto count = [&](const auto& what) {
      return std::count_if(faint.begin(), faint.end(), what) +
             std::count_if(frames->begin(), frames->end(), what);
    };
    if (look_inside(ink.binary(), f.inside()).fill > kEmptyFill / 2) continue;
    Frame box = f;
    if (f.likeness < kFaintComplete) {
      // Where whole boxes are found the usual way, none loses a side; where they are not, several are nearly
      // whole.
      if (certain > 0 || count(alike) < kNearlyWhole || std::none_of(faint.begin(), faint.end(), in_line))
        continue;
      box.likeness = kIncompleteInLine;
    } else {
      const auto company = count(alike);
      box.likeness = std::min(0.95, f.drawn * (company >= 2 ? 1.0 : company == 1 ? 0.8 : 0.6));
    }
    const auto same = [&](const Frame& o) { return overlap(o.box, f.box); };
    if (std::any_of(frames->begin(), frames->end(), [&](const Frame& o) {
          return same(o) && (o.likeness >= kFaintYields || o.drawn >= kCertain);
        }))
      continue;
    accepted.push_back(box);
  }
  for (const Frame& f : accepted) {
    std::erase_if(*frames, [&](const Frame& o) { return overlap(o.box, f.box); });
    frames->push_back(f);
  }
}

// Boxes that lost more than a side, or that only a lower threshold shows, next to ones of their size.
void add_traces(const FaintInk& ink, const std::vector<Shape>& solid_squares, std::vector<Frame>* frames) {
  std::vector<PixelBox> known;
  for (const Shape& s : solid_squares) {
    if (s.likeness >= kKnownBox) known.push_back(s.box);
  }
  for (const Frame& f : *frames) {
    if (f.likeness >= kKnownBox) known.push_back(f.box);
  }
  if (known.empty()) return;
  for (Frame f : ink.beside(known)) {
    const auto same = [&](const Frame& o) { return overlap(o.box, f.box); };
    if (std::any_of(frames->begin(), frames->end(),
                    [&](const Frame& o) { return same(o) && o.likeness >= kFaintYields; }))
      continue;
    std::erase_if(*frames, same);
    f.likeness = kIncompleteInLine;
    frames->push_back(f);
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

void doubt_crossed(PIX* binary, const Frame& frame, FoundMark* mark) {
  if (mark->shape != MarkShape::marked_box || !crossed_from_afar(binary, frame)) return;
  mark->state = MarkState::unreadable;
  mark->confidence = kUnderSeal;
}

// A stroke that touches an empty box from outside is a mark that missed it.
void judge_beside(PIX* binary, const Frame& frame, FoundMark* mark) {
  if (frame.faint || mark->state != MarkState::unchecked || !pen_beside(binary, frame)) return;
  mark->state = MarkState::checked;
  mark->shape = MarkShape::marked_box;
  mark->confidence = kMissedBox;
  mark->box_likeness = std::max(mark->box_likeness, 0.5 + 0.4 * frame.drawn);
}

FoundMark mark_of(PIX* binary, const Frame& frame) {
  FoundMark mark;
  mark.box = frame.box;
  mark.box_likeness = frame.likeness;
  mark.stroke = stroke_of(binary, frame.box);
  return mark;
}

FoundMark checked_shape(const Shape& shape, MarkShape kind) {
  FoundMark mark;
  mark.box = mark.stroke = shape.box;
  mark.state = MarkState::checked;
  mark.shape = kind;
  mark.confidence = 0.9 + 0.09 * shape.likeness;
  mark.box_likeness = shape.likeness;
  mark.fill = kind == MarkShape::filled_box ? 1 : 0;
  return mark;
}

// What the emptiest box of its size has inside: paper, or the dirt of this scan.
double empty_fill_of(const std::vector<std::pair<PixelBox, double>>& fills, const PixelBox& box) {
  double least = kDirtiestEmpty;
  bool any = false;
  for (const auto& [b, fill] : fills) {
    if (std::abs(b.w - box.w) * 4 > box.w || b == box) continue;
    any = true;
    least = std::min(least, fill);
  }
  return any && least < kDirtiestEmpty ? least : 0;
}

SizeRange sizes_of(double dpi, double em) {
  if (em > 0) {
    return {static_cast<int>(std::lround(kSmallestEm * em)), static_cast<int>(std::lround(kLargestEm * em))};
  }
  return {static_cast<int>(std::lround(kSmallestInch * dpi)),
          static_cast<int>(std::lround(kLargestInch * dpi))};
}

// The frame a box of this size at this place would have: nearest to the expected middle among the likely
// ones.
const Frame* nearest(const std::vector<Frame>& frames, const PixelBox& expected) {
  const Frame* best = nullptr;
  double least = 1e9;
  for (const Frame& f : frames) {
    const double away =
        std::hypot(f.box.center_x() - expected.center_x(), f.box.center_y() - expected.center_y());
    const double cost = away / std::max(1, expected.w) + 1.0 - f.likeness;
    if (cost < least) best = &f, least = cost;
  }
  return best;
}

bool usable(PIX* grey, PIX* binary) {
  return binary != nullptr && pixGetDepth(binary) == 1 &&
         (grey == nullptr ||
          (pixGetWidth(grey) == pixGetWidth(binary) && pixGetHeight(grey) == pixGetHeight(binary)));
}

}  // namespace

namespace {

double ink_share(PIX* binary, const PixelBox& box) {
  l_int32 count = 0;
  BOX* region = boxCreate(box.x, box.y, box.w, box.h);
  if (!region) return 0;
  pixCountPixelsInRect(binary, region, &count, nullptr);
  boxDestroy(&region);
  return static_cast<double>(count) / std::max(1, box.w * box.h);
}

PixPtr unruled(PIX* binary, const Rulings* rulings) {
  return rulings != nullptr ? without_rulings(binary, *rulings) : PixPtr(pixClone(binary));
}

bool stands_free(PIX* binary, const PixelBox& box, double em) {
  if (em <= 0 || std::max(box.w, box.h) >= kSmallBox * em) return true;
  constexpr int kEdge = 3;  // pixels that the frame itself may blur into
  const int strip = std::max(3, static_cast<int>(std::lround(kStrip * em)));
  const PixelBox above{box.x, std::max(0, box.y - kEdge - strip), box.w, strip};
  const PixelBox below{box.x, box.y + box.h + kEdge, box.w, strip};
  const PixelBox left{std::max(0, box.x - kEdge - strip), box.y, strip, box.h};
  return ink_share(binary, above) <= kStripInk && ink_share(binary, below) <= kStripInk &&
         ink_share(binary, left) <= kStripInk;
}

}  // namespace

std::vector<FoundMark> find_marks(PIX* grey, PIX* page_binary, double dpi, const MarkContext& context) {
  std::vector<FoundMark> marks;
  if (!usable(grey, page_binary) || dpi <= 0) return marks;
  // A pen's stroke that reaches a ruling would take it along.
  std::optional<PageInk> own;
  if (context.text == nullptr) own.emplace(unruled(page_binary, context.rulings));
  const PageInk& page = own ? *own : *context.text;
  PIX* binary = page.pix.get();
  if (binary == nullptr) return marks;
  const SizeRange sizes = sizes_of(dpi, context.em);
  const FaintInk faint(grey);
  const std::vector<Shape> solid_squares = find_solid_squares(page, sizes);
  std::vector<Frame> frames;
  for (const Frame& f : find_frames(binary, {0, 0, pixGetWidth(binary), pixGetHeight(binary)}, sizes, dpi)) {
    const bool seen =
        std::any_of(frames.begin(), frames.end(), [&](const Frame& o) { return overlap(o.box, f.box); });
    if (!seen) frames.push_back(f);
  }
  const auto in_text = [&](const Frame& f) { return !stands_free(binary, f.box, context.em); };
  add_faint(faint, sizes, &frames);
  complete_groups(binary, &frames);
  std::erase_if(frames, in_text);  // the 口 of a character is no box that others are like
  add_traces(faint, solid_squares, &frames);
  std::erase_if(frames, [&](const Frame& f) { return f.likeness < kCandidate || in_text(f); });
  std::vector<Inside> insides;
  std::vector<std::pair<PixelBox, double>> fills;
  for (const Frame& f : frames) {
    insides.push_back(strokes_inside(binary, f));
    if (f.likeness >= 0.5) fills.emplace_back(f.box, insides.back().fill);
  }
  for (std::size_t i = 0; i < frames.size(); ++i) {
    marks.push_back(mark_of(binary, frames[i]));
    judge(insides[i], empty_fill_of(fills, frames[i].box), &marks.back());
    discount_seal(grey, binary, frames[i], &marks.back());
    doubt_crossed(binary, frames[i], &marks.back());
    if (frames[i].likeness >= 0.5) judge_beside(binary, frames[i], &marks.back());
  }
  const auto add_shapes = [&](const std::vector<Shape>& shapes, MarkShape kind) {
    for (const Shape& s : shapes) {
      const bool seen =
          std::any_of(marks.begin(), marks.end(), [&](const FoundMark& m) { return overlap(m.box, s.box); });
      if (!seen && s.likeness >= kCandidate) marks.push_back(checked_shape(s, kind));
    }
  };
  add_shapes(solid_squares, MarkShape::filled_box);
  if (context.ticks) {
    add_shapes(find_ticks(page, sizes), MarkShape::tick);
    // Hairline ticks break like hairline boxes do.
    const int mend = 2 * static_cast<int>(std::lround(kMendInch * dpi / 2)) + 1;
    add_shapes(find_ticks(PageInk(closed(faint.binary(), mend, mend)), sizes), MarkShape::tick);
  }
  std::sort(marks.begin(), marks.end(), [](const FoundMark& a, const FoundMark& b) {
    return a.box.y != b.box.y ? a.box.y < b.box.y : a.box.x < b.box.x;
  });
  return marks;
}

FoundMark judge_mark(PIX* grey, PIX* binary, const PixelBox& expected, double dpi,
                     std::span<const PixelBox> siblings) {
  FoundMark none;
  none.box = expected;
  none.state = MarkState::absent;
  if (!usable(grey, binary) || dpi <= 0 || expected.empty()) return none;
  const double side = std::min(expected.w, expected.h);
  const SizeRange sizes{std::max(4, static_cast<int>(0.45 * side)),
                        std::max(5, static_cast<int>(std::lround(1.25 * std::max(expected.w, expected.h))))};
  const PixelBox region = grown(expected, static_cast<int>(std::lround(kSearchReach * side / 2)));
  const std::vector<Frame> frames = find_frames(binary, region, sizes, dpi);
  if (const Frame* frame = nearest(frames, expected)) {
    std::vector<std::pair<PixelBox, double>> fills;
    for (const PixelBox& sibling : siblings) {
      const std::vector<Frame> there = find_frames(binary, sibling, sizes, dpi);
      if (const Frame* f = nearest(there, sibling))
        fills.emplace_back(f->box, strokes_inside(binary, *f).fill);
    }
    FoundMark mark = mark_of(binary, *frame);
    judge(strokes_inside(binary, *frame), empty_fill_of(fills, frame->box), &mark);
    discount_seal(grey, binary, *frame, &mark);
    judge_beside(binary, *frame, &mark);
    return mark;
  }
  for (const Shape& s : find_solid_squares(binary, region, sizes))
    return checked_shape(s, MarkShape::filled_box);
  for (const Shape& s : find_ticks(binary, region, sizes)) return checked_shape(s, MarkShape::tick);
  return none;
}

}  // namespace attest
