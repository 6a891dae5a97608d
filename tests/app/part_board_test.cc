#include "app/part_board.h"

#include <gtest/gtest.h>

namespace attest {
namespace {

constexpr int kOwner = 1, kHelper = 2;

// "1t0 2e": what each member is told, in order.
std::string told(PartBoard& board) {
  std::string out;
  for (const PartBoard::Answer& answer : board.answers()) {
    out += (out.empty() ? "" : " ") + std::to_string(answer.member) + static_cast<char>(answer.message.kind);
    if (answer.message.kind == MessageKind::take) out += std::to_string(answer.message.number);
    if (!answer.message.bytes.empty())
      out += std::to_string(answer.message.number) + "=" + answer.message.bytes;
  }
  return out;
}

class PartBoardTest : public ::testing::Test {
 protected:
  // A document of this many parts, of which the owner has the first and wants help.
  void begin(std::uint32_t count) {
    EXPECT_TRUE(board_.take(kOwner, {MessageKind::parts, count}));
    EXPECT_TRUE(next(kOwner));
    EXPECT_EQ(told(board_), "1t0");
    EXPECT_TRUE(board_.take(kOwner, {MessageKind::invite}));
    board_.join(kHelper);
  }
  bool next(int member) { return board_.take(member, {MessageKind::next}); }

  PartLimits limits_{.most_bytes = 10};
  PartBoard board_{kOwner, limits_};
};

TEST_F(PartBoardTest, HandsOutInOrderAndHandsOverAtTheEnd) {
  begin(3);
  EXPECT_EQ(board_.open_parts(), 2u);
  EXPECT_TRUE(next(kHelper));
  EXPECT_EQ(told(board_), "2t1");
  EXPECT_TRUE(next(kOwner));
  EXPECT_EQ(told(board_), "1t2");
  EXPECT_EQ(board_.open_parts(), 0u);
  EXPECT_TRUE(next(kOwner));
  EXPECT_TRUE(board_.waits(kOwner));
  EXPECT_EQ(told(board_), "") << "the helper is not done";
  EXPECT_FALSE(next(kOwner)) << "who waits says nothing";
  EXPECT_TRUE(board_.take(kHelper, {MessageKind::part, 1, "one"}));
  EXPECT_FALSE(board_.holds_part(kHelper));
  EXPECT_EQ(told(board_), "1D1=one 1e");
  EXPECT_TRUE(next(kHelper));
  EXPECT_EQ(told(board_), "2e");
}

TEST_F(PartBoardTest, AHintIsKnownWhenAllBeforeAreThroughWithTheirs) {
  begin(4);
  EXPECT_TRUE(next(kHelper));
  EXPECT_EQ(told(board_), "2t1");
  EXPECT_TRUE(board_.take(kHelper, {MessageKind::hint, 1, ""}));
  EXPECT_TRUE(board_.take(kHelper, {MessageKind::wish, 1}));
  EXPECT_EQ(told(board_), "");
  EXPECT_TRUE(board_.take(kOwner, {MessageKind::hint, 0, "zero"}));
  EXPECT_EQ(told(board_), "2w1=zero");
  EXPECT_FALSE(board_.take(kOwner, {MessageKind::hint, 0, "again"}));
}

TEST_F(PartBoardTest, APartThatIsDoneWithoutAHintHasNone) {
  begin(2);
  EXPECT_TRUE(next(kHelper));
  told(board_);
  EXPECT_TRUE(board_.take(kHelper, {MessageKind::wish, 1}));
  EXPECT_EQ(told(board_), "");
  EXPECT_TRUE(next(kOwner));
  EXPECT_EQ(told(board_), "2w");
}

TEST_F(PartBoardTest, MessagesThatCannotComeNowAreToldApart) {
  EXPECT_FALSE(next(kOwner)) << "not begun";
  EXPECT_FALSE(board_.take(kOwner, {MessageKind::invite}));
  begin(3);
  EXPECT_FALSE(board_.take(kOwner, {MessageKind::parts, 3})) << "begun";
  EXPECT_FALSE(board_.take(kHelper, {MessageKind::invite}));
  EXPECT_FALSE(board_.take(kHelper, {MessageKind::hint, 0, "not its part"}));
  EXPECT_FALSE(board_.take(kHelper, {MessageKind::part, 0, "nor this"}));
  EXPECT_FALSE(board_.take(kOwner, {MessageKind::part, 0, "owners keep theirs"}));
  EXPECT_FALSE(board_.take(3, {MessageKind::next})) << "nobody";
  EXPECT_FALSE(board_.take(kHelper, {MessageKind::result}));
  EXPECT_TRUE(next(kHelper));
  told(board_);
  EXPECT_FALSE(next(kHelper)) << "nothing came of its part";
  EXPECT_FALSE(board_.take(kHelper, {MessageKind::part, 1, "eleven byte"})) << "too much";
}

TEST_F(PartBoardTest, AClosedBoardAsksForNoHelp) {
  begin(9);
  board_.close();
  EXPECT_EQ(board_.open_parts(), 0u);
  EXPECT_TRUE(next(kOwner));
  EXPECT_EQ(told(board_), "1t1") << "and goes on";
}

}  // namespace
}  // namespace attest
