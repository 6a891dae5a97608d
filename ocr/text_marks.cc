#include "ocr/text_marks.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "ocr/marks.h"
#include "text/fold.h"

namespace attest {
namespace {

constexpr double kPointsAnInch = 72;

// A drawn box this likely is one: text is out of the picture, so that hardly anything square is left.
constexpr double kDrawnBox = 0.45;
// Drawn boxes are looked for in these sizes of the body text.
constexpr double kUsualSize = 10.5;  // points, where no font tells
// A tick stands for a box when the next character follows within this many ems, and nothing stands this near
// before it.
constexpr double kTickReach = 1.2, kTickApart = 0.15;

// Confidence when image and character agree, when only the character speaks, and when they differ.
constexpr double kAgreed = 0.999, kCharacterAlone = 0.9, kDisputed = 0.6;

MarkState state_in_symbol_font(char32_t low) {
  switch (low) {
    case 0x6F:  // Wingdings □
    case 0x71:  // ❑
    case 0x72:  // ❒
    case 0xA8:  // ◻
    case 0xA3:  // Wingdings 2 ☐
    case 0xA1:  // ○
      return MarkState::unchecked;
    case 0x6C:  // ●
    case 0x6E:  // ■
    case 0x52:  // Wingdings 2 ☑
    case 0x53:  // Wingdings 2 ☒
    case 0x54:
    case 0x50:  // Wingdings 2 ✓
    case 0xFB:  // ✗
    case 0xFC:  // ✓
    case 0xFD:  // ☒
    case 0xFE:  // ☑
      return MarkState::checked;
    default:
      return MarkState::absent;
  }
}

bool is_round(char32_t c) { return std::u32string_view(U"○●◯⚪⚫◉◎⭕⬤").find(c) != std::u32string_view::npos; }

// The square around a character's middle: layers give boxes as tall as the font's line.
PixelBox square_of(const PlacedGlyph& g, double dpi) {
  const double size = g.size > 0 ? g.size : g.glyph.box.height;
  const double side = std::min(std::max(g.glyph.box.width, 0.7 * size), 1.2 * size);
  const Box square{g.glyph.box.center_x() - side / 2, g.glyph.box.center_y() - side / 2, side, side};
  return to_pixels(square, dpi);
}

Mark settled(const PlacedGlyph& g, MarkState printed, const FoundMark& seen, double dpi) {
  Mark mark;
  mark.box = seen.shape == MarkShape::none ? g.glyph.box : to_points(seen.box, dpi);
  mark.state = printed;
  mark.glyph = g.glyph.text;
  if (seen.shape == MarkShape::none || seen.state == MarkState::unreadable || is_round(g.code)) {
    mark.confidence = kCharacterAlone;
  } else if (seen.state == printed) {
    mark.confidence = kAgreed;
  } else {
    // Ink in a box that was written empty was added to it. An empty frame for a ticked box is a font that is
    // missing.
    mark.confidence = kDisputed;
    if (seen.state == MarkState::checked) mark.state = MarkState::checked;
  }
  return mark;
}

bool same_line(const Box& a, const Box& b) {
  return std::min(a.bottom(), b.bottom()) - std::max(a.top, b.top) > 0.5 * std::min(a.height, b.height);
}

// √ as a box: text follows closely, and what stands before is not part of a formula. One alone in its cell
// counts too.
bool stands_for_box(const std::vector<PlacedGlyph>& glyphs, std::size_t at) {
  const PlacedGlyph& tick = glyphs[at];
  const double em = tick.size > 0 ? tick.size : tick.glyph.box.height;
  const PlacedGlyph *before = nullptr, *after = nullptr;
  for (const PlacedGlyph& g : glyphs) {
    if (&g == &tick || !same_line(g.glyph.box, tick.glyph.box)) continue;
    const double gap_before = tick.glyph.box.left - g.glyph.box.right();
    const double gap_after = g.glyph.box.left - tick.glyph.box.right();
    if (gap_before > -em / 2 && gap_before < kTickReach * em &&
        g.glyph.box.center_x() < tick.glyph.box.center_x() &&
        (before == nullptr || g.glyph.box.left > before->glyph.box.left)) {
      before = &g;
    }
    if (gap_after > -em / 2 && gap_after < kTickReach * em &&
        g.glyph.box.center_x() > tick.glyph.box.center_x() &&
        (after == nullptr || g.glyph.box.left < after->glyph.box.left)) {
      after = &g;
    }
  }
  const auto formula = [](char32_t c) {
    return (c >= '0' && c <= '9') ||
           std::u32string_view(U"+-*/=<>≤≥×÷±").find(c) != std::u32string_view::npos;
  };
  if (after != nullptr && formula(after->code)) return false;
  if (before == nullptr) return true;
  const double gap = tick.glyph.box.left - before->glyph.box.right();
  return gap > kTickApart * em ? !formula(before->code) : !is_hanzi(before->code) && !formula(before->code);
}

double body_size(const std::vector<PlacedGlyph>& glyphs) {
  std::vector<double> sizes;
  for (const PlacedGlyph& g : glyphs) {
    if (g.size > 0) sizes.push_back(g.size);
  }
  if (sizes.empty()) return kUsualSize;
  std::nth_element(sizes.begin(), sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() / 2), sizes.end());
  return sizes[sizes.size() / 2];
}

// The page without the ink of its characters: what is left was drawn.
PixPtr without_text(const PageImage& image, const std::vector<PlacedGlyph>& glyphs) {
  PixPtr rest(pixCopy(nullptr, image.binary));
  if (!rest) return nullptr;
  for (const PlacedGlyph& g : glyphs) {
    const Box& b = g.glyph.box;
    const double size = g.size > 0 ? g.size : b.height;
    // Not the whole line height, which reaches into boxes of the next line.
    const double height = std::min(b.height, 1.15 * size);
    const PixelBox p = to_pixels({b.left, b.center_y() - height / 2, b.width, height}, image.dpi);
    BOX* box = boxCreate(p.x, p.y, std::max(1, p.w - 1), p.h);
    pixClearInRect(rest.get(), box);
    boxDestroy(&box);
  }
  return rest;
}

void add_drawn_boxes(const PageImage& image, std::vector<PlacedGlyph>* glyphs, std::vector<Mark>* marks) {
  const PixPtr rest = without_text(image, *glyphs);
  if (!rest) return;
  const double em = body_size(*glyphs) * image.dpi / kPointsAnInch;
  const std::vector<FoundMark> drawn =
      find_marks(nullptr, rest.get(), image.dpi, {.em = em, .rulings = image.rulings, .ticks = false});
  std::vector<PixelBox> places;
  for (const FoundMark& m : drawn) {
    if (m.box_likeness >= kDrawnBox) places.push_back(m.box);
  }
  for (const PixelBox& place : places) {
    // Judged with the text back in, since a pen's stroke may run over the label.
    const FoundMark seen = judge_mark(image.grey, image.binary, place, image.dpi, places);
    if (seen.shape == MarkShape::none) continue;
    Mark mark{to_points(seen.box, image.dpi), seen.state, seen.confidence, ""};
    PlacedGlyph placed;
    placed.code = seen.state == MarkState::checked ? U'☑' : U'☐';
    placed.glyph = {to_utf8(std::u32string_view(&placed.code, 1)),
                    mark.box,
                    seen.box_likeness,
                    static_cast<int>(marks->size()),
                    {}};
    placed.size = mark.box.height;
    marks->push_back(std::move(mark));
    glyphs->push_back(std::move(placed));
  }
}

}  // namespace

