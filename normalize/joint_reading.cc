#include "normalize/joint_reading.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "text/fold.h"
#include "text/words.h"

namespace attest {
namespace {

std::vector<std::size_t> printed(const Piece& piece) {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < piece.glyphs.size(); ++i) {
    const std::string& text = piece.glyphs[i].text;
    if (text != " " && !text.starts_with('\n')) out.push_back(i);
  }
  return out;
}

// Whether one glyph is unsure and the other is not.
bool yields(const Glyph& glyph, const Glyph& other) {
  constexpr double kUnsure = 0.8, kClearlyBetter = 0.15;
  return glyph.text != other.text && glyph.confidence < kUnsure &&
         other.confidence > glyph.confidence + kClearlyBetter;
}

void take_reading(Glyph& glyph, const Glyph& other) {
  glyph.text = other.text;
  glyph.confidence = other.confidence;
  glyph.alternatives = other.alternatives;
}

}  // namespace

Piece voted(const std::vector<Piece>& pieces, std::size_t best) {
  Piece out = pieces[best];
  const std::vector<std::size_t> mine = printed(out);
  for (std::size_t p = 0; p < pieces.size(); ++p) {
    const std::vector<std::size_t> theirs = printed(pieces[p]);
    if (p == best || theirs.size() != mine.size()) continue;
    for (std::size_t i = 0; i < mine.size(); ++i) {
      Glyph& glyph = out.glyphs[mine[i]];
      const Glyph& other = pieces[p].glyphs[theirs[i]];
      if (glyph.text == other.text) {
        glyph.confidence = std::max(glyph.confidence, other.confidence);
      } else if (yields(glyph, other)) {
        take_reading(glyph, other);
      }
    }
  }
  return out;
}

namespace {

// Probability that a glyph is this text, as far as its recogniser thought of it.
double probability(const Glyph& glyph, const std::string& text) {
  constexpr double kUnthought = 0.1, kLeast = 1e-4;  // of what the reading leaves; of anything
  if (glyph.text == text) return glyph.confidence;
  for (const Alternative& a : glyph.alternatives) {
    if (a.text == text) return glyph.confidence * std::exp(-a.cost);
  }
  return std::max(kLeast, kUnthought * (1 - glyph.confidence));
}

bool considered(const Glyph& glyph, const std::string& text) {
  return std::any_of(glyph.alternatives.begin(), glyph.alternatives.end(),
                     [&](const Alternative& a) { return a.text == text; });
}

// Times as probable that both places print the other's glyph rather than this one.
double odds(const Glyph& glyph, const Glyph& other) {
  return probability(glyph, other.text) * other.confidence /
         (glyph.confidence * probability(other, glyph.text));
}

// Whether the other's glyph makes a word here, and this one does not.
bool makes_word(const Piece& piece, const std::vector<std::size_t>& places, std::size_t at,
                const Glyph& other) {
  std::u32string text;
  std::size_t index = 0;
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (i == at) index = text.size();
    text += to_u32(piece.glyphs[places[i]].text);
  }
  const std::u32string theirs = to_u32(other.text);
  if (theirs.size() != 1 || within_word(text, index)) return false;
  text[index] = theirs[0];
  return within_word(text, index);
}

bool is_one_hanzi(const Glyph& glyph) {
  const std::u32string text = to_u32(glyph.text);
  return text.size() == 1 && is_hanzi(text[0]);
}

double distance_along_line(const Glyph& from, const Glyph& to) {
  const bool same_line = std::abs(from.box.center_y() - to.box.center_y()) < from.box.height / 2;
  return same_line ? to.box.left - from.box.left : 0;
}

// How far one hanzi stands from the next: the median of those that stand beside another.
double pitch_of(const Piece& piece, const std::vector<std::size_t>& places) {
  std::vector<double> steps;
  for (std::size_t i = 0; i + 1 < places.size(); ++i) {
    const Glyph &a = piece.glyphs[places[i]], &b = piece.glyphs[places[i + 1]];
    const double step = distance_along_line(a, b);
    if (is_one_hanzi(a) && is_one_hanzi(b) && step > 0) steps.push_back(step);
  }
  if (steps.empty()) return 0;
  const auto middle = steps.begin() + static_cast<std::ptrdiff_t>(steps.size() / 2);
  std::nth_element(steps.begin(), middle, steps.end());
  return *middle;
}

bool is_mark_between(const Glyph& glyph) {
  return glyph.text == "、" || glyph.text == "，" || glyph.text == "；" || glyph.text == "。";
}

// Where the other says the same but for one mark between two glyphs, and those stand so far apart that it has
// room: the mark was lost, as thin strokes get, and not left out.
void hear_lost_mark(const Piece& repeat, Piece& piece) {
  constexpr double kRoom = 1.5;  // pitches of hanzi; without a mark one stands beside the next
  const std::vector<std::size_t> mine = printed(piece), theirs = printed(repeat);
  if (theirs.size() != mine.size() + 1) return;
  const auto same = [&](std::size_t i, std::size_t k) {
    return piece.glyphs[mine[i]].text == repeat.glyphs[theirs[k]].text;
  };
  std::size_t at = 0;
  while (at < mine.size() && same(at, at)) ++at;
  if (at == 0 || at == mine.size() || !is_mark_between(repeat.glyphs[theirs[at]])) return;
  for (std::size_t i = at; i < mine.size(); ++i) {
    if (!same(i, i + 1)) return;
  }
  const Glyph &before = piece.glyphs[mine[at - 1]], &after = piece.glyphs[mine[at]];
  if (distance_along_line(before, after) < kRoom * pitch_of(piece, mine) || !is_one_hanzi(before)) return;
  Glyph mark = repeat.glyphs[theirs[at]];
  mark.box = before.box;
  piece.glyphs.insert(piece.glyphs.begin() + static_cast<std::ptrdiff_t>(mine[at]), std::move(mark));
}

}  // namespace

void hear(const Piece& repeat, Piece& piece) {
  constexpr std::size_t kOneIn = 8;  // glyphs that differ, at most; of short texts one
  constexpr double kUnsure = 0.9;    // confidence of a glyph that may yield
  constexpr double kClearly = 2;     // odds for the other's glyph
  constexpr double kWord = 30;       // times as likely is a glyph that makes a word
  hear_lost_mark(repeat, piece);
  const std::vector<std::size_t> mine = printed(piece), theirs = printed(repeat);
  if (mine.size() != theirs.size()) return;
  std::vector<std::size_t> different;
  for (std::size_t i = 0; i < mine.size(); ++i) {
    if (piece.glyphs[mine[i]].text != repeat.glyphs[theirs[i]].text) different.push_back(i);
  }
  if (different.size() > std::max<std::size_t>(1, mine.size() / kOneIn) || different.size() >= mine.size())
    return;
  for (const std::size_t i : different) {
    Glyph& glyph = piece.glyphs[mine[i]];
    const Glyph& other = repeat.glyphs[theirs[i]];
    if (!considered(glyph, other.text) || glyph.confidence >= kUnsure) continue;
    double for_other = odds(glyph, other);
    if (for_other > kClearly / kWord && makes_word(piece, mine, i, other)) for_other *= kWord;
    if (for_other <= kClearly) continue;
    take_reading(glyph, other);
    glyph.confidence = for_other / (1 + for_other);
  }
}

}  // namespace attest
