// How far a worker is with its document: what it tells the coordinator, and what a record says of a document
// whose worker died.
#ifndef ATTEST_APP_STAGE_H_
#define ATTEST_APP_STAGE_H_

#include <cstdint>
#include <functional>
#include <string_view>

namespace attest {

enum class Stage : std::uint8_t {
  loading,       // models and schemes; no document yet
  opening,       // the file
  reading,       // a page
  interpreting,  // identify, parse, normalize, check
};
constexpr int kStages = 4;

constexpr std::string_view name_of(Stage stage) {
  switch (stage) {
    case Stage::loading:
      return "loading";
    case Stage::opening:
      return "opening";
    case Stage::reading:
      return "reading";
    case Stage::interpreting:
      return "interpreting";
  }
  return "loading";
}

// Called when a stage or a page begins. Page from 1; 0: none.
using StageReport = std::function<void(Stage stage, int page)>;

}  // namespace attest

#endif  // ATTEST_APP_STAGE_H_
