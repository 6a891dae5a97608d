#include "ocr/warp.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <numbers>

#include "ocr/vector_clones.h"

namespace attest {
namespace {

constexpr std::uint8_t kPaper = 255;

// Solves the 8 equations of a homography by elimination with partial pivoting.
bool solve(std::array<std::array<double, 9>, 8>& a) {
  for (int column = 0; column < 8; ++column) {
    int pivot = column;
    for (int row = column + 1; row < 8; ++row) {
      if (std::abs(a[row][column]) > std::abs(a[pivot][column])) pivot = row;
    }
    if (std::abs(a[pivot][column]) < 1e-9) return false;
    std::swap(a[pivot], a[column]);
    for (int row = 0; row < 8; ++row) {
      if (row == column) continue;
      const double factor = a[row][column] / a[column][column];
      for (int k = column; k < 9; ++k) a[row][k] -= factor * a[column][k];
    }
  }
  return true;
}

// Pixels of a row over which the map is taken for straight.
constexpr int kStep = 16;

// The value between two neighbours of a row and the two below them, parts of the way along and down.
inline std::uint8_t between_four(int a, int next_a, int b, int next_b, float along, float down) {
  const float top = static_cast<float>(a) + along * static_cast<float>(next_a - a);
  const float bottom = static_cast<float>(b) + along * static_cast<float>(next_b - b);
  return static_cast<std::uint8_t>(static_cast<int>(top + down * (bottom - top) + 0.5f));
}

// Where the pixels of a step come from, in one direction: pixels of the source and parts of the way to the
// next.
struct Places {
  int at[kStep];
  float part[kStep];

