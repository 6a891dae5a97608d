#include "check/problem.h"

#include <algorithm>
#include <map>
#include <set>

#include "check/constraints.h"
#include "record/labels.h"

namespace attest {
namespace {

// Where a scheme's row went: the record's row, if any.
struct Row {
  const ItemRule* rule = nullptr;
  const IndicatorRule* indicator = nullptr;
  std::string section;
  ScoreItem* item = nullptr;
  std::string name;  // "items.B38"
};

bool named(const IndicatorRule& rule, const std::string& name) {
  return rule.name == name || std::find(rule.aliases.begin(), rule.aliases.end(), name) != rule.aliases.end();
}

// Rows that a report may lack on an image; more were lost by the reading.
constexpr int kBelievableGap = 1;

class Builder {
 public:
  explicit Builder(Context& context)
      : context_(context), scheme_(context.scheme), scores_(context.record.scores) {}

  Problem build() {
    place_rows();
    note_missing_rows();
    for (const Row& row : rows_) item_rules(row);
    indicator_rules();
    for (const SectionRule& section : scheme_.sections) section_rules(section);
    total_rule();
    result_rule();
    special_rules();
    level_rule();
    conclusion_rule();
    relate();
    link();
    return std::move(problem_);
  }

 private:
  // -- variables
  // --------------------------------------------------------------------------------------------------- The
  // variable of a field, -1 where there is no number.
  int variable(const std::string& path, OptionalField& field) {
    if (!field) return -1;
    const auto value = Decimal::parse(field->value);
    if (!value) return -1;
    const auto known = index_.find(&*field);
    if (known != index_.end()) return known->second;
    const int id = static_cast<int>(problem_.variables.size());
    problem_.variables.push_back({path, &*field, context_.certain(*field), context_.doubted(field->evidence),
                                  context_.confirmed(path)});
    problem_.printed.push_back(*value);
    index_[&*field] = id;
    return id;
  }

  // A variable without a field: a number on an image that was not read.
  int blank_variable(const std::string& path, Decimal value, const Evidence& evidence) {
    Field blank;
    blank.value = value.to_string();
    blank.confidence = 0;
    blank.evidence = evidence;
    problem_.blanks.push_back(std::move(blank));
    problem_.variables.push_back({path, &problem_.blanks.back()});
    problem_.printed.push_back(value);
    return static_cast<int>(problem_.variables.size()) - 1;
  }

  int unread_variable(const std::string& path, Decimal most, std::optional<Decimal> exactly,
                      const Evidence& evidence) {
    const int id = blank_variable(path, 0, evidence);
    Variable& variable = problem_.variables.back();
    variable.unread = true;
    variable.most = most;
    variable.exactly = exactly;
    return id;
  }

  // The form's maximum of a row, where the image shows none.
  int assumed_max(const std::string& path, const Row& row) {
    if (row.rule == nullptr || row.item->max || !context_.from_image(row.item->evidence)) return -1;
    const int id = blank_variable(path, row.rule->max, row.item->evidence);
    problem_.variables.back().assumed = problem_.variables.back().certain = true;
    return id;
  }

  void fixed_by_form(int id, Decimal value) { problem_.variables[static_cast<std::size_t>(id)].form = value; }

  Decimal printed(int id) const { return problem_.printed[static_cast<std::size_t>(id)]; }

  Constraint& add(Constraint constraint) {
    problem_.constraints.push_back(std::move(constraint));
    return problem_.constraints.back();
  }

  // -- rows
  // ----------------------------------------------------------------------------------------------------------
  void place_rows() {
    std::map<std::string, Row> by_code, by_clause;
    for (const SectionRule& section : scheme_.sections) {
      for (const IndicatorRule& indicator : section.indicators) {
        for (const ItemRule& rule : indicator.items) {
          const Row row{&rule, &indicator, section.id};
          if (rule.code) by_code[*rule.code] = row;
          by_clause[rule.clause] = row;
        }
      }
    }
    std::set<const ItemRule*> taken;
    for (std::size_t n = 0; n < scores_.items.size(); ++n) {
      ScoreItem& item = scores_.items[n];
      Row row{nullptr, nullptr, item.section};
      if (item.code && by_code.count(*item.code)) {
        row = by_code[*item.code];
      } else if (item.clause && by_clause.count(*item.clause)) {
        row = by_clause[*item.clause];
      }
      row.item = &item;
      row.name = "items." + name_of_row(row, n);
      if (row.rule != nullptr && !taken.insert(row.rule).second) doubtful_sections_.insert(row.section);
      rows_.push_back(row);
    }
    for (const SectionRule& section : scheme_.sections) {
      for (const IndicatorRule& indicator : section.indicators) {
        for (const ItemRule& rule : indicator.items) {
          if (!taken.count(&rule)) missing_.push_back({&rule, &indicator, section.id});
        }
      }
    }
  }

