#include "normalize/text_values.h"

#include <gtest/gtest.h>

#include "tests/normalize/pieces.h"

namespace attest::testing {
namespace {

TEST(PlainText, JoinsWrappedLines) {
  EXPECT_EQ(plain_text(piece("海州市解放\n东路"), Join::one_line), "海州市解放东路");
  EXPECT_EQ(plain_text(piece("ISC[S]00\n74"), Join::one_line), "ISC[S]0074");
  EXPECT_EQ(plain_text(piece("after sales\nservice"), Join::one_line), "after sales service");
}

TEST(PlainText, KeepsParagraphsWhereAsked) {
  EXPECT_EQ(plain_text(piece("第一段\n续。\n\n第二段。"), Join::paragraphs), "第一段续。\n第二段。");
  EXPECT_EQ(plain_text(piece("第一段\n续。\n\n第二段。"), Join::one_line), "第一段续。第二段。");
}

TEST(PlainText, SpacesBetweenHanziAreLayout) {
  EXPECT_EQ(plain_text(piece("陆  一"), Join::one_line), "陆一");
  EXPECT_EQ(plain_text(piece("路  8 号"), Join::one_line), "路 8 号");
}

TEST(Blank, UnderscoresSlashesAndNothing) {
  for (const char* text : {"", " ", "_____", "/", "—", "---", "\\_\\_"}) EXPECT_TRUE(is_blank(text)) << text;
  for (const char* text : {"无", "0", "_a_"}) EXPECT_FALSE(is_blank(text)) << text;
}

TEST(Dates, AreIsoEvenWhenTheDayDoesNotExist) {
  EXPECT_EQ(parse_date("2024 年 2 月 30 日", false), "2024-02-30");
  EXPECT_EQ(parse_date("2025年12月 03 日", false), "2025-12-03");
  EXPECT_EQ(parse_date("2O24年l月3日", true), "2024-01-03");
  EXPECT_EQ(parse_date("2O24年l月3日", false), std::nullopt);
  EXPECT_EQ(parse_date("年 月 日", true), std::nullopt);
}

TEST(StarLevels, NumeralsDigitsAndThePassLevel) {
  EXPECT_EQ(parse_star_level("五 星级"), "5");
  EXPECT_EQ(parse_star_level("(十星级)"), "10");
  EXPECT_EQ(parse_star_level("10星级"), "10");
  EXPECT_EQ(parse_star_level("达标级"), "0");
  EXPECT_EQ(parse_star_level("售后服务"), std::nullopt);
}

TEST(Numbers, DropZerosAndUnits) {
  EXPECT_EQ(parse_number("95.470 分", false), "95.47");
  EXPECT_EQ(parse_number("4.0", false), "4");
  EXPECT_EQ(parse_number("l.5O", true), "1.5");
  EXPECT_EQ(parse_number("不", true), std::nullopt);
  EXPECT_EQ(parse_sum("6+9", false), "15");
  EXPECT_EQ(parse_sum("+10", false), "10");
  EXPECT_EQ(parse_sum("10十0", true), "10");
}

TEST(Scope, LosesItsStarLevelAndBrackets) {
  EXPECT_EQ(without_star_level("水泵销售的售后服务（五星级）"), "水泵销售的售后服务");
  EXPECT_EQ(without_star_level("绿色服务。（十星级）"), "绿色服务。");
  EXPECT_EQ(without_star_level("售后服务（安装、维修）(达标级)"), "售后服务（安装、维修）");
  EXPECT_EQ(without_star_level("售后服务 《〈五星级)"), "售后服务");
  EXPECT_EQ(without_star_level("星级酒店用品"), "星级酒店用品");
}

TEST(Specks, GoFromTheEnds) {
  EXPECT_EQ(without_specks("，。海州有限公司，", false), "海州有限公司");
  EXPECT_EQ(without_specks("”没有变更。，", true), "没有变更。");
  EXPECT_EQ(without_specks("海州〈", false), "海州");
  EXPECT_EQ(without_specks("公司（集团）", false), "公司（集团）");
}

TEST(Standard, IsWrittenAsTheSchemeWritesIt) {
  Scheme scheme;
  scheme.standard = "GB/T 27922-2011";
  scheme.standard_spellings = {"GB/T27922-2011"};
  EXPECT_EQ(parse_standard("GB/T 27922－2011", scheme, false), "GB/T 27922-2011");
  EXPECT_EQ(parse_standard("GT/T27922-2011", scheme, false), "GT/T27922-2011");
  EXPECT_EQ(parse_standard("GB/T27922-2Oll", scheme, true), "GB/T 27922-2011");
  scheme.standard = "CTS ISC-JSGF-06";
  EXPECT_EQ(parse_standard("TS ISC-JSGF-06", scheme, true), "CTS ISC-JSGF-06");
  EXPECT_EQ(parse_standard("TS ISC-JSGF-06", scheme, false), "TSISC-JSGF-06");
}

}  // namespace
}  // namespace attest::testing
