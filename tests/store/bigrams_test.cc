// Hanzi in pairs, and how a word is looked for among them.
#include "store/bigrams.h"

#include <gtest/gtest.h>

namespace attest {
namespace {

TEST(IndexText, HanziBecomeOverlappingPairs) {
  EXPECT_EQ(index_text("服务规范"), "服务 务规 规范 范 ");
  EXPECT_EQ(index_text("服"), "服 ");
  EXPECT_EQ(index_text(""), "");
}

TEST(IndexText, SpacesAndLineBreaksBetweenHanziDoNotCount) {
  EXPECT_EQ(index_text("服 务\n规　范"), index_text("服务规范"));
}

TEST(IndexText, OtherScriptsKeepTheirWordsAndFoldTheirWidth) {
  EXPECT_EQ(index_text("GB/T 27922"), "GB/T 27922");
  EXPECT_EQ(index_text("ＣＲＭ系统v2"), "CRM 系统 统 v2");
}

TEST(SearchPhrase, AWordMayStandInsideALongerRun) {
  EXPECT_EQ(search_phrase("务规范"), "\"务规 规范\"");
  EXPECT_EQ(search_phrase("范"), "\"范\"*");
  EXPECT_EQ(search_phrase("系统v2"), "\"系统 统 v2\"");
}

TEST(SearchPhrase, NothingOfTheQueryLanguageGetsThrough) {
  EXPECT_EQ(search_phrase("a\" OR \"b"), "\"a  OR  b\"");
  EXPECT_EQ(search_phrase("\"*"), "");
  EXPECT_EQ(search_query({"服务", "-", "NOT"}), "\"服务\" AND \"NOT\"");
}

}  // namespace
}  // namespace attest
