#include "tests/store/postgres_server.h"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <thread>
#include <vector>

#include "store/postgres.h"

namespace attest {
namespace {

namespace fs = std::filesystem;

// The newest server that Debian has installed; empty: none.
fs::path installed_programs() {
  fs::path out;
  std::error_code failure;
  for (const auto& version : fs::directory_iterator("/usr/lib/postgresql", failure)) {
    const fs::path programs = version.path() / "bin";
    if (fs::exists(programs / "postgres") && fs::exists(programs / "initdb") && programs > out)
      out = programs;
  }
  return out;
}

// The server refuses to run as root.
const passwd* unprivileged() {
  if (getuid() != 0) return getpwuid(getuid());
  const passwd* user = getpwnam("postgres");
  return user != nullptr ? user : getpwnam("nobody");
}

void become(const passwd& user) {
  if (getuid() == 0 && (setgroups(0, nullptr) != 0 || setgid(user.pw_gid) != 0 || setuid(user.pw_uid) != 0))
    _exit(126);
  prctl(PR_SET_PDEATHSIG, SIGQUIT);
}

}  // namespace

PostgresServer& PostgresServer::shared() {
  static PostgresServer server;
  return server;
}

PostgresServer::PostgresServer() : programs_(installed_programs()) {
  if (programs_.empty()) {
    missing_ = "PostgreSQL is not installed (Debian package postgresql)";
    return;
  }
  const passwd* user = unprivileged();
  if (user == nullptr) {
    missing_ = "there is no unprivileged user to run PostgreSQL as";
    return;
  }
  std::string pattern = (fs::temp_directory_path() / "attest-pg-XXXXXX").string();
  folder_ = mkdtemp(pattern.data());
  if (getuid() == 0 && chown(folder_.c_str(), user->pw_uid, user->pw_gid) != 0) {
    missing_ = "the folder for PostgreSQL cannot be given to " + std::string(user->pw_name);
    return;
  }
  if (run("initdb", "--no-sync -A trust -U attest -E UTF8 --locale=C.UTF-8 -D data") != 0) {
    missing_ = "initdb failed, see " + (folder_ / "log").string();
    folder_.clear();  // kept to be looked at
    return;
  }
  start();
}

PostgresServer::~PostgresServer() {
  if (pid_ > 0) {
    kill(pid_, SIGINT);  // fast shutdown
    waitpid(pid_, nullptr, 0);
  }
  std::error_code ignored;
  if (!folder_.empty()) fs::remove_all(folder_, ignored);
}

// A program of PostgreSQL's in the folder, as the unprivileged user; 0: it went well.
int PostgresServer::run(const std::string& program, const std::string& arguments) const {
  const passwd* user = unprivileged();
  const int pid = fork();
  if (pid == 0) {
    if (chdir(folder_.c_str()) != 0) _exit(126);
    become(*user);
    const std::string command =
        "exec " + (programs_ / program).string() + " " + arguments + " >>log 2>&1 </dev/null";
    execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
    _exit(127);
  }
  if (program == "postgres") return pid;
  int status = 0;
  waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

void PostgresServer::start() {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (std::chrono::steady_clock::now() < end) {
    // After a hard kill it does not start before the last of the old processes has gone.
    if (pid_ <= 0 || waitpid(pid_, nullptr, WNOHANG) == pid_) {
      // What a kill of the server can lose is what the system has not got; so there is no need to wait for
      // disks.
      pid_ = run("postgres", "-D data -c listen_addresses= -c unix_socket_directories=" + folder_.string() +
                                 " -c fsync=off -c shared_buffers=32MB -c max_connections=40");
    }
    if (PgConnection::open(url("postgres"))) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  missing_ = "PostgreSQL did not start, see " + (folder_ / "log").string();
}

void PostgresServer::kill_hard() {
  if (pid_ <= 0) return;
  // Its processes notice by themselves that the first one is gone; the next start waits for them.
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

void PostgresServer::own(const std::string& path) const {
  const passwd* user = unprivileged();
  if (getuid() == 0 && user != nullptr) (void)!chown(path.c_str(), user->pw_uid, user->pw_gid);
}

std::string PostgresServer::url(const std::string& name) const {
  return "postgresql:///" + name + "?user=attest&host=" + folder_.string();
}

std::string PostgresServer::new_database() {
  const std::string name = "test" + std::to_string(++databases_);
  auto connection = PgConnection::open(url("postgres"));
  if (!connection || connection->execute("CREATE DATABASE " + name)) return "";
  return url(name);
}

}  // namespace attest
