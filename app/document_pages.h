// The pages of a document, read by one process or by several at once.
//
//   std::optional<DocumentPages> pages = read_pages(document, engine, report, parts, sources);
//   help_with_pages(input, engine, report, parts);                 // in a process that helps
//
// Helpers open the document by themselves. What pages tell each other (ocr/column_memory.h) goes by `parts`,
// so a page is read as it is when one process reads all of them. Not thread safe.
#ifndef ATTEST_APP_DOCUMENT_PAGES_H_
#define ATTEST_APP_DOCUMENT_PAGES_H_

#include <optional>
#include <string_view>
#include <vector>

#include "app/parts.h"
#include "app/pipeline.h"
#include "app/second_look.h"
#include "app/stage.h"
#include "ingest/document.h"

namespace attest {

struct DocumentPages {
  std::vector<Page> pages;    // one that could not be read is blank, so that those behind keep their numbers
  std::vector<Error> errors;  // of pages, then the document's warnings
};

// Those that the engine's options want, in order; without any that could be read `pages` is empty. Nothing
// where what others have read cannot stand beside what is read here: another file by now, or a damaged one,
// of which libraries say each thing once. Then all must be read anew, by one process.
std::optional<DocumentPages> read_pages(Document& document, Engine& engine, const StageReport& report,
                                        DocumentParts& parts, PageSources& sources);

// Reads pages of a document that another process has. Does none where it cannot be opened.
void help_with_pages(const Input& input, Engine& engine, const StageReport& report, DocumentParts& parts);

// What the coordinator asks of what helpers hand in.
bool is_page_reading(std::string_view bytes);
bool is_page_hint(std::string_view bytes);

}  // namespace attest

#endif  // ATTEST_APP_DOCUMENT_PAGES_H_
