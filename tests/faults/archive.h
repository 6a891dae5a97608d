// What the tests of faults share: an archive of either kind, the program as a child that may be killed, and
// the question whether everything is still there.
#ifndef ATTEST_TESTS_FAULTS_ARCHIVE_H_
#define ATTEST_TESTS_FAULTS_ARCHIVE_H_

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/app/program.h"
#include "tests/store/backend.h"

namespace attest {

// Small transcripts in/1.txt, in/2.txt …
void write_documents(const TemporaryFolder& folder, int count);

struct ExportFormat {
  const char* name;
  const char* output;  // a folder where the format is several files
};
inline constexpr ExportFormat kExportFormats[] = {
    {"csv", "csv"}, {"jsonl", "a.jsonl"}, {"parquet", "parquet"}, {"sqlite", "a.sqlite"}, {"xlsx", "a.xlsx"}};

// The digests of all files below the folder, a line each.
std::string digests(const std::filesystem::path& folder);

// Starts the program in the folder as a child that says nothing; the caller waits for it.
int start(const std::filesystem::path& folder, const std::vector<std::string>& arguments,
          rlim_t file_size = RLIM_INFINITY);
int wait_for(int pid);               // its exit code, or 128 + signal
std::vector<int> children(int pid);  // processes that it has started and that live

// Everything an analyst can see in an archive, in one text: tables, and the digests of all exports.
std::string contents_of(const std::string& where);

class Archive : public testing::TestWithParam<Backend> {
 protected:
  void SetUp() override;

  // For `--store`.
  const std::string& where() const { return where_; }
  std::vector<std::string> run_arguments() const { return {"run", "in", "--store", where_, "-j", "2"}; }
  std::vector<std::string> worker_arguments() const {
    return {"worker", "--store", where_, "-j", "1", "--until-empty"};
  }
  // Enqueues what is in in/; the bytes go to blobs/.
  void enqueue();
  // What the program makes of the same documents in an archive of its own, undisturbed.
  std::string clean_contents(int documents);

  std::string ask(const std::string& sql) const;  // rows as lines, of their first column
  std::int64_t number(const std::string& sql) const;
  std::string contents() const;
  // Exports the archive in every format into the folder; the digests of the files, a line each.
  std::string exports(const std::filesystem::path& folder) const;
  // Nothing lost, nothing doubled, nothing broken.
  void expect_whole(int documents) const;
  std::string integrity() const;  // "ok\n", or what is broken

  TemporaryFolder folder_;

 private:
  std::string where_;
};

}  // namespace attest

#endif  // ATTEST_TESTS_FAULTS_ARCHIVE_H_
