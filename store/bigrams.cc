#include "store/bigrams.h"

#include <unicode/uchar.h>

#include <algorithm>

#include "text/fold.h"

namespace attest {
namespace {

enum class End { text, word };  // a word may stand inside a longer run of hanzi, a text ends its last run

std::u32string tokens(std::string_view utf8, End end) {
  const Folded folded = fold(utf8);
  const std::u32string& text = folded.text;
  std::u32string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool gap = i > 0 && folded.source[i] > folded.source[i - 1] + 1;
    const bool next_hanzi = i + 1 < text.size() && is_hanzi(text[i + 1]);
    if (!is_hanzi(text[i])) {
      if (gap) out += U' ';
      out += text[i];
      if (next_hanzi) out += U' ';
      continue;
    }
    const bool run_goes_on = i > 0 && is_hanzi(text[i - 1]);
    const bool last = i + 1 == text.size();
    if (next_hanzi) {
      out += {text[i], text[i + 1], U' '};
    } else if (!last || end == End::text || !run_goes_on) {
      out += {text[i], U' '};  // the run's last hanzi by itself, so that it is found when alone
    }
  }
  return out;
}

bool searchable(char32_t c) {
  return c >= 0x80 || (c >= U'0' && c <= U'9') || (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z');
}

// As FTS5's tokenizer `unicode61` without removal of diacritics.
bool in_token(char32_t c) {
  constexpr std::uint32_t kMask = U_GC_L_MASK | U_GC_N_MASK | U_GC_M_MASK | U_GC_CO_MASK;
  return (U_MASK(u_charType(static_cast<UChar32>(c))) & kMask) != 0;
}

std::vector<std::string> cut(std::u32string_view text) {
  std::vector<std::string> out;
  std::u32string token;
  const auto end = [&] {
    if (!token.empty()) out.push_back(to_utf8(token.substr(0, kTokenCharacters)));
    token.clear();
  };
  for (const char32_t c : text) {
    if (in_token(c)) {
      token += static_cast<char32_t>(u_foldCase(static_cast<UChar32>(c), U_FOLD_CASE_DEFAULT));
    } else {
      end();
    }
  }
  end();
  return out;
}

// A single hanzi at the end of what is looked for stands at the beginning of a pair, or alone.
bool ends_single(std::u32string_view text) {
  while (!text.empty() && text.back() == U' ') text.remove_suffix(1);
  const std::size_t space = text.rfind(U' ');
  const std::size_t last = space == std::u32string_view::npos ? 0 : space + 1;
  return text.size() == last + 1 && is_hanzi(text[last]);
}

}  // namespace

std::vector<std::string> index_tokens(std::string_view text) { return cut(tokens(text, End::text)); }

Phrase phrase_of(std::string_view word) {
  const std::u32string text = tokens(word, End::word);
  if (std::none_of(text.begin(), text.end(), searchable)) return {};
  return {cut(text), ends_single(text)};
}

std::string index_text(std::string_view text) { return to_utf8(tokens(text, End::text)); }

std::string search_phrase(std::string_view word) {
  std::u32string text = tokens(word, End::word);
  if (std::none_of(text.begin(), text.end(), searchable)) return "";
  std::replace(text.begin(), text.end(), U'"', U' ');
  std::replace(text.begin(), text.end(), U'\0', U' ');
  while (!text.empty() && text.back() == U' ') text.pop_back();
  std::string out;
  out += '"';
  out += to_utf8(text);
  out += ends_single(text) ? "\"*" : "\"";
  return out;
}

std::string search_query(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) {
    const std::string phrase = search_phrase(word);
    if (phrase.empty()) continue;
    out += (out.empty() ? "" : " AND ") + phrase;
  }
  return out;
}

}  // namespace attest
