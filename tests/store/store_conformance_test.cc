// The archive, whatever it is kept in: jobs and their states, the queue, records, search, statistics.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "export/json.h"
#include "store/store.h"
#include "tests/store/backend.h"
#include "tests/store/records.h"

namespace attest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

using StoreTest = StoreFixture;

TEST_P(StoreTest, WhatHasEndedIsNotDoneAgainUnlessAskedFor) {
  const auto store = open();
  const auto first = store->enter("e1", kTwoInputs, RunMode::skip);
  ASSERT_TRUE(first);
  EXPECT_THAT(states_of(*first), ElementsAre(JobState::waiting, JobState::waiting));
  finish(*store, first->jobs[0].id, JobState::ok, record_of("甲", "a"));
  finish(*store, first->jobs[1].id, JobState::rejected, record_of("乙", "b"));
  EXPECT_THAT(states_of(*store->enter("e1", kTwoInputs, RunMode::skip)),
              ElementsAre(JobState::ok, JobState::rejected));
  EXPECT_THAT(states_of(*store->enter("e1", kTwoInputs, RunMode::failed)),
              ElementsAre(JobState::ok, JobState::waiting));
  EXPECT_THAT(states_of(*store->enter("e1", kTwoInputs, RunMode::redo)),
              ElementsAre(JobState::waiting, JobState::waiting));
  EXPECT_THAT(states_of(*store->enter("e2", kTwoInputs, RunMode::skip)),
              ElementsAre(JobState::waiting, JobState::waiting));
}

TEST_P(StoreTest, TheSameContentTwiceIsOneJob) {
  const auto store = open();
  const auto plan = store->enter("e", {{"/in/1", "c"}, {"/in/2", "c"}}, RunMode::skip);
  EXPECT_EQ(plan->jobs[0].id, plan->jobs[1].id);
  finish(*store, plan->jobs[0].id, JobState::ok, record_of("甲", "a"));
  const auto counts = store->counts(plan->run);
  EXPECT_EQ(counts->inputs, 2);
  EXPECT_EQ(counts->terminal(), 2);
}

TEST_P(StoreTest, AJobThatWasRunningIsWaitingAgainAndAnUnreadableOneIsTriedAgain) {
  {
    const auto store = open();
    const auto plan = store->enter("e", kTwoInputs, RunMode::skip);
    EXPECT_EQ((*store->claim(plan->jobs[0].id))->attempt, 1);
    finish(*store, plan->jobs[1].id, JobState::rejected, record_of("乙", "b"));
  }
  const auto store = open();
  const auto plan = store->enter("e", {{"/in/1", "c1"}, {"/in/2", "c2", /*readable=*/false}}, RunMode::skip);
  EXPECT_THAT(states_of(*plan), ElementsAre(JobState::waiting, JobState::waiting));
  EXPECT_EQ((*store->claim(plan->jobs[0].id))->attempt, 2) << "the attempt that died counts";
}

TEST_P(StoreTest, ALateWriterChangesNothing) {
  const auto store = open();
  const auto plan = store->enter("e", kTwoInputs, RunMode::skip);
  const std::int64_t job = plan->jobs[0].id;
  const int late = (*store->claim(job))->attempt;
  EXPECT_FALSE(*store->claim(job)) << "somebody has it";
  EXPECT_EQ(*store->state(job), JobState::running);
  ASSERT_FALSE(store->give_back(job, late));
  const int current = (*store->claim(job))->attempt;
  EXPECT_FALSE(*store->complete(job, late, {JobState::rejected, "damaged", record_of("旧", "old")}));
  EXPECT_EQ(*store->record(job), std::nullopt);
  ASSERT_FALSE(store->give_back(job, late));
  EXPECT_EQ(*store->state(job), JobState::running) << "giving back late changes nothing either";
  EXPECT_TRUE(*store->complete(job, current, {JobState::ok, "", record_of("新", "new")}));
  EXPECT_FALSE(*store->complete(job, current, {JobState::ok, "", record_of("再", "again")}));
  EXPECT_THAT(**store->record(job), HasSubstr("新"));
  EXPECT_FALSE(*store->claim(job)) << "it has ended";
}

TEST_P(StoreTest, AnAttemptsNumberNeverComesAgain) {
  const auto store = open();
  auto plan = store->enter("e", kTwoInputs, RunMode::skip);
  const std::int64_t job = plan->jobs[0].id;
  finish(*store, job, JobState::ok, record_of("甲", "a"));
  ASSERT_TRUE(store->enter("e", kTwoInputs, RunMode::redo));
  EXPECT_FALSE(*store->complete(job, 1, {JobState::ok, "", record_of("乙", "b")}));
  EXPECT_EQ((*store->claim(job))->attempt, 2);
}

