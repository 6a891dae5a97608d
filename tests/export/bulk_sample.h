// Records as an archive holds them, with everything that an export must be careful with.
#ifndef ATTEST_TESTS_EXPORT_BULK_SAMPLE_H_
#define ATTEST_TESTS_EXPORT_BULK_SAMPLE_H_

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "export/bulk.h"

namespace attest {

// `number` makes another report of the same persons; the names are invented.
nlohmann::ordered_json bulk_record(int number);

// A new empty folder, removed at the end.
class ScratchFolder {
 public:
  ScratchFolder();
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  std::string operator/(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

std::string bytes_of(const std::string& path);

// What a command prints; its exit code must be 0.
std::string output_of(const std::string& command);
bool is_installed(const std::string& program);

// Writes records 1 … count and commits.
void write_records(OpenedWriter writer, int count);

}  // namespace attest

#endif  // ATTEST_TESTS_EXPORT_BULK_SAMPLE_H_
