// What does not add up: every rule of docs/findings.md over one record, and for each broken rule the question
// whether the report went wrong or the reading did.
//
//   record.findings = check(record, scheme);
//
// The way through the stage (one file a step):
//   problem      the numbers of the score tables as variables, the rules over them as constraints
//   joint        broken constraints → the cheapest other reading that satisfies all of them → verdict, root
//   cause
//   *_rules      the rules that are no arithmetic: selections, identity, dates, fields, team, reading
//   explain      what each rule means, for people
//
// In doubt the verdict is `undetermined`: to accuse a clean report is the worst error. All arithmetic is
// exact.
#ifndef ATTEST_CHECK_CHECK_H_
#define ATTEST_CHECK_CHECK_H_

#include <set>
#include <string>
#include <vector>

#include "record/report.h"
#include "schemes/scheme.h"

namespace attest {

// Findings in the order of the rules, then of the form. Pure; sets `proposed` on fields it calls misread, and
// changes no value. `record.pages` tells which values come from an image; a record without pages counts as
// certain where a value has confidence 1 and no other readings. Work is bounded: a record with alternatives
// in every cell takes milliseconds. Never fails.
//
// `confirmed` are paths of values ("scores.items.B38.max") that a second look at the image read the same.
std::vector<Finding> check(Record& record, const Scheme& scheme, const std::set<std::string>& confirmed = {});

// What the reading says about itself (the rules `reading.*`): pages that were not read or not believed. Part
// of check(); alone for a document of no known form.
std::vector<Finding> reading_findings(const Record& record);

// What a document of no known form gets besides: that no rule was asked. For a record with at least one page.
inline constexpr const char* kUnknownFormRule = "reading.form";
Finding unknown_form_finding(const Record& record);

// What a rule means and where it comes from, for `attest check --explain RULE` and docs/findings.md.
struct RuleText {
  std::string title;    // what holds, in a sentence
  std::string why;      // why it matters
  std::string formula;  // when it holds
  std::string source;   // where on the form, or in the scheme, it comes from
};

struct RuleInfo {
  std::string rule;
  Severity severity = Severity::error;
  RuleText zh, en;
};

// All rules, in the order in which findings are listed.
const std::vector<RuleInfo>& rules();

// docs/findings.md, generated: the rules as a table and a section each. A test holds the file to it.
std::string rules_markdown();

}  // namespace attest

#endif  // ATTEST_CHECK_CHECK_H_
