// Every edge of ink votes for the middles of circles that it may be an arc of; where a ring's worth of edges
// agree, the ring is looked for pixel by pixel.
#include "ocr/black_seals.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <utility>

namespace attest {
namespace {

constexpr double kAssumedDpi = 200;  // of images that do not say
constexpr double kInch = 25.4;       // millimetres
// Seals of enterprises are round and at most 45 mm across (State Council, 国发〔1999〕25号); older and wider
// ones are met.
constexpr double kLeastRadius = 15, kLargestRadius = 30;  // millimetres
constexpr double kVotingDpi = 33;                         // edges are looked at so coarsely
constexpr int kLeastEdge = 40;                            // grey levels across two pixels there
// A pixel of the smallest ring; most pages without one have up to 2.2, those with one 3 and more.
constexpr double kLeastVotes = 2.3;
constexpr std::size_t kMostCandidates = 4;
constexpr double kLeastShare = 0.82;  // of a ring that is there; text over it adds, the fax takes
constexpr int kAngles = 360;
constexpr double kReach = 0.06;      // of the radius: how far from a first circle the stroke may lie
constexpr double kThickest = 2.5;    // millimetres of a ring's stroke; more is no seal
constexpr int kLongestCrossing = 5;  // widths of the ring's stroke; a longer way runs along it
constexpr int kFringe = 2;           // pixels beside the stroke
constexpr double kSolid = 0.85;      // of a ring's stroke is ink
constexpr double kChanceRun = 1e-3;  // of the places in a sieve, to stand in so long a run of ink by chance
constexpr double kCore = 0.08, kLeastCore = 0.6;  // of the radius: the star's middle, and its share of ink
constexpr double kLeastTip = 0.12, kFarthestTip = 0.55;  // of the radius: how far a star's tips reach
constexpr double kNotch = 0.382;                         // of a star's tips: its inner corners
constexpr int kTips = 5;
constexpr double kTurn = 2 * std::numbers::pi;

bool is_ink(const Image& page, int x, int y) {
  return x >= 0 && y >= 0 && x < page.width && y < page.height && page.row(y)[x] < 128;
}

double dpi_of(const Image& page) { return page.dpi > 0 ? page.dpi : kAssumedDpi; }

// --- candidates ---

struct Grid {
  int width = 0, height = 0;
  std::vector<int> values;
  Grid(int w, int h) : width(w), height(h), values(static_cast<std::size_t>(w) * h, 0) {}
  int& at(int x, int y) { return values[static_cast<std::size_t>(y) * width + x]; }
  int at(int x, int y) const { return values[static_cast<std::size_t>(y) * width + x]; }
};

// Share of ink of blocks, 0 to 255.
Grid reduced(const Image& page, int block) {
  Grid out(page.width / block, page.height / block);
  for (int y = 0; y < out.height * block; ++y) {
    const std::uint8_t* row = page.row(y);
    for (int x = 0; x < out.width; ++x) {
      int count = 0;
      for (int k = 0; k < block; ++k) count += row[x * block + k] < 128;
      out.at(x, y / block) += count;
    }
  }
  for (int& v : out.values) v = v * 255 / (block * block);
  return out;
}

Grid sums_of_nine(const Grid& grid) {
  Grid out(grid.width, grid.height);
  for (int y = 1; y + 1 < grid.height; ++y) {
    for (int x = 1; x + 1 < grid.width; ++x) {
      for (int b = y - 1; b <= y + 1; ++b)
        out.at(x, y) += grid.at(x - 1, b) + grid.at(x, b) + grid.at(x + 1, b);
    }
  }
  return out;
}

Grid votes_of(const Grid& soft, int least_radius, int largest_radius) {
  Grid votes(soft.width, soft.height);
  for (int y = 1; y + 1 < soft.height; ++y) {
    for (int x = 1; x + 1 < soft.width; ++x) {
      const double dx = soft.at(x + 1, y) - soft.at(x - 1, y), dy = soft.at(x, y + 1) - soft.at(x, y - 1);
      const double edge = std::hypot(dx, dy);
      if (edge < 9 * kLeastEdge) continue;
      for (const double way : {-1 / edge, 1 / edge}) {
        for (int r = least_radius; r <= largest_radius; ++r) {
          const double cx = x + 0.5 + r * way * dx, cy = y + 0.5 + r * way * dy;
          if (cx >= 0 && cy >= 0 && cx < votes.width && cy < votes.height)
            ++votes.at(static_cast<int>(cx), static_cast<int>(cy));
        }
      }
    }
  }
  return votes;
}

// Where most edges agree, best first, apart by a radius.
std::vector<std::pair<int, int>> peaks_of(Grid votes, int apart, int least) {
  std::vector<std::pair<int, int>> out;
  while (out.size() < kMostCandidates) {
    const auto best = std::max_element(votes.values.begin(), votes.values.end());
    if (best == votes.values.end() || *best < least) break;
    const int at = static_cast<int>(best - votes.values.begin()), px = at % votes.width,
              py = at / votes.width;
    out.emplace_back(px, py);
    for (int y = std::max(0, py - apart); y <= std::min(votes.height - 1, py + apart); ++y) {
      for (int x = std::max(0, px - apart); x <= std::min(votes.width - 1, px + apart); ++x)
        votes.at(x, y) = 0;
    }
  }
  return out;
}

// --- the ring itself ---

using Directions = std::array<std::pair<double, double>, kAngles>;

const Directions& directions() {
  static const Directions kDirections = [] {
    Directions out;
    for (int k = 0; k < kAngles; ++k) out[k] = {std::cos(kTurn * k / kAngles), std::sin(kTurn * k / kAngles)};
    return out;
  }();
  return kDirections;
}

// Share of a circle under ink, give or take a pixel.
double share_at(const Image& page, double x, double y, double radius) {
  int count = 0;
  for (const auto& [dx, dy] : directions()) {
    bool ink = false;
    for (const double r : {radius - 1, radius, radius + 1})
      ink = ink || is_ink(page, static_cast<int>(std::lround(x + r * dx)),
                          static_cast<int>(std::lround(y + r * dy)));
    count += ink;
  }
  return static_cast<double>(count) / kAngles;
}

struct Circle {
  double x = 0, y = 0, radius = 0, share = 0;
};

// The fullest circle about a place, first in large steps, then in small ones.
Circle fullest(const Image& page, Circle from, double reach, double step, double least_radius,
               double largest_radius) {
  Circle best = from;
  for (double y = from.y - reach; y <= from.y + reach; y += step) {
    for (double x = from.x - reach; x <= from.x + reach; x += step) {
      for (double r = least_radius; r <= largest_radius; r += step) {
        const double share = share_at(page, x, y, r);
        if (share > best.share) best = {x, y, r, share};
      }
    }
  }
  return best;
}

// Where a ray crosses the stroke that it meets nearest to a radius.
struct Crossing {
  double dx = 0, dy = 0;  // direction
  double middle = 0, thickness = 0;
};

std::vector<Crossing> crossings(const Image& page, const SealRing& ring, double reach) {
  std::vector<Crossing> out;
  for (const auto& [dx, dy] : directions()) {
    const auto ink = [&, dx = dx, dy = dy](double r) {
      return is_ink(page, static_cast<int>(std::lround(ring.x + r * dx)),
                    static_cast<int>(std::lround(ring.y + r * dy)));
    };
    const double expected = ring.radius_at(dx, dy);
    double start = -1;
    for (double away = 0; away <= reach && start < 0; ++away) {
      if (ink(expected - away)) start = expected - away;
      if (start < 0 && ink(expected + away)) start = expected + away;
    }
    if (start < 0) continue;
    double inner = start, outer = start;
    while (inner > 0 && (ink(inner - 1) || ink(inner - 2))) --inner;  // a sieve of ink, too
    while (outer < 2 * expected && (ink(outer + 1) || ink(outer + 2))) ++outer;
    out.push_back({dx, dy, (inner + outer) / 2, outer - inner + 1});
  }
  return out;
}

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// Moves the middle and bends the ring to an ellipse by the first two harmonics of its radius, where text that
// crosses it does not make the stroke thick.
SealRing ring_about(const Image& page, const Circle& circle) {
  constexpr int kRounds = 4;
  constexpr double kThickByText = 1.6;  // times the usual thickness
  SealRing ring;
  ring.x = circle.x;
  ring.y = circle.y;
  ring.radius = circle.radius;
  for (int round = 0; round < kRounds; ++round) {
    const std::vector<Crossing> all =
        crossings(page, ring, std::max(3.0, kReach * ring.radius / (round + 1)));
    std::vector<double> thicknesses;
    for (const Crossing& c : all) thicknesses.push_back(c.thickness);
    ring.thickness = median(std::move(thicknesses));
    std::array<double, 5> sums{};
    double count = 0;
    for (const Crossing& c : all) {
      if (c.thickness > kThickByText * ring.thickness) continue;
      const double more = c.middle - ring.radius_at(c.dx, c.dy);
      const double cos2 = c.dx * c.dx - c.dy * c.dy, sin2 = 2 * c.dx * c.dy;
      const std::array<double, 5> parts = {1, 2 * c.dx, 2 * c.dy, 2 * cos2, 2 * sin2};
      for (std::size_t k = 0; k < parts.size(); ++k) sums[k] += more * parts[k];
      ++count;
    }
    if (count < kAngles / 2.0) break;
    ring.radius += sums[0] / count;
    ring.x += sums[1] / count;
    ring.y += sums[2] / count;
    ring.across += sums[3] / count;
    ring.aslant += sums[4] / count;
  }
  return ring;
}

}  // namespace

double SealRing::radius_at(double dx, double dy) const {
  const double square = dx * dx + dy * dy;
  if (square == 0) return radius;
  return radius + across * (dx * dx - dy * dy) / square + aslant * 2 * dx * dy / square;
}

std::vector<SealRing> find_seal_rings(const Image& page) {
  std::vector<SealRing> rings;
  if (page.empty() || page.channels != 1) return rings;
  const double dpi = dpi_of(page), millimetre = dpi / kInch;
  const int block = std::max(1, static_cast<int>(std::lround(dpi / kVotingDpi)));
  const int least = static_cast<int>(kLeastRadius * millimetre / block),
            largest = static_cast<int>(kLargestRadius * millimetre / block);
  if (page.width < 2 * block * least || page.height < 2 * block * least) return rings;
  const Grid votes = sums_of_nine(votes_of(sums_of_nine(reduced(page, block)), least, largest));
  for (const auto& [x, y] : peaks_of(votes, least, static_cast<int>(kLeastVotes * kTurn * least))) {
    Circle circle{(x + 0.5) * block, (y + 0.5) * block, 0, 0};
    circle = fullest(page, circle, block, block, least * block, largest * block);
    circle = fullest(page, circle, block, 1, circle.radius - block, circle.radius + block);
    if (circle.share < kLeastShare) continue;
    const SealRing ring = ring_about(page, circle);
    if (ring.thickness <= kThickest * millimetre) rings.push_back(ring);
  }
  return rings;
}

// --- taking it away ---

namespace {

class RingEraser {
 public:
  RingEraser(const Image& before, const SealRing& ring) : before_(before), ring_(ring) {
    const double ink = density(before, ring);
    sieve_ = ink < kSolid;
    solid_run_ = static_cast<int>(std::ceil(std::log(kChanceRun) / std::log(std::min(ink, kSolid))));
  }

