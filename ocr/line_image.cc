#include "ocr/line_image.h"

#include <algorithm>
#include <cmath>

namespace attest {
namespace {

constexpr double kAirAcross = 0.13;  // em above and below the em box
constexpr double kAirAlong = 0.30;   // em before and behind the part
constexpr double kWideGap = 3.0;     // em without ink at which a line is recognised in two goes
constexpr double kBlankCover = 0.1;  // share of a stroke with text above it; below: a blank to write on
constexpr std::uint8_t kPaper = 248;

bool stands_in(const PixelBox& piece, const PixelBox& box) {
  return piece.center_x() >= box.x - 1 && piece.center_x() <= box.right() + 1;
}

double covered(const PixelBox& stroke, const std::vector<PixelBox>& pieces) {
  double sum = 0;
  for (const PixelBox& p : pieces)
    sum += std::max(0, std::min(p.right(), stroke.right()) - std::max(p.x, stroke.x));
  return stroke.w > 0 ? sum / stroke.w : 1;
}

PixelBox united(const PixelBox& a, const PixelBox& b) {
  const int x = std::min(a.x, b.x), y = std::min(a.y, b.y);
  return {x, y, std::max(a.right(), b.right()) - x, std::max(a.bottom(), b.bottom()) - y};
}

}  // namespace

std::vector<LinePart> parts_of(const TextLine& line, const std::vector<LineMark>& marks) {
  std::vector<LinePart> out;
  out.reserve(marks.size());
  for (const LineMark& mark : marks) out.push_back({LinePart::Kind::mark, mark.box, mark.index});
  for (const PixelBox& stroke : line.underlines) {
    if (covered(stroke, line.pieces) < kBlankCover) out.push_back({LinePart::Kind::blank, stroke, -1});
  }
  const std::vector<LinePart> cuts = out;
  LinePart* open = nullptr;
  std::vector<LinePart> text;
  for (const PixelBox& piece : line.pieces) {
    if (std::any_of(marks.begin(), marks.end(), [&](const LineMark& m) { return stands_in(piece, m.box); }))
      continue;
    bool cut = !open || piece.x - open->box.right() > kWideGap * line.em;
    for (const LinePart& c : cuts) {
      cut = cut || (c.box.center_x() > open->box.center_x() && c.box.center_x() < piece.center_x() &&
                    c.box.center_x() >= open->box.right() - 2);
    }
    if (cut) {
      text.push_back({LinePart::Kind::text, piece, -1});
      open = &text.back();
    } else {
      open->box = united(open->box, piece);
    }
  }
  out.insert(out.end(), text.begin(), text.end());
  std::stable_sort(out.begin(), out.end(),
                   [](const LinePart& a, const LinePart& b) { return a.box.x < b.box.x; });
  return out;
}

LineCut cut_line(const Image& grey, const TextLine& line, const PixelBox& part, const PixelBox& inside,
                 std::span<const PixelBox> erase) {
  // The em box: where ink is lower than the em (digits, 一), what is missing lies more above than below.
  const double missing = std::max(0.0, line.em - line.box.h);
  const double top = line.box.y - 0.55 * missing - kAirAcross * line.em;
  const double bottom = line.box.bottom() + 0.45 * missing + kAirAcross * line.em;
  const int air = static_cast<int>(std::lround(kAirAlong * line.em));
  LineCut cut;
  cut.box = {part.x - air, static_cast<int>(std::lround(top)), part.w + 2 * air,
             std::max(4, static_cast<int>(std::lround(bottom - top)))};
  cut.image.width = cut.box.w;
  cut.image.height = cut.box.h;
  cut.image.dpi = grey.dpi;
  cut.image.pixels.assign(static_cast<std::size_t>(cut.box.w) * cut.box.h, kPaper);
  PixelBox seen = clipped(cut.box, grey.width, grey.height);
  if (!inside.empty()) {
    const int right = std::min(seen.right(), inside.right()),
              bottom_edge = std::min(seen.bottom(), inside.bottom());
    seen.x = std::max(seen.x, inside.x);
    seen.y = std::max(seen.y, inside.y);
    seen.w = std::max(0, right - seen.x);
    seen.h = std::max(0, bottom_edge - seen.y);
  }
  for (int y = seen.y; y < seen.bottom(); ++y) {
    std::copy_n(grey.row(y) + seen.x, seen.w, cut.image.row(y - cut.box.y) + (seen.x - cut.box.x));
  }
  for (const PixelBox& e : erase) {
    const PixelBox local = clipped({e.x - cut.box.x, e.y - cut.box.y, e.w, e.h}, cut.box.w, cut.box.h);
    for (int y = local.y; y < local.bottom(); ++y) std::fill_n(cut.image.row(y) + local.x, local.w, kPaper);
  }
  return cut;
}

}  // namespace attest
