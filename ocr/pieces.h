// Connected ink of a 1-bit image.
//
//   for (const PixelBox& box : ConnectedInk(binary).boxes()) …
//   const ConnectedInk ink(binary);  std::span<const InkRun> first = ink.runs(0);
//
// Pieces are 8-connected and come in the order of their first pixel, by row and then from the left, as
// Leptonica's pixConnComp has them. Null or no 1-bit image: no pieces. Values; thread safe. Pixels.
#ifndef ATTEST_OCR_PIECES_H_
#define ATTEST_OCR_PIECES_H_

#include <span>
#include <utility>
#include <vector>

#include "ocr/raster.h"

namespace attest {

// Ink in a row, from the first pixel to the one behind the last.
struct InkRun {
  int y = 0, from = 0, to = 0;
};

class ConnectedInk {
 public:
  explicit ConnectedInk(PIX* binary);

  const std::vector<PixelBox>& boxes() const { return boxes_; }
  // The piece with this index, by row and then from the left.
  std::span<const InkRun> runs(std::size_t piece) const {
    return std::span(runs_).subspan(first_[piece], first_[piece + 1] - first_[piece]);
  }

 private:
  std::vector<PixelBox> boxes_;
  std::vector<InkRun> runs_;        // piece by piece
  std::vector<std::size_t> first_;  // of each piece's runs; one more at the end
};

// Only the boxes, in less time and memory.
std::vector<PixelBox> boxes_of_ink(PIX* binary);

// A page's ink with the boxes of its pieces, for the steps that both look at.
struct PageInk {
  PixPtr pix;
  std::vector<PixelBox> pieces;

  explicit PageInk(PixPtr binary = nullptr) : pix(std::move(binary)), pieces(boxes_of_ink(pix.get())) {}
};

}  // namespace attest

#endif  // ATTEST_OCR_PIECES_H_
