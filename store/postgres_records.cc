// What is in an archive on PostgreSQL: records, search, statistics.
#include <algorithm>
#include <charconv>

#include "export/json.h"
#include "store/bigrams.h"
#include "store/postgres_store.h"
#include "store/schema.h"
#include "store/stats.h"

namespace attest {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kFetch = 64;                      // records in memory at a time: some are a megabyte
constexpr std::size_t kTokenBytes = 512 << 10;  // that a page may have in the index: PostgreSQL takes 1 MiB

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Whether PostgreSQL takes it as numeric; what is not a number becomes null.
bool is_number(std::string_view cell) {
  if (cell.starts_with('-')) cell.remove_prefix(1);
  const auto point = cell.find('.');
  const std::string_view whole = cell.substr(0, point);
  const std::string_view part = point == std::string_view::npos ? "0" : cell.substr(point + 1);
  const auto digits = [](std::string_view s) {
    return !s.empty() && s.size() < 1000 && std::all_of(s.begin(), s.end(), is_digit);
  };
  return digits(whole) && digits(part);
}

bool is_integer(std::string_view cell) {
  std::int64_t value = 0;
  const auto [end, failure] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  return failure == std::errc() && end == cell.data() + cell.size();
}

bool fits(ColumnType type, std::string_view cell) {
  if (cell.empty()) return false;
  if (type == ColumnType::integer) return is_integer(cell);
  return type != ColumnType::number || is_number(cell);
}

const char* cast_of(ColumnType type) {
  if (type == ColumnType::integer) return "::bigint";
  return type == ColumnType::number ? "::numeric" : "";
}

std::string joined(const std::vector<std::string>& tokens, bool open_end) {
  std::string out = " ";
  for (std::size_t i = 0; i < tokens.size(); ++i) out += (i > 0 ? " " : "") + tokens[i];
  return open_end ? out : out + " ";
}

// A page's text as PostgreSQL's index has it: all tokens in order, and each once.
struct PageTokens {
  std::string grams;   // " 服务 务规 规范 范 a12 "
  std::string tokens;  // as an array
};

PageTokens page_tokens(const std::string& text) {
  std::vector<std::string> tokens = index_tokens(text);
  PageTokens out{joined(tokens, /*open_end=*/false), ""};
  std::sort(tokens.begin(), tokens.end());
  tokens.erase(std::unique(tokens.begin(), tokens.end()), tokens.end());
  PgArray array;
  std::size_t bytes = 0;
  for (const std::string& token : tokens) {
    bytes += token.size();
    if (bytes <= kTokenBytes) array.add(token);
  }
  out.tokens = array.value();
  return out;
}

// INSERT of many rows at once: $1 is the job, then an array a column, then the grams and tokens of pages.
std::string insertion(RecordTable table) {
  const bool pages = table == RecordTable::pages;
  std::string arrays, names, values;
  int number = 2;
  for (const TableColumn& column : columns_of(table)) {
    const std::string name = "c" + std::to_string(number);
    arrays += (arrays.empty() ? "$" : ", $") + std::to_string(number++) + "::text[]";
    names += (names.empty() ? "" : ", ") + name;
    values += ", " + name + cast_of(column.type);
  }
  if (pages) {
    arrays += ", $" + std::to_string(number) + "::text[], $" + std::to_string(number + 1) + "::text[]";
    names += ", grams, tokens";
    values += ", grams, array_to_tsvector(tokens::text[])";
  }
  return "INSERT INTO " + row_table(table) + " (job_id, " + column_list(table) +
         (pages ? ", grams, tokens" : "") + ") SELECT $1::bigint" + values + " FROM unnest(" + arrays +
         ") AS entered(" + names + ")";
}

// What a page must hold, as a tsquery: every token, the last one perhaps as a beginning.
std::string required_tokens(const std::vector<Phrase>& phrases) {
  std::string out;
  for (const Phrase& phrase : phrases) {
    for (const std::string& token : phrase.tokens) {
      const bool prefix = phrase.prefix && &token == &phrase.tokens.back();
      out += (out.empty() ? "'" : " & '") + token + (prefix ? "':*" : "'");
    }
  }
  return out;
}

}  // namespace

std::optional<Error> PostgresStore::replace_record(std::int64_t job, const Json& record) {
  const Result<PgRows> old = db_.query("DELETE FROM records WHERE job_id = $1::bigint", {job});
  if (!old) return old.error();
  if (old->changed() > 0) {
    for (const RecordTable table : kRecordTables) {
      const Result<PgRows> gone =
          db_.query("DELETE FROM " + row_table(table) + " WHERE job_id = $1::bigint", {job});
      if (!gone) return gone.error();
    }
  }
  const Result<PgRows> added =
      db_.query("INSERT INTO records VALUES ($1::bigint, $2)", {job, to_json_text(record, /*pretty=*/false)});
  if (!added) return added.error();
  for (const RecordTable table : kRecordTables) {
    if (auto failure = insert_rows(job, table, record)) return failure;
  }
  return std::nullopt;
}

std::optional<Error> PostgresStore::insert_rows(std::int64_t job, RecordTable table, const Json& record) {
  const Result<std::vector<TableRow>> rows = rows_of(table, record);
  if (!rows) return rows.error();
  if (rows->empty()) return std::nullopt;
  const std::vector<TableColumn>& columns = columns_of(table);
  std::vector<PgArray> arrays(columns.size());
  PgArray grams, tokens;
  for (const TableRow& row : *rows) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (fits(columns[i].type, row[i])) {
        arrays[i].add(row[i]);
      } else {
        arrays[i].add_null();
      }
    }
    if (table != RecordTable::pages) continue;
    const PageTokens page = page_tokens(row.back());
    grams.add(page.grams);
    tokens.add(page.tokens);
  }
  PgValues values = {job};
  for (const PgArray& array : arrays) values.emplace_back(array.value());
  if (table == RecordTable::pages) {
    values.emplace_back(grams.value());
    values.emplace_back(tokens.value());
  }
  const Result<PgRows> done = db_.query(insertion(table), values);
  return done ? std::nullopt : std::optional<Error>(done.error());
}

