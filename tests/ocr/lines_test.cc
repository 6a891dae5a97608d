#include "ocr/lines.h"

#include <gtest/gtest.h>

#include <vector>

#include "ocr/line_image.h"

namespace attest {
namespace {

constexpr double kEm = 40;

// A page of blobs that stand for characters.
class Blobs {
 public:
  Blobs() : pix_(pixCreate(1200, 800, 1)) {}
  Blobs& fill(int x, int y, int w, int h) {
    pixRasterop(pix_.get(), x, y, w, h, PIX_SET, nullptr, 0, 0);
    return *this;
  }
  Blobs& text(int x, int y, int count) {
    for (int i = 0; i < count; ++i) fill(x + i * 40, y, 34, 36);
    return *this;
  }
  std::vector<TextLine> lines(std::vector<LineRegion> regions = {LineRegion{}}) const {
    return find_lines(PageInk(PixPtr(pixClone(pix_.get()))), regions, kEm);
  }

 private:
  PixPtr pix_;
};

TEST(Lines, OneLineEachInOrderFromTheTop) {
  const auto lines = Blobs().text(100, 300, 8).text(100, 100, 12).text(140, 200, 5).lines();
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[0].box, (PixelBox{100, 100, 11 * 40 + 34, 36}));
  EXPECT_EQ(lines[1].box.x, 140);
  EXPECT_EQ(lines[2].box.y, 300);
}

TEST(Lines, WideGapsStayInOneLine) {
  const auto lines = Blobs().text(100, 100, 4).text(700, 102, 4).lines();
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(parts_of(lines[0], {}).size(), 2u) << "but are read in two goes";
}

TEST(Lines, PartsAboveEachOtherAreOneCharacter) {
  // 二 before and between whole characters; a colon behind.
  const auto lines = Blobs()
                         .fill(100, 104, 26, 6)
                         .fill(96, 128, 34, 6)
                         .text(140, 100, 3)
                         .fill(262, 108, 5, 6)
                         .fill(262, 126, 5, 6)
                         .lines();
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].box.x, 96);
  EXPECT_EQ(lines[0].box.right(), 267);
}

TEST(Lines, BrokenDigitAloneInACellIsOneLine) {
  // The foot of a 2 that a threshold parted from its head by more than the foot is high.
  const auto lines = Blobs().fill(400, 300, 18, 13).fill(400, 320, 16, 6).lines();
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].box, (PixelBox{400, 300, 18, 26}));
  // The bar and the bow of a 5, neither of which would start a line.
  const auto fives = Blobs().fill(400, 300, 12, 3).fill(398, 309, 15, 15).lines();
  ASSERT_EQ(fives.size(), 1u);
  EXPECT_EQ(fives[0].box, (PixelBox{398, 300, 15, 24}));
}

TEST(Lines, LineOfBrokenDigitsIsAsHighAsTheyAre) {
  // 5.2 of which a threshold left the bar and the bow of the 5, the head (too small to make a line) and foot
  // of the 2.
  const auto lines = Blobs()
                         .fill(400, 300, 12, 3)
                         .fill(398, 311, 18, 17)
                         .fill(426, 323, 6, 6)
                         .fill(440, 300, 15, 14)
                         .fill(440, 323, 17, 5)
                         .lines();
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].box.y, 300);
  EXPECT_EQ(lines[0].box.bottom(), 328);
}

TEST(Lines, UnderlineIsNoTextAndBlankIsToWriteOn) {
  const auto lines = Blobs().text(100, 100, 4).fill(96, 141, 160, 3).fill(400, 136, 120, 3).lines();
  ASSERT_EQ(lines.size(), 1u);
  ASSERT_EQ(lines[0].underlines.size(), 2u);
  EXPECT_EQ(lines[0].box.h, 36);
  const auto parts = parts_of(lines[0], {});
  ASSERT_EQ(parts.size(), 2u);
  EXPECT_EQ(parts[0].kind, LinePart::Kind::text);
  EXPECT_EQ(parts[1].kind, LinePart::Kind::blank);
}

TEST(Lines, DashAtHalfHeightIsText) {
  const auto lines = Blobs().text(100, 100, 3).fill(222, 117, 70, 3).text(300, 100, 3).lines();
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_TRUE(lines[0].underlines.empty());
}

