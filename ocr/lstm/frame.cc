#include "ocr/lstm/frame.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace attest::lstm {
namespace {

constexpr double kInkShare = 0.005;   // of the pixels: at least so many are ink
constexpr double kPaperShare = 0.80;  // of the pixels lie below the paper's grey
constexpr int kLeastContrast = 40;    // grey levels between ink and paper; below it there is nothing to read
constexpr int kLeastInkPixels = 2;    // of a column; one is noise

int quantile(const std::array<int, 256>& counts, std::size_t total, double share) {
  const auto target = static_cast<std::size_t>(share * static_cast<double>(total));
  std::size_t sum = 0;
  for (int v = 0; v < 256; ++v) {
    sum += static_cast<std::size_t>(counts[v]);
    if (sum > target) return v;
  }
  return 255;
}

struct Ink {
  std::vector<bool> columns;  // with pixels darker than halfway between ink and paper
  int paper = 255;
};

Image first_channel(const Image& image) {
  Image out;
  out.width = image.width;
  out.height = image.height;
  out.dpi = image.dpi;
  const std::size_t step = static_cast<std::size_t>(image.channels);
  for (std::size_t i = 0; i < image.pixels.size(); i += step) out.pixels.push_back(image.pixels[i]);
  return out;
}

// How often each grey level occurs. Neighbours are counted apart: most are paper of one level, and one count
// would wait for itself.
std::array<int, 256> histogram(const Image& image) {
  constexpr std::size_t kApart = 4;
  std::array<std::array<int, 256>, kApart> counts{};
  const std::size_t whole = image.pixels.size() / kApart * kApart;
  for (std::size_t i = 0; i < whole; i += kApart) {
    for (std::size_t k = 0; k < kApart; ++k) ++counts[k][image.pixels[i + k]];
  }
  for (std::size_t i = whole; i < image.pixels.size(); ++i) ++counts[0][image.pixels[i]];
  for (std::size_t k = 1; k < kApart; ++k) {
    for (std::size_t v = 0; v < counts[0].size(); ++v) counts[0][v] += counts[k][v];
  }
  return counts[0];
}

Ink find_ink(const Image& image) {
  const std::array<int, 256> counts = histogram(image);
  const std::size_t total = static_cast<std::size_t>(image.width) * image.height;
  const int dark = quantile(counts, total, kInkShare), light = quantile(counts, total, kPaperShare);
  Ink ink{std::vector<bool>(image.width, false), light};
  if (light - dark < kLeastContrast) return ink;
  const int level = (dark + light) / 2;
  std::vector<int> pixels(image.width, 0);
  for (int y = 0; y < image.height; ++y) {
    const std::uint8_t* row = image.row(y);
    for (int x = 0; x < image.width; ++x) pixels[x] += row[x] < level;
  }
  for (int x = 0; x < image.width; ++x) ink.columns[x] = pixels[x] >= kLeastInkPixels;
  return ink;
}

}  // namespace

FramedLine frame_line(const Image& image, const Air& air) {
  FramedLine out;
  if (image.empty() || image.channels < 1) return out;
  if (image.channels > 1) return frame_line(first_channel(image), air);
  Ink ink = find_ink(image);
  out.ink = std::move(ink.columns);
  const auto first = std::find(out.ink.begin(), out.ink.end(), true);
  if (first == out.ink.end()) return out;
  const auto past = std::find(out.ink.rbegin(), out.ink.rend(), true).base();
  const int begin = air.as_cut ? 0 : static_cast<int>(first - out.ink.begin());
  const int end = air.as_cut ? image.width : static_cast<int>(past - out.ink.begin());
  const int before = static_cast<int>(std::lround(air.before * image.height));
  const int behind = static_cast<int>(std::lround(air.behind * image.height));
  const int across = static_cast<int>(std::lround(air.across * image.height));
  out.left = begin - before;
  out.top = -across;
  out.image.width = end - begin + before + behind;
  out.image.height = image.height + 2 * across;
  out.image.channels = 1;
  out.image.dpi = image.dpi;
  out.image.pixels.assign(static_cast<std::size_t>(out.image.width) * out.image.height,
                          static_cast<std::uint8_t>(ink.paper));
  const int from_x = std::max(0, out.left), to_x = std::min(image.width, out.left + out.image.width);
  for (int y = 0; y < image.height; ++y) {
    std::copy(image.row(y) + from_x, image.row(y) + to_x, out.image.row(y - out.top) + (from_x - out.left));
  }
  return out;
}

}  // namespace attest::lstm
