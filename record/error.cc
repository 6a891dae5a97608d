#include "record/error.h"

namespace attest {

std::string_view name_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::empty_input:
      return "empty_input";
    case ErrorCode::not_a_document:
      return "not_a_document";
    case ErrorCode::unsupported:
      return "unsupported";
    case ErrorCode::damaged:
      return "damaged";
    case ErrorCode::encrypted:
      return "encrypted";
    case ErrorCode::too_large:
      return "too_large";
    case ErrorCode::blank_render:
      return "blank_render";
    case ErrorCode::unreadable:
      return "unreadable";
    case ErrorCode::not_writable:
      return "not_writable";
    case ErrorCode::missing_dependency:
      return "missing_dependency";
    case ErrorCode::bad_configuration:
      return "bad_configuration";
    case ErrorCode::timeout:
      return "timeout";
    case ErrorCode::out_of_memory:
      return "out_of_memory";
    case ErrorCode::worker_failed:
      return "worker_failed";
    case ErrorCode::internal:
      return "internal";
  }
  return "internal";
}

}  // namespace attest
