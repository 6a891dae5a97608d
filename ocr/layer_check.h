// Does the text layer of a scan say what the page shows? The page has been read from its image; the layer's
// characters at the place of each line are compared with what was read there.
//
//   LayerAgreement agreement = compare_layer(page, source.words);
//   if (agreement.disagrees()) ... Notice "reading.text_layer"
//
// Pure; thread safe. Boxes in points of the same upright page.
#ifndef ATTEST_OCR_LAYER_CHECK_H_
#define ATTEST_OCR_LAYER_CHECK_H_

#include <vector>

#include "record/page.h"
#include "record/source.h"

namespace attest {

struct LayerAgreement {
  int characters = 0, wrong = 0;  // over lines that were read with confidence
  int digits = 0, wrong_digits = 0;
  bool disagrees() const;
};

LayerAgreement compare_layer(const Page& page, const std::vector<TextWord>& words);

}  // namespace attest

#endif  // ATTEST_OCR_LAYER_CHECK_H_
