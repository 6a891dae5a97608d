#include "ocr/seals.h"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>
#include <vector>

#include "ocr/morphology.h"
#include "ocr/pieces.h"
#include "ocr/raster.h"
#include "ocr/threshold.h"

namespace attest {
namespace {

constexpr double kAssumedDpi = 200;     // of images that do not say
constexpr int kRedOverOthers = 28;      // grey levels by which red ink's red channel exceeds the others
constexpr double kDarkSealShare = 0.3;  // quantile of the seal's red levels from which on it becomes paper
constexpr double kSealSide = 0.35;      // inch; company seals are 1.5 in across, a pen's tick is below 0.3 in
constexpr double kSealGap = 0.06;       // inch between the strokes of one seal
constexpr double kPaperShare =
    0.88;  // quantile of a seal's grey levels taken as the paper between its strokes

constexpr int kInk = 205;                      // evenly lit grey below this is ink
constexpr int kNearPaper = 240, kPaper = 248;  // grey levels of a cleaned page
constexpr double kPrintShare =
    0.12;  // quantile of the page's ink levels taken as its print: cores of strokes
constexpr int kLighterThanPrint = 42;       // grey levels between print and a seal that can be told from it
constexpr double kMostLightInk = 0.35;      // of the page's ink; more: the print is pale itself
constexpr double kLeastLightInSeal = 0.45;  // of the ink in a seal's box
constexpr double kDarkestOfSeal = 0.06;     // quantile of a seal's levels above which it is told from print
constexpr double kLeastRound = 0.6, kLargestRound = 2.4;  // inch
constexpr double kRoundness = 0.65;                       // shorter over longer side
constexpr double kRoundShare = 0.97;                      // of a round seal's light ink lies in the ellipse
// Ink in straight runs this long (inch) and as a share of an area's: rulings have nearly all in them, a seal
// the flattest parts of its ring.
constexpr double kStraightRun = 0.35, kMostStraight = 0.6;
constexpr double kThinStroke = 0.018;      // inch; a level stroke of Song type, whose blur makes it light …
constexpr double kStrokeReach = 0.13;      // … and how far it runs from an upright, dark one
constexpr double kRulingLength = 0.7;      // inch; a straight level or upright run of light ink this long …
constexpr double kRulingThickness = 0.03;  // … and thinner than this is a pale ruling, no arc of a seal
constexpr int kRulingStep = 1;             // pixels by which a skewed ruling moves aside now and then

std::uint8_t luminance(const std::uint8_t* rgb) {
  return static_cast<std::uint8_t>((rgb[0] * 77 + rgb[1] * 150 + rgb[2] * 29) >> 8);
}

bool is_red(const std::uint8_t* rgb) { return rgb[0] - std::max(rgb[1], rgb[2]) > kRedOverOthers; }

PixelBox times(const PixelBox& b, int factor) {
  return {b.x * factor, b.y * factor, b.w * factor, b.h * factor};
}

// Boxes of connected red areas of a seal's size. The mask is reduced to blocks of `block` pixels first.
std::vector<PixelBox> seal_boxes(const Image& image, double dpi) {
  const int block = std::max(1, static_cast<int>(dpi * 0.02));
  const int w = image.width / block, h = image.height / block;
  if (w < 8 || h < 8) return {};
  PixPtr mask(pixCreate(w, h, 1));
  if (!mask) return {};
  bool any = false;
  for (int y = 0; y < h; ++y) {
    for (int x = 0; x < w; ++x) {
      int red = 0;
      for (int dy = 0; dy < block; ++dy) {
        const std::uint8_t* p = image.row(y * block + dy) + static_cast<std::size_t>(x) * block * 3;
        for (int dx = 0; dx < block; ++dx, p += 3) red += is_red(p);
      }
      if (red * 4 >= block * block) {
        pixSetPixel(mask.get(), x, y, 1);
        any = true;
      }
    }
  }
  if (!any) return {};
  const int gap = std::max(1, static_cast<int>(dpi * kSealGap / block)) | 1;
  mask = closed(mask.get(), gap, gap);
  std::vector<PixelBox> out;
  const double least = dpi * kSealSide / block;
  for (const PixelBox& b : boxes_of_ink(mask.get())) {
    if (b.w < least || b.h < least) continue;
    out.push_back(clipped(grown(times(b, block), 2 * block), image.width, image.height));
  }
  return out;
}

// Grey level of the paper between a seal's strokes.
std::uint8_t paper_in(const Image& image, const PixelBox& box) {
  std::array<int, 256> histogram{};
  int count = 0, below = 0, level = 0;
  for (int y = box.y; y < box.bottom(); ++y) {
    const std::uint8_t* p = image.row(y) + static_cast<std::size_t>(box.x) * 3;
    for (int x = 0; x < box.w; ++x, p += 3, ++count) ++histogram[luminance(p)];
  }
  while (level < 255 && (below += histogram[level]) < kPaperShare * count) ++level;
  return static_cast<std::uint8_t>(level);
}

// Red channel of the seal's ink on paper: most of its red pixels are no darker.
int ink_level(const Image& image, const PixelBox& box) {
  std::array<int, 256> histogram{};
  int count = 0, below = 0, level = 0;
  for (int y = box.y; y < box.bottom(); ++y) {
    const std::uint8_t* p = image.row(y) + static_cast<std::size_t>(box.x) * 3;
    for (int x = 0; x < box.w; ++x, p += 3) {
      if (!is_red(p)) continue;
      ++histogram[p[0]];
      ++count;
    }
  }
  while (level < 255 && (below += histogram[level]) < kDarkSealShare * count) ++level;
  return std::max(1, level);
}

void clear_seal(const Image& image, const PixelBox& box, Image* grey) {
  const int paper = paper_in(image, box), level = ink_level(image, box);
  for (int y = box.y; y < box.bottom(); ++y) {
    const std::uint8_t* p = image.row(y) + static_cast<std::size_t>(box.x) * 3;
    std::uint8_t* out = grey->row(y) + box.x;
    for (int x = 0; x < box.w; ++x, p += 3, ++out) {
      // Red ink is light in the red channel, black print under it as dark as elsewhere. The seal's edges,
      // washed out by JPEG's chroma, are only reddish.
      if (p[0] - std::max(p[1], p[2]) > kRedOverOthers / 3)
        *out = static_cast<std::uint8_t>(std::min(paper, p[0] * paper / level));
    }
  }
}

// --- grey seals ---

// Light ink of a page: clearly lighter than print, and no print is within two pixels (edges of strokes are
// light too).
struct LightInk {
  PixPtr light;                // null: no memory
  int ink = 0, light_ink = 0;  // pixels

