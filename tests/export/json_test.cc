#include "export/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "tests/export/report_schema.h"

namespace attest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Json = nlohmann::ordered_json;

Glyph glyph(const std::string& text) { return {text, {}, 1, -1, {}}; }

Line line_of(const std::string& text, int number = 0) {
  Line line;
  line.glyphs = {glyph(text)};
  line.number = number;
  return line;
}

Field field_at(const std::string& value, const Evidence& evidence) {
  Field field;
  field.value = value;
  field.text = value;
  field.evidence = evidence;
  return field;
}

// A page image's page: a line, then a table of two rows whose first cell spans both.
Page page_with_table() {
  Page page;
  page.number = 1;
  page.width = 595.28;
  page.height = 841.89;
  page.origin = Origin::scan;
  page.lines = {line_of("1.1 组织名称：甲公司")};
  Table table;
  table.box = {50, 100, 400, 60};
  table.rows = 2;
  table.columns = 2;
  Cell span{0, 0, 2, 1, {50, 100, 100, 60}, {line_of("服务"), line_of("文化")}};
  Cell upper{0, 1, 1, 1, {150, 100, 300, 30}, {line_of("ISO 9001"), line_of("or better")}};
  Cell lower{1, 1, 1, 1, {150, 130, 300, 30}, {}};
  table.cells = {span, upper, lower};
  page.tables = {table};
  page.blocks = {{Block::Kind::line, 0}, {Block::Kind::table, 0}};
  return page;
}

// One of everything that a record can hold.
Record full_record() {
  Record record;
  record.source = {"a.pdf", std::string(64, 'a'), "application/pdf", 1};
  record.engine = {"0.1.0",          "tesseract 5.3.0",   "chi_sim", std::string(64, 'b'),
                   "gbt-27922-2011", std::string(64, 'c')};
  record.kind = Kind::service_certification_report;
  record.scheme = "gbt-27922-2011";
  record.pages = {page_with_table()};

  Field name = field_at("甲公司", {1, {100.123456, 50.005, 80, 12}, 0});
  name.confidence = 0.123456;
  name.occurrences = {{"cover", "甲公司", "甲公司", {1, {100, 50, 80, 12}, 0}, 0.9},
                      {"1.1", "", {}, {1, {}, 0}, 1}};
  record.fields["organization_name"] = name;
  Field level = field_at("5", {1, {10, 20, 30, 40}, 0});
  level.integer = true;
  record.fields["scope_star_level"] = level;

  record.selections["audit_type"] = {{"initial"},
                                     {{"initial", "初次认证", MarkState::checked, 0.99, {1, {1, 2, 3, 4}, 0}},
                                      {"surveillance", "保持认证", MarkState::absent, 1, {1, {}, 0}}}};
  TeamMember leader;
  leader.name = field_at("=cmd|' /C calc'!A0", {1, {1, 1, 1, 1}, 0});
  record.audit_team = {leader};

  ScoreItem item;
  item.code = "B38";
  item.clause = "5.2.2.1";
  item.indicator = "技术支持";
  item.section = "product_service";
  item.max = field_at("2", {1, {1, 1, 1, 1}, 0});
  item.score = field_at("1.98", {1, {2, 1, 1, 1}, 0});
  item.score->readings = {{"1.96", 3.14159265}, {"", 7}};
  item.score->proposed = "1.96";
  item.evidence = {1, {1, 1, 3, 1}, 0};
  record.scores.items = {item, ScoreItem{}};
  record.scores.indicators = {{"技术支持", "product_service", field_at("6", {1, {1, 1, 1, 1}, 0}), {}}};
  record.scores.sections = {{"product_service", {}, {}}};
  record.scores.total = field_at("95.47", {1, {1, 1, 1, 1}, 0});

  Finding finding;
  finding.rule = "score.item.product";
  finding.subject = "items.B38";
  finding.expected = "1.96";
  finding.actual = "1.98";
  finding.formula = "2 × 98 %";
  finding.operands = {{"scores.items.B38.max", "2", "2", 1, {1, {1, 1, 1, 1}, 0}}};
  finding.hypotheses = {{Verdict::misread, {{"scores.items.B38.score", "1.98", "1.96"}}, 3.1}};
  finding.message_zh = "不等";
  finding.message_en = "differs";
  record.findings = {finding};

  Clause child{"5.1", {}, "内容", {1, {}, 7}, {}};
  record.clauses = {{"5", "要求", "", {1, {}, 6}, {child}}};
  record.normative_references = {"GB/T 27922-2011"};
  record.errors = {{ErrorCode::damaged, "page 2 is cut", "a.pdf", 2, Box{1, 2, 3, 4}}};
  return record;
}

