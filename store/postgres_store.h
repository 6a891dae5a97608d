// The archive in a PostgreSQL database, shared by many machines: postgres_schema.h draws its tables.
//
// A process that works is a row of `workers`: it lives as long as its connection holds an advisory lock and
// its lease has not run out. Jobs of a worker that is dead wait again, one loss richer; whoever finds nothing
// to do looks for such. A connection that breaks is made anew, for up to kReconnectSeconds.
#ifndef ATTEST_STORE_POSTGRES_STORE_H_
#define ATTEST_STORE_POSTGRES_STORE_H_

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "export/tables.h"
#include "store/postgres.h"
#include "store/store.h"

namespace attest {

class PostgresStore : public RecordStore {
 public:
  PostgresStore(std::string url, PgConnection connection, StoreAccess access, int lease_seconds)
      : url_(std::move(url)), db_(std::move(connection)), access_(access), lease_seconds_(lease_seconds) {}
  ~PostgresStore() override;

  // Becomes a worker; before anything else where the access is for work.
  std::optional<Error> enlist();

  Result<RunPlan> enter(const std::string& engine, const std::vector<StoreInput>& inputs,
                        RunMode mode) override;
  Result<std::optional<Claim>> claim(std::int64_t job) override;
  Result<JobState> state(std::int64_t job) override;
  Result<std::optional<Claim>> claim_next(const std::string& engine) override;
  std::optional<Error> beat() override;
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
  using Clock = std::chrono::steady_clock;

  // Runs `body` and, when the connection breaks, runs it again on a new one. `again`: an earlier run may have
  // had its effect without us learning of it.
  template <typename T>
  Result<T> surely(const std::function<Result<T>(bool again)>& body);
  Result<PgRows> ask(const std::string& sql, const PgValues& values = {});
  std::optional<Error> reconnect();
  std::optional<Error> confirm_claims();

  std::optional<Error> reap();         // jobs of the dead wait again
  std::optional<Error> reap_calmly();  // at most once a second
  Result<std::optional<Claim>> take_claim(const std::string& sql, const PgValues& values);

  Result<RunPlan> enter_once(const std::string& engine, const std::vector<StoreInput>& inputs, RunMode mode);
  std::optional<Error> enter_chunk(const std::string& engine, const StoreInput* inputs, std::size_t count,
                                   RunMode mode, RunPlan& plan);
  Result<bool> complete_once(std::int64_t job, int attempt, const Completion& completion, bool again);
  std::optional<Error> replace_record(std::int64_t job, const nlohmann::ordered_json& record);
  std::optional<Error> insert_rows(std::int64_t job, RecordTable table, const nlohmann::ordered_json& record);
  Result<std::vector<StatRow>> stat_rows(const std::string& sql);

  std::string url_;
  PgConnection db_;
  StoreAccess access_;
  int lease_seconds_;
  std::int64_t worker_ = 0;           // this process's row of `workers`; 0: none
  std::map<std::int64_t, int> held_;  // claimed jobs → attempt
  Clock::time_point beaten_{}, reaped_{};
};

Result<std::unique_ptr<RecordStore>> open_postgres_store(const std::string& url, StoreAccess access,
                                                         int lease_seconds);

}  // namespace attest

#endif  // ATTEST_STORE_POSTGRES_STORE_H_
