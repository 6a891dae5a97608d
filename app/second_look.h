// The second look, and the look through both channels: check says which numbers it wants to see again, the
// reader looks, normalize puts what it saw into the values, and check runs once more.
//
//   LookAgain look = …reader.look_again…;
//   compare_channels(pages, look, scheme, record);                // before check: notices reading.channels
//   record.findings = check(record, scheme);
//   take_second_look(pages, look, scheme, record);
//
// What cannot be looked at (no model, a page that does not open twice) leaves the record as it is. Not thread
// safe.
#ifndef ATTEST_APP_SECOND_LOOK_H_
#define ATTEST_APP_SECOND_LOOK_H_

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "ingest/document.h"
#include "ocr/reader.h"
#include "record/report.h"
#include "schemes/scheme.h"

namespace attest {

// Pages of one document for looking at them once more: rendered text pages are kept, as far as a bound on
// memory allows; scans are opened again. Borrows the document.
class PageSources {
 public:
  explicit PageSources(Document& document) : document_(document) {}

  void keep(SourcePage source);
  // Valid until the next call; null where the page cannot be opened.
  const SourcePage* get(int number);

 private:
  Document& document_;
  std::map<int, SourcePage> kept_;
  std::size_t kept_bytes_ = 0;
  std::optional<SourcePage> opened_;
};

// Reads places of a page again (PageReader::look_again).
using LookAgain = std::function<Result<std::vector<Look>>(const SourcePage& source, const Page& page,
                                                          std::span<const LookPlace> places, LookSettings)>;

// Reads the numbers that findings hang on, and cells that gave none, again from the image, and checks anew.
// How many places were looked at.
int take_second_look(PageSources& sources, const LookAgain& look_again, const Scheme& scheme, Record& record);

// Numbers of score cells and the project number on pages with a text layer, read from the image too; where
// both are sure and differ, the page gets a notice `reading.channels`.
void compare_channels(PageSources& sources, const LookAgain& look_again, const Scheme& scheme,
                      Record& record);

}  // namespace attest

#endif  // ATTEST_APP_SECOND_LOOK_H_
