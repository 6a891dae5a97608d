// A page image to the page model: clean, find the structure, recognise each line once, put everything in its
// place.
//
//   ScanReader reader(&recognizer, {});
//   Result<Page> page = reader.read(source);
//
// Keeps the columns of the last table with a header, for its continuation on the next page: read a document's
// pages in order, and call `start_document` before the first. Not thread safe; borrows the recogniser.
#ifndef ATTEST_OCR_SCAN_PAGE_H_
#define ATTEST_OCR_SCAN_PAGE_H_

#include <string>

#include "ocr/clean.h"
#include "ocr/column_content.h"
#include "ocr/recognizer.h"
#include "record/error.h"
#include "record/page.h"
#include "record/source.h"

namespace attest {

struct ScanOptions {
  std::string debug_images;  // folder; empty: none
};

class ScanReader {
 public:
  ScanReader(LineRecognizer* recognizer, ScanOptions options);

  void start_document() { columns_ = {}; }
  Result<Page> read(const SourcePage& source);

 private:
  LineRecognizer* recognizer_;
  ScanOptions options_;
  KnownColumns columns_;
};

}  // namespace attest

#endif  // ATTEST_OCR_SCAN_PAGE_H_
