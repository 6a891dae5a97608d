#include "app/output.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

namespace attest {
namespace {

constexpr std::size_t kBufferBytes = 1 << 16;

}  // namespace

OutputFile::OutputFile(std::string path) : path_(std::move(path)), temporary_(path_ + ".part") {
  descriptor_ = open(temporary_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor_ < 0) fail("cannot write");
}

OutputFile::~OutputFile() {
  if (descriptor_ < 0) return;
  close(descriptor_);
  unlink(temporary_.c_str());
}

void OutputFile::write(std::string_view text) {
  buffer_ += text;
  if (buffer_.size() >= kBufferBytes) flush();
}

void OutputFile::flush() {
  std::string_view rest = buffer_;
  while (!rest.empty() && !failure_) {
    const ssize_t wrote = ::write(descriptor_, rest.data(), rest.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return fail("cannot write");
    rest.remove_prefix(static_cast<std::size_t>(wrote));
  }
  buffer_.clear();
}

std::optional<Error> OutputFile::commit() {
  flush();
  if (!failure_ && rename(temporary_.c_str(), path_.c_str()) != 0) fail("cannot put in place");
  if (!failure_) {
    close(descriptor_);
    descriptor_ = -1;
  }
  return failure_;
}

void OutputFile::fail(const char* what) {
  if (failure_) return;
  failure_ = Error{ErrorCode::not_writable, std::string(what) + " " + path_ + ": " + std::strerror(errno)};
}

std::optional<Error> write_file(const std::string& path, std::string_view text) {
  OutputFile file(path);
  file.write(text);
  return file.commit();
}

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
