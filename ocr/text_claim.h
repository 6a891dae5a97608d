// Whether a text layer can be what is printed at all. A layer is a claim (scanner-made layers with wrong text
// are common); here it is weighed without recognising anything, `ocr/reader` compares a few recognised words
// on top.
#ifndef ATTEST_OCR_TEXT_CLAIM_H_
#define ATTEST_OCR_TEXT_CLAIM_H_

#include "ocr/raster.h"
#include "record/source.h"

namespace attest {

struct TextClaim {
  int characters = 0;  // code points that should show ink
  double valid = 1;    // share that are hanzi, ASCII, CJK punctuation or other assigned characters, 0..1
  double inked = 1;    // share of glyph boxes with ink of a glyph's amount in them; 1 without an image
  double explained =
      1;  // share of the page's glyph-sized ink that lies under glyph boxes; 1 without an image
  bool plausible() const;  // over the thresholds in text_claim.cc
};

// `binary` is the page image (1 bit, set = ink) at `dpi`; null: only characters are weighed.
TextClaim weigh_text_layer(const SourcePage& source, PIX* binary, double dpi);

}  // namespace attest

#endif  // ATTEST_OCR_TEXT_CLAIM_H_
