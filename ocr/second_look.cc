#include "ocr/second_look.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "ocr/clean.h"
#include "ocr/raster.h"

namespace attest {
namespace {

constexpr double kPointsAnInch = 72;
constexpr double kRulingShare = 1.2;   // points inside a cell that its rulings and their blur may take
constexpr double kBesideValue = 0.06;  // of its height: how far beyond the box of a number its ink may reach
constexpr int kInkBelowPaper = 70;     // grey levels
constexpr double kStroke = 0.7;        // of an edge's length under ink: a ruling, no digit
constexpr double kRulingZone = 2.0;    // points from a cell's edge where a ruling may still stand
constexpr double kLeastInk = 2.5;      // points that a digit is high
constexpr double kLineGap = 1.2;       // points without ink between two lines of a cell
constexpr double kDigitHeight = 0.70;  // of the em
constexpr double kDigitAdvance = 0.50, kDigitAir = 0.08;  // of the em
constexpr std::uint8_t kPaper = 248, kInk = 16;

struct Point2 {
  double x = 0, y = 0;
};

// Pixel ↔ point of one page image.
class Mapping {
 public:
  explicit Mapping(const PageView& view) : clean_(view.clean), dpi_(view.grey->dpi) {
    if (clean_ != nullptr) dpi_ = clean_->dpi;
  }
  double pixels_a_point() const { return dpi_ / kPointsAnInch; }

  Point2 to_page(Point2 pixel) const {
    if (clean_ == nullptr) return {pixel.x / pixels_a_point(), pixel.y / pixels_a_point()};
    const Box b = clean_->to_page(Box{pixel.x, pixel.y, 0, 0});
    return {b.left, b.top};
  }

  // The way back by approach: a page lies nearly straight, so the error shrinks by far more than half a step.
  Point2 to_pixel(Point2 point) const {
    Point2 p{point.x * pixels_a_point(), point.y * pixels_a_point()};
    if (clean_ == nullptr) return p;
    for (int k = 0; k < 12; ++k) {
      const Point2 at = to_page(p);
      p.x += (point.x - at.x) * pixels_a_point();
      p.y += (point.y - at.y) * pixels_a_point();
    }
    return p;
  }

  // The rectangle of pixels whose upright bounding box on the page is `box`.
  PixelBox to_pixels(const Box& box) const {
    const Point2 middle = to_pixel({box.center_x(), box.center_y()});
    constexpr double kProbe = 20;  // pixels along the line, to see how it lies
    const Point2 a = to_page(middle), b = to_page({middle.x + kProbe, middle.y});
    const double slope = std::clamp(std::abs((b.y - a.y) / std::max(1e-6, std::abs(b.x - a.x))), 0.0, 0.2);
    const double scale = pixels_a_point();
    const double w = std::max(0.3 * box.width, box.width - slope * box.height) * scale;
    const double h = std::max(0.3 * box.height, box.height - slope * box.width) * scale;
    return {static_cast<int>(std::lround(middle.x - w / 2)), static_cast<int>(std::lround(middle.y - h / 2)),
            static_cast<int>(std::lround(w)), static_cast<int>(std::lround(h))};
  }