bool is_tick_character(char32_t c) {
  return std::u32string_view(U"√✓✔✗✘✕✖☓").find(c) != std::u32string_view::npos;
}

bool is_symbol_font(std::string_view font_name) {
  for (std::string_view name : {"Wingdings", "Webdings", "Dingbats"}) {
    if (font_name.find(name) != std::string_view::npos) return true;
  }
  return false;
}

MarkState state_of_character(char32_t c, bool symbol_font) {
  if (c >= 0xF020 && c <= 0xF0FF) return state_in_symbol_font(c - 0xF000);
  if (symbol_font && c < 0x100) return state_in_symbol_font(c);
  if (!is_box_character(c)) return MarkState::absent;
  constexpr std::u32string_view kEmpty = U"☐□▢◻◽▫❏❐❑❒⬜○◯⚪⭕";
  return kEmpty.find(c) != std::u32string_view::npos ? MarkState::unchecked : MarkState::checked;
}

void find_text_marks(const PageImage& image, std::vector<PlacedGlyph>* glyphs, std::vector<Mark>* marks) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < glyphs->size(); ++i) {
    const PlacedGlyph& g = (*glyphs)[i];
    if (state_of_character(g.code, g.symbol) == MarkState::absent) continue;
    if (!is_tick_character(g.code) || stands_for_box(*glyphs, i)) places.push_back(i);
  }
  std::vector<PixelBox> boxes;
  boxes.reserve(places.size());
  for (std::size_t i : places) boxes.push_back(square_of((*glyphs)[i], image.dpi));
  for (std::size_t k = 0; k < places.size(); ++k) {
    PlacedGlyph& g = (*glyphs)[places[k]];
    const MarkState printed = state_of_character(g.code, g.symbol);
    FoundMark seen;
    if (image.binary != nullptr) seen = judge_mark(image.grey, image.binary, boxes[k], image.dpi);
    Mark mark = settled(g, printed, seen, image.dpi);
    if (g.code >= 0xF000 || g.symbol) {
      g.code = mark.state == MarkState::checked ? U'☑' : U'☐';
      g.glyph.text = to_utf8(std::u32string_view(&g.code, 1));
      mark.glyph = g.glyph.text;
    }
    g.glyph.mark = static_cast<int>(marks->size());
    marks->push_back(std::move(mark));
  }
  if (image.binary != nullptr) add_drawn_boxes(image, glyphs, marks);
}

}  // namespace attest