  bool at(int x, int y) const { return ink_at(pixGetData(light.get()), pixGetWpl(light.get()), x, y); }
};

constexpr int kNearPrint = 5;  // side of the square around a pixel in which there is no print

LightInk light_ink_of(const Image& grey, int print) {
  LightInk out;
  PixPtr ink = ink_below(grey, kInk);
  const PixPtr dark = ink_below(grey, print + kLighterThanPrint + 1);
  const PixPtr near_print = dilated(dark.get(), kNearPrint, kNearPrint);
  if (!ink || !near_print) return out;
  pixCountPixels(ink.get(), &out.ink, nullptr);
  pixSubtract(ink.get(), ink.get(), near_print.get());
  pixCountPixels(ink.get(), &out.light_ink, nullptr);
  out.light = std::move(ink);
  return out;
}

// Counts the ink's levels; most of a page is paper, and is passed over in stretches.
int print_level(const Image& grey) {
  constexpr std::size_t kStretch = 32;
  std::array<long, 256> histogram{};
  long count = 0, below = 0;
  const std::vector<std::uint8_t>& pixels = grey.pixels;
  for (std::size_t at = 0; at < pixels.size(); at += kStretch) {
    const std::size_t end = std::min(pixels.size(), at + kStretch);
    std::uint8_t darkest = 255;
    for (std::size_t i = at; i < end; ++i) darkest = std::min(darkest, pixels[i]);
    if (darkest >= kInk) continue;
    for (std::size_t i = at; i < end; ++i) ++histogram[pixels[i]];
  }
  for (int v = 0; v < kInk; ++v) count += histogram[v];
  int level = 0;
  while (level < kInk && (below += histogram[level]) < kPrintShare * count) ++level;
  return level;
}

// Adds the ink of a row to the blocks it lies in.
void add_ink(PIX* binary, int y, int block, std::vector<int>* counts) {
  constexpr int kWordBits = 32;
  const l_uint32* row = pixGetData(binary) + static_cast<std::ptrdiff_t>(y) * pixGetWpl(binary);
  for (int i = 0; i < pixGetWpl(binary); ++i) {
    for (l_uint32 word = row[i]; word != 0;) {
      const int bit = std::countl_zero(word);
      word &= ~(1u << (kWordBits - 1 - bit));
      const std::size_t at = static_cast<std::size_t>((i * kWordBits + bit) / block);
      if (at < counts->size()) ++(*counts)[at];
    }
  }
}

// Round areas of light ink, found on a mask reduced to blocks.
std::vector<PixelBox> round_areas(PIX* light, double dpi) {
  const int width = pixGetWidth(light), height = pixGetHeight(light);
  const int block = std::max(1, static_cast<int>(dpi * 0.02));
  const int w = width / block, h = height / block;
  if (w < 8 || h < 8) return {};
  PixPtr mask(pixCreate(w, h, 1));
  if (!mask) return {};
  std::vector<int> counts(w);
  for (int y = 0; y < h; ++y) {
    std::fill(counts.begin(), counts.end(), 0);
    for (int dy = 0; dy < block; ++dy) add_ink(light, y * block + dy, block, &counts);
    for (int x = 0; x < w; ++x) {
      if (counts[x] * 5 >= block * block) pixSetPixel(mask.get(), x, y, 1);
    }
  }
  const int gap = std::max(1, static_cast<int>(dpi * kSealGap / block)) | 1;
  mask = closed(mask.get(), gap, gap);
  std::vector<PixelBox> out;
  for (const PixelBox& b : boxes_of_ink(mask.get())) {
    const double longer = std::max(b.w, b.h) * block / dpi, shorter = std::min(b.w, b.h) * block / dpi;
    if (shorter < kLeastRound || longer > kLargestRound || shorter < kRoundness * longer) continue;
    out.push_back(clipped(grown(times(b, block), 3 * block), width, height));
  }
  return out;
}

// Ink in straight runs, whichever way; null where memory runs out.
PixPtr straight_ink(PIX* ink, double dpi) {
  const int length = std::max(8, static_cast<int>(kStraightRun * dpi));
  PixPtr straight = straight_runs(ink, true, length, kRulingStep);
  const PixPtr upright = straight_runs(ink, false, length, kRulingStep);
  if (!straight || !upright) return {};
  pixOr(straight.get(), straight.get(), upright.get());
  pixAnd(straight.get(), straight.get(), ink);
  return straight;
}

// The pale rulings of a form among the light ink; null where memory runs out.
PixPtr rulings_in(PIX* light, double dpi) {
  PixPtr rulings(pixCreateTemplate(light));
  if (!rulings) return rulings;
  const int length = std::max(8, static_cast<int>(kRulingLength * dpi)),
            thick = std::max(3, static_cast<int>(kRulingThickness * dpi)) + 2 * kRulingStep;
  for (const bool level : {true, false}) {
    const PixPtr runs = straight_runs(light, level, length, kRulingStep);
    const PixPtr solid = opened(runs.get(), level ? 1 : thick, level ? thick : 1);
    // An arc's flat part is thick somewhere; all of it stays.
    const PixPtr arcs(solid ? pixSeedfillBinary(nullptr, solid.get(), runs.get(), 8) : nullptr);
    if (!arcs) continue;
    pixSubtract(runs.get(), runs.get(), arcs.get());
    pixOr(rulings.get(), rulings.get(), runs.get());
  }
  pixAnd(rulings.get(), rulings.get(), light);
  return rulings;
}

// Just darker than nearly all of the seal: strokes of print that came out thin are darker still.
int lightest_print(const Image& grey, const PixelBox& box, const LightInk& light) {
  std::array<long, 256> histogram{};
  long count = 0, below = 0;
  for (int y = box.y; y < box.bottom(); ++y) {
    for (int x = box.x; x < box.right(); ++x) {
      if (!light.at(x, y)) continue;
      ++histogram[grey.row(y)[x]];
      ++count;
    }
  }
  int level = 0;
  while (level < 255 && (below += histogram[level]) < kDarkestOfSeal * count) ++level;
  return level;
}

bool in_ellipse(const PixelBox& box, int x, int y) {
  const double dx = (x + 0.5 - box.center_x()) / (box.w / 2.0),
               dy = (y + 0.5 - box.center_y()) / (box.h / 2.0);
  return dx * dx + dy * dy <= 1;
}

// Whether the seal in the box is round, not square or half a seal.
bool is_round(const PixelBox& box, const LightInk& light) {
  long all = 0, inside = 0;
  for (int y = box.y; y < box.bottom(); ++y) {
    for (int x = box.x; x < box.right(); ++x) {
      if (!light.at(x, y)) continue;
      ++all;
      inside += in_ellipse(box, x, y);
    }
  }
  return inside >= kRoundShare * all;
}

// Whether an area's ink is mostly light, and not that of rulings.
bool is_seal(const Image& grey, const PixelBox& box, const LightInk& light, PIX* straight) {
  const l_uint32* straight_bits = pixGetData(straight);
  const int words = pixGetWpl(straight);
  long all = 0, pale = 0, in_lines = 0;
  for (int y = box.y; y < box.bottom(); ++y) {
    for (int x = box.x; x < box.right(); ++x) {
      all += grey.row(y)[x] < kInk;
      if (!light.at(x, y)) continue;
      ++pale;
      in_lines += ink_at(straight_bits, words, x, y);
    }
  }
  return pale >= kLeastLightInSeal * all && in_lines <= kMostStraight * pale;
}

// Tells print under and beside a seal from the seal's own ink.
class Print {
 public:
  Print(const Image& page, double dpi, int dark, int lightest)
      : page_(page),
        thin_(std::max(2, static_cast<int>(kThinStroke * dpi))),
        reach_(static_cast<int>(kStrokeReach * dpi)),
        dark_(dark),
        lightest_(lightest) {}