TEST(Lines, BarOfATitlesCharacterIsText) {
  // 京 at twice the body size: its bar touches nothing.
  const auto lines = Blobs()
                         .fill(100, 100, 80, 84)
                         .fill(190, 112, 78, 6)
                         .fill(200, 124, 60, 60)
                         .fill(280, 100, 80, 84)
                         .lines();
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].pieces.size(), 4u);
  EXPECT_TRUE(lines[0].underlines.empty());
}

TEST(Lines, RuleUnderTwoCharactersThatTouchItIsAnUnderline) {
  const auto lines = Blobs().text(100, 100, 2).fill(98, 135, 78, 3).text(220, 100, 3).lines();
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].underlines.size(), 1u);
}

TEST(Lines, CellsKeepTheirLinesApart) {
  const std::vector<LineRegion> regions = {{}, {{80, 80, 300, 160}}, {{380, 80, 300, 160}}};
  const auto lines =
      Blobs().text(100, 100, 5).text(100, 160, 3).text(400, 102, 2).text(100, 500, 9).lines(regions);
  ASSERT_EQ(lines.size(), 4u);
  EXPECT_EQ(lines[0].region, 0);
  EXPECT_EQ(lines[1].region, 1);
  EXPECT_EQ(lines[2].region, 1);
  EXPECT_EQ(lines[3].region, 2);
}

TEST(Lines, LineMayDrift) {
  Blobs blobs;
  for (int i = 0; i < 24; ++i) blobs.fill(100 + i * 40, 100 + i, 34, 36).fill(100 + i * 40, 160 + i, 34, 36);
  EXPECT_EQ(blobs.lines().size(), 2u);
}

TEST(Lines, DustAndFoldsMakeNoLine) {
  EXPECT_TRUE(Blobs().fill(100, 100, 2, 2).fill(500, 50, 3, 170).lines().empty());
}

TEST(Parts, MarksCutTheLine) {
  const auto lines = Blobs().text(100, 100, 2).fill(200, 100, 34, 36).text(240, 100, 4).lines();
  ASSERT_EQ(lines.size(), 1u);
  const auto parts = parts_of(lines[0], {{{200, 100, 34, 36}, 7}});
  ASSERT_EQ(parts.size(), 3u);
  EXPECT_EQ(parts[1].kind, LinePart::Kind::mark);
  EXPECT_EQ(parts[1].mark, 7);
  EXPECT_EQ(parts[2].box.x, 240);
}

TEST(Cut, HasAirIsClippedToItsCellAndLeavesOutStrokes) {
  Image grey;
  grey.width = 400;
  grey.height = 100;
  grey.pixels.assign(40000, 200);
  TextLine line;
  line.box = {100, 40, 200, 36};
  line.em = kEm;
  const LineCut cut =
      cut_line(grey, line, line.box, {90, 38, 400, 60}, std::vector<PixelBox>{{150, 40, 10, 10}});
  EXPECT_LT(cut.box.x, 100);
  EXPECT_GT(cut.box.right(), 300);
  EXPECT_LT(cut.box.y, 40);
  EXPECT_EQ(cut.image.row(0)[cut.box.w / 2], 248) << "above the cell";
  EXPECT_EQ(cut.image.row(60 - cut.box.y)[120 - cut.box.x], 200);
  EXPECT_EQ(cut.image.row(45 - cut.box.y)[155 - cut.box.x], 248) << "erased";
}

TEST(BodyEm, IsTheSizeOfWholeCharacters) {
  PixPtr page(pixCreate(1200, 800, 1));
  for (int i = 0; i < 200; ++i) {
    pixRasterop(page.get(), 20 + (i % 25) * 45, 20 + (i / 25) * 80, 37, 37, PIX_SET, nullptr, 0, 0);
    if (i % 2)
      pixRasterop(page.get(), 20 + (i % 25) * 45, 62 + (i / 25) * 80, 16, 20, PIX_SET, nullptr, 0, 0);
  }
  EXPECT_NEAR(body_em(PageInk(std::move(page)), 300), 41, 3);
}

}  // namespace
}  // namespace attest