  bool in_stroke(int x, int y) const {
    const double dx = x - ring_.x, dy = y - ring_.y;
    return std::abs(std::hypot(dx, dy) - ring_.radius_at(dx, dy)) <= ring_.thickness / 2 + kFringe;
  }

  // Whether a straight stroke goes through the ring here: ink on both sides of it, or unbroken ink in a ring
  // that is a sieve.
  bool crossed(int x, int y) const {
    if (sieve_ && (run(x, y, 1, 0) >= solid_run_ || run(x, y, 0, 1) >= solid_run_)) return true;
    constexpr std::array<std::pair<int, int>, 4> kWays = {{{1, 0}, {0, 1}, {1, 1}, {1, -1}}};
    return std::any_of(kWays.begin(), kWays.end(), [&](const auto& way) {
      const int longest = kLongestCrossing * static_cast<int>(ring_.thickness + 2 * kFringe);
      const int there = way_out(x, y, way.first, way.second, longest);
      return there >= 0 && way_out(x, y, -way.first, -way.second, longest - there) >= 0;
    });
  }

 private:
  static double density(const Image& page, const SealRing& ring) {
    int ink = 0;
    for (const auto& [dx, dy] : directions()) {
      const double r = ring.radius_at(dx, dy);
      ink += is_ink(page, static_cast<int>(std::lround(ring.x + r * dx)),
                    static_cast<int>(std::lround(ring.y + r * dy)));
    }
    return static_cast<double>(ink) / kAngles;
  }

