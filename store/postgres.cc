#include "store/postgres.h"

#include <array>
#include <charconv>
#include <cstring>
#include <utility>

#include "text/fold.h"

namespace attest {
namespace {

constexpr int kUnique = 16;  // bytes of a statement's name

// Class and code of PostgreSQL's appendix A.
bool is_loss(std::string_view state) {
  return state.starts_with("08") || state == "57P01" || state == "57P02" || state == "57P03";
}

ErrorCode code_of(std::string_view state) {
  if (state.starts_with("53")) return ErrorCode::not_writable;  // disk full, too many connections
  if (state.starts_with("25006") || state == "42501" || state == "55P03") return ErrorCode::not_writable;
  if (state == "XX001" || state == "XX002") return ErrorCode::bad_configuration;  // damaged pages
  if (state == "42P01" || state == "42P07") return ErrorCode::bad_configuration;  // tables of someone else
  return is_loss(state) ? ErrorCode::not_writable : ErrorCode::internal;
}

// libpq's messages are lines that end in a newline.
std::string one_line(const char* message) {
  std::string out = message == nullptr ? "" : message;
  while (!out.empty() && out.back() == '\n') out.pop_back();
  for (char& c : out) {
    if (c == '\n') c = ' ';
  }
  return out;
}

std::string storable(std::string_view text) {
  std::string out(text);
  if (text.find('\0') == std::string_view::npos && to_utf8(to_u32(text)) == out) return out;
  static constexpr std::string_view digits = "0123456789abcdef";
  out.clear();
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte > 0 && byte < 0x80) {
      out += c;
    } else {
      out += {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
    }
  }
  return out;
}

}  // namespace

std::int64_t PgRows::changed() const {
  const std::string_view text = PQcmdTuples(result_.get());
  std::int64_t out = 0;
  std::from_chars(text.data(), text.data() + text.size(), out);
  return out;
}

std::string_view PgRows::text(int row, int column) const {
  return {PQgetvalue(result_.get(), row, column),
          static_cast<std::size_t>(PQgetlength(result_.get(), row, column))};
}

std::int64_t PgRows::integer(int row, int column) const {
  const std::string_view value = text(row, column);
  std::int64_t out = 0;
  std::from_chars(value.data(), value.data() + value.size(), out);
  return out;
}

PgValue::PgValue(std::string_view text) : text_(storable(text)) {}

void PgArray::add(std::string_view text) {
  if (!text_.empty()) text_ += ',';
  text_ += '"';
  for (const char c : storable(text)) {
    if (c == '"' || c == '\\') text_ += '\\';
    text_ += c;
  }
  text_ += '"';
}

void PgArray::add_null() { text_ += text_.empty() ? "NULL" : ",NULL"; }

Result<PgConnection> PgConnection::open(const std::string& url) {
  // What the URL says goes before these. A server that has vanished is noticed in half a minute.
  constexpr std::array keywords = {"client_encoding",  "connect_timeout",           "keepalives_idle",
                                   "tcp_user_timeout", "fallback_application_name", "dbname"};
  const std::array values = {"UTF8", "10", "15", "30000", "attest", url.c_str()};
  std::array<const char*, keywords.size() + 1> keys{}, texts{};
  for (std::size_t i = 0; i < keywords.size(); ++i) keys[i] = keywords[i], texts[i] = values[i];
  PgConnection out;
  out.handle_.reset(PQconnectdbParams(keys.data(), texts.data(), /*expand_dbname=*/1));
  PGconn* handle = out.handle_.get();
  if (handle == nullptr) return Error{ErrorCode::out_of_memory, "no memory for a connection"};
  const auto part = [](const char* text) { return std::string(text == nullptr ? "" : text); };
  out.name_ = part(PQhost(handle)) + "/" + part(PQdb(handle));
  if (PQstatus(handle) != CONNECTION_OK) {
    return Error{ErrorCode::unreadable,
                 "cannot connect to " + out.name_ + ": " + one_line(PQerrorMessage(handle))};
  }
  PQsetNoticeProcessor(
      handle, [](void*, const char*) {}, nullptr);
  return out;
}

Result<PgRows> PgConnection::query(const std::string& sql, const PgValues& values) {
  PGconn* handle = handle_.get();
  auto known = prepared_.find(sql);
  if (known == prepared_.end()) {
    std::array<char, kUnique> name{'s'};
    std::to_chars(name.data() + 1, name.data() + name.size() - 1, prepared_.size());
    const Result<PgRows> made = take(PQprepare(handle, name.data(), sql.c_str(), 0, nullptr));
    if (!made) return made.error();
    known = prepared_.emplace(sql, name.data()).first;
  }
  std::vector<const char*> texts;
  for (const PgValue& value : values) texts.push_back(value.get());
  return take(PQexecPrepared(handle, known->second.c_str(), static_cast<int>(texts.size()), texts.data(),
                             nullptr, nullptr, 0));
}

std::optional<Error> PgConnection::execute(const std::string& sql) {
  const Result<PgRows> done = take(PQexec(handle_.get(), sql.c_str()));
  return done ? std::nullopt : std::optional<Error>(done.error());
}

// A result, or what the server said instead.
Result<PgRows> PgConnection::take(PGresult* result) {
  PgRows rows(result);
  const ExecStatusType status = PQresultStatus(result);
  lost_ = false;
  if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return rows;
  const char* field = result == nullptr ? nullptr : PQresultErrorField(result, PG_DIAG_SQLSTATE);
  const std::string state = field == nullptr ? "" : field;
  lost_ = is_loss(state) || PQstatus(handle_.get()) == CONNECTION_BAD;
  const std::string said = one_line(PQerrorMessage(handle_.get()));
  return Error{lost_ ? ErrorCode::not_writable : code_of(state), name_ + ": " + said};
}

PgTransaction::PgTransaction(PgConnection& connection)
    : connection_(connection), failure_(connection.execute("BEGIN; SET LOCAL synchronous_commit TO on")) {}

PgTransaction::~PgTransaction() {
  if (done_ || failure_ || connection_.lost()) return;
  (void)connection_.execute("ROLLBACK");
}

std::optional<Error> PgTransaction::commit() {
  std::optional<Error> failure = connection_.execute("COMMIT");
  done_ = !failure;
  return failure;
}

}  // namespace attest
