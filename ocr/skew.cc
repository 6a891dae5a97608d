// A page that is sheared upright by an angle falls into strips of columns that move down by 0, 1, 2 … rows,
// so a row of the sheared page is made of pieces of rows. With the ink left of each place known for each row
//
//   left(x, y) = ink in row y from the page's edge to x
//
// a piece's ink is the difference of two of these, and all rows of a strip are done in one pass.
#include "ocr/skew.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <optional>
#include <vector>

namespace attest {
namespace {

constexpr float kStep = 0.5f;                                 // degrees between the angles tried first
constexpr float kFinestStep = 0.01f;                          // degrees
constexpr double kSkippedWidth = 0.05, kSkippedHeight = 0.1;  // the rows at both ends that count for nothing:
                                                              // half of the lesser of these shares
constexpr float kLeastScore = 10'000;                         // a page with a few strokes has less
constexpr float kLeastLowScore = 2e-6f;  // times width² · height; less of the worst angle: a black page

class SkewSearch {
 public:
  explicit SkewSearch(PIX* binary)
      : width_(pixGetWidth(binary)), height_(pixGetHeight(binary)), left_of_(ink_left_of(binary)) {}

  bool blank() const {
    const std::uint16_t* all = column(width_);
    return std::all_of(all, all + height_, [](std::uint16_t ink) { return ink == 0; });
  }

  Skew search(float range) const {
    const std::optional<float> start = best_of_sweep(range);
    return start ? refined(*start, range) : Skew{};
  }

 private:
  // Column by column, so that rows lie side by side.
  static std::vector<std::uint16_t> ink_left_of(PIX* binary) {
    const int width = pixGetWidth(binary), height = pixGetHeight(binary), words = pixGetWpl(binary);
    std::vector<std::uint16_t> left(static_cast<std::size_t>(width + 1) * height, 0);
    std::vector<l_uint32> word(height);
    for (int x = 0; x < width; ++x) {
      if (x % 32 == 0) {
        const l_uint32* at = pixGetData(binary) + x / 32;
        for (int y = 0; y < height; ++y, at += words) word[y] = *at;
      }
      const std::uint16_t* from = &left[static_cast<std::size_t>(x) * height];
      std::uint16_t* to = &left[static_cast<std::size_t>(x + 1) * height];
      for (int y = 0; y < height; ++y) {
        to[y] = static_cast<std::uint16_t>(from[y] + (word[y] >> 31));
        word[y] <<= 1;
      }
    }
    return left;
  }
  const std::uint16_t* column(int x) const { return &left_of_[static_cast<std::size_t>(x) * height_]; }

  // Adds the ink of columns [from, to), moved down by `shift` rows.
  void add_strip(int from, int to, int shift, std::vector<std::uint16_t>* sums) const {
    if (from >= to || std::abs(shift) >= height_) return;
    const std::uint16_t* __restrict before = column(from) + std::max(0, -shift);
    const std::uint16_t* __restrict upto = column(to) + std::max(0, -shift);
    std::uint16_t* __restrict out = sums->data() + std::max(0, shift);
    const int rows = height_ - std::abs(shift);
    for (int y = 0; y < rows; ++y) out[y] = static_cast<std::uint16_t>(out[y] + upto[y] - before[y]);
  }

  std::vector<std::uint16_t> row_sums(float radians) const {
    std::vector<std::uint16_t> sums(height_, 0);
    const float slope = static_cast<float>(std::tan(static_cast<double>(radians)));
    if (slope == 0) {
      add_strip(0, width_, 0, &sums);
      return sums;
    }
    const float run = std::abs(static_cast<float>(1.0 / slope));  // columns to one row
    int x = std::min(width_, static_cast<int>(run / 2.0));
    add_strip(0, x, 0, &sums);
    for (int shift = 1; x < width_; ++shift) {
      const int end = std::min(width_, static_cast<int>(run * (shift + 0.5) + 0.5));
      add_strip(x, end, radians < 0 ? -shift : shift, &sums);
      x = end;
    }
    return sums;
  }

  // Sum of the squared differences of neighbouring rows.
  float score(float degrees) const {
    constexpr float kRadian = static_cast<float>(std::numbers::pi / 180);
    const std::vector<std::uint16_t> sums = row_sums(kRadian * degrees);
    const int skipped = std::max(
        1,
        std::min(static_cast<int>(kSkippedHeight * height_), static_cast<int>(kSkippedWidth * width_)) / 2);
    float sum = 0;
    for (int y = skipped; y < height_ - skipped; ++y) {
      const float step = static_cast<float>(sums[y]) - static_cast<float>(sums[y - 1]);
      sum += step * step;
    }
    return sum;
  }

  // Nothing when the best angle is the first or the last.
  std::optional<float> best_of_sweep(float range) const {
    const int angles = static_cast<int>(2 * range / kStep + 1);
    int best = 0;
    float best_score = -1;
    for (int i = 0; i < angles; ++i) {
      const float s = score(-range + static_cast<float>(i) * kStep);
      if (s > best_score) best = i, best_score = s;
    }
    if (best == 0 || best == angles - 1) return std::nullopt;
    return -range + static_cast<float>(best) * kStep;
  }

  // Halves the step as long as it is not too fine, each time around the best of the three middle angles.
  Skew refined(float center, float range) const {
    std::array<float, 5> scores = {score(center - kStep), 0, score(center), 0, score(center + kStep)};
    float lowest = std::min({scores[0], scores[2], scores[4]}), highest = 0;
    float step = kStep / 2;
    while (step >= kFinestStep) {
      scores[1] = score(center - step);
      scores[3] = score(center + step);
      lowest = std::min({lowest, scores[1], scores[3]});
      const auto best = std::max_element(scores.begin() + 1, scores.begin() + 4);
      const int at = static_cast<int>(best - scores.begin());
      highest = *best;
      scores = {scores[at - 1], 0, scores[at], 0, scores[at + 1]};
      center += step * static_cast<float>(at - 2);
      step /= 2;
    }
    const float width = static_cast<float>(width_), height = static_cast<float>(height_);
    const bool trusted = lowest > kLeastLowScore * width * width * height && highest >= kLeastScore &&
                         std::abs(center) <= range - kStep;
    return {center, trusted ? highest / lowest : 0};
  }

  int width_, height_;
  std::vector<std::uint16_t> left_of_;
};

}  // namespace

Skew find_skew(PIX* binary, double range) {
  if (binary == nullptr || pixGetDepth(binary) != 1) return {};
  const SkewSearch search(binary);
  return search.blank() ? Skew{} : search.search(static_cast<float>(range));
}

}  // namespace attest
