// field.missing, team.*, reading.*, level.agree and the second half of score.result.
#include <algorithm>
#include <map>

#include "check/confusions.h"
#include "check/rules.h"
#include "record/decimal.h"
#include "record/labels.h"
#include "text/fold.h"

namespace attest {
namespace {

void weigh(Finding& finding, Verdict verdict) {
  finding.verdict = verdict;
  if (verdict == Verdict::undetermined) add_report_error_hypothesis(finding);
}

void check_present(const Context& context, const std::string& name, Findings& findings) {
  if (context.field(name) != nullptr) return;
  Finding f = make_finding("field.missing", name, "present", std::nullopt,
                           {"必填项缺失：" + in_chinese(name), "a mandatory field is empty: " + name});
  // On an image a blank may be a line that was not found, or handwriting that was not read.
  weigh(f, context.any_image() ? Verdict::undetermined : Verdict::report_error);
  findings.push_back(std::move(f));
}

bool starts_with_year(const std::u32string& text) {
  if (text.size() < 5 || text[4] != U'-') return false;
  return std::all_of(text.begin(), text.begin() + 4, [](char32_t c) { return c >= U'0' && c <= U'9'; });
}

// `YYYY-` + grade and type + `-` + digits: 2022-S1SC-2222864.
bool well_formed_registration(const std::string& number) {
  const std::u32string text = fold(number).text;
  if (!starts_with_year(text)) return false;
  const std::size_t second = text.find(U'-', 5);
  if (second == std::u32string::npos || second == 5 || second + 1 == text.size()) return false;
  const auto digit = [](char32_t c) { return c >= U'0' && c <= U'9'; };
  const auto code = [&](char32_t c) {
    return digit(c) || (c >= U'A' && c <= U'Z') || (c >= U'a' && c <= U'z');
  };
  return std::all_of(text.begin() + 5, text.begin() + static_cast<std::ptrdiff_t>(second), code) &&
         std::all_of(text.begin() + static_cast<std::ptrdiff_t>(second) + 1, text.end(), digit);
}

bool only_code_characters(const std::string& number) {
  const std::u32string text = fold(number).text;
  return std::all_of(text.begin(), text.end(), [](char32_t c) {
    return c == U'-' || (c >= U'0' && c <= U'9') || (c >= U'A' && c <= U'Z') || (c >= U'a' && c <= U'z');
  });
}

bool is_leader(const TeamMember& member) {
  if (!member.role) return false;
  const std::string role = folded(member.role->value);
  return role.find("组长") != std::string::npos && role.find("副") == std::string::npos;
}

void check_leader(const Context& context, Findings& findings) {
  const auto& team = context.record.audit_team;
  if (team.empty() && context.any_image()) {
    Finding f = make_finding(
        "reading.rows", "audit_team", std::nullopt, std::nullopt,
        {"审查组成员表没有读到，未核对", "the table of the audit team was not read and is not judged"});
    f.verdict = Verdict::undetermined;
    findings.push_back(std::move(f));
    return;
  }
  int leaders = 0, unregistered = 0;
  bool certain = !team.empty();  // an empty table was more likely not read than left empty
  for (const TeamMember& member : team) {
    certain =
        certain && (!member.role || context.certain(*member.role)) && (member.role || !context.any_image());
    if (!is_leader(member)) continue;
    ++leaders;
    if (!member.registration_number) {
      ++unregistered;
      certain = certain && !context.any_image();
    }
  }
  if (leaders == 1 && unregistered == 0) return;
  const std::string actual = leaders != 1 ? std::to_string(leaders) : "no registration number";
  Finding f =
      make_finding("team.leader", "audit_team", leaders != 1 ? "1" : "registration number", actual,
                   {"审查组应有且只有一名组长，并有注册证书号；实际：" + actual,
                    "the team needs exactly one leader (组长) with a registration number; found: " + actual});
  weigh(f, certain ? Verdict::report_error : Verdict::undetermined);
  for (std::size_t n = 0; n < team.size(); ++n) {
    const std::string path = "audit_team." + std::to_string(n);
    if (team[n].role) f.operands.push_back(operand(path + ".role", *team[n].role));
    if (team[n].registration_number && is_leader(team[n])) {
      f.operands.push_back(operand(path + ".registration_number", *team[n].registration_number));
    }
  }
  findings.push_back(std::move(f));
}

void check_registration(const Context& context, std::size_t n, const Field& number, Findings& findings) {
  if (well_formed_registration(number.value)) return;
  const std::string subject = "audit_team." + std::to_string(n);
  Finding f = make_finding(
      "team.registration", subject, "YYYY-GRADE-DIGITS", number.value,
      {"注册证书号格式不符：" + number.value, "this registration number is malformed: " + number.value});
  const bool foreign = !only_code_characters(number.value);  // no number has them, so they were misread
  const bool other_reading =
      foreign || std::any_of(number.readings.begin(), number.readings.end(), [](const Alternative& a) {
        return a.cost <= kCheapReading && well_formed_registration(a.text);
      });
  weigh(f, other_reading && !context.certain(number) ? Verdict::misread : verdict_over(context, {&number}));
  f.operands.push_back(operand(subject + ".registration_number", number));
  findings.push_back(std::move(f));
}

}  // namespace

void check_fields(Context& context, Findings& findings) {
  std::vector<std::string> mandatory = context.scheme.mandatory_fields;
  if (const Selection* conclusion = context.selection("conclusion");
      conclusion != nullptr && conclusion->selected.size() == 1) {
    const auto more = context.scheme.mandatory_if_conforms.find(conclusion->selected.front());
    if (more != context.scheme.mandatory_if_conforms.end()) {
      mandatory.insert(mandatory.end(), more->second.begin(), more->second.end());
    }
  }
  for (const std::string& name : mandatory) check_present(context, name, findings);
}

void check_team(Context& context, Findings& findings) {
  check_leader(context, findings);
  for (std::size_t n = 0; n < context.record.audit_team.size(); ++n) {
    const TeamMember& member = context.record.audit_team[n];
    if (member.registration_number) check_registration(context, n, *member.registration_number, findings);
  }
}

void check_levels_agree(Context& context, Findings& findings) {
  struct Printed {
    std::string path;
    const Field* field;
  };
  std::vector<Printed> levels;
  if (const Field* f = context.field("scope_star_level")) levels.push_back({"fields.scope_star_level", f});
  const OptionalField& result = context.record.scores.result_star_level;
  if (result) levels.push_back({"scores.result_star_level", &*result});
  if (const Field* f = context.field("recommended_star_level"))
    levels.push_back({"fields.recommended_star_level", f});
  std::map<std::string, int> votes;
  for (const Printed& p : levels) ++votes[p.field->value];
  if (votes.size() < 2) return;
  std::string expected = levels.front().field->value;  // the first unless another has more votes
  for (const auto& [value, count] : votes) {
    if (count > votes[expected]) expected = value;
  }
  std::string actual;
  bool misread = true;
  Finding f = make_finding("level.agree", "star_level", expected, std::nullopt, {});
  Verdict verdict = Verdict::report_error;
  for (const Printed& p : levels) {
    f.operands.push_back(operand(p.path, *p.field));
    if (verdict_over(context, {p.field}) != Verdict::report_error) verdict = Verdict::undetermined;
    if (p.field->value == expected) continue;
    actual += (actual.empty() ? "" : ",") + p.field->value;
    misread = misread && !context.certain(*p.field) &&
              std::any_of(p.field->readings.begin(), p.field->readings.end(), [&](const Alternative& a) {
                return a.text == expected && a.cost <= kCheapReading;
              });
  }
  f.actual = actual;
  f.message_zh = "各处星级不一致：" + expected + " 与 " + actual;
  f.message_en =
      "the star levels in 1.9, the result and the conclusion differ: " + expected + " and " + actual;
  weigh(f, misread ? Verdict::misread : verdict);
  findings.push_back(std::move(f));
}

void check_result_agrees(Context& context, Findings& findings) {
  const OptionalField& result = context.record.scores.result_score;
  if (!result) return;
  const bool said = std::any_of(findings.begin(), findings.end(),
                                [](const Finding& f) { return f.rule == "score.result"; });
  const auto best = Decimal::parse(result->value);
  if (said || !best) return;
  for (const Occurrence& o : result->occurrences) {
    const auto value = o.value ? Decimal::parse(*o.value) : std::nullopt;
    if (!value || *value == *best) continue;
    Finding f = make_finding(
        "score.result", "result_score", best->to_string(), value->to_string(),
        {"评价实得分数与评分结果不一致：" + best->to_string() + " 与 " + value->to_string(),
         "the result is printed twice and differs: " + best->to_string() + " and " + value->to_string()});
    const bool doubtful = !context.certain(o) && doubt(o.confidence) <= kPlausibleReading;
    weigh(f, doubtful ? Verdict::undetermined : verdict_over(context, {&*result}));
    for (const Occurrence& each : result->occurrences) {
      f.operands.push_back(operand("scores.result_score." + each.where, each));
    }
    findings.push_back(std::move(f));
    return;
  }
}

}  // namespace attest
