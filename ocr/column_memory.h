// What reading a page must know of the pages before it: the columns of the last table whose header was read,
// since its continuation on the next page often has none. All else about a page is read from the page alone.
//
//   ColumnsInOrder columns;                          // one a document
//   for (const SourcePage& source : pages) reader.read(source, &columns);
//
// Pages may be read in any order or at the same time, if `before` waits until the pages before are through
// with `after`.
#ifndef ATTEST_OCR_COLUMN_MEMORY_H_
#define ATTEST_OCR_COLUMN_MEMORY_H_

#include <iterator>
#include <map>

#include "ocr/column_content.h"

namespace attest {

class ColumnMemory {
 public:
  virtual ~ColumnMemory() = default;
  // The headers of a page with an image are read. `columns`: those of its last table with a header, or empty.
  // Comes before the page's `before`.
  virtual void after(int page, const KnownColumns& columns) = 0;
  // Those of the last page before this one that had any. Asked for at most once a page.
  virtual KnownColumns before(int page) = 0;
};

// For pages that are read one after the other. Not thread safe.
class ColumnsInOrder : public ColumnMemory {
 public:
  void after(int page, const KnownColumns& columns) override {
    if (!columns.empty()) pages_[page] = columns;
  }
  KnownColumns before(int page) override {
    const auto next = pages_.lower_bound(page);
    return next == pages_.begin() ? KnownColumns{} : std::prev(next)->second;
  }

 private:
  std::map<int, KnownColumns> pages_;
};

}  // namespace attest

#endif  // ATTEST_OCR_COLUMN_MEMORY_H_
