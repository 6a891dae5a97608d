#include "ocr/text_claim.h"

#include <unicode/uchar.h>

#include <string>
#include <string_view>

#include "ocr/text_marks.h"
#include "text/fold.h"

namespace attest {
namespace {

// A true layer has a stray character here and there (a logo's font); a font without a character map spoils
// whole lines.
constexpr double kLeastValid = 0.85;
// A true layer's characters all show, but for white text and the odd one under a seal.
constexpr double kLeastInked = 0.70;
// With fewer characters nothing can be said.
constexpr int kFewCharacters = 10;
// Ink of a glyph as a share of its box: a full stop has 1 %, a bold hanzi 45 %; more is a picture.
constexpr double kLeastInk = 0.004, kMostInk = 0.75;

bool is_valid(char32_t c, bool symbol_font) {
  if (c == 0xFFFD) return false;
  if (state_of_character(c, symbol_font) != MarkState::absent) return true;
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

bool shows_ink(char32_t c) { return !is_space(c) && u_charType(static_cast<UChar32>(c)) != U_FORMAT_CHAR; }

bool has_glyph(PIX* binary, const Box& box, double dpi) {
  const PixelBox p = clipped(to_pixels(box, dpi), pixGetWidth(binary), pixGetHeight(binary));
  if (p.empty()) return false;
  const double share = static_cast<double>(ink_in(binary, p)) / (static_cast<double>(p.w) * p.h);
  return share >= kLeastInk && share <= kMostInk;
}

}  // namespace

bool TextClaim::plausible() const {
  return characters < kFewCharacters || (valid >= kLeastValid && inked >= kLeastInked);
}

TextClaim weigh_text_layer(const SourcePage& source, PIX* binary, double dpi) {
  int characters = 0, valid = 0, boxes = 0, inked = 0;
  for (const TextWord& word : source.words) {
    const std::u32string text = to_u32(word.text);
    const bool symbol = is_symbol_font(word.font);
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (!shows_ink(text[i])) continue;
      ++characters;
      valid += is_valid(text[i], symbol);
      if (binary == nullptr || dpi <= 0 || word.boxes.size() != text.size() || is_box_character(text[i]))
        continue;
      ++boxes;
      inked += has_glyph(binary, word.boxes[i], dpi);
    }
  }
  TextClaim claim;
  claim.characters = characters;
  if (characters > 0) claim.valid = static_cast<double>(valid) / characters;
  if (boxes > 0) claim.inked = static_cast<double>(inked) / boxes;
  return claim;
}

}  // namespace attest
