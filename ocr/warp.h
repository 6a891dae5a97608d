// Where a pixel of the cleaned page comes from, and the one resampling that makes the cleaned page.
//
//   clean (x, y) ── vertical shift ──▶ (x, y + shift(x, y)) ── homography ──▶ source pixel ── 72 / dpi ──▶
//   points
//
// Scaling, deskewing, perspective and curvature are composed first and sampled once: each resampling costs
// sharpness. Values; thread safe.
#ifndef ATTEST_OCR_WARP_H_
#define ATTEST_OCR_WARP_H_

#include <array>
#include <optional>
#include <vector>

#include "ocr/raster.h"
#include "record/geometry.h"
#include "record/image.h"

namespace attest {

struct Point {
  double x = 0, y = 0;
};

// A projective map of the plane, row-major.
class Homography {
 public:
  Homography() = default;
  static Homography scale(double x, double y);
  // Rotation about `center` by `degrees`, clockwise as seen on the page (y down).
  static Homography rotation(double degrees, Point center);
  // The map that takes from[i] to to[i]; nothing when three points lie on a line.
  static std::optional<Homography> between(const std::array<Point, 4>& from, const std::array<Point, 4>& to);

  Point operator()(Point p) const;
  bool affine() const { return m_[6] == 0 && m_[7] == 0; }
  Homography after(const Homography& first) const;  // (this ∘ first)

 private:
  std::array<double, 9> m_ = {1, 0, 0, 0, 1, 0, 0, 0, 1};
};

// Vertical displacements on a coarse grid over the cleaned page, bilinear in between. Empty: none.
struct ShiftField {
  int columns = 0, rows = 0;
  double step = 0;            // pixels between grid points
  std::vector<float> shifts;  // rows × columns, pixels, positive: taken from below

  double at(double x, double y) const;
};

struct PageWarp {
  int width = 0, height = 0;  // pixels of the cleaned page
  Homography to_source;
  ShiftField shift;

  Point source_of(Point clean) const;
  // The upright rectangle around the place of a clean rectangle on the source page.
  Box source_box(const Box& clean) const;
};

// The cleaned page: bilinear samples, white outside the source.
Image warped(const Image& grey, const PageWarp& warp, double dpi);

}  // namespace attest

#endif  // ATTEST_OCR_WARP_H_