TEST(Json, RecordOfEverythingIsByTheSchema) {
  EXPECT_EQ(schema_violations(to_json_text(full_record(), true)), "");
}

TEST(Json, EmptyAndRejectedRecordsAreByTheSchema) {
  EXPECT_EQ(schema_violations(to_json_text(Record{}, true)), "");
  Record rejected;
  rejected.source.file_name = "a.pdf";
  rejected.errors = {{ErrorCode::encrypted, "needs a password"}};
  EXPECT_EQ(schema_violations(to_json_text(rejected, false)), "");
  EXPECT_EQ(to_json(rejected)["status"], "rejected");
  EXPECT_EQ(to_json(rejected)["rejected"], "encrypted");
}

TEST(Json, ADocumentThatKilledItsProcessIsQuarantined) {
  Record record;
  record.source.file_name = "a.pdf";
  record.errors = {{ErrorCode::worker_failed, "the process died twice", "a.pdf", 3}};
  EXPECT_EQ(schema_violations(to_json_text(record, false)), "");
  EXPECT_EQ(to_json(record)["status"], "quarantined");
  EXPECT_EQ(to_json(record)["rejected"], "worker_failed");
  EXPECT_EQ(to_json(record)["errors"][0]["page"], 3);
}

// The check above means nothing if the schema lets everything pass.
TEST(Json, SchemaRefusesWhatTheContractForbids) {
  const Json good = to_json(full_record());
  const auto violations_with = [&good](const char* pointer, const Json& value) {
    Json bad = good;
    bad[Json::json_pointer(pointer)] = value;
    return schema_violations(bad.dump());
  };
  EXPECT_EQ(schema_violations(good.dump()), "");
  EXPECT_NE(violations_with("/schema", "attest.report/2"), "");
  EXPECT_NE(violations_with("/status", "fine"), "");
  EXPECT_NE(violations_with("/fields/organization_name/confidence", 1.5), "");
  EXPECT_NE(violations_with("/fields/organization_name/value", 1.5), "");
  EXPECT_NE(violations_with("/fields/organization_name/box", Json::array({1, 2, 3})), "");
  EXPECT_NE(violations_with("/fields/organization_name/line", 3), "")
      << "a place has a box or a line, not both";
  EXPECT_NE(violations_with("/selections/audit_type/options/0/state", "ticked"), "");
  EXPECT_NE(violations_with("/findings/0/severity", "fatal"), "");
  EXPECT_NE(violations_with("/clauses/0/children/0/id", 5), "");
  EXPECT_NE(violations_with("/source/sha256", "abc"), "");
  EXPECT_NE(violations_with("/surprise", 1), "");
  Json without = good;
  without["fields"].erase("report_date");
  EXPECT_NE(schema_violations(without.dump()), "");
}

TEST(Json, EveryFieldAndGroupOfTheContractIsThere) {
  const Json record = to_json(Record{});
  EXPECT_EQ(record["fields"].size(), field_names().size());
  for (const std::string& name : field_names()) EXPECT_TRUE(record["fields"].at(name).is_null()) << name;
  EXPECT_EQ(record["selections"].size(), 17u);
  for (const std::string& name : selection_names())
    EXPECT_TRUE(record["selections"].at(name).is_null()) << name;
}

