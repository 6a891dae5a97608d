// Unicode folding that keeps offsets: matching happens on folded text, evidence points at the source.
//
//   Folded f = fold("1.1　受审查方名称 ：");   // f.text == "1.1受审查方名称:"
//   f.source[k]  is the index (in code points) of the source character that gave folded code point k
//
// Folding: NFKC-like width folding, CJK punctuation to ASCII (：→ : （→ ( 【→ [ 。→ . 、→ , ；→ ; “”→ " ％→ %
// －—–→ - ～→ ~ ×→ x), all white space removed, Latin letters kept in case. Hanzi variants of compatibility
// blocks go to their unified form. Functions are pure and thread safe; they never fail: invalid UTF-8 becomes
// U+FFFD.
#ifndef ATTEST_TEXT_FOLD_H_
#define ATTEST_TEXT_FOLD_H_

#include <string>
#include <string_view>
#include <vector>

namespace attest {

struct Folded {
  std::u32string text;
  std::vector<int> source;  // same length as text
  std::string utf8() const;
};

std::u32string to_u32(std::string_view utf8);
std::string to_utf8(std::u32string_view text);
std::string to_nfc(std::string_view utf8);

Folded fold(std::u32string_view text);
Folded fold(std::string_view utf8);
// Only the folded text: fold(x).utf8().
std::string folded(std::string_view utf8);

bool is_hanzi(char32_t c);
bool is_space(char32_t c);
// ☐ □ ☑ ☒ ■ √ ✓ ✔ ✗ ● ○ and their kin: characters that print a check box or a tick.
bool is_box_character(char32_t c);

// A tolerant find: the best place of `label` in `text` (both folded) with at most `max_errors` edits.
struct Match {
  int begin = -1, end = -1;  // code points of `text`, end exclusive; begin -1: not found
  int errors = 0;
  explicit operator bool() const { return begin >= 0; }
};
Match find_label(std::u32string_view text, std::u32string_view label, int max_errors, int from = 0);

// Edits a label of this many characters may have and still be itself on a scan: one in five, none under four.
int tolerated_errors(int label_length);

}  // namespace attest

#endif  // ATTEST_TEXT_FOLD_H_
