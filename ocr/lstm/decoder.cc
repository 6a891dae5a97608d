#include "ocr/lstm/decoder.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace attest::lstm {
namespace {

constexpr float kMinCertainty = -20.0F;  // log probability of "impossible"
constexpr double kColumnCost = -0.085;   // Tesseract's certainty offset a column
constexpr float kScale = 2.25F;  // its factor for paths without a dictionary; matters for the cut-off alone
constexpr float kMargin = 25.0F * kScale;  // a state this far behind the best is followed no further
// Paths kept by their number of codes since the last whole character, for each kind of continuation. As in
// Tesseract: other widths read undecided columns otherwise, one line in 300.
constexpr std::array<int, 10> kWidths = {5, 10, 16, 16, 16, 16, 16, 16, 16, 16};

constexpr double kCodeFloor = 1e-3;         // a code below this in all columns of a glyph is no alternative
constexpr double kAlternativeFloor = 1e-6;  // probability below which an alternative is not listed
constexpr std::size_t kMaxAlternatives = 8;

enum Continuation : std::uint8_t { kAnything, kOnlyDuplicate, kNoDuplicate };

using Branches = std::vector<std::pair<int, int>>;  // code → what follows, sorted by code

// What follows with `code`, or -1.
int branch(const Branches& branches, int code) {
  const auto at = std::lower_bound(branches.begin(), branches.end(), code,
                                   [](const auto& b, int c) { return b.first < c; });
  return at != branches.end() && at->first == code ? at->second : -1;
}

float certainty(float probability) {
  const float log = probability > 2.0611537e-9F ? std::log(probability) : kMinCertainty;  // e^-20
  return static_cast<float>(log + kColumnCost);
}

}  // namespace

struct Decoder::Step {
  int previous = -1;      // index in the step before
  int code = 0, id = -1;  // id: the character that this code completes
  int node = 0;           // place in the tree after it
  Continuation continuation = kAnything;
  bool duplicate = false;
  float score = 0;
  std::uint64_t history = 0;  // hash of all codes so far: paths of the same codes are one
};

Decoder::Decoder(const ModelFile& model)
    : characters_(model.characters), tree_(1), null_code_(model.null_code) {
  for (std::size_t id = 0; id < model.codes.size(); ++id) {
    const auto& codes = model.codes[id];
    if (codes.empty() || (codes.size() == 1 && codes[0] == null_code_)) continue;
    int node = 0;
    for (std::size_t i = 0; i + 1 < codes.size(); ++i) {
      auto& next = tree_[node].next;
      const auto found =
          std::find_if(next.begin(), next.end(), [&](const auto& n) { return n.first == codes[i]; });
      if (found != next.end()) {
        node = found->second;
      } else {
        const int created = static_cast<int>(tree_.size());
        next.emplace_back(codes[i], created);
        tree_.emplace_back();
        tree_.back().depth = tree_[node].depth + 1;
        node = created;
      }
    }
    // Two characters with one code sequence: the later one counts, as in Tesseract.
    auto& finals = tree_[node].finals;
    const auto same =
        std::find_if(finals.begin(), finals.end(), [&](const auto& f) { return f.first == codes.back(); });
    if (same != finals.end()) {
      same->second = static_cast<int>(id);
    } else {
      finals.emplace_back(codes.back(), static_cast<int>(id));
    }
  }
  for (Node& node : tree_) {
    std::sort(node.next.begin(), node.next.end());
    std::sort(node.finals.begin(), node.finals.end());
  }
}

// One run of the search over a line.
struct Decoder::Search {
  const Decoder& decoder;
  const std::vector<bool>& allowed;
  std::vector<std::vector<Step>> steps = {};
  const float* column = nullptr;
  int top = -1, second = -1;  // the two best codes of the column

  bool may_continue(int code) const { return code == top || code == second || code == decoder.null_code_; }

