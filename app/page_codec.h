// The reading of a page as bytes, from the process that did it to the one that has the document. Every value
// comes back to the bit. Bytes of strangers' making are told: what does not decode, or is no page model that
// the stages behind could walk (indices that lead nowhere, numbers that are none), gives nothing.
//
//   std::string bytes = encoded({sha256, page, …});
//   std::optional<PageReading> reading = decoded_reading(bytes);
#ifndef ATTEST_APP_PAGE_CODEC_H_
#define ATTEST_APP_PAGE_CODEC_H_

#include <optional>
#include <string>
#include <string_view>

#include "ocr/column_memory.h"
#include "record/error.h"
#include "record/page.h"

namespace attest {

struct PageReading {
  std::string sha256;   // of the document that was opened for it
  int number = 0;       // of the page
  bool warned = false;  // opening it brought a warning
  Result<Page> page = Page{};
};

std::string encoded(const PageReading& reading);
std::optional<PageReading> decoded_reading(std::string_view bytes);

std::string encoded(const KnownColumns& columns);
std::optional<KnownColumns> decoded_columns(std::string_view bytes);

}  // namespace attest

#endif  // ATTEST_APP_PAGE_CODEC_H_