  bool section_was_read(const std::string& section) const {
    return std::any_of(rows_.begin(), rows_.end(), [&](const Row& row) { return row.section == section; });
  }

  // Whether any row of the section comes from an image, where a row may be lost.
  bool section_from_image(const std::string& section) const {
    return std::any_of(rows_.begin(), rows_.end(), [&](const Row& row) {
      return row.section == section && context_.from_image(row.item->evidence);
    });
  }

  // The scheme's name for the row where it is known: a code may be misread.
  static std::string name_of_row(const Row& row, std::size_t n) {
    if (row.rule != nullptr) return row.rule->code.value_or(row.rule->clause);
    if (row.item->code) return *row.item->code;
    return row.item->clause.value_or("row " + std::to_string(n + 1));
  }

  void note_missing_rows() {
    std::vector<Row> kept;
    for (const SectionRule& section : scheme_.sections) {
      if (!section_was_read(section.id)) {
        note_unread_section(section);
        continue;
      }
      std::vector<Row> missing;
      int lost = 0;  // on the form, as the page shows, but not in the record
      for (const Row& row : missing_) {
        if (row.section != section.id) continue;
        context_.printed_number(row.rule->clause) ? void(++lost) : missing.push_back(row);
      }
      const bool image = section_from_image(section.id);
      if (lost > 0 || (image && !missing.empty())) doubtful_sections_.insert(section.id);
      if (lost > 0 || (image && static_cast<int>(missing.size()) > kBelievableGap)) {
        note_lost_rows(section, lost + static_cast<int>(missing.size()));
        if (image) continue;
      }
      for (const Row& row : missing) {
        kept.push_back(row);
        add_missing("items." + row.rule->code.value_or(row.rule->clause), row.rule->clause, image);
      }
    }
    missing_ = kept;
    if (scheme_.score_form == "summary" && !scores_.indicators.empty()) note_missing_indicators();
  }

  void note_missing_indicators() {
    std::vector<const IndicatorRule*> missing;
    for (const SectionRule& section : scheme_.sections) {
      for (const IndicatorRule& rule : section.indicators) {
        if (find_indicator(rule) == nullptr) missing.push_back(&rule);
      }
    }
    if (missing.empty()) return;
    const bool image = context_.any_image();
    if (image) doubtful_sections_.insert(scheme_.sections.front().id);
    if (image && static_cast<int>(missing.size()) > kBelievableGap) {
      unread_sections_.insert(scheme_.sections.front().id);
      add_lost("scores.indicators", static_cast<int>(missing.size()));
      return;
    }
    for (const IndicatorRule* rule : missing) add_missing("indicators." + rule->name, rule->name, image);
    missing_indicators_ = missing;
  }

  // None of a section's rows was found: its table was not read, and its rows are not called missing one by
  // one.
  void note_unread_section(const SectionRule& section) {
    int rows = 0;
    for (const IndicatorRule& rule : section.indicators) rows += static_cast<int>(rule.items.size());
    if (rows > 0) note_lost_rows(section, rows);
  }

  // Rows that the reading lost: the section's sums say nothing.
  void note_lost_rows(const SectionRule& section, int count) {
    unread_sections_.insert(section.id);
    add_lost("sections." + section.id, count);
  }

  void add_lost(const std::string& subject, int count) {
    const std::string n = std::to_string(count);
    Finding f = make_finding(
        "reading.rows", subject, std::nullopt, std::nullopt,
        {in_chinese(subject) + "：评分表有 " + n + " 行没有读到，其合计未核对",
         subject + ": " + n + " rows of the score table were not read; their sums are not judged"});
    f.verdict = Verdict::undetermined;
    problem_.rows.push_back(std::move(f));
  }

