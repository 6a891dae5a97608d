#include "ocr/tables.h"

#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "ocr/rulings.h"
#include "tests/ocr/drawing.h"

namespace attest {
namespace {

using testing::Drawing;

constexpr double kDpi = 150;

// "3x2: 0,0+1x2 1,0 1,1 …": rows x columns, then row,column and +row_span x column_span where it is not 1x1.
std::string dump(const std::vector<CellGrid>& tables) {
  std::ostringstream out;
  for (const CellGrid& t : tables) {
    if (out.tellp() > 0) out << " | ";
    out << t.rows << "x" << t.columns << ":";
    for (const CellGrid::C& c : t.cells) {
      out << " " << c.row << "," << c.col;
      if (c.row_span > 1 || c.col_span > 1) out << "+" << c.row_span << "x" << c.col_span;
    }
  }
  return out.str();
}

std::string tables_in(PIX* binary) {
  return dump(find_tables(find_rulings(binary, kDpi), kDpi, pixGetWidth(binary), pixGetHeight(binary)));
}

// Three columns at x 100, 300, 500, 700 and rows at y 100, 140, 180, 220.
Drawing grid(bool frame = true) {
  Drawing page(900, 500);
  for (int y : {100, 140, 180, 220}) {
    if (frame || (y != 100 && y != 220)) page.fill(100, y, 602, 2);
  }
  for (int x : {100, 300, 500, 700}) {
    if (frame || (x != 100 && x != 700)) page.fill(x, 100, 2, 122);
  }
  return page;
}

const char kPlain[] = "3x3: 0,0 0,1 0,2 1,0 1,1 1,2 2,0 2,1 2,2";

TEST(Tables, PlainGrid) { EXPECT_EQ(tables_in(grid().binary().get()), kPlain); }

TEST(Tables, CellBoxesLieBetweenRulings) {
  const PixPtr page = grid().binary();
  const auto tables = find_tables(find_rulings(page.get(), kDpi), kDpi, 900, 500);
  ASSERT_EQ(tables.size(), 1u);
  const PixelBox& box = tables[0].cells[4].box;
  EXPECT_NEAR(box.x, 300, 2);
  EXPECT_NEAR(box.y, 140, 2);
  EXPECT_NEAR(box.right(), 501, 2);
  EXPECT_NEAR(box.bottom(), 181, 2);
}

TEST(Tables, MissingSegmentsMakeSpans) {
  Drawing page = grid();
  page.fill(300, 102, 2, 38, 255);   // row 0, columns 0 and 1
  page.fill(502, 180, 198, 2, 255);  // column 2, rows 1 and 2
  EXPECT_EQ(tables_in(page.binary().get()), "3x3: 0,0+1x2 0,2 1,0 1,1 1,2+2x1 2,0 2,1");
}

TEST(Tables, ShortBreaksDoNotMerge) {
  Drawing page = grid();
  page.fill(360, 140, 12, 2, 255);
  page.fill(420, 180, 10, 2, 255);
  page.fill(500, 150, 2, 9, 255);
  EXPECT_EQ(tables_in(page.binary().get()), kPlain);
}

TEST(Tables, MissingFrameIsAdded) { EXPECT_EQ(tables_in(grid(false).binary().get()), kPlain); }

TEST(Tables, DoubleLinesAreOne) {
  Drawing page = grid();
  page.fill(100, 145, 602, 1);
  page.fill(96, 96, 610, 1);
  page.fill(96, 96, 1, 130);
  EXPECT_EQ(tables_in(page.binary().get()), kPlain);
}

TEST(Tables, ResidualSkewIsFollowed) {
  for (double degrees : {-0.3, 0.15, 0.3})
    EXPECT_EQ(tables_in(grid().turned_binary(degrees).get()), kPlain) << degrees;
}

TEST(Tables, OneBoxAroundTextIsNoTable) {
  Drawing page(900, 500);
  for (int y : {100, 220}) page.fill(100, y, 602, 2);
  for (int x : {100, 700}) page.fill(x, 100, 2, 122);
  EXPECT_EQ(tables_in(page.binary().get()), "");
}

TEST(Tables, UnderlinesAreNoTable) {
  Drawing page(900, 500);
  for (int y : {60, 200, 240}) page.fill(100, y, 600, 2);
  const PixPtr binary = page.binary();
  EXPECT_EQ(find_rulings(binary.get(), kDpi).horizontal.size(), 3u);
  EXPECT_EQ(tables_in(binary.get()), "");
}

TEST(Tables, TwoTablesAreTwo) {
  Drawing page(900, 800);
  for (int top : {100, 400}) {
    for (int y : {0, 40, 80}) page.fill(100, top + y, 602, 2);
    for (int x : {100, 400, 700}) page.fill(x, top, 2, 82);
  }
  EXPECT_EQ(tables_in(page.binary().get()), "2x2: 0,0 0,1 1,0 1,1 | 2x2: 0,0 0,1 1,0 1,1");
}

TEST(Rulings, StrokesOfGlyphsAreNone) {
  Drawing page(900, 300);
  for (int x = 50; x < 800; x += 24) page.glyph(x, 100, 22);
  const Rulings rulings = find_rulings(page.binary().get(), kDpi);
  EXPECT_TRUE(rulings.horizontal.empty());
  EXPECT_TRUE(rulings.vertical.empty());
}

TEST(Rulings, ErasingKeepsStrokesThatCross) {
  Drawing page(900, 300);
  page.fill(100, 150, 600, 2);
  page.fill(400, 120, 3, 60);  // a descender through the line
  const PixPtr binary = page.binary();
  const PixPtr text = without_rulings(binary.get(), find_rulings(binary.get(), kDpi));
  ASSERT_TRUE(text);
  EXPECT_EQ(ink_in(text.get(), {100, 140, 290, 20}), 0);
  EXPECT_EQ(ink_in(text.get(), {400, 120, 3, 60}), 180);
}

TEST(Rulings, NothingInNothingOut) {
  EXPECT_TRUE(find_rulings(nullptr, kDpi).horizontal.empty());
  EXPECT_EQ(without_rulings(nullptr, {}), nullptr);
  EXPECT_TRUE(find_tables({}, kDpi, 0, 0).empty());
}

// 150 dpi: a title of 36 points, whose glyphs' bars stand at one height and nearly touch.
TEST(Rulings, BarsOfATitleAreNone) {
  Drawing page(900, 300);
  for (int k = 0; k < 4; ++k) {
    page.fill(100 + 76 * k, 120, 70, 5);
    page.fill(132 + 76 * k, 100, 6, 66);
    page.fill(110 + 76 * k, 150, 50, 5);
  }
  EXPECT_TRUE(find_rulings(page.binary().get(), kDpi).horizontal.empty());
}

// One row of .34 inch with a stroke of a character right below its separator.
TEST(Rulings, SeparatorsOfALoneRowOutlastStrokesBelowThem) {
  Drawing page(900, 300);
  page.fill(100, 100, 602, 2);
  page.fill(100, 150, 602, 2);
  for (int x : {100, 300, 500, 700}) page.fill(x, 100, 2, 52);
  page.fill(300, 164, 2, 22);
  EXPECT_EQ(tables_in(page.binary().get()), "1x3: 0,0 0,1 0,2");
}

// A hairline of which the threshold of text keeps pieces, on a page with a shaded bar that is no line.
TEST(Rulings, HairlinesAreSeenInTheGreyPage) {
  Drawing page(900, 300);
  page.fill(100, 100, 600, 1, 150);
  page.fill(100, 180, 600, 30, 200);
  for (int x = 110; x < 700; x += 40) page.fill(x, 100, 15, 1, 40);
  const PixPtr binary(pixThresholdToBinary(page.grey().get(), 100));
  EXPECT_TRUE(find_rulings(binary.get(), kDpi).horizontal.empty());
  const PixPtr lined = with_hairlines(binary.get(), page.image(), kDpi);
  const Rulings rulings = find_rulings(lined.get(), kDpi);
  ASSERT_EQ(rulings.horizontal.size(), 1u);
  EXPECT_NEAR(rulings.horizontal[0].y0, 100, 1);
  EXPECT_GE(rulings.horizontal[0].x1 - rulings.horizontal[0].x0, 590);
  EXPECT_EQ(with_hairlines(nullptr, page.image(), kDpi), nullptr);
}

TEST(Rulings, OwnInkLeavesOutTheFeetAndStrokesOfGlyphs) {
  Drawing page(600, 200);
  page.fill(100, 150, 300, 3);
  page.fill(120, 147, 30, 3);  // a glyph's bar that stands on it
  page.fill(200, 120, 5, 30);  // an upright that ends on it
  page.fill(300, 130, 5, 40);  // a stroke that crosses it
  const PixPtr binary = page.binary();
  const Rulings rulings = find_rulings(binary.get(), kDpi);
  ASSERT_EQ(rulings.horizontal.size(), 1u);
  Drawing erased = page;
  for (const PixelBox& box : own_ink(binary.get(), rulings.horizontal[0]))
    erased.fill(box.x, box.y, box.w, box.h, 255);
  const auto dark = [&](int x, int y) { return erased.image().row(y)[x] == 0; };
  EXPECT_FALSE(dark(110, 151));
  EXPECT_FALSE(dark(250, 151));
  EXPECT_TRUE(dark(135, 147) && dark(135, 148)) << "the bar on the ruling";
  EXPECT_FALSE(dark(135, 152)) << "the ruling under the bar";
  EXPECT_TRUE(dark(202, 149));
  EXPECT_FALSE(dark(202, 152));
  for (int y = 130; y < 170; ++y) EXPECT_TRUE(dark(302, y)) << y;
}

}  // namespace
}  // namespace attest
