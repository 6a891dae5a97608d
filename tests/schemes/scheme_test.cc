#include "schemes/scheme.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <re2/re2.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "record/report.h"
#include "text/fold.h"

namespace attest {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

const std::string kShipped = std::string(ATTEST_SOURCE_DIR) + "/schemes";

// Every group and option of the record's contract.
const std::map<std::string, std::vector<std::string>> kGroups = {
    {"audit_type", {"initial", "surveillance", "recertification"}},
    {"site_type", {"single_site", "multi_site"}},
    {"audit_purpose", {"initial", "surveillance", "recertification"}},
    {"audit_method", {"on_site", "remote", "hybrid"}},
    {"mystery_visit", {"on_site", "off_site", "not_needed"}},
    {"quality_incident", {"none", "present"}},
    {"complaint", {"none", "present"}},
    {"government_inspection", {"none", "present"}},
    {"law_enforcement_inspection", {"none", "present"}},
    {"audit_risk", {"none", "present"}},
    {"remote_security_agreement", {"yes", "no"}},
    {"remote_obstacle", {"yes", "no"}},
    {"remote_ict_effective", {"yes", "no"}},
    {"remote_supplement", {"yes", "no"}},
    {"conclusion", {"conforms", "fails"}},
    {"recommendation", {"initial", "recertification", "surveillance", "resume", "scope_change"}},
    {"non_recommendation", {"initial", "recertification", "surveillance", "resume", "scope_change"}},
};

std::vector<Scheme> shipped() {
  Result<std::vector<Scheme>> schemes = load_schemes(kShipped);
  if (!schemes) {
    ADD_FAILURE() << schemes.error().message;
    return {};
  }
  return *schemes;
}

const Scheme& shipped(const std::string& id) {
  static const std::vector<Scheme> all = shipped();
  for (const Scheme& scheme : all) {
    if (scheme.id == id) return scheme;
  }
  static const Scheme none;
  ADD_FAILURE() << "no scheme " << id;
  return none;
}

TEST(ShippedSchemes, LoadInOrderOfTheirIds) {
  std::vector<std::string> ids;
  for (const Scheme& scheme : shipped()) ids.push_back(scheme.id);
  EXPECT_THAT(ids, ElementsAre("cts-isc-jsgf-05", "cts-isc-jsgf-06", "gbt-27922-2011"));
}

TEST(ShippedSchemes, GroupsAndOptionsAreTheContracts) {
  for (const Scheme& scheme : shipped()) {
    EXPECT_EQ(scheme.groups.size(), kGroups.size()) << scheme.id;
    for (const auto& [name, options] : kGroups) {
      const GroupRule* group = find_group(scheme, name);
      ASSERT_NE(group, nullptr) << scheme.id << " " << name;
      std::vector<std::string> found;
      for (const OptionRule& option : group->options) found.push_back(option.option);
      EXPECT_EQ(found, options) << scheme.id << " " << name;
      EXPECT_TRUE(group->exclusive) << name;
      EXPECT_EQ(group->anchor_side, name.rfind("remote_", 0) == 0 ? "after" : "before") << name;
      EXPECT_EQ(group->box_at, name == "conclusion" ? "paragraph" : "label") << name;
    }
    std::set<std::string> mandatory;
    for (const GroupRule& group : scheme.groups) {
      if (group.mandatory) mandatory.insert(group.group);
    }
    EXPECT_THAT(mandatory, ElementsAre("audit_method", "audit_purpose", "audit_type", "conclusion"));
    EXPECT_EQ(find_group(scheme, "recommendation")->mandatory_with, "conforms");
    EXPECT_EQ(find_group(scheme, "non_recommendation")->mandatory_with, "fails");
    EXPECT_EQ(find_group(scheme, "colour"), nullptr);
  }
}

TEST(ShippedSchemes, EveryFieldOfTheRecordHasAPlaceUnlessTheFormHasNone) {
  const std::set<std::string> not_on_05 = {"change_name_or_address", "change_structure", "change_management",
                                           "change_other", "certificate_use"};
  for (const Scheme& scheme : shipped()) {
    for (const std::string& name : field_names()) {
      const bool expected = scheme.id != "cts-isc-jsgf-05" || not_on_05.count(name) == 0;
      EXPECT_EQ(find_field(scheme, name) != nullptr, expected) << scheme.id << " " << name;
    }
    EXPECT_THAT(scheme.mandatory_if_conforms.at("conforms"), ElementsAre("recommended_scope"));
    EXPECT_EQ(scheme.mandatory_fields.size(), 9u);
  }
  EXPECT_EQ(find_field(shipped("cts-isc-jsgf-05"), "recommended_scope")->places[0].where, "section_5");
  EXPECT_EQ(find_field(shipped("cts-isc-jsgf-06"), "recommended_scope")->places[0].where, "section_6");
}

TEST(ShippedSchemes, MaximaAddUp) {
  struct Case {
    const char* id;
    std::vector<std::string> sections;
    std::size_t items;
    const char* first_item_of_product_service;
  };
  for (const Case& c : {Case{"gbt-27922-2011", {"40", "35", "25"}, 0, ""},
                        Case{"cts-isc-jsgf-05", {"56", "69", "25"}, 82, "B1"},
                        Case{"cts-isc-jsgf-06", {"73", "39", "38"}, 94, "B1"}}) {
    const Scheme& scheme = shipped(c.id);
    std::vector<std::string> maxima;
    std::size_t items = 0;
    for (const SectionRule& section : scheme.sections) {
      maxima.push_back(section.max.to_string());
      Decimal of_section;
      for (const IndicatorRule& indicator : section.indicators) {
        of_section = of_section + indicator.max;
        Decimal of_indicator;
        for (const ItemRule& item : indicator.items) of_indicator = of_indicator + item.max;
        if (!indicator.items.empty()) {
          EXPECT_EQ(of_indicator, indicator.max) << c.id << " " << indicator.name;
        }
        items += indicator.items.size();
      }
      EXPECT_EQ(of_section, section.max) << c.id << " " << section.id;
    }
    EXPECT_EQ(maxima, c.sections) << c.id;
    EXPECT_EQ(items, c.items) << c.id;
    if (c.items > 0) {
      EXPECT_EQ(scheme.sections[1].indicators[0].items[0].code, c.first_item_of_product_service);
    }
  }
  const ItemRule& without_code = shipped("cts-isc-jsgf-06").sections[0].indicators[0].items[2];
  EXPECT_FALSE(without_code.code);
  EXPECT_EQ(without_code.clause, "5.1.1.3");
  EXPECT_EQ(without_code.max, Decimal(0));
}

TEST(ShippedSchemes, LevelsAreTheForms) {
  const auto listed = [](const Scheme& scheme) {
    std::string out;
    for (const Level& level : scheme.levels) {
      out += level.minimum.to_string() + ":" + std::to_string(level.stars) + " ";
    }
    return out;
  };
  EXPECT_EQ(listed(shipped("gbt-27922-2011")), "70:0 80:3 90:4 95:5 ");
  EXPECT_EQ(listed(shipped("cts-isc-jsgf-06")), "70:0 80:3 90:4 95:5 100:6 110:7 120:8 130:9 140:10 ");
  EXPECT_EQ(listed(shipped("cts-isc-jsgf-05")), listed(shipped("cts-isc-jsgf-06")));
  EXPECT_TRUE(shipped("cts-isc-jsgf-05").levels_assumed);
  EXPECT_FALSE(shipped("cts-isc-jsgf-06").levels_assumed);
  EXPECT_FALSE(shipped("gbt-27922-2011").levels_assumed);
  EXPECT_EQ(shipped("gbt-27922-2011").level_subject, "result_star_level");
  EXPECT_EQ(shipped("cts-isc-jsgf-06").level_subject, "scope_star_level");
  EXPECT_EQ(shipped("cts-isc-jsgf-06").rules.pass_score, Decimal(70));
  EXPECT_FALSE(shipped("cts-isc-jsgf-05").rules.source.empty());
}

// What each pattern takes from folded text behind its label, as the three forms print it.
TEST(ShippedSchemes, PatternsTakeWhatTheFormsPrint) {
  struct Case {
    const char* field;
    int place;
    const char* text;
    const char* value;  // empty: the pattern finds nothing
  };
  const std::vector<Case> cases = {
      {"certification_body", 0, "华检认证（天津）有限公司", "华检认证(天津)有限公司"},
      {"certification_body", 0, "组织名称：某某有限公司", ""},
      {"certification_body", 0, "服务认证审查报告", ""},
      {"standard", 0, " GB/T27922-2011", "GB/T27922-2011"},
      {"standard", 0, " GT/T27922-2011", "GT/T27922-2011"},
      {"standard", 0, "商品售后服务成熟度（CTS ISC-JSGF-06《商品售后服务成熟度认证技术规范》）",
       "CTSISC-JSGF-06"},
      {"standard", 1, "：1) 商品售后绿色服务 (CTS ISC-JSGF-05 《…》) 2) 受审查方管理体系文件",
       "CTSISC-JSGF-05"},
      {"scope_star_level", 0, "：灯具的销售（安装、维修）（五星级）", "五星级"},
      {"scope_star_level", 0, "：灯具（三星级）以外（十星级）。", "十星级"},
      {"scope_star_level", 0, "：灯具（10星级）", "10星级"},
      {"scope_star_level", 0, "：灯具的销售", ""},
      {"audit_start_date", 0, "： 2024 年 11 月 19 日 下午至 2024 年 11 月 20 日 下午 (共 1.5 天)",
       "2024年11月19日"},
      {"audit_end_date", 0, "： 2024 年 11 月 19 日 下午至 2024 年 11 月 20 日 下午 (共 1.5 天)",
       "2024年11月20日"},
      {"audit_start_half", 0, "： 2024 年 11 月 19 日 下午至 2024 年 11 月 20 日 上午", "下午"},
      {"audit_end_half", 0, "： 2024 年 11 月 19 日 下午至 2024 年 11 月 20 日 上午", "上午"},
      {"audit_start_half", 0, ": 2024年01月17日至2024年01月17日下午(共1.0天)", ""},
      {"audit_end_half", 0, ": 2024年01月17日至2024年01月17日下午(共1.0天)", "下午"},
      {"audit_days", 0, ": 2024年01月17日至2024年01月17日下午（共 1.0 天）", "1.0"},
      {"audit_days", 0, "： 2025 年 12 月 03 日上午至 2025 年 12 月 03 日下午", ""},
      {"audit_days", 0, ": 2024年01月17日上午至2024年01月17日下午(共1.5关)", "1.5"},  // a misread 天
      {"audit_days", 0, ": 2024年01月17日上午至2024年01月17日下午(共1.5份记录)", ""},
      // Without a first half day and without leading zeros the second one must not be taken for it.
      {"audit_start_half", 0, "：2024年1月17日至2024年1月17日下午（共1.0天）", ""},
      {"audit_start_date", 0, "：2024-11-19 下午 — 2024-11-20 上午", "2024-11-19"},
      {"audit_end_date", 0, "：2024-11-19 下午 — 2024-11-20 上午", "2024-11-20"},
      {"audit_end_half", 0, "：2024-11-19 下午 — 2024-11-20 上午", "上午"},
      {"audit_end_date", 0, "：2O24年1l月19日 下午至 2024年11月2O日", "2024年11月2O日"},
      // The item's title ends in the same label; the period in between must not count as the audit's time.
      {"audit_start_date", 0, "：现场审查覆盖的时期：上次审查结束2024年03月04日至2025年02月19日", ""},
      {"period_end_date", 0, "和本次审查时间：本次审查时间：2024年1月17日至2024年1月17日", ""},
      {"period_start_date", 0, "和本次审查时间：本次审查时间：2024年1月17日至2024年1月17日", ""},
      {"period_start_date", 0, "： 上次审查结束日至 2024 年 11 月 20 日(审查结束日)止", ""},
      {"period_end_date", 0, "： 上次审查结束日至 2024 年 11 月 20 日(审查结束日)止", "2024年11月20日"},
      {"period_start_date", 0, "： 上次审查结束 2024 年 03 月 04 日至 2025 年 02 月 19 日（审查结束日）止",
       "2024年03月04日"},
      {"period_end_date", 0, "： 上次审查结束 2024 年 03 月 04 日至 2025 年 02 月 19 日（审查结束日）止",
       "2025年02月19日"},
      {"period_end_date", 0, "：自体系实施日至 2024 年 04 月 11 日(审查结束日)止", "2024年04月11日"},
  };
  for (const Scheme& scheme : shipped()) {
    for (const Case& c : cases) {
      const FieldRule* field = find_field(scheme, c.field);
      ASSERT_NE(field, nullptr) << c.field;
      const RE2 pattern(field->places.at(static_cast<std::size_t>(c.place)).pattern);
      const int group = pattern.NamedCapturingGroups().at("value");
      std::vector<re2::StringPiece> parts(static_cast<std::size_t>(group) + 1);
      const std::string text = folded(c.text);
      const bool found = pattern.Match(text, 0, text.size(), RE2::UNANCHORED, parts.data(), group + 1);
      EXPECT_EQ(found ? parts.back().as_string() : "", c.value)
          << scheme.id << " " << c.field << ": " << c.text;
    }
  }
}

TEST(ShippedSchemes, ScorePatternsTakeWhatTheFormsPrint) {
  struct Case {
    const char* id;
    const char* role;
    const char* group;
    const char* text;
    const char* value;
  };
  const std::vector<Case> cases = {
      {"gbt-27922-2011", "result_score", "value", "3) 评分结果为：95.47 分，五星级售后服务", "95.47"},
      {"gbt-27922-2011", "result_score", "value", "评价实得分数=实际得分/涉及项总分值*100=96.82 分", "96.82"},
      {"gbt-27922-2011", "result_star_level", "value", "评分结果为：95 分，五 星级售后服务", "五星级"},
      {"gbt-27922-2011", "result_star_level", "value", "评分结果为：73.5 分，达标级售后服务", "达标级"},
      {"cts-isc-jsgf-06", "total", "value", "总分: 142.7", "142.7"},
      {"cts-isc-jsgf-06", "section_line", "max", "本部分满分 73分, 实际得分 72.7 分。", "73"},
      {"cts-isc-jsgf-06", "section_line", "score", "本部分满分 73分，实际得分 72.7 分。", "72.7"},
      {"cts-isc-jsgf-05", "special_deduction", "none", "特别项：无特别扣分项，也没有特别加分项。",
       "无特别扣分项"},
      {"cts-isc-jsgf-05", "special_bonus", "none", "特别项：无特别扣分项，也没有特别加分项。",
       "没有特别加分项"},
      {"cts-isc-jsgf-05", "special_bonus", "value", "特别项：特别扣分项 2 分，特别加分项 1 分。", "1"},
  };
  for (const Case& c : cases) {
    const RE2 pattern(shipped(c.id).score_patterns.at(c.role));
    const int group = pattern.NamedCapturingGroups().at(c.group);
    std::vector<re2::StringPiece> parts(static_cast<std::size_t>(group) + 1);
    const std::string text = folded(c.text);
    ASSERT_TRUE(pattern.Match(text, 0, text.size(), RE2::UNANCHORED, parts.data(), group + 1)) << c.text;
    EXPECT_EQ(parts.back().as_string(), c.value) << c.text;
  }
}

// -- files that are wrong --
class Folder {
 public:
  Folder() : path_(fs::temp_directory_path() / ("attest-schemes-" + std::to_string(::getpid()))) {
    fs::remove_all(path_);
    fs::create_directories(path_);
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name, std::ios::binary) << text;
    return (path_ / name).string();
  }
  std::string path() const { return path_.string(); }

