// A raster page or a cut of it: 8 bits a sample, row-major without padding, grey (1) or RGB (3 channels).
// Owns its pixels; copying copies them. Not synchronised: share only as const.
#ifndef ATTEST_RECORD_IMAGE_H_
#define ATTEST_RECORD_IMAGE_H_

#include <cstddef>
#include <cstdint>
#include <vector>

namespace attest {

struct Image {
  int width = 0, height = 0;  // pixels
  int channels = 1;           // 1 grey (0 black … 255 white) or 3 RGB
  double dpi = 0;             // pixels an inch, the same in both directions
  std::vector<std::uint8_t> pixels = {};

  bool empty() const { return pixels.empty(); }
  std::uint8_t* row(int y) { return pixels.data() + static_cast<std::size_t>(y) * width * channels; }
  const std::uint8_t* row(int y) const {
    return pixels.data() + static_cast<std::size_t>(y) * width * channels;
  }
};

}  // namespace attest

#endif  // ATTEST_RECORD_IMAGE_H_
