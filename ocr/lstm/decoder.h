// Softmax columns to characters: the best path through the recoder's codes (connectionist temporal
// classification with characters of up to nine codes), and for each character what else could stand in its
// place.
//
// The search is Tesseract's without a dictionary (src/lstm/recodebeam.cpp: a step continues with its two best
// codes and the null; a code may take the null's probability along when the two lead), with its widths; paths
// far behind the best are followed no further. Alternatives are exact: the probability of each code sequence
// in the columns of the glyph, summed over all its alignments. Immutable after construction; `decode` may run
// in several threads.
#ifndef ATTEST_OCR_LSTM_DECODER_H_
#define ATTEST_OCR_LSTM_DECODER_H_

#include <string>
#include <vector>

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

  // `allowed`: characters that may stand (by id); empty: all.
  Decoded decode(const LineOutput& line, const std::vector<bool>& allowed = {}) const;

  // The glyph with confidence and alternatives (boxes are not set).
  Glyph weigh(const LineOutput& line, const DecodedGlyph& glyph, const std::vector<bool>& allowed = {}) const;

  const std::string& character(int id) const { return characters_[id]; }
  int character_count() const { return static_cast<int>(characters_.size()); }

 private:
  struct Node {                               // a place in the tree of codes
    std::vector<std::pair<int, int>> next;    // code → node, where characters go on; sorted by code
    int depth = 0;                            // codes since the last whole character
    std::vector<std::pair<int, int>> finals;  // code → character that it completes; sorted by code
  };
  struct Step;
  struct Search;
  struct Weigher;

  std::vector<std::string> characters_;
  std::vector<Node> tree_;  // [0] is the root
  int null_code_ = 0;
};

}  // namespace attest::lstm

#endif  // ATTEST_OCR_LSTM_DECODER_H_
