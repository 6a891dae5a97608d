// Readings to the page model: lines and tables in points of the page as it was scanned.
//
// Pure; thread safe.
#ifndef ATTEST_OCR_PAGE_BUILDER_H_
#define ATTEST_OCR_PAGE_BUILDER_H_

#include <vector>

#include "ocr/clean.h"
#include "ocr/page_recognition.h"
#include "ocr/structure.h"
#include "record/page.h"

namespace attest {

// Adds the tables, and the lines to them and to the page, in reading order. Glyphs are moved out of the
// readings.
void build_page(const CleanPage& clean, const Structure& s, std::vector<LineReading>* readings, Page* page);

}  // namespace attest

#endif  // ATTEST_OCR_PAGE_BUILDER_H_
