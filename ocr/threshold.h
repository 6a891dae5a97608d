// Ink of a grey page: 1-bit images by thresholds, of the whole page or of its tiles.
//
//   PixPtr binary = ink_below(grey, 165);       // set where the page is darker
//   PixPtr even = ink_on_even_ground(grey);     // thresholds follow the ground
//
// One channel only. Null where there is no memory or nothing to look at. Pure and thread safe.
#ifndef ATTEST_OCR_THRESHOLD_H_
#define ATTEST_OCR_THRESHOLD_H_

#include <cstdint>

#include "ocr/raster.h"
#include "record/image.h"

namespace attest {

// Bytes of 0 or 1 to the bits of a row, in Leptonica's order: 32 bytes to each of its words.
void pack_bits(const std::uint8_t* bytes, int words, l_uint32* row);

PixPtr ink_below(const Image& grey, int level);
PixPtr ink_below(PIX* grey, int level);  // 8 bits

// As pixBackgroundNormSimple with its defaults and a threshold of `level` afterwards give it (ground at 200):
// the ground is looked at in tiles, without ink and what is next to it.
PixPtr ink_on_even_ground(const Image& grey, int level);

}  // namespace attest

#endif  // ATTEST_OCR_THRESHOLD_H_
