#include "app/page_codec.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace attest {
namespace {

Glyph glyph(const std::string& text, int mark = -1) {
  return {text, {0.1, 1.0 / 3, 1e-300, 12345.678}, 0.1 + 0.2, mark, {{"曰", 0.25}, {"", 3.5}}};
}

// With something in every place.
PageReading full_reading() {
  Page page{.number = 7, .width = 595.2, .height = 841.9, .rotation = 270, .origin = Origin::mixed};
  page.marks = {{{1, 2, 3, 4}, MarkState::checked, 0.9, "☑"}, {{5, 6, 7, 8}, MarkState::absent}};
  Line line{{glyph("日"), glyph("☑", 0), glyph(" ")}, {9, 10, 11, 12}, 3, true, false};
  Table table{{1, 1, 100, 50}, 2, 3, false, {}};
  table.cells = {{0, 0, 1, 2, {1, 1, 60, 20}, {line, Line{}}}, {0, 2, 2, 1, {61, 1, 40, 50}, {}}};
  page.lines = {line, Line{.underlined = true}};
  page.tables = {table};
  page.blocks = {{Block::Kind::line, 1}, {Block::Kind::table, 0}, {Block::Kind::line, 0}};
  page.notices = {{"reading.page", "一句", "a sentence", {1, 2, 3, 4}}};
  page.left_out = {{1, 2, 3, 4}, {5, 6, 7, 8}};
  return {std::string(64, 'a'), 7, true, page};
}

// By the bytes: two readings that encode the same are the same to the bit.
void expect_round_trip(const PageReading& reading) {
  const std::string bytes = encoded(reading);
  const auto back = decoded_reading(bytes);
  ASSERT_TRUE(back);
  EXPECT_EQ(encoded(*back), bytes);
}

TEST(PageCodec, EveryValueComesBackToTheBit) {
  expect_round_trip(full_reading());
  expect_round_trip({"", 1, false, Page{.number = 1}});
  const auto back = decoded_reading(encoded(full_reading()));
  ASSERT_TRUE(back && back->page);
  EXPECT_EQ(back->sha256, std::string(64, 'a'));
  EXPECT_TRUE(back->warned);
  const Page& page = *back->page;
  EXPECT_EQ(page.rotation, 270);
  EXPECT_EQ(page.origin, Origin::mixed);
  EXPECT_EQ(page.lines[0].glyphs[1].text, "☑");
  EXPECT_EQ(page.lines[0].glyphs[1].mark, 0);
  EXPECT_EQ(page.lines[0].glyphs[0].confidence, 0.1 + 0.2);
  EXPECT_EQ(page.lines[0].glyphs[0].box, (Box{0.1, 1.0 / 3, 1e-300, 12345.678}));
  EXPECT_EQ(page.lines[0].glyphs[0].alternatives[1], (Alternative{"", 3.5}));
  EXPECT_TRUE(page.lines[1].underlined);
  EXPECT_EQ(page.tables[0].at(1, 2), &page.tables[0].cells[1]);
  EXPECT_FALSE(page.tables[0].ruled);
  EXPECT_EQ(page.blocks[1].kind, Block::Kind::table);
  EXPECT_EQ(page.marks[0].glyph, "☑");
  EXPECT_EQ(page.notices[0].en, "a sentence");
}

TEST(PageCodec, APageThatCouldNotBeReadComesBackAsItsError) {
  const Error error{ErrorCode::too_large, "too many pixels", "a.pdf", 4, Box{1, 2, 3, 4}};
  expect_round_trip({"x", 4, false, error});
  const auto back = decoded_reading(encoded({"x", 4, false, error}));
  ASSERT_TRUE(back);
  ASSERT_FALSE(back->page);
  EXPECT_EQ(back->page.error().code, ErrorCode::too_large);
  EXPECT_EQ(back->page.error().message, "too many pixels");
  EXPECT_EQ(back->page.error().box, (Box{1, 2, 3, 4}));
}

TEST(PageCodec, BytesThatAreCutOrTooManyAreNone) {
  const std::string bytes = encoded(full_reading());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(decoded_reading(std::string_view(bytes).substr(0, size))) << size;
  }
  EXPECT_FALSE(decoded_reading(bytes + '\0'));
}

// Any byte changed: it is told, or it is another sound page.
TEST(PageCodec, ChangedBytesAreToldOrSound) {
  const std::string bytes = encoded(full_reading());
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (const char value : {'\x00', '\x01', '\x7f', '\xff'}) {
      std::string changed = bytes;
      changed[at] = value;
      const auto back = decoded_reading(changed);
      if (!back) continue;
      EXPECT_EQ(encoded(*back), changed) << at;
    }
  }
}

TEST(PageCodec, WhatTheStagesBehindCouldNotWalkIsNone) {
  using Change = void (*)(PageReading & reading);
  const Change changes[] = {
      [](PageReading& r) { r.number = 8; },
      [](PageReading& r) { r.page->blocks[0].index = 2; },
      [](PageReading& r) { r.page->blocks[1].index = -1; },
      [](PageReading& r) { r.page->lines[0].glyphs[0].mark = 2; },
      [](PageReading& r) { r.page->lines[0].glyphs[0].mark = -2; },
      [](PageReading& r) { r.page->tables[0].cells[0].lines[0].glyphs[0].mark = 9; },
      [](PageReading& r) { r.page->tables[0].cells[0].column = 2; },
      [](PageReading& r) { r.page->tables[0].cells[0].row = -1; },
      [](PageReading& r) { r.page->tables[0].cells[1].row_span = std::numeric_limits<int>::max(); },
      [](PageReading& r) { r.page->tables[0].cells[1].column_span = 0; },
      [](PageReading& r) { r.page->width = std::numeric_limits<double>::infinity(); },
      [](PageReading& r) { r.page->marks[0].confidence = std::nan(""); },
      [](PageReading& r) { r.page->origin = static_cast<Origin>(5); },
      [](PageReading& r) { r.page->marks[0].state = static_cast<MarkState>(-1); },
  };
  for (const Change change : changes) {
    PageReading reading = full_reading();
    change(reading);
    EXPECT_FALSE(decoded_reading(encoded(reading))) << &change - changes;
  }
}

TEST(PageCodec, ColumnsComeBackAndMustFit) {
  const KnownColumns columns{{0, 1.0 / 3, 1}, {LineContent::text, LineContent::phone}};
  const auto back = decoded_columns(encoded(columns));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->edges, columns.edges);
  EXPECT_EQ(back->contents, columns.contents);
  EXPECT_TRUE(decoded_columns(encoded(KnownColumns{})));
  EXPECT_FALSE(decoded_columns(encoded(KnownColumns{{0, 1}, columns.contents})));
  EXPECT_FALSE(decoded_columns(encoded(KnownColumns{{0, 1}, {static_cast<LineContent>(6)}})));
  EXPECT_FALSE(decoded_columns("nonsense"));
}

}  // namespace
}  // namespace attest
