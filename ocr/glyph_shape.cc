#include "ocr/glyph_shape.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

namespace attest {
namespace {

constexpr int kLeastHeight = 8;     // pixels of ink; less shows no shape
constexpr int kLeastContrast = 60;  // grey levels between paper and ink
constexpr double kTop = 0.3;        // of the height: where the bar is
constexpr double kBodyTop = 0.35, kBodyBottom = 0.9;
constexpr double kSeven = 2.2, kSlash = 1.7;  // widths of the stroke; see top_bar
constexpr double kBySight = 0.9;              // probability of what the ink shows against what was read
constexpr double kConsidered = 6;             // nats; a reading that costs more was not thought of

// The grey level under which a pixel is ink: halfway between the paper and the darkest of it.
std::optional<int> ink_level(const Image& image, int left, int right) {
  std::vector<std::uint8_t> levels;
  for (int y = 0; y < image.height; ++y)
    levels.insert(levels.end(), image.row(y) + left, image.row(y) + right);
  std::sort(levels.begin(), levels.end());
  const int dark = levels[levels.size() / 100], paper = levels[levels.size() * 3 / 4];
  if (paper - dark < kLeastContrast) return std::nullopt;
  return (dark + paper) / 2;
}

// How far the ink of each row reaches, from the first row with ink to the last.
std::vector<int> reaches(const Image& image, int left, int right, int level) {
  std::vector<int> out;
  for (int y = 0; y < image.height; ++y) {
    const std::uint8_t* row = image.row(y);
    int first = right, last = left - 1;
    for (int x = left; x < right; ++x) {
      if (row[x] >= level) continue;
      first = std::min(first, x);
      last = x;
    }
    out.push_back(std::max(0, last - first + 1));
  }
  const auto has_ink = [](int reach) { return reach > 0; };
  out.erase(std::find_if(out.rbegin(), out.rend(), has_ink).base(), out.end());
  out.erase(out.begin(), std::find_if(out.begin(), out.end(), has_ink));
  return out;
}

void read_as(std::string_view text, Glyph* glyph) {
  std::erase_if(glyph->alternatives, [&](const Alternative& a) { return a.text == text; });
  glyph->alternatives.insert(glyph->alternatives.begin(), {glyph->text, std::log(kBySight / (1 - kBySight))});
  glyph->text = text;
  glyph->confidence = kBySight;
}

bool considered(const Glyph& glyph, std::string_view text) {
  return std::any_of(glyph.alternatives.begin(), glyph.alternatives.end(),
                     [&](const Alternative& a) { return a.text == text && a.cost <= kConsidered; });
}

}  // namespace

std::optional<double> top_bar(const Image& line, const Box& glyph) {
  const int left = std::clamp(static_cast<int>(glyph.left), 0, line.width);
  const int right = std::clamp(static_cast<int>(std::ceil(glyph.right())), left, line.width);
  if (right == left || line.channels != 1 || line.empty()) return std::nullopt;
  const auto level = ink_level(line, left, right);
  if (!level) return std::nullopt;
  std::vector<int> rows = reaches(line, left, right, *level);
  const auto at = [&](double share) {
    return rows.begin() + static_cast<std::ptrdiff_t>(share * rows.size());
  };
  if (static_cast<int>(rows.size()) < kLeastHeight) return std::nullopt;
  const int top = *std::max_element(rows.begin(), at(kTop));
  std::vector<int> body(at(kBodyTop), at(kBodyBottom));
  std::nth_element(body.begin(), body.begin() + body.size() / 2, body.end());
  return static_cast<double>(top) / std::max(1, body[body.size() / 2]);
}

void tell_sevens_from_slashes(const Image& line, std::vector<Glyph>* glyphs) {
  for (Glyph& glyph : *glyphs) {
    const bool slash = glyph.text == "/", seven = glyph.text == "7" && considered(glyph, "/");
    if (!slash && !seven) continue;
    const std::optional<double> bar = top_bar(line, glyph.box);
    if (!bar) continue;
    if (slash && *bar >= kSeven) read_as("7", &glyph);
    if (seven && *bar <= kSlash) read_as("/", &glyph);
  }
}

}  // namespace attest
