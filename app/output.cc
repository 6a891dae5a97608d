#include "app/output.h"

#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

namespace attest {

std::optional<Error> make_output_folder(const std::string& path) {
  std::error_code failure;
  std::filesystem::create_directories(path, failure);
  if (!failure && !std::filesystem::is_directory(path))
    failure = std::make_error_code(std::errc::not_a_directory);
  if (!failure && access(path.c_str(), W_OK | X_OK) != 0)
    failure = std::error_code(errno, std::generic_category());
  if (!failure) return std::nullopt;
  return Error{ErrorCode::not_writable, "cannot write to the folder " + path + ": " + failure.message()};
}

}  // namespace attest
