#include "record/decimal.h"

#include <gtest/gtest.h>

namespace attest {
namespace {

Decimal d(const char* text) { return Decimal::parse(text).value(); }

TEST(Decimal, ParsesAndPrintsWithoutTrailingZeros) {
  EXPECT_EQ(d("1.980").to_string(), "1.98");
  EXPECT_EQ(d("4.0").to_string(), "4");
  EXPECT_EQ(d("-0.50").to_string(), "-0.5");
  EXPECT_EQ(d("0.0").to_string(), "0");
  for (const char* bad : {"", ".", "1.", "1.2.3", "１", "1e3", "-", "1234567890123456789"}) {
    EXPECT_FALSE(Decimal::parse(bad)) << bad;
  }
}

TEST(Decimal, IsExact) {
  EXPECT_EQ(d("0.1") + d("0.2"), d("0.3"));
  EXPECT_EQ(d("2") * d("0.98"), d("1.96"));
  EXPECT_EQ(d("1.5") * d("0.95"), d("1.425"));
  EXPECT_LT(d("9.99"), d("10"));
}

TEST(Decimal, RoundsHalfAwayFromZero) {
  EXPECT_EQ(d("2.345").rounded(2), d("2.35"));
  EXPECT_EQ(d("-2.345").rounded(2), d("-2.35"));
  EXPECT_EQ(Decimal::divide(d("95.47"), d("98"), 2)->to_string(), "0.97");
  EXPECT_EQ(Decimal::divide(1, 3, 4)->to_string(), "0.3333");
  EXPECT_FALSE(Decimal::divide(1, 0, 2));
}

}  // namespace
}  // namespace attest
