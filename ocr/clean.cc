// grey without seals → even light → outline → quarter turn and skew → one resampling → curvature → binary
#include "ocr/clean.h"

#include <algorithm>
#include <cmath>

#include "ocr/black_seals.h"
#include "ocr/dewarp.h"
#include "ocr/light.h"
#include "ocr/morphology.h"
#include "ocr/seals.h"
#include "ocr/specks.h"
#include "ocr/straighten.h"
#include "ocr/threshold.h"

namespace attest {
namespace {

constexpr double kPaperWidth = 595.3, kPaperHeight = 841.9;  // points, A4
constexpr double kPaperRatioTolerance = 0.18;                // a sheet of about these proportions is A4
constexpr double kLeastSkew = 0.03;                          // degrees; a pixel over a line's length
constexpr int kInkLevel = 160;                               // on evenly lit grey, for looking only
constexpr double kEdge = 0.03,
                 kMargin = 0.3;  // inch: how near the edge dirt begins, how far in it is taken away
constexpr std::uint8_t kPaperLevel = 248;
constexpr int kLargestSide = 12000;  // pixels of the clean page

void save(const CleanOptions& options, const char* step, PIX* pix) {
  if (options.debug_prefix.empty() || !pix) return;
  pixWrite((options.debug_prefix + step + ".png").c_str(), pix, IFF_PNG);
}

void save(const CleanOptions& options, const char* step, const Image& image) {
  if (!options.debug_prefix.empty()) save(options, step, to_pix(image).get());
}

struct Sheet {
  Homography to_source;          // sheet points → source pixels
  double width = 0, height = 0;  // points
};

// The sheet inside the image: its outline on a photograph, else the whole image.
Sheet sheet_of(const SourcePage& source, const std::optional<Outline>& outline) {
  const double px = source.image.width / source.width, py = source.image.height / source.height;
  Sheet sheet{Homography::scale(px, py), source.width, source.height};
  if (!outline) return sheet;
  const double ratio = outline->height() / outline->width(), a4 = kPaperHeight / kPaperWidth;
  sheet.width = outline->width() / px;
  sheet.height = outline->height() / py;
  if (std::abs(ratio / a4 - 1) < kPaperRatioTolerance) {
    sheet.width = kPaperWidth;
    sheet.height = kPaperHeight;
  } else if (std::abs(ratio * a4 - 1) < kPaperRatioTolerance) {
    sheet.width = kPaperHeight;
    sheet.height = kPaperWidth;
  }
  const std::array<Point, 4> corners = {Point{0, 0}, Point{sheet.width, 0}, Point{sheet.width, sheet.height},
                                        Point{0, sheet.height}};
  if (const auto map = Homography::between(corners, outline->corners)) {
    sheet.to_source = *map;
    return sheet;
  }
  return {Homography::scale(px, py), source.width, source.height};
}

PageWarp warp_at(const Sheet& sheet, double dpi) {
  PageWarp warp;
  warp.width = std::clamp(static_cast<int>(std::lround(sheet.width * dpi / 72)), 1, kLargestSide);
  warp.height = std::clamp(static_cast<int>(std::lround(sheet.height * dpi / 72)), 1, kLargestSide);
  warp.to_source = sheet.to_source.after(Homography::scale(72 / dpi, 72 / dpi));
  return warp;
}

// 1 bit at kLieDpi, from evenly lit grey.
PixPtr look_at(const Image& grey, const Sheet& sheet) {
  return ink_below(warped(grey, warp_at(sheet, kLieDpi), kLieDpi), kInkLevel);
}

std::optional<Outline> turned_outline(const std::optional<Outline>& outline, int height) {
  if (!outline) return std::nullopt;
  Outline out;
  // Clockwise: (x, y) → (height - y, x); what was lower left becomes upper left.
  for (int i = 0; i < 4; ++i) {
    const Point p = outline->corners[(i + 3) % 4];
    out.corners[i] = {height - p.y, p.x};
  }
  return out;
}

// The desk beside a sheet, a copier's black margin, a feeder's shadow: ink that touches the page's edge, as
// far as it lies in the margin, becomes paper.
void clear_margins(CleanPage* page) {
  const int width = page->grey.width, height = page->grey.height;
  const int edge = static_cast<int>(kEdge * page->dpi), margin = static_cast<int>(kMargin * page->dpi);
  if (width <= 2 * margin || height <= 2 * margin) return;
  PixPtr seeds(pixCopy(nullptr, page->binary.get()));
  if (!seeds) return;
  pixRasterop(seeds.get(), edge, edge, width - 2 * edge, height - 2 * edge, PIX_CLR, nullptr, 0, 0);
  PixPtr dirt(pixSeedfillBinary(nullptr, seeds.get(), page->binary.get(), 8));
  if (!dirt) return;
  pixRasterop(dirt.get(), margin, margin, width - 2 * margin, height - 2 * margin, PIX_CLR, nullptr, 0, 0);
  l_int32 none = 1;
  if (pixZero(dirt.get(), &none) != 0 || none) return;
  pixSubtract(page->binary.get(), page->binary.get(), dirt.get());
  const PixPtr blurred = dilated(dirt.get(), 7, 7);
  if (!blurred) return;
  const l_uint32* data = pixGetData(blurred.get());
  const int words = pixGetWpl(blurred.get());
  for (int y = 0; y < height; ++y) {
    const bool whole = y < margin || y >= height - margin;
    std::uint8_t* row = page->grey.row(y);
    for (int x = 0; x < width; ++x) {
      if (!whole && x == margin) x = width - margin;
      if (ink_at(data, words, x, y)) row[x] = kPaperLevel;
    }
  }
}

Box on_its_head(const Box& box, double width, double height) {
  return {width - box.right(), height - box.bottom(), box.width, box.height};
}

// Pixels; what touches the ring is under it, too.
Box disc_of(const SealRing& ring) {
  constexpr double kBeyond = 1.06;  // of the radius
  const double reach = kBeyond * ring.radius + ring.thickness;
  return {ring.x - reach, ring.y - reach, 2 * reach, 2 * reach};
}

}  // namespace

Box CleanPage::to_page(const Box& pixels) const {
  const Box s = warp.source_box(half_turned ? on_its_head(pixels, warp.width, warp.height) : pixels);
  const Box p = {s.left * points_a_pixel_x, s.top * points_a_pixel_y, s.width * points_a_pixel_x,
                 s.height * points_a_pixel_y};
  return half_turned ? on_its_head(p, page_width, page_height) : p;
}

Box CleanPage::to_page(const PixelBox& box) const {
  return to_page(Box{double(box.x), double(box.y), double(box.w), double(box.h)});
}

bool CleanPage::under_seal(const Box& place) const {
  const Box before = half_turned ? on_its_head(place, page_width, page_height) : place;
  return std::any_of(seals.begin(), seals.end(), [&](const Box& seal) {
    const double x = (before.center_x() - seal.center_x()) / (seal.width / 2),
                 y = (before.center_y() - seal.center_y()) / (seal.height / 2);
    return x * x + y * y <= 1;
  });
}

CleanPage clean_page(const SourcePage& source, const CleanOptions& options) {
  CleanPage page;
  if (source.image.empty() || source.width <= 0 || source.height <= 0) return page;
  Image grey = without_stamps(source.image);
  if (grey.dpi <= 0) grey.dpi = grey.width / source.width * 72;
  save(options, "1-grey", grey);
  const bool bilevel = is_bilevel(grey);
  std::optional<Outline> outline;
  std::vector<Box> seals;  // pixels
  if (bilevel) {
    remove_specks(&grey);
    for (const SealRing& ring : remove_black_seals(&grey)) seals.push_back(disc_of(ring));
  } else {
    outline = find_outline(grey);
    even_light(&grey);
    fade_grey_seals(&grey);
  }
  save(options, "2-light", grey);

  SourcePage upright;  // geometry of the turned page; its pixels are `grey`
  upright.width = source.width;
  upright.height = source.height;
  upright.image.width = grey.width;
  upright.image.height = grey.height;
  Sheet sheet = sheet_of(upright, outline);
  PixPtr look = look_at(grey, sheet);
  if (!look) return page;
  const Lie lie = find_lie(look.get(), options.sideways);
  if (lie.sideways) {
    outline = turned_outline(outline, grey.height);
    for (Box& seal : seals) seal = {grey.height - seal.bottom(), seal.left, seal.height, seal.width};
    grey = turned(grey, 90);
    std::swap(upright.width, upright.height);
    std::swap(upright.image.width, upright.image.height);
    sheet = sheet_of(upright, outline);
    page.rotation = 90;
  }
  if (std::abs(lie.skew) >= kLeastSkew) {
    sheet.to_source =
        sheet.to_source.after(Homography::rotation(lie.skew, {sheet.width / 2, sheet.height / 2}));
  }
  page.page_width = upright.width;
  page.page_height = upright.height;
  page.points_a_pixel_x = upright.width / grey.width;
  page.points_a_pixel_y = upright.height / grey.height;
  for (const Box& seal : seals) {
    page.seals.push_back({seal.left * page.points_a_pixel_x, seal.top * page.points_a_pixel_y,
                          seal.width * page.points_a_pixel_x, seal.height * page.points_a_pixel_y});
  }
  page.warp = warp_at(sheet, page.dpi);
  page.grey = warped(grey, page.warp, page.dpi);
  save(options, "3-straight", page.grey);
  page.binary = binarize(page.grey);
  if (page.binary) {
    page.warp.shift = find_curvature(page.binary.get(), page.dpi);
    if (!page.warp.shift.shifts.empty()) {
      page.grey = warped(grey, page.warp, page.dpi);
      page.binary = binarize(page.grey);
      save(options, "4-flat", page.grey);
    }
  }
  if (page.binary) clear_margins(&page);
  save(options, "5-binary", page.binary.get());
  return page;
}

void turn_half(CleanPage* page) {
  page->grey = turned(page->grey, 180);
  if (page->binary) page->binary.reset(pixRotateOrth(page->binary.get(), 2));
  page->rotation = (page->rotation + 180) % 360;
  page->half_turned = !page->half_turned;
}

}  // namespace attest
