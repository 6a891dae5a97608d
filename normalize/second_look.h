// A number that was looked at again: what several readings of one place, in different settings, say together.
//
//   Seen seen = see_again(score_field, looks, room, evidence);
//
// Each reading gives every value a probability (what was read, its alternatives, and a floor for all else);
// the values are ranked by the mean of the logarithms. Readings of one image err together, so that all of
// them count as two independent ones, however many there are. Pure.
#ifndef ATTEST_NORMALIZE_SECOND_LOOK_H_
#define ATTEST_NORMALIZE_SECOND_LOOK_H_

#include <vector>

#include "record/report.h"

namespace attest {

enum class Seen {
  nothing,    // the looks say nothing: the field is as before
  confirmed,  // they read what was read; it is surer now
  doubted,    // they disagree among themselves or with what was read; it is less sure now
  changed,    // they agree on another value, which the field now has
};

// Puts what the looks say into `field`: value, confidence, other readings; a field that was null gets a value
// where they agree on one, standing at `evidence`. `room`: digits that have room in the ink; 0: not known.
Seen see_again(OptionalField& field, const std::vector<std::vector<Glyph>>& looks, double room,
               const Evidence& evidence);

// The number that most of the looks read, where nearly all agree on it with confidence; else nothing. For
// comparison with a text layer.
std::optional<std::string> agreed_number(const std::vector<std::vector<Glyph>>& looks, double room);

// Whether some look allows this value, as what it read or as an alternative worth a thought.
bool may_be(const std::string& value, const std::vector<std::vector<Glyph>>& looks);

}  // namespace attest

#endif  // ATTEST_NORMALIZE_SECOND_LOOK_H_
