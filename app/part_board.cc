#include "app/part_board.h"

#include <algorithm>
#include <utility>

namespace attest {
namespace {

constexpr std::uint32_t kMostParts = 1u << 20;  // a document with more pages is refused long before

}  // namespace

PartBoard::PartBoard(int owner, const PartLimits& limits) : owner_(owner), limits_(limits) {
  members_[owner];
}

void PartBoard::join(int helper) { members_[helper]; }

void PartBoard::leave(int helper) { members_.erase(helper); }

std::uint32_t PartBoard::open_parts() const {
  return invited_ && !closed_ ? static_cast<std::uint32_t>(parts_.size()) - next_ : 0;
}

bool PartBoard::holds_part(int member) const {
  const auto it = members_.find(member);
  return it != members_.end() && it->second.part;
}

bool PartBoard::waits(int member) const {
  const auto it = members_.find(member);
  return it != members_.end() && it->second.wait != Wait::none;
}

bool PartBoard::take(int number, Message message) {
  const auto it = members_.find(number);
  if (it == members_.end() || it->second.wait != Wait::none) return false;
  Member& member = it->second;
  const bool owner = number == owner_;
  const bool its_part = member.part == message.number;
  switch (message.kind) {
    case MessageKind::parts:
      return owner && begin(message);
    case MessageKind::invite:
      return invited_ = owner && begun_;
    case MessageKind::next:
      return begun_ && take_next(member, owner);
    case MessageKind::part:
      return !owner && its_part && take_result(member, message);
    case MessageKind::hint:
      return its_part && take_hint(member, message);
    case MessageKind::wish:
      member.wait = Wait::hint;
      return its_part;
    default:
      return false;
  }
}

bool PartBoard::begin(const Message& message) {
  if (begun_ || message.number > kMostParts) return false;
  parts_.resize(message.number);
  return begun_ = true;
}

bool PartBoard::take_next(Member& member, bool owner) {
  if (member.part && !owner) return false;  // what it did with it has not come
  if (member.part) end(*member.part);
  member.part.reset();
  member.wait = Wait::part;
  return true;
}

bool PartBoard::take_result(Member& member, Message& message) {
  bytes_ += message.bytes.size();
  if (bytes_ > limits_.most_bytes) return false;
  if (limits_.sound_part && !limits_.sound_part(message.bytes)) return false;
  parts_[message.number].result = std::move(message.bytes);
  end(message.number);
  member.part.reset();
  return true;
}

bool PartBoard::take_hint(const Member& member, Message& message) {
  Part& part = parts_[*member.part];
  if (part.settled) return false;
  if (limits_.sound_hint && !limits_.sound_hint(message.bytes)) return false;
  part.hint = std::move(message.bytes);
  return part.settled = true;
}

void PartBoard::end(std::uint32_t part) {
  parts_[part].settled = parts_[part].done = true;
  ++ended_;
}

bool PartBoard::settled_before(std::uint32_t part) const {
  return std::all_of(parts_.begin(), parts_.begin() + part, [](const Part& p) { return p.settled; });
}

std::string PartBoard::hint_before(std::uint32_t part) const {
  while (part > 0 && parts_[part - 1].hint.empty()) --part;
  return part > 0 ? parts_[part - 1].hint : "";
}

std::vector<PartBoard::Answer> PartBoard::answers() {
  std::vector<Answer> out;
  for (auto& [number, member] : members_) {
    if (member.wait != Wait::none) answer(number, member, out);
  }
  return out;
}

void PartBoard::answer(int number, Member& member, std::vector<Answer>& out) {
  if (member.wait == Wait::hint) {
    if (!settled_before(*member.part)) return;
    out.push_back({number, {MessageKind::answer, *member.part, hint_before(*member.part)}});
  } else if (next_ < parts_.size()) {
    member.part = next_++;
    out.push_back({number, {MessageKind::take, *member.part}});
  } else {
    if (number == owner_ && ended_ < parts_.size()) return;
    if (number == owner_) hand_over(out);
    out.push_back({number, {MessageKind::none}});
  }
  member.wait = Wait::none;
}

void PartBoard::hand_over(std::vector<Answer>& out) {
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    if (!parts_[i].result) continue;
    out.push_back({owner_, {MessageKind::part, static_cast<std::uint32_t>(i), *std::move(parts_[i].result)}});
  }
}

}  // namespace attest
