// A brick is a level and an upright line, and a line of n pixels is put together from lines of 1, 2, 4 …
// pixels: what holds for n pixels from x on holds for m pixels from x and from x + n - m on (n/2 ≤ m ≤ n).
//
// All operations run on a copy of the image with a margin of paper, so that nothing has to be clipped, and
// let a brick start at its first pixel; the shift to its middle is done when the copy goes back.
#include "ocr/morphology.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

namespace attest {
namespace {

constexpr int kWordBits = 32;  // of Leptonica's rows; the highest bit is the leftmost pixel

// A 1-bit image with a margin of paper all round.
class Plane {
 public:
  Plane(PIX* pix, int width, int height)
      : margin_words_(width / kWordBits + 2),
        margin_rows_(height),
        words_(pixGetWpl(pix)),
        rows_(pixGetHeight(pix)),
        stride_(words_ + 2 * margin_words_),
        data_(static_cast<std::size_t>(stride_) * (rows_ + 2 * margin_rows_), 0) {
    const int used = pixGetWidth(pix) % kWordBits;
    const l_uint32 last = used == 0 ? ~0u : ~0u << (kWordBits - used);
    for (int y = 0; y < rows_; ++y) {
      l_uint32* row = this->row(margin_rows_ + y) + margin_words_;
      std::memcpy(row, source_row(pix, y), sizeof(l_uint32) * words_);
      row[words_ - 1] &= last;
    }
  }

  // Each pixel becomes whether all of the `length` pixels from it on to the right are ink.
  void erode_along(int length) {
    each_row(
        length, [](l_uint32 a, l_uint32 b) { return a & b; }, true);
  }
  // … whether one of the `length` pixels up to it from the left is.
  void dilate_along(int length) {
    each_row(
        length, [](l_uint32 a, l_uint32 b) { return a | b; }, false);
  }
  void erode_down(int length) {
    for (int have = 1; have < length;) {
      const int step = std::min(have, length - have);
      for (int y = 0; y + step < all_rows(); ++y) {
        combine(row(y), row(y + step), [](l_uint32 a, l_uint32 b) { return a & b; });
      }
      for (int y = std::max(0, all_rows() - step); y < all_rows(); ++y) std::fill_n(row(y), stride_, 0u);
      have += step;
    }
  }
  void dilate_down(int length) {
    for (int have = 1; have < length;) {
      const int step = std::min(have, length - have);
      for (int y = all_rows() - 1; y >= step; --y) {
        combine(row(y), row(y - step), [](l_uint32 a, l_uint32 b) { return a | b; });
      }
      have += step;
    }
  }

  // The image without its margin, moved by so many pixels to the left and upwards (both at most the margin).
  PixPtr without_margin(PIX* like, int left, int up) const {
    PixPtr out(pixCreateTemplate(like));
    if (!out) return out;
    const int words = left / kWordBits, bits = left % kWordBits;
    for (int y = 0; y < rows_; ++y) {
      const l_uint32* from = row(margin_rows_ + y + up) + margin_words_ + words;
      l_uint32* to = pixGetData(out.get()) + static_cast<std::ptrdiff_t>(y) * words_;
      for (int i = 0; i < words_; ++i) to[i] = shifted(from + i, bits);
    }
    pixSetPadBits(out.get(), 0);
    return out;
  }

 private:
  int all_rows() const { return rows_ + 2 * margin_rows_; }
  l_uint32* row(int y) { return data_.data() + static_cast<std::size_t>(y) * stride_; }
  const l_uint32* row(int y) const { return data_.data() + static_cast<std::size_t>(y) * stride_; }
  static const l_uint32* source_row(PIX* pix, int y) {
    return pixGetData(pix) + static_cast<std::ptrdiff_t>(y) * pixGetWpl(pix);
  }

  // The 32 pixels that start `bits` after the word's first.
  static l_uint32 shifted(const l_uint32* word, int bits) {
    return static_cast<l_uint32>((std::uint64_t{word[0]} << kWordBits | word[1]) >> (kWordBits - bits));
  }

