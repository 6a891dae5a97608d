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

}  // namespace
}  // namespace attest
