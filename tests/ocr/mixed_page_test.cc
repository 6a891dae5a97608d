#include "ocr/mixed_page.h"

#include <gtest/gtest.h>

#include "ocr/layer_check.h"

namespace attest {
namespace {

Line line(const std::string& text, double left, double top, double width) {
  Line out;
  out.glyphs.emplace_back();
  out.glyphs[0].text = text;
  out.glyphs[0].box = out.box = {left, top, width, 12};
  return out;
}

TEST(MixedPage, ImageFillsWhatTheLayerLacks) {
  Page text, scan;
  text.lines = {line("layer", 50, 100, 200), line("foot", 50, 700, 100)};
  scan.lines = {line("layer as read", 52, 101, 196), line("scanned", 50, 300, 200)};
  scan.lines[1].glyphs[0].mark = 0;
  scan.marks.push_back({{50, 300, 10, 10}, MarkState::checked, 1, "☑"});
  const Page page = joined(text, scan);
  ASSERT_EQ(page.lines.size(), 3u);
  ASSERT_EQ(page.blocks.size(), 3u);
  EXPECT_EQ(page.lines[page.blocks[1].index].text(), "scanned");
  ASSERT_EQ(page.marks.size(), 1u);
  EXPECT_EQ(page.lines[2].glyphs[0].mark, 0);
}

TEST(MixedPage, EmptyCellsOfATableAreFilled) {
  Table table;
  table.box = {50, 50, 200, 40};
  table.rows = 1;
  table.columns = 2;
  table.cells = {{0, 0, 1, 1, {50, 50, 100, 40}, {}}, {0, 1, 1, 1, {150, 50, 100, 40}, {}}};
  Page text, scan;
  text.tables = {table};
  text.tables[0].cells[0].lines = {line("own", 60, 60, 50)};
  scan.tables = {table};
  scan.tables[0].cells[0].lines = {line("read", 60, 60, 50)};
  scan.tables[0].cells[1].lines = {line("image", 160, 60, 50)};
  const Page page = joined(text, scan);
  ASSERT_EQ(page.tables.size(), 1u);
  EXPECT_EQ(page.tables[0].cells[0].text(), "own");
  EXPECT_EQ(page.tables[0].cells[1].text(), "image");
}

// A photographed page: the table's box begins where its right corner is, above the line over its left one.
TEST(MixedPage, ALineOverATableThatLiesAslantComesFirst) {
  Table table;
  table.box = {50, 90, 400, 300};
  table.rows = 1;
  table.columns = 2;
  table.cells = {{0, 0, 1, 1, {50, 110, 200, 40}, {}}, {0, 1, 1, 1, {250, 90, 200, 40}, {}}};
  Page page;
  page.tables = {table};
  page.lines = {line("over", 60, 92, 100), line("under", 60, 420, 100)};
  order_blocks(&page);
  ASSERT_EQ(page.blocks.size(), 3u);
  EXPECT_EQ(page.blocks[0].index, 0);
  EXPECT_EQ(page.blocks[1].kind, Block::Kind::table);
  EXPECT_EQ(page.blocks[2].index, 1);
}

TEST(LayerCheck, OnlyDigitsWrongIsStillWrong) {
  Page page;
  std::vector<TextWord> words;
  const std::string read = "20913202411119", layer = "20913202477710";
  Line l;
  TextWord word;
  for (std::size_t i = 0; i < read.size(); ++i) {
    l.glyphs.push_back({std::string(1, read[i]), {50 + 6.0 * double(i), 100, 6, 12}});
    word.boxes.push_back(l.glyphs.back().box);
  }
  l.box = {50, 100, 84, 12};
  page.lines = {l};
  word.text = read;
  EXPECT_FALSE(compare_layer(page, {word}).disagrees());
  word.text = layer;
  const LayerAgreement agreement = compare_layer(page, {word});
  EXPECT_EQ(agreement.digits, 14);
  EXPECT_EQ(agreement.wrong_digits, 4);
  EXPECT_TRUE(agreement.disagrees());
  EXPECT_FALSE(compare_layer(page, {}).disagrees());
}

}  // namespace
}  // namespace attest