  // All of them are 0 or more.
  Places(double first, double by) {
    for (int k = 0; k < kStep; ++k) {
      const double place = first + by * k;
      at[k] = static_cast<int>(place);
      part[k] = static_cast<float>(place - at[k]);
    }
  }
};

// The source value at a place between pixels; at its edges the nearest pixel, paper outside.
std::uint8_t sample(const Image& grey, Point p) {
  const int x = static_cast<int>(std::floor(p.x)), y = static_cast<int>(std::floor(p.y));
  if (x < 0 || y < 0 || x + 1 >= grey.width || y + 1 >= grey.height) {
    const int nx = static_cast<int>(std::lround(p.x)), ny = static_cast<int>(std::lround(p.y));
    return nx < 0 || ny < 0 || nx >= grey.width || ny >= grey.height ? kPaper : grey.row(ny)[nx];
  }
  const std::uint8_t* a = grey.row(y) + x;
  const std::uint8_t* b = grey.row(y + 1) + x;
  return between_four(a[0], a[1], b[0], b[1], static_cast<float>(p.x - x), static_cast<float>(p.y - y));
}

// The four neighbours of each place of a step.
struct Neighbours {
  std::uint8_t a[kStep], next_a[kStep], b[kStep], next_b[kStep];
};

// Sixteen bytes of a row; a vector of GCC and Clang.
using Bytes = std::uint8_t __attribute__((vector_size(kStep)));

inline Bytes bytes_at(const std::uint8_t* from) {
  Bytes bytes;
  std::memcpy(&bytes, from, sizeof bytes);
  return bytes;
}

// bytes[index[k]] for each k.
inline Bytes picked(Bytes bytes, Bytes index) {
#if defined(__clang__)
  Bytes out;
  for (int k = 0; k < kStep; ++k) out[k] = bytes[index[k]];
  return out;
#else
  return __builtin_shuffle(bytes, index);
#endif
}

// The neighbours of places that lie in one row or two of the source, within sixteen of its pixels: an
// enlarged step. False where they do not.
inline bool pick_neighbours(const Image& grey, const Places& x, const Places& y, Neighbours* __restrict out) {
  const int left = x.at[0], top = std::min(y.at[0], y.at[kStep - 1]);
  const bool two_rows = y.at[0] != y.at[kStep - 1];
  if (x.at[kStep - 1] < left || x.at[kStep - 1] + 1 >= left + kStep || left + kStep > grey.width ||
      std::abs(y.at[0] - y.at[kStep - 1]) > 1)
    return false;
  std::uint8_t along[kStep], lower[kStep];  // from the left; 255 for places in the second row
  for (int k = 0; k < kStep; ++k) {
    along[k] = static_cast<std::uint8_t>(x.at[k] - left);
    lower[k] = static_cast<std::uint8_t>(top - y.at[k]);
  }
  const Bytes index = bytes_at(along), next = index + 1, second = bytes_at(lower);
  const std::uint8_t* from = grey.row(top) + left;
  const Bytes rows[] = {bytes_at(from), bytes_at(from + grey.width),
                        bytes_at(from + (two_rows ? 2 : 1) * static_cast<std::ptrdiff_t>(grey.width))};
  const auto either = [&](int row, Bytes place) {
    return (picked(rows[row], place) & ~second) | (picked(rows[row + 1], place) & second);
  };
  const Bytes found[] = {either(0, index), either(0, next), either(1, index), either(1, next)};
  std::memcpy(out->a, &found[0], kStep);
  std::memcpy(out->next_a, &found[1], kStep);
  std::memcpy(out->b, &found[2], kStep);
  std::memcpy(out->next_b, &found[3], kStep);
  return true;
}

inline void fetch_neighbours(const Image& grey, const Places& x, const Places& y,
                             Neighbours* __restrict out) {
  for (int k = 0; k < kStep; ++k) {
    const std::uint8_t* above = grey.row(y.at[k]) + x.at[k];
    out->a[k] = above[0], out->next_a[k] = above[1];
    out->b[k] = above[grey.width], out->next_b[k] = above[grey.width + 1];
  }
}

// A step that lies inside the source; on a scan that is nearly straight its pixels lie side by side in one
// row. All in one function, so that every loop is compiled for the widest vectors.
ATTEST_VECTOR_CLONES void sample_inside(const Image& grey, Point from, Point by,
                                        std::uint8_t* __restrict out) {
  const Places x(from.x, by.x), y(from.y, by.y);
  if (x.at[kStep - 1] == x.at[0] + kStep - 1 && y.at[kStep - 1] == y.at[0]) {
    const std::uint8_t* __restrict above = grey.row(y.at[0]) + x.at[0];
    const std::uint8_t* __restrict below = above + grey.width;
    for (int k = 0; k < kStep; ++k)
      out[k] = between_four(above[k], above[k + 1], below[k], below[k + 1], x.part[k], y.part[k]);
    return;
  }
  Neighbours n;
  if (!pick_neighbours(grey, x, y, &n)) fetch_neighbours(grey, x, y, &n);
  for (int k = 0; k < kStep; ++k)
    out[k] = between_four(n.a[k], n.next_a[k], n.b[k], n.next_b[k], x.part[k], y.part[k]);
}

// The pixels from a place of the source on, each `by` from the one before.
void sample_step(const Image& grey, Point from, Point by, std::uint8_t* out) {
  const auto inside = [&](Point p) {
    return p.x >= 0 && p.y >= 0 && p.x < grey.width - 1 && p.y < grey.height - 1;
  };
  if (!inside(from) || !inside({from.x + by.x * (kStep - 1), from.y + by.y * (kStep - 1)})) {
    for (int k = 0; k < kStep; ++k) out[k] = sample(grey, {from.x + by.x * k, from.y + by.y * k});
    return;
  }
  sample_inside(grey, from, by, out);
}

}  // namespace

Homography Homography::scale(double x, double y) {
  Homography h;
  h.m_ = {x, 0, 0, 0, y, 0, 0, 0, 1};
  return h;
}

Homography Homography::rotation(double degrees, Point center) {
  const double radians = degrees * std::numbers::pi / 180, c = std::cos(radians), s = std::sin(radians);
  Homography h;
  h.m_ = {c, -s, center.x - c * center.x + s * center.y, s, c, center.y - s * center.x - c * center.y, 0,
          0, 1};
  return h;
}

std::optional<Homography> Homography::between(const std::array<Point, 4>& from,
                                              const std::array<Point, 4>& to) {
  std::array<std::array<double, 9>, 8> a{};
  for (int i = 0; i < 4; ++i) {
    const auto [x, y] = from[i];
    const auto [u, v] = to[i];
    a[2 * i] = {x, y, 1, 0, 0, 0, -u * x, -u * y, u};
    a[2 * i + 1] = {0, 0, 0, x, y, 1, -v * x, -v * y, v};
  }
  if (!solve(a)) return std::nullopt;
  Homography h;
  for (int i = 0; i < 8; ++i) h.m_[i] = a[i][8] / a[i][i];
  return h;
}

Point Homography::operator()(Point p) const {
  const double w = m_[6] * p.x + m_[7] * p.y + m_[8];
  return {(m_[0] * p.x + m_[1] * p.y + m_[2]) / w, (m_[3] * p.x + m_[4] * p.y + m_[5]) / w};
}

Homography Homography::after(const Homography& first) const {
  Homography h;
  for (int row = 0; row < 3; ++row) {
    for (int column = 0; column < 3; ++column) {
      double sum = 0;
      for (int k = 0; k < 3; ++k) sum += m_[row * 3 + k] * first.m_[k * 3 + column];
      h.m_[row * 3 + column] = sum;
    }
  }
  return h;
}

double ShiftField::at(double x, double y) const {
  if (shifts.empty()) return 0;
  const double gx = std::clamp(x / step, 0.0, columns - 1.0), gy = std::clamp(y / step, 0.0, rows - 1.0);
  const int x0 = std::min(static_cast<int>(gx), columns - 2), y0 = std::min(static_cast<int>(gy), rows - 2);
  const double fx = gx - x0, fy = gy - y0;
  const float* a = shifts.data() + static_cast<std::size_t>(y0) * columns + x0;
  const float* b = a + columns;
  return (a[0] * (1 - fx) + a[1] * fx) * (1 - fy) + (b[0] * (1 - fx) + b[1] * fx) * fy;
}

Point PageWarp::source_of(Point clean) const {
  return to_source({clean.x, clean.y + shift.at(clean.x, clean.y)});
}

Box PageWarp::source_box(const Box& clean) const {
  const std::array<Point, 4> corners = {
      source_of({clean.left, clean.top}), source_of({clean.right(), clean.top}),
      source_of({clean.left, clean.bottom()}), source_of({clean.right(), clean.bottom()})};
  const auto [left, right] = std::minmax({corners[0].x, corners[1].x, corners[2].x, corners[3].x});
  const auto [top, bottom] = std::minmax({corners[0].y, corners[1].y, corners[2].y, corners[3].y});
  return {left, top, right - left, bottom - top};
}

Image warped(const Image& grey, const PageWarp& warp, double dpi) {
  Image out;
  out.width = warp.width;
  out.height = warp.height;
  out.dpi = dpi;
  out.pixels.resize(static_cast<std::size_t>(out.width) * out.height);
  // Where the map is one straight line for a whole row, its two ends tell the steps between.
  const bool straight = warp.to_source.affine() && warp.shift.shifts.empty();
  const int steps = (out.width + kStep - 1) / kStep;
  std::uint8_t last[kStep];
  for (int y = 0; y < out.height; ++y) {
    const auto source_of = [&](int step) {
      return warp.source_of({static_cast<double>(step) * kStep, static_cast<double>(y)});
    };
    Point from = source_of(0);
    const Point end = source_of(steps);
    Point by = {(end.x - from.x) / (steps * kStep), (end.y - from.y) / (steps * kStep)};
    for (int step = 0; step < steps; ++step) {
      Point to = {from.x + by.x * kStep, from.y + by.y * kStep};
      if (!straight) {
        to = source_of(step + 1);
        by = {(to.x - from.x) / kStep, (to.y - from.y) / kStep};
      }
      const int x = step * kStep, count = std::min(kStep, out.width - x);
      sample_step(grey, from, by, count == kStep ? out.row(y) + x : last);
      if (count < kStep) std::copy_n(last, count, out.row(y) + x);
      from = to;
    }
  }
  return out;
}

}  // namespace attest
