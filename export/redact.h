// Records for outside use: telephone numbers, e-mail addresses, persons' names and the registration numbers
// by which a person can be looked up are replaced.
//
//   Redactor redactor;                 // one for a whole export
//   redactor.redact(record_json);      // 张三 → "[person-1]" in every record, 010-… → "[phone-2]"
//
// What the fields and the team table hold is replaced wherever it stands in the record: page texts, cells,
// narratives, findings, the file's name; white space and width of characters do not matter. Numbers and
// addresses that look like telephones and e-mail are replaced everywhere, and so are names behind a label
// (联系人：…) or before a form of address (王女士, 李经理, 联系人王小明经理). A name that stands in running
// text alone and in no field is not known as one.
//
// The same value has the same replacement in all records of one Redactor, numbered in the order in which they
// come: the same records in the same order give the same text, and no key leads back. It remembers 64 bits of
// each value seen. Not thread safe.
#ifndef ATTEST_EXPORT_REDACT_H_
#define ATTEST_EXPORT_REDACT_H_

#include <array>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <unordered_map>

namespace attest {

enum class Personal { person, phone, email, registration };
inline constexpr int kPersonalKinds = 4;

class Redactor {
 public:
  void redact(nlohmann::ordered_json& record);

  // "[person-1]": of a value as it is compared (folded, without separators).
  std::string replacement(Personal kind, std::string_view key);

 private:
  std::array<std::unordered_map<std::uint64_t, int>, kPersonalKinds> numbers_;
};

}  // namespace attest

#endif  // ATTEST_EXPORT_REDACT_H_