 private:
  fs::path path_;
};

// The smallest form that loads, one thought a line, so that cases can say which line they break.
const std::vector<std::string> kSmallest = {
    /* 1 */ "id: small",
    /* 2 */ "title: {zh: 表, en: form}",
    /* 3 */ "kind: service_certification_report",
    /* 4 */ "standard: X 1",
    /* 5 */ "identifiers: [X1]",
    /* 6 */ "titles: [报告]",
    /* 7 */ "headings: {basic: [一], results: [二], narrative: [三], conclusion: [四]}",
    /* 8 */ "patterns: {digits: '[0-9]+'}",
    /* 9 */ "fields:",
    /* 10 */ "  - {name: scope, type: text, places: [{where: a, part: basic, labels: [范围]}]}",
    /* 11 */ "  - name: audit_days",
    /* 12 */ "    type: decimal",
    /* 13 */
    "    places: [{where: a, part: basic, labels: [天], shape: pattern, pattern: '(?P<value>%digits%)'}]",
    /* 14 */ "groups:",
    /* 15 */ "  - group: conclusion",
    /* 16 */ "    part: conclusion",
    /* 17 */ "    anchors: [结论]",
    /* 18 */ "    options: [{option: conforms, labels: [合]}, {option: fails, labels: [不合]}]",
    /* 19 */ "mandatory_fields: [scope]",
    /* 20 */ "score_form: detail",
    /* 21 */ "score_columns: {code: [代码]}",
    /* 22 */ "score_labels: {total: [总分]}",
    /* 23 */ "sections:",
    /* 24 */ "  - {id: one, name: 一, max: 3, indicators: [{name: 甲, clause: 5.1.1, max: 3, items: [",
    /* 25 */ "      {code: A1, clause: 5.1.1.1, max: 1.5, content: 甲},",
    /* 26 */ "      {code: A2, clause: 5.1.1.2, max: 1.5, content: 乙}]}]}",
    /* 27 */ "levels:",
    /* 28 */ "  - {minimum: 70, stars: 0, name: 达标级}",
    /* 29 */ "  - {minimum: 80, stars: 3, name: 三星级}",
    /* 30 */ "level_subject: scope_star_level",
    /* 31 */ "rules: {pass_score: 70, special_deduction_limit: 5, special_bonus_max: 1, source: s}",
};

