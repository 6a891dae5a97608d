#include "ocr/text_page.h"

#include <gtest/gtest.h>

#include <string>

#include "ocr/text_marks.h"
#include "tests/ocr/drawing.h"
#include "text/fold.h"

namespace attest {
namespace {

using testing::Drawing;

constexpr double kPoints = 72.0 / 150;  // of a pixel of the drawings

// A word with square glyphs of 21 pixels whose upper left corner is at (x, y) pixels.
TextWord word(const std::string& text, int x, int y, const std::string& font = "Song") {
  TextWord w;
  w.text = text;
  w.font = font;
  w.font_size = 21 * kPoints;
  for (char32_t c : to_u32(text)) {
    const double width = c < 0x80 ? 11 : 21;
    w.boxes.push_back({x * kPoints, y * kPoints, width * kPoints, 21 * kPoints});
    w.box = united(w.box, w.boxes.back());
    x += static_cast<int>(width);
  }
  return w;
}

SourcePage page_of(const Drawing& drawing, std::vector<TextWord> words) {
  SourcePage source;
  source.number = 1;
  source.image = drawing.image();
  source.width = drawing.image().width * kPoints;
  source.height = drawing.image().height * kPoints;
  source.origin = Origin::text_layer;
  source.words = std::move(words);
  return source;
}

// Lines as they read, tables as "[cell|cell;cell|cell]", marks as "(+)", "(-)" or "(?)".
std::string dump(const Page& page) {
  const auto text = [&](const Line& line) {
    std::string out;
    for (const Glyph& g : line.glyphs) {
      if (g.mark < 0) {
        out += g.text;
      } else {
        const MarkState state = page.marks[g.mark].state;
        out += state == MarkState::checked ? "(+)" : state == MarkState::unchecked ? "(-)" : "(?)";
      }
    }
    return out;
  };
  std::string out;
  for (const Block& block : page.blocks) {
    if (!out.empty()) out += " / ";
    if (block.kind == Block::Kind::line) {
      out += text(page.lines[block.index]);
      continue;
    }
    out += "[";
    int row = 0;
    for (const Cell& cell : page.tables[block.index].cells) {
      if (out.back() != '[') out += cell.row == row ? "|" : ";";
      row = cell.row;
      for (std::size_t i = 0; i < cell.lines.size(); ++i) out += (i > 0 ? "~" : "") + text(cell.lines[i]);
    }
    out += "]";
  }
  return out;
}

std::string read(const SourcePage& source) {
  const Result<Page> page = read_text_page(source);
  return page ? dump(*page) : "error: " + page.error().message;
}

TEST(TextPage, WordsBecomeLinesWithVisibleGaps) {
  const Drawing drawing(800, 300);
  EXPECT_EQ(read(page_of(drawing, {word("项目编号：", 100, 100), word("113-24", 215, 101),
                                   word("组织", 100, 60), word("名称", 142, 60), word("_____", 300, 60)})),
            "组织名称 _____ / 项目编号： 113-24");
}

TEST(TextPage, CellsTakeTheirGlyphs) {
  Drawing drawing(800, 400);
  for (int y : {100, 140, 200}) drawing.fill(100, y, 402, 2);
  for (int x : {100, 300, 500}) drawing.fill(x, 100, 2, 102);
  EXPECT_EQ(read(page_of(drawing, {word("前", 100, 60), word("代码", 110, 110), word("姓名", 310, 110),
                                   word("A12", 110, 145), word("服务", 310, 145), word("质量", 310, 170),
                                   word("后", 100, 230)})),
            "前 / [代码|姓名;A12|服务~质量] / 后");
}

// A line of a quarter point is half a pixel of the drawing, and pale.
TEST(TextPage, HairlinesSeparateRows) {
  Drawing drawing(800, 400);
  for (int y : {100, 200}) drawing.fill(100, y, 402, 2);
  drawing.fill(100, 150, 402, 1, 215);
  for (int x : {100, 300, 500}) drawing.fill(x, 100, 2, 102);
  EXPECT_EQ(read(page_of(drawing, {word("A1", 110, 120), word("1", 310, 120), word("A2", 110, 170),
                                   word("3", 310, 170)})),
            "[A1|1;A2|3]");
}

TEST(TextPage, BoxCharactersAreJudgedOnTheImage) {
  Drawing drawing(800, 300);
  drawing.frame(101, 101, 18);
  drawing.frame(201, 101, 18);
  drawing.tick(201, 101, 18);
  const std::vector<TextWord> words = {word("□无", 100, 100), word("☑有", 200, 100)};
  EXPECT_EQ(read(page_of(drawing, words)), "(-)无 (+)有");
  const Result<Page> page = read_text_page(page_of(drawing, words));
  ASSERT_TRUE(page);
  EXPECT_EQ(page->marks[1].glyph, "☑");
  EXPECT_GT(page->marks[0].confidence, 0.99);
  EXPECT_GT(page->marks[1].confidence, 0.99);
}

TEST(TextPage, InkInABoxThatIsWrittenEmptyWasAdded) {
  Drawing drawing(800, 300);
  drawing.frame(101, 101, 18);
  drawing.cross(101, 101, 18);
  const Result<Page> page = read_text_page(page_of(drawing, {word("□无", 100, 100)}));
  ASSERT_TRUE(page);
  ASSERT_EQ(page->marks.size(), 1u);
  EXPECT_EQ(page->marks[0].state, MarkState::checked);
  EXPECT_LT(page->marks[0].confidence, 0.9);
}

TEST(TextPage, DrawnBoxesComeIntoTheirLine) {
  Drawing drawing(800, 300);
  for (int x : {100, 250}) drawing.frame(x, 101, 19, 1);
  drawing.tick(250, 101, 19);
  EXPECT_EQ(read(page_of(drawing, {word("初次认证", 124, 100), word("再认证", 274, 100)})),
            "(-) 初次认证 (+) 再认证");
}

TEST(TextPage, TicksAreMarksOnlyWhereABoxWouldStand) {
  const Drawing drawing(800, 300);
  EXPECT_EQ(read(page_of(drawing, {word("√无", 100, 60), word("□有", 180, 60), word("√2", 100, 120),
                                   word("取√值", 100, 180)})),
            "(+)无 (-)有 / √2 / 取√值");
}

TEST(TextPage, SymbolFonts) {
  const Drawing drawing(800, 300);
  EXPECT_EQ(
      read(page_of(drawing, {word("\uF0A8", 100, 60), word("无", 125, 60), word("\uF0FE", 200, 60),
                             word("有", 225, 60), word("o", 300, 60, "Wingdings"), word("o", 340, 60)})),
      "(-) 无 (+) 有 (-) o");
}

TEST(TextPage, WithoutAnImageTheTextDecides) {
  SourcePage source = page_of(Drawing(800, 300), {word("☒无", 100, 60), word("☐有", 180, 60)});
  source.image = {};
  EXPECT_EQ(read(source), "(+)无 (-)有");
}

TEST(TextPage, BoldIsTold) {
  const Result<Page> page = read_text_page(
      page_of(Drawing(800, 300), {word("基本信息", 100, 60, "ABC-Bold"), word("普通", 100, 120)}));
  ASSERT_TRUE(page);
  ASSERT_EQ(page->lines.size(), 2u);
  EXPECT_TRUE(page->lines[0].bold);
  EXPECT_FALSE(page->lines[1].bold);
}

TEST(TextPage, EmptyPage) { EXPECT_EQ(read(page_of(Drawing(800, 300), {})), ""); }

TEST(TextMarks, StatesOfCharacters) {
  for (char32_t c : {U'☐', U'□', U'○'}) EXPECT_EQ(state_of_character(c, false), MarkState::unchecked);
  for (char32_t c : {U'☑', U'☒', U'■', U'●', U'√', U'✓'})
    EXPECT_EQ(state_of_character(c, false), MarkState::checked);
  EXPECT_EQ(state_of_character(U'口', false), MarkState::absent);
  EXPECT_EQ(state_of_character(0xFE, true), MarkState::checked);
  EXPECT_EQ(state_of_character(0xFE, false), MarkState::absent);
}

}  // namespace
}  // namespace attest
