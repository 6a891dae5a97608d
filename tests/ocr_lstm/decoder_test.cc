// The decoder against brute force: all alignments of short lines, counted one by one.
#include "ocr/lstm/decoder.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <random>

namespace attest::lstm {
namespace {

// a = [0], b = [1], ab-like 汉 = [0, 2], 字 = [1, 2]; null is 3.
ModelFile small_model() {
  ModelFile model;
  model.characters = {"a", "b", "汉", "字"};
  model.codes = {{0}, {1}, {0, 2}, {1, 2}};
  model.null_code = 3;
  return model;
}

LineOutput line_of(const std::vector<std::vector<float>>& columns) {
  LineOutput line;
  line.columns = static_cast<int>(columns.size());
  line.codes = static_cast<int>(columns[0].size());
  for (const auto& c : columns) line.probabilities.insert(line.probabilities.end(), c.begin(), c.end());
  return line;
}

// Probability of each code sequence without nulls and repeats, over all alignments.
std::map<std::vector<int>, double> sequences(const LineOutput& line) {
  std::map<std::vector<int>, double> out;
  const int total = static_cast<int>(std::pow(4, line.columns));
  for (int n = 0; n < total; ++n) {
    std::vector<int> sequence;
    double p = 1;
    int last = 3, rest = n;
    for (int t = 0; t < line.columns; ++t, rest /= 4) {
      const int code = rest % 4;
      p *= line.column(t)[code];
      if (code != 3 && code != last) sequence.push_back(code);
      last = code;
    }
    out[sequence] += p;
  }
  return out;
}

constexpr float kLow = 0.01F;

TEST(Decoder, ReadsCharactersOfOneAndTwoCodes) {
  const Decoder decoder(small_model());
  const LineOutput line = line_of({{0.97F, kLow, kLow, kLow},    // a
                                   {kLow, kLow, kLow, 0.97F},    // null
                                   {0.97F, kLow, kLow, kLow},    // 汉 begins
                                   {kLow, kLow, 0.97F, kLow},    // and ends
                                   {kLow, 0.97F, kLow, kLow},    // b
                                   {kLow, 0.97F, kLow, kLow}});  // still
  const Decoded decoded = decoder.decode(line);
  EXPECT_EQ(decoder.text(decoded), "a汉b");
  ASSERT_EQ(decoded.glyphs.size(), 3U);
  EXPECT_EQ(decoded.glyphs[1].begin, 2);
  EXPECT_EQ(decoded.glyphs[1].end, 4);
  EXPECT_EQ(decoded.glyphs[2].end, 6);
  EXPECT_EQ(decoded.glyphs[0].span_begin, 0);
  EXPECT_EQ(decoded.glyphs[2].span_end, 6);
}

TEST(Decoder, TheSameCharacterTwiceNeedsANullBetween) {
  const Decoder decoder(small_model());
  const std::vector<float> a = {0.97F, kLow, kLow, kLow}, null = {kLow, kLow, kLow, 0.97F};
  EXPECT_EQ(decoder.text(decoder.decode(line_of({a, a}))), "a");
  EXPECT_EQ(decoder.text(decoder.decode(line_of({a, null, a}))), "aa");
  EXPECT_EQ(decoder.text(decoder.decode(line_of({null, null}))), "");
  EXPECT_EQ(decoder.text(decoder.decode(LineOutput{})), "");
}

TEST(Decoder, KeepsToAllowedCharacters) {
  const Decoder decoder(small_model());
  const LineOutput line = line_of({{0.6F, 0.38F, kLow, kLow}});
  EXPECT_EQ(decoder.text(decoder.decode(line)), "a");
  const Restriction no_a = decoder.restriction_to({false, true, true, true});
  EXPECT_EQ(decoder.text(decoder.decode(line, no_a)), "b");
}

TEST(Decoder, CodesOfNoCharacterAreNeverRead) {
  const Decoder decoder(small_model());  // a network may have more outputs than its characters have codes
  const LineOutput line = line_of({{0.1F, 0.3F, kLow, kLow, 0.2F, 0.38F}});
  EXPECT_EQ(decoder.text(decoder.decode(line)), "b");
  const Restriction no_a = decoder.restriction_to({false, true, true, true});
  EXPECT_EQ(decoder.text(decoder.decode(line, no_a)), "b");
}

TEST(Decoder, AlternativesHaveTheirExactProbabilities) {
  const ModelFile model = small_model();
  const Decoder decoder(model);
  std::mt19937 random(11);
  std::uniform_real_distribution<float> share(0.02F, 1.0F);
  int compared = 0;
  for (int round = 0; round < 60; ++round) {
    std::vector<std::vector<float>> columns(1 + round % 5);
    for (auto& c : columns) {
      c = {share(random), share(random), share(random), share(random)};
      const float sum = c[0] + c[1] + c[2] + c[3];
      for (float& v : c) v /= sum;
    }
    const LineOutput line = line_of(columns);
    const auto exact = sequences(line);
    const DecodedGlyph glyph{0, 0, line.columns, 0, line.columns};
    const Glyph weighed = decoder.weigh(line, glyph);
    const double own = exact.at({0});
    for (const Alternative& a : weighed.alternatives) {
      if (a.text.empty()) continue;
      const auto id =
          std::find(model.characters.begin(), model.characters.end(), a.text) - model.characters.begin();
      const double expected = std::max(0.0, std::log(own / exact.at(model.codes[id])));
      EXPECT_NEAR(a.cost, expected, 1e-5) << a.text;
      ++compared;
    }
    double total = exact.contains({}) ? exact.at({}) : 0;
    for (const auto& codes : model.codes) total += exact.contains(codes) ? exact.at(codes) : 0;
    EXPECT_NEAR(weighed.confidence, own / total, 1e-5);
  }
  EXPECT_GT(compared, 150);
}

// The search keeps the best few codes of a column, so it is held against the truth where columns are clear.
TEST(Decoder, FindsTheLikeliestPathOfClearColumns) {
  const Decoder decoder(small_model());
  std::mt19937 random(5);
  for (int round = 0; round < 200; ++round) {
    std::vector<std::vector<float>> columns;
    std::vector<int> codes;
    std::string expected;
    int last = 3;
    for (int k = 0; k < 4; ++k) {
      const int id = static_cast<int>(random() % 4);
      const std::vector<int> own = small_model().codes[id];
      if (own.front() == last) codes.push_back(3);
      codes.insert(codes.end(), own.begin(), own.end());
      last = codes.back();
      expected += small_model().characters[id];
    }
    for (const int code : codes) {
      std::vector<float> c(4, kLow);
      c[code] = 0.97F;
      columns.push_back(c);
    }
    EXPECT_EQ(decoder.text(decoder.decode(line_of(columns))), expected);
  }
}

}  // namespace
}  // namespace attest::lstm