  void push(std::vector<Step>& to, Step step, float cert, const Step* from, int from_index) {
    step.previous = from_index;
    step.score = cert * kScale + (from != nullptr ? from->score : 0);
    const int depth = decoder.tree_[step.node].depth;
    Step* worst = nullptr;
    Step* same = nullptr;
    constexpr std::uint64_t kOdd = 0x9E3779B97F4A7C15ULL;
    step.history = from != nullptr ? from->history : 0;
    if (!step.duplicate && step.code != decoder.null_code_)
      step.history = (step.history + static_cast<std::uint64_t>(step.code) + 1) * kOdd;
    int count = 0;
    for (Step& s : to) {
      if (s.continuation != step.continuation || decoder.tree_[s.node].depth != depth) continue;
      ++count;
      if (worst == nullptr || s.score < worst->score) worst = &s;
      if (s.code == step.code && s.history == step.history) same = &s;
    }
    const bool full = count >= kWidths[std::min<std::size_t>(depth, kWidths.size() - 1)];
    if (full && step.score <= worst->score) return;
    if (same != nullptr) {
      if (step.score > same->score) *same = step;
    } else if (full) {
      *worst = step;
    } else {
      to.push_back(step);
    }
  }

  void push_partial(std::vector<Step>& to, const Step& step, float cert, const Step* from, int from_index) {
    if (cert * kScale >= kMinCertainty || step.code == decoder.null_code_)
      push(to, step, cert, from, from_index);
  }

  // Whole characters have passed their own cut-off already.
  void push_new(std::vector<Step>& to, const Step& step, float cert, const Step* from, int from_index) {
    if (step.id >= 0) {
      push(to, step, cert, from, from_index);
    } else {
      push_partial(to, step, cert, from, from_index);
    }
  }

  // A code that was seen alone, and one that shares its column with the null (or with the code before).
  void push_code(std::vector<Step>& to, int code, int id, int node, const Step* from, int from_index) {
    const int null = decoder.null_code_;
    if (from != nullptr && from->code == code) return;
    const float cert = certainty(column[code]);
    if (id >= 0 && cert < kMinCertainty) return;
    push_new(to, {-1, code, id, node, kAnything, false}, cert, from, from_index);
    float probability = column[code] + column[null];
    const bool leaders =
        from != nullptr && ((from->code == top && code == second) || (code == top && from->code == second));
    if (from != nullptr && from->continuation == kAnything && from->code != null && leaders)
      probability += column[from->code];
    push_new(to, {-1, code, id, node, kOnlyDuplicate, false}, certainty(probability), from, from_index);
  }

  void extend(std::vector<Step>& to, const Step* from, int from_index) {
    const int null = decoder.null_code_;
    if (from != nullptr) {
      if (may_continue(from->code)) {
        Step same = *from;
        same.duplicate = true;
        if (from->continuation != kNoDuplicate) {
          same.continuation = kAnything;
          push_partial(to, same, certainty(column[from->code]), from, from_index);
        }
        if (from->continuation == kAnything && from->code != null) {
          same.continuation = kNoDuplicate;
          push_partial(to, same, certainty(column[from->code] + column[null]), from, from_index);
        }
      }
      if (from->continuation == kOnlyDuplicate) return;
    }
    const int node = from != nullptr ? from->node : 0;
    if (from == nullptr || from->code != null) {
      push(to, {-1, null, -1, node, kAnything, false}, certainty(column[null]), from, from_index);
    }
    const Node& place = decoder.tree_[node];
    for (const int code : {std::min(top, second), std::max(top, second)}) {
      if (code < 0 || code == null) continue;
      const int id = branch(place.finals, code), child = branch(place.next, code);
      if (id >= 0 && (allowed.empty() || allowed[id])) push_code(to, code, id, 0, from, from_index);
      if (child >= 0) push_code(to, code, -1, child, from, from_index);
    }
  }

  void rank(const LineOutput& line, const std::vector<bool>& codes) {
    top = second = -1;
    float best = -1, next = -1;
    for (int k = 0; k < line.codes; ++k) {
      if (column[k] <= next || (!codes.empty() && !codes[k])) continue;
      if (column[k] > best) {
        second = top;
        next = best;
        top = k;
        best = column[k];
      } else {
        second = k;
        next = column[k];
      }
    }
  }

