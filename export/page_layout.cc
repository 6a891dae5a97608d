#include "export/page_layout.h"

#include <algorithm>

#include "text/fold.h"

namespace attest {
namespace {

bool is_gap(const Glyph& glyph) {
  return glyph.mark < 0 && std::all_of(glyph.text.begin(), glyph.text.end(),
                                       [](char c) { return c == ' ' || c == '\n' || c == '\t'; });
}

// How markup writes a character that means something in it; empty for all others.
std::u32string_view entity_of(char32_t c) {
  switch (c) {
    case U'&':
      return U"&amp;";
    case U'<':
      return U"&lt;";
    case U'>':
      return U"&gt;";
    case U'"':
      return U"&quot;";
    case U'\'':
      return U"&#39;";
    default:
      return {};
  }
}

// XML has no way to write these.
bool is_forbidden(char32_t c) {
  return (c < 0x20 && c != U'\t' && c != U'\n') || (c >= 0x7F && c < 0xA0) || c == 0xFFFE || c == 0xFFFF;
}

}  // namespace

std::vector<LayoutWord> words_of(const Line& line) {
  std::vector<LayoutWord> out;
  bool open = false;
  for (const Glyph& glyph : line.glyphs) {
    if (is_gap(glyph) || glyph.text == "\u3000") {
      open = false;
      continue;
    }
    const bool mark = glyph.mark >= 0;
    if (!open || mark) out.emplace_back();
    LayoutWord& word = out.back();
    word.text += glyph.text;
    word.box = united(word.box, glyph.box);
    word.confidence = std::min(word.confidence, std::clamp(glyph.confidence, 0.0, 1.0));
    word.glyphs.push_back(&glyph);
    open = !mark;
  }
  return out;
}

std::string markup_text(std::string_view utf8) {
  std::u32string out;
  for (const char32_t c : to_u32(utf8)) {
    if (const std::u32string_view entity = entity_of(c); !entity.empty()) {
      out += entity;
    } else {
      out += is_forbidden(c) ? U'\uFFFD' : c;
    }
  }
  return to_utf8(out);
}

}  // namespace attest
