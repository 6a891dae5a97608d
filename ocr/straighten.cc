// Outline: the image is reduced, thresholded between sheet and ground, and a line is fitted to each side of
// the largest bright area; sides that leave the image are the image's own edge.
#include "ocr/straighten.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "ocr/morphology.h"
#include "ocr/pieces.h"
#include "ocr/skew.h"

namespace attest {
namespace {

constexpr int kOutlineSide = 640;       // pixels of the longer side in which the outline is sought
constexpr double kRing = 0.015;         // share of the side that counts as the border
constexpr double kGroundShare = 0.22;   // of the border must be ground, else the sheet fills the image
constexpr double kLeastContrast = 35;   // grey levels between sheet and ground
constexpr double kLeastSheet = 0.3;     // of the image
constexpr double kSeenShare = 0.35;     // of a side's points must lie inside the image for a fit
constexpr double kUnseenSupport = 0.7;  // counted for a side that lies on the image's edge
constexpr double kLeastSupport = 0.6;   // of each side's points must lie on its line
constexpr double kFitTolerance = 2.0;   // reduced pixels a point may be off its side

constexpr double kSweep = 7.0;        // degrees to either side; feeders skew less than 4
constexpr double kTrustedSkew = 3.0;  // Leptonica's advice for its confidence; right for pages full of text
constexpr double kSparseSkew = 1.15;  // covers with a few lines reach 1.2 to 2, and their angles are right …
constexpr double kMostSparseSkew = 4.5;  // … within what a feeder does, degrees
constexpr double kRulingLength = 0.6;    // inch; longer straight strokes are no text
constexpr double kSidewaysRatio = 1.3;   // this many times more neighbours below than beside on a turned page
constexpr double kLeastCharacter = 0.05, kMostCharacter = 0.3;  // inch
constexpr double kNeighbourReach = 0.3;                         // inch; farther pieces are no neighbours

struct Mask {
  int width = 0, height = 0;
  std::vector<std::uint8_t> on;
  bool at(int x, int y) const { return on[static_cast<std::size_t>(y) * width + x] != 0; }
};

Image reduced(const Image& grey, int factor) {
  Image out;
  out.width = grey.width / factor;
  out.height = grey.height / factor;
  out.pixels.resize(static_cast<std::size_t>(out.width) * out.height);
  std::vector<std::uint32_t> sums(static_cast<std::size_t>(out.width) * factor);
  for (int y = 0; y < out.height; ++y) {
    std::fill(sums.begin(), sums.end(), 0);
    for (int dy = 0; dy < factor; ++dy) {
      const std::uint8_t* row = grey.row(y * factor + dy);
      for (std::size_t x = 0; x < sums.size(); ++x) sums[x] += row[x];
    }
    for (int x = 0; x < out.width; ++x) {
      const auto first = sums.begin() + static_cast<std::ptrdiff_t>(x) * factor;
      const std::uint32_t sum = std::accumulate(first, first + factor, 0u);
      out.row(y)[x] = static_cast<std::uint8_t>(sum / static_cast<std::uint32_t>(factor * factor));
    }
  }
  return out;
}

struct Split {
  int threshold = 0;
  double dark = 0, bright = 0;  // means of the classes
};

// Otsu's threshold.
Split split_of(const Image& image) {
  std::array<double, 256> histogram{};
  double total = 0, moment = 0;
  for (const std::uint8_t v : image.pixels) ++histogram[v];
  for (int v = 0; v < 256; ++v) {
    total += histogram[v];
    moment += v * histogram[v];
  }
  Split best;
  double best_variance = -1, count = 0, sum = 0;
  for (int t = 0; t < 255; ++t) {
    count += histogram[t];
    sum += t * histogram[t];
    if (count == 0 || count == total) continue;
    const double low = sum / count, high = (moment - sum) / (total - count);
    const double variance = count * (total - count) * (high - low) * (high - low);
    if (variance > best_variance) {
      best_variance = variance;
      best = {t, low, high};
    }
  }
  return best;
}

double ground_share_of_border(const Image& image, int threshold) {
  const int ring = std::max(2, static_cast<int>(kRing * std::max(image.width, image.height)));
  int ground = 0, all = 0;
  for (int y = 0; y < image.height; ++y) {
    for (int x = 0; x < image.width; ++x) {
      if (x >= ring && y >= ring && x < image.width - ring && y < image.height - ring) continue;
      ++all;
      ground += image.row(y)[x] <= threshold;
    }
  }
  return all ? static_cast<double>(ground) / all : 0;
}

// The largest bright area with its print filled in, or an empty mask.
Mask sheet_of(const Image& image, int threshold) {
  PixPtr bright(pixCreate(image.width, image.height, 1));
  if (!bright) return {};
  for (int y = 0; y < image.height; ++y) {
    for (int x = 0; x < image.width; ++x) {
      if (image.row(y)[x] > threshold) pixSetPixel(bright.get(), x, y, 1);
    }
  }
  bright = opened(bright.get(), 5, 5);
  bright = closed(bright.get(), 9, 9);
  PIXA* parts = nullptr;
  BOXA* boxes = bright ? pixConnComp(bright.get(), &parts, 4) : nullptr;
  int best = -1, best_area = 0;
  for (int i = 0; boxes && i < boxaGetCount(boxes); ++i) {
    l_int32 x, y, w, h;
    boxaGetBoxGeometry(boxes, i, &x, &y, &w, &h);
    if (w * h > best_area) {
      best = i;
      best_area = w * h;
    }
  }
  Mask mask;
  if (best >= 0 && best_area >= kLeastSheet * image.width * image.height) {
    l_int32 x0, y0, w, h;
    boxaGetBoxGeometry(boxes, best, &x0, &y0, &w, &h);
    PixPtr part(pixaGetPix(parts, best, L_CLONE));
    mask.width = image.width;
    mask.height = image.height;
    mask.on.assign(static_cast<std::size_t>(mask.width) * mask.height, 0);
    for (int y = 0; y < h; ++y) {
      for (int x = 0; x < w; ++x) {
        l_uint32 value = 0;
        pixGetPixel(part.get(), x, y, &value);
        if (value) mask.on[static_cast<std::size_t>(y0 + y) * mask.width + x0 + x] = 1;
      }
    }
  }
  boxaDestroy(&boxes);
  pixaDestroy(&parts);
  return mask;
}

// across = offset + slope × along
struct SideLine {
  double offset = 0, slope = 0;
  double support = 0;  // share of the side's points that lie on it
};

// Least squares on the points near the current line, from a robust start.
SideLine fitted(const std::vector<Point>& points) {
  std::vector<double> slopes, offsets;
  const std::size_t half = points.size() / 2;
  for (std::size_t i = 0; i + half < points.size(); ++i) {
    const double along = points[i + half].x - points[i].x;
    if (along > 0) slopes.push_back((points[i + half].y - points[i].y) / along);
  }
  SideLine line;
  if (slopes.empty()) return line;
  const auto median = [](std::vector<double>& v) {
    std::nth_element(v.begin(), v.begin() + static_cast<std::ptrdiff_t>(v.size() / 2), v.end());
    return v[v.size() / 2];
  };
  line.slope = median(slopes);
  for (const Point& p : points) offsets.push_back(p.y - line.slope * p.x);
  line.offset = median(offsets);
  for (int pass = 0; pass < 3; ++pass) {
    double n = 0, sx = 0, sy = 0, sxx = 0, sxy = 0;
    for (const Point& p : points) {
      if (std::abs(p.y - line.offset - line.slope * p.x) > kFitTolerance) continue;
      ++n;
      sx += p.x;
      sy += p.y;
      sxx += p.x * p.x;
      sxy += p.x * p.y;
    }
    const double d = n * sxx - sx * sx;
    if (n < 10 || d <= 0) break;
    line.slope = (n * sxy - sx * sy) / d;
    line.offset = (sy - line.slope * sx) / n;
  }
  return line;
}

// One side of the mask. `along` runs over `length` places, `across` over `depth`, from the near edge (or the
// far one).
template <typename At>
SideLine side_of(int length, int depth, bool far, At at) {
  std::vector<Point> points;
  int seen = 0;
  for (int along = length / 20; along < length - length / 20; ++along) {
    int k = 0;
    while (k < depth && !at(along, far ? depth - 1 - k : k)) ++k;
    if (k == depth) continue;
    ++seen;
    if (k > 1) points.push_back({static_cast<double>(along), static_cast<double>(far ? depth - k : k)});
  }
  if (points.size() < kSeenShare * seen || points.size() < 20) {
    return {far ? static_cast<double>(depth) : 0.0, 0, kUnseenSupport};
  }
  SideLine line = fitted(points);
  const auto on_line = [&](const Point& p) {
    return std::abs(p.y - line.offset - line.slope * p.x) <= kFitTolerance;
  };
  line.support = static_cast<double>(std::count_if(points.begin(), points.end(), on_line)) / points.size();
  return line;
}

// vertical: x = v.offset + v.slope·y; horizontal: y = h.offset + h.slope·x
Point crossing(const SideLine& v, const SideLine& h) {
  const double y = (h.offset + h.slope * v.offset) / (1 - h.slope * v.slope);
  return {v.offset + v.slope * y, y};
}

double distance(Point a, Point b) { return std::hypot(a.x - b.x, a.y - b.y); }

bool sensible(const Outline& o, int width, int height) {
  double area = 0;
  for (int i = 0; i < 4; ++i) {
    const Point a = o.corners[i], b = o.corners[(i + 1) % 4], c = o.corners[(i + 2) % 4];
    if ((b.x - a.x) * (c.y - b.y) - (b.y - a.y) * (c.x - b.x) <= 0) return false;  // not convex
    if (a.x < -0.3 * width || a.x > 1.3 * width || a.y < -0.3 * height || a.y > 1.3 * height) return false;
    area += (a.x * b.y - b.x * a.y) / 2;
  }
  return area > kLeastSheet * width * height;
}

bool fills_image(const Outline& o, int width, int height) {
  const std::array<Point, 4> frame = {Point{0, 0}, Point{double(width), 0},
                                      Point{double(width), double(height)}, Point{0, double(height)}};
  for (int i = 0; i < 4; ++i) {
    if (distance(o.corners[i], frame[i]) > 0.012 * std::max(width, height)) return false;
  }
  return true;
}

// Grey level of what lies around the sheet: the darker half of the border's median.
int ground_level(const Image& image) {
  const int ring = std::max(2, static_cast<int>(kRing * std::max(image.width, image.height)));
  std::vector<std::uint8_t> levels;
  for (int y = 0; y < image.height; ++y) {
    for (int x = 0; x < image.width; ++x) {
      if (x >= ring && y >= ring && x < image.width - ring && y < image.height - ring) continue;
      levels.push_back(image.row(y)[x]);
    }
  }
  const auto quarter = levels.begin() + static_cast<std::ptrdiff_t>(levels.size() / 4);
  std::nth_element(levels.begin(), quarter, levels.end());
  return *quarter;
}

struct FittedOutline {
  Outline outline;
  double support = 0;  // of the side that fits worst
};

std::optional<FittedOutline> outline_at(const Image& image, int threshold) {
  if (ground_share_of_border(image, threshold) < kGroundShare) return std::nullopt;
  const Mask mask = sheet_of(image, threshold);
  if (mask.on.empty()) return std::nullopt;
  const auto across = [&](int y, int x) { return mask.at(x, y); };
  const auto down = [&](int x, int y) { return mask.at(x, y); };
  const SideLine left = side_of(mask.height, mask.width, false, across);
  const SideLine right = side_of(mask.height, mask.width, true, across);
  const SideLine top = side_of(mask.width, mask.height, false, down);
  const SideLine bottom = side_of(mask.width, mask.height, true, down);
  const FittedOutline found{
      {{crossing(left, top), crossing(right, top), crossing(right, bottom), crossing(left, bottom)}},
      std::min({left.support, right.support, top.support, bottom.support})};
  if (!sensible(found.outline, mask.width, mask.height)) return std::nullopt;
  return found;
}

PixPtr text_only(PIX* binary) {
  const int length = static_cast<int>(kLieDpi * kRulingLength);
  const PixPtr across = opened(binary, length, 1), down = opened(binary, 1, length);
  if (!across || !down) return nullptr;
  PixPtr out(pixSubtract(nullptr, binary, across.get()));
  if (out) pixSubtract(out.get(), out.get(), down.get());
  return out;
}

// How many characters have their nearest neighbour beside them, and how many below. In a line characters
// nearly touch; the next line stands off. (Row sums cannot tell: columns of a table and hanzi of one width
// make rows of a turned page as good as lines.)
struct Neighbours {
  int beside = 0, below = 0;
};

Neighbours neighbours_of(PIX* text) {
  Neighbours out;
  const PixPtr joined = closed(text, 2, 2);
  std::vector<PixelBox> all;
  for (const PixelBox& b : boxes_of_ink(joined.get())) {
    const int longer = std::max(b.w, b.h), shorter = std::min(b.w, b.h);
    if (longer >= kLeastCharacter * kLieDpi && longer <= kMostCharacter * kLieDpi && shorter * 4 >= longer)
      all.push_back(b);
  }
  const int reach = static_cast<int>(kNeighbourReach * kLieDpi);
  for (const PixelBox& a : all) {
    int beside = reach, below = reach;
    for (const PixelBox& b : all) {
      const int high = std::min(a.bottom(), b.bottom()) - std::max(a.y, b.y);
      const int wide = std::min(a.right(), b.right()) - std::max(a.x, b.x);
      if (2 * high > std::min(a.h, b.h) && b.x >= a.right()) beside = std::min(beside, b.x - a.right());
      if (2 * wide > std::min(a.w, b.w) && b.y >= a.bottom()) below = std::min(below, b.y - a.bottom());
    }
    out.beside += beside < below;
    out.below += below < beside;
  }
  return out;
}

}  // namespace

double Outline::width() const {
  return (distance(corners[0], corners[1]) + distance(corners[3], corners[2])) / 2;
}
double Outline::height() const {
  return (distance(corners[0], corners[3]) + distance(corners[1], corners[2])) / 2;
}

std::optional<Outline> find_outline(const Image& grey) {
  const int factor = std::max(1, std::max(grey.width, grey.height) / kOutlineSide);
  const Image small = reduced(grey, factor);
  if (small.width < 50 || small.height < 50) return std::nullopt;
  const Split split = split_of(small);
  if (split.bright - split.dark < kLeastContrast) return std::nullopt;
  // A shadow over the sheet may be what the best split divides; a little above the ground's own level is then
  // right.
  std::optional<FittedOutline> best;
  const int ground = ground_level(small);
  for (const int threshold : {split.threshold, ground + 18, ground + 30, ground + 45}) {
    if (threshold <= 0 || threshold >= 250) continue;
    const std::optional<FittedOutline> found = outline_at(small, threshold);
    if (found && (!best || found->support > best->support + 0.02)) best = found;
  }
  if (!best || best->support < kLeastSupport) return std::nullopt;
  Outline outline = best->outline;
  if (fills_image(outline, small.width, small.height)) return std::nullopt;
  for (Point& corner : outline.corners) corner = {corner.x * factor, corner.y * factor};
  return outline;
}

Lie find_lie(PIX* binary, std::optional<bool> known) {
  Lie lie;
  PixPtr text = text_only(binary);
  if (!text) return lie;
  const Neighbours neighbours = neighbours_of(text.get());
  lie.sideways = known.value_or(neighbours.below > kSidewaysRatio * neighbours.beside);
  if (lie.sideways) text.reset(pixRotateOrth(text.get(), 1));
  PixPtr all(lie.sideways ? pixRotateOrth(binary, 1) : pixClone(binary));
  const Skew with_rulings = find_skew(all.get(), kSweep), alone = find_skew(text.get(), kSweep);
  const Skew& best = with_rulings.confidence >= alone.confidence ? with_rulings : alone;
  lie.confidence = best.confidence;
  const bool sparse = best.confidence >= kSparseSkew && std::abs(best.angle) <= kMostSparseSkew;
  if (best.confidence >= kTrustedSkew || sparse) lie.skew = -best.angle;
  return lie;
}

Image turned(const Image& image, int degrees) {
  const int quarter = ((degrees / 90) % 4 + 4) % 4;
  if (quarter == 0) return image;
  Image out;
  out.channels = image.channels;
  out.dpi = image.dpi;
  out.width = quarter == 2 ? image.width : image.height;
  out.height = quarter == 2 ? image.height : image.width;
  out.pixels.resize(image.pixels.size());
  const int c = image.channels;
  for (int y = 0; y < image.height; ++y) {
    const std::uint8_t* in = image.row(y);
    for (int x = 0; x < image.width; ++x) {
      const int nx = quarter == 1 ? image.height - 1 - y : quarter == 2 ? image.width - 1 - x : y;
      const int ny = quarter == 1 ? x : quarter == 2 ? image.height - 1 - y : image.width - 1 - x;
      std::uint8_t* to = out.row(ny) + static_cast<std::size_t>(nx) * c;
      for (int k = 0; k < c; ++k) to[k] = in[static_cast<std::size_t>(x) * c + k];
    }
  }
  return out;
}

}  // namespace attest
