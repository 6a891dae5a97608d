// The recoder's codes as a tree: a character is a path of one to nine codes from the root.
//
//   root ─ 17 ─ node ─ 4 ─ "是"      `17 4` is 是, `17 4 9` would go on from a node that 4 leads to as well
//
// Immutable after construction.
#ifndef ATTEST_OCR_LSTM_CODE_TREE_H_
#define ATTEST_OCR_LSTM_CODE_TREE_H_

#include <vector>

#include "ocr/lstm/model_file.h"

namespace attest::lstm {

struct CodeTree {
  struct Branch {
    int code = 0;
    int character = -1;  // that the code completes
    int node = -1;       // where longer characters go on
  };
  struct Node {
    std::vector<Branch> branches;  // sorted by code
    int depth = 0;                 // codes from the root
  };

  explicit CodeTree(const ModelFile& model);

  // What follows the node with `code`; nullptr: nothing.
  const Branch* find(int node, int code) const;

  std::vector<Node> nodes;  // [0] is the root
  int null_code = 0;        // "nothing here", no part of any character
  int codes = 0;            // one more than the highest
  int depth = 0;            // of the deepest node
};

// What may stand in a line; empty vectors: anything.
struct Restriction {
  std::vector<bool> characters;  // by id
  std::vector<bool> codes;       // those of the characters, and the null
};

// `characters`, with their codes.
Restriction restriction_to(std::vector<bool> characters, const CodeTree& tree);

}  // namespace attest::lstm

#endif  // ATTEST_OCR_LSTM_CODE_TREE_H_
