// Documents that could not be read, as a person is told of them at the end of a run.
#ifndef ATTEST_APP_FAILURE_LIST_H_
#define ATTEST_APP_FAILURE_LIST_H_

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace attest {

class FailureList {
 public:
  // `shown`: the document as a person would name it. Records of documents that were read change nothing.
  void add(const std::string& shown, const nlohmann::ordered_json& record);

  std::size_t count() const { return count_; }
  // A line each, harmless, up to a screenful; then how many more there are.
  std::string text() const;

 private:
  std::size_t count_ = 0;
  std::string lines_;
};

}  // namespace attest

#endif  // ATTEST_APP_FAILURE_LIST_H_
