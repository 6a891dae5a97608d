// Leptonica at the border: owned handles, and pictures in memory to our Image. Private to this folder.
#ifndef ATTEST_INGEST_LEPTONICA_H_
#define ATTEST_INGEST_LEPTONICA_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "record/image.h"

struct Pix;

namespace attest {

struct PixDeleter {
  void operator()(Pix* pix) const;
};
using PixPointer = std::unique_ptr<Pix, PixDeleter>;

// Leptonica prints to stderr unless told not to; every entry into this folder's decoders calls this first.
void silence_leptonica();

// Grey for 1, 2, 4, 8, 16 bits and grey palettes; RGB for colour. Transparency is laid on white. Sets no dpi.
// Empty when memory runs out.
Image to_image(const Pix& pix);

// Width and height in pixels of a JPEG or PNG, from its header alone.
struct PixelSize {
  std::int64_t width = 0, height = 0;
};
std::optional<PixelSize> pixel_size(std::span<const std::uint8_t> bytes);

struct Decoded {
  Image image;                  // without dpi
  double dpi_x = 0, dpi_y = 0;  // as the file says, 0 where it does not
  bool damaged = false;         // cut short: the image is given as far as it goes
};
std::optional<Decoded> decode_jpeg(std::span<const std::uint8_t> bytes);
std::optional<Decoded> decode_png(std::span<const std::uint8_t> bytes);
// The directory at `offset` in a TIFF file.
std::optional<Decoded> decode_tiff(std::span<const std::uint8_t> bytes, std::size_t offset);

// Resampled by these factors; empty when memory runs out.
Image scaled(const Image& image, double factor_x, double factor_y);

}  // namespace attest

#endif  // ATTEST_INGEST_LEPTONICA_H_
