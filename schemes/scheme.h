// A report form as data: what identifies it, where each field is printed, its check-box groups, its score
// tables, its thresholds and rule parameters. One YAML file in this folder is one Scheme; see docs/schemes.md
// for the file format. Loaded once, then shared as const between threads.
#ifndef ATTEST_SCHEMES_SCHEME_H_
#define ATTEST_SCHEMES_SCHEME_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "record/decimal.h"
#include "record/error.h"

namespace attest {

// Where a field is printed. `labels` are alternatives without punctuation and spaces to worry about
// ("受审查方名称"); matching is tolerant of both, of numbering, and of recognition errors in proportion to
// the label's length.
struct FieldPlace {
  std::string where;  // "cover", "1.1", "section_6": the name that occurrences carry
  std::string part;   // part of the form to look in: "cover", "basic", "results", "narrative", "conclusion"
  std::vector<std::string>
      labels;  // printed before the value; empty (only with a pattern): each line of the part
  std::string shape = "inline";  // inline: rest of the label's line(s) up to the next known label;
                                 // block: paragraphs up to the next heading (a remark in 【】 straight behind
                                 // the label belongs to the label); pattern: `pattern` decides
  std::string pattern;  // RE2 with a group `value`, searched in the folded text behind the label (no
                        // spaces, no line breaks) as far as `inline` goes; where it finds nothing, the
                        // label's next occurrence is tried
};

struct FieldRule {
  std::string name;  // contract name
  std::string type =
      "text";  // text, long_text, name, phone, email, code, date, half, integer, decimal, star_level
  std::vector<FieldPlace> places;
  std::vector<std::string> repeats = {};  // fields that print the same in most reports
};

struct OptionRule {
  std::string option;  // "initial"
  std::vector<std::string>
      labels;  // "初次认证", "初次认证注册"; the first is the one shown. A label counts only where
               // no longer label of the form matches (现场 in 非现场, 推荐… in 不推荐…)
};

struct GroupRule {
  std::string group;  // "audit_type"
  std::string part;
  std::vector<std::string>
      anchors;  // text that stands before or beside the group's boxes ("审查类型", "能否推荐")
  std::string anchor_side =
      "before";  // where the anchor stands relative to the boxes: before, or after ("☐是 ☐否 与审核方…")
  std::string box_at = "label";  // label: a box stands straight before its option's label; paragraph: before
                                 // the paragraph that holds the label somewhere (评价结论)
  bool exclusive = true, mandatory = false;
  std::string
      mandatory_with;  // option of group `conclusion` that makes this group mandatory: "conforms"; or empty
  std::vector<OptionRule> options;
};

struct ItemRule {
  std::optional<std::string> code;  // none for the row without a code
  std::string clause;
  Decimal max;
  std::string
      content;  // beginning of the printed check content, helps to place rows whose code is unreadable
};

struct IndicatorRule {
  std::string name, clause;
  std::vector<std::string> aliases;
  Decimal max;
  std::vector<ItemRule> items;  // empty where the form scores indicators only
};

struct SectionRule {
  std::string id, name;  // "service_system", "售后服务体系"
  Decimal max;
  std::vector<IndicatorRule> indicators;
};

struct Level {
  Decimal minimum;  // inclusive
  int stars = 0;    // 0: 达标级
  std::string name;
};

struct RuleParameters {
  Decimal pass_score = 70;              // 评分达到 70 分以上
  Decimal special_deduction_limit = 5;  // a pass needs fewer
  Decimal special_bonus_max = 1;
  std::string source;                               // where the numbers come from
  std::map<std::string, std::string> rule_sources;  // rule → clause or source
};

struct Scheme {
  std::string id;  // "gbt-27922-2011"
  std::string title_zh, title_en;
  std::string kind = "service_certification_report";
  std::string standard;                         // "GB/T 27922-2011", as the record writes it
  std::vector<std::string> standard_spellings;  // accepted as the same code after folding: "GB/T27922-2011"
  std::vector<std::string>
      identifiers;  // any of these on the first pages tells the form (codes first, then titles)
  std::vector<std::string> titles;  // report titles, "服务认证审查报告"

  std::map<std::string, std::vector<std::string>>
      headings;  // part → titles that open it ("basic" → "基本信息")
  std::vector<FieldRule> fields;
  std::vector<GroupRule> groups;
  std::vector<std::string> mandatory_fields;
  std::map<std::string, std::vector<std::string>>
      mandatory_if_conforms;  // conclusion → more mandatory fields

  // Paragraphs that the form prints word by word and no field draws from: read only where all text is asked
  // for.
  std::vector<std::string> boilerplate;

  std::map<std::string, std::vector<std::string>> team_columns;  // role → header labels
  std::string score_form;  // "summary" (GB/T: one table of indicators) or "detail" (CTS: a table a section)
  // Role → header labels. summary: section, section_max, indicator, max, score (section_max and max share a
  // label: the first stands left); detail: clause, indicator, content, max, code, percent, score.
  std::map<std::string, std::vector<std::string>> score_columns;
  // special_deduction, special_bonus, total, result_score, result_star_level, section_line → printed labels.
  std::map<std::string, std::vector<std::string>> score_labels;
  // The same roles → RE2 over the folded text from the label on: group `value`; section_line: `max` and
  // `score`; a special item that is said to be absent matches group `none` instead.
  std::map<std::string, std::string> score_patterns;
  std::vector<SectionRule> sections;
  std::vector<Level> levels;    // ascending
  bool levels_assumed = false;  // true: thresholds are taken over from another form, findings are warnings
  std::string level_subject;  // field that carries the star level: "result_star_level" or "scope_star_level"
  RuleParameters rules;

  std::string file;    // base name
  std::string sha256;  // of the file's bytes (with those it extends)
};

const FieldRule* find_field(const Scheme& scheme, const std::string& name);
const GroupRule* find_group(const Scheme& scheme, const std::string& name);

// Reads one YAML file (and what it `extends`, from the same folder). What is wrong is an Error with code
// bad_configuration and a message "FILE:LINE: …"; a file that can't be read is `unreadable`.
Result<Scheme> load_scheme(const std::string& path);

// All schemes of a folder (*.yaml without `base: true`), by id. The first broken file is the error; a folder
// without schemes is one too.
Result<std::vector<Scheme>> load_schemes(const std::string& folder);

// The installed folder of scheme files: $ATTEST_SCHEMES, else ../share/attest/schemes beside the program
// where that exists, else the source tree it was built from.
std::string default_scheme_folder();

}  // namespace attest

#endif  // ATTEST_SCHEMES_SCHEME_H_