  void add_missing(const std::string& subject, const std::string& what, bool image) {
    Finding f = make_finding("score.missing_row", subject, "present", "missing",
                             {"评分表中没有 " + what + " 这一行", "the score table has no row " + what});
    if (image) {
      f.verdict = Verdict::undetermined;
      add_report_error_hypothesis(f);
    }
    problem_.rows.push_back(std::move(f));
  }

  ScoreIndicator* find_indicator(const IndicatorRule& rule) const {
    for (ScoreIndicator& indicator : scores_.indicators) {
      if (named(rule, indicator.name)) return &indicator;
    }
    return nullptr;
  }

  ScoreSection* find_section(const std::string& id) const {
    for (ScoreSection& section : scores_.sections) {
      if (section.section == id) return &section;
    }
    return nullptr;
  }

  // -- one row
  // -------------------------------------------------------------------------------------------------------
  void item_rules(const Row& row) {
    ScoreItem& item = *row.item;
    const std::string path = "scores." + row.name;
    const int read_max = variable(path + ".max", item.max);
    const int percent = item.applicable ? variable(path + ".percent", item.percent) : -1;
    const int score = variable(path + ".score", item.score);
    const int max = read_max >= 0 || score < 0 ? read_max : assumed_max(path + ".max", row);
    if (max >= 0 && percent >= 0 && score >= 0) add(product_constraint(row.name, max, percent, score));
    if (max >= 0 && score >= 0) {
      add(range_constraint(row.name, max, percent, score));
    } else if (percent >= 0) {
      add(percent_constraint(row.name, percent));
    }
    if (read_max < 0 || row.rule == nullptr) return;
    fixed_by_form(read_max, row.rule->max);
    add(max_constraint(row.name, read_max, row.rule->max));
  }

  // -- sums
  // ------------------------------------------------------------------------------------------------------------
  // The rows of one indicator (or of a whole section).
  std::vector<const Row*> rows_of(const std::string& section, const IndicatorRule* indicator) const {
    std::vector<const Row*> out;
    for (const Row& row : rows_) {
      if (row.section != section) continue;
      const bool own = row.indicator != nullptr
                           ? row.indicator == indicator
                           : indicator != nullptr && named(*indicator, row.item->indicator);
      if (indicator == nullptr || own) out.push_back(&row);
    }
    return out;
  }

  // The only missing row of an indicator (or section), which then explains what is short.
  const Row* only_missing(const std::string& section, const IndicatorRule* indicator) const {
    const Row* only = nullptr;
    for (const Row& row : missing_) {
      if (row.section != section || (indicator != nullptr && row.indicator != indicator)) continue;
      if (only != nullptr) return nullptr;
      only = &row;
    }
    return only;
  }

  static std::string missing_key(const Row& row) {
    return "score.missing_row items." + row.rule->code.value_or(row.rule->clause);
  }

  void indicator_rules() {
    for (const SectionRule& section : scheme_.sections) {
      for (const IndicatorRule& rule : section.indicators) {
        ScoreIndicator* indicator = find_indicator(rule);
        if (indicator == nullptr) continue;
        const std::string name = "indicators." + rule.name, path = "scores." + name;
        const int max = variable(path + ".max", indicator->max);
        const int score = variable(path + ".score", indicator->score);
        if (max < 0) continue;
        if (score >= 0) add(range_constraint(name, max, -1, score));
        fixed_by_form(max, rule.max);
        add(max_constraint(name, max, rule.max));
        indicator_max_sum(section.id, rule, name, max);
      }
    }
  }

  void indicator_max_sum(const std::string& section, const IndicatorRule& rule, const std::string& name,
                         int max) {
    std::vector<Term> terms;
    if (unread_sections_.count(section)) return;
    for (const Row* row : rows_of(section, &rule)) {
      const int item_max = variable("scores." + row->name + ".max", row->item->max);
      if (item_max < 0) return;  // a maximum that was not read: nothing to add up
      terms.push_back({item_max});
    }
    if (terms.empty()) return;
    Constraint& c =
        add(sum_constraint("score.indicator.max_sum", name, max, terms, {"各条分值", "the item maxima"}));
    c.incomplete = doubtful_sections_.count(section) > 0;
    const Row* missing = only_missing(section, &rule);
    if (missing != nullptr && c.required(problem_.printed, max) &&
        *c.required(problem_.printed, max) + missing->rule->max == printed(max)) {
      c.explained_by = missing_key(*missing);
    }
  }

