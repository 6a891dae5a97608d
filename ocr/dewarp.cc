// Model: a line printed at height c runs at c + s(x, y) with
//
//   s(x, y) = Σ a_jk x^j y^k,  j = 1..3, k = 0..2,  x and y from -1 to 1 over the page
//
// Each line's own height c is unknown, so both sides are centred on the line before the nine coefficients are
// fitted by least squares; lines that disagree with the fit are left out and it is repeated.
#include "ocr/dewarp.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <vector>

#include "ocr/morphology.h"
#include "ocr/pieces.h"

namespace attest {
namespace {

constexpr double kCharacterGap = 0.13;  // inch bridged between characters of a line
constexpr double kLeastLength = 1.6;    // inch; shorter lines tell no slope
constexpr double kMostHeight = 0.32;    // inch; thicker areas are no single line
constexpr double kBlock = 0.25;         // inch of a line that gives one point
constexpr int kLeastLines = 6;
constexpr double kLeastShift = 0.008;   // inch (2.4 pixels at 300 dpi); less is noise of the lines themselves
constexpr double kMostShift = 0.8;      // inch; more is a wrong fit
constexpr double kOutlierError = 0.02;  // inch of mean error by which a line is left out
constexpr double kStep = 0.2;           // inch between grid points of the field
constexpr int kTerms = 9;

using Terms = std::array<double, kTerms>;

struct Track {  // the middle of one line at several places
  std::vector<Point> points;
};

Terms terms_at(double x, double y) {
  Terms t;
  int i = 0;
  for (double px : {x, x * x, x * x * x}) {
    for (double py : {1.0, y, y * y}) t[i++] = px * py;
  }
  return t;
}

double value(const Terms& coefficients, const Terms& terms) {
  double sum = 0;
  for (int i = 0; i < kTerms; ++i) sum += coefficients[i] * terms[i];
  return sum;
}

// The middle of a part's ink in each block of columns.
Track track_of(std::span<const InkRun> ink, const PixelBox& box, int block) {
  std::vector<double> sums(static_cast<std::size_t>(box.w / block), 0), counts(sums.size(), 0);
  for (const InkRun& run : ink) {
    for (int from = run.from - box.x, to = run.to - box.x; from < to;) {
      const int k = from / block, end = std::min(to, (k + 1) * block);
      if (k >= static_cast<int>(sums.size())) break;  // what is left beside whole blocks
      sums[k] += static_cast<double>(end - from) * (run.y - box.y);
      counts[k] += end - from;
      from = end;
    }
  }
  Track track;
  for (std::size_t k = 0; k < sums.size(); ++k) {
    const double left = static_cast<double>(k) * block;
    if (counts[k] >= block) track.points.push_back({box.x + left + block / 2.0, box.y + sums[k] / counts[k]});
  }
  return track;
}

std::vector<Track> tracks_of(PIX* binary, double dpi) {
  const int gap = static_cast<int>(kCharacterGap * dpi) | 1;
  const PixPtr rules = opened(binary, static_cast<int>(0.7 * dpi), 1);
  const PixPtr uprights = opened(binary, 1, static_cast<int>(0.3 * dpi));
  PixPtr text(pixCopy(nullptr, binary));
  if (!rules || !uprights || !text) return {};
  pixSubtract(text.get(), text.get(), uprights.get());
  pixSubtract(text.get(), text.get(), rules.get());
  PixPtr lines = closed(text.get(), gap, 3);
  lines = opened(lines.get(), static_cast<int>(0.05 * dpi), 3);
  std::vector<Track> out;
  for (PIX* source : {lines.get(), rules.get()}) {
    const ConnectedInk ink(source);
    for (std::size_t i = 0; i < ink.boxes().size(); ++i) {
      const PixelBox& box = ink.boxes()[i];
      if (box.w < kLeastLength * dpi || box.h > kMostHeight * dpi) continue;
      Track track = track_of(ink.runs(i), box, static_cast<int>(kBlock * dpi));
      if (track.points.size() >= 5) out.push_back(std::move(track));
    }
  }
  return out;
}

struct Frame {  // page pixels → -1..1
  double cx, cy, rx, ry;
  Terms terms(Point p) const { return terms_at((p.x - cx) / rx, (p.y - cy) / ry); }
};

// A track's points as centred equations.
struct Equations {
  std::vector<Terms> terms;
  std::vector<double> heights;
};

Equations equations_of(const Track& track, const Frame& frame) {
  Equations e;
  Terms mean{};
  double height = 0;
  for (const Point& p : track.points) {
    e.terms.push_back(frame.terms(p));
    e.heights.push_back(p.y);
    for (int i = 0; i < kTerms; ++i) mean[i] += e.terms.back()[i];
    height += p.y;
  }
  const double n = static_cast<double>(track.points.size());
  for (std::size_t k = 0; k < e.terms.size(); ++k) {
    for (int i = 0; i < kTerms; ++i) e.terms[k][i] -= mean[i] / n;
    e.heights[k] -= height / n;
  }
  return e;
}

double mean_error(const Equations& e, const Terms& coefficients) {
  double sum = 0;
  for (std::size_t k = 0; k < e.terms.size(); ++k)
    sum += std::abs(e.heights[k] - value(coefficients, e.terms[k]));
  return e.terms.empty() ? 0 : sum / static_cast<double>(e.terms.size());
}

// Normal equations with a little damping of the higher terms, so that few lines cannot bend the page.
Terms fitted(const std::vector<Equations>& all, const std::vector<bool>& used) {
  std::array<std::array<double, kTerms + 1>, kTerms> a{};
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!used[i]) continue;
    for (std::size_t k = 0; k < all[i].terms.size(); ++k) {
      const Terms& t = all[i].terms[k];
      for (int r = 0; r < kTerms; ++r) {
        for (int c = 0; c < kTerms; ++c) a[r][c] += t[r] * t[c];
        a[r][kTerms] += t[r] * all[i].heights[k];
      }
    }
  }
  for (int r = 0; r < kTerms; ++r) a[r][r] += 0.5 + (r >= 3 ? 1.0 : 0.0);
  for (int column = 0; column < kTerms; ++column) {
    for (int row = 0; row < kTerms; ++row) {
      if (row == column) continue;
      const double factor = a[row][column] / a[column][column];
      for (int k = column; k <= kTerms; ++k) a[row][k] -= factor * a[column][k];
    }
  }
  Terms out;
  for (int i = 0; i < kTerms; ++i) out[i] = a[i][kTerms] / a[i][i];
  return out;
}

