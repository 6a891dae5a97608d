// JPEG by libjpeg and PNG by libpng, from memory. Called directly because Leptonica lets both print to
// stderr.
#ifndef ATTEST_INGEST_JPEG_PNG_H_
#define ATTEST_INGEST_JPEG_PNG_H_

#include <cstdint>
#include <optional>
#include <span>

#include "record/image.h"

namespace attest {

struct Decoded {
  Image image;                  // without dpi
  double dpi_x = 0, dpi_y = 0;  // as the file says, 0 where it does not
  bool damaged = false;         // cut short: the image is given as far as it goes
};

// Width and height in pixels of a JPEG or PNG, from its header alone.
struct PixelSize {
  std::int64_t width = 0, height = 0;
};
std::optional<PixelSize> jpeg_size(std::span<const std::uint8_t> bytes);
std::optional<PixelSize> png_size(std::span<const std::uint8_t> bytes);

// Grey stays grey, colour becomes RGB; CMYK is refused. Transparency is laid on white.
std::optional<Decoded> decode_jpeg(std::span<const std::uint8_t> bytes);
std::optional<Decoded> decode_png(std::span<const std::uint8_t> bytes);

}  // namespace attest

#endif  // ATTEST_INGEST_JPEG_PNG_H_