  // As dark as print, or beside such ink: its blurred edge, or (where it is darker than the seal) a thin part
  // of its stroke, or the level stroke of a glyph whose uprights are dark.
  bool at(int x, int y) const {
    const int value = page_.row(y)[x];
    if (value <= dark_ || beside_dark(x, y, value <= lightest_ ? 3 : 1)) return true;
    return value < kInk && is_thin(x, y) && (leads_to_dark(x, y, -1) || leads_to_dark(x, y, 1));
  }

 private:
  bool beside_dark(int x, int y, int reach) const {
    for (int dy = -reach; dy <= reach; ++dy) {
      const std::uint8_t* row = page_.row(std::clamp(y + dy, 0, page_.height - 1));
      for (int dx = -reach; dx <= reach; ++dx) {
        if (row[std::clamp(x + dx, 0, page_.width - 1)] <= dark_) return true;
      }
    }
    return false;
  }
  bool is_thin(int x, int y) const {
    int first = y, last = y;
    while (first > 0 && y - first <= thin_ && page_.row(first - 1)[x] < kInk) --first;
    while (last + 1 < page_.height && last - y <= thin_ && page_.row(last + 1)[x] < kInk) ++last;
    return last - first + 1 <= thin_;
  }
  bool leads_to_dark(int x, int y, int step) const {
    for (int n = 0; n < reach_ && x >= 0 && x < page_.width && page_.row(y)[x] < kInk; ++n, x += step) {
      if (page_.row(y)[x] <= dark_) return true;
    }
    return false;
  }

