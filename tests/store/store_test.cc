// The archive: jobs and their states, records as tables, search, what is refused.
#include "store/store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "export/json.h"
#include "export/tables.h"
#include "record/report.h"
#include "store/schema.h"
#include "store/sqlite.h"

namespace attest {
namespace {

using Json = nlohmann::ordered_json;
using testing::ElementsAre;
using testing::HasSubstr;
namespace fs = std::filesystem;

class StoreTest : public testing::Test {
 protected:
  StoreTest() {
    std::string pattern = (fs::temp_directory_path() / "attest-store-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
  }
  ~StoreTest() override {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }

  std::string path() const { return (folder_ / "a.db").string(); }
  std::unique_ptr<RecordStore> open() {
    auto store = open_store(path(), StoreAccess::work);
    if (!store) ADD_FAILURE() << store.error().message;
    return store ? std::move(*store) : nullptr;
  }

  fs::path folder_;
};

OptionalField field(const std::string& value) {
  return Field{.value = value, .text = value, .confidence = 1};
}

Json record_of(const std::string& organization, const std::string& text,
               const std::string& date = "2024-11-20") {
  Record record;
  record.source = {organization + ".txt", "abcdef0123456789", "text/plain", 1};
  record.kind = Kind::service_certification_report;
  record.scheme = "gbt-27922-2011";
  record.fields["organization_name"] = field(organization);
  record.fields["report_date"] = field(date);
  record.scores.total = field("95.47");
  record.audit_team.push_back({.name = field("某甲")});
  Finding finding;
  finding.rule = "score.total.sum";
  finding.subject = "total";
  record.findings.push_back(finding);
  Page page;
  page.number = 1;
  page.origin = Origin::transcript;
  Line line;
  for (const char c : text) line.glyphs.push_back({.text = std::string(1, c)});
  page.lines.push_back(line);
  page.blocks.push_back({Block::Kind::line, 0});
  record.pages.push_back(page);
  return to_json(record);
}

const std::vector<StoreInput> kTwo = {{"/in/1", "c1"}, {"/in/2", "c2"}};

std::vector<JobState> states_of(const RunPlan& plan) {
  std::vector<JobState> out;
  for (const StoredJob& job : plan.jobs) out.push_back(job.state);
  return out;
}

// Claims and completes.
void finish(RecordStore& store, std::int64_t job, JobState state, const Json& record) {
  const auto attempt = store.claim(job);
  ASSERT_TRUE(attempt);
  const auto done = store.complete(job, *attempt, {state, "", record});
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_TRUE(*done);
}

std::vector<std::int64_t> jobs_of(RecordStore& store, const RecordFilter& filter) {
  std::vector<std::int64_t> out;
  const auto failure = store.each_record(filter, [&out](const StoredRecord& record) -> std::optional<Error> {
    out.push_back(record.job);
    return std::nullopt;
  });
  EXPECT_FALSE(failure) << failure->message;
  return out;
}

TEST_F(StoreTest, WhatHasEndedIsNotDoneAgainUnlessAskedFor) {
  const auto store = open();
  const auto first = store->enter("e1", kTwo, RunMode::skip);
  ASSERT_TRUE(first);
  EXPECT_THAT(states_of(*first), ElementsAre(JobState::waiting, JobState::waiting));
  finish(*store, first->jobs[0].id, JobState::ok, record_of("甲", "a"));
  finish(*store, first->jobs[1].id, JobState::rejected, record_of("乙", "b"));
  EXPECT_THAT(states_of(*store->enter("e1", kTwo, RunMode::skip)),
              ElementsAre(JobState::ok, JobState::rejected));
  EXPECT_THAT(states_of(*store->enter("e1", kTwo, RunMode::failed)),
              ElementsAre(JobState::ok, JobState::waiting));
  EXPECT_THAT(states_of(*store->enter("e1", kTwo, RunMode::redo)),
              ElementsAre(JobState::waiting, JobState::waiting));
  EXPECT_THAT(states_of(*store->enter("e2", kTwo, RunMode::skip)),
              ElementsAre(JobState::waiting, JobState::waiting));
}

TEST_F(StoreTest, TheSameContentTwiceIsOneJob) {
  const auto store = open();
  const auto plan = store->enter("e", {{"/in/1", "c"}, {"/in/2", "c"}}, RunMode::skip);
  EXPECT_EQ(plan->jobs[0].id, plan->jobs[1].id);
  finish(*store, plan->jobs[0].id, JobState::ok, record_of("甲", "a"));
  const auto counts = store->counts(plan->run);
  EXPECT_EQ(counts->inputs, 2);
  EXPECT_EQ(counts->terminal(), 2);
}

TEST_F(StoreTest, AJobThatWasRunningIsWaitingAgainAndAnUnreadableOneIsTriedAgain) {
  {
    const auto store = open();
    const auto plan = store->enter("e", kTwo, RunMode::skip);
    EXPECT_EQ(*store->claim(plan->jobs[0].id), 1);
    finish(*store, plan->jobs[1].id, JobState::rejected, record_of("乙", "b"));
  }
  const auto store = open();
  const auto plan = store->enter("e", {{"/in/1", "c1"}, {"/in/2", "c2", /*readable=*/false}}, RunMode::skip);
  EXPECT_THAT(states_of(*plan), ElementsAre(JobState::waiting, JobState::waiting));
  EXPECT_EQ(*store->claim(plan->jobs[0].id), 2) << "the attempt that died counts";
}

TEST_F(StoreTest, ALateWriterChangesNothing) {
  const auto store = open();
  const auto plan = store->enter("e", kTwo, RunMode::skip);
  const std::int64_t job = plan->jobs[0].id;
  const int late = *store->claim(job);
  const int current = *store->claim(job);
  EXPECT_FALSE(*store->complete(job, late, {JobState::rejected, "damaged", record_of("旧", "old")}));
  EXPECT_EQ(*store->record(job), std::nullopt);
  EXPECT_TRUE(*store->complete(job, current, {JobState::ok, "", record_of("新", "new")}));
  EXPECT_FALSE(*store->complete(job, current, {JobState::ok, "", record_of("再", "again")}));
  EXPECT_THAT(**store->record(job), HasSubstr("新"));
  EXPECT_FALSE(store->claim(job)) << "it has ended";
}

TEST_F(StoreTest, ARecordTakesThePlaceOfTheEarlierOne) {
  const auto store = open();
  auto plan = store->enter("e", kTwo, RunMode::skip);
  finish(*store, plan->jobs[0].id, JobState::ok, record_of("甲公司", "apples"));
  plan = store->enter("e", kTwo, RunMode::redo);
  finish(*store, plan->jobs[0].id, JobState::ok, record_of("乙公司", "pears"));
  EXPECT_TRUE(store->search({"apples"}, 10)->empty());
  EXPECT_EQ(store->search({"pears"}, 10)->size(), 1u);
  EXPECT_EQ(store->stats()->findings.at(0).findings, 1);
}

TEST_F(StoreTest, OnlyTheLatestEngineCountsForAContent) {
  const auto store = open();
  const auto first = store->enter("e1", {{"/in/1", "c1"}}, RunMode::skip);
  finish(*store, first->jobs[0].id, JobState::ok, record_of("甲公司", "one"));
  const auto second = store->enter("e2", {{"/in/1", "c1"}}, RunMode::skip);
  EXPECT_THAT(jobs_of(*store, {}), ElementsAre(first->jobs[0].id)) << "until the later one has ended";
  finish(*store, second->jobs[0].id, JobState::ok, record_of("甲公司", "one"));
  EXPECT_THAT(jobs_of(*store, {}), ElementsAre(second->jobs[0].id));
  EXPECT_EQ(store->search({"one"}, 10)->size(), 1u);
}

TEST_F(StoreTest, FiltersAndStatistics) {
  const auto store = open();
  const auto plan = store->enter("e", kTwo, RunMode::skip);
  const std::int64_t a = plan->jobs[0].id, b = plan->jobs[1].id;
  finish(*store, a, JobState::ok, record_of("某市甲公司", "one", "2023-01-02"));
  finish(*store, b, JobState::needs_review, record_of("某市乙公司", "two", "2024-05-06"));
  EXPECT_THAT(jobs_of(*store, {.since = "2024-01-01"}), ElementsAre(b));
  EXPECT_THAT(jobs_of(*store, {.since = "2023-01-02"}), ElementsAre(a, b));
  EXPECT_THAT(jobs_of(*store, {.organization = "甲公"}), ElementsAre(a));
  EXPECT_THAT(jobs_of(*store, {.scheme = "gbt-27922-2011", .finding = "score.total.sum"}), ElementsAre(a, b));
  EXPECT_THAT(jobs_of(*store, {.finding = "date.order"}), ElementsAre());
  const auto stats = store->stats();
  ASSERT_TRUE(stats);
  ASSERT_EQ(stats->years.size(), 2u);
  EXPECT_EQ(stats->years[0].key, "2023");
  EXPECT_EQ(stats->forms.at(0).reports, 2);
  EXPECT_EQ(stats->auditors.at(0).key, "某甲");
  EXPECT_THAT(*store->find(std::to_string(b), 5), ElementsAre(b));
  EXPECT_THAT(*store->find("某市甲", 5), ElementsAre(a));
}

TEST_F(StoreTest, TheViewsHaveEveryColumnWithItsType) {
  {
    const auto store = open();
    const auto plan = store->enter("e", kTwo, RunMode::skip);
    finish(*store, plan->jobs[0].id, JobState::ok, record_of("甲公司", "one"));
  }
  auto database = Database::open(path(), SQLITE_OPEN_READONLY);
  ASSERT_TRUE(database);
  for (const RecordTable table : kRecordTables) {
    std::set<std::string> names;
    Statement columns = database->prepare("SELECT name FROM pragma_table_info(?)");
    columns.bind(1, name_of(table));
    while (columns.step()) names.emplace(columns.text(0));
    EXPECT_TRUE(names.contains("record"));
    for (const TableColumn& column : columns_of(table))
      EXPECT_TRUE(names.contains(column.name)) << column.name;
  }
  Statement typed =
      database->prepare("SELECT typeof(total), total, typeof(page_count), typeof(scope) FROM reports");
  ASSERT_TRUE(typed.step());
  EXPECT_EQ(typed.text(0), "real");
  EXPECT_EQ(typed.text(1), "95.47");
  EXPECT_EQ(typed.text(2), "integer");
  EXPECT_EQ(typed.text(3), "null");
}

TEST_F(StoreTest, ColumnsThatCameLaterAreAddedToAnArchive) {
  {
    const auto store = open();
    const auto plan = store->enter("e", kTwo, RunMode::skip);
    finish(*store, plan->jobs[0].id, JobState::ok, record_of("甲公司", "one"));
  }
  auto database = Database::open(path(), SQLITE_OPEN_READWRITE);
  ASSERT_FALSE(database->execute("DROP VIEW reports; ALTER TABLE report_rows DROP COLUMN audit_risk"));
  *database = *Database::open(path(), SQLITE_OPEN_READONLY);
  const auto store = open();
  EXPECT_THAT(jobs_of(*store, {}).size(), 1u);
  Statement added = database->prepare("SELECT audit_risk FROM reports");
  EXPECT_TRUE(added.step());
}

TEST_F(StoreTest, OneProcessWorksOthersRead) {
  const auto store = open();
  ASSERT_TRUE(store->enter("e", kTwo, RunMode::skip));
  const int pid = fork();
  if (pid == 0) {
    const auto second = open_store(path(), StoreAccess::work);
    const auto reader = open_store(path(), StoreAccess::read);
    _exit(!second && second.error().code == ErrorCode::not_writable && reader && (*reader)->stats() ? 0 : 1);
  }
  int status = -1;
  waitpid(pid, &status, 0);
  EXPECT_EQ(status, 0);
}

TEST_F(StoreTest, WhatIsNoArchiveIsRefusedAndLeftAlone) {
  const auto code = [this](StoreAccess access) {
    const auto store = open_store(path(), access);
    return store ? ErrorCode::internal : store.error().code;
  };
  EXPECT_EQ(code(StoreAccess::read), ErrorCode::unreadable);
  EXPECT_EQ(open_store("postgresql://host/db", StoreAccess::work).error().code, ErrorCode::unsupported);
  EXPECT_EQ(open_store((folder_ / "none/a.db").string(), StoreAccess::work).error().code,
            ErrorCode::not_writable);
  std::ofstream(path()) << std::string(4096, 'x');
  EXPECT_EQ(code(StoreAccess::work), ErrorCode::bad_configuration);
  fs::remove(path());
  {
    auto other = Database::open(path(), SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    ASSERT_FALSE(other->execute("CREATE TABLE mine (a)"));
  }
  std::ifstream before(path(), std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(before), {}};
  EXPECT_EQ(code(StoreAccess::work), ErrorCode::bad_configuration);
  std::ifstream after(path(), std::ios::binary);
  EXPECT_EQ(bytes, (std::string{std::istreambuf_iterator<char>(after), {}}));
  fs::remove(path());
  open().reset();
  {
    auto later = Database::open(path(), SQLITE_OPEN_READWRITE);
    ASSERT_FALSE(later->execute("PRAGMA user_version = 99"));
  }
  EXPECT_EQ(code(StoreAccess::work), ErrorCode::bad_configuration);
}

}  // namespace
}  // namespace attest