  template <typename Operation>
  void combine(l_uint32* __restrict into, const l_uint32* __restrict other, Operation operation) const {
    for (int i = 0; i < stride_; ++i) into[i] = operation(into[i], other[i]);
  }

  // to = from combined with itself, moved by `step` pixels to the left or to the right. From beyond the
  // margin comes paper.
  template <typename Operation>
  void combine_moved(l_uint32* __restrict to, const l_uint32* __restrict from, int step, bool leftwards,
                     Operation operation) const {
    const int words = step / kWordBits, bits = step % kWordBits;
    const int first = leftwards ? 0 : std::min(words + 1, stride_);
    const int last = leftwards ? std::max(0, stride_ - words - 1) : stride_;
    for (int i = 0; i < first; ++i) to[i] = operation(from[i], 0u);
    for (int i = last; i < stride_; ++i) to[i] = operation(from[i], 0u);
    if (leftwards) {
      for (int i = first; i < last; ++i) {
        const l_uint32 moved =
            bits == 0 ? from[i + words] : from[i + words] << bits | from[i + words + 1] >> (kWordBits - bits);
        to[i] = operation(from[i], moved);
      }
    } else {
      for (int i = first; i < last; ++i) {
        const l_uint32 moved =
            bits == 0 ? from[i - words] : from[i - words] >> bits | from[i - words - 1] << (kWordBits - bits);
        to[i] = operation(from[i], moved);
      }
    }
  }

  template <typename Operation>
  void each_row(int length, Operation operation, bool leftwards) {
    if (length <= 1) return;
    std::vector<l_uint32> other(stride_);
    for (int y = 0; y < all_rows(); ++y) {
      if (std::all_of(row(y), row(y) + stride_, [](l_uint32 word) { return word == 0; })) continue;
      l_uint32 *from = row(y), *to = other.data();
      for (int have = 1; have < length;) {
        const int step = std::min(have, length - have);
        combine_moved(to, from, step, leftwards, operation);
        std::swap(from, to);
        have += step;
      }
      if (from != row(y)) std::copy_n(from, stride_, row(y));
    }
  }

  int margin_words_, margin_rows_;  // on each side
  int words_, rows_;                // of the image
  int stride_;
  std::vector<l_uint32> data_;
};

bool usable(PIX* binary, int width, int height) {
  return binary != nullptr && pixGetDepth(binary) == 1 && width >= 1 && height >= 1;
}

}  // namespace

PixPtr opened(PIX* binary, int width, int height) {
  if (!usable(binary, width, height)) return nullptr;
  Plane plane(binary, 0, 0);
  plane.erode_along(width);
  plane.erode_down(height);
  plane.dilate_along(width);
  plane.dilate_down(height);
  return plane.without_margin(binary, 0, 0);
}

PixPtr closed(PIX* binary, int width, int height) {
  if (!usable(binary, width, height)) return nullptr;
  Plane plane(binary, width, height);
  plane.dilate_along(width);
  plane.dilate_down(height);
  plane.erode_along(width);
  plane.erode_down(height);
  return plane.without_margin(binary, 0, 0);
}

PixPtr dilated(PIX* binary, int width, int height) {
  if (!usable(binary, width, height)) return nullptr;
  Plane plane(binary, width, height);
  plane.dilate_along(width);
  plane.dilate_down(height);
  return plane.without_margin(binary, width / 2, height / 2);
}

PixPtr straight_runs(PIX* binary, bool level, int length, int aside) {
  const int step = 2 * aside + 1;
  const PixPtr stepping = dilated(binary, level ? 1 : step, level ? step : 1);
  return opened(stepping.get(), level ? length : 1, level ? 1 : length);
}

int composable(int length) {
  l_int32 a = 1, b = length;
  return selectComposableSizes(length, &a, &b) == 0 ? a * b : length;
}

}  // namespace attest