ShiftField field_of(const Terms& coefficients, const Frame& frame, int width, int height, double dpi,
                    double* largest) {
  ShiftField field;
  field.step = kStep * dpi;
  field.columns = static_cast<int>(width / field.step) + 2;
  field.rows = static_cast<int>(height / field.step) + 2;
  *largest = 0;
  for (int r = 0; r < field.rows; ++r) {
    for (int c = 0; c < field.columns; ++c) {
      const double s = value(coefficients, frame.terms({c * field.step, r * field.step}));
      *largest = std::max(*largest, std::abs(s));
      field.shifts.push_back(static_cast<float>(s));
    }
  }
  return field;
}

}  // namespace

ShiftField find_curvature(PIX* binary, double dpi) {
  PixPtr half(pixReduceRankBinary2(binary, 1, nullptr));
  if (!half) return {};
  std::vector<Track> tracks = tracks_of(half.get(), dpi / 2);
  if (static_cast<int>(tracks.size()) < kLeastLines) return {};
  const int width = pixGetWidth(binary), height = pixGetHeight(binary);
  const Frame frame{width / 2.0, height / 2.0, width / 2.0, height / 2.0};
  std::vector<Equations> equations;
  for (Track& track : tracks) {
    for (Point& p : track.points) p = {p.x * 2, p.y * 2};
    equations.push_back(equations_of(track, frame));
  }
  std::vector<bool> used(equations.size(), true);
  Terms coefficients = fitted(equations, used);
  for (int pass = 0; pass < 3; ++pass) {
    for (std::size_t i = 0; i < equations.size(); ++i) {
      used[i] = mean_error(equations[i], coefficients) < kOutlierError * dpi;
    }
    if (std::count(used.begin(), used.end(), true) < kLeastLines) return {};
    coefficients = fitted(equations, used);
  }
  double largest = 0;
  ShiftField field = field_of(coefficients, frame, width, height, dpi, &largest);
  if (largest < kLeastShift * dpi || largest > kMostShift * dpi) return {};
  return field;
}

}  // namespace attest
