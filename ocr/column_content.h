// What the cells of a table's column may hold, by its header. Header words of audit forms' score and team
// tables; the recogniser's character set is narrowed by it, so that a digit is never read as a letter.
//
//   content_of_header("分项\n实际\n得分") == LineContent::number
//
// Pure; thread safe.
#ifndef ATTEST_OCR_COLUMN_CONTENT_H_
#define ATTEST_OCR_COLUMN_CONTENT_H_

#include <string_view>
#include <vector>

#include "ocr/recognizer.h"
#include "record/page.h"

namespace attest {

LineContent content_of_header(std::string_view header);

// Columns of the last table whose header was read, for its continuation on the next page without one.
struct KnownColumns {
  std::vector<double> edges;  // left edge of each column and the right edge of the last, 0..1 of the width
  std::vector<LineContent> contents;
  bool empty() const { return contents.empty(); }
};

// Whether a table with these column edges continues the known one.
bool same_columns(const KnownColumns& known, const std::vector<double>& edges);

// In cells that hold digits and Latin letters only: full-width forms to ASCII, white space out.
void normalize_cell_glyphs(LineContent content, std::vector<Glyph>* glyphs);

// In text: a letter that looks like a digit and stands at a number's head or within it ("l40MPa", "15O8") is
// the digit where the recogniser held that possible; the letter stays as an alternative.
void tell_digits_from_letters(std::vector<Glyph>* glyphs);

}  // namespace attest

#endif  // ATTEST_OCR_COLUMN_CONTENT_H_