  void run(const LineOutput& line, const std::vector<bool>& codes, float margin) {
    steps.assign(line.columns, {});
    for (int t = 0; t < line.columns; ++t) {
      column = line.column(t);
      rank(line, codes);
      if (t == 0) {
        extend(steps[t], nullptr, -1);
        continue;
      }
      float best = steps[t - 1].empty() ? 0 : steps[t - 1][0].score;
      for (const Step& s : steps[t - 1]) best = std::max(best, s.score);
      for (std::size_t i = 0; i < steps[t - 1].size(); ++i) {
        if (steps[t - 1][i].score >= best - margin) extend(steps[t], &steps[t - 1][i], static_cast<int>(i));
      }
    }
  }

  // Index of the best state of the last column: of those between characters, else of all; -1 for none.
  int best_end(bool between_characters) const {
    int best = -1;
    const auto& last = steps.back();
    for (std::size_t i = 0; i < last.size(); ++i) {
      if (between_characters && (last[i].node != 0 || last[i].continuation == kOnlyDuplicate)) continue;
      if (best < 0 || last[i].score > last[best].score) best = static_cast<int>(i);
    }
    return best;
  }
};

Decoded Decoder::decode(const LineOutput& line, const std::vector<bool>& allowed) const {
  Decoded out;
  if (line.columns == 0) return out;
  std::vector<bool> codes;
  if (!allowed.empty()) {  // only the codes of allowed characters compete for the two best
    codes.assign(line.codes, false);
    codes[null_code_] = true;
    auto mark = [&](auto&& self, int node) -> bool {
      bool any = false;
      for (const auto& [code, id] : tree_[node].finals) {
        if (allowed[id]) codes[code] = any = true;
      }
      for (const auto& [code, child] : tree_[node].next) {
        if (self(self, child)) codes[code] = any = true;
      }
      return any;
    };
    mark(mark, 0);
  }
  Search search{*this, allowed};
  search.run(line, codes, kMargin);
  int at = search.best_end(true);
  if (at < 0) {  // the only whole ending lay behind the margin
    search.run(line, codes, std::numeric_limits<float>::infinity());
    at = search.best_end(true);
    if (at < 0) at = search.best_end(false);
  }
  if (at < 0) return out;
  out.cost = -search.steps.back()[at].score / kScale + kColumnCost * line.columns;

  std::vector<const Step*> path(line.columns);
  for (int t = line.columns - 1; t >= 0; --t) {
    path[t] = &search.steps[t][at];
    at = path[t]->previous;
  }
  int begin = -1;  // first column of the character under way
  for (int t = 0; t < line.columns; ++t) {
    const Step& s = *path[t];
    if (s.code == null_code_) continue;
    if (begin < 0 && !(s.id >= 0 && s.duplicate)) begin = t;
    if (s.id < 0) continue;
    if (!s.duplicate) {
      out.glyphs.push_back({s.id, begin, t + 1, 0, 0});
    } else if (!out.glyphs.empty()) {
      out.glyphs.back().end = t + 1;
    }
    begin = -1;
  }
  for (std::size_t i = 0; i < out.glyphs.size(); ++i) {
    out.glyphs[i].span_begin = i == 0 ? 0 : out.glyphs[i - 1].end;
    out.glyphs[i].span_end = i + 1 < out.glyphs.size() ? out.glyphs[i + 1].begin : line.columns;
  }
  return out;
}

// Sums alignments of every likely character over the columns of one glyph.
struct Decoder::Weigher {
  const Decoder& decoder;
  const LineOutput& line;
  const std::vector<bool>& allowed;
  int first = 0, count = 0;
  std::vector<int> likely = {};                        // codes that reach kCodeFloor somewhere
  std::vector<std::pair<int, double>> weights = {};    // character → probability
  std::vector<double> in_nulls = {};                   // by column: nothing but nulls so far
  std::vector<std::vector<double>> with_code_at = {};  // by depth: the sequence so far ends in column t with
  std::vector<std::vector<double>> with_null_at = {};  // its last code, or with a null behind it

