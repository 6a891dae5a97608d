// The one error type. Damage in a document is collected as warnings (same type) and the work goes on; a
// Result without a value means "cannot go on". No stage prints, exits or throws across its border.
//
//   Result<Scheme> scheme = load_scheme(path);
//   if (!scheme) return scheme.error();
//   use(*scheme);
#ifndef ATTEST_RECORD_ERROR_H_
#define ATTEST_RECORD_ERROR_H_

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "record/geometry.h"

namespace attest {

enum class ErrorCode {
  empty_input,         // the file has no bytes
  not_a_document,      // no format that is read here
  unsupported,         // a known format that is refused on purpose (JPEG 2000, PDF portfolio …)
  damaged,             // a document that is cut or broken beyond reading
  encrypted,           // needs a password
  too_large,           // over the limit of pixels, pages or bytes
  blank_render,        // a page that rendered to nothing although it has content
  unreadable,          // the operating system refused to read it
  not_writable,        // the operating system refused to write it
  missing_dependency,  // a model, a package or a library is not installed
  bad_configuration,   // a scheme file or an option is wrong
  timeout,             // the document's time is up
  out_of_memory,
  worker_failed,  // the process that read the document died
  internal,       // a bug of ours, said instead of hidden
};

// Stable lower-case name, as it appears in records and logs: "not_a_document".
std::string_view name_of(ErrorCode code);

struct Error {
  ErrorCode code = ErrorCode::internal;
  std::string message;        // one English sentence without final newline; may quote untrusted text
  std::string document = {};  // file name as given, may be empty
  int page = 0;               // from 1; 0: the document as a whole
  std::optional<Box> box = {};
};

// A value or an Error.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}      // NOLINT: a value is a result
  Result(Error error) : state_(std::move(error)) {}  // NOLINT: and so is an error

  explicit operator bool() const { return state_.index() == 0; }
  T& operator*() & { return std::get<0>(state_); }
  const T& operator*() const& { return std::get<0>(state_); }
  T&& operator*() && { return std::get<0>(std::move(state_)); }
  T* operator->() { return &std::get<0>(state_); }
  const T* operator->() const { return &std::get<0>(state_); }
  Error& error() { return std::get<1>(state_); }
  const Error& error() const { return std::get<1>(state_); }

 private:
  std::variant<T, Error> state_;
};

}  // namespace attest

#endif  // ATTEST_RECORD_ERROR_H_
