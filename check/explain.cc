// What each rule means, for people: the table behind `attest check --explain RULE` and docs/findings.md.
#include <algorithm>

#include "check/check.h"

namespace attest {

const std::vector<RuleInfo>& rules() {
  constexpr Severity kError = Severity::error, kWarning = Severity::warning;
  static const std::vector<RuleInfo> all = {
      {"score.item.product", "分项得分等于分值乘百分比",
       "An item's score is its maximum times its percentage",
       "分项得分是后面所有合计的起点，这里算错，级别就可能错。",
       "Every later sum starts from these scores; a slip here may carry into the level.",
       "score = max × percent, exactly (rounded only beyond three decimals)",
       "column heads 小类分值, 分项得分%, 分项实际得分 of the CTS forms, section 2 (2)", kError},
      {"score.item.range", "得分不超过满分", "A score lies between nothing and its maximum",
       "超出满分的得分不可能成立，多半是小数点丢失或行列错位。",
       "A score over its maximum cannot be; mostly a decimal point is lost or a row has slipped.",
       "0 ≤ score ≤ max, 0 % ≤ percent ≤ 100 %", "column heads 分值 and 得分 of all forms", kError},
      {"score.item.max", "分值与标准一致", "A printed maximum is the one of the scheme",
       "分值由标准规定，报告不应改动。", "Maxima are fixed by the standard; a report does not change them.",
       "max = the scheme's max", "the scheme file's table of items and indicators", kWarning},
      {"score.indicator.max_sum", "各条分值之和等于指标分值",
       "Item maxima add up to their indicator's maximum", "合计不符说明缺行、重行或分值有误。",
       "A difference means a row lost, a row twice, or a wrong maximum.", "Σ item max = indicator max",
       "标题 with its 分值 over the rows of the indicator, CTS forms", kError},
      {"score.section.max_sum", "各指标分值之和等于本部分满分",
       "Indicator or item maxima add up to their section's maximum", "合计不符说明缺项或分值有误。",
       "A difference means a missing indicator or a wrong maximum.",
       "Σ indicator max = section max, or Σ item max = section max",
       "本部分满分 (CTS forms); 分值 of the section (GB/T 27922)", kError},
      {"score.section.sum", "各分项得分之和等于本部分实际得分", "Item scores add up to their section's score",
       "本部分实际得分进入总分，决定级别。", "The section's score goes into the total and so into the level.",
       "Σ item score = section score; rows that do not apply count their printed score (0)",
       "本部分实际得分 over the rows of the section, CTS forms", kError},
      {"score.total.sum", "总分等于各部分之和", "The total is the sum of its parts",
       "总分决定是否通过以及级别。", "The total decides on pass and level.",
       "CTS: Σ section score = total (before or after special items); GB/T: Σ indicator score − special "
       "deductions + "
       "special bonus = total",
       "总分 / 总计 of section 2", kError},
      {"score.result", "评价实得分数等于总计除以涉及项总分值",
       "The result is the total over the applicable maximum", "删减指标后，分母只含涉及的指标。",
       "Where an indicator is deleted, only the applicable ones stand in the divisor.",
       "result = total ÷ Σ max of scored indicators × 100, rounded half up to two decimals; all prints of it "
       "agree",
       "评分计算 and 评分原则说明 e) of GB/T 27922 reports", kError},
      {"score.special", "特别加减分在限度内", "Special deductions and bonus keep their limits",
       "特别减分达到 5 分不能通过，特别加分最多 1 分。",
       "A pass needs fewer than five deductions; the bonus is one at most.",
       "conforms: deductions < 5; bonus ≤ 1", "评分原则说明 c), d) and 评分结果 1)", kError},
      {"score.missing_row", "评分表不缺行", "Every row of the scheme is on the form",
       "缺行意味着有要求没有被评价。", "A missing row is a requirement that nobody judged.",
       "every item (CTS) or indicator (GB/T) of the scheme is in the record",
       "the scheme file's table of items and indicators", kWarning},
      {"level.score", "星级与得分相符", "The star level is the one that the score gives",
       "证书上的级别必须有得分支持。", "The level on the certificate must be carried by the score.",
       "level = highest level whose threshold ≤ score; a warning where the scheme's thresholds are assumed",
       "评分结果, the list of levels", kError},
      {"level.agree", "各处星级一致", "The printed star levels agree",
       "1.9、评分结果与推荐结论应为同一级别。", "1.9, the result and the recommendation name one level.",
       "scope level = result level = recommended level, of those printed",
       "1.9, 评分结果, 评价组推荐的认证范围和星级", kError},
      {"selection.none", "必选项已勾选", "A mandatory group has a checked box", "没有勾选就没有结论。",
       "Without a mark there is no statement.",
       "boxes all visible ⇒ at least one is checked (审查类型, 1.7, 1.10, 评价结论 and the branch it opens)",
       "mandatory groups of the scheme file", kError},
      {"selection.several", "单选项只勾一项", "An exclusive group has one checked box",
       "互斥的选项不能同时成立。", "Options that exclude each other cannot both hold.", "checked boxes ≤ 1",
       "exclusive groups of the scheme file", kError},
      {"selection.unreadable", "必选项看得清", "The boxes of a mandatory group can be seen",
       "看不清或缺失的方框不等于未勾选，需要人看。",
       "A smudged or lost box is not an empty one; a person should look.",
       "no checked box ⇒ no box unreadable or absent", "mandatory groups of the scheme file", kWarning},
      {"conclusion.contradiction", "未选分支没有勾选", "The branch that was not chosen has no marks",
       "通过与不通过的结论不能并存。", "A pass and a failure cannot stand side by side.",
       "conforms ⇒ no box of 不推荐 …; fails ⇒ no box of 推荐 …", "评价结论", kError},
      {"conclusion.audit_type", "推荐结论与审查类型相符", "The recommendation fits the type of audit",
       "再认证审查不能推荐初次认证。", "A recertification audit does not recommend initial certification.",
       "recommendation = audit type (or 恢复, 变更 after the first audit); purpose = audit type",
       "审查类型 on the cover, 1.7, 评价结论", kError},
      {"conclusion.score", "通过结论有得分支持", "A pass is carried by the score",
       "70 分以下或特别减分达到 5 分为不合格。",
       "Under 70, or with five deductions, the evaluation is failed.",
       "conforms ⇒ score ≥ 70 and deductions < 5", "评分结果 1)", kError},
      {"identity.repeat", "重复出现的内容一致", "What is printed several times agrees",
       "名称、编号、范围不一致的报告不能用来签发证书。",
       "No certificate can be issued on a report whose name, number or scope differs from place to place.",
       "all occurrences of organization name, project number and scope agree, white space and punctuation "
       "width aside",
       "cover, 1.1, 1.2, 1.9, 评价结论", kError},
      {"identity.standard", "标准编号书写正确", "The standard's code is the one of the scheme",
       "错误的标准编号会被照抄到证书上。", "A wrong code gets copied to the certificate.",
       "the code is spelled as the scheme has it", "cover and 1.8", kWarning},
      {"identity.address", "引用的注册地址与 1.3 一致", "A quoted address agrees with 1.3",
       "两处地址不同，其中一处有误。", "Of two different addresses one is wrong.",
       "address after 注册地址为 in 评价抽样方法说明 = 1.3", "1.3 and 评价抽样方法说明", kWarning},
      {"date.order", "日期先后合理", "Dates stand in order", "报告不能早于审查结束。",
       "A report is not older than the audit it tells of.",
       "start ≤ end ≤ report date; period start ≤ period end = audit end", "1.12 and 编制日期", kError},
      {"date.duration", "天数与起止时间相符", "The days agree with start and end",
       "审查人日是认可要求，不能写错。", "Audit time is an accreditation requirement.",
       "days = half days from start to end ÷ 2; a half that is not printed may be either", "1.12 (共 … 天)",
       kError},
      {"date.invalid", "日期存在", "The date exists", "不存在的日期无法核对。",
       "A date that is none cannot be checked.", "the date is in the calendar", "the Gregorian calendar",
       kError},
      {"date.project_year", "项目编号的年份合理", "The year in the project number fits the audit",
       "证书周期为三年，编号年份不应更早或在审查之后。",
       "A cycle is three years; the number is neither older nor later than the audit.",
       "audit year − 3 ≤ year in the number ≤ audit year", "the certificate's cycle of three years",
       kWarning},
      {"field.missing", "必填项不为空", "A mandatory field is filled", "缺少必填项的报告不完整。",
       "A report without it is incomplete.", "the field has a value", "mandatory fields of the scheme file",
       kError},
      {"team.leader", "有且只有一名组长", "The team has exactly one leader",
       "组长对结论负责，必须有注册资格。", "The leader answers for the conclusion and must be registered.",
       "one 组长, with a registration number", "1.13", kError},
      {"team.registration", "注册证书号格式正确", "A registration number is well formed",
       "格式不符的编号无法查询。", "A malformed number cannot be looked up.",
       "YYYY-(grade and type)-(digits)", "1.13, the register's numbers (2022-S1SC-…)", kWarning},
      {"reading.text_layer", "文字层与页面一致", "The text layer says what the page shows",
       "关于读取的提示，不针对报告。", "About the reading, not about the report.", "text layer = page image",
       "the page itself", kWarning},
      {"reading.channels", "文字层与图像的数字一致", "Text layer and image agree on a number",
       "关于读取的提示，不针对报告。", "About the reading, not about the report.",
       "number in the layer = number in the image", "the page itself", kWarning},
      {"reading.rows", "评分表的行都已读到", "The rows of a score table were read",
       "关于读取的提示，不针对报告。", "About the reading, not about the report.",
       "no row is on the page and not in the record; on an image, at most one row of a section is missing",
       "the scheme file's table of items and the page itself", kWarning},
      {"reading.page", "页面可读", "The page could be read", "关于读取的提示，不针对报告。",
       "About the reading, not about the report.", "the page was read", "the page itself", kWarning},
  };
  return all;
}

namespace {

// A table cell: a bar would end it.
std::string cell(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out;
}

constexpr const char* kOpening = R"(# Findings

Generated from `rules()` in `check/explain.cc`; `attest check --explain RULE` says the same in the terminal.

A finding says which rule is broken, what was expected, what is printed and where every operand stands. It never changes
a value in the record.

`severity`: `error` (a certificate must not be issued on this), `warning` (a person should look), `info`.

`verdict` says whether the report went wrong or the reading:

- `report_error`: the values come from a text layer or were read with high confidence, or no plausible misreading makes
  the rule hold.
- `misread`: a cheap other reading closes every rule that the value takes part in. The value's `proposed` holds it.
- `undetermined`: both remain possible. The hypotheses are listed with their costs in nats.

Numbers are judged together: a number on an image may be replaced by another reading (the recogniser's own alternatives,
else the confusions of `check/confusions.inc`) at that reading's cost, and the cheapest set of replacements that
satisfies all rules in exact decimals decides. In doubt the verdict is `undetermined`: an accusation of a clean report is
the worst error. Where one wrong number breaks several rules, `root_cause` names the finding that explains the others.

| rule | severity | holds when |
| --- | --- | --- |
)";

}  // namespace

std::string rules_markdown() {
  std::string out = kOpening;
  for (const RuleInfo& r : rules()) {
    out += "| `" + r.rule + "` | " + std::string(name_of(r.severity)) + " | " + cell(r.formula) + " |\n";
  }
  for (const RuleInfo& r : rules()) {
    out += "\n## " + r.rule + "\n\n" + r.title_en + ". " + r.title_zh + "。\n\n" + r.why_en + " " + r.why_zh +
           "\n\n- Holds when: " + r.formula + "\n- Source: " + r.source +
           "\n- Severity: " + std::string(name_of(r.severity)) + "\n";
  }
  return out;
}

}  // namespace attest
