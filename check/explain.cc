// What each rule means, for people: the table behind `attest check --explain RULE` and docs/findings.md.
#include <algorithm>

#include "check/check.h"

namespace attest {

const std::vector<RuleInfo>& rules() {
  constexpr Severity kError = Severity::error, kWarning = Severity::warning;
  static const std::vector<RuleInfo> all = {
      {"score.item.product",
       kError,
       {"分项得分等于分值乘百分比", "分项得分是后面所有合计的起点，这里算错，级别就可能错。",
        "得分 = 分值 × 得分%，须精确相等（超出三位小数才舍入）",
        "CTS 各表第 2 章 (2) 的列标题：小类分值、分项得分%、分项实际得分"},
       {"An item's score is its maximum times its percentage",
        "Every later sum starts from these scores; a slip here may carry into the level.",
        "score = max × percent, exactly (rounded only beyond three decimals)",
        "column heads 小类分值, 分项得分%, 分项实际得分 of the CTS forms, section 2 (2)"}},
      {"score.item.range",
       kError,
       {"得分不超过满分", "超出满分的得分不可能成立，多半是小数点丢失或行列错位。",
        "0 ≤ 得分 ≤ 分值，0 % ≤ 得分% ≤ 100 %", "各表的列标题：分值、得分"},
       {"A score lies between nothing and its maximum",
        "A score over its maximum cannot be; mostly a decimal point is lost or a row has slipped.",
        "0 ≤ score ≤ max, 0 % ≤ percent ≤ 100 %", "column heads 分值 and 得分 of all forms"}},
      {"score.item.max",
       kWarning,
       {"分值与标准一致", "分值由标准规定，报告不应改动。", "分值 = 标准规定的分值",
        "格式文件中的分项与指标表"},
       {"A printed maximum is the one of the scheme",
        "Maxima are fixed by the standard; a report does not change them.", "max = the scheme's max",
        "the scheme file's table of items and indicators"}},
      {"score.indicator.max_sum",
       kError,
       {"各条分值之和等于指标分值", "合计不符说明缺行、重行或分值有误。", "Σ 分项分值 = 指标分值",
        "CTS 各表：标题中的分值与该指标各行"},
       {"Item maxima add up to their indicator's maximum",
        "A difference means a row lost, a row twice, or a wrong maximum.", "Σ item max = indicator max",
        "标题 with its 分值 over the rows of the indicator, CTS forms"}},
      {"score.section.max_sum",
       kError,
       {"各指标分值之和等于本部分满分", "合计不符说明缺项或分值有误。",
        "Σ 指标分值 = 本部分满分，或 Σ 分项分值 = 本部分满分",
        "本部分满分（CTS 各表）；各部分的分值（GB/T 27922）"},
       {"Indicator or item maxima add up to their section's maximum",
        "A difference means a missing indicator or a wrong maximum.",
        "Σ indicator max = section max, or Σ item max = section max",
        "本部分满分 (CTS forms); 分值 of the section (GB/T 27922)"}},
      {"score.section.sum",
       kError,
       {"各分项得分之和等于本部分实际得分", "本部分实际得分进入总分，决定级别。",
        "Σ 分项得分 = 本部分实际得分；不涉及的行按印刷的得分（0）计", "CTS 各表：本部分实际得分与该部分各行"},
       {"Item scores add up to their section's score",
        "The section's score goes into the total and so into the level.",
        "Σ item score = section score; rows that do not apply count their printed score (0)",
        "本部分实际得分 over the rows of the section, CTS forms"}},
      {"score.total.sum",
       kError,
       {"总分等于各部分之和", "总分决定是否通过以及级别。",
        "CTS：Σ 各部分得分 = 总分（特别加减分计入前或计入后）；GB/T：Σ 指标得分 − 特别减分 + 特别加分 = 总计",
        "第 2 章的总分、总计"},
       {"The total is the sum of its parts", "The total decides on pass and level.",
        "CTS: Σ section score = total (before or after special items); GB/T: Σ indicator score − special "
        "deductions + special bonus = total",
        "总分 / 总计 of section 2"}},
      {"score.result",
       kError,
       {"评价实得分数等于总计除以涉及项总分值", "删减指标后，分母只含涉及的指标。",
        "评价实得分数 = 总计 ÷ Σ 涉及指标的分值 × 100，四舍五入到两位小数；各处所印一致",
        "GB/T 27922 报告的评分计算与评分原则说明 e)"},
       {"The result is the total over the applicable maximum",
        "Where an indicator is deleted, only the applicable ones stand in the divisor.",
        "result = total ÷ Σ max of scored indicators × 100, rounded half up to two decimals; all prints of "
        "it agree",
        "评分计算 and 评分原则说明 e) of GB/T 27922 reports"}},
      {"score.special",
       kError,
       {"特别加减分在限度内", "特别减分达到 5 分不能通过，特别加分最多 1 分。",
        "通过时：特别减分 < 5；特别加分 ≤ 1", "评分原则说明 c)、d) 与评分结果 1)"},
       {"Special deductions and bonus keep their limits",
        "A pass needs fewer than five deductions; the bonus is one at most.",
        "conforms: deductions < 5; bonus ≤ 1", "评分原则说明 c), d) and 评分结果 1)"}},
      {"score.missing_row",
       kWarning,
       {"评分表不缺行", "缺行意味着有要求没有被评价。", "格式文件中的每个分项（CTS）或指标（GB/T）都在记录中",
        "格式文件中的分项与指标表"},
       {"Every row of the scheme is on the form", "A missing row is a requirement that nobody judged.",
        "every item (CTS) or indicator (GB/T) of the scheme is in the record",
        "the scheme file's table of items and indicators"}},
      {"level.score",
       kError,
       {"星级与得分相符", "证书上的级别必须有得分支持。",
        "星级 = 下限不高于得分的最高一级；分数界限为借用时只作警告", "评分结果中的级别表"},
       {"The star level is the one that the score gives",
        "The level on the certificate must be carried by the score.",
        "level = highest level whose threshold ≤ score; a warning where the scheme's thresholds are assumed",
        "评分结果, the list of levels"}},
      {"level.agree",
       kError,
       {"各处星级一致", "1.9、评分结果与推荐结论应为同一级别。",
        "范围中的星级 = 评分结果的星级 = 推荐的星级（只比较印有的）",
        "1.9、评分结果、评价组推荐的认证范围和星级"},
       {"The printed star levels agree", "1.9, the result and the recommendation name one level.",
        "scope level = result level = recommended level, of those printed",
        "1.9, 评分结果, 评价组推荐的认证范围和星级"}},
      {"selection.none",
       kError,
       {"必选项已勾选", "没有勾选就没有结论。",
        "方框都看得见 ⇒ 至少勾选一项（审查类型、1.7、1.10、评价结论及其所开的分支）", "格式文件中的必选组"},
       {"A mandatory group has a checked box", "Without a mark there is no statement.",
        "boxes all visible ⇒ at least one is checked (审查类型, 1.7, 1.10, 评价结论 and the branch it opens)",
        "mandatory groups of the scheme file"}},
      {"selection.several",
       kError,
       {"单选项只勾一项", "互斥的选项不能同时成立。", "已勾选的方框 ≤ 1", "格式文件中的单选组"},
       {"An exclusive group has one checked box", "Options that exclude each other cannot both hold.",
        "checked boxes ≤ 1", "exclusive groups of the scheme file"}},
      {"selection.unreadable",
       kWarning,
       {"必选项看得清", "看不清或缺失的方框不等于未勾选，需要人看。", "没有勾选 ⇒ 没有看不清或缺失的方框",
        "格式文件中的必选组"},
       {"The boxes of a mandatory group can be seen",
        "A smudged or lost box is not an empty one; a person should look.",
        "no checked box ⇒ no box unreadable or absent", "mandatory groups of the scheme file"}},
      {"conclusion.contradiction",
       kError,
       {"未选分支没有勾选", "通过与不通过的结论不能并存。",
        "通过 ⇒ “不推荐……”均未勾选；不通过 ⇒ “推荐……”均未勾选", "评价结论"},
       {"The branch that was not chosen has no marks", "A pass and a failure cannot stand side by side.",
        "conforms ⇒ no box of 不推荐 …; fails ⇒ no box of 推荐 …", "评价结论"}},
      {"conclusion.audit_type",
       kError,
       {"推荐结论与审查类型相符", "再认证审查不能推荐初次认证。",
        "推荐结论 = 审查类型（初次之后也可为恢复、变更）；审查目的 = 审查类型",
        "封面的审查类型、1.7、评价结论"},
       {"The recommendation fits the type of audit",
        "A recertification audit does not recommend initial certification.",
        "recommendation = audit type (or 恢复, 变更 after the first audit); purpose = audit type",
        "审查类型 on the cover, 1.7, 评价结论"}},
      {"conclusion.score",
       kError,
       {"通过结论有得分支持", "得分低于 70 分，或特别减分达到 5 分，为不合格。",
        "通过 ⇒ 得分 ≥ 70 且特别减分 < 5", "评分结果 1)"},
       {"A pass is carried by the score", "Under 70, or with five deductions, the evaluation is failed.",
        "conforms ⇒ score ≥ 70 and deductions < 5", "评分结果 1)"}},
      {"identity.repeat",
       kError,
       {"重复出现的内容一致", "名称、编号、范围不一致的报告不能用来签发证书。",
        "组织名称、项目编号、审查范围各处一致（空白与标点全半角不计）", "封面、1.1、1.2、1.9、评价结论"},
       {"What is printed several times agrees",
        "No certificate can be issued on a report whose name, number or scope differs from place to place.",
        "all occurrences of organization name, project number and scope agree, white space and punctuation "
        "width aside",
        "cover, 1.1, 1.2, 1.9, 评价结论"}},
      {"identity.standard",
       kWarning,
       {"标准编号书写正确", "错误的标准编号会被照抄到证书上。", "编号与格式文件中的写法相同", "封面与 1.8"},
       {"The standard's code is the one of the scheme", "A wrong code gets copied to the certificate.",
        "the code is spelled as the scheme has it", "cover and 1.8"}},
      {"identity.address",
       kWarning,
       {"引用的注册地址与 1.3 一致", "两处地址不同，其中一处有误。",
        "评价抽样方法说明中“注册地址为”之后的地址 = 1.3", "1.3 与评价抽样方法说明"},
       {"A quoted address agrees with 1.3", "Of two different addresses one is wrong.",
        "address after 注册地址为 in 评价抽样方法说明 = 1.3", "1.3 and 评价抽样方法说明"}},
      {"date.order",
       kError,
       {"日期先后合理", "报告不能早于审查结束。",
        "开始 ≤ 结束 ≤ 编制日期；覆盖时期开始 ≤ 覆盖时期结束 = 审查结束", "1.12 与编制日期"},
       {"Dates stand in order", "A report is not older than the audit it tells of.",
        "start ≤ end ≤ report date; period start ≤ period end = audit end", "1.12 and 编制日期"}},
      {"date.duration",
       kError,
       {"天数与起止时间相符", "审查人日是认可要求，不能写错。",
        "天数 = 从开始到结束的半天数 ÷ 2；未印上午、下午的两者皆可", "1.12（共 … 天）"},
       {"The days agree with start and end", "Audit time is an accreditation requirement.",
        "days = half days from start to end ÷ 2; a half that is not printed may be either",
        "1.12 (共 … 天)"}},
      {"date.invalid",
       kError,
       {"日期存在", "不存在的日期无法核对。", "日历中有此日期", "公历"},
       {"The date exists", "A date that is none cannot be checked.", "the date is in the calendar",
        "the Gregorian calendar"}},
      {"date.project_year",
       kWarning,
       {"项目编号的年份合理", "证书周期为三年，编号年份不应更早或在审查之后。",
        "审查年份 − 3 ≤ 编号中的年份 ≤ 审查年份", "三年的证书周期"},
       {"The year in the project number fits the audit",
        "A cycle is three years; the number is neither older nor later than the audit.",
        "audit year − 3 ≤ year in the number ≤ audit year", "the certificate's cycle of three years"}},
      {"field.missing",
       kError,
       {"必填项不为空", "缺少必填项的报告不完整。", "该项有值", "格式文件中的必填项"},
       {"A mandatory field is filled", "A report without it is incomplete.", "the field has a value",
        "mandatory fields of the scheme file"}},
      {"team.leader",
       kError,
       {"有且只有一名组长", "组长对结论负责，必须有注册资格。", "组长一名，且有注册证书号", "1.13"},
       {"The team has exactly one leader", "The leader answers for the conclusion and must be registered.",
        "one 组长, with a registration number", "1.13"}},
      {"team.registration",
       kWarning,
       {"注册证书号格式正确", "格式不符的编号无法查询。", "YYYY-（级别与类型）-（数字）",
        "1.13，注册机构的编号（2022-S1SC-…）"},
       {"A registration number is well formed", "A malformed number cannot be looked up.",
        "YYYY-(grade and type)-(digits)", "1.13, the register's numbers (2022-S1SC-…)"}},
      {"reading.text_layer",
       kWarning,
       {"文字层与页面一致", "关于读取的提示，不针对报告。", "文字层 = 页面图像", "页面本身"},
       {"The text layer says what the page shows", "About the reading, not about the report.",
        "text layer = page image", "the page itself"}},
      {"reading.channels",
       kWarning,
       {"文字层与图像的数字一致", "关于读取的提示，不针对报告。", "文字层的数字 = 图像上的数字", "页面本身"},
       {"Text layer and image agree on a number", "About the reading, not about the report.",
        "number in the layer = number in the image", "the page itself"}},
      {"reading.rows",
       kWarning,
       {"评分表的行都已读到", "关于读取的提示，不针对报告。",
        "没有页面上有而记录中没有的行；图像上每部分最多缺一行", "格式文件中的分项表与页面本身"},
       {"The rows of a score table were read", "About the reading, not about the report.",
        "no row is on the page and not in the record; on an image, at most one row of a section is missing",
        "the scheme file's table of items and the page itself"}},
      {"reading.form",
       kWarning,
       {"认出了报告格式", "认不出格式就没有规则可用：没有发现不等于没有问题。",
        "文件是已知格式的报告或实施规则", "各格式文件的识别文字"},
       {"The form of the report is known",
        "Without a form there are no rules: that nothing was found says nothing then.",
        "the document is a report of a known form, or implementation rules",
        "the identifiers of the scheme files"}},
      {"reading.page",
       kWarning,
       {"页面可读", "关于读取的提示，不针对报告。", "该页已读取", "页面本身"},
       {"The page could be read", "About the reading, not about the report.", "the page was read",
        "the page itself"}},
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
    out += "| `" + r.rule + "` | " + std::string(name_of(r.severity)) + " | " + cell(r.en.formula) + " |\n";
  }
  for (const RuleInfo& r : rules()) {
    out += "\n## " + r.rule + "\n\n" + r.en.title + ". " + r.zh.title + "。\n\n" + r.en.why + " " + r.zh.why +
           "\n\n- Holds when: " + r.en.formula + "\n- 成立条件：" + r.zh.formula +
           "\n- Source: " + r.en.source + "\n- 依据：" + r.zh.source +
           "\n- Severity: " + std::string(name_of(r.severity)) + "\n";
  }
  return out;
}

}  // namespace attest
