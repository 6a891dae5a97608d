// The text layer of a PDF page, by Poppler: words with a box for each character.
#ifndef ATTEST_INGEST_PDF_TEXT_H_
#define ATTEST_INGEST_PDF_TEXT_H_

#include <vector>

#include "record/source.h"

namespace poppler {
class page;
}

namespace attest {

// As a viewer shows the page (/Rotate done), points from its top left.
struct PageText {
  double width = 0, height = 0;
  std::vector<TextWord> words;
  int turn = 0;  // how far clockwise most characters lie from upright: 0, 90, 180, 270
};

PageText read_text(poppler::page& page);

// The words after the turn was undone; width and height become those of the upright page.
std::vector<TextWord> upright_words(PageText text, double& width, double& height);

// Whether the layer is made of characters that mean something. A font without a character map gives
// private-use code points or U+FFFD for whole lines, with glyphs that a reader sees perfectly well.
bool has_meaning(const std::vector<TextWord>& words);

}  // namespace attest

#endif  // ATTEST_INGEST_PDF_TEXT_H_
