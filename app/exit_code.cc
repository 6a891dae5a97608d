#include "app/exit_code.h"

#include <algorithm>
#include <array>

namespace attest {

ExitCode exit_code_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::empty_input:
    case ErrorCode::not_a_document:
    case ErrorCode::unsupported:
    case ErrorCode::damaged:
    case ErrorCode::too_large:
    case ErrorCode::blank_render:
      return ExitCode::input_unreadable;
    case ErrorCode::encrypted:
      return ExitCode::encrypted;
    case ErrorCode::unreadable:
    case ErrorCode::not_writable:
      return ExitCode::file_access;
    case ErrorCode::missing_dependency:
      return ExitCode::missing_dependency;
    case ErrorCode::bad_configuration:
      return ExitCode::bad_configuration;
    case ErrorCode::timeout:
    case ErrorCode::out_of_memory:
    case ErrorCode::worker_failed:
    case ErrorCode::internal:
      return ExitCode::worker_failed;
  }
  return ExitCode::worker_failed;
}

ExitCode worse(ExitCode a, ExitCode b) {
  static constexpr std::array kByUrgency = {ExitCode::done,
                                            ExitCode::findings,
                                            ExitCode::input_unreadable,
                                            ExitCode::encrypted,
                                            ExitCode::file_access,
                                            ExitCode::worker_failed,
                                            ExitCode::missing_dependency,
                                            ExitCode::bad_configuration,
                                            ExitCode::usage,
                                            ExitCode::interrupted};
  const auto rank = [](ExitCode code) { return std::find(kByUrgency.begin(), kByUrgency.end(), code); };
  return rank(a) < rank(b) ? b : a;
}

}  // namespace attest
