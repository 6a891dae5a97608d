// Runs the built program as a person would, in a folder of its own.
#ifndef ATTEST_TESTS_APP_PROGRAM_H_
#define ATTEST_TESTS_APP_PROGRAM_H_

#include <filesystem>
#include <string>
#include <vector>

#include "tests/temporary_folder.h"

namespace attest {

struct Outcome {
  int exit_code = -1;  // 128 + signal where one ended it
  std::string out, err;
};

// The program with these arguments and this standard input, in `folder`, with a plain environment (LC_ALL=C).
Outcome run_program(const TemporaryFolder& folder, const std::vector<std::string>& arguments,
                    const std::string& input = "");

std::string read_file(const std::filesystem::path& path);

// A transcript of a small report with invented names, by which a report is known; `number` makes it another
// one.
std::string small_report(int number = 1);

}  // namespace attest

#endif  // ATTEST_TESTS_APP_PROGRAM_H_