 private:
  const CleanPage* clean_;
  double dpi_;
};

Image cut(const Image& grey, const PixelBox& wanted) {
  const PixelBox box = clipped(wanted, grey.width, grey.height);
  Image out;
  out.dpi = grey.dpi;
  if (box.empty()) return out;
  out.width = box.w;
  out.height = box.h;
  out.pixels.resize(static_cast<std::size_t>(box.w) * static_cast<std::size_t>(box.h));
  for (int y = 0; y < box.h; ++y) std::copy_n(grey.row(box.y + y) + box.x, box.w, out.row(y));
  return out;
}

// The grey level under which a pixel is ink.
std::uint8_t ink_level(const Image& image) {
  std::vector<std::uint8_t> levels = image.pixels;
  const auto upper = levels.begin() + static_cast<std::ptrdiff_t>(levels.size() * 3 / 4);
  std::nth_element(levels.begin(), upper, levels.end());
  return static_cast<std::uint8_t>(std::max(0, *upper - kInkBelowPaper));
}

int ink_in_row(const Image& image, int y, std::uint8_t level) {
  return static_cast<int>(
      std::count_if(image.row(y), image.row(y) + image.width, [&](std::uint8_t v) { return v < level; }));
}

int ink_in_column(const Image& image, int x, std::uint8_t level) {
  int count = 0;
  for (int y = 0; y < image.height; ++y) count += image.row(y)[x] < level;
  return count;
}

// Strokes along the edges of a cell are what is left of its rulings.
void paint_over_rulings(Image* image, double pixels_a_point, std::uint8_t level) {
  const int zone = static_cast<int>(std::lround(kRulingZone * pixels_a_point));
  for (int y = 0; y < image->height; ++y) {
    const bool edge = y < zone || y >= image->height - zone;
    if (edge && ink_in_row(*image, y, level) > kStroke * image->width)
      std::fill_n(image->row(y), image->width, kPaper);
  }
  for (int x = 0; x < image->width; ++x) {
    const bool edge = x < zone || x >= image->width - zone;
    if (!edge || ink_in_column(*image, x, level) <= kStroke * image->height) continue;
    for (int y = 0; y < image->height; ++y) image->row(y)[x] = kPaper;
  }
}

struct Band {
  int top = 0, bottom = 0;  // exclusive
};

// The text lines of a cut: rows with ink, apart by more than a gap.
std::vector<Band> bands_of(const Image& image, double pixels_a_point, std::uint8_t level) {
  const int gap = std::max(1, static_cast<int>(std::lround(kLineGap * pixels_a_point)));
  std::vector<Band> bands;
  for (int y = 0; y < image.height; ++y) {
    if (ink_in_row(image, y, level) == 0) continue;
    if (bands.empty() || y - bands.back().bottom > gap) bands.push_back({y, y});
    bands.back().bottom = y + 1;
  }
  const double least = kLeastInk * pixels_a_point;
  std::erase_if(bands, [&](const Band& b) { return b.bottom - b.top < least; });
  return bands;
}

// The ink of the number: the line that `middle` (a row of the cut) falls on; the only one where that is not
// known.
std::optional<PixelBox> ink_of(const Image& image, std::optional<double> middle, double pixels_a_point,
                               std::uint8_t level) {
  const std::vector<Band> bands = bands_of(image, pixels_a_point, level);
  const Band* band = bands.size() == 1 ? &bands.front() : nullptr;
  for (const Band& b : bands) {
    if (middle && *middle >= b.top && *middle < b.bottom) band = &b;
  }
  if (band == nullptr) return std::nullopt;
  int left = image.width, right = 0;
  for (int y = band->top; y < band->bottom; ++y) {
    for (int x = 0; x < image.width; ++x) {
      if (image.row(y)[x] >= level) continue;
      left = std::min(left, x);
      right = std::max(right, x + 1);
    }
  }
  if (left >= right) return std::nullopt;
  return PixelBox{left, band->top, right - left, band->bottom - band->top};
}

// One way to show the ink to the recogniser.
struct Setting {
  double height;   // of the ink, as a share of the line image's
  bool bilevel;    // black on white
  bool thickened;  // strokes one pixel wider
};
constexpr std::array kSettings = {Setting{0.56, false, false}, Setting{0.56, true, false},
                                  Setting{0.68, false, false}, Setting{0.46, false, false},
                                  Setting{0.56, false, true}};

Image thickened(const Image& image) {
  Image out = image;
  for (int y = 0; y < image.height; ++y) {
    for (int x = 0; x < image.width; ++x) {
      const int right = std::min(x + 1, image.width - 1), below = std::min(y + 1, image.height - 1);
      out.row(y)[x] = std::min({image.row(y)[x], image.row(y)[right], image.row(below)[x]});
    }
  }
  return out;
}

// The ink on paper of its own, with air all round.
Image shown(const Image& source, const PixelBox& ink, const Setting& setting, std::uint8_t level) {
  const int height = std::max(8, static_cast<int>(std::lround(ink.h / setting.height)));
  const int air = height / 3, blur = 1;  // the grey fringe of the strokes belongs to them
  Image out;
  out.dpi = source.dpi;
  out.width = ink.w + 2 * air;
  out.height = height;
  out.pixels.assign(static_cast<std::size_t>(out.width) * static_cast<std::size_t>(height), kPaper);
  const int top = (height - ink.h) / 2;
  const PixelBox from = clipped(grown(ink, blur), source.width, source.height);
  for (int y = from.y; y < from.bottom(); ++y) {
    const int to = top + y - ink.y;
    if (to < 0 || to >= height) continue;
    for (int x = from.x; x < from.right(); ++x) {
      const std::uint8_t v = source.row(y)[x];
      out.row(to)[air + x - ink.x] = setting.bilevel ? (v < level ? kInk : kPaper) : v;
    }
  }
  return setting.thickened ? thickened(out) : out;
}

double room_in(const PixelBox& ink) {
  const double em = ink.h / kDigitHeight;
  return (ink.w / em + kDigitAir) / kDigitAdvance;
}

struct Cut {
  Image image;
  PixelBox ink;
  std::uint8_t level = 0;
};

std::optional<Cut> cut_of(const Image& grey, const Mapping& mapping, const LookPlace& place) {
  const double scale = mapping.pixels_a_point();
  PixelBox area;
  if (!place.cell.empty()) {
    area = grown(mapping.to_pixels(place.cell), -static_cast<int>(std::lround(kRulingShare * scale)));
  } else if (!place.value.empty()) {
    area = mapping.to_pixels(place.value);
    area = grown(area, static_cast<int>(std::lround(kBesideValue * area.h)));
  }
  Cut out;
  out.image = cut(grey, area);
  if (out.image.empty()) return std::nullopt;
  out.level = ink_level(out.image);
  if (!place.cell.empty()) paint_over_rulings(&out.image, scale, out.level);
  std::optional<double> middle;
  if (!place.value.empty()) {
    middle = mapping.to_pixel({place.value.center_x(), place.value.center_y()}).y - std::max(0, area.y);
  }
  const auto ink = ink_of(out.image, middle, scale, out.level);
  if (!ink) return std::nullopt;
  out.ink = *ink;
  return out;
}

bool stood_under_seal(const PageView& view, const LookPlace& place) {
  return view.clean != nullptr && view.clean->under_seal(place.value.empty() ? place.cell : place.value);
}

}  // namespace

std::vector<Look> look_again(const PageView& view, std::span<const LookPlace> places, LookSettings settings,
                             LineRecognizer* recognizer) {
  std::vector<Look> looks(places.size());
  if (view.grey == nullptr || view.grey->empty() || view.grey->channels != 1) return looks;
  const Mapping mapping(view);
  if (mapping.pixels_a_point() <= 0) return looks;
  const std::size_t count = settings == LookSettings::all ? kSettings.size() : 1;
  std::vector<Image> images;
  std::vector<std::size_t> owners;
  for (std::size_t k = 0; k < places.size(); ++k) {
    const auto cut = cut_of(*view.grey, mapping, places[k]);
    if (!cut) continue;
    looks[k].room = room_in(cut->ink);
    if (stood_under_seal(view, places[k])) looks[k].most = kUnderSeal;
    for (std::size_t s = 0; s < count; ++s) {
      images.push_back(shown(cut->image, cut->ink, kSettings[s], cut->level));
      owners.push_back(k);
    }
  }
  std::vector<LineRequest> requests;
  for (std::size_t n = 0; n < images.size(); ++n) requests.push_back({&images[n], places[owners[n]].content});
  std::vector<RecognizedLine> answers = recognizer->recognize(requests);
  for (std::size_t n = 0; n < answers.size() && n < owners.size(); ++n) {
    for (Glyph& glyph : answers[n].glyphs) glyph.box = {};
    looks[owners[n]].readings.push_back(std::move(answers[n].glyphs));
  }
  return looks;
}

CleanPage clean_again(const SourcePage& source, int rotation) {
  const int turn = ((rotation % 360) + 360) % 360;
  CleanPage page = clean_page(source, {.debug_prefix = "", .sideways = turn % 180 != 0});
  if (!page.grey.empty() && page.rotation != turn) turn_half(&page);
  return page;
}

}  // namespace attest
