// A page with text of its own and a scanned part: what was read from the image is added where the text layer
// has nothing.
//
//   Page page = joined(*read_text_page(source), *scans.read(source));
//
// Pure; thread safe. Both pages in points of the same upright page.
#ifndef ATTEST_OCR_MIXED_PAGE_H_
#define ATTEST_OCR_MIXED_PAGE_H_

#include "record/page.h"

namespace attest {

Page joined(Page text, Page scan);

// Blocks of a page in reading order, from its lines and tables.
void order_blocks(Page* page);

}  // namespace attest

#endif  // ATTEST_OCR_MIXED_PAGE_H_