  void section_rules(const SectionRule& rule) {
    ScoreSection* section = find_section(rule.id);
    if (section == nullptr) return;
    const std::string name = "sections." + rule.id;
    const int max = variable("scores." + name + ".max", section->max);
    const int score = variable("scores." + name + ".score", section->score);
    if (max >= 0) fixed_by_form(max, rule.max);
    if (unread_sections_.count(rule.id)) return;
    if (max >= 0) section_max_sum(rule, name, max);
    if (score >= 0) section_sum(rule, name, score);
  }

  // Indicators or items must meet the section's maximum: a slip among the one is already said by
  // score.indicator.max_sum.
  void section_max_sum(const SectionRule& rule, const std::string& name, int max) {
    std::vector<Term> indicators, items;
    for (const IndicatorRule& indicator_rule : rule.indicators) {
      ScoreIndicator* indicator = find_indicator(indicator_rule);
      const int id = indicator == nullptr
                         ? -1
                         : variable("scores.indicators." + indicator_rule.name + ".max", indicator->max);
      if (id >= 0) indicators.push_back({id});
      if (id < 0 && (indicator != nullptr || scheme_.score_form != "summary")) return;
    }
    for (const Row* row : rows_of(rule.id, nullptr)) {
      const int id = variable("scores." + row->name + ".max", row->item->max);
      if (id < 0) return;
      items.push_back({id});
    }
    if (indicators.empty() || (scheme_.score_form != "summary" && items.empty())) return;
    Constraint& c = add(sum_constraint("score.section.max_sum", name, max, indicators,
                                       {"各指标分值", "the indicator maxima"}));
    c.incomplete = doubtful_sections_.count(rule.id) > 0;
    if (items.empty()) return;
    for (const Term& item : items) c.variables.push_back(item.variable);
    c.holds = [by_indicators = c.holds, items, max](const Values& v) {
      if (by_indicators(v)) return true;
      Decimal sum = 0;
      for (const Term& item : items) sum = sum + v[static_cast<std::size_t>(item.variable)];
      return sum == v[static_cast<std::size_t>(max)];
    };
  }

  void section_sum(const SectionRule& rule, const std::string& name, int score) {
    std::vector<Term> terms;
    bool blank = false;
    for (const Row* row : rows_of(rule.id, nullptr)) {
      const std::string path = "scores." + row->name + ".score";
      const int id = variable(path, row->item->score);
      const bool image = context_.from_image(row->item->evidence);
      if (id >= 0) {
        terms.push_back({id});
      } else if (row->item->applicable && image) {
        terms.push_back({unread_score(*row, path)});
      } else {
        blank = blank || row->item->applicable || image;
      }
    }
    if (terms.empty()) return;
    Constraint& c =
        add(sum_constraint("score.section.sum", name, score, terms, {"各分项得分", "the item scores"}));
    c.incomplete = blank || doubtful_sections_.count(rule.id) > 0;
    const Row* missing = only_missing(rule.id, nullptr);
    if (missing == nullptr) return;
    const Decimal short_by = printed(score) - *c.required(problem_.printed, score);
    if (short_by >= Decimal(0) && short_by <= missing->rule->max) c.explained_by = missing_key(*missing);
  }

  int unread_score(const Row& row, const std::string& path) {
    const Decimal form = row.rule != nullptr ? row.rule->max : Decimal(0);
    const auto max = row.item->max ? Decimal::parse(row.item->max->value) : std::optional(form);
    const auto percent = row.item->percent ? Decimal::parse(row.item->percent->value) : std::nullopt;
    std::optional<Decimal> exactly;
    if (max && percent && *max > Decimal(0)) exactly = product_of(*max, *percent);
    return unread_variable(path, std::max(max.value_or(form), form), exactly, row.item->evidence);
  }

