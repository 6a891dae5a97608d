// libpq's handles, owned. Values go as bound parameters only; errors are values.
//
//   Result<PgRows> rows = db.query("SELECT id, name FROM jobs WHERE state = $1", {"waiting"});
//   for (int i = 0; i < rows->count(); ++i) use(rows->integer(i, 0), rows->text(i, 1));
//
// A statement is prepared when it is first asked and kept, so its text must not hold values. Not thread safe.
#ifndef ATTEST_STORE_POSTGRES_H_
#define ATTEST_STORE_POSTGRES_H_

#include <libpq-fe.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record/error.h"

namespace attest {

class PgRows {
 public:
  explicit PgRows(PGresult* result) : result_(result) {}

  int count() const { return PQntuples(result_.get()); }
  std::int64_t changed() const;                      // rows that an INSERT, UPDATE or DELETE touched
  std::string_view text(int row, int column) const;  // valid as long as this; null: empty
  std::int64_t integer(int row, int column) const;   // no number: 0

 private:
  struct Clear {
    void operator()(PGresult* r) const { PQclear(r); }
  };
  std::unique_ptr<PGresult, Clear> result_;
};

// A parameter. What PostgreSQL cannot hold in a text (zero bytes, what is not UTF-8) is written as \xNN.
class PgValue {
 public:
  PgValue(std::string_view text);                                        // NOLINT: a text is a value
  PgValue(const std::string& text) : PgValue(std::string_view(text)) {}  // NOLINT
  PgValue(const char* text) : PgValue(std::string_view(text)) {}         // NOLINT
  PgValue(std::int64_t number) : text_(std::to_string(number)) {}        // NOLINT
  PgValue(int number) : text_(std::to_string(number)) {}                 // NOLINT
  PgValue(bool truth) : text_(truth ? "t" : "f") {}                      // NOLINT

  const char* get() const { return text_.c_str(); }

 private:
  std::string text_;
};
using PgValues = std::vector<PgValue>;

// The value of a parameter `$n::text[]`, to which elements are added one by one.
class PgArray {
 public:
  void add(std::string_view text);
  void add_null();
  std::string value() const { return "{" + text_ + "}"; }

 private:
  std::string text_;
};

class PgConnection {
 public:
  // `url`: postgresql://…, or whatever libpq takes. unreadable: there is no way to it.
  static Result<PgConnection> open(const std::string& url);

  Result<PgRows> query(const std::string& sql, const PgValues& values = {});
  // Statements without values and rows, separated by semicolons.
  std::optional<Error> execute(const std::string& sql);

  // Whether the last thing failed because the server is gone, and may go well when it is back.
  bool lost() const { return lost_; }
  // The server and database, without user and password.
  const std::string& name() const { return name_; }

 private:
  Result<PgRows> take(PGresult* result);

  struct Finish {
    void operator()(PGconn* c) const { PQfinish(c); }
  };
  std::unique_ptr<PGconn, Finish> handle_;
  std::string name_;
  std::map<std::string, std::string> prepared_;  // text of a statement → its name
  bool lost_ = false;
};

// Rolls back what is not committed. A commit is on the server's disk when it returns.
class PgTransaction {
 public:
  explicit PgTransaction(PgConnection& connection);
  ~PgTransaction();
  PgTransaction(const PgTransaction&) = delete;
  PgTransaction& operator=(const PgTransaction&) = delete;

  const std::optional<Error>& failure() const { return failure_; }  // it could not begin
  std::optional<Error> commit();

 private:
  PgConnection& connection_;
  std::optional<Error> failure_;
  bool done_ = false;
};

}  // namespace attest

#endif  // ATTEST_STORE_POSTGRES_H_
