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

}  // namespace
}  // namespace attest
