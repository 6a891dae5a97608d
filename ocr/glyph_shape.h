// What the ink of a glyph says where recognisers are known to err: a seven is a slash with a bar on top, and
// in score tables the two mean a number and "does not apply"; a decimal point is small, but it is there.
//
// Pure; thread safe. Boxes of glyphs are pixels of the line image.
#ifndef ATTEST_OCR_GLYPH_SHAPE_H_
#define ATTEST_OCR_GLYPH_SHAPE_H_

#include <optional>
#include <vector>

#include "record/image.h"
#include "record/page.h"

namespace attest {

// How wide the ink reaches at its top, in widths of the stroke below: 1 to 1.5 for a slash, 2.5 to 10 for a
// seven (29 faces of Debian's fonts at 18 to 44 pixels an em, blurred and tilted). Nothing where there is too
// little ink to tell.
std::optional<double> top_bar(const Image& line, const Box& glyph);

// Glyphs read as "/" whose ink has a bar on top become "7", the other way round only where the recogniser
// held a slash possible; what was read stays as an alternative.
void tell_sevens_from_slashes(const Image& line, std::vector<Glyph>* glyphs);

// Where a dot of ink stands on the base line between two digits and none was read there, a "." is added; that
// nothing stands there stays as an alternative. `one_at_most`: a number has no second one.
void add_unread_points(const Image& line, bool one_at_most, std::vector<Glyph>* glyphs);

}  // namespace attest

#endif  // ATTEST_OCR_GLYPH_SHAPE_H_
