// Bytes that may be text: UTF-8 (with or without BOM), UTF-16 with BOM, GB18030. Anything with control
// characters, or in GB18030 with too few common characters, is no text.
#ifndef ATTEST_INGEST_TEXT_BYTES_H_
#define ATTEST_INGEST_TEXT_BYTES_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace attest {

// The text as NFC UTF-8 without BOM, or nothing.
std::optional<std::string> decode_text(std::span<const std::uint8_t> bytes);

}  // namespace attest

#endif  // ATTEST_INGEST_TEXT_BYTES_H_
