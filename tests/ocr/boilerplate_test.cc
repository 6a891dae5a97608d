#include "ocr/boilerplate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace attest {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::vector<std::string> kParagraphs = {
    "a) 以评价过程中发现的不符合评价指标的情况为扣分依据，一般均为定性指标，不符合则扣除全部分值。",
    "2) 对于评分达到70分以上（含70分），且特别扣分项低于5个的，按照以下要求进行级别划分："};

TEST(Boilerplate, IsToldByItsEndItsLengthAndItsBeginning) {
  const Boilerplate known(kParagraphs);
  EXPECT_THAT(known.ending_as("不符合则扣除全部分值。", 46), ElementsAre(0));
  EXPECT_THAT(known.ending_as("求进行级别划分", 42), ElementsAre(1));
  EXPECT_TRUE(known.begins_as(std::vector{0, 1}, "a)以评价过程中"));
  EXPECT_TRUE(known.begins_as(std::vector{1}, "2)对于评分达到7"));
}

TEST(Boilerplate, ForgivesOneMisreadCharacterInFive) {
  const Boilerplate known(kParagraphs);
  EXPECT_THAT(known.ending_as("不符台则扣除全部分值.", 46), ElementsAre(0));
  EXPECT_TRUE(known.begins_as(std::vector{0}, "a)以平价过程中"));
}

TEST(Boilerplate, InDoubtItIsNone) {
  const Boilerplate known(kParagraphs);
  EXPECT_THAT(known.ending_as("不符合则扣除全部分值。", 70), IsEmpty()) << "something was added";
  EXPECT_THAT(known.ending_as("不符合则扣除全部分值。见附件三。", 48), IsEmpty());
  EXPECT_THAT(known.ending_as("。", 46), IsEmpty());
  EXPECT_FALSE(known.begins_as(std::vector{1}, "a)以评价过程中")) << "another paragraph's beginning";
  EXPECT_FALSE(known.begins_as(std::vector{0}, "a)受评价方建立"));
  EXPECT_FALSE(known.begins_as(std::vector{0}, "a)")) << "too little was read";
  EXPECT_FALSE(known.begins_as(std::vector<int>{}, "a)以评价过程中"));
  EXPECT_TRUE(Boilerplate({}).empty());
}

TextLine line(int left, int right, int y, int region = 0) {
  return {{left, y, right - left, 20}, region, 20};
}

TEST(WrappedParagraphs, RunFromAFullLineToTheFirstThatIsNot) {
  const std::vector<TextLine> lines = {line(140, 900, 0),   line(100, 900, 40),
                                       line(100, 400, 80),   // a paragraph
                                       line(140, 300, 120),  // one line
                                       line(140, 900, 160),  // full, and the next one is indented
                                       line(140, 900, 200), line(100, 250, 240)};
  const std::vector<bool> plain(lines.size(), true);
  EXPECT_THAT(wrapped_paragraphs(lines, plain), ElementsAre(ElementsAre(0, 1, 2), ElementsAre(5, 6)));
}

TEST(WrappedParagraphs, HoldNoCellsNoMarkedLinesAndNoGaps) {
  const std::vector<TextLine> lines = {
      line(100, 900, 0),      line(100, 900, 40),    line(100, 300, 80),
      line(100, 900, 120),    line(100, 300, 400),  // far below: a table stood between
      line(100, 900, 440, 1), line(100, 300, 480, 1)};
  std::vector<bool> plain(lines.size(), true);
  plain[1] = false;
  EXPECT_THAT(wrapped_paragraphs(lines, plain), IsEmpty());
}

}  // namespace
}  // namespace attest
