// Company seals on pages of black and white only, where a seal is as dark as the print: its ring breaks
// tables and joins lines, its star hides what is under it.
//
//   remove_black_seals(&grey);   // rings and stars go, strokes that cross a ring stay
//
// Pure but for the image given; thread safe. Pixels; one channel, ink below 128. The text along the ring
// stays: it cannot be told from print.
#ifndef ATTEST_OCR_BLACK_SEALS_H_
#define ATTEST_OCR_BLACK_SEALS_H_

#include <vector>

#include "record/image.h"

namespace attest {

struct SealRing {
  double x = 0, y = 0;            // its middle
  double radius = 0;              // of the stroke's middle, in the mean
  double thickness = 0;           // of the stroke
  double across = 0, aslant = 0;  // what cosine and sine of twice the angle add: scanners draw ellipses

  double radius_at(double dx, double dy) const;  // in the direction of a vector
};

// Rings of a seal's size (30 to 60 mm across) of which nearly all is there.
std::vector<SealRing> find_seal_rings(const Image& page);

// Returns those that there were: what stood under them may have lost strokes with them.
std::vector<SealRing> remove_black_seals(Image* page);

}  // namespace attest

#endif  // ATTEST_OCR_BLACK_SEALS_H_
