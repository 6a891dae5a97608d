#include "ingest/pdf_text.h"

#include <poppler-page.h>
#include <unicode/uchar.h>

#include <algorithm>
#include <array>
#include <utility>

#include "text/fold.h"

namespace attest {
namespace {

// A true layer has a stray character here and there (a logo's font); a font without a character map spoils
// whole lines.
constexpr double kLeastMeaning = 0.85;
// With fewer characters nothing can be said.
constexpr int kFewCharacters = 10;

Box to_box(const poppler::rectf& r) { return {r.x(), r.y(), r.width(), r.height()}; }

std::u32string to_u32(const poppler::ustring& text) {
  std::u32string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char32_t c = text[i];
    if (c >= 0xd800 && c < 0xdc00 && i + 1 < text.size()) {
      c = 0x10000 + ((c - 0xd800) << 10) + (text[++i] - 0xdc00);
    }
    out += c;
  }
  return out;
}

// One code point in NFC; those that NFC would split stay, so that boxes and characters keep in step.
std::string normal_character(char32_t c) {
  const std::string text = to_utf8(std::u32string_view(&c, 1));
  const std::string normal = to_nfc(text);
  return attest::to_u32(normal).size() == 1 ? normal : text;
}

TextWord to_word(const poppler::text_box& source) {
  TextWord word;
  word.box = to_box(source.bbox());
  const std::u32string text = to_u32(source.text());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] < 0x20) continue;
    word.text += normal_character(text[i]);
    const Box box = to_box(source.char_bbox(i));
    word.boxes.push_back(box.empty() ? word.box : box);
  }
  if (source.has_font_info()) {
    word.font_size = source.get_font_size();
    word.font = source.get_font_name();
    if (const std::size_t plus = word.font.find('+'); plus == 6)
      word.font.erase(0, 7);  // "ABCDEF+": a subset
  }
  return word;
}

// A box on a page of this size (as shown) after the page is turned back by `turn` degrees.
Box turned_back(const Box& b, int turn, double width, double height) {
  switch (turn) {
    case 90:
      return {b.top, width - b.right(), b.height, b.width};
    case 180:
      return {width - b.right(), height - b.bottom(), b.width, b.height};
    case 270:
      return {height - b.bottom(), b.left, b.height, b.width};
    default:
      return b;
  }
}

// Symbol fonts put their glyphs at U+F000 to U+F0FF; of those no one expects text.
bool is_symbol(char32_t c) { return c >= 0xF000 && c <= 0xF0FF; }

bool means_something(char32_t c) {
  if (c == 0xFFFD) return false;
  switch (u_charType(static_cast<UChar32>(c))) {
    case U_UNASSIGNED:
    case U_PRIVATE_USE_CHAR:
    case U_SURROGATE:
    case U_CONTROL_CHAR:
      return false;
    default:
      return true;
  }
}

}  // namespace

PageText read_text(poppler::page& page) {
  PageText text;
  const poppler::rectf shown = page.page_rect();
  text.width = shown.width();
  text.height = shown.height();
  if (page.orientation() == poppler::page::landscape || page.orientation() == poppler::page::seascape) {
    std::swap(text.width, text.height);  // page_rect knows nothing of /Rotate
  }
  std::array<std::size_t, 4> directions{};
  for (const poppler::text_box& source : page.text_list(poppler::page::text_list_include_font)) {
    TextWord word = to_word(source);
    if (folded(word.text).empty()) continue;
    directions[static_cast<unsigned>(source.rotation()) % 4] += word.boxes.size();
    text.words.push_back(std::move(word));
  }
  text.turn =
      90 * static_cast<int>(std::max_element(directions.begin(), directions.end()) - directions.begin());
  return text;
}

std::vector<TextWord> upright_words(PageText text, double& width, double& height) {
  for (TextWord& word : text.words) {
    word.box = turned_back(word.box, text.turn, text.width, text.height);
    for (Box& box : word.boxes) box = turned_back(box, text.turn, text.width, text.height);
  }
  width = text.width;
  height = text.height;
  if (text.turn % 180 != 0) std::swap(width, height);
  return std::move(text.words);
}

bool has_meaning(const std::vector<TextWord>& words) {
  int characters = 0, meaning = 0;
  for (const TextWord& word : words) {
    for (const char32_t c : attest::to_u32(word.text)) {
      if (is_space(c) || is_symbol(c)) continue;
      ++characters;
      meaning += means_something(c);
    }
  }
  return characters < kFewCharacters || meaning >= kLeastMeaning * characters;
}

}  // namespace attest