std::string smallest(int line = 0, const std::string& instead = {}) {
  std::string out;
  for (std::size_t i = 0; i < kSmallest.size(); ++i) {
    const bool replaced = static_cast<int>(i) + 1 == line;
    if (replaced && instead.empty()) continue;
    out += (replaced ? instead : kSmallest[i]) + "\n";
  }
  return out;
}

TEST(LoadScheme, TheSmallestForm) {
  const Folder folder;
  const Result<Scheme> scheme = load_scheme(folder.write("small.yaml", smallest()));
  ASSERT_TRUE(scheme) << scheme.error().message;
  EXPECT_EQ(find_field(*scheme, "audit_days")->places[0].pattern, "(?P<value>[0-9]+)");
  EXPECT_EQ(scheme->sections[0].indicators[0].items[1].max.to_string(), "1.5");
  EXPECT_EQ(scheme->file, "small.yaml");
  // printf '…' | sha256sum of the same bytes
  EXPECT_EQ(scheme->sha256.size(), 64u);
}

TEST(LoadScheme, TableOfMistakesAndWhatIsSaid) {
  struct Case {
    int line;             // replaced by
    const char* instead;  // this; empty: left out
    const char* place;    // "small.yaml:LINE:" of the error
    const char* says;
  };
  const std::vector<Case> cases = {
      {1, "", "small.yaml:1:", "id"},
      {1, "id: Small Form", "small.yaml:1:", "id"},
      {2, "title: {zh: 表, en: form, de: Formular}", "small.yaml:2:", "unknown key 'de' in title"},
      {4, "standard: 1", "small.yaml:4:", "standard"},
      {5, "identifiers: []", "small.yaml:5:", "identifiers"},
      {5, "identifiers: ['　 ']", "small.yaml:5:", "visible character"},
      {6, "titels: [报告]", "small.yaml:6:", "unknown key 'titels'"},
      {6, "titles: [报告", "small.yaml:7:", ""},
      {6, "id: again\ntitles: [报告]", "small.yaml:6:", "'id' stands here twice"},
      {7, "headings: {basic: [一], results: [二], narrative: [三]}", "small.yaml:7:", "conclusion"},
      {8, "patterns: {digits: '%digits%'}", "small.yaml:13:", "circle"},
      {8, "patterns: {digit: '[0-9]'}", "small.yaml:13:", "no pattern is called 'digits'"},
      {8, "patterns: {digits: '[0-9'}", "small.yaml:13:", "no RE2 expression"},
      {10, "  - {name: scop, type: text, places: [{where: a, part: basic, labels: [范围]}]}",
       "small.yaml:10:", "no field 'scop'"},
      {10, "  - {name: scope, type: txt, places: [{where: a, part: basic, labels: [范围]}]}",
       "small.yaml:10:", "fields[0].type"},
      {10, "  - {name: scope, type: text, places: [{where: a, part: attic, labels: [范围]}]}",
       "small.yaml:10:", "fields[0].places[0].part"},
      {10, "  - {name: scope, type: text, places: [{where: a, part: basic, labels: []}]}",
       "small.yaml:10:", "needs labels"},
      {11, "  - name: scope", "small.yaml:11:", "field 'scope' stands twice, first in small.yaml:10"},
      {13, "    places: [{where: a, part: basic, labels: [天], shape: pattern}]",
       "small.yaml:13:", "belong together"},
      {13, "    places: [{where: a, part: basic, labels: [天], shape: pattern, pattern: 'x'}]",
       "small.yaml:13:", "no group (?P<value>"},
      {15, "  - group: conclusion\n    anchor_side: above", "small.yaml:16:", "anchor_side"},
      {15, "  - group: conclusion\n    colour: red", "small.yaml:16:", "unknown key 'colour' in groups[0]"},
      {15, "  - group: conclusion\n    mandatory: maybe", "small.yaml:16:", "mandatory"},
      {15, "  - group: conclusion\n    mandatory_with: perhaps", "small.yaml:16:", "no option 'perhaps'"},
      {18, "    options: [{option: fails, labels: [合]}, {option: fails, labels: [不合]}]",
       "small.yaml:18:", "option 'fails' stands twice"},
      {18, "    options: [{option: conforms, labels: [合（格]}, {option: fails, labels: [合(格]}]",
       "small.yaml:18:", "also one of option 'conforms'"},
      {19, "mandatory_fields: [report_date]", "small.yaml:19:", "'report_date' has no place"},
      {20, "score_form: summary", "small.yaml:24:", "has no items"},
      {24, "  - {id: one, name: 一, max: 4, indicators: [{name: 甲, clause: 5.1.1, max: 3, items: [",
       "small.yaml:24:", "section 'one' add up to 3, max says 4"},
      {25, "      {code: A1, clause: 5.1.1.1, max: 2, content: 甲},",
       "small.yaml:24:", "indicator '甲' add up to 3.5, max says 3"},
      {25, "      {code: A1, clause: 5.1.1.1, max: a lot, content: 甲},", "small.yaml:25:", "items[0].max"},
      {25, "      {code: A1, clause: 5.1.1.1, max: -1, content: 甲},", "small.yaml:25:", "items[0].max"},
      {25, "      {code: A1, clause: five, max: 1.5, content: 甲},", "small.yaml:25:", "items[0].clause"},
      {26, "      {code: A1, clause: 5.1.1.2, max: 1.5, content: 乙}]}]}",
       "small.yaml:26:", "code 'A1' stands twice, first in small.yaml:25"},
      {26, "      {code: A2, clause: 5.1.1.1, max: 1.5, content: 乙}]}]}",
       "small.yaml:26:", "clause '5.1.1.1'"},
      {29, "  - {minimum: 60, stars: 3, name: 三星级}", "small.yaml:29:", "must rise"},
      {29, "  - {minimum: 80, stars: 0, name: 三星级}", "small.yaml:29:", "must rise"},
      {29, "  - {minimum: 80, stars: 99999999999999999999, name: 三星级}", "small.yaml:29:", "stars"},
      {30, "level_subject: moon", "small.yaml:30:", "level_subject"},
      {31, "rules: {pass_score: '70', special_deduction_limit: 5, special_bonus_max: 1, source: s}",
       "small.yaml:31:", "rules.pass_score"},
      {31, "\ttab: 1", "small.yaml:31:", ""},
  };
  const Folder folder;
  for (const Case& c : cases) {
    SCOPED_TRACE(std::to_string(c.line) + ": " + c.instead);
    const Result<Scheme> scheme = load_scheme(folder.write("small.yaml", smallest(c.line, c.instead)));
    ASSERT_FALSE(scheme);
    EXPECT_EQ(scheme.error().code, ErrorCode::bad_configuration);
    EXPECT_THAT(scheme.error().message, StartsWith(c.place));
    EXPECT_THAT(scheme.error().message, HasSubstr(c.says));
  }
}

