// What a file is by its first bytes; its name never decides.
#ifndef ATTEST_INGEST_FORMAT_H_
#define ATTEST_INGEST_FORMAT_H_

#include <cstdint>
#include <span>
#include <string_view>

namespace attest {

enum class Format {
  pdf,
  tiff,
  jpeg,
  png,
  refused,  // known, but not read here: JPEG 2000, JBIG2, BMP, GIF, WebP, office files, archives …
  other     // text, or nothing we know
};

struct Sniffed {
  Format format = Format::other;
  std::string_view name = {};        // "JPEG 2000", for messages
  std::string_view media_type = {};  // empty for `refused` and `other`
};

Sniffed sniff(std::span<const std::uint8_t> bytes);

// True for formats whose pages are images: those a folder of pages may hold.
bool is_page_image(Format format);

}  // namespace attest

#endif  // ATTEST_INGEST_FORMAT_H_
