// Whether a text layer can be what is printed at all. A layer is a claim: fonts without a character map give
// private-use garbage, layers made by scanners may be shifted or belong to another page. Here it is weighed
// without recognising anything.
//
//   if (!weigh_text_layer(source, binary.get(), dpi).plausible()) read the page as a scan;
//
// Pure and thread safe.
#ifndef ATTEST_OCR_TEXT_CLAIM_H_
#define ATTEST_OCR_TEXT_CLAIM_H_

#include "ocr/raster.h"
#include "record/source.h"

namespace attest {

struct TextClaim {
  int characters = 0;  // code points that should show ink
  double valid = 1;    // share of assigned characters that are no private-use or replacement ones, 0..1
  double inked = 1;    // share of glyph boxes that hold a glyph's amount of ink, 0..1; 1 without an image

  bool plausible() const;
};

// `binary` is the page image (1 bit, set = ink) at `dpi`; null: only characters are weighed.
TextClaim weigh_text_layer(const SourcePage& source, PIX* binary, double dpi);

}  // namespace attest

#endif  // ATTEST_OCR_TEXT_CLAIM_H_
