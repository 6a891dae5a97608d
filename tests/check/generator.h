// Random reports that add up, for property tests and the benchmark. The same seed gives the same report.
//
//   Generator generate(seed);
//   Record record = generate.report(scheme, Origin::scan);
#ifndef ATTEST_TESTS_CHECK_GENERATOR_H_
#define ATTEST_TESTS_CHECK_GENERATOR_H_

#include <cstdint>
#include <string>
#include <vector>

#include "record/decimal.h"
#include "record/report.h"
#include "schemes/scheme.h"

namespace attest {

class Generator {
 public:
  explicit Generator(std::uint64_t seed) : state_(seed * 2654435761u + 88172645463325252u) {}

  // A number from 0 to below `count` (xorshift: the same on every platform).
  int below(int count) {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return static_cast<int>(state_ % static_cast<std::uint64_t>(count));
  }

  // A consistent report of one page of this origin. On an image values have confidence `confidence`.
  Record report(const Scheme& scheme, Origin origin, double confidence = 0.999) {
    confidence_ = origin == Origin::scan ? confidence : 1;
    Record record;
    record.kind = Kind::service_certification_report;
    record.scheme = scheme.id;
    Page page;
    page.number = 1;
    page.origin = origin;
    record.pages.push_back(page);
    Decimal score;
    if (scheme.score_form == "summary") {
      score = summary(scheme, record.scores);
    } else {
      score = detail(scheme, record.scores);
    }
    int stars = 0;
    for (const Level& level : scheme.levels) {
      if (score >= level.minimum) stars = level.stars;
    }
    fields(scheme, stars, record);
    if (scheme.level_subject == "result_star_level")
      record.scores.result_star_level = number(Decimal(stars), true);
    selections(scheme, record);
    return record;
  }

  Field text(const std::string& value) const {
    Field field;
    field.value = field.text = value;
    field.confidence = confidence_;
    field.evidence.page = 1;
    return field;
  }

  Field number(Decimal value, bool integer = false) const {
    Field field = text(value.to_string());
    field.integer = integer;
    return field;
  }

 private:
  static Decimal hundredths(int n) { return *Decimal::divide(Decimal(n), Decimal(100), 2); }

  // Every item with a random percentage; one in twenty does not apply.
  Decimal detail(const Scheme& scheme, Scores& scores) {
    Decimal total = 0;
    for (const SectionRule& section : scheme.sections) {
      Decimal sum = 0;
      for (const IndicatorRule& indicator : section.indicators) {
        scores.indicators.push_back({indicator.name, section.id, number(indicator.max), std::nullopt});
        for (const ItemRule& rule : indicator.items) {
          ScoreItem item;
          item.code = rule.code;
          item.clause = rule.clause;
          item.indicator = indicator.name;
          item.section = section.id;
          item.evidence.page = 1;
          item.max = number(rule.max);
          item.applicable = below(20) != 0;
          const int percent = 85 + below(16);
          const Decimal score = item.applicable ? rule.max * hundredths(percent) : Decimal(0);
          if (item.applicable) item.percent = number(Decimal(percent));
          item.score = number(score);
          sum = sum + score;
          scores.items.push_back(item);
        }
      }
      scores.sections.push_back({section.id, number(section.max), number(sum)});
      total = total + sum;
    }
    scores.total = number(total);
    return total;
  }

  // Every indicator with a random score; one report in four has a deleted one, some have special items.
  Decimal summary(const Scheme& scheme, Scores& scores) {
    Decimal total = 0, maximum = 0;
    const bool deletes = confidence_ >= 1 && below(4) == 0;
    for (const SectionRule& section : scheme.sections) {
      for (const IndicatorRule& indicator : section.indicators) {
        ScoreIndicator row{indicator.name, section.id, number(indicator.max), std::nullopt};
        const bool deleted = deletes && indicator.name == scheme.sections[1].indicators.back().name;
        if (!deleted) {
          const Decimal score = indicator.max * hundredths(88 + below(13));
          row.score = number(score);
          total = total + score;
          maximum = maximum + indicator.max;
        }
        scores.indicators.push_back(row);
      }
      scores.sections.push_back({section.id, number(section.max), std::nullopt});
    }
    if (below(3) == 0) {
      const int deduction = below(3);
      scores.special_deduction = number(Decimal(deduction));
      total = total - Decimal(deduction);
    }
    if (below(3) == 0) {
      const int bonus = below(2);
      scores.special_bonus = number(Decimal(bonus));
      total = total + Decimal(bonus);
    }
    const Decimal result = *Decimal::divide(total * Decimal(100), maximum, 2);
    scores.total = number(total);
    scores.result_score = number(result);
    return result;
  }

