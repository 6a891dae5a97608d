// Empty boxes whose hairlines are broken: by a fax that dropped their pixels, or by a threshold that lost
// their grey. Pixels; pure and thread safe.
#ifndef ATTEST_OCR_MARKS_FAINT_H_
#define ATTEST_OCR_MARKS_FAINT_H_

#include <span>
#include <vector>

#include "ocr/marks_frame.h"
#include "ocr/raster.h"

namespace attest {

// Everything that is darker than its paper, hairlines and their blur included. Null where `grey` is null.
PixPtr sensitive_binary(PIX* grey);

// Squares of broken lines with nothing inside and nothing next to them but a label on their right. `drawn` is
// the printed share of the sides, `likeness` half of it at most (under
// kFaintComplete where a whole side is lost): such a thing is a box only in company (see
// ocr/marks.cc).
inline constexpr double kFaintComplete = 0.3;
std::vector<Frame> find_faint_frames(PIX* sensitive, SizeRange sizes);

// What is left of boxes on the same line as known ones, and of their size: parts of three sides at least,
// white inside and before. `drawn` is the printed share of the sides, `likeness` 0.
std::vector<Frame> find_faint_beside(PIX* sensitive, std::span<const PixelBox> known);

}  // namespace attest

#endif  // ATTEST_OCR_MARKS_FAINT_H_
