// The record of one document, the types behind docs/report.schema.json ("attest.report/1"). Absent values are
// empty optionals, never empty strings. Plain values; safe to share between threads as const.
#ifndef ATTEST_RECORD_REPORT_H_
#define ATTEST_RECORD_REPORT_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "record/error.h"
#include "record/page.h"
#include "record/reading.h"

namespace attest {

struct Occurrence {
  std::string where, text;
  std::optional<std::string> value;  // null: the place is there and empty
  Evidence evidence;
  double confidence = 1;
};

// A value with its place. Decimals travel as strings ("95.47"), integers as strings of digits with `integer`
// set.
struct Field {
  std::string value;
  bool integer = false;  // written as a JSON number
  std::string text;      // as printed
  double confidence = 1;
  Evidence evidence;
  std::vector<Occurrence> occurrences = {};
  std::vector<Alternative> readings =
      {};  // other readings of the whole value, cheapest first; from images only
  std::optional<std::string> proposed = {};  // set by `check` on a misread
};
using OptionalField = std::optional<Field>;

struct Option {
  std::string option, label;
  MarkState state = MarkState::absent;
  double confidence = 1;
  Evidence evidence;
};

struct Selection {
  std::vector<std::string> selected;
  std::vector<Option> options;  // every option of the scheme, in its order
};

struct TeamMember {
  OptionalField code, name, role, registration_number, specialty_code, phone;
};

struct ScoreItem {
  std::optional<std::string> code, clause;
  std::string indicator, section;
  OptionalField max, percent, score;
  bool applicable = true;
  Evidence evidence;
};

struct ScoreIndicator {
  std::string name, section;
  OptionalField max, score;
};

struct ScoreSection {
  std::string section;
  OptionalField max, score;
};

struct Scores {
  std::vector<ScoreItem> items;
  std::vector<ScoreIndicator> indicators;
  std::vector<ScoreSection> sections;
  OptionalField special_deduction, special_bonus, total, result_score, result_star_level;
};

// -- findings
// --------------------------------------------------------------------------------------------------------
enum class Severity { error, warning, info };
enum class Verdict { report_error, misread, undetermined };
std::string_view name_of(Severity severity);
std::string_view name_of(Verdict verdict);

struct Operand {
  std::string path;   // "scores.items.B38.max"
  std::string value;  // as the rule used it
  std::string text;   // as printed
  double confidence = 1;
  Evidence evidence;
};

struct Change {
  std::string path, from, to;
};

struct Hypothesis {
  Verdict verdict = Verdict::misread;
  std::vector<Change> changes;
  double cost = 0;  // nats
};

struct Finding {
  std::string rule, subject;
  Severity severity = Severity::error;
  Verdict verdict = Verdict::report_error;
  std::optional<std::string> expected, actual;
  std::string formula;
  std::vector<Operand> operands;
  std::vector<Hypothesis> hypotheses;
  std::optional<std::string> root_cause;  // "RULE SUBJECT" of the finding that explains this one
  std::string message_zh, message_en;
};

// -- implementation rules
// --------------------------------------------------------------------------------------------
struct Clause {
  std::string id;  // "5.2.1"
  std::optional<std::string> title;
  std::string text;
  Evidence evidence;
  std::vector<Clause> children;
};

// -- the document
// ----------------------------------------------------------------------------------------------------
struct SourceInfo {
  std::string file_name, sha256, media_type;
  int page_count = 0;
};

struct EngineInfo {
  std::string attest, tesseract, model, model_sha256;
  std::string scheme, scheme_sha256;  // empty when no scheme matched
};

enum class Kind { service_certification_report, implementation_rules, unknown };
std::string_view name_of(Kind kind);

struct Record {
  SourceInfo source;
  EngineInfo engine;
  Kind kind = Kind::unknown;
  std::optional<std::string> scheme;
  std::map<std::string, OptionalField> fields;  // every name of the contract
  std::map<std::string, Selection> selections;
  std::vector<TeamMember> audit_team;
  Scores scores;
  std::vector<Finding> findings;
  std::vector<Clause> clauses;
  std::vector<std::string> normative_references;
  std::vector<Page> pages;    // `tables`, `text` and `source.pages` are written from these
  std::vector<Error> errors;  // what could not be read; a rejected document has one and no pages
};

// The page of this number; null where there is none.
const Page* find_page(const Record& record, int number);

// Names of all fields of the contract, in the order of its table.
const std::vector<std::string>& field_names();

}  // namespace attest

#endif  // ATTEST_RECORD_REPORT_H_
