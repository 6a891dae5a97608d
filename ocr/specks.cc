// Images as bytes, 1 for ink, with a frame of paper one pixel wide: sums over 3 × 3 pixels are the sum of
// three rows, then of three of its neighbours, in loops that the compiler makes wide.
#include "ocr/specks.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

namespace attest {
namespace {

constexpr int kTile = 64, kBlock = 16;   // pixels
constexpr std::size_t kLeastBlocks = 8;  // of a tile at the edge, to judge it by
constexpr double kNoisy = 0.0039;        // specks among a block's pixels: one
constexpr double kDenseInk = 0.3;        // share of ink that text reaches in no three quarters of a tile
constexpr double kHalfOfNine = 4.5;      // pixels
constexpr int kRun =
    8;  // pixels in a row; of noise with a tenth of ink one in ten million stands in such a run
constexpr int kDense = 6;                   // of nine pixels that make ink: too much noise to look for runs
constexpr double kLeastDotInch = 0.016;     // side of the smallest dot that is printed: a tenth of the em
constexpr double kLeastStrokeInch = 0.032;  // the same of a stroke that stands alone
constexpr double kNearInch = 0.05;          // how near the characters are that a dot belongs to
constexpr double kUsualDpi = 200;
constexpr std::uint8_t kPaper = 255, kInk = 0;

class Bits {
 public:
  Bits(int width, int height)
      : width_(width), height_(height), bytes_((static_cast<std::size_t>(width) + 2) * (height + 2), 0) {}
  int width() const { return width_; }
  int height() const { return height_; }
  // From -1 to width and height: the frame.
  std::uint8_t* row(int y) { return bytes_.data() + (static_cast<std::size_t>(y) + 1) * (width_ + 2) + 1; }
  const std::uint8_t* row(int y) const { return const_cast<Bits*>(this)->row(y); }

