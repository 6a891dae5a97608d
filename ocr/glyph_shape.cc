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
constexpr double kTall = 0.7;                 // of the tallest ink's height: a digit
constexpr double kLeastPoint = 0.08, kLargestPoint = 0.26;  // of the same: a decimal point each way
constexpr double kOnBaseLine = 0.12;  // of the same: how far from the digits' feet it may end
constexpr double kConsidered = 6;     // nats; a reading that costs more was not thought of

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

// Ink between two columns of paper.
struct Blob {
  int left = 0, right = 0, top = 0, bottom = 0;  // exclusive

  int width() const { return right - left; }
  int height() const { return bottom - top; }
  double middle() const { return (left + right) / 2.0; }
};

std::vector<Blob> blobs_of(const Image& line, int level) {
  std::vector<Blob> out;
  bool open = false;
  for (int x = 0; x < line.width; ++x) {
    int top = line.height, bottom = 0;
    for (int y = 0; y < line.height; ++y) {
      if (line.row(y)[x] >= level) continue;
      top = std::min(top, y);
      bottom = y + 1;
    }
    if (bottom == 0) {
      open = false;
      continue;
    }
    if (!open) out.push_back({x, x, top, bottom});
    open = true;
    out.back() = {out.back().left, x + 1, std::min(out.back().top, top), std::max(out.back().bottom, bottom)};
  }
  return out;
}

// The blobs that are dots on the base line of the tall ones beside them.
std::vector<Blob> points_among(const std::vector<Blob>& blobs) {
  int tallest = 0;
  for (const Blob& b : blobs) tallest = std::max(tallest, b.height());
  const auto tall = [&](const Blob& b) { return b.height() >= kTall * tallest; };
  std::vector<Blob> out;
  for (std::size_t i = 1; i + 1 < blobs.size(); ++i) {
    const Blob &b = blobs[i], &before = blobs[i - 1], &after = blobs[i + 1];
    const auto small = [&](int side) {
      return side >= kLeastPoint * tallest && side <= kLargestPoint * tallest;
    };
    if (tallest < kLeastHeight || !small(b.width()) || !small(b.height()) || !tall(before) || !tall(after))
      continue;
    const double base = (before.bottom + after.bottom) / 2.0;
    if (std::abs(b.bottom - base) <= kOnBaseLine * tallest) out.push_back(b);
  }
  return out;
}

bool is_digit(const Glyph& glyph) {
  return glyph.text.size() == 1 && glyph.text[0] >= '0' && glyph.text[0] <= '9';
}

bool is_point(const Glyph& glyph) { return glyph.text == "." || glyph.text == "," || glyph.text == "·"; }

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

void add_unread_points(const Image& line, bool one_at_most, std::vector<Glyph>* glyphs) {
  if (line.empty() || line.channels != 1 || glyphs->size() < 2) return;
  if (one_at_most && std::any_of(glyphs->begin(), glyphs->end(), is_point)) return;
  const auto level = ink_level(line, 0, line.width);
  if (!level) return;
  const std::vector<Blob> points = points_among(blobs_of(line, *level));
  if (one_at_most && points.size() != 1) return;
  for (const Blob& point : points) {
    const auto after = std::find_if(glyphs->begin(), glyphs->end(),
                                    [&](const Glyph& g) { return g.box.center_x() > point.middle(); });
    if (after == glyphs->begin() || after == glyphs->end() || !is_digit(*after) || !is_digit(*(after - 1)))
      continue;
    Glyph glyph;
    glyph.text = ".";
    glyph.box = {double(point.left), 0, double(point.width()), double(line.height)};
    glyph.confidence = kBySight;
    glyph.alternatives = {{"", std::log(kBySight / (1 - kBySight))}};
    glyphs->insert(after, std::move(glyph));
  }
}

}  // namespace attest
