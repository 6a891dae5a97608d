#include "app/failure_list.h"

#include <nlohmann/json.hpp>

#include "app/store_job.h"
#include "app/terminal.h"

namespace attest {
namespace {

constexpr std::size_t kShown = 20;  // a screen; the archive has them all

}  // namespace

void FailureList::add(const std::string& shown, const nlohmann::ordered_json& record) {
  const std::string code = text_member(record, "rejected");
  if (code.empty() || ++count_ > kShown) return;
  lines_ +=
      "  " + escaped(shown) + "  " + std::string(name_of(state_of(record))) + " (" + escaped(code) + ")\n";
}

std::string FailureList::text() const {
  if (count_ <= kShown) return lines_;
  return lines_ + "  and " + std::to_string(count_ - kShown) + " more\n";
}

}  // namespace attest
