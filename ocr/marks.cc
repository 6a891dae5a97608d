// Where the boxes are, and which of them belong together; whether one is marked is judged in
// ocr/marks_state.cc.

#include "ocr/marks.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <vector>

#include "ocr/marks_faint.h"
#include "ocr/marks_frame.h"
#include "ocr/marks_state.h"
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

// Least likeness of a candidate.
constexpr double kCandidate = 0.15;
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
// A frame this likely is taken for a box; one of its size (to this part of it) that stands in its column or
// line (to this part of it) is its sibling.
constexpr double kCertain = 0.85, kSameSize = 0.08, kAligned = 0.15;
// How far around an expected place its frame is searched, in parts of the box.
constexpr double kSearchReach = 0.5;

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

// Every frame of the page that may be a box.
std::vector<Frame> frames_on_page(PIX* binary, const FaintInk& faint, const std::vector<Shape>& solid_squares,
                                  SizeRange sizes, double dpi, double em) {
  std::vector<Frame> frames;
  for (const Frame& f : find_frames(binary, {0, 0, pixGetWidth(binary), pixGetHeight(binary)}, sizes, dpi)) {
    const bool seen =
        std::any_of(frames.begin(), frames.end(), [&](const Frame& o) { return overlap(o.box, f.box); });
    if (!seen) frames.push_back(f);
  }
  const auto in_text = [&](const Frame& f) { return !stands_free(binary, f.box, em); };
  add_faint(faint, sizes, &frames);
  complete_groups(binary, &frames);
  std::erase_if(frames, in_text);  // the 口 of a character is no box that others are like
  add_traces(faint, solid_squares, &frames);
  std::erase_if(frames, [&](const Frame& f) { return f.likeness < kCandidate || in_text(f); });
  return frames;
}

std::vector<FoundMark> judged(PIX* grey, PIX* binary, const std::vector<Frame>& frames) {
  constexpr double kLikelyBox =
      0.5;  // likeness from which a frame says what boxes look like, and strokes beside it count
  Fills fills;
  for (const Frame& f : frames) {
    if (f.likeness >= kLikelyBox) fills.emplace_back(f.box, strokes_inside(binary, f).fill);
  }
  std::vector<FoundMark> marks;
  marks.reserve(frames.size());
  for (const Frame& f : frames) {
    marks.push_back(mark_in(grey, binary, f, fills));
    doubt_crossed(binary, f, &marks.back());
    if (f.likeness >= kLikelyBox) judge_beside(binary, f, &marks.back());
  }
  return marks;
}

// Those that stand where no mark was found yet.
void add_shapes(const std::vector<Shape>& shapes, MarkShape kind, std::vector<FoundMark>* marks) {
  for (const Shape& s : shapes) {
    const bool seen =
        std::any_of(marks->begin(), marks->end(), [&](const FoundMark& m) { return overlap(m.box, s.box); });
    if (!seen && s.likeness >= kCandidate) marks->push_back(checked_shape(s, kind));
  }
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
  marks = judged(grey, binary, frames_on_page(binary, faint, solid_squares, sizes, dpi, context.em));
  add_shapes(solid_squares, MarkShape::filled_box, &marks);
  if (context.ticks) {
    add_shapes(find_ticks(page, sizes), MarkShape::tick, &marks);
    // Hairline ticks break like hairline boxes do.
    const int mend = 2 * static_cast<int>(std::lround(kMendInch * dpi / 2)) + 1;
    add_shapes(find_ticks(PageInk(closed(faint.binary(), mend, mend)), sizes), MarkShape::tick, &marks);
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
    Fills fills;
    for (const PixelBox& sibling : siblings) {
      const std::vector<Frame> there = find_frames(binary, sibling, sizes, dpi);
      if (const Frame* f = nearest(there, sibling))
        fills.emplace_back(f->box, strokes_inside(binary, *f).fill);
    }
    FoundMark mark = mark_in(grey, binary, *frame, fills);
    judge_beside(binary, *frame, &mark);
    return mark;
  }
  for (const Shape& s : find_solid_squares(binary, region, sizes))
    return checked_shape(s, MarkShape::filled_box);
  for (const Shape& s : find_ticks(binary, region, sizes)) return checked_shape(s, MarkShape::tick);
  return none;
}

}  // namespace attest
