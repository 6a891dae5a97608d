// Properties that hold for every report: reports that add up have no finding, one defect gives its own rules
// and nothing unrelated, and a misread digit never accuses the report.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <functional>
#include <locale>
#include <set>

#include "check/check.h"
#include "tests/check/generator.h"

namespace attest {
namespace {

constexpr int kReports = 200;  // a scheme

const std::vector<Scheme>& schemes() {
  static const std::vector<Scheme> all = [] {
    auto loaded = load_schemes(std::string(ATTEST_SOURCE_DIR) + "/schemes");
    return loaded ? *loaded : std::vector<Scheme>();
  }();
  return all;
}

const Scheme& scheme_with(const std::string& score_form) {
  for (const Scheme& s : schemes()) {
    if (s.score_form == score_form) return s;
  }
  static const Scheme none;
  return none;
}

std::string show(const Finding& f) {
  std::string out = std::string(name_of(f.verdict)) + " " + f.rule + " " + f.subject + " " +
                    f.expected.value_or("-") + " → " + f.actual.value_or("-");
  for (const Hypothesis& h : f.hypotheses) {
    out += "\n    " + std::string(name_of(h.verdict)) + " " + std::to_string(h.cost);
    for (const Change& c : h.changes) out += " " + c.path + " " + c.from + "→" + c.to;
  }
  return out;
}

std::set<std::string> keys(const std::vector<Finding>& findings) {
  std::set<std::string> out;
  for (const Finding& f : findings) out.insert(f.rule + " " + f.subject);
  return out;
}

TEST(CheckProperty, SchemesAreThere) { ASSERT_GE(schemes().size(), 3u); }

TEST(CheckProperty, ReportsThatAddUpHaveNoFinding) {
  for (const Scheme& scheme : schemes()) {
    for (int seed = 0; seed < kReports; ++seed) {
      for (const Origin origin : {Origin::text_layer, Origin::scan, Origin::transcript}) {
        Record record = Generator(static_cast<std::uint64_t>(seed)).report(scheme, origin, 0.9);
        for (const Finding& f : check(record, scheme))
          ADD_FAILURE() << scheme.id << " " << seed << " " << show(f);
      }
    }
  }
}

// -- one defect --

struct Defect {
  std::string name;
  std::function<void(Record&, Generator&)> put;
  std::set<std::string> found;    // must be found
  std::set<std::string> allowed;  // may follow from it
};

void shift(OptionalField& field, const char* by) {
  field->value = field->text = (*Decimal::parse(field->value) + *Decimal::parse(by)).to_string();
}

std::vector<Defect> defects() {
  return {
      {"days",
       [](Record& r, Generator&) { shift(r.fields["audit_days"], "1"); },
       {"date.duration audit_days"},
       {}},
      {"report before end",
       [](Record& r, Generator&) { r.fields["report_date"]->value = "2019-01-01"; },
       {"date.order report_date"},
       {}},
      {"no such day",
       [](Record& r, Generator&) { r.fields["report_date"]->value = "2024-02-30"; },
       {"date.invalid report_date"},
       {}},
      {"other period",
       [](Record& r, Generator&) { r.fields["period_end_date"]->value = "2019-01-01"; },
       {"date.order period_end_date"},
       {}},
      {"old number",
       [](Record& r, Generator&) {
         r.fields["project_number"]->value = "11324-2012-SA";
         r.fields["project_number"]->occurrences.clear();
       },
       {"date.project_year project_number"},
       {}},
      {"no author",
       [](Record& r, Generator&) { r.fields["report_author"] = std::nullopt; },
       {"field.missing report_author"},
       {}},
      {"no recommended scope",
       [](Record& r, Generator&) { r.fields["recommended_scope"] = std::nullopt; },
       {"field.missing recommended_scope"},
       {}},
      {"other name",
       [](Record& r, Generator&) {
         r.fields["organization_name"]->occurrences[1].value = "测试样本设备有限责任公司";
       },
       {"identity.repeat organization_name"},
       {}},
      {"other scope",
       [](Record& r, Generator&) {
         r.fields["recommended_scope"]->value = "许可范围内水表的销售相关售后服务（安装、维修）";
       },
       {"identity.repeat scope"},
       {}},
      {"other address",
       [](Record& r, Generator&) {
         r.fields["sampling_description"]->value = "本公司注册地址为：某省某市另区样本路 1275 号，设有人员。";
       },
       {"identity.address registered_address"},
       {}},
      {"wrong standard",
       [](Record& r, Generator& g) { r.fields["standard"] = g.text("GT/T27922-2011"); },
       {"identity.standard standard"},
       {}},
      {"two leaders",
       [](Record& r, Generator&) { r.audit_team[1].role->value = "组长"; },
       {"team.leader audit_team"},
       {}},
      {"bad registration",
       [](Record& r, Generator&) { r.audit_team[1].registration_number->value = "S1SC-222"; },
       {"team.registration audit_team.1"},
       {}},
      {"other level",
       [](Record& r, Generator&) { r.fields["recommended_star_level"]->value = "3"; },
       {"level.agree star_level"},
       {}},
      {"bonus",
       [](Record& r, Generator& g) { r.scores.special_bonus = g.number(Decimal(3)); },
       {"score.special special_bonus"},
       {"score.total.sum total"}},
  };
}

TEST(CheckProperty, OneDefectGivesItsRuleAndNothingUnrelated) {
  for (const Scheme& scheme : schemes()) {
    for (int seed = 0; seed < 20; ++seed) {
      for (const Defect& defect : defects()) {
        Generator generate(static_cast<std::uint64_t>(seed));
        Record record = generate.report(scheme, Origin::text_layer);
        if (defect.name == "other level" && record.fields["scope_star_level"]->value == "3") continue;
        defect.put(record, generate);
        const auto findings = check(record, scheme);
        const std::set<std::string> found = keys(findings);
        for (const std::string& key : defect.found)
          EXPECT_TRUE(found.count(key)) << scheme.id << " " << defect.name;
        for (const Finding& f : findings) {
          const std::string key = f.rule + " " + f.subject;
          EXPECT_TRUE(defect.found.count(key) || defect.allowed.count(key))
              << scheme.id << " " << seed << " " << defect.name << ": " << show(f);
        }
      }
    }
  }
}

TEST(CheckProperty, OneDefectOnAnImageGivesItsRuleAndNothingUnrelated) {
  for (const Scheme& scheme : schemes()) {
    for (const Defect& defect : defects()) {
      Generator generate(11);
      Record record = generate.report(scheme, Origin::scan, 0.9999);
      if (defect.name == "other level" && record.fields["scope_star_level"]->value == "3") continue;
      defect.put(record, generate);
      for (const Finding& f : check(record, scheme)) {
        const std::string key = f.rule + " " + f.subject;
        EXPECT_TRUE(defect.found.count(key) || defect.allowed.count(key))
            << scheme.id << " " << defect.name << ": " << show(f);
      }
    }
  }
}

TEST(CheckProperty, AWrongItemScoreIsFoundAndExplainsItsSection) {
  const Scheme& scheme = scheme_with("detail");
  for (int seed = 0; seed < kReports; ++seed) {
    for (const Origin origin : {Origin::text_layer, Origin::scan}) {
      Generator generate(static_cast<std::uint64_t>(seed));
      Record record = generate.report(scheme, origin, 0.9999);
      ScoreItem* item =
          &record.scores
               .items[static_cast<std::size_t>(generate.below(static_cast<int>(record.scores.items.size())))];
      if (!item->applicable) continue;
      shift(item->score, "-0.04");  // no single digit that looks alike
      const auto findings = check(record, scheme);
      const std::string name = "items." + *item->code, root = "score.item.product " + name;
      const std::set<std::string> found = keys(findings);
      EXPECT_TRUE(found.count(root));
      EXPECT_TRUE(found.count("score.section.sum sections." + item->section));
      EXPECT_EQ(found.size(), 2u) << seed;
      for (const Finding& f : findings) {
        if (origin == Origin::text_layer) {
          EXPECT_EQ(f.verdict, Verdict::report_error) << show(f);
        }
        EXPECT_NE(f.verdict, Verdict::misread) << show(f);
        if (f.rule == "score.section.sum") {
          EXPECT_EQ(f.root_cause.value_or("-"), root);
        }
      }
    }
  }
}

TEST(CheckProperty, AWrongSectionScoreExplainsTheTotal) {
  const Scheme& scheme = scheme_with("detail");
  for (int seed = 0; seed < 50; ++seed) {
    Generator generate(static_cast<std::uint64_t>(seed));
    Record record = generate.report(scheme, Origin::text_layer);
    ScoreSection& section = record.scores.sections[static_cast<std::size_t>(generate.below(3))];
    shift(section.score, "-0.09");
    const auto findings = check(record, scheme);
    ASSERT_EQ(keys(findings), (std::set<std::string>{"score.section.sum sections." + section.section,
                                                     "score.total.sum total"}));
    for (const Finding& f : findings) {
      if (f.rule == "score.total.sum") {
        EXPECT_EQ(f.root_cause.value_or("-"), "score.section.sum sections." + section.section);
      }
    }
  }
}

TEST(CheckProperty, AMissingRowExplainsItsSums) {
  const Scheme& scheme = scheme_with("detail");
  for (int seed = 0; seed < 50; ++seed) {
    Generator generate(static_cast<std::uint64_t>(seed));
    Record record = generate.report(scheme, Origin::text_layer);
    const auto at =
        record.scores.items.begin() + generate.below(static_cast<int>(record.scores.items.size()));
    const std::string root = "score.missing_row items." + *at->code;
    record.scores.items.erase(at);
    const auto findings = check(record, scheme);
    EXPECT_TRUE(keys(findings).count(root));
    for (const Finding& f : findings) {
      EXPECT_TRUE(f.rule == "score.missing_row" || f.root_cause == root) << show(f);
    }
  }
}

TEST(CheckProperty, TheOrderOfRowsIsIrrelevant) {
  for (const Scheme& scheme : schemes()) {
    for (int seed = 0; seed < 30; ++seed) {
      Generator generate(static_cast<std::uint64_t>(seed));
      Record record = generate.report(scheme, Origin::scan, 0.99);
      if (!record.scores.items.empty()) shift(record.scores.items[5].score, "0.02");
      if (record.scores.items.empty()) shift(record.scores.indicators[5].score, "-0.5");
      Record other = record;
      std::reverse(other.scores.items.begin(), other.scores.items.end());
      std::reverse(other.scores.indicators.begin(), other.scores.indicators.end());
      std::reverse(other.scores.sections.begin(), other.scores.sections.end());
      const auto lines = [&](Record& r) {
        std::multiset<std::string> out;
        for (const Finding& f : check(r, scheme)) {
          out.insert(std::string(name_of(f.verdict)) + f.rule + f.subject + *f.expected + *f.actual +
                     f.root_cause.value_or(""));
        }
        return out;
      };
      EXPECT_EQ(lines(record), lines(other)) << scheme.id << " " << seed;
    }
  }
}

// Numbers with a comma and groups of three, as many languages write them.
class CommaNumbers : public std::numpunct<char> {
 protected:
  char do_decimal_point() const override { return ','; }
  char do_thousands_sep() const override { return '.'; }
  std::string do_grouping() const override { return "\3"; }
};

TEST(CheckProperty, TheLocaleDoesNotMatter) {
  for (const Scheme& scheme : schemes()) {
    for (int seed = 0; seed < 20; ++seed) {
      Record record = Generator(static_cast<std::uint64_t>(seed)).report(scheme, Origin::scan, 0.99);
      if (!record.scores.items.empty()) shift(record.scores.items[5].score, "0.02");
      if (record.scores.items.empty()) shift(record.scores.indicators[5].score, "-0.5");
      const auto said = [&] {
        std::string out;
        for (const Finding& f : check(record, scheme))
          out += show(f) + f.formula + f.message_zh + f.message_en;
        return out;
      };
      const std::string plain = said();
      const std::locale before = std::locale::global(std::locale(std::locale::classic(), new CommaNumbers));
      const std::string with_commas = said();
      std::locale::global(before);
      EXPECT_FALSE(plain.empty());
      EXPECT_EQ(plain, with_commas) << scheme.id << " " << seed;
    }
  }
}

// -- misread digits --

std::vector<OptionalField*> numbers_of(Record& record) {
  std::vector<OptionalField*> out;
  const auto add = [&](OptionalField& f) {
    if (f && f->value != "0") out.push_back(&f);
  };
  for (ScoreItem& item : record.scores.items) {
    add(item.max);
    add(item.percent);
    add(item.score);
  }
  for (ScoreIndicator& indicator : record.scores.indicators) {
    add(indicator.max);
    add(indicator.score);
  }
  for (ScoreSection& section : record.scores.sections) {
    add(section.max);
    add(section.score);
  }
  add(record.scores.total);
  add(record.scores.result_score);
  return out;
}

// Exchanges one digit, or loses the point, and leaves the truth among the readings at `cost`.
void misread(Field& field, Generator& generate, double cost) {
  const std::string truth = field.value;
  do {
    std::string value = truth;
    const std::size_t at = static_cast<std::size_t>(generate.below(static_cast<int>(value.size())));
    if (value[at] == '.') {
      value.erase(at, 1);
    } else {
      value[at] = static_cast<char>('0' + generate.below(10));
    }
    const auto number = Decimal::parse(value);
    field.value = field.text = number ? number->to_string() : truth;
  } while (field.value == truth);
  field.confidence = 0.9;
  field.readings = {{"777", 0.5}, {truth, cost}};
}

TEST(CheckProperty, AMisreadDigitNeverAccusesTheReport) {
  for (const Scheme& scheme : schemes()) {
    int broken = 0, misreads = 0, right = 0;
    for (int seed = 0; seed < kReports; ++seed) {
      Generator generate(static_cast<std::uint64_t>(seed));
      Record record = generate.report(scheme, Origin::scan, 0.9999);
      const auto numbers = numbers_of(record);
      Field& field = **numbers[static_cast<std::size_t>(generate.below(static_cast<int>(numbers.size())))];
      const std::string truth = field.value;
      misread(field, generate, 0.5 + generate.below(2));
      const auto findings = check(record, scheme);
      for (const Finding& f : findings) {
        EXPECT_NE(f.verdict, Verdict::report_error)
            << scheme.id << " " << seed << " " << truth << " " << show(f);
      }
      if (findings.empty()) continue;
      ++broken;
      misreads += std::all_of(findings.begin(), findings.end(),
                              [](const Finding& f) { return f.verdict == Verdict::misread; });
      right += field.proposed == truth;
    }
    EXPECT_GT(misreads, broken * 9 / 10) << scheme.id << " of " << broken;
    EXPECT_GT(right, broken * 9 / 10) << scheme.id << " of " << broken;
  }
}

TEST(CheckProperty, SeveralMisreadDigitsNeverAccuseTheReport) {
  for (const Scheme& scheme : schemes()) {
    for (int seed = 0; seed < kReports; ++seed) {
      Generator generate(static_cast<std::uint64_t>(seed));
      Record record = generate.report(scheme, Origin::scan, 0.9999);
      const auto numbers = numbers_of(record);
      for (int k = 0; k < 3; ++k) {
        Field& field = **numbers[static_cast<std::size_t>(generate.below(static_cast<int>(numbers.size())))];
        if (field.readings.empty()) misread(field, generate, 0.5 + generate.below(5));
      }
      for (const Finding& f : check(record, scheme)) {
        EXPECT_NE(f.verdict, Verdict::report_error) << scheme.id << " " << seed << " " << show(f);
      }
    }
  }
}

// Kinds of misreadings and confidences of misread numbers, each as often as it was counted
// (docs/confusions.md).
enum class Misreading { other_digit, lost_point, stray_point, lost_end, stray_end, inner };
constexpr std::array<std::pair<Misreading, int>, 6> kMisreadings = {{{Misreading::other_digit, 158},
                                                                     {Misreading::lost_point, 50},
                                                                     {Misreading::stray_point, 14},
                                                                     {Misreading::lost_end, 38},
                                                                     {Misreading::stray_end, 59},
                                                                     {Misreading::inner, 22}}};
constexpr std::array<std::pair<double, int>, 8> kConfidences = {
    {{0.3, 157}, {0.65, 168}, {0.85, 47}, {0.93, 31}, {0.97, 43}, {0.995, 35}, {0.9995, 17}, {0.99995, 14}}};

template <typename Weighted>
auto drawn(const Weighted& weighted, Generator& generate) {
  int sum = 0;
  for (const auto& [value, weight] : weighted) sum += weight;
  int at = generate.below(sum);
  for (const auto& [value, weight] : weighted) {
    if (at < weight) return value;
    at -= weight;
  }
  return weighted.back().first;
}

// The number as the recogniser may read it; nothing where this misreading cannot befall it.
std::optional<std::string> misread_as(std::string text, Misreading kind, Generator& generate) {
  const std::string digit(1, static_cast<char>('0' + generate.below(10)));
  const std::size_t at = static_cast<std::size_t>(generate.below(static_cast<int>(text.size())));
  const std::size_t point = text.find('.');
  const bool first = generate.below(2) == 0;
  switch (kind) {
    case Misreading::other_digit:
      text.replace(at, 1, digit);
      if (at == point) return std::nullopt;
      break;
    case Misreading::lost_point:
      if (point == text.npos) return std::nullopt;
      text.erase(point, 1);
      break;
    case Misreading::stray_point:
      if (point != text.npos || at == 0) return std::nullopt;
      text.insert(at, ".");
      break;
    case Misreading::lost_end:
      if (text.size() == 1) return std::nullopt;
      text.erase(first ? 0 : text.size() - 1, 1);
      break;
    case Misreading::stray_end:
      text.insert(first ? 0 : text.size(), digit);
      break;
    case Misreading::inner:
      if (text.size() < 3) return std::nullopt;
      text.insert(1 + at % (text.size() - 2), digit);
      break;
  }
  const auto number = Decimal::parse(text);
  return number ? std::optional(number->to_string()) : std::nullopt;
}

// Every misreading that a rule can see is called misread or undetermined, but for a few that were read with
// great confidence; none passes silently. What a rule can see is what it says of the same number in a text
// layer.
TEST(CheckProperty, MisreadCellsAreCalledAndNonePassesSilently) {
  for (const Scheme& scheme : schemes()) {
    int seen = 0, accused = 0;
    for (int seed = 0; seed < 5 * kReports; ++seed) {
      Generator generate(static_cast<std::uint64_t>(seed));
      Record scan = generate.report(scheme, Origin::scan, 0.9999);
      const auto numbers = numbers_of(scan);
      Field& field = **numbers[static_cast<std::size_t>(generate.below(static_cast<int>(numbers.size())))];
      const std::string truth = field.value;
      const auto read = misread_as(truth, drawn(kMisreadings, generate), generate);
      if (!read || *read == truth) continue;
      field.value = field.text = *read;
      field.confidence = drawn(kConfidences, generate);
      Record layer = scan;
      layer.pages[0].origin = Origin::text_layer;
      const auto visible = check(layer, scheme);
      if (visible.empty()) continue;
      ++seen;
      const auto findings = check(scan, scheme);
      EXPECT_FALSE(findings.empty()) << scheme.id << " " << seed << ": " << truth << " read as " << *read;
      accused += std::any_of(findings.begin(), findings.end(),
                             [](const Finding& f) { return f.verdict == Verdict::report_error; });
    }
    RecordProperty(scheme.id, std::to_string(accused) + " accused of " + std::to_string(seen));
    EXPECT_GT(seen, 2 * kReports) << scheme.id;
    EXPECT_LE(accused * 20, seen) << scheme.id << ": one in twenty, as many as are misread with confidence";
  }
}

TEST(CheckProperty, APageThatWasReadBadlyAccusesNobody) {
  for (const Scheme& scheme : schemes()) {
    if (scheme.score_form != "detail") continue;  // a summary has one equation for fifteen scores
    for (int seed = 0; seed < 30; ++seed) {
      Generator generate(static_cast<std::uint64_t>(seed));
      Record record = generate.report(scheme, Origin::scan, 0.999);
      // Confidently wrong, with no other readings: what a recogniser does on a page it was never trained for.
      for (OptionalField* field : numbers_of(record)) {
        if (generate.below(6) != 0) continue;
        misread(**field, generate, 1);
        (*field)->confidence = 0.9999;
        (*field)->readings.clear();
      }
      for (const Finding& f : check(record, scheme)) {
        EXPECT_NE(f.verdict, Verdict::report_error) << scheme.id << " " << seed << " " << show(f);
      }
    }
  }
}

TEST(CheckProperty, AnyTextInAnyPlaceIsChecked) {
  const std::vector<std::string> texts = {
      "",    "☑☐",         "-1",         "999999999", "0.000000001",          "五",
      "1e9", "2024-13-99", "2024-02-3x", "\xff\xfe",  std::string(5000, '9'), "注册地址为：",
      "-",   "--",         "1-2-3-4-5",  "."};
  for (const Scheme& scheme : schemes()) {
    for (int seed = 0; seed < 60; ++seed) {
      Generator generate(static_cast<std::uint64_t>(seed));
      Record record = generate.report(scheme, seed % 2 == 0 ? Origin::scan : Origin::text_layer, 0.5);
      const auto text = [&] {
        return texts[static_cast<std::size_t>(generate.below(static_cast<int>(texts.size())))];
      };
      for (OptionalField* field : numbers_of(record)) {
        if (generate.below(3) == 0) (*field)->value = (*field)->text = text();
        if (generate.below(3) == 0) (*field)->readings = {{text(), -1}, {text(), 1e300}};
      }
      for (auto& [name, field] : record.fields) {
        if (field && generate.below(2) == 0) field->value = field->text = text();
      }
      for (TeamMember& member : record.audit_team)
        member.registration_number->value = member.role->value = text();
      record.scores.items.resize(record.scores.items.size() / 2);
      for (const Finding& f : check(record, scheme)) EXPECT_FALSE(f.rule.empty());
    }
  }
}

}  // namespace
}  // namespace attest
