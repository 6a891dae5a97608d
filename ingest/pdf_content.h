// What a PDF page draws: which images, where, and whether text lies over or under them. Content streams only;
// nothing is decoded. (ISO 32000-1: 8.3 coordinates, 8.8 external objects, 9.3.6 text rendering modes.)
#ifndef ATTEST_INGEST_PDF_CONTENT_H_
#define ATTEST_INGEST_PDF_CONTENT_H_

#include <array>
#include <qpdf/QPDFObjectHandle.hh>
#include <qpdf/QPDFPageObjectHelper.hh>
#include <vector>

#include "record/geometry.h"

namespace attest {

// [a b c d e f] of a `cm`: x' = a x + c y + e, y' = b x + d y + f. Points of the page's own space, y up.
using Matrix = std::array<double, 6>;

struct PlacedImage {
  QPDFObjectHandle stream;
  Matrix matrix;     // unit square to page
  double share = 0;  // of the page's area that its bounding box covers, 0..1
};

struct PageContent {
  Box box;                          // the page's crop box in its own space: left, *bottom*, width, height
  int rotate = 0;                   // /Rotate, 0, 90, 180 or 270
  std::vector<PlacedImage> images;  // that are not covered by a later one over the whole page
  long visible_text = 0;            // bytes of strings shown and not covered
  long hidden_text = 0;             // bytes of strings in rendering mode 3, or covered
  long paths = 0;                   // strokes, fills and shadings not covered
  bool annotated = false;           // has annotations that print something
  bool complete = false;            // the whole content was understood
  double image_share() const;
};

// An image covers a page when its bounding box has this share of it: scanners leave margins of some
// millimetres.
inline constexpr double kWholePage = 0.85;

// Pixels of all images that the page's resources name, those of its forms too. 0: the page shows no image.
double pixels_in_resources(QPDFPageObjectHelper page);

// Never throws; what could not be parsed leaves `complete` false.
PageContent read_content(QPDFPageObjectHelper page);

}  // namespace attest

#endif  // ATTEST_INGEST_PDF_CONTENT_H_