 private:
  int width_, height_;
  std::vector<std::uint8_t> bytes_;
};

Bits ink_of(const Image& grey) {
  Bits ink(grey.width, grey.height);
  for (int y = 0; y < grey.height; ++y) {
    const std::uint8_t* __restrict from = grey.row(y);
    std::uint8_t* __restrict to = ink.row(y);
    for (int x = 0; x < grey.width; ++x) to[x] = from[x] < 128;
  }
  return ink;
}

// Calls take(y, sums) for each row: the ink of each pixel and its eight neighbours.
template <typename Take>
void for_sums_of_nine(const Bits& bits, Take take) {
  const int width = bits.width();
  std::vector<std::uint8_t> columns(static_cast<std::size_t>(width) + 2), sums(width);
  for (int y = 0; y < bits.height(); ++y) {
    const std::uint8_t* __restrict above = bits.row(y - 1) - 1;
    const std::uint8_t* __restrict here = bits.row(y) - 1;
    const std::uint8_t* __restrict below = bits.row(y + 1) - 1;
    std::uint8_t* __restrict column = columns.data();
    for (int x = 0; x < width + 2; ++x) column[x] = static_cast<std::uint8_t>(above[x] + here[x] + below[x]);
    std::uint8_t* __restrict sum = sums.data();
    for (int x = 0; x < width; ++x)
      sum[x] = static_cast<std::uint8_t>(column[x] + column[x + 1] + column[x + 2]);
    take(y, sums.data());
  }
}

// Pixels without a neighbour, and both of a pair without others.
Bits specks_of(const Bits& ink) {
  Bits specks(ink.width(), ink.height()), halves(ink.width(), ink.height());
  for_sums_of_nine(ink, [&](int y, const std::uint8_t* __restrict sum) {
    const std::uint8_t* __restrict own = ink.row(y);
    std::uint8_t* __restrict speck = specks.row(y);
    std::uint8_t* __restrict half = halves.row(y);
    for (int x = 0; x < ink.width(); ++x) {
      speck[x] = own[x] & (sum[x] == 1);
      half[x] = own[x] & (sum[x] == 2);
    }
  });
  for_sums_of_nine(halves, [&](int y, const std::uint8_t* __restrict sum) {
    const std::uint8_t* __restrict half = halves.row(y);
    std::uint8_t* __restrict speck = specks.row(y);
    for (int x = 0; x < ink.width(); ++x) speck[x] |= half[x] & (sum[x] == 2);
  });
  return specks;
}

// Share of set pixels that three quarters of a tile's blocks reach: noise lies everywhere, text and seals
// leave blocks empty.
double spread_share(const Bits& bits, int left, int top) {
  std::vector<double> shares;
  for (int y = top; y + kBlock <= std::min(top + kTile, bits.height()); y += kBlock) {
    for (int x = left; x + kBlock <= std::min(left + kTile, bits.width()); x += kBlock) {
      int count = 0;
      for (int b = y; b < y + kBlock; ++b)
        count += std::accumulate(bits.row(b) + x, bits.row(b) + x + kBlock, 0);
      shares.push_back(count / static_cast<double>(kBlock * kBlock));
    }
  }
  if (shares.size() < kLeastBlocks) return 0;
  const auto quarter = shares.begin() + static_cast<std::ptrdiff_t>(shares.size() / 4);
  std::nth_element(shares.begin(), quarter, shares.end());
  return *quarter;
}

// Tiles with so many specks that they form clusters, those beside them, and the dense ink that noise becomes
// where it leaves no specks.
class NoisyTiles {
 public:
  NoisyTiles(const Bits& ink, const Bits& specks)
      : ink_(ink),
        across_((ink.width() + kTile - 1) / kTile),
        down_((ink.height() + kTile - 1) / kTile),
        least_(static_cast<std::size_t>(across_) * down_, 0) {
    for (int j = 0; j < down_; ++j) {
      for (int i = 0; i < across_; ++i) {
        if (spread_share(specks, i * kTile, j * kTile) >= kNoisy) mark_around(i, j);
      }
    }
  }
  bool any() const { return any_; }
  // Of a pixel and its neighbours, how many make it ink: more than half of what noise leaves white. 0 where
  // there is no noise.
  int least_at(int x, int y) const { return least_[index(x / kTile, y / kTile)]; }

 private:
  std::size_t index(int i, int j) const { return static_cast<std::size_t>(j) * across_ + i; }

  void mark_around(int i, int j) {
    any_ = true;
    std::vector<std::pair<int, int>> open = {{i, j}};
    while (!open.empty()) {
      const auto [x, y] = open.back();
      open.pop_back();
      for (int b = std::max(0, y - 1); b <= std::min(down_ - 1, y + 1); ++b) {
        for (int a = std::max(0, x - 1); a <= std::min(across_ - 1, x + 1); ++a) {
          if (least_[index(a, b)] > 0) continue;
          const double noise = spread_share(ink_, a * kTile, b * kTile);
          least_[index(a, b)] = static_cast<int>(std::floor(kHalfOfNine * (1 + noise))) + 1;
          if (noise > kDenseInk) open.emplace_back(a, b);
        }
      }
    }
  }

