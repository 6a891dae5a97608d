#include "ocr/layer_check.h"

#include <algorithm>
#include <string>

#include "text/fold.h"

namespace attest {
namespace {

constexpr int kLeastCharacters = 30;  // fewer compared characters prove nothing
constexpr int kLeastDigits = 8;
constexpr double kMostWrong = 0.12;  // share; a recogniser's own errors on a poor scan stay below a tenth
constexpr double kMostWrongDigits = 0.15;
constexpr double kGlyphReach = 0.4;  // of its height that a glyph's box is widened: recognisers place roughly
constexpr double kTrusted = 0.7;     // mean confidence of a line that may accuse the layer

struct LayerCharacter {
  char32_t text;
  Box box;
};

std::vector<LayerCharacter> characters_of(const std::vector<TextWord>& words) {
  std::vector<LayerCharacter> out;
  for (const TextWord& word : words) {
    const std::u32string text = to_u32(word.text);
    for (std::size_t i = 0; i < text.size() && i < word.boxes.size(); ++i)
      out.push_back({text[i], word.boxes[i]});
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const LayerCharacter& a, const LayerCharacter& b) { return a.box.left < b.box.left; });
  return out;
}

// The layer's characters where the line's glyphs stand. Not the line's box: on a skewed scan it reaches into
// its neighbours.
std::u32string layer_text_at(const std::vector<LayerCharacter>& characters, const Line& line) {
  std::u32string out;
  for (const LayerCharacter& c : characters) {
    if (!line.box.contains(c.box.center_x(), c.box.center_y())) continue;
    const bool on_glyph = std::any_of(line.glyphs.begin(), line.glyphs.end(), [&](const Glyph& g) {
      const double reach = kGlyphReach * g.box.height;
      return Box{g.box.left - reach, g.box.top, g.box.width + 2 * reach, g.box.height}.contains(
          c.box.center_x(), c.box.center_y());
    });
    if (on_glyph) out += c.text;
  }
  return out;
}

int edits(const std::u32string& a, const std::u32string& b) {
  std::vector<int> row(b.size() + 1);
  for (std::size_t k = 0; k <= b.size(); ++k) row[k] = static_cast<int>(k);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    int diagonal = row[0];
    row[0] = static_cast<int>(i);
    for (std::size_t k = 1; k <= b.size(); ++k) {
      const int above = row[k];
      row[k] = std::min({above + 1, row[k - 1] + 1, diagonal + (a[i - 1] != b[k - 1])});
      diagonal = above;
    }
  }
  return row.back();
}

std::u32string kept(const std::u32string& text, bool (*keep)(char32_t)) {
  std::u32string out;
  for (const char32_t c : text) {
    if (keep(c)) out += c;
  }
  return out;
}

bool is_digit(char32_t c) { return c >= U'0' && c <= U'9'; }
bool is_word_character(char32_t c) { return is_hanzi(c) || is_digit(c); }

void compare_line(const Line& line, const std::vector<LayerCharacter>& characters, LayerAgreement* out) {
  double sum = 0;
  for (const Glyph& g : line.glyphs) sum += g.confidence;
  if (line.glyphs.size() < 2 || sum < kTrusted * static_cast<double>(line.glyphs.size())) return;
  const std::u32string layer = fold(std::u32string_view(layer_text_at(characters, line))).text;
  if (layer.empty()) return;
  const std::u32string read = fold(line.text()).text;
  const auto count = [&](bool (*keep)(char32_t), int* all, int* wrong) {
    const std::u32string a = kept(read, keep), b = kept(layer, keep);
    *all += static_cast<int>(a.size());
    *wrong += std::min(edits(a, b), static_cast<int>(a.size()));
  };
  count(is_word_character, &out->characters, &out->wrong);
  count(is_digit, &out->digits, &out->wrong_digits);
}

}  // namespace

bool LayerAgreement::disagrees() const {
  return (characters >= kLeastCharacters && wrong > kMostWrong * characters) ||
         (digits >= kLeastDigits && wrong_digits > kMostWrongDigits * digits);
}

LayerAgreement compare_layer(const Page& page, const std::vector<TextWord>& words) {
  LayerAgreement out;
  const std::vector<LayerCharacter> characters = characters_of(words);
  if (characters.empty()) return out;
  for (const Line& line : page.lines) compare_line(line, characters, &out);
  for (const Table& table : page.tables) {
    for (const Cell& cell : table.cells) {
      for (const Line& line : cell.lines) compare_line(line, characters, &out);
    }
  }
  return out;
}

}  // namespace attest
