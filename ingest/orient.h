// Quarter turns and flips of a picture: eight ways to lay it.
#ifndef ATTEST_INGEST_ORIENT_H_
#define ATTEST_INGEST_ORIENT_H_

#include "record/image.h"

namespace attest {

// Where a stored picture's axes point on the upright page, x to the right and y down. {1, 0, 0, 1} is as
// stored; {0, 1, -1, 0} is turned a quarter clockwise: its rows run down, its columns to the left.
struct Orientation {
  int right_x = 1, right_y = 0;  // direction in which a stored row runs
  int down_x = 0, down_y = 1;    // direction in which the stored rows follow each other
  bool stored() const { return right_x == 1 && down_y == 1; }
};

// The same turned clockwise by `degrees`, a multiple of 90.
Orientation turned(Orientation orientation, int degrees);

// Of the tag "Orientation" in Exif and TIFF (TIFF 6.0, section 8), 1 to 8; others are 1.
Orientation orientation_of_tag(int tag);
// How far clockwise the stored picture lies from upright; flips count as their turn.
int stored_turn(const Orientation& orientation);

Image oriented(const Image& image, const Orientation& orientation);

}  // namespace attest

#endif  // ATTEST_INGEST_ORIENT_H_
