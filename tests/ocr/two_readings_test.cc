#include "ocr/two_readings.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace attest {
namespace {

constexpr double kWide = 20;  // pixels of a character

struct Read {
  std::string text;
  double confidence;
};

RecognizedLine line(const std::vector<Read>& glyphs, double shift = 0) {
  RecognizedLine out;
  for (std::size_t i = 0; i < glyphs.size(); ++i) {
    Glyph glyph;
    glyph.text = glyphs[i].text;
    glyph.confidence = glyphs[i].confidence;
    glyph.box = {shift + kWide * static_cast<double>(i), 0, kWide - 4, 30};
    out.glyphs.push_back(std::move(glyph));
  }
  return out;
}

std::string text_of(const RecognizedLine& line) {
  std::string out;
  for (const Glyph& glyph : line.glyphs) out += glyph.text;
  return out;
}

TEST(SurerOfBoth, EachCharacterIsTheSurerOne) {
  const RecognizedLine away = line({{"申", 0.7}, {"子", 0.99}}), left = line({{"电", 0.98}, {"孑", 0.6}}, 3);
  EXPECT_EQ(text_of(surer_of_both(away, left)), "电子");
  EXPECT_EQ(text_of(surer_of_both(left, away)), "电子") << "whichever comes first";
}

TEST(SurerOfBoth, TheOtherIsKeptAsAnAlternative) {
  const RecognizedLine both = surer_of_both(line({{"申", 0.6}}), line({{"电", 0.9}}));
  ASSERT_EQ(both.glyphs.size(), 1u);
  const Glyph& glyph = both.glyphs[0];
  EXPECT_LT(glyph.confidence, 0.9) << "two readings that differ leave more doubt than one";
  EXPECT_GT(glyph.confidence, 0.6);
  ASSERT_EQ(glyph.alternatives.size(), 1u);
  EXPECT_EQ(glyph.alternatives[0].text, "申");
  EXPECT_GT(glyph.alternatives[0].cost, 0);
}

TEST(SurerOfBoth, AgreementIsAsSureAsTheSurer) {
  const RecognizedLine both = surer_of_both(line({{"电", 0.8}}), line({{"电", 0.95}}));
  EXPECT_DOUBLE_EQ(both.glyphs[0].confidence, 0.95);
  EXPECT_DOUBLE_EQ(both.confidence, 0.95);
  EXPECT_TRUE(both.glyphs[0].alternatives.empty());
}

TEST(SurerOfBoth, TwoSureReadingsThatDifferAreDoubtful) {
  const Glyph glyph = surer_of_both(line({{"申", 1}}), line({{"电", 1}})).glyphs[0];
  EXPECT_NEAR(glyph.confidence, 0.5, 1e-9);
}

TEST(SurerOfBoth, WhatOneHasAloneIsLeft) {
  RecognizedLine wide = line({{"川", 0.4}});
  wide.glyphs[0].box.width = 2 * kWide;
  const RecognizedLine two = line({{"1", 0.9}, {"1", 0.9}});
  EXPECT_EQ(text_of(surer_of_both(wide, two)), "川") << "two characters in the place of one";
  EXPECT_EQ(text_of(surer_of_both(two, wide)), "11");
  EXPECT_EQ(text_of(surer_of_both(line({{"甲", 0.5}}), {})), "甲");
  EXPECT_TRUE(surer_of_both({}, two).glyphs.empty());
}

}  // namespace
}  // namespace attest