  // -- total, result, level
  // ------------------------------------------------------------------------------------------
  void total_rule() {
    const int total = variable("scores.total", scores_.total);
    if (total < 0) return;
    const int deduction = variable("scores.special_deduction", scores_.special_deduction);
    const int bonus = variable("scores.special_bonus", scores_.special_bonus);
    std::vector<Term> special;
    if (deduction >= 0) special.push_back({deduction, -1});
    if (bonus >= 0) special.push_back({bonus});
    if (scheme_.score_form == "summary") {
      summary_total(total, special);
    } else {
      detail_total(total, special);
    }
  }

  void summary_total(int total, const std::vector<Term>& special) {
    std::vector<Term> terms;
    for (ScoreIndicator& indicator : scores_.indicators) {
      const std::string path = "scores.indicators." + indicator.name + ".score";
      const int id = variable(path, indicator.score);
      if (id >= 0) {
        terms.push_back({id});
      } else if (may_be_unread(indicator)) {
        terms.push_back({unread_indicator(indicator, path)});
      }
    }
    if (terms.empty() || !unread_sections_.empty()) return;
    terms.insert(terms.end(), special.begin(), special.end());
    Constraint& c =
        add(sum_constraint("score.total.sum", "total", total, terms,
                           {"各指标得分、特别加减分", "indicator scores with special deductions and bonus"}));
    c.incomplete = !doubtful_sections_.empty();
    c.guessed = special.size() < 2 && !problem_.variables[static_cast<std::size_t>(total)].certain;
    if (missing_indicators_.size() == 1) {
      const Decimal short_by = printed(total) - *c.required(problem_.printed, total);
      if (short_by >= Decimal(0) && short_by <= missing_indicators_.front()->max) {
        c.explained_by = "score.missing_row indicators." + missing_indicators_.front()->name;
      }
    }
  }

  // A score cell without a number was deleted on purpose (`/`); on an image it may also not have been read.
  bool may_be_unread(const ScoreIndicator& indicator) const {
    return indicator.max ? !context_.certain(*indicator.max) : context_.any_image();
  }

  int unread_indicator(const ScoreIndicator& indicator, const std::string& path) {
    const auto max = indicator.max ? Decimal::parse(indicator.max->value) : std::nullopt;
    const Evidence place = indicator.max ? indicator.max->evidence : Evidence{};
    return unread_variable(path, max.value_or(Decimal(0)), std::nullopt, place);
  }

  void detail_total(int total, const std::vector<Term>& special) {
    std::vector<Term> terms;
    for (const SectionRule& rule : scheme_.sections) {
      ScoreSection* section = find_section(rule.id);
      const int id =
          section == nullptr ? -1 : variable("scores.sections." + rule.id + ".score", section->score);
      if (id < 0) return;  // a section's score was not read: nothing to add up
      terms.push_back({id});
    }
    Constraint& c = add(sum_constraint("score.total.sum", "total", total, terms,
                                       {"各部分实际得分", "the printed section scores"}));
    if (special.empty()) return;
    // The forms do not say whether 总分 is before or after the special items: either is right.
    c.holds = [plain = c.holds, terms, special, total](const Values& v) {
      if (plain(v)) return true;
      Decimal sum = 0;
      for (const Term& t : terms) sum = sum + v[static_cast<std::size_t>(t.variable)];
      for (const Term& t : special) {
        const Decimal x = v[static_cast<std::size_t>(t.variable)];
        sum = t.sign > 0 ? sum + x : sum - x;
      }
      return sum == v[static_cast<std::size_t>(total)];
    };
    for (const Term& t : special) c.variables.push_back(t.variable);
  }

  void result_rule() {
    const int total = variable("scores.total", scores_.total);
    const int result = variable("scores.result_score", scores_.result_score);
    if (scheme_.score_form != "summary" || total < 0 || result < 0 || !unread_sections_.empty()) return;
    std::vector<int> maxima;
    bool incomplete = !doubtful_sections_.empty();
    for (ScoreIndicator& indicator : scores_.indicators) {
      if (!indicator.score) {
        incomplete = incomplete || may_be_unread(indicator);
        continue;
      }
      const int max = variable("scores.indicators." + indicator.name + ".max", indicator.max);
      if (max < 0) return;
      maxima.push_back(max);
    }
    if (maxima.empty()) return;
    add(result_constraint(result, total, maxima)).incomplete = incomplete;
  }

