// A page whose text layer is believed: words become lines, rulings of the rendered image become tables, and
// the image decides the state of each check box.
//
//   Result<Page> page = read_text_page(source);   // source.origin text_layer (or the text part of a mixed
//   page)
//
// Box characters of the text (Unicode ones and those of symbol fonts) and boxes drawn as strokes both become
// mark glyphs of their line. Boxes out are points. Without an image the text decides alone and there are no
// ruled tables. Pure and thread safe; the error is `out_of_memory`.
#ifndef ATTEST_OCR_TEXT_PAGE_H_
#define ATTEST_OCR_TEXT_PAGE_H_

#include "record/error.h"
#include "record/page.h"
#include "record/source.h"

namespace attest {

Result<Page> read_text_page(const SourcePage& source);

}  // namespace attest

#endif  // ATTEST_OCR_TEXT_PAGE_H_
