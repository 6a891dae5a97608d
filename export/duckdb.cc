#include "export/duckdb.h"

#include <dlfcn.h>

#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

namespace attest {
namespace {

namespace fs = std::filesystem;

constexpr const char* kLibrary = "libduckdb.so";
// Rows that an appender keeps before the database has them. By itself it keeps 204,800, outside of the
// database's memory limit.
constexpr std::uint64_t kRowsHeld = 4096;
constexpr const char* kInstall = "tools/install_duckdb.sh";

// The functions used here, as duckdb.h of version 1 declares them (its C API is stable from 1.0 on).
using Handle = void*;
struct QueryResult {  // duckdb_result
  std::uint64_t deprecated_columns, deprecated_rows, deprecated_changes;
  void* deprecated_data;
  char* deprecated_message;
  void* internal;
};
struct Functions {
  int (*open_ext)(const char*, Handle*, Handle, char**) = nullptr;
  void (*close)(Handle*) = nullptr;
  int (*connect)(Handle, Handle*) = nullptr;
  void (*disconnect)(Handle*) = nullptr;
  int (*query)(Handle, const char*, QueryResult*) = nullptr;
  const char* (*result_error)(QueryResult*) = nullptr;
  void (*destroy_result)(QueryResult*) = nullptr;
  int (*appender_create)(Handle, const char*, const char*, Handle*) = nullptr;
  const char* (*appender_error)(Handle) = nullptr;
  int (*appender_flush)(Handle) = nullptr;
  int (*appender_close)(Handle) = nullptr;
  int (*appender_destroy)(Handle*) = nullptr;
  int (*appender_end_row)(Handle) = nullptr;
  int (*append_varchar_length)(Handle, const char*, std::uint64_t) = nullptr;
  int (*append_int64)(Handle, std::int64_t) = nullptr;
  int (*append_null)(Handle) = nullptr;
  void (*free)(void*) = nullptr;
  const char* (*library_version)() = nullptr;
};

template <typename Function>
bool take(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(dlsym(library, name));
  return function != nullptr;
}

bool take_all(void* library, Functions& f) {
  return take(library, "duckdb_open_ext", f.open_ext) && take(library, "duckdb_close", f.close) &&
         take(library, "duckdb_connect", f.connect) && take(library, "duckdb_disconnect", f.disconnect) &&
         take(library, "duckdb_query", f.query) && take(library, "duckdb_result_error", f.result_error) &&
         take(library, "duckdb_destroy_result", f.destroy_result) &&
         take(library, "duckdb_appender_create", f.appender_create) &&
         take(library, "duckdb_appender_error", f.appender_error) &&
         take(library, "duckdb_appender_flush", f.appender_flush) &&
         take(library, "duckdb_appender_close", f.appender_close) &&
         take(library, "duckdb_appender_destroy", f.appender_destroy) &&
         take(library, "duckdb_appender_end_row", f.appender_end_row) &&
         take(library, "duckdb_append_varchar_length", f.append_varchar_length) &&
         take(library, "duckdb_append_int64", f.append_int64) &&
         take(library, "duckdb_append_null", f.append_null) && take(library, "duckdb_free", f.free) &&
         take(library, "duckdb_library_version", f.library_version);
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// The library that the user names; empty: none.
std::string named() {
  std::error_code failure;
  const std::string path = environment("ATTEST_DUCKDB");
  return fs::is_directory(path, failure) ? (fs::path(path) / kLibrary).string() : path;
}

// Files that are tried, best first; the last is a bare name for the loader.
std::vector<std::string> candidates() {
  if (const std::string path = named(); !path.empty()) return {path};
  std::vector<std::string> out;
  std::error_code failure;
  const fs::path program = fs::read_symlink("/proc/self/exe", failure);
  if (!failure) out.push_back((program.parent_path().parent_path() / "lib" / "attest" / kLibrary).string());
  fs::path data = environment("XDG_DATA_HOME");
  if (data.empty() && !environment("HOME").empty()) data = fs::path(environment("HOME")) / ".local" / "share";
  if (!data.empty()) out.push_back((data / "attest" / "lib" / kLibrary).string());
  out.push_back(kLibrary);
  return out;
}

struct Loaded {
  Functions functions;
  std::optional<Error> failure;
};

// Never unloaded: it has threads and registered destructors of its own.
Loaded load() {
  Loaded out;
  std::string last;
  for (const std::string& path : candidates()) {
    void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library != nullptr && take_all(library, out.functions)) return out;
    std::error_code ignored;
    if (library != nullptr) {
      last = path + " is another version of DuckDB";
    } else if (const char* said = dlerror();
               said != nullptr && (fs::exists(path, ignored) || path == named())) {
      last = said;
    }
  }
  out.failure =
      Error{ErrorCode::missing_dependency,
            std::string("Parquet is written by DuckDB's library, which is not installed; install it with ") +
                kInstall + ", or name it in ATTEST_DUCKDB" + (last.empty() ? "" : " (" + last + ")")};
  return out;
}

const Loaded& loaded() {
  static const Loaded out = load();
  return out;
}

const Functions& duckdb() { return loaded().functions; }

}  // namespace

Result<std::string> duckdb_version() {
  if (loaded().failure) return *loaded().failure;
  return std::string(duckdb().library_version());
}

void DuckDbAppender::append(std::string_view text) {
  if (!failed()) note(duckdb().append_varchar_length(handle_.get(), text.data(), text.size()));
}

void DuckDbAppender::append(std::int64_t number) {
  if (!failed()) note(duckdb().append_int64(handle_.get(), number));
}

void DuckDbAppender::append_null() {
  if (!failed()) note(duckdb().append_null(handle_.get()));
}

void DuckDbAppender::end_row() {
  if (!failed()) note(duckdb().appender_end_row(handle_.get()));
  if (++rows_ % kRowsHeld == 0 && !failed()) note(duckdb().appender_flush(handle_.get()));
}

std::optional<Error> DuckDbAppender::finish() {
  if (!failed()) note(duckdb().appender_close(handle_.get()));
  return failed() ? std::optional(error()) : std::nullopt;
}

Error DuckDbAppender::error() const {
  const char* said = handle_ ? duckdb().appender_error(handle_.get()) : nullptr;
  return {ErrorCode::not_writable,
          std::string("DuckDB: ") + (said == nullptr ? "no rows can be added" : said)};
}

void DuckDbAppender::Destroy::operator()(void* handle) const { (void)duckdb().appender_destroy(&handle); }
void DuckDb::CloseDatabase::operator()(void* handle) const { duckdb().close(&handle); }
void DuckDb::CloseConnection::operator()(void* handle) const { duckdb().disconnect(&handle); }

Result<DuckDb> DuckDb::open(const std::string& path) {
  if (loaded().failure) return *loaded().failure;
  DuckDb out;
  Handle handle = nullptr;
  char* message = nullptr;
  if (duckdb().open_ext(path.empty() ? nullptr : path.c_str(), &handle, nullptr, &message) != 0) {
    Error error{ErrorCode::not_writable,
                std::string("DuckDB: ") + (message == nullptr ? "cannot open" : message)};
    duckdb().free(message);
    return error;
  }
  out.database_.reset(handle);
  handle = nullptr;
  if (duckdb().connect(out.database_.get(), &handle) != 0)
    return Error{ErrorCode::out_of_memory, "DuckDB: cannot connect"};
  out.connection_.reset(handle);
  return out;
}

std::optional<Error> DuckDb::run(const std::string& sql) {
  QueryResult result{};
  const int state = duckdb().query(connection_.get(), sql.c_str(), &result);
  std::optional<Error> failure;
  if (state != 0) {
    const char* said = duckdb().result_error(&result);
    failure = Error{ErrorCode::not_writable, std::string("DuckDB: ") + (said == nullptr ? "failed" : said)};
  }
  duckdb().destroy_result(&result);
  return failure;
}

DuckDbAppender DuckDb::appender(const std::string& table) {
  Handle handle = nullptr;
  duckdb().appender_create(connection_.get(), nullptr, table.c_str(), &handle);
  return DuckDbAppender(handle);
}

}  // namespace attest
