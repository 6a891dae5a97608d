#include "ingest/inline_markup.h"

#include <unicode/uchar.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <string>
#include <utility>

#include "text/fold.h"

namespace attest {
namespace {

constexpr std::string_view kChecked = "☑", kUnchecked = "☐";
constexpr std::u32string_view kOpenBoxes = U"☐□○◯▢◻⬜❏❐❑❒";

struct Replacement {
  std::string_view source, text;
};
constexpr std::array<Replacement, 8> kEntities = {{{"&amp;", "&"},
                                                   {"&lt;", "<"},
                                                   {"&gt;", ">"},
                                                   {"&quot;", "\""},
                                                   {"&#39;", "'"},
                                                   {"&apos;", "'"},
                                                   {"&nbsp;", " "},
                                                   {"&emsp;", " "}}};
constexpr std::array<Replacement, 12> kBoxSpellings = {{{"$\\square$", "☐"},
                                                        {"$\\Box$", "☐"},
                                                        {"$\\boxtimes$", "☒"},
                                                        {"$\\blacksquare$", "■"},
                                                        {"$\\checkmark$", "√"},
                                                        {"$\\surd$", "√"},
                                                        {"$\\boxed{\\checkmark}$", "☑"},
                                                        {"[ ]", "☐"},
                                                        {"[x]", "☑"},
                                                        {"[X]", "☑"},
                                                        {"[√]", "☑"},
                                                        {"[✓]", "☑"}}};
constexpr std::array<std::string_view, 16> kPlainTags = {"b",    "strong", "i",      "em",   "u",   "s",
                                                         "span", "font",   "label",  "sub",  "sup", "div",
                                                         "a",    "form",   "center", "small"};

MarkState state_of(char32_t box) {
  return kOpenBoxes.find(box) == std::u32string_view::npos ? MarkState::checked : MarkState::unchecked;
}

bool is_combining(char32_t c) {
  const auto mask = U_GET_GC_MASK(static_cast<UChar32>(c));
  return (mask & (U_GC_MN_MASK | U_GC_ME_MASK | U_GC_MC_MASK)) != 0;
}

bool is_variation_selector(char32_t c) { return c >= 0xfe00 && c <= 0xfe0f; }

// A tag's lower-case name and whole length; nothing when "<" opens no tag.
struct Tag {
  std::string name;  // "br"; closing tags without "/"
  std::string_view source;
  bool closing = false;
};

std::optional<Tag> tag_at(std::string_view text) {
  const std::size_t end = text.find('>');
  if (text.empty() || text[0] != '<' || end == std::string_view::npos) return std::nullopt;
  Tag tag;
  tag.source = text.substr(0, end + 1);
  std::size_t i = 1;
  if (text[i] == '/') tag.closing = true, ++i;
  while (std::isalpha(static_cast<unsigned char>(text[i]))) {
    tag.name += static_cast<char>(std::tolower(static_cast<unsigned char>(text[i++])));
  }
  if (tag.name.empty()) return std::nullopt;
  return tag;
}

class InlineReader {
 public:
  InlineReader(std::string_view text, int number, std::vector<Mark>& marks)
      : rest_(text), number_(number), marks_(marks) {}

  std::vector<Line> read() {
    while (!rest_.empty()) {
      if (!read_markup()) read_character();
    }
    end_line();
    return std::move(lines_);
  }

 private:
  bool read_markup() {
    switch (rest_[0]) {
      case '\\':
        return read_escape();
      case '*':
        return read_bold();
      case '&':
        return read_replacement(kEntities);
      case '$':
      case '[':
        return read_replacement(kBoxSpellings);
      case '<':
        return read_tag();
      default:
        return false;
    }
  }

  bool read_escape() {
    if (rest_.size() < 2 || !std::ispunct(static_cast<unsigned char>(rest_[1]))) return false;
    add(static_cast<unsigned char>(rest_[1]));
    rest_.remove_prefix(2);
    return true;
  }

  bool read_bold() {
    if (!rest_.starts_with("**")) return false;
    // A marker opens only where another one closes; "**" that stands alone is printed text.
    if (!bold_ && rest_.find("**", 2) == std::string_view::npos) return false;
    bold_ = !bold_;
    rest_.remove_prefix(2);
    return true;
  }

  template <std::size_t N>
  bool read_replacement(const std::array<Replacement, N>& table) {
    for (const Replacement& r : table) {
      if (!rest_.starts_with(r.source)) continue;
      for (const char32_t c : to_u32(r.text)) add(c);
      rest_.remove_prefix(r.source.size());
      return true;
    }
    return false;
  }

  bool read_tag() {
    const std::optional<Tag> tag = tag_at(rest_);
    if (!tag) return false;
    if (tag->name == "br" || tag->name == "p") {
      end_line();
    } else if (tag->name == "input") {
      const bool on = tag->source.find("checked") != std::string_view::npos;
      for (const char32_t c : to_u32(on ? kChecked : kUnchecked)) add(c);
    } else if (tag->name == "b" || tag->name == "strong") {
      bold_ = !tag->closing;
    } else if (std::find(kPlainTags.begin(), kPlainTags.end(), tag->name) == kPlainTags.end()) {
      return false;
    }
    rest_.remove_prefix(tag->source.size());
    return true;
  }

  void read_character() {
    const auto lead = static_cast<unsigned char>(rest_[0]);
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    const std::string_view bytes = rest_.substr(0, length);
    for (const char32_t c : to_u32(bytes)) add(c);
    rest_.remove_prefix(bytes.size());
  }

  void add(char32_t c) {
    if (is_variation_selector(c) || (c < 0x20 && c != U'\t')) return;
    if (is_combining(c) && !line_.glyphs.empty()) {
      line_.glyphs.back().text += to_utf8(std::u32string_view(&c, 1));
      return;
    }
    Glyph glyph;
    glyph.text = c == U'\t' ? " " : to_utf8(std::u32string_view(&c, 1));
    if (is_box_character(c)) {
      glyph.mark = static_cast<int>(marks_.size());
      marks_.push_back({.box = {}, .state = state_of(c), .confidence = 1, .glyph = glyph.text});
    }
    if (!is_space(c)) all_bold_ = all_bold_ && bold_;
    line_.glyphs.push_back(std::move(glyph));
  }

  void end_line() {
    const auto printed = [](const Glyph& g) {
      return g.text != " " && g.text != "\u00a0" && g.text != "\u3000";
    };
    auto& glyphs = line_.glyphs;
    glyphs.erase(std::find_if(glyphs.rbegin(), glyphs.rend(), printed).base(), glyphs.end());
    glyphs.erase(glyphs.begin(), std::find_if(glyphs.begin(), glyphs.end(), printed));
    if (!glyphs.empty()) {
      line_.number = number_;
      line_.bold = all_bold_;
      lines_.push_back(std::move(line_));
    }
    line_ = {};
    all_bold_ = true;
  }

  std::string_view rest_;
  int number_;
  std::vector<Mark>& marks_;
  std::vector<Line> lines_;
  Line line_;
  bool bold_ = false;     // inside ** or <b>
  bool all_bold_ = true;  // of the line so far
};

}  // namespace

std::vector<Line> parse_inline(std::string_view nfc, int number, std::vector<Mark>& marks) {
  return InlineReader(nfc, number, marks).read();
}

}  // namespace attest
