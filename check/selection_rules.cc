// selection.* and the rules between the boxes of the conclusion.
//
//   ☒ 具备实现预期结果的能力        conclusion = conforms
//      ☐ 初次  ☒ 再认证 …           recommendation, by the branch chosen
//   ☐ 不满足标准的要求              conclusion = fails
//      ☐ 初次  ☐ 再认证 …           non_recommendation
#include <algorithm>
#include <initializer_list>

#include "check/rules.h"
#include "record/labels.h"

namespace attest {
namespace {

using Selected = std::vector<std::string>;

std::string comma_joined(const Selected& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ",") + name;
  return out;
}

// The options that are checked, sorted, so that a finding does not depend on the order of the form.
Selected checked(const Selection& selection) {
  Selected out;
  for (const Option& option : selection.options) {
    if (option.state == MarkState::checked) out.push_back(option.option);
  }
  std::sort(out.begin(), out.end());
  return out;
}

void add_operands(const std::string& group, const Selection& selection, Finding& finding) {
  for (const Option& option : selection.options) {
    finding.operands.push_back(operand("selections." + group + "." + option.option, option));
  }
}

// A mark whose state may be otherwise carries no accusation.
void weigh(Finding& finding, double least_confidence) {
  if (least_confidence >= kCertainMark) return;
  finding.verdict = Verdict::undetermined;
  add_report_error_hypothesis(finding);
}

double least_confidence(const Selection& selection, bool checked_only) {
  double least = 1;
  for (const Option& option : selection.options) {
    if (!checked_only || option.state == MarkState::checked) least = std::min(least, option.confidence);
  }
  return least;
}

bool from_image(const Context& context, const Selection& selection) {
  return std::any_of(selection.options.begin(), selection.options.end(), [&](const Option& option) {
    const bool nowhere = option.evidence.page == 0;  // not even the label was found
    return nowhere ? context.any_image() : context.from_image(option.evidence);
  });
}

void check_open_group(const Context& context, const std::string& group, const Selection& selection,
                      Findings& findings) {
  const auto state = [&](MarkState wanted) {
    return std::any_of(selection.options.begin(), selection.options.end(),
                       [&](const Option& option) { return option.state == wanted; });
  };
  const bool unreadable = state(MarkState::unreadable), absent = state(MarkState::absent);
  if (!unreadable && !absent) {
    Finding f =
        make_finding("selection.none", group, "one checked", "none",
                     {"“" + in_chinese(group) + "”没有勾选任何选项", "no box of " + group + " is checked"});
    weigh(f, least_confidence(selection, false));
    add_operands(group, selection, f);
    findings.push_back(std::move(f));
    return;
  }
  const std::string actual = unreadable ? "unreadable" : "absent";
  Finding f =
      make_finding("selection.unreadable", group, "boxes to see", actual,
                   {"“" + in_chinese(group) + "”的方框看不清或缺失，无法判断勾选了哪一项",
                    "boxes of " + group + " are unreadable or lost, so nobody can say what was checked"});
  const bool image = from_image(context, selection);
  if (unreadable || image) weigh(f, 0);
  add_operands(group, selection, f);
  findings.push_back(std::move(f));
}

// Boxes of the conclusion, and of any group, are printed alike; a mark of another size was found in a
// character.
bool alike(std::initializer_list<const Selection*> selections) {
  constexpr double kSameSize = 0.8;  // share of the larger box's side
  const Box* first = nullptr;
  for (const Selection* selection : selections) {
    for (const Option& option : selection->options) {
      const Box& box = option.evidence.box;
      if (option.state != MarkState::checked || box.empty()) continue;
      if (first == nullptr) first = &box;
      const auto close = [](double a, double b) { return std::min(a, b) >= kSameSize * std::max(a, b); };
      if (!close(box.width, first->width) || !close(box.height, first->height)) return false;
    }
  }
  return true;
}

void check_several(const Context& context, const std::string& group, const Selection& selection,
                   Findings& findings) {
  const Selected names = checked(selection);
  if (names.size() < 2) return;
  Finding f =
      make_finding("selection.several", group, "one checked", comma_joined(names),
                   {"“" + in_chinese(group) + "”只能选一项，却勾选了多项：" + in_chinese(comma_joined(names)),
                    "only one box of " + group + " may be checked, but these are: " + comma_joined(names)});
  const bool image = from_image(context, selection);
  weigh(f, image && !alike({&selection}) ? 0 : least_confidence(selection, true));
  add_operands(group, selection, f);
  findings.push_back(std::move(f));
}

// The branch of the conclusion that is chosen alone; empty when none or both are.
std::string chosen_branch(const Context& context) {
  const Selection* conclusion = context.selection("conclusion");
  if (conclusion == nullptr) return "";
  const Selected names = checked(*conclusion);
  return names.size() == 1 ? names.front() : "";
}

void check_contradiction(const Context& context, const std::string& branch, Findings& findings) {
  const std::string other = branch == "conforms" ? "non_recommendation" : "recommendation";
  const Selection* group = context.selection(other);
  if (branch.empty() || group == nullptr) return;
  const Selected names = checked(*group);
  if (names.empty()) return;
  Finding f = make_finding(
      "conclusion.contradiction", "conclusion", branch, other + ":" + comma_joined(names),
      {"结论为“" + in_chinese(branch) + "”，却勾选了另一分支的选项：" + in_chinese(comma_joined(names)),
       "the conclusion is " + branch +
           ", but boxes of the other branch are checked: " + comma_joined(names)});
  const Selection& conclusion = *context.selection("conclusion");
  const bool doubtful = from_image(context, *group) && !alike({group, &conclusion});
  weigh(f, doubtful ? 0 : std::min(least_confidence(*group, true), least_confidence(conclusion, true)));
  add_operands("conclusion", conclusion, f);
  add_operands(other, *group, f);
  findings.push_back(std::move(f));
}

// Resuming or changing a certificate happens at any audit but the first.
bool fits(const std::string& recommendation, const std::string& type) {
  if (recommendation == type) return true;
  return type != "initial" && (recommendation == "resume" || recommendation == "scope_change");
}

void check_audit_type(const Context& context, Findings& findings) {
  const Selection* type = context.selection("audit_type");
  if (type == nullptr || checked(*type).size() != 1) return;
  const std::string wanted = checked(*type).front();
  double least = least_confidence(*type, true);
  Selected actual;
  Finding f = make_finding("conclusion.audit_type", "recommendation", wanted, std::nullopt, {});
  add_operands("audit_type", *type, f);
  for (const std::string group : {"recommendation", "audit_purpose"}) {
    const Selection* selection = context.selection(group);
    if (selection == nullptr || checked(*selection).size() != 1)
      continue;  // several: said by selection.several
    const std::string name = checked(*selection).front();
    if (group == "recommendation" ? fits(name, wanted) : name == wanted) continue;
    actual.push_back(group == "recommendation" ? name : std::string(group).append(":").append(name));
    least = std::min(least, least_confidence(*selection, true));
    add_operands(group, *selection, f);
  }
  if (actual.empty()) return;
  f.actual = comma_joined(actual);
  f.message_zh =
      "审查类型为“" + in_chinese(wanted) + "”，与推荐结论或审查目的不一致：" + in_chinese(*f.actual);
  f.message_en =
      "the audit type is " + wanted + ", which does not fit the recommendation or purpose: " + *f.actual;
  weigh(f, least);
  findings.push_back(std::move(f));
}

}  // namespace

void check_selections(Context& context, Findings& findings) {
  const std::string branch = chosen_branch(context);
  for (const GroupRule& rule : context.scheme.groups) {
    const Selection* selection = context.selection(rule.group);
    if (selection == nullptr) continue;
    const bool by_branch = !rule.mandatory_with.empty() && rule.mandatory_with == branch;
    if ((rule.mandatory || by_branch) && checked(*selection).empty()) {
      check_open_group(context, rule.group, *selection, findings);
    }
    if (rule.exclusive) check_several(context, rule.group, *selection, findings);
  }
  check_contradiction(context, branch, findings);
  check_audit_type(context, findings);
}

}  // namespace attest
