// Softmax columns to characters: the best path through the recoder's codes, and for each character what else
// could stand in its place.
//
// Alternatives are exact: the probability of each code sequence in the columns of the glyph, summed over all
// its alignments. Immutable after construction; `decode` may run in several threads.
#ifndef ATTEST_OCR_LSTM_DECODER_H_
#define ATTEST_OCR_LSTM_DECODER_H_

#include <string>
#include <vector>

#include "ocr/lstm/code_tree.h"
#include "ocr/lstm/model_file.h"
#include "ocr/lstm/network.h"
#include "record/page.h"

namespace attest::lstm {

struct DecodedGlyph {
  int id = 0;                        // character of the model
  int begin = 0, end = 0;            // columns of its own codes, end exclusive
  int span_begin = 0, span_end = 0;  // with the nulls up to its neighbours
};

struct Decoded {
  std::vector<DecodedGlyph> glyphs;
  double cost = 0;  // of the whole path, nats
};

class Decoder {
 public:
  explicit Decoder(const ModelFile& model);

  // For columns of numbers, codes and dates: `characters` (by id) alone may stand.
  Restriction restriction_to(std::vector<bool> characters) const;

  Decoded decode(const LineOutput& line, const Restriction& restriction = {}) const;

  // The glyph with confidence and alternatives (boxes are not set).
  Glyph weigh(const LineOutput& line, const DecodedGlyph& glyph, const Restriction& restriction = {}) const;

  std::string text(const Decoded& decoded) const;
  const std::string& character(int id) const { return characters_[id]; }
  int character_count() const { return static_cast<int>(characters_.size()); }

 private:
  std::vector<std::string> characters_;
  CodeTree tree_;
};

}  // namespace attest::lstm

#endif  // ATTEST_OCR_LSTM_DECODER_H_
