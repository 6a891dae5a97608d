// Several readings of one thing: the places of a field, and fields that print the same in most reports, are
// read glyph by glyph with what the recogniser thought of each.
//
// Pure; thread safe.
#ifndef ATTEST_NORMALIZE_JOINT_READING_H_
#define ATTEST_NORMALIZE_JOINT_READING_H_

#include <cstddef>
#include <vector>

#include "record/reading.h"

namespace attest {

// The best of a field's places; where it is unsure of a glyph and another place of the same length is not,
// the other's. Places that really differ are read with confidence in both and stay.
Piece voted(const std::vector<Piece>& pieces, std::size_t best);

// Lets another field be heard. It may truly differ, so it counts only where it says nearly the same, and for
// glyphs that were nearly read as its own: both together must say its glyph rather than this one. Where they
// are of two minds, a glyph that makes a word of the dictionary (垃圾) has it over one that makes none
// (垃坝).
void hear(const Piece& repeat, Piece& piece);

}  // namespace attest

#endif  // ATTEST_NORMALIZE_JOINT_READING_H_
