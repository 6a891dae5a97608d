#include "record/page.h"

#include <algorithm>

namespace attest {

std::string_view name_of(Origin origin) {
  switch (origin) {
    case Origin::text_layer:
      return "text_layer";
    case Origin::scan:
      return "scan";
    case Origin::mixed:
      return "mixed";
    case Origin::transcript:
      return "transcript";
    case Origin::blank:
      return "blank";
  }
  return "blank";
}

std::string_view name_of(MarkState state) {
  switch (state) {
    case MarkState::checked:
      return "checked";
    case MarkState::unchecked:
      return "unchecked";
    case MarkState::unreadable:
      return "unreadable";
    case MarkState::absent:
      return "absent";
  }
  return "unreadable";
}

std::string Line::text() const {
  std::string out;
  for (const Glyph& g : glyphs) out += g.text;
  return out;
}

double Line::confidence() const {
  double least = 1;
  for (const Glyph& g : glyphs) least = std::min(least, g.confidence);
  return least;
}

std::string Cell::text() const {
  std::string out;
  for (const Line& line : lines) {
    if (!out.empty()) out += '\n';
    out += line.text();
  }
  return out;
}

const Cell* Table::at(int row, int column) const {
  for (const Cell& c : cells) {
    if (row >= c.row && row < c.row + c.row_span && column >= c.column && column < c.column + c.column_span) {
      return &c;
    }
  }
  return nullptr;
}

}  // namespace attest
