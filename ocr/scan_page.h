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
#include <vector>

#include "ocr/boilerplate.h"
#include "ocr/clean.h"
#include "ocr/column_memory.h"
#include "ocr/recognizer.h"
#include "record/error.h"
#include "record/page.h"
#include "record/source.h"

namespace attest {

struct ScanOptions {
  std::string debug_images;              // folder; empty: none
  std::vector<std::string> boilerplate;  // paragraphs that need not be read in full (ocr/boilerplate.h)
};

class ScanReader {
 public:
  ScanReader(LineRecognizer* recognizer, ScanOptions options);

  // `columns` of the document's pages; null: the page stands by itself. `all_text`: boilerplate too.
  Result<Page> read(const SourcePage& source, ColumnMemory* columns = nullptr, bool all_text = true);

 private:
  LineRecognizer* recognizer_;
  ScanOptions options_;
  Boilerplate boilerplate_;
};

}  // namespace attest

#endif  // ATTEST_OCR_SCAN_PAGE_H_
