#include "ocr/warp.h"

#include <algorithm>
#include <cmath>
#include <numbers>

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

// The source value at a place between pixels; paper outside.
inline std::uint8_t sample(const Image& grey, Point p) {
  const int x = static_cast<int>(std::floor(p.x)), y = static_cast<int>(std::floor(p.y));
  if (x < 0 || y < 0 || x + 1 >= grey.width || y + 1 >= grey.height) {
    const int nx = static_cast<int>(std::lround(p.x)), ny = static_cast<int>(std::lround(p.y));
    return nx < 0 || ny < 0 || nx >= grey.width || ny >= grey.height ? kPaper : grey.row(ny)[nx];
  }
  const float fx = static_cast<float>(p.x - x), fy = static_cast<float>(p.y - y);
  const std::uint8_t* a = grey.row(y) + x;
  const std::uint8_t* b = grey.row(y + 1) + x;
  const float top = a[0] + fx * (a[1] - a[0]), bottom = b[0] + fx * (b[1] - b[0]);
  return static_cast<std::uint8_t>(top + fy * (bottom - top) + 0.5f);
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
  out.pixels.assign(static_cast<std::size_t>(out.width) * out.height, kPaper);
  // The map is smooth: exact at every 16th pixel of a row, linear in between.
  constexpr int kStep = 16;
  for (int y = 0; y < out.height; ++y) {
    std::uint8_t* row = out.row(y);
    Point left = warp.source_of({0, static_cast<double>(y)});
    for (int x = 0; x < out.width; x += kStep) {
      const Point right = warp.source_of({static_cast<double>(x + kStep), static_cast<double>(y)});
      const Point by = {(right.x - left.x) / kStep, (right.y - left.y) / kStep};
      const int end = std::min(kStep, out.width - x);
      for (int k = 0; k < end; ++k) row[x + k] = sample(grey, {left.x + by.x * k, left.y + by.y * k});
      left = right;
    }
  }
  return out;
}

}  // namespace attest
