#include "store/bigrams.h"

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

}  // namespace

std::string index_text(std::string_view text) { return to_utf8(tokens(text, End::text)); }

std::string search_phrase(std::string_view word) {
  std::u32string text = tokens(word, End::word);
  if (std::none_of(text.begin(), text.end(), searchable)) return "";
  std::replace(text.begin(), text.end(), U'"', U' ');
  std::replace(text.begin(), text.end(), U'\0', U' ');
  while (!text.empty() && text.back() == U' ') text.pop_back();
  const std::size_t space = text.rfind(U' ');
  const std::size_t last = space == std::u32string::npos ? 0 : space + 1;
  const bool single = text.size() == last + 1 && is_hanzi(text[last]);
  std::string out;
  out += '"';
  out += to_utf8(text);
  out += single ? "\"*" : "\"";
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
