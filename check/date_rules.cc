// date.*: the days of 1.12, the report's date and the year in the project number.
//
//   本次审查时间： 2024 年 11 月 19 日 下午至 2024 年 11 月 20 日 下午 (共 1.5 天)     half days from start
//   to end
#include <chrono>
#include <functional>
#include <optional>

#include "check/confusions.h"
#include "check/rules.h"
#include "record/decimal.h"
#include "record/labels.h"

namespace attest {
namespace {

namespace chr = std::chrono;

constexpr int kCycleYears = 3;  // a certificate's cycle; older numbers belong to another one

struct Date {
  int year = 0, month = 0, day = 0;
  bool exists = false;
  chr::sys_days days() const {
    return chr::year_month_day{chr::year{year}, chr::month{static_cast<unsigned>(month)},
                               chr::day{static_cast<unsigned>(day)}};
  }
};

// YYYY-MM-DD, whether the date exists or not; nothing for other text.
std::optional<Date> parse_date(const std::string& text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto number = [&](std::size_t at, std::size_t count) {
    int n = 0;
    for (std::size_t k = at; k < at + count; ++k)
      n = text[k] >= '0' && text[k] <= '9' ? n * 10 + (text[k] - '0') : -100000;
    return n;
  };
  Date date{number(0, 4), number(5, 2), number(8, 2)};
  if (date.year < 0 || date.month < 0 || date.day < 0) return std::nullopt;
  date.exists = chr::year_month_day{chr::year{date.year}, chr::month{static_cast<unsigned>(date.month)},
                                    chr::day{static_cast<unsigned>(date.day)}}
                    .ok();
  return date;
}

// The date in a field, where it exists.
std::optional<Date> date_in(const Context& context, const std::string& name) {
  const std::string* value = context.value(name);
  const auto date = value == nullptr ? std::nullopt : parse_date(*value);
  return date && date->exists ? date : std::nullopt;
}

void add_operand(const Context& context, const std::string& name, Finding& finding) {
  if (const Field* f = context.field(name)) finding.operands.push_back(operand("fields." + name, *f));
}

void weigh(Finding& finding, Verdict verdict) {
  finding.verdict = verdict;
  if (verdict == Verdict::undetermined) add_report_error_hypothesis(finding);
}

void check_valid(const Context& context, const std::string& name, Findings& findings) {
  const Field* field = context.field(name);
  if (field == nullptr || date_in(context, name)) return;
  Finding f = make_finding(
      "date.invalid", name, "a date that exists", field->value,
      {"日期不存在或不完整：" + field->value, "this date does not exist or is incomplete: " + field->value});
  // Text that is no date at all says more about the reading than about the report.
  const Verdict no_date = context.certain(*field) ? Verdict::undetermined : Verdict::misread;
  weigh(f, parse_date(field->value) ? verdict_over(context, {field}) : no_date);
  add_operand(context, name, f);
  findings.push_back(std::move(f));
}

bool in_relation(const Date& a, const std::string& relation, const Date& b) {
  return relation == ">="   ? a.days() >= b.days()
         : relation == "<=" ? a.days() <= b.days()
                            : a.days() == b.days();
}

// A cheap other reading of a date on an image with which the relation holds, or the bare knowledge that this
// one was hardly read: then the reading went wrong, whatever is printed.
std::optional<Hypothesis> misread_date(const Context& context, const std::string& name,
                                       const std::function<bool(const Date&)>& holds) {
  constexpr double kHardlyRead = 0.5;  // confidence: more likely wrong than right
  const Field& field = *context.field(name);
  if (context.certain(field)) return std::nullopt;
  const std::string path = "fields." + name;
  for (const Alternative& reading : field.readings) {
    const auto date = parse_date(reading.text);
    if (reading.cost > kCheapReading || !date || !date->exists || !holds(*date)) continue;
    return Hypothesis{Verdict::misread, {{path, field.value, reading.text}}, reading.cost};
  }
  if (field.confidence >= kHardlyRead) return std::nullopt;
  return Hypothesis{Verdict::misread, {}, doubt(field.confidence)};
}

// `subject` must stand in `relation` to the date of `other`.
void check_order(const Context& context, const std::string& subject, const std::string& relation,
                 const std::string& other, Findings& findings) {
  const auto a = date_in(context, subject), b = date_in(context, other);
  if (!a || !b) return;
  if (in_relation(*a, relation, *b)) return;
  const std::string expected = (relation == "=" ? "" : relation) + *context.value(other);
  const std::string relation_zh = relation == ">=" ? "不早于" : relation == "<=" ? "不晚于" : "等于";
  Finding f = make_finding("date.order", subject, expected, *context.value(subject),
                           {"日期先后矛盾：" + in_chinese(subject) + "为 " + *context.value(subject) +
                                "，应" + relation_zh + in_chinese(other) + " " + *context.value(other),
                            subject + " is " + *context.value(subject) + ", but should be " + relation + " " +
                                *context.value(other) + " (" + other + ")"});
  f.formula = *context.value(subject) + " " + relation + " " + *context.value(other);
  auto misread =
      misread_date(context, subject, [&](const Date& date) { return in_relation(date, relation, *b); });
  if (!misread)
    misread = misread_date(context, other, [&](const Date& date) { return in_relation(*a, relation, date); });
  weigh(f,
        misread ? Verdict::misread : verdict_over(context, {context.field(subject), context.field(other)}));
  if (misread) f.hypotheses.push_back(*misread);
  add_operand(context, subject, f);
  add_operand(context, other, f);
  findings.push_back(std::move(f));
}

// Half days from the start of the first half to the end of the last.
int half_days(const Date& start, bool start_pm, const Date& end, bool end_pm) {
  return static_cast<int>((end.days() - start.days()).count()) * 2 + (end_pm ? 2 : 1) - (start_pm ? 1 : 0);
}

void check_duration(const Context& context, Findings& findings) {
  const auto start = date_in(context, "audit_start_date"), end = date_in(context, "audit_end_date");
  const std::string* printed = context.value("audit_days");
  const auto days = printed == nullptr ? std::nullopt : Decimal::parse(*printed);
  if (!start || !end || !days || start->days() > end->days()) return;
  // A half day that is not printed may be either: no rule can be broken that one choice would keep.
  const auto choices = [&](const std::string& name, bool usual) {
    const std::string* half = context.value(name);
    return half == nullptr ? std::vector<bool>{usual, !usual} : std::vector<bool>{*half == "pm"};
  };
  std::optional<Decimal> expected;
  const Decimal half = *Decimal::parse("0.5");
  for (const bool start_pm : choices("audit_start_half", false)) {
    for (const bool end_pm : choices("audit_end_half", true)) {
      const Decimal length = Decimal(half_days(*start, start_pm, *end, end_pm)) * half;
      if (length == *days) return;
      if (!expected) expected = length;
    }
  }
  Finding f = make_finding(
      "date.duration", "audit_days", expected->to_string(), days->to_string(),
      {"按起止半天计算为 " + expected->to_string() + " 天，报告为 " + days->to_string() + " 天",
       "from start to end are " + expected->to_string() + " days, printed is " + days->to_string()});
  const auto stamp = [&](const char* date, const char* half_name) {
    const std::string* h = context.value(half_name);
    return *context.value(date) + (h == nullptr ? "" : " " + *h);
  };
  f.formula =
      stamp("audit_start_date", "audit_start_half") + " … " + stamp("audit_end_date", "audit_end_half");
  weigh(f, verdict_over(context, {context.field("audit_start_date"), context.field("audit_start_half"),
                                  context.field("audit_end_date"), context.field("audit_end_half"),
                                  context.field("audit_days")}));
  for (const char* name :
       {"audit_start_date", "audit_start_half", "audit_end_date", "audit_end_half", "audit_days"}) {
    add_operand(context, name, f);
  }
  findings.push_back(std::move(f));
}

// The first four digits between hyphens (11324-2024-SA), 0 where there are none.
int year_in(const std::string& number) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  for (std::size_t at = number.find('-'); at != std::string::npos; at = number.find('-', at + 1)) {
    std::size_t end = at + 1;
    while (end < number.size() && digit(number[end])) ++end;
    const bool closed = end == number.size() || number[end] == '-';
    if (end - at == 5 && closed) return std::stoi(number.substr(at + 1, 4));
  }
  return 0;
}

void check_project_year(const Context& context, Findings& findings) {
  const std::string* number = context.value("project_number");
  const auto start = date_in(context, "audit_start_date"), end = date_in(context, "audit_end_date");
  const int year = number == nullptr ? 0 : year_in(*number);
  const auto first = start ? start : end, last = end ? end : start;
  if (year == 0 || !first) return;
  if (year <= last->year && year >= first->year - kCycleYears) return;
  const std::string expected = std::to_string(first->year - kCycleYears) + ".." + std::to_string(last->year);
  Finding f =
      make_finding("date.project_year", "project_number", expected, std::to_string(year),
                   {"项目编号中的年份 " + std::to_string(year) + " 与审查年份不符（应在 " + expected + "）",
                    "the year " + std::to_string(year) + " in the project number does not fit the audit (" +
                        expected + ")"});
  weigh(f, verdict_over(context, {context.field("project_number"), context.field("audit_start_date"),
                                  context.field("audit_end_date")}));
  for (const char* name : {"project_number", "audit_start_date", "audit_end_date"})
    add_operand(context, name, f);
  findings.push_back(std::move(f));
}

}  // namespace

void check_dates(Context& context, Findings& findings) {
  check_order(context, "audit_start_date", "<=", "audit_end_date", findings);
  check_order(context, "report_date", ">=", "audit_end_date", findings);
  check_order(context, "period_start_date", "<=", "period_end_date", findings);
  check_order(context, "period_end_date", "=", "audit_end_date", findings);
  check_duration(context, findings);
  for (const char* name :
       {"audit_start_date", "audit_end_date", "period_start_date", "period_end_date", "report_date"}) {
    check_valid(context, name, findings);
  }
  check_project_year(context, findings);
}

}  // namespace attest
