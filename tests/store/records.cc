#include "tests/store/records.h"

#include <gtest/gtest.h>

#include "export/json.h"
#include "record/report.h"
#include "text/fold.h"

namespace attest {
namespace {

using Json = nlohmann::ordered_json;

OptionalField field(const std::string& value) {
  return Field{.value = value, .text = value, .confidence = 1};
}

}  // namespace

Json record_of(const std::string& organization, const std::string& text, const std::string& date) {
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
  for (const char32_t c : to_u32(text)) line.glyphs.push_back({.text = to_utf8(std::u32string(1, c))});
  page.lines.push_back(line);
  page.blocks.push_back({Block::Kind::line, 0});
  record.pages.push_back(page);
  return to_json(record);
}

std::vector<JobState> states_of(const RunPlan& plan) {
  std::vector<JobState> out;
  for (const StoredJob& job : plan.jobs) out.push_back(job.state);
  return out;
}

// Claims and completes.
void finish(RecordStore& store, std::int64_t job, JobState state, const Json& record) {
  const auto claim = store.claim(job);
  ASSERT_TRUE(claim && *claim);
  const auto done = store.complete(job, (*claim)->attempt, {state, "", record});
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

}  // namespace attest