  double p(int code, int t) const { return line.column(first + t)[code]; }

  // Fills the alignments of `depth` with the sequence of depth - 1 and `code` behind it; gives the highest.
  double follow(int depth, int last_code, int code) {
    const bool root = depth == 0;
    const std::vector<double>& in_null = root ? in_nulls : with_null_at[depth - 1];
    std::vector<double>&with_code = with_code_at[depth], &with_null = with_null_at[depth];
    double peak = 0;
    for (int t = 0; t < count; ++t) {
      double before = t > 0 ? with_code[t - 1] + in_null[t - 1] : (root ? 1.0 : 0.0);
      if (t > 0 && !root && code != last_code) before += with_code_at[depth - 1][t - 1];
      with_code[t] = p(code, t) * before;
      with_null[t] = t > 0 ? p(decoder.null_code_, t) * (with_null[t - 1] + with_code[t - 1]) : 0;
      peak = std::max(peak, with_code[t]);
    }
    return peak;
  }

  void visit(int node, int depth, int last_code) {
    if (static_cast<int>(with_code_at.size()) <= depth) {
      with_code_at.emplace_back(count);
      with_null_at.emplace_back(count);
    }
    for (const int code : likely) {
      const int id = branch(decoder.tree_[node].finals, code);
      const int child = branch(decoder.tree_[node].next, code);
      const bool wanted = id >= 0 && (allowed.empty() || allowed[id]);
      if (!wanted && child < 0) continue;
      const double peak = follow(depth, last_code, code);
      if (wanted && peak > 0)
        weights.emplace_back(id, with_code_at[depth].back() + with_null_at[depth].back());
      if (child >= 0 && peak >= kAlternativeFloor) visit(child, depth + 1, code);
    }
  }

  void run() {
    std::vector<char> reached(line.codes, 0);
    for (int t = 0; t < count; ++t) {
      const float* column = line.column(first + t);
      for (int k = 0; k < line.codes; ++k)
        reached[k] =
            static_cast<char>(reached[k] | static_cast<char>(column[k] > static_cast<float>(kCodeFloor)));
    }
    for (int k = 0; k < line.codes; ++k) {
      if (reached[k] != 0 && k != decoder.null_code_) likely.push_back(k);
    }
    double product = 1;
    for (int t = 0; t < count; ++t) in_nulls.push_back(product *= p(decoder.null_code_, t));
    visit(0, 0, -1);
    weights.emplace_back(-1, product);  // nothing stands here
  }
};

Glyph Decoder::weigh(const LineOutput& line, const DecodedGlyph& glyph,
                     const std::vector<bool>& allowed) const {
  Glyph out;
  out.text = characters_[glyph.id];
  Weigher weigher{*this, line, allowed, glyph.span_begin, glyph.span_end - glyph.span_begin};
  weigher.run();
  double total = 0;
  for (const auto& [id, weight] : weigher.weights) total += weight;
  const auto found = std::find_if(weigher.weights.begin(), weigher.weights.end(),
                                  [&](const auto& w) { return w.first == glyph.id; });
  const double own = std::max(found != weigher.weights.end() ? found->second : 0.0, 1e-12);
  out.confidence = total > 0 ? std::min(1.0, own / std::max(total, own)) : 0;
  for (const auto& [id, weight] : weigher.weights) {
    if (id == glyph.id || weight < kAlternativeFloor) continue;
    const double cost = std::log(own / weight);
    out.alternatives.push_back({id < 0 ? "" : characters_[id], std::max(0.0, cost)});
  }
  std::sort(out.alternatives.begin(), out.alternatives.end(), [](const Alternative& a, const Alternative& b) {
    return a.cost != b.cost ? a.cost < b.cost : a.text < b.text;
  });
  if (out.alternatives.size() > kMaxAlternatives) out.alternatives.resize(kMaxAlternatives);
  return out;
}

}  // namespace attest::lstm
