// The parts of one document as the coordinator sees them: who does which, what came of those that helpers
// did, and what each process is to be told. Takes messages and gives messages, so that it can be tried
// without processes.
//
//   PartBoard board(owner, limits);
//   if (!board.take(member, message)) …                     // it cannot come now: the member is broken
//   for (const auto& [member, message] : board.answers()) send(member, message);
//
// Members go by numbers of the caller's. Who waits for an answer says nothing until it has it. Parts are
// handed out in order, so the first that is not done never waits for another. Not thread safe.
#ifndef ATTEST_APP_PART_BOARD_H_
#define ATTEST_APP_PART_BOARD_H_

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/message.h"

namespace attest {

struct PartLimits {
  std::uint64_t most_bytes = 256ull << 20;  // of all that helpers may hand in
  // Whether bytes of a helper are what they should be; empty: anything is. Of strangers' making.
  std::function<bool(std::string_view)> sound_part = {}, sound_hint = {};
};

class PartBoard {
 public:
  PartBoard(int owner, const PartLimits& limits);

  // Another process takes parts too, or does not any more; it must not hold one then.
  void join(int helper);
  void leave(int helper);
  void close() { closed_ = true; }  // nobody may join any more
  // How many parts nobody has yet; 0 where no help is asked for.
  std::uint32_t open_parts() const;

  bool holds_part(int member) const;
  bool waits(int member) const;
  bool take(int member, Message message);

  struct Answer {
    int member = 0;
    Message message;
  };
  std::vector<Answer> answers();

 private:
  enum class Wait { none, part, hint };
  struct Member {
    std::optional<std::uint32_t> part;
    Wait wait = Wait::none;
  };
  struct Part {
    bool settled = false;  // its hint has come, or none will
    bool done = false;
    std::string hint;
    std::optional<std::string> result;  // a helper's
  };

  bool begin(const Message& message);
  bool take_next(Member& member, bool owner);
  bool take_result(Member& member, Message& message);
  bool take_hint(const Member& member, Message& message);
  void end(std::uint32_t part);
  bool settled_before(std::uint32_t part) const;
  std::string hint_before(std::uint32_t part) const;
  void answer(int number, Member& member, std::vector<Answer>& out);
  void hand_over(std::vector<Answer>& out);

  const int owner_;
  const PartLimits& limits_;
  std::map<int, Member> members_;
  std::vector<Part> parts_;
  std::uint32_t next_ = 0;   // the first that nobody has yet
  std::uint32_t ended_ = 0;  // how many are done
  std::uint64_t bytes_ = 0;  // handed in
  bool begun_ = false, invited_ = false, closed_ = false;
};

}  // namespace attest

#endif  // ATTEST_APP_PART_BOARD_H_
