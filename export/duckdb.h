// DuckDB, loaded when it is first needed: Parquet files are written by its C library, which is no part of a
// system's packages.
//
//   Result<DuckDb> db = DuckDb::open("scratch.duckdb");
//   if (auto failure = db->run("CREATE TABLE t (a VARCHAR)")) …
//   DuckDbAppender rows = db->appender("t");
//   rows.append("text"); rows.append_null(); rows.end_row();
//
// The library is sought at $ATTEST_DUCKDB (a file, or the folder that holds it); where that is not set,
// beside the program (../lib/attest), in the user's data folder (~/.local/share/attest/lib, where
// tools/install_duckdb.sh puts it) and where the system's loader looks. Not thread safe.
#ifndef ATTEST_EXPORT_DUCKDB_H_
#define ATTEST_EXPORT_DUCKDB_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record/error.h"

namespace attest {

// Its version ("v1.5.6"), or missing_dependency with the command that installs it.
Result<std::string> duckdb_version();

// Rows into one table. What goes wrong is kept until finish().
class DuckDbAppender {
 public:
  explicit DuckDbAppender(void* handle) : handle_(handle) {}

  void append(std::string_view text);
  void append(std::int64_t number);
  void append_null();
  void end_row();
  bool failed() const { return failed_ || handle_ == nullptr; }
  std::optional<Error> finish();

 private:
  struct Destroy {
    void operator()(void* handle) const;
  };
  void note(int state) { failed_ = failed_ || state != 0; }
  Error error() const;

  std::unique_ptr<void, Destroy> handle_;
  std::uint64_t rows_ = 0;
  bool failed_ = false;
};

class DuckDb {
 public:
  // `path` empty: in memory. missing_dependency where there is no library.
  static Result<DuckDb> open(const std::string& path);

  std::optional<Error> run(const std::string& sql);
  DuckDbAppender appender(const std::string& table);

 private:
  struct CloseDatabase {
    void operator()(void* handle) const;
  };
  struct CloseConnection {
    void operator()(void* handle) const;
  };
  std::unique_ptr<void, CloseDatabase> database_;
  std::unique_ptr<void, CloseConnection> connection_;
};

}  // namespace attest

#endif  // ATTEST_EXPORT_DUCKDB_H_
