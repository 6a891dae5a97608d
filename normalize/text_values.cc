#include "normalize/text_values.h"

#include <re2/re2.h>

#include <algorithm>
#include <cstdio>

#include "record/decimal.h"
#include "text/fold.h"

namespace attest {
namespace {

// Between hanzi and their punctuation a space is layout, elsewhere it is printed text.
bool is_cjk(char32_t c) {
  return is_hanzi(c) || (c >= U'\u3000' && c <= U'\u303F') || (c >= U'\uFF00' && c <= U'\uFFEF');
}
bool keeps_space(char32_t left, char32_t right) { return !is_cjk(left) || !is_cjk(right); }

constexpr std::u32string_view kZero = U"OoQD〇口";
constexpr std::u32string_view kOne = U"lIi|!丨";

char32_t digit_for(char32_t c) {
  if (kZero.find(c) != kZero.npos) return U'0';
  if (kOne.find(c) != kOne.npos) return U'1';
  if (c == U'Z' || c == U'z') return U'2';
  if (c == U'S' || c == U's') return U'5';
  if (c == U'B') return U'8';
  if (c == U'b') return U'6';
  if (c == U'g' || c == U'q') return U'9';
  return c;
}

// The characters of a number in folded text: digits and points; others end it.
std::string number_in(std::string_view text, bool recognised) {
  std::string out;
  for (char32_t c : fold(text).text) {
    if (recognised) {
      c = digit_for(c);
      const bool speck = c == U',' || c == U'·' || c == U':';
      if (speck && out.empty()) continue;  // dirt before a number; between digits it is a point
      if (speck) c = U'.';
    }
    if ((c >= U'0' && c <= U'9') || c == U'.' || (c == U'-' && out.empty())) {
      out += static_cast<char>(c);
    } else if (!out.empty()) {
      break;
    }
  }
  while (!out.empty() && (out.back() == '.' || out.back() == '-')) out.pop_back();
  if (out.empty() || out.front() != '.') return out;
  // ".92" in print is 0.92; on an image the first digit may have been lost, and no number is better than a
  // wrong one.
  return recognised || out.find_first_not_of('.') == out.npos
             ? ""
             : "0" + out.substr(out.find_first_not_of('.') - 1);
}

// What digits and their lookalikes have in common, to compare codes.
std::string skeleton(std::string_view text) {
  std::u32string out;
  for (const char32_t c : fold(text).text) {
    if (c != U'/' && c != U'-' && c != U'.') out += digit_for(c);
  }
  return to_utf8(out);
}

}  // namespace

std::string plain_text(const Piece& piece, Join join) {
  std::u32string out;
  bool space = false, wrap = false;
  for (const Glyph& glyph : piece.glyphs) {
    if (glyph.text == "\n\n" && join == Join::paragraphs) {
      if (!out.empty() && out.back() != U'\n') out += U'\n';
      space = wrap = false;
      continue;
    }
    if (glyph.text.starts_with('\n')) {
      wrap = true;
      continue;
    }
    for (const char32_t c : to_u32(glyph.text)) {
      if (is_space(c)) {
        space = true;
        continue;
      }
      if (!out.empty() && out.back() != U'\n') {
        // A line that was wrapped inside a code or a number has no space there; between words of letters it
        // has.
        const bool letters = std::isalpha(static_cast<unsigned char>(out.back() < 128 ? out.back() : 0)) &&
                             std::isalpha(static_cast<unsigned char>(c < 128 ? c : 0));
        if ((space && keeps_space(out.back(), c)) || (wrap && letters)) out += U' ';
      }
      out += c;
      space = wrap = false;
    }
  }
  while (!out.empty() && (out.back() == U'\n' || out.back() == U' ')) out.pop_back();
  return to_utf8(out);
}

double confidence_of(const Piece& piece) {
  double out = 1;
  for (const Glyph& glyph : piece.glyphs) {
    if (!glyph.text.empty() && glyph.text[0] != '\n' && glyph.text != " ")
      out *= std::clamp(glyph.confidence, 0.0, 1.0);
  }
  return out;
}

bool is_recognised(const Piece& piece) {
  return std::any_of(piece.glyphs.begin(), piece.glyphs.end(),
                     [](const Glyph& g) { return g.confidence < 1 || !g.alternatives.empty(); });
}

bool is_blank(std::string_view text) {
  static constexpr std::u32string_view kBlank = U"_/-\\.|:~";
  const std::u32string s = fold(text).text;
  return std::all_of(s.begin(), s.end(),
                     [](char32_t c) { return kBlank.find(c) != kBlank.npos || c == U'＿'; });
}

std::string without_specks(std::string_view text, bool keep_closing_stop) {
  static constexpr std::u32string_view kSpecks = U"，。、；：,.;:'\"“”‘’`·…^~|!﹒ ";
  static constexpr std::u32string_view kStops = U"。.；;”！!";
  std::u32string s = to_u32(text);
  std::size_t begin = 0, end = s.size();
  while (begin < end && kSpecks.find(s[begin]) != kSpecks.npos) ++begin;
  while (end > begin && kSpecks.find(s[end - 1]) != kSpecks.npos) --end;
  // A bracket without its other half is a speck too.
  static constexpr std::u32string_view kOpening = U"（(〈《<[【「", kClosing = U"）)〉》>]】」";
  const std::u32string_view all = s;
  while (end > begin && kOpening.find(s[end - 1]) != kOpening.npos) --end;
  while (end > begin && kClosing.find(s[begin]) != kClosing.npos) ++begin;
  if (keep_closing_stop && end > begin && end < s.size() && kStops.find(s[end - 1]) != kStops.npos) {
    return to_utf8(all.substr(begin, end - begin));
  }
  while (end > begin && kSpecks.find(s[end - 1]) != kSpecks.npos) --end;
  // A sentence keeps the stop that stands right behind it.
  if (keep_closing_stop && end < s.size() && kStops.find(s[end]) != kStops.npos) ++end;
  return to_utf8(all.substr(begin, end - begin));
}

std::string with_paired_brackets(std::string_view text) {
  std::u32string s = to_u32(text);
  std::vector<std::size_t> open;
  const auto angle = [](char32_t c) { return c == U'〈' || c == U'《' || c == U'<'; };
  const auto round_close = [](char32_t c) { return c == U')' || c == U'）'; };
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (angle(s[i]) || s[i] == U'(' || s[i] == U'（') {
      open.push_back(i);
    } else if (round_close(s[i]) || s[i] == U'〉' || s[i] == U'》' || s[i] == U'>') {
      if (open.empty()) continue;
      if (round_close(s[i]) && angle(s[open.back()])) s[open.back()] = U'（';
      open.pop_back();
    }
  }
  return to_utf8(s);
}