  // Ink without a break through a place.
  int run(int x, int y, int dx, int dy) const {
    int length = 1;
    for (const int way : {-1, 1}) {
      for (int k = 1; length < solid_run_ && is_ink(before_, x + way * k * dx, y + way * k * dy); ++k)
        ++length;
    }
    return length;
  }

  // Steps to ink beyond the stroke, all on ink; -1 where there is none within so many.
  int way_out(int x, int y, int dx, int dy, int longest) const {
    int steps = 0;
    for (; in_stroke(x, y); x += dx, y += dy) {
      if (++steps > longest || !is_ink(before_, x, y)) return -1;
    }
    return is_ink(before_, x, y) && is_ink(before_, x + dx, y + dy) ? steps : -1;
  }

  const Image& before_;
  const SealRing& ring_;
  bool sieve_ = false;  // thresholds leave every other pixel of a grey seal
  int solid_run_ = 0;   // pixels of unbroken ink that a sieve hardly has
};

void erase_ring(const SealRing& ring, Image* page) {
  const Image before = *page;
  const RingEraser eraser(before, ring);
  const int reach = static_cast<int>(1.1 * ring.radius + ring.thickness);
  const int left = std::max(0, static_cast<int>(ring.x) - reach),
            right = std::min(page->width, static_cast<int>(ring.x) + reach + 1);
  for (int y = std::max(0, static_cast<int>(ring.y) - reach);
       y < std::min(page->height, static_cast<int>(ring.y) + reach + 1); ++y) {
    for (int x = left; x < right; ++x) {
      if (is_ink(before, x, y) && eraser.in_stroke(x, y) && !eraser.crossed(x, y)) page->row(y)[x] = 255;
    }
  }
}

double share_of_ink(const Image& page, double x, double y, double reach) {
  int ink = 0, all = 0;
  for (int b = static_cast<int>(y - reach); b <= y + reach; ++b) {
    for (int a = static_cast<int>(x - reach); a <= x + reach; ++a, ++all) ink += is_ink(page, a, b);
  }
  return all > 0 ? static_cast<double>(ink) / all : 0;
}

struct Star {
  double x = 0, y = 0, tips = 0, turn = 0;  // pixels; the angle of a tip
};

// How far ink reaches from a star's middle towards each tip, at least; 0 where that is no farther than
// `known`.
double shortest_tip(const Image& page, const Star& star, double known, double farthest) {
  constexpr double kStillInk = 0.3;  // a sieve of ink, too
  double least = farthest;
  for (int tip = 0; tip < kTips; ++tip) {
    const double angle = star.turn + kTurn / kTips * tip, dx = std::cos(angle), dy = std::sin(angle);
    double r = 0;
    while (r < least && share_of_ink(page, star.x + r * dx, star.y + r * dy, 2) >= kStillInk) ++r;
    least = r;
    if (least <= known) return 0;
  }
  return least;
}

// The star of a seal: solid in the middle, with five tips; where it stands is what makes the least of them
// longest.
bool find_star(const Image& page, const SealRing& ring, Star* star) {
  if (share_of_ink(page, ring.x, ring.y, kCore * ring.radius) < kLeastCore) return false;
  constexpr int kTurns = 12, kAside = 6, kStep = 2;  // twelfths of the angle between tips; pixels
  *star = {ring.x, ring.y, 0, 0};
  for (int dy = -kAside; dy <= kAside; dy += kStep) {
    for (int dx = -kAside; dx <= kAside; dx += kStep) {
      for (int k = 0; k < kTurns; ++k) {
        const Star tried{ring.x + dx, ring.y + dy, 0, -kTurn / 4 + kTurn / kTips * k / kTurns};
        const double tips = shortest_tip(page, tried, star->tips, ring.radius);
        if (tips > star->tips) *star = {tried.x, tried.y, tips, tried.turn};
      }
    }
  }
  return star->tips >= kLeastTip * ring.radius && star->tips <= kFarthestTip * ring.radius;
}

bool in_star(const Star& star, double x, double y) {
  const double r = std::hypot(x - star.x, y - star.y);
  if (r > star.tips) return false;
  // Within a tenth of a turn of a tip the edge runs straight from the tip to the notch.
  double angle = std::fmod(std::atan2(y - star.y, x - star.x) - star.turn + 2 * kTurn, kTurn / kTips);
  angle = std::min(angle, kTurn / kTips - angle);
  const double half = kTurn / kTips / 2, notch = kNotch * star.tips;
  const double tip_x = star.tips, notch_x = notch * std::cos(half), notch_y = notch * std::sin(half);
  const double px = r * std::cos(angle), py = r * std::sin(angle);
  return (notch_x - tip_x) * py - notch_y * (px - tip_x) >= 0;
}

void erase_star(Star star, Image* page) {
  constexpr double kBlur = 3;  // pixels that a tip's thin end may reach farther
  star.tips += kBlur / kNotch;
  for (int y = static_cast<int>(star.y - star.tips); y <= star.y + star.tips; ++y) {
    for (int x = static_cast<int>(star.x - star.tips); x <= star.x + star.tips; ++x) {
      if (is_ink(*page, x, y) && in_star(star, x, y)) page->row(y)[x] = 255;
    }
  }
}

}  // namespace

std::vector<SealRing> remove_black_seals(Image* page) {
  std::vector<SealRing> rings = find_seal_rings(*page);
  for (const SealRing& ring : rings) {
    Star star;
    const bool has_star = find_star(*page, ring, &star);
    erase_ring(ring, page);
    if (has_star) erase_star(star, page);
  }
  return rings;
}

}  // namespace attest
