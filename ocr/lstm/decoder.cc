#include "ocr/lstm/decoder.h"

#include <algorithm>
#include <cmath>

#include "ocr/lstm/beam_search.h"

namespace attest::lstm {
namespace {

constexpr double kCodeFloor = 1e-3;         // a code below this in all columns of a glyph is no alternative
constexpr double kAlternativeFloor = 1e-6;  // probability below which an alternative is not listed
constexpr std::size_t kMaxAlternatives = 8;
constexpr std::size_t kSearchWorth = 8;  // branches a likely code from which on searching beats walking

// Sums alignments of every likely character over the columns of one glyph.
struct Weigher {
  const CodeTree& tree;
  const LineOutput& line;
  const std::vector<bool>& allowed;  // characters by id; empty: all
  int first = 0, count = 0;
  std::vector<char> reached = {};                      // by code: reaches kCodeFloor somewhere
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
      with_null[t] = t > 0 ? p(tree.null_code, t) * (with_null[t - 1] + with_code[t - 1]) : 0;
      peak = std::max(peak, with_code[t]);
    }
    return peak;
  }

  void visit(int node, int depth, int last_code) {
    if (static_cast<int>(with_code_at.size()) <= depth) {
      with_code_at.emplace_back(count);
      with_null_at.emplace_back(count);
    }
    // The shorter list is walked; either way codes come in order.
    const auto& branches = tree.nodes[node].branches;
    if (branches.size() > kSearchWorth * likely.size()) {
      for (const int code : likely) {
        if (const CodeTree::Branch* branch = tree.find(node, code)) take(*branch, depth, last_code);
      }
    } else {
      for (const CodeTree::Branch& branch : branches) {
        if (reached[branch.code] != 0) take(branch, depth, last_code);
      }
    }
  }

  void take(const CodeTree::Branch& branch, int depth, int last_code) {
    const bool wanted = branch.character >= 0 && (allowed.empty() || allowed[branch.character]);
    if (!wanted && branch.node < 0) return;
    const double peak = follow(depth, last_code, branch.code);
    if (wanted && peak > 0)
      weights.emplace_back(branch.character, with_code_at[depth].back() + with_null_at[depth].back());
    if (branch.node >= 0 && peak >= kAlternativeFloor) visit(branch.node, depth + 1, branch.code);
  }

  void run() {
    reached.assign(std::max(line.codes, tree.codes), 0);
    for (int t = 0; t < count; ++t) {
      const float* column = line.column(first + t);
      for (int k = 0; k < line.codes; ++k)
        reached[k] =
            static_cast<char>(reached[k] | static_cast<char>(column[k] > static_cast<float>(kCodeFloor)));
    }
    for (int k = 0; k < line.codes; ++k) {
      if (reached[k] != 0 && k != tree.null_code) likely.push_back(k);
    }
    reached[tree.null_code] = 0;
    double product = 1;
    for (int t = 0; t < count; ++t) in_nulls.push_back(product *= p(tree.null_code, t));
    visit(0, 0, -1);
    weights.emplace_back(-1, product);  // nothing stands here
  }
};

}  // namespace

Decoder::Decoder(const ModelFile& model) : characters_(model.characters), tree_(model) {}

Restriction Decoder::restriction_to(std::vector<bool> characters) const {
  return lstm::restriction_to(std::move(characters), tree_);
}

Decoded Decoder::decode(const LineOutput& line, const Restriction& restriction) const {
  const BestPath path = best_path(line, tree_, restriction);
  Decoded out;
  out.cost = path.cost;
  int begin = -1;  // first column of the character under way
  for (int t = 0; t < static_cast<int>(path.columns.size()); ++t) {
    const PathColumn& s = path.columns[t];
    if (s.code == tree_.null_code) continue;
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

std::string Decoder::text(const Decoded& decoded) const {
  std::string out;
  for (const DecodedGlyph& glyph : decoded.glyphs) out += characters_[glyph.id];
  return out;
}

Glyph Decoder::weigh(const LineOutput& line, const DecodedGlyph& glyph,
                     const Restriction& restriction) const {
  Glyph out;
  out.text = characters_[glyph.id];
  const int columns = glyph.span_end - glyph.span_begin;
  Weigher weigher{tree_, line, restriction.characters, glyph.span_begin, columns};
  weigher.run();
  double total = 0;
  for (const auto& [id, weight] : weigher.weights) total += weight;
  const auto found = std::find_if(weigher.weights.begin(), weigher.weights.end(),
                                  [&](const auto& w) { return w.first == glyph.id; });
  const double own = std::max(found != weigher.weights.end() ? found->second : 0.0, 1e-12);
  out.confidence = total > 0 ? std::min(1.0, own / std::max(total, own)) : 0;
  std::vector<std::pair<double, int>> others;  // cost in nats, character
  for (const auto& [id, weight] : weigher.weights) {
    if (id != glyph.id && weight >= kAlternativeFloor)
      others.emplace_back(std::max(0.0, std::log(own / weight)), id);
  }
  const auto text = [&](int id) { return id < 0 ? std::string() : characters_[id]; };
  const auto last = others.begin() + static_cast<std::ptrdiff_t>(std::min(others.size(), kMaxAlternatives));
  std::partial_sort(others.begin(), last, others.end(), [&](const auto& a, const auto& b) {
    return a.first != b.first ? a.first < b.first : text(a.second) < text(b.second);
  });
  for (auto it = others.begin(); it != last; ++it) out.alternatives.push_back({text(it->second), it->first});
  return out;
}

}  // namespace attest::lstm
