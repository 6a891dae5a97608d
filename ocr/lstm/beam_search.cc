#include "ocr/lstm/beam_search.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>

namespace attest::lstm {
namespace {

constexpr float kMinCertainty = -20.0F;             // log probability of "impossible"
constexpr float kLeastProbability = 2.0611537e-9F;  // its exponential
constexpr double kColumnCost = -0.085;              // Tesseract's certainty offset a column
constexpr float kScale = 2.25F;  // its factor for paths without a dictionary; matters for the cut-off alone
// A state this far behind the best is followed no further. With 6 nats 777 lines of scans still read as
// without a limit, with either model; a search without one takes twice as long.
constexpr float kMargin = 12.0F * kScale;
// Paths kept by their number of codes since the last whole character, for each kind of continuation. As in
// Tesseract: other widths read undecided columns otherwise, one line in 300.
constexpr std::array<int, 10> kWidths = {5, 10, 16, 16, 16, 16, 16, 16, 16, 16};
constexpr int kMostStates = 16;

// What may follow a state: anything; only its own code again (it took the null's share in advance); anything
// but its own code.
enum Continuation : std::uint8_t { kAnything, kOnlyDuplicate, kNoDuplicate };
constexpr int kContinuations = 3;

struct State {
  float score = 0;             // of the path so far, scaled
  std::int32_t previous = -1;  // index among the states kept
  std::int32_t code = 0, id = -1;
  std::int32_t node = 0;  // place in the tree after the code
  Continuation continuation = kAnything;
  bool duplicate = false;
  std::uint64_t history = 0;  // of all codes so far; paths with the same one are one
};

// The best states of one kind in a column. A heap with the worst on top, as in Tesseract, since the order in
// which states are visited decides between equal scores.
class Beam {
 public:
  void clear() { size_ = 0; }
  int size() const { return size_; }
  const State& operator[](int i) const { return states_[i]; }

  bool takes(float score, int width) const { return size_ < width || score > states_[0].score; }

  void add(const State& state, int width) {
    for (int i = 0; i < size_; ++i) {
      if (states_[i].history != state.history || states_[i].code != state.code) continue;
      if (state.score > states_[i].score) place(rise(sink(i, state.score), state.score), state);
      return;
    }
    place(rise(size_++, state.score), state);
    if (size_ <= width) return;
    const State last = states_[--size_];  // fills the gap that the worst leaves
    place(sink(0, last.score), last);
  }

 private:
  void place(int at, const State& state) { states_[at] = state; }

  // Moves the gap at `at` to where `score` belongs.
  int rise(int at, float score) {
    for (int above = (at - 1) / 2; at > 0 && score < states_[above].score; above = (at - 1) / 2) {
      states_[at] = states_[above];
      at = above;
    }
    return at;
  }
  int sink(int at, float score) {
    for (int below = 2 * at + 1; below < size_; below = 2 * at + 1) {
      if (below + 1 < size_ && states_[below + 1].score < states_[below].score) ++below;
      if (states_[below].score >= score) break;
      states_[at] = states_[below];
      at = below;
    }
    return at;
  }

  std::array<State, kMostStates + 1> states_;
  int size_ = 0;
};

float certainty(float probability) {
  const float log = probability > kLeastProbability ? std::log(probability) : kMinCertainty;
  return static_cast<float>(log + kColumnCost);
}

// One of the two best codes of a column, with what it costs there.
struct Leader {
  int code = -1;
  float probability = -1;
  float alone = 0, with_null = 0, with_both = 0;  // certainties: of the code, with the null, and the other
  const CodeTree::Branch* at_root = nullptr;      // where it starts a character
};

// The costs of a column, each logarithm taken once.
struct ColumnCosts {
  std::array<Leader, 2> leaders;  // the best first
  float null = 0;

