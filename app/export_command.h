// attest export: an archive's records as files for analysts.
#ifndef ATTEST_APP_EXPORT_COMMAND_H_
#define ATTEST_APP_EXPORT_COMMAND_H_

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "app/exit_code.h"

namespace attest {

struct ExportOptions {
  std::string store;
  std::string format;  // csv, xlsx, parquet, jsonl or sqlite
  std::string output;  // a folder for csv and parquet, else a file
  std::string since, until, scheme, organization;
  std::vector<std::string> where;  // KEY=VALUE
  bool redact = false;
  bool csv_bom = false;
  bool quiet = false;
  std::string language;
};

// Adds the command to the command line.
void add_export_command(CLI::App& app, ExportOptions& options);

ExitCode export_command(const ExportOptions& options);

}  // namespace attest

#endif  // ATTEST_APP_EXPORT_COMMAND_H_
