#include "ingest/transcript.h"

#include <gtest/gtest.h>

#include "tests/ingest/files.h"

namespace attest {
namespace {

// Pages as text: "N: line", "N* line" where bold, a table as rows of "[cell|cell]", a check box as its state.
std::string dump_line(const Page& page, const Line& line) {
  std::string out;
  for (const Glyph& glyph : line.glyphs) {
    out += glyph.text;
    if (glyph.mark >= 0) out += page.marks.at(glyph.mark).state == MarkState::checked ? "+" : "-";
  }
  return out;
}

std::string dump(const std::vector<Page>& pages) {
  std::string out;
  for (const Page& page : pages) {
    if (page.number > 1) out += "----\n";
    for (const Block& block : page.blocks) {
      if (block.kind == Block::Kind::line) {
        const Line& line = page.lines.at(block.index);
        out += std::to_string(line.number) + (line.bold ? "* " : ": ") + dump_line(page, line) + "\n";
        continue;
      }
      const Table& table = page.tables.at(block.index);
      for (int row = 0; row < table.rows; ++row) {
        out += "[";
        for (int column = 0; column < table.columns; ++column) {
          const Cell* cell = table.at(row, column);
          if (column > 0) out += "|";
          for (std::size_t i = 0; i < cell->lines.size(); ++i)
            out += (i ? "/" : "") + dump_line(page, cell->lines[i]);
        }
        out += "]\n";
      }
    }
  }
  return out;
}

struct Case {
  const char* text;
  const char* expected;
};

TEST(Transcript, TextToPages) {
  const Case cases[] = {
      {"甲\n\n乙 \n", "1: 甲\n3: 乙\n"},
      {"\n\n\n\n甲\r\n\r\n\r\n\r\n乙\r\n", "5: 甲\n----\n9: 乙\n"},
      {"甲\n\n\n乙", "1: 甲\n4: 乙\n"},
      {"甲\n \n　\n\t\n乙", "1: 甲\n----\n5: 乙\n"},
      {"甲\f乙", "1: 甲乙\n"},
      {"甲\n\f乙", "1: 甲\n----\n2: 乙\n"},
      {"# 标题\n#号\n####### 七", "1* 标题\n2: #号\n3: ####### 七\n"},
      {"**全粗**\n半**粗**\n孤 ** 星\n2*3*4", "1* 全粗\n2: 半粗\n3: 孤 ** 星\n4: 2*3*4\n"},
      {"地点: \\_\\_\\_\n3\\*4 a\\b", "1: 地点: ___\n2: 3*4 a\\b\n"},
      {"- ☐推荐 ☒不推荐\n-5 度\n---\n", "1: ☐-推荐 ☒+不推荐\n2: -5 度\n"},
      {"■售后 □保持 ☑再 √是 ○否 ●有 ✔ ✗", "1: ■+售后 □-保持 ☑+再 √+是 ○-否 ●+有 ✔+ ✗+\n"},
      {"<input type=\"checkbox\" checked> 无 <input type=\"checkbox\"/> 有", "1: ☑+ 无 ☐- 有\n"},
      {"- [x] 初次\n- [ ] 保持 ISC[S]01", "1: ☑+ 初次\n2: ☐- 保持 ISC[S]01\n"},
      {"$\\square$ 是 $\\checkmark$ 否 $5", "1: ☐- 是 √+ 否 $5\n"},
      {"a &amp; b &lt;5 &nbsp;c &unknown;", "1: a & b <5  c &unknown;\n"},
      {"甲<br>乙<br/>\n值 <5 且 >3\n<b>粗</b><x>", "1: 甲\n1: 乙\n2: 值 <5 且 >3\n3: 粗<x>\n"},
      {"☑\xef\xb8\x8f 是", "1: ☑+ 是\n"},
  };
  for (const Case& c : cases) EXPECT_EQ(dump(read_transcript(c.text)), c.expected) << c.text;
}

TEST(Transcript, Tables) {
  const Case cases[] = {
      {"代码\t姓名\nA1\t\n\n", "[代码|姓名]\n[A1|]\n"},
      {"序\t名\t分\n1\t甲\t5\n\t乙\t☐\n", "[序|名|分]\n[1|甲|5]\n[|乙|☐-]\n"},
      // Tabs lost at the end of a row; a row with more opens another table.
      {"序\t名\t分\n总计\t9\n", "[序|名|分]\n[总计|9|]\n"},
      {"甲\t1\n乙\t2\n序\t名\t分\n1\t丙\t5\n", "[甲|1]\n[乙|2]\n[序|名|分]\n[1|丙|5]\n"},
      // Indentation and a lone label with its value are lines.
      {" \tb)安装\n\tc)调试\n", "1: b)安装\n2: c)调试\n"},
      {"日期：\t2024 年\n", "1: 日期： 2024 年\n"},
      // A row that goes on from the page before is a table of that width, however little it holds.
      {"序\t名\t分\n1\t甲\t5\n\n\n\n\t续\t\n", "[序|名|分]\n[1|甲|5]\n----\n[|续|]\n"},
      {"\t续\t\n", "1: 续\n"},
      {"| 序 | 名<br>称 |\n|----|:---:|\n|  | **甲** |\n| a\\|b | - |\n", "[序|名/称]\n[|甲]\n[a|b|-]\n"},
      {"|1|2\n|3|\n", "[1|2]\n[3|]\n"},
      {"| <p>甲</p> <p>乙</p> |\n", "[甲/乙]\n"},
      {"前\n|1|2|\n后\n", "1: 前\n[1|2]\n3: 后\n"},
  };
  for (const Case& c : cases) EXPECT_EQ(dump(read_transcript(c.text)), c.expected) << c.text;
}

TEST(Transcript, CellsKnowTheirLine) {
  const std::vector<Page> pages = read_transcript("\n甲\t乙\n丙\t丁\n");
  ASSERT_EQ(pages.at(0).tables.size(), 1u);
  EXPECT_FALSE(pages[0].tables[0].ruled);
  EXPECT_EQ(pages[0].tables[0].at(1, 1)->lines.at(0).number, 3);
}

TEST(Transcript, EmptyTextIsOneEmptyPage) {
  const std::vector<Page> pages = read_transcript(" \n\n\n\n\n");
  ASSERT_EQ(pages.size(), 1u);
  EXPECT_TRUE(pages[0].blocks.empty());
  EXPECT_EQ(pages[0].origin, Origin::transcript);
}

TEST(Transcript, Encodings) {
  using testing::bytes_of;
  using namespace std::string_view_literals;
  const std::pair<std::string_view, const char*> cases[] = {
      {"报告"sv, "1: 报告\n"},
      {"\xef\xbb\xbf报告"sv, "1: 报告\n"},
      {"\xff\xfe\xa5\x62\x4a\x54"sv, "1: 报告\n"},
      {"\xfe\xff\x62\xa5\x54\x4a"sv, "1: 报告\n"},
      {"\xb1\xa8\xb8\xe6 2024"sv, "1: 报告 2024\n"},  // GB18030
  };
  for (const auto& [bytes, expected] : cases) {
    auto document = testing::open(bytes_of(bytes));
    ASSERT_TRUE(document) << bytes;
    const Result<SourcePage> page = (*document)->page(1);
    ASSERT_TRUE(page && page->page) << bytes;
    EXPECT_EQ(page->origin, Origin::transcript);
    EXPECT_EQ(dump({*page->page}), expected);
  }
}

TEST(Transcript, MediaType) {
  EXPECT_EQ((*testing::open(testing::bytes_of("报告 2024\n")))->media_type(), "text/plain");
  EXPECT_EQ((*testing::open(testing::bytes_of("# 报告\n")))->media_type(), "text/markdown");
  EXPECT_EQ((*testing::open(testing::bytes_of("|a|b|\n|---|---|\n")))->media_type(), "text/markdown");
}

}  // namespace
}  // namespace attest