TEST_P(StoreTest, TheQueueHandsOutWhatIsQueuedOfTheEngineInOrder) {
  const auto store = open();
  const auto queued = [](const std::string& content) {
    return StoreInput{.path = "/in/" + content, .content = content, .queued = true, .name = content + ".pdf"};
  };
  ASSERT_TRUE(store->enter("e", {queued("c2"), queued("c1")}, RunMode::skip));
  ASSERT_TRUE(store->enter("e", {{"/in/3", "c3"}}, RunMode::skip));
  ASSERT_TRUE(store->enter("other", {queued("c1"), queued("c4")}, RunMode::skip));
  const auto first = *store->claim_next("e");
  ASSERT_TRUE(first);
  EXPECT_EQ(first->content + first->name, "c2c2.pdf");
  const auto counts = store->queue("e");
  EXPECT_EQ(counts->waiting, 1);
  EXPECT_EQ(counts->running, 1);
  EXPECT_EQ(counts->of_others, 2);
  EXPECT_EQ((*store->claim_next("e"))->content, "c1");
  EXPECT_FALSE(*store->claim_next("e")) << "c3 lies nowhere where others could read it";
  ASSERT_FALSE(store->give_back(first->job, first->attempt));
  EXPECT_EQ((*store->claim_next("e"))->job, first->job);
  ASSERT_TRUE(store->enter("e", {queued("c3")}, RunMode::skip));
  EXPECT_EQ((*store->claim_next("e"))->name, "c3.pdf") << "entered before, queued now";
}

TEST_P(StoreTest, WhatKilledItsProcessComesLast) {
  const auto entered = [](const std::string& content) {
    return StoreInput{.path = "/in/" + content, .content = content, .queued = true, .name = content};
  };
  {
    const auto store = open();
    ASSERT_TRUE(store->enter("e", {entered("c1"), entered("c2")}, RunMode::skip));
    ASSERT_EQ((*store->claim_next("e"))->content, "c1");
    die(store.get());
  }
  const auto store = open();
  const auto plan = store->enter("e", {entered("c1"), entered("c2")}, RunMode::skip);
  EXPECT_EQ(plan->jobs[0].losses, 1);
  EXPECT_EQ((*store->claim_next("e"))->content, "c2");
  const auto lost = *store->claim_next("e");
  ASSERT_TRUE(lost);
  EXPECT_EQ(lost->content, "c1");
  EXPECT_EQ(lost->losses, 1);
  EXPECT_EQ(lost->attempt, 2);
}

TEST_P(StoreTest, SettingsStay) {
  {
    const auto store = open();
    EXPECT_EQ(*store->setting("blobs"), "");
    ASSERT_FALSE(store->set_setting("blobs", "/old"));
    ASSERT_FALSE(store->set_setting("blobs", "/a 'b' \"c\""));
  }
  EXPECT_EQ(*open()->setting("blobs"), "/a 'b' \"c\"");
}

TEST_P(StoreTest, TextsOfAllKindsComeBackAsTheyWere) {
  const auto store = open();
  const std::string name = "/in/'; DROP TABLE jobs; -- \" \\ {NULL,}";
  const auto plan = store->enter("e", {{name, name}, {"/in/\xff\xfe", "c"}}, RunMode::skip);
  ASSERT_TRUE(plan) << plan.error().message;
  const std::string organization = "甲'\"\\{},;\t\n公司😀";
  finish(*store, plan->jobs[0].id, JobState::ok,
         record_of(organization, std::string("a\0b 'x' {y} \"z\"", 15)));
  finish(*store, plan->jobs[1].id, JobState::ok, record_of("NULL", ""));
  EXPECT_THAT(jobs_of(*store, {.organization = organization}), ElementsAre(plan->jobs[0].id));
  EXPECT_THAT(jobs_of(*store, {.organization = "NULL"}), ElementsAre(plan->jobs[1].id));
  EXPECT_EQ(nlohmann::json::parse(**store->record(plan->jobs[0].id))["source"]["file_name"],
            organization + ".txt");
  EXPECT_EQ(store->search({"x", "z"}, 5)->size(), 1u);
}

