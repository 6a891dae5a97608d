#include "ocr/lstm/code_tree.h"

#include <algorithm>

namespace attest::lstm {
namespace {

using Branches = std::vector<CodeTree::Branch>;

CodeTree::Branch* find_unsorted(Branches& branches, int code) {
  const auto at =
      std::find_if(branches.begin(), branches.end(), [&](const auto& b) { return b.code == code; });
  return at != branches.end() ? &*at : nullptr;
}

// The node behind `code`, made where there is none.
int descend(std::vector<CodeTree::Node>* nodes, int node, int code) {
  Branches& next = (*nodes)[node].next;
  if (const CodeTree::Branch* known = find_unsorted(next, code)) return known->to;
  const int created = static_cast<int>(nodes->size());
  next.push_back({code, created, static_cast<int>(next.size())});
  const int depth = (*nodes)[node].depth + 1;
  nodes->emplace_back().depth = depth;
  return created;
}

// Whether an allowed character lies below `node`; marks the codes on the way to it.
bool mark_codes(const CodeTree& tree, int node, Restriction* restriction) {
  bool any = false;
  for (const CodeTree::Branch& b : tree.nodes[node].finals) {
    if (restriction->characters[b.to]) restriction->codes[b.code] = any = true;
  }
  for (const CodeTree::Branch& b : tree.nodes[node].next) {
    if (mark_codes(tree, b.to, restriction)) restriction->codes[b.code] = any = true;
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
    Branches& finals = nodes[node].finals;
    if (Branch* same = find_unsorted(finals, sequence.back())) {
      same->to =
          static_cast<int>(id);  // two characters of the same codes: the later one counts, as in Tesseract
    } else {
      finals.push_back({sequence.back(), static_cast<int>(id), static_cast<int>(finals.size())});
    }
  }
  const auto by_code = [](const Branch& a, const Branch& b) { return a.code < b.code; };
  for (Node& node : nodes) {
    std::sort(node.next.begin(), node.next.end(), by_code);
    std::sort(node.finals.begin(), node.finals.end(), by_code);
  }
}

const CodeTree::Branch* CodeTree::find(const Branches& branches, int code) {
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
