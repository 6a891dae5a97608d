// The parts of a document (its pages), as a process sees them that does some or all of them.
//
//   owner:   parts.begin(60);                              helper:  while (auto part = parts.next()) {
//            while (auto part = parts.next()) {                       …
//              parts.invite();                                        parts.done(*part, bytes);
//              …                                                    }
//            }
//            for (auto& [part, bytes] : parts.results()) …           // what helpers have done
//
// The owner has the document; helpers take parts of it once the owner has invited them. DocumentParts are
// handed out in order, each once. A part may leave a hint for those behind it. Not thread safe.
#ifndef ATTEST_APP_PARTS_H_
#define ATTEST_APP_PARTS_H_

#include <cstdint>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace attest {

class DocumentParts {
 public:
  virtual ~DocumentParts() = default;

  virtual void begin(std::uint32_t count) = 0;  // the owner, before all else
  virtual void invite() = 0;                    // again, or by a helper: nothing
  // From 0. The part before counts as done. At the end the owner waits here until all are.
  virtual std::optional<std::uint32_t> next() = 0;
  virtual void done(std::uint32_t part, std::string bytes) = 0;  // a helper, before `next`
  // Of a part in work, once. What has none when it is done leaves none.
  virtual void hint(std::uint32_t part, std::string bytes) = 0;
  // The last hint that is not empty of the parts before this one, which is in work; waits for theirs.
  virtual std::string hint_before(std::uint32_t part) = 0;
  virtual std::map<std::uint32_t, std::string> results() = 0;  // the owner, after the last part
};

// All are done where they are asked for.
class OwnParts : public DocumentParts {
 public:
  void begin(std::uint32_t count) override { count_ = count; }
  void invite() override {}
  std::optional<std::uint32_t> next() override {
    return next_ < count_ ? std::optional(next_++) : std::nullopt;
  }
  void done(std::uint32_t, std::string) override {}
  void hint(std::uint32_t part, std::string bytes) override {
    if (!bytes.empty()) hints_[part] = std::move(bytes);
  }
  std::string hint_before(std::uint32_t part) override {
    const auto next = hints_.lower_bound(part);
    return next == hints_.begin() ? "" : std::prev(next)->second;
  }
  std::map<std::uint32_t, std::string> results() override { return {}; }

 private:
  std::uint32_t count_ = 0, next_ = 0;
  std::map<std::uint32_t, std::string> hints_;
};

}  // namespace attest

#endif  // ATTEST_APP_PARTS_H_