  const Leader* leader(int code) const {
    if (code == leaders[0].code) return &leaders[0];
    return code == leaders[1].code ? &leaders[1] : nullptr;
  }
};

ColumnCosts costs_of(const float* column, int codes, const CodeTree& tree, const Restriction& restriction) {
  ColumnCosts out;
  Leader &top = out.leaders[0], &second = out.leaders[1];
  const bool restricted = !restriction.codes.empty();
  const int count = restricted ? std::min(codes, static_cast<int>(restriction.codes.size())) : codes;
  for (int k = 0; k < count; ++k) {
    if (column[k] <= second.probability || (restricted && !restriction.codes[k])) continue;
    Leader& better = column[k] > top.probability ? top : second;
    if (&better == &top) second = top;
    better.code = k;
    better.probability = column[k];
  }
  const float null = column[tree.null_code];
  out.null = certainty(null);
  for (Leader* leader : {&top, &second}) {
    if (leader->code < 0 || leader->code == tree.null_code) continue;
    const Leader& other = leader == &top ? second : top;
    leader->alone = certainty(leader->probability);
    leader->with_null = certainty(leader->probability + null);
    leader->with_both = certainty(leader->probability + null + other.probability);
    leader->at_root = tree.find(0, leader->code);
  }
  return out;
}

class Search {
 public:
  Search(const LineOutput& line, const CodeTree& tree, const Restriction& restriction)
      : line_(line), tree_(tree), restriction_(restriction) {
    for (int t = 0; t < line.columns; ++t)
      column_costs_.push_back(costs_of(line.column(t), line.codes, tree, restriction));
  }

  void run(float margin) {
    kept_.clear();
    std::size_t first = 0;  // state of the column before
    for (const ColumnCosts& costs : column_costs_) {
      costs_ = &costs;
      for (auto& beams : beams_) {
        for (int depth = 0; depth <= tree_.depth; ++depth) beams[depth].clear();
      }
      if (kept_.empty()) {
        step_to_null(nullptr, -1, 0);
        step_to_codes(nullptr, -1, 0);
      }
      const std::size_t end = kept_.size();
      for (std::size_t i = first; i < end; ++i) extend(kept_[i], static_cast<int>(i));
      first = end;
      keep(margin);
    }
    last_column_ = first;
  }

  // The best state of the last column: of those between characters, else of all; -1 for none.
  int best_end(bool between_characters) const {
    int best = -1;
    for (std::size_t i = last_column_; i < kept_.size(); ++i) {
      const State& s = kept_[i];
      if (between_characters && (s.node != 0 || s.continuation == kOnlyDuplicate)) continue;
      // Of equal scores in one beam the one nearest to its top counts; they were kept from its end on.
      const bool same_beam = best >= 0 && s.continuation == kept_[best].continuation;
      if (best < 0 || s.score > kept_[best].score || (same_beam && s.score == kept_[best].score))
        best = static_cast<int>(i);
    }
    return best;
  }

  BestPath path_to(int end) const {
    BestPath path;
    if (end < 0) return path;
    path.cost = -kept_[end].score / kScale + kColumnCost * line_.columns;
    for (int i = end; i >= 0; i = kept_[i].previous)
      path.columns.push_back({kept_[i].code, kept_[i].id, kept_[i].duplicate});
    std::reverse(path.columns.begin(), path.columns.end());
    return path;
  }

 private:
  // The states of the column that are followed, in the order in which they will be.
  void keep(float margin) {
    float best = -std::numeric_limits<float>::infinity();
    for (const auto& beams : beams_) {
      for (int depth = 0; depth <= tree_.depth; ++depth) {
        for (int i = 0; i < beams[depth].size(); ++i) best = std::max(best, beams[depth][i].score);
      }
    }
    for (const auto& beams : beams_) {
      for (int depth = 0; depth <= tree_.depth; ++depth) {
        for (int i = beams[depth].size(); i-- > 0;) {
          if (beams[depth][i].score >= best - margin) kept_.push_back(beams[depth][i]);
        }
      }
    }
  }

  void push(State state, float scaled_certainty, const State* from, int from_index) {
    state.previous = from_index;
    state.score = scaled_certainty + (from != nullptr ? from->score : 0);
    Beam& beam = beams_[state.continuation][tree_.nodes[state.node].depth];
    const int width = kWidths[std::min<std::size_t>(tree_.nodes[state.node].depth, kWidths.size() - 1)];
    if (!beam.takes(state.score, width)) return;
    state.history = from != nullptr ? from->history : 0;
    if (!state.duplicate && state.code != tree_.null_code) state.history = longer(state.history, state.code);
    beam.add(state, width);
  }

  // The codes as digits of one number, what overflows added at its end. Spaces at a line's start are zeros.
  std::uint64_t longer(std::uint64_t history, int code) const {
    const auto base = static_cast<std::uint64_t>(tree_.codes);
    return history * base + (((history >> 32) * base) >> 32) + static_cast<std::uint64_t>(code);
  }

  // Where no whole character stands yet, "impossible" is cut off, the null excepted.
  void push_partial(const State& state, float cert, const State* from, int from_index) {
    const float scaled = cert * kScale;
    if (scaled >= kMinCertainty || state.code == tree_.null_code) push(state, scaled, from, from_index);
  }