  void fields(const Scheme& scheme, int stars, Record& record) {
    auto& f = record.fields;
    for (const std::string& name : field_names()) f[name] = std::nullopt;
    const std::string year = std::to_string(2021 + below(5));
    f["standard"] = text(scheme.standard);
    f["organization_name"] = repeated("测试样本设备有限公司", {"cover", "1.1"});
    f["project_number"] =
        repeated(std::to_string(10000 + below(20000)) + "-" + year + "-SA", {"cover", "1.2"});
    f["registered_address"] = f["audit_address"] = text("某省某市某区样本路 1275 号");
    f["sampling_description"] = text("本公司注册地址为：某省某市某区样本路 1275 号，设有售后人员。");
    f["scope"] = text("许可范围内水表、热量表的销售相关售后服务（安装、维修）");
    f["recommended_scope"] = text("许可范围内水表、热量表的销售相关售后服务(安装、维修)");
    f["scope_star_level"] = f["recommended_star_level"] = number(Decimal(stars), true);
    const int month = 1 + below(12), day = 1 + below(26), nights = below(3);
    const bool start_pm = below(2) == 1, end_pm = nights == 0 || below(2) == 1;
    const bool one_day = nights == 0;
    const auto date = [&](int d) {
      const auto two = [](int n) { return (n < 10 ? "0" : "") + std::to_string(n); };
      return year + "-" + two(month) + "-" + two(d);
    };
    f["audit_start_date"] = text(date(day));
    f["audit_end_date"] = f["period_end_date"] = f["report_date"] = text(date(day + nights));
    f["audit_start_half"] = text(start_pm && !one_day ? "pm" : "am");
    f["audit_end_half"] = text(end_pm ? "pm" : "am");
    const int halves = nights * 2 + (end_pm ? 2 : 1) - (start_pm && !one_day ? 1 : 0);
    f["audit_days"] = text(Decimal::divide(Decimal(halves), Decimal(2), 1)->to_string());
    f["report_author"] = text("甲乙");
    TeamMember leader, member;
    leader.role = text("组长");
    leader.registration_number = text("2022-S1SC-2222864");
    member.role = text("组员");
    member.registration_number = text("2021-S3SC-1234567");
    record.audit_team = {leader, member};
  }

  Field repeated(const std::string& value, const std::vector<std::string>& places) const {
    Field field = text(value);
    for (const std::string& where : places) {
      field.occurrences.push_back({where, value, value, field.evidence, confidence_});
    }
    return field;
  }

  void selections(const Scheme& scheme, Record& record) {
    const std::string type = std::vector<std::string>{"initial", "surveillance",
                                                      "recertification"}[static_cast<std::size_t>(below(3))];
    for (const GroupRule& group : scheme.groups) {
      Selection& selection = record.selections[group.group];
      std::string chosen = group.options.front().option;
      if (group.group == "audit_type" || group.group == "audit_purpose" || group.group == "recommendation")
        chosen = type;
      if (group.group == "non_recommendation" || group.group.rfind("remote", 0) == 0) chosen = "";
      for (const OptionRule& rule : group.options) {
        const bool checked = rule.option == chosen;
        selection.options.push_back({rule.option,
                                     rule.labels.empty() ? rule.option : rule.labels.front(),
                                     checked ? MarkState::checked : MarkState::unchecked,
                                     0.99,
                                     {1, {}, 0}});
        if (checked) selection.selected.push_back(rule.option);
      }
    }
  }

  std::uint64_t state_;
  double confidence_ = 1;
};

}  // namespace attest

#endif  // ATTEST_TESTS_CHECK_GENERATOR_H_