  bool conforms() const {
    const Selection* conclusion = context_.selection("conclusion");
    return conclusion != nullptr && conclusion->selected == std::vector<std::string>{"conforms"};
  }

  int score_variable() {
    return scheme_.score_form == "summary" ? variable("scores.result_score", scores_.result_score)
                                           : variable("scores.total", scores_.total);
  }

  void special_rules() {
    const int deduction = variable("scores.special_deduction", scores_.special_deduction);
    const int bonus = variable("scores.special_bonus", scores_.special_bonus);
    const Decimal limit = scheme_.rules.special_deduction_limit, most = scheme_.rules.special_bonus_max;
    if (deduction >= 0 && conforms()) {
      const Text message{"特别减分达到 " + limit.to_string() + " 分，不能通过",
                         "special deductions of " + limit.to_string() + " or more cannot pass"};
      add(bound_constraint("score.special", "special_deduction", deduction, "<", limit, message));
    }
    if (bonus >= 0) {
      const Text message{"特别加分最多 " + most.to_string() + " 分",
                         "the special bonus is at most " + most.to_string()};
      add(bound_constraint("score.special", "special_bonus", bonus, "<=", most, message));
    }
  }

  void level_rule() {
    const bool in_scores = scheme_.level_subject == "result_star_level";
    const auto scope_level = context_.record.fields.find("scope_star_level");
    if (!in_scores && scope_level == context_.record.fields.end()) return;
    const int stars = in_scores ? variable("scores.result_star_level", scores_.result_star_level)
                                : variable("fields.scope_star_level", scope_level->second);
    const int score = score_variable();
    if (stars < 0 || score < 0 || scheme_.levels.empty()) return;
    Constraint& c = add(level_constraint(scheme_.level_subject, stars, score, scheme_.levels));
    if (scheme_.levels_assumed) c.severity = Severity::warning;
  }

  void conclusion_rule() {
    const int score = score_variable();
    if (!conforms() || score < 0) return;
    const int deduction = variable("scores.special_deduction", scores_.special_deduction);
    add(pass_constraint(score, deduction, scheme_.rules.pass_score, scheme_.rules.special_deduction_limit));
  }

  // Numbers that the form prints twice vouch for each other; special items are mostly empty.
  void relate() {
    std::map<std::string, int> stars;
    const auto count = [&](const OptionalField& field) {
      if (field) ++stars[field->value];
    };
    count(scores_.result_star_level);
    for (const char* name : {"scope_star_level", "recommended_star_level"}) {
      if (const Field* field = context_.field(name)) ++stars[field->value];
    }
    for (Variable& variable : problem_.variables) {
      const Field* field = variable.field;
      const bool is_level = variable.path.find("star_level") != std::string::npos;
      if (is_level) variable.repeated = stars[field->value] > 1;
      if (scores_.result_score && field == &*scores_.result_score && scores_.total) {
        variable.repeated = scores_.total->value == field->value;
      }
      const bool special = (scores_.special_deduction && field == &*scores_.special_deduction) ||
                           (scores_.special_bonus && field == &*scores_.special_bonus);
      variable.may_be_none = special && !variable.certain;
    }
  }

  void link() {
    for (std::size_t k = 0; k < problem_.constraints.size(); ++k) {
      for (const int id : problem_.constraints[k].variables) {
        problem_.variables[static_cast<std::size_t>(id)].constraints.push_back(static_cast<int>(k));
      }
    }
  }

  Context& context_;
  const Scheme& scheme_;
  Scores& scores_;
  Problem problem_;
  std::map<const Field*, int> index_;
  std::vector<Row> rows_, missing_;
  std::vector<const IndicatorRule*> missing_indicators_;
  std::set<std::string> unread_sections_;    // rows lost by the reading: no sums over them
  std::set<std::string> doubtful_sections_;  // rows lost or read twice: their sums accuse nobody
};

}  // namespace

Problem build_problem(Context& context) { return Builder(context).build(); }

}  // namespace attest
