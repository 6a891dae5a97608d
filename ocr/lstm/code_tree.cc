#include "ocr/lstm/code_tree.h"

#include <algorithm>

namespace attest::lstm {
namespace {

// The branch of `code`, made where there is none.
CodeTree::Branch& branch_of(CodeTree::Node* node, int code) {
  const auto at = std::find_if(node->branches.begin(), node->branches.end(),
                               [&](const CodeTree::Branch& b) { return b.code == code; });
  return at != node->branches.end() ? *at : node->branches.emplace_back(CodeTree::Branch{code});
}

// The node behind `code`, made where there is none; nodes are numbered in the order of their first mention.
int descend(std::vector<CodeTree::Node>* nodes, int node, int code) {
  CodeTree::Branch& branch = branch_of(&(*nodes)[node], code);
  if (branch.node >= 0) return branch.node;
  const int created = branch.node = static_cast<int>(nodes->size());
  const int depth = (*nodes)[node].depth + 1;
  nodes->emplace_back().depth = depth;
  return created;
}

// Whether an allowed character lies below `node`; marks the codes on the way to it.
bool mark_codes(const CodeTree& tree, int node, Restriction* restriction) {
  bool any = false;
  for (const CodeTree::Branch& b : tree.nodes[node].branches) {
    const bool ends = b.character >= 0 && restriction->characters[b.character];
    const bool goes_on = b.node >= 0 && mark_codes(tree, b.node, restriction);
    if (ends || goes_on) restriction->codes[b.code] = any = true;
  }
  return any;
}

}  // namespace

CodeTree::CodeTree(const ModelFile& model) : nodes(1), null_code(model.null_code), codes(null_code + 1) {
  for (std::size_t id = 0; id < model.codes.size(); ++id) {
    const auto& sequence = model.codes[id];
    if (sequence.empty()) continue;
    codes = std::max(codes, *std::max_element(sequence.begin(), sequence.end()) + 1);
    if (sequence.size() == 1 && sequence[0] == null_code) continue;
    int node = 0;
    for (std::size_t i = 0; i + 1 < sequence.size(); ++i) node = descend(&nodes, node, sequence[i]);
    depth = std::max(depth, nodes[node].depth);
    // Two characters of the same codes: the later one counts, as in Tesseract.
    branch_of(&nodes[node], sequence.back()).character = static_cast<int>(id);
  }
  for (Node& node : nodes) {
    std::sort(node.branches.begin(), node.branches.end(),
              [](const Branch& x, const Branch& y) { return x.code < y.code; });
  }
}

const CodeTree::Branch* CodeTree::find(int node, int code) const {
  const std::vector<Branch>& branches = nodes[node].branches;
  const auto at = std::lower_bound(branches.begin(), branches.end(), code,
                                   [](const Branch& b, int c) { return b.code < c; });
  return at != branches.end() && at->code == code ? &*at : nullptr;
}

Restriction restriction_to(std::vector<bool> characters, const CodeTree& tree) {
  Restriction out{std::move(characters), std::vector<bool>(tree.codes, false)};
  mark_codes(tree, 0, &out);
  out.codes[tree.null_code] = true;
  return out;
}

}  // namespace attest::lstm
