// Pieces as a recogniser or a text layer would give them.
#ifndef ATTEST_TESTS_NORMALIZE_PIECES_H_
#define ATTEST_TESTS_NORMALIZE_PIECES_H_

#include <string>
#include <string_view>

#include "record/reading.h"
#include "text/fold.h"

namespace attest::testing {

// One glyph a code point; confidence 1 is a text layer. "\n" and "\n\n" are line and paragraph breaks.
inline Piece piece(std::string_view text, double confidence = 1, const std::string& where = "cover") {
  Piece out;
  out.where = where;
  out.evidence.page = 1;
  for (const char32_t c : to_u32(text)) {
    const std::string glyph = to_utf8(std::u32string(1, c));
    if (c == U'\n' && !out.glyphs.empty() && out.glyphs.back().text == "\n") {
      out.glyphs.back().text = "\n\n";
      continue;
    }
    out.glyphs.push_back({.text = glyph, .box = {}, .confidence = c == U'\n' ? 1 : confidence});
  }
  return out;
}

}  // namespace attest::testing

#endif  // ATTEST_TESTS_NORMALIZE_PIECES_H_
