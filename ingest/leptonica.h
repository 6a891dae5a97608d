// Leptonica at the border: owned handles, and pictures in memory to our Image. Private to this folder.
#ifndef ATTEST_INGEST_LEPTONICA_H_
#define ATTEST_INGEST_LEPTONICA_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "ingest/jpeg_png.h"
#include "record/image.h"

struct Pix;

namespace attest {

struct IngestPixDeleter {
  void operator()(Pix* pix) const;
};
using PixPointer = std::unique_ptr<Pix, IngestPixDeleter>;

// Leptonica prints to stderr unless told not to; every entry into this folder's decoders calls this first.
void silence_leptonica();

// Grey for 1, 2, 4, 8, 16 bits and grey palettes; RGB for colour. Transparency is laid on white. Sets no dpi.
// Empty when memory runs out.
Image to_image(const Pix& pix);

// The directory at `offset` in a TIFF file.
std::optional<Decoded> decode_tiff(std::span<const std::uint8_t> bytes, std::size_t offset);

// Resampled by these factors; empty when memory runs out.
Image scaled(const Image& image, double factor_x, double factor_y);

}  // namespace attest

#endif  // ATTEST_INGEST_LEPTONICA_H_