TEST(LoadScheme, ExtendsAnotherFile) {
  const Folder folder;
  folder.write("base.yaml", "base: true\n" + smallest());
  const std::string path =
      folder.write("child.yaml",
                   "extends: base.yaml\n"
                   "id: child\n"
                   "title: {en: other}\n"
                   "titles: [甲, 乙]\n"
                   "without_fields: [audit_days]\n"
                   "fields:\n"
                   "  - {name: scope, type: text, places: [{where: b, part: basic, labels: [围]}]}\n"
                   "  - {name: report_date, type: date, places: [{where: b, part: basic, labels: [日]}]}\n");
  const Result<Scheme> scheme = load_scheme(path);
  ASSERT_TRUE(scheme) << scheme.error().message;
  EXPECT_EQ(scheme->id, "child");
  EXPECT_EQ(scheme->title_zh, "表");
  EXPECT_EQ(scheme->title_en, "other");
  EXPECT_THAT(scheme->titles, ElementsAre("甲", "乙"));
  ASSERT_EQ(scheme->fields.size(), 2u);
  EXPECT_EQ(scheme->fields[0].places[0].where, "b");
  EXPECT_EQ(scheme->fields[1].name, "report_date");

  // The base itself is no form, and its bytes are part of the digest.
  const Result<std::vector<Scheme>> all = load_schemes(folder.path());
  ASSERT_TRUE(all) << all.error().message;
  ASSERT_EQ(all->size(), 1u);
  folder.write("base.yaml", "base: true\n" + smallest() + "# a remark\n");
  EXPECT_NE(load_scheme(path)->sha256, scheme->sha256);

  // A mistake in the base is found there.
  folder.write("base.yaml", "base: true\n" + smallest(30, "level_subject: moon"));
  EXPECT_THAT(load_scheme(path).error().message, StartsWith("base.yaml:31: level_subject"));
}

