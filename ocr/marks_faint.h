// Empty boxes whose hairlines are broken: by a fax that dropped their pixels, or by a threshold that lost
// their grey. Pixels; pure and thread safe.
#ifndef ATTEST_OCR_MARKS_FAINT_H_
#define ATTEST_OCR_MARKS_FAINT_H_

#include <memory>
#include <span>
#include <vector>

#include "ocr/marks_frame.h"
#include "ocr/raster.h"

namespace attest {

// Likeness under which a frame of broken lines lacks a whole side.
inline constexpr double kFaintComplete = 0.3;

class FaintSums;

// Everything on a page that is darker than its paper, hairlines and their blur included.
class FaintInk {
 public:
  // Without a grey page, or without memory, nothing is found.
  explicit FaintInk(PIX* grey);
  ~FaintInk();

  // At the page's resolution; may be null.
  PIX* binary() const { return binary_.get(); }

  // Squares of broken lines with nothing inside and nothing next to them but a label on their right. `drawn`
  // is the printed share of the sides, `likeness` half of it at most (under kFaintComplete where a whole side
  // is lost): such a thing is a box only in company (see ocr/marks.cc).
  std::vector<Frame> frames(SizeRange sizes) const;

  // What is left of boxes on the same line as known ones, and of their size: parts of three sides at least,
  // white inside and before. `drawn` is the printed share of the sides, `likeness` 0.
  std::vector<Frame> beside(std::span<const PixelBox> known) const;

 private:
  PixPtr binary_;
  std::unique_ptr<FaintSums> sums_;  // of the page at half its resolution
};

}  // namespace attest

#endif  // ATTEST_OCR_MARKS_FAINT_H_
