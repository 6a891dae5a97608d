// Files that are either there completely or not at all: written beside their place under a temporary name,
// then moved.
//
//   OutputFile table("out/scores.csv");
//   table.write(header); …
//   if (std::optional<Error> failure = table.commit()) …
//
// Without commit() nothing stays behind. Not thread safe.
#ifndef ATTEST_APP_OUTPUT_H_
#define ATTEST_APP_OUTPUT_H_

#include <optional>
#include <string>
#include <string_view>

#include "record/error.h"

namespace attest {

class OutputFile {
 public:
  explicit OutputFile(std::string path);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  void write(std::string_view text);
  std::optional<Error> commit();  // the first thing that went wrong, opening included

 private:
  void flush();
  void fail(const char* what);

  std::string path_, temporary_;
  int descriptor_ = -1;
  std::string buffer_;
  std::optional<Error> failure_;
};

std::optional<Error> write_file(const std::string& path, std::string_view text);

// Makes the folder and those above it; an error where that cannot be or it cannot be written to.
std::optional<Error> make_output_folder(const std::string& path);

}  // namespace attest

#endif  // ATTEST_APP_OUTPUT_H_
