// Runs of ink are read row by row and united with those of the row above that they touch. A set of runs is
// named after its first one, so that pieces are in the order in which they begin.
#include "ocr/pieces.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <numeric>

namespace attest {
namespace {

constexpr int kWordBits = 32;  // of Leptonica's rows; the highest bit is the leftmost pixel

// Appends the runs of one row.
void add_runs(const l_uint32* row, int words, int width, int y, std::vector<InkRun>* runs) {
  l_uint32 before = 0;  // the last pixel of the word before
  bool open = false;
  const auto turn = [&](int x) {
    if (open) {
      runs->back().to = x;
    } else {
      runs->push_back({y, x, width});
    }
    open = !open;
  };
  for (int i = 0; i < words; ++i) {
    l_uint32 word = row[i];
    if (i + 1 == words && width % kWordBits != 0) word &= ~0u << (kWordBits - width % kWordBits);
    // Pixels that differ from the one to their left.
    l_uint32 turns = word ^ (word >> 1 | before << (kWordBits - 1));
    before = word & 1;
    while (turns != 0) {
      const int bit = std::countl_zero(turns);
      turns &= ~(1u << (kWordBits - 1 - bit));
      turn(i * kWordBits + bit);
    }
  }
}

struct LabelledRuns {
  std::vector<InkRun> runs;            // by row and then from the left
  std::vector<std::uint32_t> parents;  // of each run, the first of its piece at the root

  std::uint32_t root(std::uint32_t run) {
    while (parents[run] != run) run = parents[run] = parents[parents[run]];
    return run;
  }
  void unite(std::uint32_t a, std::uint32_t b) {
    a = root(a), b = root(b);
    parents[std::max(a, b)] = std::min(a, b);
  }
};

LabelledRuns labelled(PIX* binary) {
  LabelledRuns out;
  if (binary == nullptr || pixGetDepth(binary) != 1) return out;
  const int words = pixGetWpl(binary), width = pixGetWidth(binary), height = pixGetHeight(binary);
  constexpr int kWordsARun = 2;  // of a page full of text; more runs only cost a move
  out.runs.reserve(static_cast<std::size_t>(words) * height / kWordsARun);
  out.parents.reserve(out.runs.capacity());
  std::size_t above = 0, above_end = 0;  // the runs of the row above
  for (int y = 0; y < height; ++y) {
    const std::size_t first = out.runs.size();
    add_runs(pixGetData(binary) + static_cast<std::ptrdiff_t>(y) * words, words, width, y, &out.runs);
    const std::size_t end = out.runs.size();
    out.parents.resize(end);
    std::iota(out.parents.begin() + static_cast<std::ptrdiff_t>(first), out.parents.end(),
              static_cast<std::uint32_t>(first));
    for (std::size_t k = first; k < end; ++k) {
      const InkRun& run = out.runs[k];
      while (above < above_end && out.runs[above].to < run.from) ++above;
      std::size_t touching = above;
      if (touching < above_end && out.runs[touching].from <= run.to)
        out.parents[k] = out.root(static_cast<std::uint32_t>(touching++));
      for (; touching < above_end && out.runs[touching].from <= run.to; ++touching)
        out.unite(static_cast<std::uint32_t>(touching), static_cast<std::uint32_t>(k));
    }
    above = first, above_end = end;
  }
  return out;
}

struct Extent {
  int left, top, right, bottom;
};

// The piece of each run, and each piece's box.
struct Pieces {
  std::vector<std::uint32_t> of_run;
  std::vector<PixelBox> boxes;
};

Pieces pieces_of(LabelledRuns& ink) {
  Pieces out;
  out.of_run.resize(ink.runs.size());
  std::vector<Extent> extents;
  for (std::uint32_t k = 0; k < ink.runs.size(); ++k) {
    const InkRun& run = ink.runs[k];
    const std::uint32_t root = ink.root(k);
    if (root == k) {
      out.of_run[k] = static_cast<std::uint32_t>(extents.size());
      extents.push_back({run.from, run.y, run.to, run.y + 1});
      continue;
    }
    out.of_run[k] = out.of_run[root];
    Extent& e = extents[out.of_run[k]];
    e.left = std::min(e.left, run.from);
    e.right = std::max(e.right, run.to);
    e.bottom = run.y + 1;
  }
  out.boxes.reserve(extents.size());
  for (const Extent& e : extents) out.boxes.push_back({e.left, e.top, e.right - e.left, e.bottom - e.top});
  return out;
}

}  // namespace

ConnectedInk::ConnectedInk(PIX* binary) {
  LabelledRuns ink = labelled(binary);
  Pieces pieces = pieces_of(ink);
  boxes_ = std::move(pieces.boxes);
  first_.assign(boxes_.size() + 1, 0);
  for (const std::uint32_t piece : pieces.of_run) ++first_[piece + 1];
  std::partial_sum(first_.begin(), first_.end(), first_.begin());
  runs_.resize(ink.runs.size());
  std::vector<std::size_t> next(first_.begin(), first_.end() - 1);
  for (std::size_t k = 0; k < ink.runs.size(); ++k) runs_[next[pieces.of_run[k]]++] = ink.runs[k];
}

std::vector<PixelBox> boxes_of_ink(PIX* binary) {
  LabelledRuns ink = labelled(binary);
  return pieces_of(ink).boxes;
}

}  // namespace attest
