// Words of Chinese text, by the dictionary that ICU breaks text with.
//
//   within_word(U"除臭、垃圾压缩", 3) == true;  within_word(U"除臭、垃坝压缩", 4) == false
//
// Pure; thread safe. Without ICU's dictionary nothing is within a word.
#ifndef ATTEST_TEXT_WORDS_H_
#define ATTEST_TEXT_WORDS_H_

#include <cstddef>
#include <string_view>

namespace attest {

// Whether the code point at this index stands in a word of two or more hanzi.
bool within_word(std::u32string_view text, std::size_t index);

}  // namespace attest

#endif  // ATTEST_TEXT_WORDS_H_
