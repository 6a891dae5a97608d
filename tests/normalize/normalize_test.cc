#include "normalize/normalize.h"

#include <gtest/gtest.h>

#include "normalize/items.h"
#include "tests/normalize/pieces.h"

namespace attest::testing {
namespace {

Scheme small_scheme() {
  Scheme scheme;
  scheme.id = "small";
  scheme.score_form = "detail";
  scheme.fields = {
      {"organization_name", "name", {}}, {"report_date", "date", {}}, {"audit_days", "decimal", {}}};
  IndicatorRule structure{"组织架构", "5.1.1", {}, 5, {}};
  structure.items = {{"A1", "5.1.1.1", 1, "设立部门"},
                     {"A2", "5.1.1.2", 3, "服务网点"},
                     {std::nullopt, "5.1.1.3", 0, "可通过自建"},
                     {"A3", "5.1.1.4", 1, "绿色管理"},
                     {"A13", "5.1.1.5", 1, "梳理流程"}};
  scheme.sections = {{"service_system", "售后服务体系", 5, {structure}}};
  return scheme;
}

RawItem row(const std::string& clause, const std::string& code, const std::string& content,
            double confidence) {
  RawItem item;
  item.section = "service_system";
  if (!clause.empty()) item.clause = piece(clause, confidence);
  if (!code.empty()) item.code = piece(code, confidence);
  if (!content.empty()) item.content = piece(content, confidence);
  return item;
}

std::string keys(const std::vector<ScoreItem>& items) {
  std::string out;
  for (const ScoreItem& i : items) out += i.code.value_or("-") + "/" + i.clause.value_or("-") + " ";
  return out;
}

TEST(Items, MisreadKeysAreSettledByPlaceOnScans) {
  const Scheme scheme = small_scheme();
  EXPECT_EQ(keys(make_items({row("5.l.1.1", "Al", "设立部门", 0.9), row("5.1.1.2", "", "服务网点", 0.9),
                             row("5.1.1.3", "", "可通过自建", 0.9), row("S.1.1.4", "43", "绿色管理", 0.9),
                             row("5.1.1.5", "A1B", "梳理流程", 0.9)},
                            scheme)),
            "A1/5.1.1.1 A2/5.1.1.2 -/5.1.1.3 A3/5.1.1.4 A13/5.1.1.5 ");
}

TEST(Items, ATextLayerIsTakenAtItsWord) {
  EXPECT_EQ(keys(make_items({row("5.1.1.1", "A1", "设立部门", 1), row("5.1.1.4", "A8", "绿色管理", 1)},
                            small_scheme())),
            "A1/5.1.1.1 A8/5.1.1.4 ");
}

TEST(Items, AMissingRowStaysMissingOnScans) {
  EXPECT_EQ(keys(make_items({row("5.1.1.1", "A1", "设立部门", 0.9), row("5.1.1.4", "A3", "绿色管理", 0.9)},
                            small_scheme())),
            "A1/5.1.1.1 A3/5.1.1.4 ");
}

TEST(Items, AStrokeBesideAZeroIsNoPercentage) {
  RawItem item = row("5.1.1.1", "A1", "设立部门", 0.9);
  item.percent = piece("1", 0.5);
  item.score = piece("0", 0.9);
  const std::vector<ScoreItem> items = make_items({item}, small_scheme());
  EXPECT_FALSE(items[0].applicable);
  EXPECT_FALSE(items[0].percent);
  item.percent = piece("98", 0.9);
  EXPECT_TRUE(make_items({item}, small_scheme())[0].applicable);
}

TEST(Items, HanziInAColumnOfNumbersIsABlank) {
  RawItem item = row("5.1.1.1", "A1", "设立部门", 0.9);
  item.max = piece("涉", 0.1);
  EXPECT_FALSE(make_items({item}, small_scheme())[0].max);
  item.max->glyphs[0].alternatives = {{"及", 0.5}, {"1", 1.5}};
  const std::vector<ScoreItem> items = make_items({item}, small_scheme());
  ASSERT_TRUE(items[0].max);
  EXPECT_EQ(items[0].max->value, "1");
  EXPECT_EQ(items[0].max->text, "涉");
  EXPECT_LT(items[0].max->confidence, 0.2);
}

TEST(Fields, TheBestOfSeveralReadings) {
  RawReading reading;
  reading.fields["organization_name"] = {piece("海州有跟公司", 0.8, "cover"),
                                         piece("海州有限公司", 0.99, "1.1")};
  Record record;
  normalize(reading, small_scheme(), record);
  const OptionalField& name = record.fields.at("organization_name");
  ASSERT_TRUE(name);
  EXPECT_EQ(name->value, "海州有限公司");
  EXPECT_EQ(name->occurrences.size(), 2u);
}

TEST(Fields, OccurrencesVoteGlyphByGlyph) {
  Piece cover = piece("海州有跟公司", 0.95, "cover"), first = piece("海洲有限公司", 0.9, "1.1");
  cover.glyphs[3].confidence = 0.3;
  first.glyphs[1].confidence = 0.4;
  RawReading reading;
  reading.fields["organization_name"] = {cover, first};
  Record record;
  normalize(reading, small_scheme(), record);
  ASSERT_TRUE(record.fields.at("organization_name"));
  EXPECT_EQ(record.fields.at("organization_name")->value, "海州有限公司");
}

TEST(Fields, NamesThatDifferWithConfidenceStayAsTheyAre) {
  RawReading reading;
  reading.fields["organization_name"] = {piece("海州电子公司", 0.97, "cover"),
                                         piece("海州电器公司", 0.99, "1.1")};
  Record record;
  normalize(reading, small_scheme(), record);
  ASSERT_TRUE(record.fields.at("organization_name"));
  EXPECT_EQ(record.fields.at("organization_name")->value, "海州电器公司");
}

// Two addresses that mostly print the same: only a doubtful glyph that may be the other's is read as it.
TEST(Fields, FieldsThatRepeatEachOtherAreHeardForDoubtfulGlyphs) {
  const auto registered = [](double confidence, std::vector<Alternative> alternatives) {
    Piece address = piece("海州市昌吉路十八号", 0.97, "1.3");
    address.glyphs[3].text = "晶";
    address.glyphs[3].confidence = confidence;
    address.glyphs[3].alternatives = std::move(alternatives);
    RawReading reading;
    reading.fields["registered_address"] = {address};
    reading.fields["audit_address"] = {piece("海州市昌吉路十八号", 0.97, "1.4")};
    Scheme scheme;
    scheme.fields = {{"registered_address", "text", {}, {"audit_address"}}, {"audit_address", "text", {}}};
    Record record;
    normalize(reading, scheme, record);
    return record.fields.at("registered_address")->value;
  };
  EXPECT_EQ(registered(0.5, {{"昌", 0.8}}), "海州市昌吉路十八号");
  EXPECT_EQ(registered(0.95, {{"昌", 3}}), "海州市晶吉路十八号");
  EXPECT_EQ(registered(0.5, {}), "海州市晶吉路十八号");
}

// The author of a report is one of the team, and each name is a reading of the other.
TEST(Repeats, ANameIsReadTogetherWithTheSameNameElsewhere) {
  const auto names = [](const std::string& author, double other_cost) {
    Piece member = piece("喜斐", 0.63), wrote = piece(author, 0.97);
    member.glyphs[0].alternatives = {{"袁", other_cost}};
    member.glyphs[1].confidence = 0.95;
    Scheme scheme = small_scheme();
    scheme.fields = {{"report_author", "name", {}, {"audit_team.name"}}};
    RawReading reading;
    reading.fields["report_author"] = {wrote};
    reading.audit_team = {{{"name", member}}};
    Record record;
    normalize(reading, scheme, record);
    return record.audit_team.at(0).name->value + " " + record.fields["report_author"]->value;
  };
  EXPECT_EQ(names("袁斐", 1.5), "袁斐 袁斐");
  EXPECT_EQ(names("袁斐", 9), "喜斐 袁斐") << "hardly thought of";
  EXPECT_EQ(names("袁敏", 1.5), "喜斐 袁敏") << "somebody else";
  EXPECT_EQ(names("袁斐斐", 1.5), "喜斐 袁斐斐") << "somebody else";
}

// Two places of two minds: 垃圾 is a word, 垃坝 is none; among names without sense nothing decides.
TEST(Repeats, AWordHasItOverNoWordWhereBothPlacesAreUnsure) {
  const auto recommended = [](const std::string& before, const std::string& here, const std::string& there) {
    Piece scope = piece(before + here, 0.97), again = piece(before + there, 0.97);
    scope.glyphs.back().confidence = 0.83;
    scope.glyphs.back().alternatives = {{there, 1.66}};
    again.glyphs.back().confidence = 0.75;
    again.glyphs.back().alternatives = {{here, 1.13}};
    RawReading reading;
    reading.fields["recommended_scope"] = {scope};
    reading.fields["scope"] = {again};
    Scheme scheme;
    scheme.fields = {{"recommended_scope", "text", {}, {"scope"}},
                     {"scope", "text", {}, {"recommended_scope"}}};
    Record record;
    normalize(reading, scheme, record);
    return record.fields.at("recommended_scope")->value + " " + record.fields.at("scope")->value;
  };
  EXPECT_EQ(recommended("除臭、垃", "坝", "圾"), "除臭、垃圾 除臭、垃圾");
  EXPECT_EQ(recommended("除臭、垃", "圾", "坝"), "除臭、垃圾 除臭、垃圾");
  EXPECT_EQ(recommended("海州市明", "晢", "皙"), "海州市明晢 海州市明皙");
}

// A piece whose hanzi stand 10 points apart, but for `gap` points more before the glyph at `at`.
Piece spaced(const std::string& text, std::size_t at, double gap) {
  Piece out = piece(text, 0.97);
  double left = 0;
  for (std::size_t i = 0; i < out.glyphs.size(); ++i) {
    left += i == at ? gap : 0;
    out.glyphs[i].box = {left, 100, 9, 11};
    left += 10;
  }
  return out;
}

TEST(Repeats, ALostMarkBetweenHanziIsHeardWhereItHasRoom) {
  const auto scope = [](const Piece& here, const std::string& there) {
    RawReading reading;
    reading.fields["scope"] = {here};
    reading.fields["recommended_scope"] = {piece(there, 0.97)};
    Scheme scheme;
    scheme.fields = {{"scope", "text", {}, {"recommended_scope"}}, {"recommended_scope", "text", {}}};
    Record record;
    normalize(reading, scheme, record);
    return record.fields.at("scope")->value;
  };
  EXPECT_EQ(scope(spaced("培训维修保养", 2, 10), "培训、维修保养"), "培训、维修保养");
  EXPECT_EQ(scope(spaced("培训维修保养", 2, 0), "培训、维修保养"), "培训维修保养")
      << "no room: none is printed";
  EXPECT_EQ(scope(spaced("培训维修保养", 2, 10), "培训及维修保养"), "培训维修保养") << "more than a mark";
  EXPECT_EQ(scope(spaced("培训维修保养", 2, 10), "培训、维护保养"), "培训维修保养") << "something else";
}

TEST(Fields, LostStrokesGiveWayToThoseRead) {
  RawReading reading;
  reading.fields["organization_name"] = {piece("1256720235E", 0.97, "cover"),
                                         piece("12567-2023-5E", 0.9, "1.1")};
  Record record;
  normalize(reading, small_scheme(), record);
  ASSERT_TRUE(record.fields.at("organization_name"));
  EXPECT_EQ(record.fields.at("organization_name")->value, "12567-2023-5E");
}

TEST(Fields, NumbersListWhatElseTheyCouldBe) {
  Piece days = piece("1.5", 0.9);
  days.glyphs[2].alternatives = {{"6", 2.0}, {"", 5.0}};
  RawReading reading;
  reading.fields["audit_days"] = {days};
  Record record;
  normalize(reading, small_scheme(), record);
  const OptionalField& field = record.fields.at("audit_days");
  ASSERT_TRUE(field);
  ASSERT_EQ(field->readings.size(), 2u);
  EXPECT_EQ(field->readings[0], (Alternative{"1.6", 2.0}));
  EXPECT_EQ(field->readings[1], (Alternative{"1", 5.0}));
}

TEST(Fields, APlaceThatIsEmptyIsNull) {
  RawReading reading;
  reading.fields["organization_name"] = {piece("_____")};
  Record record;
  normalize(reading, small_scheme(), record);
  EXPECT_FALSE(record.fields.at("organization_name"));
  EXPECT_EQ(record.fields.size(), field_names().size());
}

TEST(Fields, ImpossibleDaysKeepTheirForm) {
  RawReading reading;
  reading.fields["report_date"] = {piece("2024 年 02 月 30 日")};
  Record record;
  normalize(reading, small_scheme(), record);
  ASSERT_TRUE(record.fields.at("report_date"));
  EXPECT_EQ(record.fields.at("report_date")->value, "2024-02-30");
}

}  // namespace
}  // namespace attest::testing