  const Bits& ink_;
  int across_, down_;
  std::vector<int> least_;
  bool any_ = false;
};

// Marks the runs of ink of at least kRun pixels along a row or column that starts at `first`.
void mark_runs(const std::uint8_t* first, std::ptrdiff_t step, int count, std::uint8_t* marked) {
  int run = 0;
  for (int i = 0; i <= count; ++i) {
    if (i < count && first[i * step] != 0) {
      ++run;
      continue;
    }
    for (int k = i - run; run >= kRun && k < i; ++k) marked[k * step] = 1;
    run = 0;
  }
}

// Thin strokes: noise leaves no straight runs.
Bits runs_of(const Bits& ink) {
  Bits runs(ink.width(), ink.height());
  for (int y = 0; y < ink.height(); ++y) mark_runs(ink.row(y), 1, ink.width(), runs.row(y));
  for (int x = 0; x < ink.width(); ++x)
    mark_runs(ink.row(0) + x, ink.width() + 2, ink.height(), runs.row(0) + x);
  return runs;
}

// Ink where most of the surroundings are, and thin strokes where the noise is not dense; none outside the
// tiles.
Bits majority_of(const Bits& ink, const NoisyTiles& tiles) {
  const Bits runs = runs_of(ink);
  Bits out(ink.width(), ink.height());
  for_sums_of_nine(ink, [&](int y, const std::uint8_t* sum) {
    const std::uint8_t* run = runs.row(y);
    std::uint8_t* to = out.row(y);
    for (int x = 0; x < ink.width(); ++x) {
      const int least = tiles.least_at(x, y);
      to[x] = least > 0 && (sum[x] >= least || (run[x] != 0 && least < kDense));
    }
  });
  return out;
}

using Piece = std::vector<std::pair<int, int>>;  // pixels

// Takes the piece of ink at a place out of `left`.
Piece take_piece(int x, int y, Bits* left) {
  Piece piece = {{x, y}};
  left->row(y)[x] = 0;
  for (std::size_t next = 0; next < piece.size(); ++next) {
    const auto [px, py] = piece[next];
    for (int b = py - 1; b <= py + 1; ++b) {
      for (int a = px - 1; a <= px + 1; ++a) {
        if (left->row(b)[a] == 0) continue;
        left->row(b)[a] = 0;
        piece.emplace_back(a, b);
      }
    }
  }
  return piece;
}

bool any_ink(const Bits& ink, int left, int top, int right, int bottom) {
  for (int y = std::max(0, top); y < std::min(bottom, ink.height()); ++y) {
    const std::uint8_t* row = ink.row(y);
    if (std::find(row + std::max(0, left), row + std::min(right, ink.width()), 1) !=
        row + std::min(right, ink.width()))
      return true;
  }
  return false;
}

// Pieces smaller than a dot go; those smaller than the least stroke too, where no character is near.
Bits without_small_pieces(Bits ink, double dpi) {
  const double inch = dpi > 0 ? dpi : kUsualDpi;
  const auto pixels = [&](double side) { return static_cast<std::size_t>(side * side * inch * inch); };
  const int near = static_cast<int>(std::lround(kNearInch * inch));
  Bits out(ink.width(), ink.height());
  std::vector<Piece> doubtful;
  for (int y = 0; y < ink.height(); ++y) {
    for (int x = 0; x < ink.width(); ++x) {
      if (ink.row(y)[x] == 0) continue;
      Piece piece = take_piece(x, y, &ink);
      if (piece.size() < pixels(kLeastDotInch)) continue;
      if (piece.size() < pixels(kLeastStrokeInch)) {
        doubtful.push_back(std::move(piece));
        continue;
      }
      for (const auto& [px, py] : piece) out.row(py)[px] = 1;
    }
  }
  const Bits characters = out;
  for (const Piece& piece : doubtful) {
    const auto [x, y] = piece.front();
    if (!any_ink(characters, x - near, y - near, x + near, y + near)) continue;
    for (const auto& [px, py] : piece) out.row(py)[px] = 1;
  }
  return out;
}

}  // namespace

void remove_specks(Image* grey) {
  const Bits ink = ink_of(*grey), specks = specks_of(ink);
  for (int y = 0; y < grey->height; ++y) {
    const std::uint8_t* __restrict speck = specks.row(y);
    std::uint8_t* __restrict row = grey->row(y);
    for (int x = 0; x < grey->width; ++x) row[x] = speck[x] ? kPaper : row[x];
  }
  const NoisyTiles tiles(ink, specks);
  if (!tiles.any()) return;
  const Bits smooth = without_small_pieces(majority_of(ink, tiles), grey->dpi);
  for (int y = 0; y < grey->height; ++y) {
    for (int x = 0; x < grey->width; ++x) {
      if (tiles.least_at(x, y) > 0) grey->row(y)[x] = smooth.row(y)[x] ? kInk : kPaper;
    }
  }
}

}  // namespace attest
