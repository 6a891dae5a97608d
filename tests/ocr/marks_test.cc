#include "ocr/marks.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "tests/ocr/drawing.h"

namespace attest {
namespace {

using testing::Drawing;

constexpr double kDpi = 150;
constexpr int kSide = 18;  // of a box beside 11-point type

// The likely marks as "state@x": in reading order.
std::string marks_in(const Drawing& page, double em = 22) {
  const PixPtr grey = page.grey(), binary = page.binary();
  std::string out;
  for (const FoundMark& m : find_marks(grey.get(), binary.get(), kDpi, {.em = em})) {
    if (m.box_likeness < 0.5) continue;
    if (!out.empty()) out += " ";
    out += std::string(name_of(m.state)) + "@" + std::to_string((m.box.x + 5) / 10 * 10);
  }
  return out;
}

// Three options "□字字 □字字 □字字" at x 100, 200, 300.
Drawing options() {
  Drawing page(500, 200);
  for (int x : {100, 200, 300}) {
    page.frame(x, 100, kSide);
    page.glyph(x + 24, 98, 21);
    page.glyph(x + 47, 98, 21);
  }
  return page;
}

TEST(Marks, EmptyBoxes) { EXPECT_EQ(marks_in(options()), "unchecked@100 unchecked@200 unchecked@300"); }

TEST(Marks, PrintedTickAndCross) {
  Drawing page = options();
  page.tick(200, 100, kSide);
  page.cross(300, 100, kSide);
  EXPECT_EQ(marks_in(page), "unchecked@100 checked@200 checked@300");
}

// A fax dropped most of the second box's lines: what is left stands where its siblings say that a box stands.
TEST(Marks, TracesOfABoxBesideWholeOnes) {
  Drawing page(500, 200);
  for (int x : {100, 200, 300}) {
    if (x != 200) page.frame(x, 100, kSide);
    page.glyph(x + 24, 98, 21);
    page.glyph(x + 47, 98, 21);
  }
  page.fill(200, 106, 2, 7);
  page.fill(203, 116, 12, 2);
  page.fill(216, 103, 2, 5);
  EXPECT_EQ(marks_in(page), "unchecked@100 unchecked@200 unchecked@300");
}

// The same traces without a whole box on their line are none.
TEST(Marks, TracesAloneAreNoBox) {
  Drawing page(500, 200);
  page.glyph(224, 98, 21);
  page.fill(200, 106, 2, 7);
  page.fill(203, 116, 12, 2);
  page.fill(216, 103, 2, 5);
  EXPECT_EQ(marks_in(page), "");
}

TEST(Marks, FilledBox) {
  Drawing page = options();
  page.fill(100, 100, kSide, kSide);
  EXPECT_EQ(marks_in(page), "checked@100 unchecked@200 unchecked@300");
}

TEST(Marks, PenOvershootsItsBox) {
  Drawing page = options();
  page.stroke(190, 92, 226, 126, 4);
  page.stroke(224, 90, 188, 124, 4);
  EXPECT_EQ(marks_in(page), "unchecked@100 checked@200 unchecked@300");
}

TEST(Marks, TickBesideItsBox) {
  Drawing page = options();
  page.stroke(188, 106, 196, 118, 3);
  page.stroke(196, 118, 212, 84, 3);
  EXPECT_EQ(marks_in(page), "unchecked@100 checked@200 unchecked@300");
}

TEST(Marks, TickWithoutFrame) {
  Drawing page(500, 200);
  page.frame(100, 100, kSide);
  page.glyph(124, 98, 21);
  page.tick(198, 97, 22);
  page.glyph(230, 98, 21);
  EXPECT_EQ(marks_in(page), "unchecked@100 checked@200");
}

TEST(Marks, SpeckIsNoMark) {
  Drawing page = options();
  page.fill(208, 108, 2, 1);
  EXPECT_EQ(marks_in(page), "unchecked@100 unchecked@200 unchecked@300");
}

// The inside of a side is rough on a photograph; a stroke goes deeper.
TEST(Marks, ARoughSideIsNoMark) {
  Drawing page = options();
  page.fill(202, 104, 2, 10);
  EXPECT_EQ(marks_in(page), "unchecked@100 unchecked@200 unchecked@300");
}

// A box whose right side is too pale for the page's threshold is found as the trace of one; its other sides
// are as thick as its siblings' and no stroke inside it.
TEST(Marks, ThickSidesOfATraceAreNoMark) {
  constexpr int kLarge = 26, kThick = 4;
  Drawing page(560, 200);
  for (int x : {100, 220, 340}) {
    page.frame(x, 100, kLarge, kThick);
    page.glyph(x + 34, 98, 28);
    page.glyph(x + 68, 98, 28);
  }
  page.fill(220 + kLarge - kThick, 100 + kThick, kThick, kLarge - 2 * kThick, 255);
  page.fill(220 + kLarge - 2, 100 + kThick, 2, kLarge - 2 * kThick, 180);
  EXPECT_EQ(marks_in(page, 28), "unchecked@100 unchecked@220 unchecked@340");
}

TEST(Marks, HanziAreNoBoxes) {
  Drawing page(500, 200);
  // 口 stands on two feet, 日 has a bar inside, 国 strokes, and a ruled cell is too large.
  page.frame(100, 100, kSide);
  page.fill(100, 100, 2, kSide + 4);
  page.fill(100 + kSide - 2, 100, 2, kSide + 4);
  page.frame(200, 100, kSide);
  page.fill(200, 108, kSide, 2);
  page.frame(300, 100, kSide + 2);
  for (int y : {104, 109, 114}) page.fill(304, y, 12, 2);
  page.fill(309, 104, 2, 12);
  page.frame(400, 60, 60);
  EXPECT_EQ(marks_in(page), "");
}

TEST(Marks, BrokenHairlinesInCompany) {
  Drawing page(500, 200);
  for (int x : {100, 200, 300}) {
    page.frame(x, 100, 20, 1);
    page.fill(x + 12, 100, 3, 1, 255);
    page.fill(x + 19, 106, 1, 5, 255);
    page.fill(x + 5, 119, 2, 1, 255);
    page.glyph(x + 27, 98, 21);
  }
  EXPECT_EQ(marks_in(page), "unchecked@100 unchecked@200 unchecked@300");
}

TEST(JudgeMark, FindsTheFrameNearTheExpectedPlace) {
  Drawing page = options();
  page.tick(200, 100, kSide);
  const PixPtr grey = page.grey(), binary = page.binary();
  const FoundMark mark = judge_mark(grey.get(), binary.get(), {196, 97, 22, 22}, kDpi);
  EXPECT_EQ(mark.state, MarkState::checked);
  EXPECT_EQ(mark.shape, MarkShape::marked_box);
  EXPECT_NEAR(mark.box.x, 200, 2);
  EXPECT_NEAR(mark.box.w, kSide, 2);
  EXPECT_EQ(judge_mark(grey.get(), binary.get(), {96, 97, 22, 22}, kDpi).state, MarkState::unchecked);
}

TEST(JudgeMark, NothingThere) {
  const Drawing page(500, 200);
  const PixPtr grey = page.grey(), binary = page.binary();
  const FoundMark mark = judge_mark(grey.get(), binary.get(), {196, 97, 22, 22}, kDpi);
  EXPECT_EQ(mark.state, MarkState::absent);
  EXPECT_EQ(mark.shape, MarkShape::none);
  EXPECT_EQ(mark.box_likeness, 0);
}

TEST(JudgeMark, OutsideThePage) {
  const Drawing page(60, 60);
  const PixPtr grey = page.grey(), binary = page.binary();
  EXPECT_EQ(judge_mark(grey.get(), binary.get(), {500, -40, 22, 22}, kDpi).shape, MarkShape::none);
  EXPECT_EQ(judge_mark(nullptr, nullptr, {5, 5, 22, 22}, kDpi).shape, MarkShape::none);
  EXPECT_TRUE(find_marks(nullptr, nullptr, kDpi, {}).empty());
}

}  // namespace
}  // namespace attest
