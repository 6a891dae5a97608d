// A PostgreSQL server of the test's own: from Debian's package, in a scratch folder, as an unprivileged user,
// on a Unix socket only. Stopped by its process id; it also ends when the test does.
#ifndef ATTEST_TESTS_STORE_POSTGRES_SERVER_H_
#define ATTEST_TESTS_STORE_POSTGRES_SERVER_H_

#include <filesystem>
#include <string>

namespace attest {

class PostgresServer {
 public:
  // One a test program, made when first asked for.
  static PostgresServer& shared();
  ~PostgresServer();
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

  const std::string& missing() const { return missing_; }  // why there is none; empty: it runs

  std::string new_database();                      // its URL
  std::string url(const std::string& name) const;  // of a database
  void own(const std::string& path) const;         // gives it to the server's user
  void kill_hard();                                // SIGKILL, as a loss of power would
  void start();                                    // again

 private:
  PostgresServer();
  int run(const std::string& program, const std::string& arguments) const;

  std::string missing_;
  std::filesystem::path folder_, programs_;
  int pid_ = -1, databases_ = 0;
};

}  // namespace attest

#endif  // ATTEST_TESTS_STORE_POSTGRES_SERVER_H_
