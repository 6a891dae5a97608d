// `attest export` that meets a full disk or is killed: what was there before stays, what is there afterwards
// is whole.
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <filesystem>
#include <random>
#include <thread>

#include "tests/faults/archive.h"

namespace attest {
namespace {

namespace fs = std::filesystem;

constexpr int kMissingLibrary = 3;
constexpr int kDocuments = 60;

class ExportFaults : public Archive {
 protected:
  // Exports with files that may have so many bytes; the exit code.
  int export_to(const ExportFormat& format, const fs::path& folder, rlim_t file_size = RLIM_INFINITY) const {
    fs::create_directories(folder);
    return wait_for(
        start(folder, {"export", "--store", where(), "--to", format.name, "-o", format.output}, file_size));
  }
  void read(int documents) {
    write_documents(folder_, documents);
    ASSERT_EQ(run_program(folder_, run_arguments()).exit_code, 0);
  }
};

std::uintmax_t largest_in(const fs::path& folder) {
  std::uintmax_t out = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) out = std::max(out, entry.file_size());
  }
  return out;
}

TEST_P(ExportFaults, AFullDiskLeavesTheExportOfBefore) {
  read(10);
  for (const ExportFormat& format : kExportFormats) {
    const int code = export_to(format, folder_ / format.name);
    ASSERT_TRUE(code == 0 || code == kMissingLibrary) << code;
  }
  read(kDocuments);
  for (const ExportFormat& format : kExportFormats) {
    SCOPED_TRACE(format.name);
    const fs::path place = folder_ / format.name, other = folder_ / (std::string(format.name) + "-whole");
    const int code = export_to(format, other);
    if (code == kMissingLibrary) continue;
    ASSERT_EQ(code, 0);
    const std::string before = digests(place), whole = digests(other);
    ASSERT_NE(before, whole);
    const std::uintmax_t size = largest_in(other);
    EXPECT_EQ(export_to(format, place, size / 2), 5);
    EXPECT_EQ(digests(place), before);
    // What a format needs on the way may be larger than what it gives.
    for (const std::uintmax_t limit : {size - 1, size + size / 8, 2 * size}) {
      const int end = export_to(format, place, limit);
      EXPECT_TRUE(end == 5 || end == 0) << end;
      EXPECT_EQ(digests(place), end == 0 ? whole : before) << limit << " bytes of " << size;
      if (end == 0) break;
    }
    EXPECT_EQ(export_to(format, place), 0);
    EXPECT_EQ(digests(place), whole);
  }
}

TEST_P(ExportFaults, AnExportMayBeKilledAtAnyMoment) {
  read(kDocuments);
  std::mt19937 random(5);
  for (const ExportFormat& format : kExportFormats) {
    SCOPED_TRACE(format.name);
    const fs::path place = folder_ / format.name;
    const auto begin = std::chrono::steady_clock::now();
    const int code = export_to(format, place);
    if (code == kMissingLibrary) continue;
    ASSERT_EQ(code, 0);
    const auto whole = std::chrono::steady_clock::now() - begin;
    const std::string clean = digests(place);
    for (int i = 0; i < 4; ++i) {
      const int pid = start(place, {"export", "--store", where(), "--to", format.name, "-o", format.output});
      std::this_thread::sleep_for(whole * std::uniform_real_distribution(0.0, 1.0)(random));
      kill(pid, SIGKILL);
      wait_for(pid);
    }
    EXPECT_EQ(export_to(format, place), 0);
    EXPECT_EQ(digests(place), clean) << "nothing is left of those that were killed";
  }
}

INSTANTIATE_TEST_SUITE_P(Sqlite, ExportFaults, testing::Values(Backend::sqlite));
INSTANTIATE_TEST_SUITE_P(Postgres, ExportFaults, testing::Values(Backend::postgres));

}  // namespace
}  // namespace attest
