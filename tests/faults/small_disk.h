// A small file system of the test's own (tmpfs), which can be filled. Needs root; taken away at the end.
#ifndef ATTEST_TESTS_FAULTS_SMALL_DISK_H_
#define ATTEST_TESTS_FAULTS_SMALL_DISK_H_

#include <filesystem>
#include <string>

namespace attest {

class SmallDisk {
 public:
  // Mounted at the folder, which is made.
  SmallDisk(std::filesystem::path folder, int kilobytes);
  ~SmallDisk();
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  const std::string& missing() const { return missing_; }  // why there is none; empty: it is there
  const std::filesystem::path& path() const { return path_; }
  void fill() const;
  void empty() const;  // of what has filled it

 private:
  std::filesystem::path path_;
  std::string missing_;
};

}  // namespace attest

#endif  // ATTEST_TESTS_FAULTS_SMALL_DISK_H_
