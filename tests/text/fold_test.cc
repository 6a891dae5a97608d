#include "text/fold.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace attest {
namespace {

TEST(Fold, TableOfTextAndWhereEachCharacterCameFrom) {
  struct Case {
    const char* text;
    const char* folded;
    std::vector<int> source;
  };
  const std::vector<Case> cases = {
      {"", "", {}},
      {" \t\n　", "", {}},
      {"1.1　受审 ：", "1.1受审:", {0, 1, 2, 4, 5, 7}},
      {"（５＋９分）", "(5+9分)", {0, 1, 2, 3, 4, 5}},
      {"【适用】。、；", "[适用].,;", {0, 1, 2, 3, 4, 5, 6}},
      {"“是”", "\"是\"", {0, 1, 2}},
      {"100％ ×2", "100%x2", {0, 1, 2, 3, 5, 6}},
      {"０２２－５—６–７－−", "022-5-6-7--", {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10}},
      {"14MPa～140", "14MPa~140", {0, 1, 2, 3, 4, 5, 6, 7, 8}},
      {"⻓⼀金", "长一金", {0, 1, 2}},     // radical, Kangxi radical, compatibility form
      {"☑\xEF\xB8\x8F是", "☑是", {0, 2}},  // variation selector
      {"a\xE2\x80\x8B"
       "b",
       "ab",
       {0, 2}},                   // zero width space
      {"㎡x", "m2x", {0, 0, 1}},  // one character becomes two
      {"e\xCC\x81"
       "a",
       "\xC3\xA9"
       "a",
       {0, 2}},  // combining accent
      {"灾…)", "灾...)", {0, 1, 1, 1, 2}},
      {"Aa", "Aa", {0, 1}},  // letters keep their case
      {"\xFF\x41",
       "\xEF\xBF\xBD"
       "A",
       {0, 1}},  // invalid UTF-8
  };
  for (const Case& c : cases) {
    const Folded f = fold(std::string_view(c.text));
    EXPECT_EQ(f.utf8(), c.folded) << c.text;
    EXPECT_EQ(f.source, c.source) << c.text;
    EXPECT_EQ(folded(c.text), c.folded);
    EXPECT_EQ(folded(f.utf8()), f.utf8()) << "folding twice changes nothing: " << c.text;
  }
}

TEST(Fold, GoesThroughAnyBytes) {
  std::string bytes;
  for (int round = 0; round < 3; ++round) {
    for (int b = 0; b < 256; ++b) bytes += static_cast<char>((b * 167 + round * 13) & 0xFF);
  }
  const Folded f = fold(std::string_view(bytes));
  ASSERT_EQ(f.text.size(), f.source.size());
  for (std::size_t i = 1; i < f.source.size(); ++i) EXPECT_LE(f.source[i - 1], f.source[i]);
  const std::u32string outside = {0xD800, 0x110000, U'a'};
  EXPECT_EQ(fold(outside).source.back(), 2);
  EXPECT_EQ(to_utf8(outside),
            "\xEF\xBF\xBD\xEF\xBF\xBD"
            "a");
}

TEST(Utf, RoundTripsAndComposes) {
  const std::string text = "审查 ☑ 𠮷 a";
  EXPECT_EQ(to_utf8(to_u32(text)), text);
  EXPECT_EQ(to_u32(text).size(), 8u);
  EXPECT_EQ(to_nfc("e\xCC\x81"), "\xC3\xA9");
  EXPECT_EQ(to_nfc("（１）"), "（１）");  // width is not touched
}

TEST(Characters, HanziSpacesAndBoxes) {
  for (const char32_t c : {U'审', U'〇', U'𠮷'}) EXPECT_EQ(is_hanzi(c), c != U'〇');
  for (const char32_t c : {U'a', U'1', U'☐', U'。', U'⼀'}) EXPECT_FALSE(is_hanzi(c));
  for (const char32_t c : {U' ', U'\n', U'　', U'\u00A0', U'\u200B', U'\uFEFF'}) EXPECT_TRUE(is_space(c));
  for (const char32_t c : {U'a', U'审', U'_', U'.'}) EXPECT_FALSE(is_space(c));
  for (const char32_t c : {U'☐', U'□', U'☑', U'☒', U'■', U'√', U'✓', U'✔', U'✗', U'●', U'○'}) {
    EXPECT_TRUE(is_box_character(c)) << static_cast<unsigned>(c);
  }
  for (const char32_t c : {U'口', U'回', U'v', U'x', U'.'}) EXPECT_FALSE(is_box_character(c));
}

TEST(FindLabel, TableOfTextAndPlace) {
  struct Case {
    const char* text;
    const char* label;
    int max_errors, from;
    int begin, end, errors;
  };
  const std::vector<Case> cases = {
      {"1.4审查地址:北京", "审查地址", 0, 0, 3, 7, 0},
      {"1.4审查地址:北京", "审查地址", 1, 6, -1, -1, 0},  // behind `from`
      {"审查地址审查地址", "审查地址", 1, 1, 4, 8, 0},    // exact beats an earlier tolerant place
      {"1.4审查地扯:北京", "审查地址", 1, 0, 3, 7, 1},    // replaced at the end: as long as the label
      {"1.4宙查地址:北京", "审查地址", 1, 0, 3, 7, 1},    // replaced at the start
      {"1.4审地址:北京", "审查地址", 1, 0, 3, 6, 1},      // dropped
      {"1.4审查x地址:北京", "审查地址", 1, 0, 3, 8, 1},   // added
      {"1.4宙查地扯:北京", "审查地址", 1, 0, -1, -1, 0},  // two errors, one allowed
      {"宙查地扯,审查地扯", "审查地址", 2, 0, 5, 9, 1},   // fewest errors before earliest
      {"审查地扯,审核地址", "审查地址", 1, 0, 0, 4, 1},   // then earliest
      {"甲乙丙丁", "审查地址", 9, 0, -1, -1, 0},          // as many errors as characters find nothing
      {"", "审查", 1, 0, -1, -1, 0},
      {"审查", "", 1, 0, -1, -1, 0},
      {"审查", "审查", 0, 9, -1, -1, 0},
      {"审查", "审查", 0, -3, 0, 2, 0},
  };
  for (const Case& c : cases) {
    const Match m = find_label(to_u32(c.text), to_u32(c.label), c.max_errors, c.from);
    EXPECT_EQ(m.begin, c.begin) << c.text;
    EXPECT_EQ(m.end, c.end) << c.text;
    EXPECT_EQ(m.errors, c.errors) << c.text;
    EXPECT_EQ(static_cast<bool>(m), c.begin >= 0);
  }
}

TEST(FindLabel, LongLabelOfMoreSymbolsThanAByte) {
  std::u32string label;
  for (char32_t c = 0x4E00; c < 0x4E00 + 300; ++c) label += c;
  EXPECT_EQ(find_label(U"x" + label, label, 3).begin, 1);
  std::u32string damaged = label;
  damaged[7] = U'x';
  EXPECT_FALSE(find_label(damaged, label, 3));  // over the alphabet's limit only exact places are found
}

TEST(FindLabel, ToleratedErrorsGrowWithTheLabel) {
  const std::vector<int> expected = {0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 2};
  for (int n = 0; n < static_cast<int>(expected.size()); ++n)
    EXPECT_EQ(tolerated_errors(n), expected[n]) << n;
  EXPECT_EQ(tolerated_errors(25), 5);
}

}  // namespace
}  // namespace attest
