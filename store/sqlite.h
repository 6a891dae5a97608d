// SQLite's handles, owned. Errors are values; a statement that failed keeps its first error until reset.
//
//   Statement s = db.prepare("SELECT id FROM jobs WHERE state = ?");
//   s.bind(1, "waiting");
//   while (s.step()) use(s.integer(0));
//   if (s.failed()) return db.error("cannot read");
//
// Not thread safe.
#ifndef ATTEST_STORE_SQLITE_H_
#define ATTEST_STORE_SQLITE_H_

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "record/error.h"

namespace attest {

class Statement {
 public:
  Statement() = default;
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}

  explicit operator bool() const { return statement_ != nullptr; }

  // Texts are copied. Parameters count from 1, columns from 0.
  Statement& bind(int parameter, std::int64_t value);
  Statement& bind(int parameter, std::string_view text);
  Statement& bind_null(int parameter);
  Statement& bind_text_or_null(int parameter, std::string_view text);  // empty: null

  bool step();                    // true: there is a row
  std::optional<int> run_code();  // runs to the end; the code of what went wrong
  bool failed() const { return code_ != SQLITE_OK && code_ != SQLITE_ROW && code_ != SQLITE_DONE; }
  void reset();

  std::int64_t integer(int column) const;
  std::string_view text(int column) const;  // valid until the next step or reset; null: empty
  bool is_null(int column) const;

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* s) const { sqlite3_finalize(s); }
  };
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  int code_ = SQLITE_OK;
};

class Database {
 public:
  // `flags` of sqlite3_open_v2.
  static Result<Database> open(const std::string& path, int flags);

  // A statement that could not be made is false, and fails when stepped.
  Statement prepare(const std::string& sql);
  std::optional<Error> execute(const std::string& sql);
  // Runs a statement without rows and resets it.
  std::optional<Error> run(Statement& statement);

  // What SQLite said last, as not_writable, unreadable, bad_configuration or internal.
  Error error(const std::string& what) const;
  std::int64_t changes() const { return sqlite3_changes64(handle_.get()); }
  std::int64_t last_row() const { return sqlite3_last_insert_rowid(handle_.get()); }
  const std::string& path() const { return path_; }

 private:
  struct Close {
    void operator()(sqlite3* db) const { sqlite3_close_v2(db); }
  };
  std::unique_ptr<sqlite3, Close> handle_;
  std::string path_;
};

// Rolls back what is not committed.
class Transaction {
 public:
  explicit Transaction(Database& database) : database_(database) {
    failure_ = database_.execute("BEGIN IMMEDIATE");
  }
  ~Transaction() {
    if (!done_ && !failure_) (void)database_.execute("ROLLBACK");
  }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  const std::optional<Error>& failure() const { return failure_; }  // it could not begin
  std::optional<Error> commit() {
    std::optional<Error> failure = database_.execute("COMMIT");
    done_ = !failure;
    return failure;
  }

 private:
  Database& database_;
  std::optional<Error> failure_;
  bool done_ = false;
};

}  // namespace attest

#endif  // ATTEST_STORE_SQLITE_H_