// What is left out must not be missed: no label, option or pattern of the form stands in its boilerplate.
TEST(ShippedSchemes, BoilerplateHoldsNothingThatIsLookedFor) {
  constexpr std::size_t kTelling = 4;  // characters; 有 and 无 stand anywhere
  for (const Scheme& scheme : shipped()) {
    std::vector<std::string> wanted;
    const auto add = [&](const std::vector<std::string>& texts) {
      wanted.insert(wanted.end(), texts.begin(), texts.end());
    };
    for (const FieldRule& field : scheme.fields) {
      for (const FieldPlace& place : field.places) add(place.labels);
    }
    for (const GroupRule& group : scheme.groups) {
      add(group.anchors);
      for (const OptionRule& option : group.options) add(option.labels);
    }
    for (const auto& [part, titles] : scheme.headings) add(titles);
    for (const std::string& paragraph : scheme.boilerplate) {
      const std::u32string text = fold(std::string_view(paragraph)).text;
      for (const std::string& label : wanted) {
        const std::u32string folded_label = fold(std::string_view(label)).text;
        if (folded_label.size() < kTelling) continue;
        EXPECT_EQ(text.find(folded_label), text.npos) << scheme.id << ": " << label << " in " << paragraph;
      }
      for (const auto& [name, pattern] : scheme.score_patterns)
        EXPECT_FALSE(RE2::PartialMatch(to_utf8(text), pattern)) << scheme.id << ": " << name;
    }
  }
}

