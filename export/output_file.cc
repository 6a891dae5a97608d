#include "export/output_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

namespace attest {
namespace {

constexpr std::size_t kBufferBytes = 1 << 16;

}  // namespace

OutputFile::OutputFile(std::string path) : path_(std::move(path)), temporary_(path_ + ".part") {
  descriptor_ = open(temporary_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  staged_ = descriptor_ >= 0;
  if (!staged_) fail("cannot write");
}

OutputFile::~OutputFile() {
  if (descriptor_ >= 0) close(descriptor_);
  if (staged_) unlink(temporary_.c_str());
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

std::optional<Error> OutputFile::finish() {
  flush();
  // Network file systems may not say before that there is no room.
  if (descriptor_ >= 0 && close(std::exchange(descriptor_, -1)) != 0) fail("cannot write");
  return failure_;
}

std::optional<Error> OutputFile::commit() {
  if (finish()) return failure_;
  staged_ = rename(temporary_.c_str(), path_.c_str()) != 0;
  if (staged_) fail("cannot put in place");
  return failure_;
}

void OutputFile::fail(const char* what) {
  if (failure_) return;
  failure_ = Error{ErrorCode::not_writable, std::string(what) + " " + path_ + ": " + std::strerror(errno)};
}

StagedPath::~StagedPath() {
  if (!done_) unlink(temporary_.c_str());
}

std::optional<Error> StagedPath::commit() {
  done_ = rename(temporary_.c_str(), path_.c_str()) == 0;
  if (done_) return std::nullopt;
  return Error{ErrorCode::not_writable, "cannot put in place " + path_ + ": " + std::strerror(errno)};
}

std::optional<Error> commit_all(std::span<const std::unique_ptr<OutputFile>> files) {
  for (const auto& file : files) {
    if (file == nullptr) continue;
    if (auto failure = file->finish()) return failure;
  }
  for (const auto& file : files) {
    if (file == nullptr) continue;
    if (auto failure = file->commit()) return failure;
  }
  return std::nullopt;
}

std::optional<Error> write_file(const std::string& path, std::string_view text) {
  OutputFile file(path);
  file.write(text);
  return file.commit();
}

}  // namespace attest