TEST_P(StoreTest, SearchFindsWordsPartsAndAcrossLines) {
  const auto store = open();
  const auto plan = store->enter("e", kTwoInputs, RunMode::skip);
  finish(*store, plan->jobs[0].id, JobState::ok, record_of("甲", "售后服务规范 GB/T 27922-2011 Service"));
  finish(*store, plan->jobs[1].id, JobState::ok, record_of("乙", "服务 服务 投诉\n处理；范围 service"));
  const std::int64_t a = plan->jobs[0].id, b = plan->jobs[1].id;
  const auto found = [&](const std::vector<std::string>& words) {
    const auto hits = store->search(words, 10);
    EXPECT_TRUE(hits) << hits.error().message;
    std::vector<std::int64_t> out;
    for (const SearchHit& hit : *hits) out.push_back(hit.job);
    std::sort(out.begin(), out.end());
    return out;
  };
  EXPECT_THAT(found({"服务"}), ElementsAre(a, b));
  EXPECT_THAT(found({"后服"}), ElementsAre(a));
  EXPECT_THAT(found({"务规范"}), ElementsAre(a));
  EXPECT_THAT(found({"诉处"}), ElementsAre(b)) << "across a line break";
  EXPECT_THAT(found({"范"}), ElementsAre(a, b)) << "one hanzi, first or last of a pair";
  EXPECT_THAT(found({"处理服务"}), ElementsAre()) << "both stand there, but not one after the other";
  EXPECT_THAT(found({"27922-2011"}), ElementsAre(a));
  EXPECT_THAT(found({"2011-27922"}), ElementsAre());
  EXPECT_THAT(found({"SERVICE", "投诉"}), ElementsAre(b));
  EXPECT_THAT(found({"serv"}), ElementsAre());
  const auto none = store->search({"'", "—", "&|!:*"}, 5);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::bad_configuration);
}

TEST_P(StoreTest, ARecordTakesThePlaceOfTheEarlierOne) {
  const auto store = open();
  auto plan = store->enter("e", kTwoInputs, RunMode::skip);
  finish(*store, plan->jobs[0].id, JobState::ok, record_of("甲公司", "apples"));
  plan = store->enter("e", kTwoInputs, RunMode::redo);
  finish(*store, plan->jobs[0].id, JobState::ok, record_of("乙公司", "pears"));
  EXPECT_TRUE(store->search({"apples"}, 10)->empty());
  EXPECT_EQ(store->search({"pears"}, 10)->size(), 1u);
  EXPECT_EQ(store->stats()->findings.at(0).findings, 1);
}

TEST_P(StoreTest, OnlyTheLatestEngineCountsForAContent) {
  const auto store = open();
  const auto first = store->enter("e1", {{"/in/1", "c1"}}, RunMode::skip);
  finish(*store, first->jobs[0].id, JobState::ok, record_of("甲公司", "one"));
  const auto second = store->enter("e2", {{"/in/1", "c1"}}, RunMode::skip);
  EXPECT_THAT(jobs_of(*store, {}), ElementsAre(first->jobs[0].id)) << "until the later one has ended";
  finish(*store, second->jobs[0].id, JobState::ok, record_of("甲公司", "one"));
  EXPECT_THAT(jobs_of(*store, {}), ElementsAre(second->jobs[0].id));
  EXPECT_EQ(store->search({"one"}, 10)->size(), 1u);
}

TEST_P(StoreTest, FiltersAndStatistics) {
  const auto store = open();
  const auto plan = store->enter("e", kTwoInputs, RunMode::skip);
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

TEST_P(StoreTest, WhatWasNotReadStandsAmongTheStatesOnly) {
  const auto store = open();
  const auto plan = store->enter("e1", {{"/in/1", "c1"}, {"/in/2", "c2"}, {"/in/3", "c3"}}, RunMode::skip);
  finish(*store, plan->jobs[0].id, JobState::ok, record_of("甲", "one"));
  auto unread = record_of("乙", "two");
  for (const char* key : {"scheme", "team", "findings"}) unread[key] = nullptr;
  unread["status"] = "rejected";
  unread["rejected"] = "damaged";
  const auto claim = store->claim(plan->jobs[1].id);
  ASSERT_TRUE(*store->complete(plan->jobs[1].id, (*claim)->attempt, {JobState::rejected, "damaged", unread}));
  const auto lines = [](const std::vector<StatRow>& rows) {
    std::vector<std::string> out;
    for (const StatRow& row : rows) out.push_back(row.key + " " + std::to_string(row.reports));
    return out;
  };
  auto stats = store->stats();
  ASSERT_TRUE(stats);
  EXPECT_THAT(lines(stats->states), ElementsAre("ok 1", "rejected (damaged) 1", "waiting 1"));
  EXPECT_THAT(lines(stats->forms), ElementsAre("gbt-27922-2011 1"));
  EXPECT_THAT(lines(stats->schemes), ElementsAre("gbt-27922-2011 1"));
  EXPECT_THAT(lines(stats->years), ElementsAre("2024 1"));
  ASSERT_TRUE(store->enter("e2", {{"/in/2", "c2"}}, RunMode::skip));
  stats = store->stats();
  ASSERT_TRUE(stats);
  EXPECT_THAT(lines(stats->states), ElementsAre("ok 1", "waiting 2")) << "a document counts once";
}

INSTANTIATE_TEST_SUITE_P(Sqlite, StoreTest, testing::Values(Backend::sqlite));
INSTANTIATE_TEST_SUITE_P(Postgres, StoreTest, testing::Values(Backend::postgres));

}  // namespace
}  // namespace attest
