// A line image framed for the network: as the line finder cut it, or cut again to its ink along the line with
// a given air, and which columns hold ink, for white space between glyphs. Pure and thread safe; pixels of
// the image given.
#ifndef ATTEST_OCR_LSTM_FRAME_H_
#define ATTEST_OCR_LSTM_FRAME_H_

#include <vector>

#include "record/image.h"

namespace attest::lstm {

struct FramedLine {
  Image image;            // empty when the line holds no ink
  int left = 0, top = 0;  // of `image` in the image given; negative where air was added
  std::vector<bool> ink;  // by column of the image given
};

// Air around the ink, in heights of the line.
struct Air {
  double before = 0, behind = 0;  // along the line
  double across = 0;              // added above and below the image
  bool as_cut = false;            // the image as it is
};

// With which lines are read first: by a model that was trained on the line finder's cuts, and by others.
constexpr Air kCutsAir = {.as_cut = true}, kUsualAir = {0.15, 0.15, 0.05};

FramedLine frame_line(const Image& image, const Air& air);

}  // namespace attest::lstm

#endif  // ATTEST_OCR_LSTM_FRAME_H_