  const Image& page_;
  int thin_, reach_, dark_, lightest_;
};

// The seal's ink becomes paper.
void fade(Image* grey, const PixelBox& box, PIX* rulings, bool round, const Print& print) {
  const l_uint32* ruled = pixGetData(rulings);
  const int words = pixGetWpl(rulings);
  for (int y = box.y; y < box.bottom(); ++y) {
    for (int x = box.x; x < box.right(); ++x) {
      if (grey->row(y)[x] >= kNearPaper || ink_at(ruled, words, x, y)) continue;
      if ((!round || in_ellipse(box, x, y)) && !print.at(x, y)) grey->row(y)[x] = kPaper;
    }
  }
}

}  // namespace

Image without_stamps(const Image& image) {
  if (image.channels == 1) return image;
  Image grey;
  grey.width = image.width;
  grey.height = image.height;
  grey.dpi = image.dpi;
  grey.pixels.resize(static_cast<std::size_t>(image.width) * image.height);
  const std::uint8_t* in = image.pixels.data();
  for (std::uint8_t& out : grey.pixels) {
    out = luminance(in);
    in += 3;
  }
  for (const PixelBox& box : seal_boxes(image, image.dpi > 0 ? image.dpi : kAssumedDpi))
    clear_seal(image, box, &grey);
  return grey;
}

bool fade_grey_seals(Image* grey) {
  if (grey->empty() || grey->channels != 1) return false;
  const double dpi = grey->dpi > 0 ? grey->dpi : kAssumedDpi;
  const int print = print_level(*grey);
  LightInk light = light_ink_of(*grey, print);
  if (!light.light || light.ink == 0 || light.light_ink > kMostLightInk * light.ink) return false;
  if (round_areas(light.light.get(), dpi).empty()) return false;  // nearly always, and cheap to see
  const PixPtr rulings = rulings_in(light.light.get(), dpi);
  const PixPtr straight = straight_ink(light.light.get(), dpi);
  if (!rulings || !straight) return false;
  pixSubtract(light.light.get(), light.light.get(), rulings.get());
  bool faded = false;
  for (const PixelBox& box : round_areas(light.light.get(), dpi)) {
    if (!is_seal(*grey, box, light, straight.get())) continue;
    const Image before = *grey;
    const Print in_print(before, dpi, print + kLighterThanPrint, lightest_print(*grey, box, light));
    fade(grey, box, rulings.get(), is_round(box, light), in_print);
    faded = true;
  }
  return faded;
}

}  // namespace attest
