#include "tests/faults/archive.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <set>

#include "app/content.h"
#include "store/postgres.h"
#include "store/sqlite.h"
#include "store/store.h"
#include "tests/store/postgres_server.h"

namespace attest {
namespace {

namespace fs = std::filesystem;

std::string ask_sqlite(const std::string& path, const std::string& sql) {
  auto database = Database::open(path, SQLITE_OPEN_READWRITE);
  if (!database) return database.error().message;
  Statement statement = database->prepare(sql);
  std::string out;
  while (statement.step()) out += std::string(statement.text(0)) + "\n";
  return statement.failed() ? database->error("cannot ask").message : out;
}

std::string ask_postgres(const std::string& url, const std::string& sql) {
  auto connection = PgConnection::open(url);
  if (!connection) return connection.error().message;
  if (auto failure = connection->execute("SET search_path TO attest, public")) return failure->message;
  const auto rows = connection->query(sql);
  if (!rows) return rows.error().message;
  std::string out;
  for (int i = 0; i < rows->count(); ++i) out += std::string(rows->text(i, 0)) + "\n";
  return out;
}

std::string ask_store(const std::string& where, const std::string& sql) {
  return is_server(where) ? ask_postgres(where, sql) : ask_sqlite(where, sql);
}

// By `start`, which needs no files of its own.
std::string exports_of(const std::string& where, const fs::path& folder) {
  fs::create_directories(folder);
  for (const ExportFormat& format : kExportFormats) {
    const int code =
        wait_for(start(folder, {"export", "--store", where, "--to", format.name, "-o", format.output}));
    const bool no_library = code == 3 && std::string(format.name) == "parquet";
    EXPECT_TRUE(code == 0 || no_library) << format.name << " " << code;
  }
  return digests(folder);
}

}  // namespace

void write_documents(const TemporaryFolder& folder, int count) {
  for (int i = 1; i <= count; ++i) folder.write("in/" + std::to_string(i) + ".txt", small_report(i));
}

int start(const fs::path& folder, const std::vector<std::string>& arguments, rlim_t file_size) {
  const int pid = fork();
  if (pid != 0) return pid;
  const int nowhere = open("/dev/null", O_RDWR);
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) dup2(nowhere, descriptor);
  const rlimit limit{file_size, file_size};
  setrlimit(RLIMIT_FSIZE, &limit);
  signal(SIGXFSZ, SIG_IGN);  // a write over the limit fails, as on a full disk
  std::vector<char*> pointers = {const_cast<char*>(ATTEST_BINARY)};
  for (const std::string& argument : arguments) pointers.push_back(const_cast<char*>(argument.c_str()));
  pointers.push_back(nullptr);
  if (chdir(folder.c_str()) == 0) execv(ATTEST_BINARY, pointers.data());
  _exit(127);
}

std::string digests(const fs::path& folder) {
  std::set<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files.insert(entry.path());
  }
  std::string out;
  for (const fs::path& file : files) {
    out += fs::relative(file, folder).string() + " " + sha256_hex(read_file(file)) + "\n";
  }
  return out;
}

int wait_for(int pid) {
  int status = 0;
  waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

std::vector<int> children(int pid) {
  std::vector<int> out;
  const std::string number = std::to_string(pid);
  std::ifstream file("/proc/" + number + "/task/" + number + "/children");
  for (int child = 0; file >> child;) out.push_back(child);
  return out;
}

std::string contents_of(const std::string& where) {
  std::string out;
  for (const char* sql :
       {"SELECT json FROM records ORDER BY job_id",
        "SELECT content || state || coalesce(error_code, '') FROM jobs ORDER BY id",
        "SELECT CAST(record AS TEXT) || rule || subject FROM findings ORDER BY record, rule, subject",
        "SELECT CAST(record AS TEXT) || '/' || CAST(page AS TEXT) || text FROM pages ORDER BY record, "
        "page"}) {
    out += ask_store(where, sql);
  }
  const TemporaryFolder folder;
  return out + exports_of(where, folder.path());
}

void Archive::SetUp() {
  if (GetParam() == Backend::sqlite) {
    where_ = (folder_ / "a.db").string();
    return;
  }
  PostgresServer& server = PostgresServer::shared();
  if (!server.missing().empty()) GTEST_SKIP() << server.missing();
  where_ = server.new_database();
}

void Archive::enqueue() {
  const Outcome outcome = run_program(folder_, {"enqueue", "in", "--store", where_, "--blobs", "blobs"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
}

std::string Archive::clean_contents(int documents) {
  const TemporaryFolder clean;
  write_documents(clean, documents);
  const Outcome outcome = run_program(clean, {"run", "in", "--store", "a.db", "-j", "2"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  return contents_of((clean / "a.db").string());
}

std::string Archive::ask(const std::string& sql) const { return ask_store(where_, sql); }

std::int64_t Archive::number(const std::string& sql) const {
  const std::string text = ask(sql);
  return text.empty() || text[0] < '0' || text[0] > '9' ? -1 : std::stoll(text);
}

std::string Archive::contents() const { return contents_of(where_); }

std::string Archive::exports(const fs::path& folder) const { return exports_of(where_, folder); }

std::string Archive::integrity() const {
  if (GetParam() == Backend::sqlite) return ask("PRAGMA integrity_check");
  auto connection = PgConnection::open(where_);
  (void)connection->execute("CREATE EXTENSION IF NOT EXISTS amcheck");
  const std::string checked = ask(
      "SELECT count(*) > 10 FROM (SELECT bt_index_check(pg_class.oid, true) FROM pg_class JOIN pg_am ON "
      "pg_am.oid = "
      "relam WHERE relkind = 'i' AND amname = 'btree' AND relnamespace = 'attest'::regnamespace) AS checked");
  return checked == "t\n" ? "ok\n" : checked;
}

void Archive::expect_whole(int documents) const {
  EXPECT_EQ(integrity(), "ok\n");
  EXPECT_EQ(number("SELECT count(*) FROM jobs WHERE state IN ('ok', 'needs_review')"), documents);
  EXPECT_EQ(number("SELECT count(*) FROM jobs"), documents);
  EXPECT_EQ(number("SELECT count(*) FROM inputs"), documents);
  for (const char* table : {"records", "reports", "report_rows", "page_rows"}) {
    EXPECT_EQ(number(std::string("SELECT count(*) FROM ") + table), documents) << table;
  }
  EXPECT_EQ(number("SELECT count(DISTINCT job_id) FROM page_rows"), documents);
  EXPECT_EQ(number(GetParam() == Backend::sqlite
                       ? "SELECT count(*) FROM page_index WHERE page_index MATCH '\"测试\"'"
                       : "SELECT count(*) FROM page_rows WHERE tokens @@ '测试'::tsquery"),
            documents);
}

}  // namespace attest