TEST(Json, NumbersAreRoundedAndIntegersAreNumbers) {
  const Json record = to_json(full_record());
  const Json& name = record["fields"]["organization_name"];
  EXPECT_EQ(name["confidence"].dump(), "0.1235");
  EXPECT_EQ(name["box"].dump(), "[100.12,50.01,80.0,12.0]");
  EXPECT_EQ(record["fields"]["scope_star_level"]["value"].dump(), "5");
  EXPECT_EQ(record["scores"]["total"]["value"].dump(), "\"95.47\"");
  EXPECT_EQ(record["scores"]["items"][0]["score"]["proposed"].dump(), "\"1.96\"");
  EXPECT_EQ(record["scores"]["items"][0]["score"]["readings"].dump(),
            R"([{"text":"1.96","cost":3.1416},{"text":"","cost":7.0}])");
}

TEST(Json, NotANumberIsNeverWritten) {
  Record record = full_record();
  record.fields["organization_name"]->confidence = std::numeric_limits<double>::quiet_NaN();
  record.pages[0].width = std::numeric_limits<double>::infinity();
  EXPECT_EQ(schema_violations(to_json_text(record, true)), "");
  EXPECT_EQ(to_json(record)["fields"]["organization_name"]["confidence"].dump(), "0.0");
}

TEST(Json, AnIntegerFieldThatIsNoIntegerStaysText) {
  Record record = full_record();
  record.fields["scope_star_level"]->value = "五";
  EXPECT_EQ(to_json(record)["fields"]["scope_star_level"]["value"], "五");
  EXPECT_EQ(schema_violations(to_json_text(record, true)), "");
}

TEST(Json, TranscriptPlacesHaveALineAndNoBox) {
  const Json clause = to_json(full_record())["clauses"][0];
  EXPECT_EQ(clause["line"], 6);
  EXPECT_FALSE(clause.contains("box"));
  EXPECT_EQ(clause["children"][0]["id"], "5.1");
}

TEST(Json, InvalidUtf8BecomesReplacementCharacters) {
  Record record = full_record();
  record.source.file_name = "bad\xff.pdf";
  const std::string text = to_json_text(record, true);
  EXPECT_THAT(text, HasSubstr("bad\xef\xbf\xbd.pdf"));
  EXPECT_EQ(schema_violations(text), "");
}

TEST(Json, StatusSaysWhetherAPersonMustLook) {
  Record record = full_record();
  EXPECT_EQ(status_of(record), Status::needs_review);
  record.errors.clear();
  EXPECT_EQ(status_of(record), Status::needs_review) << "a finding is left";
  record.findings[0].severity = Severity::info;
  EXPECT_EQ(status_of(record), Status::ok);
  record.kind = Kind::unknown;
  EXPECT_EQ(status_of(record), Status::needs_review);
  record.pages.clear();
  EXPECT_EQ(status_of(record), Status::rejected);
}

TEST(Json, PrettyAndOneLineSayTheSame) {
  const std::string pretty = to_json_text(full_record(), true), line = to_json_text(full_record(), false);
  EXPECT_EQ(Json::parse(pretty), Json::parse(line));
  EXPECT_EQ(line.find('\n'), std::string::npos);
  EXPECT_EQ(pretty.back(), '\n');
  EXPECT_EQ(to_json_text(Json::parse(line), true), pretty) << "reading a record back changes no byte";
}

TEST(PageText, LinesThenTableRowsWithTabs) {
  EXPECT_EQ(page_text(page_with_table()), "1.1 组织名称：甲公司\n服务文化\tISO 9001 or better\n\n");
}

TEST(PageText, BlocksThatPointNowhereAreSkipped) {
  Page page = page_with_table();
  page.blocks = {{Block::Kind::line, 7}, {Block::Kind::table, -1}, {Block::Kind::line, 0}};
  EXPECT_EQ(page_text(page), "1.1 组织名称：甲公司\n");
}

TEST(Json, TablesAreRowsOfCells) {
  const Json table = to_json(full_record())["tables"][0];
  ASSERT_EQ(table["rows"].size(), 2u);
  EXPECT_EQ(table["rows"][0].size(), 2u);
  EXPECT_EQ(table["rows"][0][0]["text"], "服务\n文化");
  EXPECT_EQ(table["rows"][0][0]["row_span"], 2);
  EXPECT_EQ(table["rows"][1][0]["column"], 1);
}

}  // namespace
}  // namespace attest
