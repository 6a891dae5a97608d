// Ruled lines on a page image: the frames and separators of tables, and lone lines such as a header's
// underline.
//
//   Rulings rulings = find_rulings(binary.get(), dpi);
//   PixPtr text_only = without_rulings(binary.get(), rulings);
//
// Takes a deskewed 1-bit page; a residual skew of 0.3 degrees, a slight bend (photographs), breaks, faint
// stretches and double lines are tolerated. Whether lines make a table is decided in ocr/tables.h. Pixels;
// pure and thread safe; nothing found is an empty answer.
#ifndef ATTEST_OCR_RULINGS_H_
#define ATTEST_OCR_RULINGS_H_

#include <vector>

#include "ocr/raster.h"

namespace attest {

// A line from (x0, y0) to (x1, y1), left to right or top to bottom, along its middle. `pieces` are the
// stretches of it that have ink, in its own direction, so that a missing stretch can be told from a printed
// one.
struct Ruling {
  int x0 = 0, y0 = 0, x1 = 0, y1 = 0;
  int thickness = 1;
  struct Piece {
    int from = 0, to = 0;  // x of a horizontal, y of a vertical line; `to` exclusive
    int at = 0;            // the other coordinate of its middle
    double thickness = 1;  // pixels, its mean
  };
  std::vector<Piece> pieces = {};

  // The line's y at x (horizontal) or x at y (vertical), following its pieces.
  int across(int along) const;
};

struct Rulings {
  std::vector<Ruling> horizontal, vertical;  // from top to bottom, from left to right
};

Rulings find_rulings(PIX* binary, double dpi);

// The binary with the long thin lines that stand out from the grey page above and below them (left and right
// of them): at the threshold that suits text, the hairlines of a low resolution come out in pieces. Grey of
// one channel and of the binary's size; else a copy.
PixPtr with_hairlines(PIX* binary, const Image& grey, double dpi);

// The ink of a horizontal ruling with its blurred edges, as boxes along it: of a place where a glyph's stroke
// stands on it or hangs from it the ruling's own part, of one where a stroke crosses it nothing.
std::vector<PixelBox> own_ink(PIX* binary, const Ruling& horizontal);

// The page without its rulings; strokes of glyphs that touch or cross a line are kept.
PixPtr without_rulings(PIX* binary, const Rulings& rulings);

}  // namespace attest

#endif  // ATTEST_OCR_RULINGS_H_
