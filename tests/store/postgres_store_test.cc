// What only an archive on PostgreSQL has: several workers at a time, leases, a server that goes away and
// comes back, its types.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "export/tables.h"
#include "store/postgres.h"
#include "store/schema.h"
#include "store/store.h"
#include "tests/store/backend.h"
#include "tests/store/postgres_server.h"
#include "tests/store/records.h"

namespace attest {
namespace {

using testing::HasSubstr;

class PostgresStoreTest : public StoreFixture {
 protected:
  std::vector<StoreInput> queued(int count) {
    std::vector<StoreInput> out;
    for (int i = 1; i <= count; ++i) {
      const std::string name = "c" + std::to_string(i);
      out.push_back({.path = "/in/" + name, .content = name, .queued = true, .name = name});
    }
    return out;
  }
  std::unique_ptr<RecordStore> open_with_lease(int seconds) {
    auto store = open_store(where(), StoreAccess::work, seconds);
    if (!store) ADD_FAILURE() << store.error().message;
    return store ? std::move(*store) : nullptr;
  }
  std::string ask(const std::string& sql) {
    auto connection = PgConnection::open(where());
    const auto rows = connection->query(sql);
    if (!rows) return rows.error().message;
    return rows->count() > 0 ? std::string(rows->text(0, 0)) : "";
  }
  void change(const std::string& sql) {
    auto connection = PgConnection::open(where());
    const auto failure = connection->execute(sql);
    ASSERT_FALSE(failure) << failure->message;
  }
};

TEST_P(PostgresStoreTest, WorkersShareTheQueueAndNobodyWaits) {
  const auto a = open(), b = open();
  ASSERT_TRUE(a->enter("e", queued(4), RunMode::skip));
  std::set<std::int64_t> jobs;
  for (int i = 0; i < 2; ++i) {
    jobs.insert((*a->claim_next("e"))->job);
    jobs.insert((*b->claim_next("e"))->job);
  }
  EXPECT_EQ(jobs.size(), 4u);
  EXPECT_FALSE(*a->claim_next("e"));
  // A claim that is under way elsewhere is passed over, not waited for.
  ASSERT_FALSE(b->give_back(1, 1));
  ASSERT_FALSE(a->give_back(1, 1));
  auto other = PgConnection::open(where());
  ASSERT_FALSE(other->execute("BEGIN; SELECT 1 FROM attest.jobs WHERE id = 1 FOR UPDATE"));
  EXPECT_FALSE(*a->claim_next("e"));
  ASSERT_FALSE(other->execute("COMMIT"));
  EXPECT_EQ((*a->claim_next("e"))->job, 1);
}

TEST_P(PostgresStoreTest, WhoWakesAfterItsLeaseChangesNothing) {
  const auto sleeper = open_with_lease(1), other = open();
  ASSERT_TRUE(sleeper->enter("e", queued(1), RunMode::skip));
  const auto late = *sleeper->claim_next("e");
  ASSERT_TRUE(late);
  EXPECT_FALSE(*other->claim_next("e")) << "its lease runs";
  usleep(1'200'000);
  const auto claim = *other->claim_next("e");
  ASSERT_TRUE(claim);
  EXPECT_EQ(claim->attempt, 2);
  EXPECT_EQ(claim->losses, 1);
  EXPECT_FALSE(*sleeper->complete(late->job, late->attempt, {JobState::ok, "", record_of("旧", "old")}));
  ASSERT_FALSE(sleeper->beat()) << "it goes on as a new worker";
  EXPECT_FALSE(*sleeper->complete(late->job, claim->attempt, {JobState::ok, "", record_of("旧", "old")}))
      << "another's number does not help";
  EXPECT_TRUE(*other->complete(claim->job, claim->attempt, {JobState::ok, "", record_of("新", "new")}));
  ASSERT_TRUE(sleeper->enter("e", queued(2), RunMode::skip));
  EXPECT_TRUE(*sleeper->claim_next("e"));
}

TEST_P(PostgresStoreTest, AHeartbeatKeepsTheLease) {
  const auto busy = open_with_lease(1), other = open();
  ASSERT_TRUE(busy->enter("e", queued(1), RunMode::skip));
  const auto claim = *busy->claim_next("e");
  for (int i = 0; i < 4; ++i) {
    usleep(400'000);
    ASSERT_FALSE(busy->beat());
    EXPECT_FALSE(*other->claim_next("e"));
  }
  EXPECT_TRUE(*busy->complete(claim->job, claim->attempt, {JobState::ok, "", record_of("甲", "a")}));
}

TEST_P(PostgresStoreTest, AConnectionThatBreaksIsMadeAnew) {
  const auto store = open();
  ASSERT_TRUE(store->enter("e", queued(3), RunMode::skip));
  const auto claim = *store->claim_next("e");
  change(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> "
      "pg_backend_pid()");
  EXPECT_TRUE(*store->complete(claim->job, claim->attempt, {JobState::ok, "", record_of("甲", "a")}));
  EXPECT_TRUE(*store->claim_next("e"));
}

TEST_P(PostgresStoreTest, TheServerMayBeKilledAndComeBack) {
  const auto store = open();
  ASSERT_TRUE(store->enter("e", queued(3), RunMode::skip));
  const auto claim = *store->claim_next("e");
  PostgresServer::shared().kill_hard();
  PostgresServer::shared().start();
  const auto done = store->complete(claim->job, claim->attempt, {JobState::ok, "", record_of("甲", "a")});
  // The claim itself need not have reached the disk: then the document is read again.
  ASSERT_TRUE(done) << done.error().message;
  const auto counts = store->queue("e");
  EXPECT_EQ(counts->waiting, *done ? 2 : 3);
  EXPECT_EQ(counts->running, 0);
}

TEST_P(PostgresStoreTest, ViewsHaveEveryColumnWithItsTypeAndLaterOnesAreAdded) {
  {
    const auto store = open();
    const auto plan = store->enter("e", kTwoInputs, RunMode::skip);
    finish(*store, plan->jobs[0].id, JobState::ok, record_of("甲公司", "one"));
  }
  EXPECT_EQ(
      ask("SELECT pg_typeof(total) || ' ' || total || ' ' || pg_typeof(page_count) || ' ' || (scope IS NULL) "
          "FROM attest.reports"),
      "numeric 95.47 bigint true");
  change("DROP VIEW attest.reports; ALTER TABLE attest.report_rows DROP COLUMN audit_risk");
  const auto store = open(StoreAccess::read);
  EXPECT_THAT(jobs_of(*store, {}).size(), 1u);
  EXPECT_EQ(ask("SELECT audit_risk FROM attest.reports"), "");
  for (const RecordTable table : kRecordTables) {
    EXPECT_EQ(ask("SELECT record FROM (SELECT record, " + column_list(table) + " FROM attest." +
                  std::string(name_of(table)) + ") AS x LIMIT 1")
                  .find("ERROR"),
              std::string::npos);
  }
}

TEST_P(PostgresStoreTest, ClaimsUseThePartialIndexes) {
  const auto store = open();
  ASSERT_TRUE(store->enter("e", queued(2000), RunMode::skip));
  change("ANALYZE attest.jobs");
  EXPECT_THAT(
      ask("EXPLAIN (FORMAT JSON) SELECT id FROM attest.jobs WHERE engine = 'e' AND state = 'waiting' AND "
          "queued ORDER BY losses, id LIMIT 1 FOR UPDATE SKIP LOCKED"),
      HasSubstr("jobs_ready"));
}

TEST_P(PostgresStoreTest, WhatIsNoArchiveIsRefused) {
  const auto code = [this](StoreAccess access) {
    const auto store = open_store(where(), access);
    return store ? ErrorCode::internal : store.error().code;
  };
  EXPECT_EQ(code(StoreAccess::read), ErrorCode::unreadable);
  change("CREATE SCHEMA attest; CREATE TABLE attest.jobs (mine int)");
  EXPECT_EQ(code(StoreAccess::work), ErrorCode::bad_configuration);
  change("DROP SCHEMA attest CASCADE");
  open().reset();
  change("UPDATE attest.store SET version = 99");
  EXPECT_EQ(code(StoreAccess::work), ErrorCode::bad_configuration);
  EXPECT_EQ(
      open_store("postgresql:///nowhere?user=u:secret&host=/nonexistent", StoreAccess::work).error().code,
      ErrorCode::unreadable);
  const auto refused = open_store("postgresql://u:secret@127.0.0.1:1/d", StoreAccess::work);
  EXPECT_EQ(refused.error().message.find("secret"), std::string::npos) << refused.error().message;
}

INSTANTIATE_TEST_SUITE_P(Postgres, PostgresStoreTest, testing::Values(Backend::postgres));

}  // namespace
}  // namespace attest
