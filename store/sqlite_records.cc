// What is in an SQLite archive: records, search, statistics.
#include <utility>

#include "store/bigrams.h"
#include "store/sqlite_store.h"
#include "store/stats.h"

namespace attest {

Result<std::optional<std::string>> SqliteStore::record(std::int64_t job) {
  Statement statement = db_.prepare("SELECT json FROM records WHERE job_id = ?");
  statement.bind(1, job);
  if (statement.step()) return std::optional<std::string>(statement.text(0));
  if (statement.failed()) return db_.error("cannot read");
  return std::optional<std::string>();
}

Result<std::vector<std::int64_t>> SqliteStore::find(const std::string& name, int limit) {
  std::vector<std::int64_t> out;
  Statement statement = db_.prepare(
      "SELECT job_id FROM report_rows WHERE job_id = CAST(?1 AS INTEGER) AND CAST(job_id AS TEXT) = ?1 "
      "UNION ALL SELECT record FROM reports WHERE substr(file_name, 1, length(?1)) = ?1 OR (length(?1) >= 6 "
      "AND "
      "substr(sha256, 1, length(?1)) = ?1) LIMIT ?2");
  statement.bind(1, name).bind(2, static_cast<std::int64_t>(limit));
  while (statement.step()) {
    out.push_back(statement.integer(0));
    if (std::to_string(out.front()) == name) break;  // a number names one job
  }
  if (statement.failed()) return db_.error("cannot read");
  return out;
}

std::optional<Error> SqliteStore::each_record(
    const RecordFilter& filter, const std::function<std::optional<Error>(const StoredRecord&)>& visit) {
  std::string sql =
      "SELECT records.job_id, json FROM records JOIN reports ON reports.record = records.job_id WHERE 1";
  std::vector<std::string> values;
  const auto add = [&](const std::string& value, const char* condition) {
    if (value.empty()) return;
    sql += std::string(" AND ") + condition;
    values.push_back(value);
  };
  add(filter.since, "coalesce(report_date, audit_end_date) >= ?");
  add(filter.scheme, "scheme = ?");
  add(filter.finding, "EXISTS (SELECT 1 FROM finding_rows f WHERE f.job_id = records.job_id AND f.rule = ?)");
  add(filter.organization, "instr(organization_name, ?) > 0");
  Statement statement = db_.prepare(sql + " ORDER BY records.job_id");
  for (std::size_t i = 0; i < values.size(); ++i) statement.bind(static_cast<int>(i) + 1, values[i]);
  while (statement.step()) {
    if (auto failure = visit({statement.integer(0), statement.text(1)})) return failure;
  }
  if (statement.failed()) return db_.error("cannot read");
  return std::nullopt;
}

Result<std::vector<SearchHit>> SqliteStore::search(const std::vector<std::string>& words, int limit) {
  const std::string query = search_query(words);
  if (query.empty())
    return Error{ErrorCode::bad_configuration, "there is nothing to look for in these words"};
  Statement statement = db_.prepare(
      "SELECT pages.job_id, pages.page, reports.file_name, reports.organization_name, pages.text FROM "
      "page_index "
      "JOIN page_rows pages ON pages.id = page_index.rowid JOIN reports ON reports.record = pages.job_id "
      "WHERE page_index MATCH ? ORDER BY page_index.rank, pages.job_id, pages.page LIMIT ?");
  statement.bind(1, query).bind(2, static_cast<std::int64_t>(limit));
  std::vector<SearchHit> out;
  while (statement.step()) {
    out.push_back({statement.integer(0), static_cast<int>(statement.integer(1)),
                   std::string(statement.text(2)), std::string(statement.text(3)),
                   std::string(statement.text(4))});
  }
  if (statement.failed()) return db_.error("cannot search");
  return out;
}

Result<std::vector<StatRow>> SqliteStore::stat_rows(const std::string& sql) {
  std::vector<StatRow> out;
  Statement statement = db_.prepare(sql);
  while (statement.step()) {
    out.push_back({std::string(statement.text(0)), statement.integer(1), statement.integer(2)});
  }
  if (statement.failed()) return db_.error("cannot read");
  return out;
}

Result<Stats> SqliteStore::stats() {
  return gather_stats([this](const std::string& sql) { return stat_rows(sql); });
}

}  // namespace attest
