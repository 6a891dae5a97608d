// Files that are either there completely or not at all: written beside their place under a temporary name,
// then moved.
//
//   OutputFile table("out/scores.csv");
//   table.write(header); …
//   if (std::optional<Error> failure = table.commit()) …
//
// Without commit() nothing stays behind. Not thread safe.
#ifndef ATTEST_EXPORT_OUTPUT_FILE_H_
#define ATTEST_EXPORT_OUTPUT_FILE_H_

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "record/error.h"

namespace attest {

class OutputFile {
 public:
  explicit OutputFile(std::string path);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  void write(std::string_view text);
  // Brings everything to the file; what can go wrong for want of room goes wrong here.
  std::optional<Error> finish();
  std::optional<Error>
  commit();  // finish() and put in place; the first thing that went wrong, opening included
  const std::optional<Error>& failure() const { return failure_; }  // so far

 private:
  void flush();
  void fail(const char* what);

  std::string path_, temporary_;
  int descriptor_ = -1;
  bool staged_ = false;  // something lies at temporary_
  std::string buffer_;
  std::optional<Error> failure_;
};

// The same for a library that writes the file itself, at `temporary()`.
class StagedPath {
 public:
  explicit StagedPath(std::string path) : path_(std::move(path)), temporary_(path_ + ".part") {}
  ~StagedPath();
  StagedPath(const StagedPath&) = delete;
  StagedPath& operator=(const StagedPath&) = delete;

  const std::string& path() const { return path_; }
  const std::string& temporary() const { return temporary_; }
  std::optional<Error> commit();

 private:
  std::string path_, temporary_;
  bool done_ = false;
};

// Puts files in place that belong together: none of them before all are complete. Nulls are passed over.
std::optional<Error> commit_all(std::span<const std::unique_ptr<OutputFile>> files);

std::optional<Error> write_file(const std::string& path, std::string_view text);

}  // namespace attest

#endif  // ATTEST_EXPORT_OUTPUT_FILE_H_
