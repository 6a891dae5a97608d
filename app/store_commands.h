// attest search, show, stats and export: what is in an archive.
#ifndef ATTEST_APP_STORE_COMMANDS_H_
#define ATTEST_APP_STORE_COMMANDS_H_

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "app/exit_code.h"

namespace attest {

struct StoreOptions {
  std::string store;
  std::vector<std::string> words;  // search
  int limit = 20;                  // search: pages shown
  std::string id;                  // show: a record's number, or the beginning of its file name or digest
  bool json = false;               // search and stats: for programs
};

// Adds the commands to the command line.
void add_store_commands(CLI::App& app, StoreOptions& options);

// The command that was called, if it is one of these.
std::optional<ExitCode> store_command(const CLI::App& app, const StoreOptions& options);

}  // namespace attest

#endif  // ATTEST_APP_STORE_COMMANDS_H_
