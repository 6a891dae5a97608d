#include "ocr/two_readings.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace attest {
namespace {

constexpr double kLeastDoubt = 1e-6;  // probability that even the surest reading leaves to another one

bool is_text(const Glyph& glyph) { return glyph.text != " " && glyph.mark < 0; }

bool middle_in(const Box& a, const Box& b) {
  const double middle = a.left + a.width / 2;
  return middle >= b.left && middle < b.right();
}

// The one character of a reading that stands where `glyph` does; null where there is none or several.
const Glyph* same_place(const Glyph& glyph, const RecognizedLine& line) {
  const Glyph* found = nullptr;
  for (const Glyph& other : line.glyphs) {
    if (!is_text(other) || (!middle_in(other.box, glyph.box) && !middle_in(glyph.box, other.box))) continue;
    if (found != nullptr) return nullptr;
    found = &other;
  }
  return found;
}

// Probability of a reading against a second one that differs.
double share(double confidence, double other) {
  const double mine = std::max(confidence, kLeastDoubt) * std::max(1 - other, kLeastDoubt);
  const double its = std::max(other, kLeastDoubt) * std::max(1 - confidence, kLeastDoubt);
  return mine / (mine + its);
}

void merge(const Glyph& other, Glyph* glyph) {
  if (other.text == glyph->text) {
    glyph->confidence = std::max(glyph->confidence, other.confidence);
    return;
  }
  Glyph loser = other;
  if (other.confidence > glyph->confidence) {
    std::swap(loser.text, glyph->text);
    std::swap(loser.confidence, glyph->confidence);
    std::swap(loser.alternatives, glyph->alternatives);
  }
  glyph->confidence = share(glyph->confidence, loser.confidence);
  std::erase_if(glyph->alternatives, [&](const Alternative& a) { return a.text == loser.text; });
  glyph->alternatives.push_back(
      {loser.text, std::log(glyph->confidence / std::max(1 - glyph->confidence, kLeastDoubt))});
  std::stable_sort(glyph->alternatives.begin(), glyph->alternatives.end(),
                   [](const Alternative& a, const Alternative& b) { return a.cost < b.cost; });
}

}  // namespace

RecognizedLine surer_of_both(RecognizedLine first, const RecognizedLine& second) {
  double sum = 0;
  int count = 0;
  for (Glyph& glyph : first.glyphs) {
    if (!is_text(glyph)) continue;
    const Glyph* other = same_place(glyph, second);
    if (other != nullptr && same_place(*other, first) == &glyph) merge(*other, &glyph);
    sum += glyph.confidence;
    ++count;
  }
  first.confidence = count > 0 ? sum / count : 0;
  return first;
}

}  // namespace attest
