// A line image as the network wants it: scaled to its height, contrast stretched between the darkest and the
// lightest strokes of the middle row. Scaling is Leptonica's pixScale, because it is part of the result that
// the models were trained with. Pure and thread safe.
#ifndef ATTEST_OCR_LSTM_LINE_IMAGE_H_
#define ATTEST_OCR_LSTM_LINE_IMAGE_H_

#include "ocr/lstm/network.h"
#include "record/image.h"

namespace attest::lstm {

struct PreparedLine {
  LineInput input;
  double scale = 1;  // network pixels a pixel of the image
};

// An image that is empty, narrower than one column or absurdly wide gives an input of width 0.
PreparedLine prepare_line(const Image& image, int height);

}  // namespace attest::lstm

#endif  // ATTEST_OCR_LSTM_LINE_IMAGE_H_
