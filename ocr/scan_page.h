// A page image to the page model: clean, find the structure, recognise each line once, put everything in its
// place.
//
//   ScanReader reader(&recognizer, {});
//   Result<Page> page = reader.read(source, &columns);
//
// Not thread safe; borrows the recogniser.
#ifndef ATTEST_OCR_SCAN_PAGE_H_
#define ATTEST_OCR_SCAN_PAGE_H_

#include <string>

#include "ocr/clean.h"
#include "ocr/column_memory.h"
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

  // `columns` of the document's pages; null: the page stands by itself.
  Result<Page> read(const SourcePage& source, ColumnMemory* columns = nullptr);

 private:
  LineRecognizer* recognizer_;
  ScanOptions options_;
};

}  // namespace attest

#endif  // ATTEST_OCR_SCAN_PAGE_H_
