// What coordinator and workers send each other: kind (one byte), number (u32), length (u64), that many bytes.
// Numbers are in the machine's byte order: both ends are one program.
//
//   MessageBuffer received(most_bytes);
//   received.append(bytes, size);
//   while (std::optional<Message> message = received.take()) …       // then: received.broken()?
#ifndef ATTEST_APP_MESSAGE_H_
#define ATTEST_APP_MESSAGE_H_

#include <cstdint>
#include <optional>
#include <string>

namespace attest {

enum class MessageKind : char {
  // from a worker
  started = 'S',   // it starts on the document that it was given
  progress = 'P',  // number: the page that it is at, 0: none; one byte: the stage
  result = 'R',    // it is done; bytes: what the work returned
  parts = 'N',     // number: how many parts its document has
  invite = 'I',    // others may take parts of it
  next = 'T',      // its part, if it has one, is done; it wants another
  part = 'D',      // number: a part that a helper has done; bytes: what came of it (also an answer)
  hint = 'H',      // number: its part; bytes: what later parts may want to know of it
  wish = 'W',      // number: its part; it wants the last hint of the parts before
  // from the coordinator
  job = 'J',     // bytes: u64 job, the request
  help = 'A',    // the same, for parts of a document that another worker has
  take = 't',    // number: the next part
  none = 'e',    // there is no part any more
  answer = 'w',  // bytes: the hint that it wished for
};

struct Message {
  MessageKind kind = MessageKind::started;
  std::uint32_t number = 0;
  std::string bytes = {};
};

std::string encoded(const Message& message);

// Messages from the bytes of a pipe, as they come.
class MessageBuffer {
 public:
  // No message may announce more bytes than these, and those that carry none or few none at all.
  explicit MessageBuffer(std::uint64_t most_bytes) : most_bytes_(most_bytes) {}

  void append(const char* bytes, std::size_t size) { received_.append(bytes, size); }
  // The next one that is there in full.
  std::optional<Message> take();
  // What is there is no message; nothing comes any more.
  bool broken() const { return broken_; }

 private:
  std::uint64_t most_bytes_;
  std::string received_;
  bool broken_ = false;
};

// False, or nothing, when the other end is gone.
bool write_message(int descriptor, const Message& message);
std::optional<Message> read_message(int descriptor);

}  // namespace attest

#endif  // ATTEST_APP_MESSAGE_H_