TEST(LoadScheme, FilesThatCannotBeRead) {
  const Folder folder;
  EXPECT_EQ(load_scheme(folder.path() + "/none.yaml").error().code, ErrorCode::unreadable);
  EXPECT_EQ(load_scheme(folder.path()).error().code, ErrorCode::unreadable);
  EXPECT_EQ(load_schemes(folder.path() + "/none").error().code, ErrorCode::unreadable);
  EXPECT_EQ(load_schemes(folder.path()).error().code, ErrorCode::bad_configuration);

  const std::string path = folder.write("a.yaml", "extends: b.yaml\n");
  EXPECT_THAT(load_scheme(path).error().message, HasSubstr("a.yaml:1: there is no file 'b.yaml'"));
  folder.write("b.yaml", "extends: a.yaml\n");
  EXPECT_THAT(load_scheme(path).error().message, HasSubstr("in a circle"));
  folder.write("a.yaml", "extends: ../b.yaml\n");
  EXPECT_THAT(load_scheme(path).error().message, HasSubstr("same folder"));

  folder.write("a.yaml", smallest());
  folder.write("b.yaml", smallest());
  EXPECT_THAT(load_schemes(folder.path()).error().message, HasSubstr("a.yaml and b.yaml have the same id"));
}

TEST(LoadScheme, AnyBytes) {
  const Folder folder;
  std::string noise;
  for (int i = 0; i < 4096; ++i) noise += static_cast<char>((i * 7919 + (i >> 3)) & 0xFF);
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 9; ++i) {
    const std::string before = std::string("*a").append(std::to_string(i - 1));
    const std::string name = std::string("a").append(std::to_string(i));
    bomb.append(name).append(": &").append(name).append(" [");
    for (int k = 0; k < 9; ++k) bomb += before + ", ";
    bomb += before + "]\n";
  }
  for (const std::string& bytes :
       {std::string(), noise, std::string("- a\n- b\n"), std::string("just text"), std::string(20'000, '['),
        bomb, std::string("\0\0\0", 3), std::string("? [a]\n: b\n")}) {
    const Result<Scheme> scheme = load_scheme(folder.write("any.yaml", bytes));
    ASSERT_FALSE(scheme) << bytes.substr(0, 40);
    EXPECT_THAT(scheme.error().message, StartsWith("any.yaml:"));
  }
}

TEST(DefaultSchemeFolder, FollowsTheEnvironmentElseFindsTheShippedOnes) {
  ::unsetenv("ATTEST_SCHEMES");
  EXPECT_TRUE(load_schemes(default_scheme_folder())) << default_scheme_folder();
  ::setenv("ATTEST_SCHEMES", "/somewhere", 1);
  EXPECT_EQ(default_scheme_folder(), "/somewhere");
  ::unsetenv("ATTEST_SCHEMES");
}

}  // namespace
}  // namespace attest
