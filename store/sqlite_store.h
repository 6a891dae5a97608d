// The archive in one SQLite file: schema.h draws its tables. One process works on it at a time, so that a
// claim ends with the process and needs no clock.
#ifndef ATTEST_STORE_SQLITE_STORE_H_
#define ATTEST_STORE_SQLITE_STORE_H_

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "export/tables.h"
#include "store/sqlite.h"
#include "store/store.h"

namespace attest {

// Held by the process that works on the archive; the system lets go of it when the process ends, however it
// ends. Processes forked from it do not hold it.
class WriterLock {
 public:
  WriterLock() = default;
  WriterLock(WriterLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  WriterLock& operator=(WriterLock&&) = delete;
  ~WriterLock();

  std::optional<Error> take(const std::string& store);

 private:
  int descriptor_ = -1;
};

class SqliteStore : public RecordStore {
 public:
  SqliteStore(WriterLock lock, Database database) : lock_(std::move(lock)), db_(std::move(database)) {}

  Result<RunPlan> enter(const std::string& engine, const std::vector<StoreInput>& inputs,
                        RunMode mode) override;
  Result<std::optional<Claim>> claim(std::int64_t job) override;
  Result<JobState> state(std::int64_t job) override;
  Result<std::optional<Claim>> claim_next(const std::string& engine) override;
  std::optional<Error> beat() override { return std::nullopt; }
  std::optional<Error> give_back(std::int64_t job, int attempt) override;
  Result<bool> complete(std::int64_t job, int attempt, const Completion& completion) override;
  Result<QueueCounts> queue(const std::string& engine) override;
  Result<std::string> setting(const std::string& name) override;
  std::optional<Error> set_setting(const std::string& name, const std::string& value) override;
  Result<StateCounts> counts(std::int64_t run) override;
  Result<std::optional<std::string>> record(std::int64_t job) override;
  Result<std::vector<std::int64_t>> find(const std::string& name, int limit) override;
  std::optional<Error> each_record(
      const RecordFilter& filter,
      const std::function<std::optional<Error>(const StoredRecord&)>& visit) override;
  Result<std::vector<SearchHit>> search(const std::vector<std::string>& words, int limit) override;
  Result<Stats> stats() override;

 private:
  Result<StoredJob> enter_job(const std::string& engine, const StoreInput& input, RunMode mode);
  Result<std::optional<Claim>> claimed(Statement& claim);
  std::optional<Error> remove_rows(std::int64_t job);
  std::optional<Error> insert_rows(std::int64_t job, RecordTable table, const nlohmann::ordered_json& record);
  Statement& insertion(RecordTable table);
  Result<std::vector<StatRow>> stat_rows(const std::string& sql);

  WriterLock lock_;
  Database db_;
  std::map<RecordTable, Statement> insertions_;
};

Result<std::unique_ptr<RecordStore>> open_sqlite_store(const std::string& path, StoreAccess access);

}  // namespace attest

#endif  // ATTEST_STORE_SQLITE_STORE_H_
