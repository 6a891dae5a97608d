#include "normalize/second_look.h"

#include <gtest/gtest.h>

#include "tests/normalize/pieces.h"

namespace attest {
namespace {

using testing::piece;

std::vector<Glyph> look(std::string_view text, double confidence = 0.99) {
  return piece(text, confidence).glyphs;
}

OptionalField number(const std::string& value, double confidence) {
  Field field;
  field.value = field.text = value;
  field.confidence = confidence;
  field.evidence.page = 1;
  return field;
}

const Evidence kPlace{2, {10, 20, 30, 8}, 0};

TEST(SecondLook, AgreementRaises) {
  OptionalField field = number("1.98", 0.9);
  const std::vector<std::vector<Glyph>> looks(5, look("1.98"));
  EXPECT_EQ(see_again(field, looks, 3.5, kPlace), Seen::confirmed);
  EXPECT_EQ(field->value, "1.98");
  EXPECT_GT(field->confidence, 0.9995);
}

TEST(SecondLook, DisagreementLowersAndListsBothReadings) {
  OptionalField field = number("1.98", 0.999);
  const std::vector<std::vector<Glyph>> looks = {look("1.98", 0.8), look("1.96", 0.8), look("1.98", 0.8),
                                                 look("1.96", 0.8), look("1.98", 0.8)};
  EXPECT_EQ(see_again(field, looks, 3.5, kPlace), Seen::doubted);
  EXPECT_EQ(field->value, "1.98");
  EXPECT_LT(field->confidence, 0.9995);
  ASSERT_FALSE(field->readings.empty());
  EXPECT_EQ(field->readings[0].text, "1.96");
}

TEST(SecondLook, ADigitThatWasReadTwiceIsPutRight) {
  OptionalField field = number("22", 1);
  EXPECT_EQ(see_again(field, {look("2"), look("22"), look("2"), look("2"), look("2")}, 1.0, kPlace),
            Seen::changed);
  EXPECT_EQ(field->value, "2");
  EXPECT_EQ(field->text, "2");
}

TEST(SecondLook, DigitsNeedRoom) {
  OptionalField field = number("22", 1);  // no look but the ink's width speaks against it
  const std::vector<std::vector<Glyph>> looks(5, look("22"));
  EXPECT_NE(see_again(field, looks, 1.0, kPlace), Seen::confirmed);
  field = number("22", 1);
  EXPECT_EQ(see_again(field, looks, 2.0, kPlace), Seen::confirmed);
}

TEST(SecondLook, ACellThatGaveNothingIsFilledByAgreementOnly) {
  OptionalField field;
  EXPECT_EQ(see_again(field, {look("1"), look("7"), look("4"), look("1"), look("")}, 1.0, kPlace),
            Seen::nothing);
  EXPECT_FALSE(field);
  EXPECT_EQ(see_again(field, {look("1"), look("1"), look("4"), look("1"), look("1")}, 1.0, kPlace),
            Seen::changed);
  ASSERT_TRUE(field);
  EXPECT_EQ(field->value, "1");
  EXPECT_EQ(field->evidence.page, 2);
}

TEST(SecondLook, NoNumberSaysNothing) {
  OptionalField field = number("1", 0.4);
  EXPECT_EQ(see_again(field, {look("/"), look("/"), look("/"), look("1"), look("/")}, 1.0, kPlace),
            Seen::nothing);
  EXPECT_EQ(field->value, "1");
  EXPECT_DOUBLE_EQ(field->confidence, 0.4);
  EXPECT_EQ(see_again(field, {}, 0, kPlace), Seen::nothing);
}

TEST(SecondLook, ChannelsDifferOnlyWhereEverySettingIsSure) {
  const std::vector<std::vector<Glyph>> sure(5, look("1.96"));
  EXPECT_EQ(agreed_number(sure, 3.5), "1.96");
  EXPECT_FALSE(may_be("1.98", sure));
  EXPECT_TRUE(may_be("1.96", sure));
  std::vector<std::vector<Glyph>> one_other = sure;
  one_other[3] = look("1.98");
  EXPECT_FALSE(agreed_number(one_other, 3.5));
  EXPECT_TRUE(may_be("1.98", one_other));
  EXPECT_FALSE(agreed_number(std::vector<std::vector<Glyph>>(5, look("1.96", 0.6)), 3.5));
  EXPECT_FALSE(agreed_number({}, 0));
}

}  // namespace
}  // namespace attest
