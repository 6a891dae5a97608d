// The chain of directories of a TIFF file, walked without libtiff so that loops and lies end (TIFF 6.0,
// section 2):
//
//   "II" or "MM", 42, offset ─▶ count, entries {tag, type, count, value or offset} × count, offset of the
//   next ─▶ …  0
//
// Also the orientation that a camera notes in a JPEG, which is a small TIFF inside (Exif 2.32, 4.5.2).
#ifndef ATTEST_INGEST_TIFF_DIRECTORY_H_
#define ATTEST_INGEST_TIFF_DIRECTORY_H_

#include <cstdint>
#include <span>
#include <vector>

namespace attest {

struct TiffDirectory {
  std::size_t offset = 0;
  std::int64_t width = 0, height = 0;
  int compression = 1;
  int orientation = 1;        // 1 to 8
  int bits = 1, samples = 1;  // bits a sample (the first's), samples a pixel
  bool reduced = false;       // a thumbnail of another page
};

struct TiffChain {
  std::vector<TiffDirectory> pages;  // thumbnails left out
  bool damaged = false;              // the chain loops or leads out of the file
};

// At most `max_pages` + 1 pages: one more than allowed is enough to refuse the file.
TiffChain walk_tiff(std::span<const std::uint8_t> bytes, int max_pages);

// Orientation tag of a JPEG's Exif block; 1 where there is none.
int exif_orientation(std::span<const std::uint8_t> jpeg);

}  // namespace attest

#endif  // ATTEST_INGEST_TIFF_DIRECTORY_H_