std::string as_digits(std::string_view text) {
  std::u32string out;
  for (const char32_t c : to_u32(text)) out += digit_for(c);
  return to_utf8(out);
}

std::optional<std::string> parse_date(std::string_view text, bool recognised) {
  static const RE2 kDate(R"((\d{4})[^\d]{1,2}(\d{1,2})[^\d]{1,2}(\d{1,2}))");
  std::string s = folded(text);
  int year = 0, month = 0, day = 0;
  bool found = RE2::PartialMatch(s, kDate, &year, &month, &day);
  if (!found && recognised) {
    s = as_digits(s);
    found = RE2::PartialMatch(s, kDate, &year, &month, &day);
  }
  if (!found) return std::nullopt;
  char out[40];
  std::snprintf(out, sizeof out, "%04d-%02d-%02d", year, month, day);
  return std::string(out);
}

std::optional<std::string> parse_half(std::string_view text) {
  const std::u32string s = fold(text).text;
  if (s.find(U'上') != s.npos) return "am";
  if (s.find(U'下') != s.npos) return "pm";
  return std::nullopt;
}

std::optional<std::string> parse_star_level(std::string_view text) {
  const std::u32string s = fold(text).text;
  if (s.find(U"达标") != s.npos) return "0";
  std::size_t star = s.find(U'星');
  if (star == s.npos) star = s.size();
  static constexpr std::u32string_view kNumerals = U"零一二三四五六七八九十";
  if (star > 0 && kNumerals.find(s[star - 1]) != kNumerals.npos)
    return std::to_string(kNumerals.find(s[star - 1]));
  std::size_t begin = star;
  while (begin > 0 && s[begin - 1] >= U'0' && s[begin - 1] <= U'9') --begin;
  if (begin == star || star - begin > 2) return std::nullopt;
  return std::to_string(std::stoi(to_utf8(std::u32string_view(s).substr(begin, star - begin))));
}

std::optional<std::string> parse_number(std::string_view text, bool recognised) {
  const std::optional<Decimal> value = Decimal::parse(number_in(text, recognised));
  if (!value) return std::nullopt;
  return value->to_string();
}

std::optional<std::string> parse_sum(std::string_view text, bool recognised) {
  Decimal sum;
  bool any = false;
  std::u32string s = fold(text).text;
  s += U'+';
  std::u32string term;
  for (const char32_t c : s) {
    if (c != U'+' && c != U'十') {
      term += c;
      continue;
    }
    const std::optional<Decimal> value = Decimal::parse(number_in(to_utf8(term), recognised));
    if (value) {
      sum = sum + *value;
      any = true;
    } else if (!term.empty()) {
      return std::nullopt;
    }
    term.clear();
  }
  if (!any) return std::nullopt;
  return sum.to_string();
}

std::string parse_standard(std::string_view text, const Scheme& scheme, bool recognised) {
  std::string printed = folded(text);
  std::vector<std::string> spellings = scheme.standard_spellings;
  spellings.push_back(scheme.standard);
  for (const std::string& spelling : spellings) {
    if (folded(spelling) == printed) return scheme.standard;
    // The C behind a bracket is read as a part of it now and then.
    const std::string wanted = skeleton(spelling), got = skeleton(text);
    if (recognised && (got == wanted || (wanted.starts_with('C') && got == wanted.substr(1))))
      return scheme.standard;
  }
  return printed;
}

std::string without_star_level(std::string_view text) {
  // Angle brackets are what a recogniser makes of round ones.
  static const RE2 kBracketed(
      R"(\s*[（(【\[〈《<]+\s*(?:[一二三四五六七八九十\d]{1,2}\s*星\s*级?|达\s*标\s*级)\s*[）)】\]〉》>]+\s*)");
  static const RE2 kTrailing(
      R"([，,、;；]?\s*[（(【\[〈《<]*\s*[一二三四五六七八九十\d]{1,2}\s*星\s*级\s*[）)】\]〉》>]*\s*$)");
  std::string out(text);
  RE2::GlobalReplace(&out, kBracketed, "");
  RE2::Replace(&out, kTrailing, "");
  return out;
}

}  // namespace attest
