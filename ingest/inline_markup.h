// The inside of a transcript line or cell: Markdown and HTML inline markup to glyphs.
//
//   "**无变更** \_\_ <input type=\"checkbox\" checked> 无 <br> a &amp; b"  →  "无变更 __ ☑ 无", "a & b"
//
// Check boxes become marks: box characters, <input type="checkbox">, task boxes "[x]" and "[ ]", and the TeX
// symbols that page readers write for them ($\square$, $\checkmark$). Unknown tags and lone asterisks stay as
// text.
#ifndef ATTEST_INGEST_INLINE_MARKUP_H_
#define ATTEST_INGEST_INLINE_MARKUP_H_

#include <string_view>
#include <vector>

#include "record/page.h"

namespace attest {

// One Line for each printed line (`<br>` and `</p>` break), without empty ones, ends trimmed. `number` goes
// into each; marks are appended to `marks`. `bold` is set where all of the text is.
std::vector<Line> parse_inline(std::string_view nfc, int number, std::vector<Mark>& marks);

}  // namespace attest

#endif  // ATTEST_INGEST_INLINE_MARKUP_H_
