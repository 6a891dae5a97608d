#include "ocr/glyph_shape.h"

#include <gtest/gtest.h>

#include "tests/ocr/drawing.h"

namespace attest {
namespace {

using testing::Drawing;

constexpr int kSide = 30;

Drawing slash() {
  Drawing drawing(kSide + 20, kSide + 20);
  drawing.stroke(25, 10, 13, 10 + kSide, 3);
  return drawing;
}

Drawing seven() {
  Drawing drawing = slash();
  drawing.fill(10, 10, 18, 3);
  return drawing;
}

Glyph read_as(const char* text, std::vector<Alternative> alternatives) {
  Glyph glyph;
  glyph.text = text;
  glyph.box = {0, 0, kSide + 20, kSide + 20};
  glyph.confidence = 0.95;
  glyph.alternatives = std::move(alternatives);
  return glyph;
}

std::string told(const Drawing& drawing, const char* text, std::vector<Alternative> alternatives) {
  std::vector<Glyph> glyphs = {read_as(text, std::move(alternatives))};
  tell_sevens_from_slashes(drawing.image(), &glyphs);
  return glyphs[0].text;
}

TEST(GlyphShape, ABarOnTopMakesASevenOfASlash) {
  EXPECT_EQ(told(seven(), "/", {}), "7");
  EXPECT_EQ(told(slash(), "/", {{"7", 0.2}}), "/");
  EXPECT_EQ(told(seven(), "7", {{"/", 0.2}}), "7");
}

TEST(GlyphShape, ASevenWithoutABarIsASlashWhereThatWasThoughtOf) {
  EXPECT_EQ(told(slash(), "7", {{"/", 3}}), "/");
  EXPECT_EQ(told(slash(), "7", {{"1", 3}}), "7") << "a worn seven";
  EXPECT_EQ(told(slash(), "1", {{"/", 3}}), "1");
}

TEST(GlyphShape, WhatWasReadStaysAsAnAlternative) {
  std::vector<Glyph> glyphs = {read_as("/", {{"1", 1.0}, {"7", 5.6}})};
  tell_sevens_from_slashes(seven().image(), &glyphs);
  ASSERT_EQ(glyphs[0].alternatives.size(), 2u);
  EXPECT_EQ(glyphs[0].alternatives[0].text, "/");
  EXPECT_EQ(glyphs[0].alternatives[1].text, "1");
  EXPECT_LT(glyphs[0].confidence, 0.99) << "a sight is no proof";
}

TEST(GlyphShape, TooLittleInkHasNoShape) {
  EXPECT_FALSE(top_bar(Drawing(20, 20).image(), {0, 0, 20, 20}));
  Drawing dot(20, 20);
  dot.fill(8, 8, 3, 3);
  EXPECT_FALSE(top_bar(dot.image(), {0, 0, 20, 20}));
  EXPECT_FALSE(top_bar(seven().image(), {kSide + 20.0, 0, 10, 10})) << "beside the image";
  EXPECT_FALSE(top_bar({}, {0, 0, 10, 10}));
}

TEST(GlyphShape, GlyphsAreJudgedInTheirOwnBoxes) {
  Drawing drawing(60, 50);
  drawing.stroke(15, 10, 5, 10 + kSide, 3);
  drawing.fill(32, 10, 18, 3);
  drawing.stroke(47, 10, 37, 10 + kSide, 3);
  EXPECT_LT(*top_bar(drawing.image(), {0, 0, 25, 50}), 1.7);
  EXPECT_GT(*top_bar(drawing.image(), {25, 0, 35, 50}), 2.2);
}

// Strokes where the digits of "2211" stand, 20 pixels apart, and the glyphs read there.
constexpr int kDigit = 20, kTop = 10, kHigh = 24;

Drawing digits(int count) {
  Drawing drawing(kDigit * (count + 2), 44);
  for (int k = 0; k < count; ++k) drawing.fill(kDigit * (k + 1), kTop, 9, kHigh);
  return drawing;
}

std::string with_points(const Drawing& drawing, const std::string& read, bool one_at_most) {
  std::vector<Glyph> glyphs;
  for (std::size_t k = 0; k < read.size(); ++k) {
    Glyph glyph;
    glyph.text = read.substr(k, 1);
    glyph.box = {kDigit * (k + 1.0), 0, 9, 44};
    glyphs.push_back(std::move(glyph));
  }
  add_unread_points(drawing.image(), one_at_most, &glyphs);
  std::string out;
  for (const Glyph& glyph : glyphs) out += glyph.text;
  return out;
}

TEST(UnreadPoints, ADotBetweenTheFeetOfTwoDigitsIsAPoint) {
  Drawing drawing = digits(4);
  drawing.fill(72, kTop + kHigh - 4, 4, 4);  // behind the third
  EXPECT_EQ(with_points(drawing, "2211", true), "221.1");
  EXPECT_EQ(with_points(drawing, "22A1", false), "22A1") << "not between digits";
  EXPECT_EQ(with_points(digits(4), "2211", true), "2211");
}

TEST(UnreadPoints, DotsElsewhereAndStrokesAreNone) {
  Drawing high = digits(4), comma = digits(4), dash = digits(4), speck = digits(4), last = digits(4);
  high.fill(72, kTop + 8, 4, 4);
  comma.fill(72, kTop + kHigh - 2, 4, 8);
  dash.fill(70, kTop + kHigh - 4, 8, 2);
  speck.fill(73, kTop + kHigh - 1, 1, 1);
  last.fill(92, kTop + kHigh - 4, 4, 4);
  for (const Drawing& drawing : {high, comma, dash, speck, last})
    EXPECT_EQ(with_points(drawing, "2211", true), "2211");
}

TEST(UnreadPoints, ANumberHasOneACodeMayHaveMore) {
  Drawing drawing = digits(3);
  drawing.fill(32, kTop + kHigh - 4, 4, 4);
  drawing.fill(52, kTop + kHigh - 4, 4, 4);
  EXPECT_EQ(with_points(drawing, "512", false), "5.1.2");
  EXPECT_EQ(with_points(drawing, "512", true), "512");
  EXPECT_EQ(with_points(digits(3), "5.2", true), "5.2");
}

TEST(UnreadPoints, ThatNothingStandsThereStaysPossible) {
  Drawing drawing = digits(2);
  drawing.fill(32, kTop + kHigh - 4, 4, 4);
  std::vector<Glyph> glyphs(2);
  glyphs[0].text = glyphs[1].text = "1";
  glyphs[0].box = {20, 0, 9, 44};
  glyphs[1].box = {40, 0, 9, 44};
  add_unread_points(drawing.image(), true, &glyphs);
  ASSERT_EQ(glyphs.size(), 3u);
  ASSERT_EQ(glyphs[1].alternatives.size(), 1u);
  EXPECT_EQ(glyphs[1].alternatives[0].text, "");
  EXPECT_LT(glyphs[1].confidence, 0.99);
}

}  // namespace
}  // namespace attest
