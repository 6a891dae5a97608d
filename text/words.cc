#include "text/words.h"

#include <unicode/brkiter.h>
#include <unicode/unistr.h>

#include <memory>
#include <string>

#include "text/fold.h"

namespace attest {

bool within_word(std::u32string_view text, std::size_t index) {
  if (index >= text.size() || !is_hanzi(text[index])) return false;
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<icu::BreakIterator> words(
      icu::BreakIterator::createWordInstance(icu::Locale::getChinese(), status));
  if (U_FAILURE(status) || words == nullptr) return false;
  const std::string before = to_utf8(text.substr(0, index)), all = to_utf8(text);
  const icu::UnicodeString line = icu::UnicodeString::fromUTF8(all);
  const int32_t at = icu::UnicodeString::fromUTF8(before).length();
  words->setText(line);
  const int32_t end = words->following(at), begin = words->previous();
  if (begin == icu::BreakIterator::DONE || end == icu::BreakIterator::DONE) return false;
  return line.countChar32(begin, end - begin) > 1;
}

}  // namespace attest
