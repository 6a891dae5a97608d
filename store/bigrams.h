// Text for a full-text index whose tokens are separated by white space: hanzi, which have no spaces between
// words, become overlapping pairs.
//
//   index_text("服务 规范A12")  == "服务 务规 规范 范 A12 "   // spaces and line breaks between hanzi do not
//   count search_phrase("务规")        == "\"务规\"" search_phrase("范")          == "\"范\"*" // one hanzi:
//   the pairs that begin with it
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

}  // namespace attest

#endif  // ATTEST_STORE_BIGRAMS_H_
