// identity.*: names, numbers and codes that the form prints several times, and the address that the sampling
// description quotes:
//
//   …有限公司注册地址为：新疆克拉玛依市…平安大道 3888 号，设有财务人员…
#include <algorithm>
#include <map>

#include "check/rules.h"
#include "check/text_difference.h"
#include "text/fold.h"

namespace attest {
namespace {

struct Place {
  std::string path;
  PrintedText print;
  std::u32string form;
  Operand shown;
};

Place place_of(const Context& context, const std::string& path, const Field& field) {
  return {path,
          {field.value, field.evidence, field.confidence, context.certain(field)},
          comparable(field.value),
          operand(path, field)};
}

Place place_of(const Context& context, const std::string& path, const Occurrence& o) {
  return {path + "." + o.where,
          {*o.value, o.evidence, o.confidence, context.certain(o)},
          comparable(*o.value),
          operand(path + "." + o.where, o)};
}

// Every place that prints the field, in the order of the form.
std::vector<Place> places_of(const Context& context, const std::string& name) {
  std::vector<Place> places;
  const auto add_field = [&](const std::string& field_name) {
    const Field* field = context.field(field_name);
    if (field == nullptr) return;
    const std::string path = "fields." + field_name;
    const std::size_t before = places.size();
    for (const Occurrence& o : field->occurrences) {
      if (o.value && !comparable(*o.value).empty()) places.push_back(place_of(context, path, o));
    }
    if (places.size() == before) places.push_back(place_of(context, path, *field));
  };
  add_field(name);
  if (name == "scope") add_field("recommended_scope");  // section 6 prints the scope once more
  return places;
}

// The text with most votes; the first one where there is a draw.
const Place& best_of(const std::vector<Place>& places) {
  std::map<std::u32string, int> votes;
  for (const Place& p : places) ++votes[p.form];
  const Place* best = &places.front();
  for (const Place& p : places) {
    if (votes[p.form] > votes[best->form]) best = &p;
  }
  return *best;
}

// Accusing is stronger than doubting, and doubting than a misread.
int strength(Verdict verdict) {
  return verdict == Verdict::report_error ? 2 : verdict == Verdict::undetermined ? 1 : 0;
}

void add_hypotheses(Finding& finding, const std::string& path, const std::string& from, const std::string& to,
                    double cost) {
  if (finding.verdict == Verdict::report_error) return;
  finding.hypotheses.push_back({Verdict::misread, {{path, from, to}}, cost});
  if (finding.verdict == Verdict::undetermined) add_report_error_hypothesis(finding);
}

void check_repeat(const Context& context, const std::string& name, Findings& findings) {
  const std::vector<Place> places = places_of(context, name);
  if (places.size() < 2) return;
  const Place& best = best_of(places);
  const Place* other = nullptr;
  TextVerdict judged;
  for (const Place& p : places) {
    if (same_text(p.print, best.print)) continue;
    const TextVerdict verdict = judge_difference(context, best.print, p.print);
    if (other == nullptr || strength(verdict.verdict) > strength(judged.verdict)) {
      other = &p;
      judged = verdict;
    }
  }
  if (other == nullptr) return;
  Finding f = make_finding(
      "identity.repeat", name, best.print.text, other->print.text,
      {"多处内容不一致：“" + best.print.text + "”与“" + other->print.text + "”",
       name + " differs between its places: \"" + best.print.text + "\" and \"" + other->print.text + "\""});
  f.verdict = judged.verdict;
  add_hypotheses(f, other->path, other->print.text, best.print.text, judged.cost);
  for (const Place& p : places) f.operands.push_back(p.shown);
  findings.push_back(std::move(f));
}

bool names_standard(const Scheme& scheme, const std::u32string& form) {
  const auto holds = [&](const std::string& spelling) {
    const std::u32string wanted = fold(spelling).text;
    return !wanted.empty() && form.find(wanted) != std::u32string::npos;
  };
  return holds(scheme.standard) ||
         std::any_of(scheme.standard_spellings.begin(), scheme.standard_spellings.end(), holds);
}

void check_standard(const Context& context, Findings& findings) {
  const std::vector<Place> places = places_of(context, "standard");
  const Place* wrong = nullptr;
  TextVerdict judged;
  for (const Place& p : places) {
    if (names_standard(context.scheme, p.form) || names_standard(context.scheme, comparable(p.shown.text)))
      continue;
    PrintedText wanted{context.scheme.standard, {}, 1, true};
    const TextVerdict verdict = judge_difference(context, wanted, p.print);
    if (wrong == nullptr || strength(verdict.verdict) > strength(judged.verdict)) {
      wrong = &p;
      judged = verdict;
    }
  }
  if (wrong == nullptr) return;
  const bool put_right = names_standard(context.scheme, wrong->form);
  const std::string printed = put_right ? wrong->shown.text : wrong->print.text;
  Finding f = make_finding("identity.standard", "standard", context.scheme.standard, printed,
                           {"标准编号应为 " + context.scheme.standard + "，报告为 " + printed,
                            "the standard's code is " + context.scheme.standard + ", printed is " + printed});
  f.verdict = judged.verdict;
  add_hypotheses(f, wrong->path, printed, context.scheme.standard, judged.cost);
  for (const Place& p : places) f.operands.push_back(p.shown);
  findings.push_back(std::move(f));
}

// The address after 注册地址为, up to the next mark; empty where none is quoted.
std::string quoted_address(const std::string& description) {
  constexpr std::size_t kLongest = 80;  // characters of an address, with room
  const std::u32string text = to_u32(description);
  const std::u32string label = U"注册地址", joint = U"为是于位在：: 　", end = U"，。；,;\n";
  const std::size_t found = text.find(label);
  if (found == std::u32string::npos) return "";
  std::size_t begin = found + label.size();
  const std::size_t after_label = begin;
  while (begin < text.size() && joint.find(text[begin]) != std::u32string::npos) ++begin;
  if (begin == after_label) return "";  // "注册地址与经营地址一致" quotes none
  std::size_t stop = begin;
  while (stop < text.size() && end.find(text[stop]) == std::u32string::npos) ++stop;
  if (stop - begin > kLongest) return "";
  return to_utf8(text.substr(begin, stop - begin));
}

bool looks_like_address(const std::u32string& text) {
  const std::u32string places = U"省市区县镇乡村路街道号楼室园";
  const auto count = std::count_if(text.begin(), text.end(),
                                   [&](char32_t c) { return places.find(c) != std::u32string::npos; });
  return count >= 2;
}

void check_address(const Context& context, Findings& findings) {
  const Field* registered = context.field("registered_address");
  const Field* description = context.field("sampling_description");
  if (registered == nullptr || description == nullptr) return;
  const std::string quoted = quoted_address(description->value);
  const std::u32string a = comparable(registered->value), b = comparable(quoted);
  if (!looks_like_address(b) || a.find(b) != std::u32string::npos || b.find(a) != std::u32string::npos)
    return;
  const PrintedText expected{registered->value, registered->evidence, registered->confidence,
                             context.certain(*registered)};
  const PrintedText actual{quoted, description->evidence, description->confidence,
                           context.certain(*description)};
  if (same_text(expected, actual)) return;
  const TextVerdict judged = judge_difference(context, expected, actual);
  Finding f = make_finding("identity.address", "registered_address", registered->value, quoted,
                           {"抽样说明中的注册地址“" + quoted + "”与 1.3 的“" + registered->value + "”不一致",
                            "the sampling description quotes the registered address as \"" + quoted +
                                "\", 1.3 says \"" + registered->value + "\""});
  f.verdict = judged.verdict;
  add_hypotheses(f, "fields.sampling_description", quoted, registered->value, judged.cost);
  f.operands.push_back(operand("fields.registered_address", *registered));
  f.operands.push_back(operand("fields.sampling_description", *description));
  findings.push_back(std::move(f));
}

}  // namespace

void check_identity(Context& context, Findings& findings) {
  for (const char* name : {"organization_name", "project_number", "scope"})
    check_repeat(context, name, findings);
  check_standard(context, findings);
  check_address(context, findings);
}

}  // namespace attest
