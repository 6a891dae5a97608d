// The best path of codes through the softmax columns of a line (connectionist temporal classification with
// characters of several codes).
//
// The search is libtesseract's without a dictionary (src/lstm/recodebeam.cpp), state for state: a path goes
// on with the two best codes of a column and the null; a code may take the null's probability along when the
// two lead; the best paths are kept by number of codes since the last whole character and by what may follow.
// Only paths far behind the best are dropped early. A pure function.
#ifndef ATTEST_OCR_LSTM_BEAM_SEARCH_H_
#define ATTEST_OCR_LSTM_BEAM_SEARCH_H_

#include <vector>

#include "ocr/lstm/code_tree.h"
#include "ocr/lstm/network.h"

namespace attest::lstm {

struct PathColumn {
  int code = 0;
  int id = -1;             // the character that the code completes
  bool duplicate = false;  // the code of the column before, still
};

struct BestPath {
  std::vector<PathColumn> columns;  // empty: no path
  double cost = 0;                  // nats
};

BestPath best_path(const LineOutput& line, const CodeTree& tree, const Restriction& restriction = {});

}  // namespace attest::lstm

#endif  // ATTEST_OCR_LSTM_BEAM_SEARCH_H_
