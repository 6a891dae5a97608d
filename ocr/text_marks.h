// Check boxes of a text page: which characters print one, what the image says about them, and boxes that were
// drawn as strokes and have no character at all. Pure and thread safe.
#ifndef ATTEST_OCR_TEXT_MARKS_H_
#define ATTEST_OCR_TEXT_MARKS_H_

#include <string>
#include <string_view>
#include <vector>

#include "ocr/raster.h"
#include "ocr/rulings.h"
#include "record/page.h"

namespace attest {

// A glyph of the text layer with what its word knew. Boxes in points.
struct PlacedGlyph {
  Glyph glyph;
  char32_t code = 0;
  int word = -1;    // words of the page are counted; -1: drawn, not written
  double size = 0;  // of the font, points
  bool bold = false;
  bool symbol = false;  // of a symbol font
};

// What a character says about a box: ☐ unchecked, ☑ ■ checked, absent where it prints none. Symbol fonts put
// their boxes at U+F0xx, or at Latin letters ("þ" of Wingdings); `symbol_font` is for the latter. √ and its
// kin count as checked here; whether one stands for a box depends on its place.
MarkState state_of_character(char32_t c, bool symbol_font);
bool is_tick_character(char32_t c);
bool is_symbol_font(std::string_view font_name);

// The rendered page, as far as marks need it.
struct PageImage {
  PIX* grey = nullptr;
  PIX* binary = nullptr;
  double dpi = 0;
  const Rulings* rulings = nullptr;
};

// Turns box characters into marks (Glyph::mark, `marks`) and appends a glyph for each box that was only
// drawn. `glyphs` in the order of the text; `image` may hold null pointers.
void find_text_marks(const PageImage& image, std::vector<PlacedGlyph>* glyphs, std::vector<Mark>* marks);

}  // namespace attest

#endif  // ATTEST_OCR_TEXT_MARKS_H_