Result<std::optional<std::string>> PostgresStore::record(std::int64_t job) {
  const Result<PgRows> rows = ask("SELECT json FROM records WHERE job_id = $1::bigint", {job});
  if (!rows) return rows.error();
  if (rows->count() == 0) return std::optional<std::string>();
  return std::optional<std::string>(rows->text(0, 0));
}

Result<std::vector<std::int64_t>> PostgresStore::find(const std::string& name, int limit) {
  // A number names one job.
  for (const char* sql : {"SELECT job_id FROM report_rows WHERE job_id::text = $1 LIMIT $2::int",
                          "SELECT record FROM reports WHERE left(file_name, length($1)) = $1 OR (length($1) "
                          ">= 6 AND left(sha256, "
                          "length($1)) = $1) ORDER BY record LIMIT $2::int"}) {
    const Result<PgRows> rows = ask(sql, {name, limit});
    if (!rows) return rows.error();
    std::vector<std::int64_t> out;
    out.reserve(static_cast<std::size_t>(rows->count()));
    for (int i = 0; i < rows->count(); ++i) out.push_back(rows->integer(i, 0));
    if (!out.empty()) return out;
  }
  return std::vector<std::int64_t>();
}

std::optional<Error> PostgresStore::each_record(
    const RecordFilter& filter, const std::function<std::optional<Error>(const StoredRecord&)>& visit) {
  PgTransaction transaction(db_);  // a cursor lives in one, and sees the archive as it was when it began
  if (transaction.failure()) return transaction.failure();
  const Result<PgRows> opened = db_.query(
      "DECLARE each_record NO SCROLL CURSOR FOR SELECT records.job_id, json FROM records JOIN reports ON "
      "reports.record = records.job_id WHERE ($1 = '' OR coalesce(report_date, audit_end_date) >= $1) AND "
      "($2 = '' "
      "OR scheme = $2) AND ($3 = '' OR EXISTS (SELECT 1 FROM finding_rows f WHERE f.job_id = records.job_id "
      "AND "
      "f.rule = $3)) AND ($4 = '' OR strpos(organization_name, $4) > 0) ORDER BY records.job_id",
      {filter.since, filter.scheme, filter.finding, filter.organization});
  if (!opened) return opened.error();
  while (true) {
    const Result<PgRows> rows = db_.query("FETCH " + std::to_string(kFetch) + " FROM each_record");
    if (!rows) return rows.error();
    if (rows->count() == 0) return std::nullopt;
    for (int i = 0; i < rows->count(); ++i) {
      if (auto failure = visit({rows->integer(i, 0), rows->text(i, 1)})) return failure;
    }
  }
}

// The index finds pages that have all tokens; whether they follow each other is read in their text. Best are
// those that have the words often for their length.
Result<std::vector<SearchHit>> PostgresStore::search(const std::vector<std::string>& words, int limit) {
  std::vector<Phrase> phrases;
  PgArray wanted;
  for (const std::string& word : words) {
    Phrase phrase = phrase_of(word);
    if (phrase.tokens.empty()) continue;
    wanted.add(joined(phrase.tokens, phrase.prefix));
    phrases.push_back(std::move(phrase));
  }
  if (phrases.empty()) {
    return Error{ErrorCode::bad_configuration, "there is nothing to look for in these words"};
  }
  const Result<PgRows> rows =
      ask("SELECT pages.job_id, pages.page, reports.file_name, reports.organization_name, pages.text FROM "
          "page_rows pages "
          "JOIN reports ON reports.record = pages.job_id WHERE pages.tokens @@ $1::tsquery AND NOT EXISTS "
          "(SELECT 1 FROM "
          "unnest($2::text[]) phrase WHERE strpos(pages.grams, phrase) = 0) ORDER BY (SELECT "
          "sum((length(grams) - "
          "length(replace(grams, phrase, '')))::float8 / length(phrase)) FROM unnest($2::text[]) phrase) / "
          "length(grams) DESC, pages.job_id, pages.page LIMIT $3::int",
          {required_tokens(phrases), wanted.value(), limit});
  if (!rows) return rows.error();
  std::vector<SearchHit> out;
  out.reserve(static_cast<std::size_t>(rows->count()));
  for (int i = 0; i < rows->count(); ++i) {
    out.push_back({rows->integer(i, 0), static_cast<int>(rows->integer(i, 1)), std::string(rows->text(i, 2)),
                   std::string(rows->text(i, 3)), std::string(rows->text(i, 4))});
  }
  return out;
}

Result<std::vector<StatRow>> PostgresStore::stat_rows(const std::string& sql) {
  const Result<PgRows> rows = ask(sql);
  if (!rows) return rows.error();
  std::vector<StatRow> out;
  out.reserve(static_cast<std::size_t>(rows->count()));
  for (int i = 0; i < rows->count(); ++i) {
    out.push_back({std::string(rows->text(i, 0)), rows->integer(i, 1), rows->integer(i, 2)});
  }
  return out;
}

Result<Stats> PostgresStore::stats() {
  return gather_stats([this](const std::string& sql) { return stat_rows(sql); });
}

}  // namespace attest
