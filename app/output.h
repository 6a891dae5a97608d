// Where a run's files go.
#ifndef ATTEST_APP_OUTPUT_H_
#define ATTEST_APP_OUTPUT_H_

#include <optional>
#include <string>

#include "export/output_file.h"
#include "record/error.h"

namespace attest {

// Makes the folder and those above it; an error where that cannot be or it cannot be written to.
std::optional<Error> make_output_folder(const std::string& path);

}  // namespace attest

#endif  // ATTEST_APP_OUTPUT_H_
