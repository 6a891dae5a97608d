// Boxes on a page, in points (1/72 inch) from the top left of the upright page.
#ifndef ATTEST_RECORD_GEOMETRY_H_
#define ATTEST_RECORD_GEOMETRY_H_

#include <algorithm>

namespace attest {

struct Box {
  double left = 0, top = 0, width = 0, height = 0;

  double right() const { return left + width; }
  double bottom() const { return top + height; }
  double center_x() const { return left + width / 2; }
  double center_y() const { return top + height / 2; }
  bool empty() const { return width <= 0 || height <= 0; }
  bool contains(double x, double y) const { return x >= left && x < right() && y >= top && y < bottom(); }
  friend bool operator==(const Box&, const Box&) = default;
};

// The smallest box around both; an empty box adds nothing.
inline Box united(const Box& a, const Box& b) {
  if (a.empty()) return b;
  if (b.empty()) return a;
  const double left = std::min(a.left, b.left), top = std::min(a.top, b.top);
  return {left, top, std::max(a.right(), b.right()) - left, std::max(a.bottom(), b.bottom()) - top};
}

// Area that two boxes share, in square points.
inline double shared_area(const Box& a, const Box& b) {
  const double w = std::min(a.right(), b.right()) - std::max(a.left, b.left);
  const double h = std::min(a.bottom(), b.bottom()) - std::max(a.top, b.top);
  return w > 0 && h > 0 ? w * h : 0;
}

}  // namespace attest

#endif  // ATTEST_RECORD_GEOMETRY_H_
