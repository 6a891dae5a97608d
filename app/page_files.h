// Files of a document's pages that stand beside its record: ALTO, hOCR, a searchable PDF.
//
//   worker:       payload = document_payload(record, input, ingest_options, formats);
//   coordinator:  for (PageFile& file : take_page_files(payload)) …     // what is left is the record's JSON
//
// The worker opens the document again for its page images. A transcript has none, and a format that could not
// be made is a file with an error; the record is not touched by it.
#ifndef ATTEST_APP_PAGE_FILES_H_
#define ATTEST_APP_PAGE_FILES_H_

#include <string>
#include <vector>

#include "ingest/document.h"
#include "record/report.h"

namespace attest {

struct PageFormats {
  bool alto = false, hocr = false, pdf = false;

  bool any() const { return alto || hocr || pdf; }
};

// By the names of `--to`; others are passed over.
PageFormats page_formats(const std::vector<std::string>& names);

// What comes behind a record's name: ".alto.xml", ".hocr", ".searchable.pdf".
std::vector<std::string> endings_of(const PageFormats& formats);

struct PageFile {
  std::string ending;
  std::string bytes;         // or, where it failed:
  std::string failure = {};  // why there is none
};

std::string document_payload(const Record& record, const Input& input, const IngestOptions& options,
                             const PageFormats& formats);

// Takes what stands behind the JSON; a payload that is broken there gives none.
std::vector<PageFile> take_page_files(std::string& payload);

}  // namespace attest

#endif  // ATTEST_APP_PAGE_FILES_H_
