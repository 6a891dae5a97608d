// Text for a full-text index whose tokens are separated by white space: hanzi, which have no spaces between
// words, become overlapping pairs.
//
//   index_text("服务 规范A12")  == "服务 务规 规范 范 A12 "   // spaces and line breaks between hanzi do not
//   count search_phrase("务规")        == "\"务规\"" search_phrase("范")          == "\"范\"*" // one hanzi:
//   the pairs that begin with it
//
// SQLite's FTS5 cuts such a text into tokens itself; for other indexes they are cut here by the same rule
// (letters and digits are tokens, case does not count, everything else separates).
//
// Width and compatibility forms are folded as in text/fold.h. Functions are pure.
#ifndef ATTEST_STORE_BIGRAMS_H_
#define ATTEST_STORE_BIGRAMS_H_

#include <string>
#include <string_view>
#include <vector>

namespace attest {

std::string index_text(std::string_view text);

// A word as a phrase of FTS5; empty where there is nothing in it to look for.
std::string search_phrase(std::string_view word);
// All of them; empty where no word has anything to look for.
std::string search_query(const std::vector<std::string>& words);

// The tokens of index_text(text), in order, each at most kTokenCharacters long.
std::vector<std::string> index_tokens(std::string_view text);
constexpr int kTokenCharacters = 60;  // longer runs without a space are no words

// A word as tokens that must follow each other; none where there is nothing in it to look for.
struct Phrase {
  std::vector<std::string> tokens;
  bool prefix = false;  // the last one is the beginning of a token
};
Phrase phrase_of(std::string_view word);

}  // namespace attest

#endif  // ATTEST_STORE_BIGRAMS_H_
