#include "text/words.h"

#include <gtest/gtest.h>

namespace attest {
namespace {

TEST(Words, AWordOfTheDictionaryHoldsItsHanzi) {
  constexpr std::u32string_view kText = U"除臭设备、垃圾压缩";
  EXPECT_TRUE(within_word(kText, 5));
  EXPECT_TRUE(within_word(kText, 6));
  EXPECT_FALSE(within_word(U"除臭设备、垃坝压缩", 6));
  EXPECT_TRUE(within_word(U"垃圾", 1)) << "the last of the text";
}

TEST(Words, WhatIsNoHanziIsInNoWord) {
  EXPECT_FALSE(within_word(U"设备、车", 2));
  EXPECT_FALSE(within_word(U"ISO9001", 1));
  EXPECT_FALSE(within_word(U"设备", 2)) << "beyond the end";
  EXPECT_FALSE(within_word(U"", 0));
}

TEST(Words, RareHanziBeforeAWordDoNotMoveIt) {
  EXPECT_TRUE(within_word(U"𠮷𠮷垃圾", 2)) << "outside the basic plane";
  EXPECT_FALSE(within_word(U"𠮷𠮷垃坝", 3));
}

}  // namespace
}  // namespace attest
