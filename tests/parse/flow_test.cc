// Pages with boxes, as scans and text layers give them.
#include "parse/flow.h"

#include <gtest/gtest.h>

#include "parse/parts.h"
#include "tests/parse/dump.h"
#include "text/fold.h"

namespace attest::testing {
namespace {

constexpr double kWidth = 595, kHeight = 842, kEm = 10;  // points

// A line of `em`-wide characters from (left, top).
Line line_at(std::string_view text, double left, double top, double confidence = 1) {
  Line line;
  line.box = {left, top, 0, kEm};
  for (const char32_t c : to_u32(text)) {
    Glyph glyph;
    glyph.text = to_utf8(std::u32string(1, c));
    glyph.box = {left, top, kEm, kEm};
    glyph.confidence = confidence;
    left += kEm;
    line.box = united(line.box, glyph.box);
    line.glyphs.push_back(glyph);
  }
  return line;
}

Page page_of(int number, std::vector<Line> lines, Origin origin = Origin::scan) {
  Page page;
  page.number = number;
  page.width = kWidth;
  page.height = kHeight;
  page.origin = origin;
  for (Line& line : lines) {
    page.blocks.push_back({Block::Kind::line, static_cast<int>(page.lines.size())});
    page.lines.push_back(std::move(line));
  }
  return page;
}

std::string lines_of(const Flow& flow) {
  std::string out;
  for (const SourceLine& line : flow.text.lines()) {
    out += std::to_string(line.page) + ":" +
           to_utf8(std::u32string_view(flow.text.folded()).substr(line.begin, line.end - line.begin)) + " ";
  }
  return out;
}

TEST(Flow, DropsHeadersPageNumbersAndScannerLines) {
  std::vector<Page> pages;
  const char* misread[] = {"扫描全能王创建", "本擀能于亿寻", "提措全能王亿", "拓人能王人寻"};
  const char* headers[] = {"海州认证有限公司", "海州认证有限公司", "海州认征有限公司", "海州认证有艰公司"};
  for (int n = 1; n <= 4; ++n) {
    Line app = line_at(misread[n - 1], 450, 815, 0.6);
    app.box.width = 85;  // the same place, whatever was read
    pages.push_back(
        page_of(n, {line_at(headers[n - 1], 250, 30, 0.9), line_at("正文" + std::to_string(n), 70, 400, 0.9),
                    line_at("第" + std::to_string(n) + "页共4页", 270, 795, 0.9), app}));
  }
  EXPECT_EQ(lines_of(make_flow(pages, nullptr)), "1:海州认证有限公司 1:正文1 2:正文2 3:正文3 4:正文4 ");
}

TEST(Flow, DropsWhatTheSheetsEdgesWereReadAs) {
  const std::vector<Page> pages = {page_of(
      1,
      {line_at("上|", 571, 100, 0.3), line_at("邮编:100070", 80, 200, 0.9), line_at("____", 80, 240, 0.5)})};
  EXPECT_EQ(lines_of(make_flow(pages, nullptr)), "1:邮编:100070 ");
}

TEST(Flow, AParagraphGoesOnWhereALineIsFull) {
  std::string hanzi;
  for (int i = 0; i < 44; ++i) hanzi += "字";
  const std::vector<Page> pages = {page_of(
      1, {line_at(hanzi, 70, 100), line_at("续行", 70, 120), line_at("新段", 90, 140)}, Origin::text_layer)};
  const Flow flow = make_flow(pages, nullptr);
  ASSERT_EQ(flow.text.lines().size(), 3u);
  EXPECT_EQ(flow.text.lines()[1].before, LineBreak::wrap);
  EXPECT_EQ(flow.text.lines()[2].before, LineBreak::paragraph);
}

TEST(Flow, EvidenceIsTheFirstPagesPart) {
  const std::vector<Page> pages = {page_of(1, {line_at("地址甲", 70, 400)}),
                                   page_of(2, {line_at("乙路", 70, 100)})};
  const Flow flow = make_flow(pages, nullptr);
  const Piece piece = flow.text.piece(2, 5, "cover");
  EXPECT_EQ(piece.evidence.page, 1);
  EXPECT_EQ(piece.evidence.box, (Box{90, 400, 10, 10}));
}

// One row with cells between these edges.
Table row_between(const std::vector<double>& edges, const std::vector<std::string>& texts, double top) {
  constexpr double kRowHeight = 30;
  Table table;
  table.rows = 1;
  table.columns = static_cast<int>(texts.size());
  table.box = {edges.front(), top, edges.back() - edges.front(), kRowHeight};
  for (std::size_t c = 0; c < texts.size(); ++c) {
    Cell cell;
    cell.column = static_cast<int>(c);
    cell.box = {edges[c], top, edges[c + 1] - edges[c], kRowHeight};
    cell.lines = {line_at(texts[c], edges[c] + 2, top + kEm)};
    table.cells.push_back(std::move(cell));
  }
  return table;
}

Page page_with(int number, Table table) {
  Page page = page_of(number, {}, Origin::text_layer);
  page.tables.push_back(std::move(table));
  page.blocks.push_back({Block::Kind::table, 0});
  return page;
}

TEST(Flow, AnOpenSentenceGoesOnAcrossAPageBreakUnlessTheNextLineIsIndented) {
  const auto pages_with = [&](double left) {
    return std::vector<Page>{
        page_of(1, {line_at("第一行到右边为止", 60, 100), line_at("说明及风险", 60, 700)}),
        page_of(2, {line_at("本次审查", left, 100), line_at("左边的一行文字到右边为止了", 60, 120)})};
  };
  const auto breaks = [](const Flow& flow) {
    int count = 0;
    for (const SourceLine& line : flow.text.lines())
      count += line.page == 2 && line.before == LineBreak::wrap;
    return count;
  };
  EXPECT_EQ(breaks(make_flow(pages_with(60), nullptr)), 1);
  EXPECT_EQ(breaks(make_flow(pages_with(80), nullptr)), 0);
}

TEST(Flow, ARowWithoutTheMergedCellsThatThePageBreakCutGoesOn) {
  const std::vector<std::string> header = {"序号",         "标题",      "检查内容",    "小类分值",
                                           "代码（维度）", "分项得分%", "分项实际得分"};
  const std::vector<double> columns = {70, 110, 160, 350, 390, 440, 480, 530};
  const std::vector<std::string> row = {"5.1.1.9设立", "1", "A9", "100", "1"};
  const auto flow_with = [&](const std::vector<double>& edges) {
    return make_flow(
        {page_with(1, row_between(columns, header, 700)), page_with(2, row_between(edges, row, 70))},
        &scheme("cts-isc-jsgf-06"));
  };
  const Flow cut = flow_with({162, 352, 391, 438, 478, 527});
  ASSERT_EQ(cut.tables.size(), 2u);
  EXPECT_TRUE(cut.tables[1].continued);
  EXPECT_EQ(cut.tables[1].use, TableUse::detail);
  // Other columns: a table of its own.
  EXPECT_EQ(flow_with({70, 170, 270, 370, 470, 530}).tables.size(), 1u);
}

TEST(Parts, HeadingsAreFoundWithoutTheirNumbersAndBrackets) {
  const Scheme& form = scheme("gbt-27922-2011");
  const std::vector<Page> pages = {
      page_of(1, {line_at("海州认证有限公司", 70, 100, 0.9), line_at("工.基本信息，", 70, 140, 0.9),
                  line_at("1.2项目编号:1", 70, 160, 0.9), line_at("2服务认让审查结果:", 70, 200, 0.9),
                  line_at("3.受评价方服务体系概述及本次评价概述适用时，应对多", 70, 240, 0.9),
                  line_at("4.改进建议:", 70, 280, 0.9), line_at("6.评价结论:", 70, 320, 0.9)})};
  const Flow flow = make_flow(pages, &form);
  const Parts parts = find_parts(flow.text, form);
  for (const char* part : {"cover", "basic", "results", "narrative", "conclusion"}) {
    EXPECT_EQ(parts.by_name.count(part), 1u) << part;
  }
  EXPECT_EQ(parts.headings.size(), 5u);
}

}  // namespace
}  // namespace attest::testing
