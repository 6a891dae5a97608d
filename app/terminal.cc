#include "app/terminal.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace attest {
namespace {

// Calls visit(code point or -1 for a bad byte, its bytes) for each character.
template <typename Visit>
void each_character(std::string_view text, Visit visit) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  const auto length = static_cast<std::int32_t>(text.size());
  for (std::int32_t at = 0; at < length;) {
    const std::int32_t begin = at;
    UChar32 c = 0;
    U8_NEXT(bytes, at, length, c);
    visit(c, text.substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(at - begin)));
  }
}

bool is_harmful(UChar32 c) {
  if (c < 0x20 || (c >= 0x7f && c < 0xa0)) return true;                           // C0, DEL, C1
  if (c == 0x061c || c == 0x200e || c == 0x200f) return true;                     // marks of direction
  if ((c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069)) return true;  // overrides and isolates
  return c == 0x2028 || c == 0x2029 || c == 0xfeff;  // line ends, byte order mark
}

int width_of(UChar32 c) {
  const int category = u_charType(c);
  if (category == U_NON_SPACING_MARK || category == U_ENCLOSING_MARK || category == U_FORMAT_CHAR) return 0;
  const int width = u_getIntPropertyValue(c, UCHAR_EAST_ASIAN_WIDTH);
  return width == U_EA_FULLWIDTH || width == U_EA_WIDE ? 2 : 1;
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string out;
  each_character(text, [&out](UChar32 c, std::string_view bytes) {
    char buffer[16];
    if (c < 0) {
      for (const char byte : bytes) {
        std::snprintf(buffer, sizeof buffer, "\\x%02x", static_cast<unsigned char>(byte));
        out += buffer;
      }
    } else if (is_harmful(c)) {
      std::snprintf(buffer, sizeof buffer, c < 0x100 ? "\\x%02x" : "\\u%04x", static_cast<unsigned>(c));
      out += buffer;
    } else {
      out += bytes;
    }
  });
  return out;
}

int display_width(std::string_view text) {
  int width = 0;
  each_character(text, [&width](UChar32 c, std::string_view) { width += c < 0 ? 1 : width_of(c); });
  return width;
}

std::string shortened(std::string_view text, int width) {
  if (display_width(text) <= width) return std::string(text);
  std::string out;
  int used = 0;
  bool full = false;
  each_character(text, [&](UChar32 c, std::string_view bytes) {
    const int w = c < 0 ? 1 : width_of(c);
    full = full || used + w > width - 1;
    if (full) return;
    out += bytes;
    used += w;
  });
  return out + "…";
}

std::string shortened_front(std::string_view text, int width) {
  int to_drop = display_width(text) - width;
  if (to_drop <= 0) return std::string(text);
  ++to_drop;  // for the "…"
  std::string out = "…";
  each_character(text, [&](UChar32 c, std::string_view bytes) {
    if (to_drop > 0) {
      to_drop -= c < 0 ? 1 : width_of(c);
    } else {
      out += bytes;
    }
  });
  return out;
}

std::string aligned(const std::vector<std::vector<std::string>>& rows, const std::vector<int>& right) {
  std::vector<int> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], display_width(row[i]));
  }
  std::string out;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string gap(static_cast<std::size_t>(widths[i] - display_width(row[i])), ' ');
      const bool flush_right = std::find(right.begin(), right.end(), static_cast<int>(i)) != right.end();
      if (i > 0) line += "  ";
      line += flush_right ? gap + row[i] : row[i] + gap;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + '\n';
  }
  return out;
}

std::string colored(std::string_view text, Color color, bool enabled) {
  if (!enabled || color == Color::none) return std::string(text);
  const char* code = "";
  switch (color) {
    case Color::none:
      break;
    case Color::red:
      code = "31";
      break;
    case Color::yellow:
      code = "33";
      break;
    case Color::green:
      code = "32";
      break;
    case Color::grey:
      code = "90";
      break;
    case Color::bold:
      code = "1";
      break;
  }
  return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
}

bool color_enabled(int descriptor) {
  const char* no_color = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  if (no_color != nullptr && *no_color != '\0') return false;
  if (terminal == nullptr || std::string_view(terminal) == "dumb") return false;
  return isatty(descriptor) == 1;
}

Language language_of(const std::string& option) {
  if (!option.empty()) return option == "zh" ? Language::zh : Language::en;
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') {
      return std::string_view(value).starts_with("zh") ? Language::zh : Language::en;
    }
  }
  return Language::en;
}

}  // namespace attest
