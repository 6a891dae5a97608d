#include "ocr/column_content.h"

#include <gtest/gtest.h>

#include "ocr/column_memory.h"

namespace attest {
namespace {

TEST(ColumnContent, ByHeaderWords) {
  EXPECT_EQ(content_of_header("分项\n实际\n得分"), LineContent::number);
  EXPECT_EQ(content_of_header("分 项 得 分%"), LineContent::number);
  EXPECT_EQ(content_of_header("小类\n分值"), LineContent::number);
  EXPECT_EQ(content_of_header("代码\n(维\n度)"), LineContent::code);
  EXPECT_EQ(content_of_header("注册证书号"), LineContent::code);
  EXPECT_EQ(content_of_header("联系电话"), LineContent::phone);
  EXPECT_EQ(content_of_header("检查内容"), LineContent::text);
  EXPECT_EQ(content_of_header("姓名"), LineContent::text);
  EXPECT_EQ(content_of_header(""), LineContent::text);
}

TEST(ColumnContent, ContinuationIsKnownByItsEdges) {
  const KnownColumns known{{0, 0.1, 0.8, 1}, {LineContent::clause, LineContent::text, LineContent::number}};
  EXPECT_TRUE(same_columns(known, {0, 0.11, 0.79, 1}));
  EXPECT_FALSE(same_columns(known, {0, 0.2, 0.8, 1}));
  EXPECT_FALSE(same_columns(known, {0, 0.8, 1}));
  EXPECT_FALSE(same_columns({}, {0, 1}));
}

TEST(ColumnMemory, HoldsUntilTheNextHeader) {
  const KnownColumns one{{0, 1}, {LineContent::number}},
      two{{0, 0.5, 1}, {LineContent::text, LineContent::code}};
  ColumnsInOrder columns;
  EXPECT_TRUE(columns.before(1).empty());
  columns.after(2, one);
  EXPECT_TRUE(columns.before(2).empty()) << "a page's own header is not behind it";
  columns.after(3, {});
  EXPECT_EQ(columns.before(4).contents, one.contents);
  columns.after(4, two);
  EXPECT_EQ(columns.before(5).contents, two.contents);
}

std::string normalized(LineContent content, std::vector<std::string> texts) {
  std::vector<Glyph> glyphs;
  for (std::string& t : texts) {
    glyphs.emplace_back();
    glyphs.back().text = std::move(t);
  }
  normalize_cell_glyphs(content, &glyphs);
  std::string out;
  for (const Glyph& g : glyphs) out += g.text;
  return out;
}

TEST(ColumnContent, FullWidthBecomesAsciiInNumbersOnly) {
  EXPECT_EQ(normalized(LineContent::number, {"１", " ", "．", "９", "％"}), "1.9%");
  EXPECT_EQ(normalized(LineContent::code, {"Ａ", "—", "1"}), "A-1");
  EXPECT_EQ(normalized(LineContent::text, {"１", "。"}), "１。");
}

std::string told(const std::string& text, const std::string& alternative, double cost) {
  std::vector<Glyph> glyphs;
  for (const char c : text) {
    Glyph glyph;
    glyph.text = c;
    glyph.confidence = 0.7;
    glyph.alternatives = {{alternative, cost}};
    glyphs.push_back(std::move(glyph));
  }
  tell_digits_from_letters(&glyphs);
  std::string out;
  for (const Glyph& glyph : glyphs) out += glyph.text;
  return out;
}

TEST(DigitsAndLetters, ALetterAtANumbersHeadOrWithinItIsADigit) {
  EXPECT_EQ(told("~l40MPa", "1", 1.3), "~140MPa");
  EXPECT_EQ(told("15O8", "0", 2), "1508");
  EXPECT_EQ(told("O2", "0", 2), "O2") << "oxygen";
  EXPECT_EQ(told("Al2", "1", 1.3), "Al2") << "in a word";
  EXPECT_EQ(told("5l", "1", 1.3), "5l") << "litres";
  EXPECT_EQ(told("l40", "1", 6), "l40") << "read as a letter beyond doubt";
  EXPECT_EQ(told("l40", "i", 1), "l40") << "the digit was not thought of";
}

TEST(DigitsAndLetters, TheLetterStaysAsAnAlternative) {
  Glyph letter, digit;
  letter.text = "l";
  letter.confidence = 0.73;
  letter.alternatives = {{"1", 1.25}, {"I", 3}};
  digit.text = "4";
  std::vector<Glyph> glyphs = {letter, digit};
  tell_digits_from_letters(&glyphs);
  EXPECT_EQ(glyphs[0].text, "1");
  EXPECT_GT(glyphs[0].confidence, 0.8);
  EXPECT_LT(glyphs[0].confidence, 0.95);
  ASSERT_EQ(glyphs[0].alternatives.size(), 2u);
  EXPECT_EQ(glyphs[0].alternatives[0].text, "l") << "the cheapest";
}

}  // namespace
}  // namespace attest
