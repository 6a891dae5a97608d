#include "check/constraints.h"

#include <utility>

#include "record/labels.h"

namespace attest {
namespace {

constexpr int kProductDecimals = 3;  // the forms print up to three decimals (1.5 × 95 % = 1.425)
constexpr int kResultDecimals = 2;   // 评价实得分数 is printed to two
constexpr int kPercentDecimals = 6;  // of a percentage computed back from a score; only exact ones count
constexpr int kNoLevel = -1;         // below the lowest level

Decimal at(const Values& values, int id) { return values[static_cast<std::size_t>(id)]; }

std::string text(const Values& values, int id) { return at(values, id).to_string(); }

Constraint make(std::string rule, std::string subject, std::vector<int> variables) {
  Constraint c;
  c.severity = severity_of(rule);
  c.rule = std::move(rule);
  c.subject = std::move(subject);
  c.variables = std::move(variables);
  return c;
}

// Many values may satisfy a bound: none is required.
std::optional<Decimal> none_required(const Values&, int) { return std::nullopt; }

Decimal sum_of(const std::vector<Term>& terms, const Values& values) {
  Decimal sum = 0;
  for (const Term& t : terms) sum = t.sign > 0 ? sum + at(values, t.variable) : sum - at(values, t.variable);
  return sum;
}

int level_of(const std::vector<Level>& levels, Decimal score) {
  int stars = kNoLevel;
  for (const Level& level : levels) {
    if (score >= level.minimum) stars = level.stars;
  }
  return stars;
}

}  // namespace

Decimal product_of(Decimal max, Decimal percent) {
  return (max * percent * *Decimal::parse("0.01")).rounded(kProductDecimals);
}

Constraint product_constraint(const std::string& name, int max, int percent, int score) {
  const auto product = [=](const Values& v) { return product_of(at(v, max), at(v, percent)); };
  Constraint c = make("score.item.product", name, {score, percent, max});
  c.holds = [=](const Values& v) { return at(v, score) == product(v); };
  c.required = [=](const Values& v, int id) -> std::optional<Decimal> {
    if (id == score) return product(v);
    const Decimal hundredfold = at(v, score) * Decimal(100);
    const Decimal other = id == percent ? at(v, max) : at(v, percent);
    return Decimal::divide(hundredfold, other, kPercentDecimals);
  };
  c.subject_variable = score;
  c.expected = [=](const Values& v) { return product(v).to_string(); };
  c.actual = [=](const Values& v) { return text(v, score); };
  c.formula = [=](const Values& v) { return text(v, max) + " × " + text(v, percent) + " %"; };
  c.message = [=](const Values& v) {
    const std::string sum = text(v, max) + " × " + text(v, percent) + " % = " + product(v).to_string();
    return Text{in_chinese(name) + "：小类分值 × 分项得分% 为 " + sum + "，表中为 " + text(v, score),
                name + ": maximum × percentage is " + sum + ", printed is " + text(v, score)};
  };
  return c;
}

Constraint range_constraint(const std::string& name, int max, int percent, int score) {
  std::vector<int> operands{score, max};
  if (percent >= 0) operands.push_back(percent);
  Constraint c = make("score.item.range", name, operands);
  c.equation = false;
  const auto percent_holds = [=](const Values& v) {
    return percent < 0 || (at(v, percent) <= Decimal(100) && at(v, percent) >= Decimal(0));
  };
  c.holds = [=](const Values& v) {
    return at(v, score) >= Decimal(0) && at(v, score) <= at(v, max) && percent_holds(v);
  };
  c.required = none_required;
  c.subject_variable = score;
  c.expected = [=](const Values& v) {
    return at(v, score) < Decimal(0) ? ">=0" : at(v, score) > at(v, max) ? "<=" + text(v, max) : "<=100 %";
  };
  c.actual = [=](const Values& v) { return percent_holds(v) ? text(v, score) : text(v, percent) + " %"; };
  c.formula = [=](const Values& v) {
    return "0 ≤ " + text(v, score) + " ≤ " + text(v, max) +
           (percent >= 0 ? ", " + text(v, percent) + " % ≤ 100 %" : "");
  };
  c.message = [=](const Values& v) {
    return Text{
        in_chinese(name) + "：得分 " + text(v, score) + " 或百分比超出范围（满分 " + text(v, max) + "）",
        name + ": score " + text(v, score) + " or its percentage is out of range (maximum " + text(v, max) +
            ")"};
  };
  return c;
}

Constraint percent_constraint(const std::string& name, int percent) {
  Constraint c = make("score.item.range", name, {percent});
  c.equation = false;
  c.holds = [=](const Values& v) { return at(v, percent) >= Decimal(0) && at(v, percent) <= Decimal(100); };
  c.required = none_required;
  c.subject_variable = percent;
  c.expected = [=](const Values& v) { return at(v, percent) < Decimal(0) ? ">=0 %" : "<=100 %"; };
  c.actual = [=](const Values& v) { return text(v, percent) + " %"; };
  c.formula = [=](const Values& v) { return "0 % ≤ " + text(v, percent) + " % ≤ 100 %"; };
  c.message = [=](const Values& v) {
    return Text{in_chinese(name) + "：百分比 " + text(v, percent) + " % 超出范围",
                name + ": the percentage " + text(v, percent) + " % is out of range"};
  };
  return c;
}

Constraint max_constraint(const std::string& name, int max, Decimal wanted) {
  Constraint c = make("score.item.max", name, {max});
  c.holds = [=](const Values& v) { return at(v, max) == wanted; };
  c.required = [=](const Values&, int) { return std::optional<Decimal>(wanted); };
  c.subject_variable = max;
  c.expected = [=](const Values&) { return wanted.to_string(); };
  c.actual = [=](const Values& v) { return text(v, max); };
  c.formula = [=](const Values& v) { return text(v, max) + " = " + wanted.to_string(); };
  c.message = [=](const Values& v) {
    return Text{in_chinese(name) + "：标准分值为 " + wanted.to_string() + "，表中为 " + text(v, max),
                name + ": the scheme's maximum is " + wanted.to_string() + ", printed is " + text(v, max)};
  };
  return c;
}

Constraint sum_constraint(const std::string& rule, const std::string& subject, int total,
                          const std::vector<Term>& terms, const Text& what) {
  std::vector<int> variables{total};
  for (const Term& term : terms) variables.push_back(term.variable);
  const auto sum = [terms](const Values& v) { return sum_of(terms, v); };
  Constraint c = make(rule, subject, variables);
  c.holds = [=](const Values& v) { return at(v, total) == sum(v); };
  c.required = [=](const Values& v, int id) -> std::optional<Decimal> {
    if (id == total) return sum(v);
    const Decimal residual = at(v, total) - sum(v);
    for (const Term& t : terms) {
      if (t.variable != id) continue;
      const Decimal x = at(v, id);
      return t.sign > 0 ? x + residual : x - residual;
    }
    return std::nullopt;
  };
  c.subject_variable = total;
  c.expected = [=](const Values& v) { return sum(v).to_string(); };
  c.actual = [=](const Values& v) { return text(v, total); };
  c.formula = [=](const Values& v) {
    std::string out;
    for (const Term& t : terms) {
      if (!out.empty() || t.sign < 0) out += t.sign > 0 ? " + " : " − ";
      out += text(v, t.variable);
    }
    return out;
  };
  c.message = [=](const Values& v) {
    const std::string s = sum(v).to_string(), p = text(v, total);
    return Text{in_chinese(subject) + "：" + what.zh + "合计为 " + s + "，表中为 " + p,
                subject + ": " + what.en + " add up to " + s + ", printed is " + p};
  };
  return c;
}

Constraint bound_constraint(const std::string& rule, const std::string& subject, int id,
                            const std::string& relation, Decimal limit, const Text& message) {
  Constraint c = make(rule, subject, {id});
  c.equation = false;
  c.holds = [=](const Values& v) {
    const Decimal x = at(v, id);
    return relation == "<" ? x < limit : relation == "<=" ? x <= limit : x >= limit;
  };
  c.required = none_required;
  c.subject_variable = id;
  c.expected = [=](const Values&) { return relation + limit.to_string(); };
  c.actual = [=](const Values& v) { return text(v, id); };
  c.formula = [=](const Values& v) { return text(v, id) + " " + relation + " " + limit.to_string(); };
  c.message = [=](const Values&) { return message; };
  return c;
}

Constraint result_constraint(int result, int total, const std::vector<int>& maxima) {
  const auto maximum = [maxima](const Values& v) {
    Decimal sum = 0;
    for (const int id : maxima) sum = sum + at(v, id);
    return sum;
  };
  const auto wanted = [=](const Values& v) {
    return Decimal::divide(at(v, total) * Decimal(100), maximum(v), kResultDecimals);
  };
  std::vector<int> variables{result, total};
  variables.insert(variables.end(), maxima.begin(), maxima.end());
  Constraint c = make("score.result", "result_score", variables);
  c.holds = [=](const Values& v) {
    const auto w = wanted(v);
    return !w || at(v, result) == *w;
  };
  c.required = [=](const Values& v, int id) -> std::optional<Decimal> {
    if (id == result) return wanted(v);
    if (id != total) return std::nullopt;
    // Where nothing was deleted the total is the result itself; else several totals round to it.
    return maximum(v) == Decimal(100) ? std::optional(at(v, result)) : std::nullopt;
  };
  c.subject_variable = result;
  c.expected = [=](const Values& v) { return wanted(v).value_or(Decimal(0)).to_string(); };
  c.actual = [=](const Values& v) { return text(v, result); };
  c.formula = [=](const Values& v) { return text(v, total) + " ÷ " + maximum(v).to_string() + " × 100"; };
  c.message = [=](const Values& v) {
    const std::string w = wanted(v).value_or(Decimal(0)).to_string(), p = text(v, result);
    return Text{"评价实得分数应为 总计 ÷ 涉及项总分值 × 100 = " + w + "，报告为 " + p,
                "the result should be total ÷ applicable maximum × 100 = " + w + ", printed is " + p};
  };
  return c;
}

Constraint level_constraint(const std::string& subject, int stars, int score,
                            const std::vector<Level>& levels) {
  const auto level = [levels](Decimal s) { return level_of(levels, s); };
  Constraint c = make("level.score", subject, {stars, score});
  c.equation = false;
  c.holds = [=](const Values& v) { return at(v, stars) == Decimal(level(at(v, score))); };
  c.required = [=](const Values& v, int id) -> std::optional<Decimal> {
    if (id != stars || level(at(v, score)) == kNoLevel) return std::nullopt;
    return Decimal(level(at(v, score)));
  };
  c.subject_variable = stars;
  c.expected = [=](const Values& v) {
    const int stars_due = level(at(v, score));
    return stars_due == kNoLevel ? std::string("none") : std::to_string(stars_due);
  };
  c.actual = [=](const Values& v) { return text(v, stars); };
  c.formula = [=](const Values& v) { return "level(" + text(v, score) + ")"; };
  c.message = [=](const Values& v) {
    const int due = level(at(v, score));
    const std::string s = due == kNoLevel ? "none" : std::to_string(due);
    return Text{text(v, score) + " 分对应 " + (due == kNoLevel ? "无级别" : s + " 星级") + "，报告为 " +
                    text(v, stars) + " 星级",
                "a score of " + text(v, score) + " gives star level " + s + ", printed is " + text(v, stars)};
  };
  return c;
}

Constraint pass_constraint(int score, int deduction, Decimal pass, Decimal limit) {
  std::vector<int> variables{score};
  if (deduction >= 0) variables.push_back(deduction);
  Constraint c = make("conclusion.score", "conclusion", variables);
  c.equation = false;
  c.holds = [=](const Values& v) {
    return at(v, score) >= pass && (deduction < 0 || at(v, deduction) < limit);
  };
  c.required = none_required;
  c.subject_variable = score;
  const auto by_score = [=](const Values& v) { return at(v, score) < pass; };
  c.expected = [=](const Values& v) {
    const std::string relation = by_score(v) ? ">=" : "<";
    return relation + (by_score(v) ? pass : limit).to_string();
  };
  c.actual = [=](const Values& v) { return text(v, by_score(v) ? score : deduction); };
  c.formula = [=](const Values& v) {
    return text(v, score) + " ≥ " + pass.to_string() +
           (deduction >= 0 ? ", " + text(v, deduction) + " < " + limit.to_string() : "");
  };
  c.message = [=](const Values& v) {
    return by_score(v) ? Text{"结论为通过，得分 " + text(v, score) + " 低于 " + pass.to_string(),
                              "the conclusion is a pass, but the score " + text(v, score) + " is under " +
                                  pass.to_string()}
                       : Text{"结论为通过，特别减分达到 " + limit.to_string(),
                              "the conclusion is a pass, but special deductions reach " + limit.to_string()};
  };
  return c;
}

}  // namespace attest
