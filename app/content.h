// What a document is known by: a digest of its bytes, taken without opening it as a document.
#ifndef ATTEST_APP_CONTENT_H_
#define ATTEST_APP_CONTENT_H_

#include <string>
#include <string_view>

#include "ingest/document.h"
#include "record/error.h"

namespace attest {

// SHA-256 in lower-case hex.
std::string sha256_hex(std::string_view bytes);

// Of a file or of bytes: their SHA-256, as a record's `source.sha256`. Of a folder: of its files' digests and
// names in name order. `unreadable` where the system refuses.
Result<std::string> content_digest(const Input& input);

}  // namespace attest

#endif  // ATTEST_APP_CONTENT_H_
