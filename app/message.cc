#include "app/message.h"

#include <array>
#include <cstring>

#include "app/descriptor.h"

namespace attest {
namespace {

constexpr std::size_t kHead = 1 + sizeof(std::uint32_t) + sizeof(std::uint64_t);
constexpr std::uint64_t kMostHintBytes = 64 << 10;  // some dozens of columns need a few hundred

// Of a worker's messages; nothing where there is no such kind.
std::optional<std::uint64_t> most_bytes(MessageKind kind, std::uint64_t most_payload) {
  switch (kind) {
    case MessageKind::started:
    case MessageKind::parts:
    case MessageKind::invite:
    case MessageKind::next:
    case MessageKind::wish:
      return 0;
    case MessageKind::progress:
      return 1;
    case MessageKind::hint:
      return kMostHintBytes;
    case MessageKind::result:
    case MessageKind::part:
      return most_payload;
    default:
      return std::nullopt;
  }
}

std::array<char, kHead> head_of(const Message& message) {
  std::array<char, kHead> head{static_cast<char>(message.kind)};
  const std::uint64_t length = message.bytes.size();
  std::memcpy(head.data() + 1, &message.number, sizeof message.number);
  std::memcpy(head.data() + 1 + sizeof message.number, &length, sizeof length);
  return head;
}

// A message without its bytes, and how many they are.
Message message_of(const char* head, std::uint64_t* length) {
  Message message{static_cast<MessageKind>(head[0])};
  std::memcpy(&message.number, head + 1, sizeof message.number);
  std::memcpy(length, head + 1 + sizeof message.number, sizeof *length);
  return message;
}

}  // namespace

std::string encoded(const Message& message) {
  const auto head = head_of(message);
  return std::string(head.data(), head.size()) + message.bytes;
}

std::optional<Message> MessageBuffer::take() {
  if (broken_ || received_.empty()) return std::nullopt;
  const auto most = most_bytes(static_cast<MessageKind>(received_[0]), most_bytes_);
  broken_ = !most;
  if (broken_ || received_.size() < kHead) return std::nullopt;
  std::uint64_t length = 0;
  Message message = message_of(received_.data(), &length);
  broken_ = length > *most;
  if (broken_ || received_.size() - kHead < length) return std::nullopt;
  message.bytes = received_.substr(kHead, length);
  received_.erase(0, kHead + length);
  return message;
}

bool write_message(int descriptor, const Message& message) {
  const auto head = head_of(message);
  return write_all(descriptor, head.data(), head.size()) &&
         write_all(descriptor, message.bytes.data(), message.bytes.size());
}

std::optional<Message> read_message(int descriptor) {
  std::array<char, kHead> head{};
  if (!read_all(descriptor, head.data(), head.size())) return std::nullopt;
  std::uint64_t length = 0;
  Message message = message_of(head.data(), &length);
  message.bytes.resize(length);
  if (!read_all(descriptor, message.bytes.data(), length)) return std::nullopt;
  return message;
}

}  // namespace attest