  void step_to_null(const State* from, int from_index, int node) {
    push({.code = tree_.null_code, .node = node}, costs_->null * kScale, from, from_index);
  }

  // The code of `from` again: seen alone, or in a column that it shares with the null.
  void repeat(const State& from, int from_index) {
    State same = from;
    same.duplicate = true;
    same.continuation = kAnything;
    if (from.code == tree_.null_code) {
      if (from.continuation != kNoDuplicate) push_partial(same, costs_->null, &from, from_index);
      return;
    }
    const Leader* leader = costs_->leader(from.code);
    if (leader == nullptr) return;
    if (from.continuation != kNoDuplicate) push_partial(same, leader->alone, &from, from_index);
    same.continuation = kNoDuplicate;
    if (from.continuation == kAnything) push_partial(same, leader->with_null, &from, from_index);
  }

  // A new code that was seen alone, and one that shares its column with the null (or with the code before).
  void step_to(const State* from, int from_index, const Leader& leader, int id, int node) {
    if (id >= 0 && leader.alone < kMinCertainty) return;
    const bool both = from != nullptr && from->continuation == kAnything && from->code != tree_.null_code &&
                      costs_->leader(from->code) != nullptr;
    const float shared = both ? leader.with_both : leader.with_null;
    const State alone{.code = leader.code, .id = id, .node = node};
    const State ahead{.code = leader.code, .id = id, .node = node, .continuation = kOnlyDuplicate};
    if (id >= 0) {
      push(alone, leader.alone * kScale, from, from_index);
      push(ahead, shared * kScale, from, from_index);
    } else {
      push_partial(alone, leader.alone, from, from_index);
      push_partial(ahead, shared, from, from_index);
    }
  }

  // The branches of the two leaders from `node`; nullptr: none, or it is the code of `from` again.
  std::array<const CodeTree::Branch*, 2> branches_from(const State* from, int node) const {
    std::array<const CodeTree::Branch*, 2> found = {};
    for (std::size_t k = 0; k < 2; ++k) {
      const Leader& leader = costs_->leaders[k];
      if (leader.code < 0 || leader.code == tree_.null_code) continue;
      if (from != nullptr && from->code == leader.code) continue;
      found[k] = node == 0 ? leader.at_root : tree_.find(node, leader.code);
    }
    return found;
  }

  // Characters that end here before those that go on, each in the model file's order.
  void step_to_codes(const State* from, int from_index, int node) {
    const auto found = branches_from(from, node);
    for (int CodeTree::Branch::*const end : {&CodeTree::Branch::character, &CodeTree::Branch::node}) {
      std::array<int, 2> to = {-1, -1};
      for (std::size_t k = 0; k < 2; ++k) {
        if (found[k] != nullptr) to[k] = found[k]->*end;
      }
      const bool swapped = to[0] >= 0 && to[1] >= 0 && to[1] < to[0];
      for (const std::size_t k : {std::size_t{swapped}, std::size_t{!swapped}}) {
        if (to[k] < 0) continue;
        if (end == &CodeTree::Branch::node) {
          step_to(from, from_index, costs_->leaders[k], -1, to[k]);
        } else if (restriction_.characters.empty() || restriction_.characters[to[k]]) {
          step_to(from, from_index, costs_->leaders[k], to[k], 0);
        }
      }
    }
  }

  void extend(const State& from, int from_index) {
    repeat(from, from_index);
    if (from.continuation == kOnlyDuplicate) return;
    if (from.code != tree_.null_code) step_to_null(&from, from_index, from.node);
    step_to_codes(&from, from_index, from.node);
  }

  const LineOutput& line_;
  const CodeTree& tree_;
  const Restriction& restriction_;
  std::vector<ColumnCosts> column_costs_;
  const ColumnCosts* costs_ = nullptr;                                  // of the column under way
  std::array<std::array<Beam, kWidths.size()>, kContinuations> beams_;  // of that column, by depth
  std::vector<State> kept_;                                             // of all columns
  std::size_t last_column_ = 0;                                         // first of its states
};

}  // namespace

BestPath best_path(const LineOutput& line, const CodeTree& tree, const Restriction& restriction) {
  if (line.columns == 0) return {};
  Search search(line, tree, restriction);
  search.run(kMargin);
  int end = search.best_end(true);
  if (end < 0) {  // the only whole ending lay behind the margin
    search.run(std::numeric_limits<float>::infinity());
    end = search.best_end(true);
    if (end < 0) end = search.best_end(false);
  }
  return search.path_to(end);
}

}  // namespace attest::lstm
