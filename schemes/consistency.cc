// What JSON Schema cannot say about a scheme: see consistency_error() in schemes/build.h. Each check walks
// the document beside the scheme, so that its error can point at a line.
#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "record/report.h"
#include "schemes/build.h"
#include "text/fold.h"

namespace attest {
namespace {

using Found = std::optional<Error>;

const YamlNode& member(const YamlNode& node, std::string_view key) {
  static const YamlNode kNone;
  const YamlNode* value = node.find(key);
  return value == nullptr ? kNone : *value;
}

// Names that may stand once only. `what` is said in the error.
class Once {
 public:
  explicit Once(std::string what) : what_(std::move(what)) {}
  Found operator()(const YamlNode& node) {
    const auto [it, added] = lines_.try_emplace(node.text, node.file + ":" + std::to_string(node.line));
    if (added) return std::nullopt;
    return error_at(node, what_ + " '" + node.text + "' stands twice, first in " + it->second);
  }

 private:
  std::string what_;
  std::map<std::string, std::string> lines_;
};

// Labels are matched folded; one that folds to nothing would match everywhere.
Found empty_label(const YamlNode& labels) {
  for (const YamlNode& label : labels.items) {
    if (folded(label.text).empty()) return error_at(label, "a label must have a visible character");
  }
  return std::nullopt;
}

Found empty_labels_by_role(const YamlNode& roles) {
  for (const auto& [role, labels] : roles.entries) {
    if (Found error = empty_label(labels)) return error;
  }
  return std::nullopt;
}

Found check_labels(const YamlNode& document) {
  for (const char* key : {"standard_spellings", "identifiers", "titles", "boilerplate"}) {
    if (Found error = empty_label(member(document, key))) return error;
  }
  for (const char* key : {"headings", "team_columns", "score_columns", "score_labels"}) {
    if (Found error = empty_labels_by_role(member(document, key))) return error;
  }
  return std::nullopt;
}

bool is_field(const std::string& name) {
  const auto& names = field_names();
  return std::find(names.begin(), names.end(), name) != names.end();
}

Found check_fields(const YamlNode& document, const Scheme&) {
  Once once("field");
  for (const YamlNode& field : member(document, "fields").items) {
    const YamlNode& name = member(field, "name");
    if (!is_field(name.text)) return error_at(name, "the record has no field '" + name.text + "'");
    if (Found error = once(name)) return error;
    for (const YamlNode& place : member(field, "places").items) {
      if (Found error = empty_label(member(place, "labels"))) return error;
    }
  }
  for (const YamlNode& name : member(document, "without_fields").items) {
    if (!is_field(name.text)) return error_at(name, "the record has no field '" + name.text + "'");
  }
  return std::nullopt;
}

Found check_mandatory(const YamlNode& document, const Scheme& scheme) {
  const auto without_place = [&](const YamlNode& list) -> Found {
    for (const YamlNode& name : list.items) {
      if (find_field(scheme, name.text) == nullptr) {
        return error_at(name, "mandatory field '" + name.text + "' has no place on this form");
      }
    }
    return std::nullopt;
  };
  if (Found error = without_place(member(document, "mandatory_fields"))) return error;
  for (const auto& [conclusion, list] : member(document, "mandatory_if_conforms").entries) {
    if (Found error = without_place(list)) return error;
  }
  return std::nullopt;
}

Found check_options(const YamlNode& group) {
  Once option_once("option");
  std::map<std::string, std::string> option_of_label;
  for (const YamlNode& option : member(group, "options").items) {
    if (Found error = option_once(member(option, "option"))) return error;
    const YamlNode& labels = member(option, "labels");
    if (Found error = empty_label(labels)) return error;
    for (const YamlNode& label : labels.items) {
      const auto [it, added] = option_of_label.try_emplace(folded(label.text), member(option, "option").text);
      if (!added)
        return error_at(label, "label '" + label.text + "' is also one of option '" + it->second + "'");
    }
  }
  return std::nullopt;
}

bool has_option(const Scheme& scheme, const std::string& group_name, const std::string& option) {
  const GroupRule* group = find_group(scheme, group_name);
  return group != nullptr && std::any_of(group->options.begin(), group->options.end(),
                                         [&](const OptionRule& rule) { return rule.option == option; });
}

Found check_groups(const YamlNode& document, const Scheme& scheme) {
  Once once("group");
  for (const YamlNode& group : member(document, "groups").items) {
    if (Found error = once(member(group, "group"))) return error;
    if (Found error = empty_label(member(group, "anchors"))) return error;
    if (Found error = check_options(group)) return error;
    const YamlNode& with = member(group, "mandatory_with");
    if (!with.text.empty() && !has_option(scheme, "conclusion", with.text)) {
      return error_at(with, "group 'conclusion' has no option '" + with.text + "'");
    }
  }
  return std::nullopt;
}

Found check_sum(const YamlNode& place, const std::string& what, Decimal sum, Decimal max) {
  if (sum == max) return std::nullopt;
  return error_at(member(place, "max"), "the maxima of " + what + " add up to " + sum.to_string() +
                                            ", max says " + max.to_string());
}

// Codes, clauses and indicator names are how rows are told apart; sums are what the findings are judged by.
class ScoreCheck {
 public:
  explicit ScoreCheck(const Scheme& scheme) : detail_(scheme.score_form == "detail") {}

  Found section(const YamlNode& node, const SectionRule& rule) {
    if (Found error = sections_(member(node, "id"))) return error;
    Decimal sum;
    for (std::size_t i = 0; i < rule.indicators.size(); ++i) {
      if (Found error = indicator(member(node, "indicators").items[i], rule.indicators[i])) return error;
      sum = sum + rule.indicators[i].max;
    }
    return check_sum(node, "section '" + rule.id + "'", sum, rule.max);
  }

 private:
  Found indicator(const YamlNode& node, const IndicatorRule& rule) {
    if (Found error = clauses_(member(node, "clause"))) return error;
    if (Found error = names_(member(node, "name"))) return error;
    if (Found error = empty_label(member(node, "aliases"))) return error;
    if (detail_ == rule.items.empty()) {
      return error_at(node, detail_ ? "score_form detail needs items" : "score_form summary has no items");
    }
    if (!detail_) return std::nullopt;
    Decimal sum;
    const std::vector<YamlNode>& rows = member(node, "items").items;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (rows[i].find("code") != nullptr) {
        if (Found error = codes_(member(rows[i], "code"))) return error;
      }
      if (Found error = clauses_(member(rows[i], "clause"))) return error;
      sum = sum + rule.items[i].max;
    }
    return check_sum(node, "indicator '" + rule.name + "'", sum, rule.max);
  }

  bool detail_;
  Once sections_{"section"}, names_{"indicator"}, codes_{"code"}, clauses_{"clause"};
};

Found check_scores(const YamlNode& document, const Scheme& scheme) {
  ScoreCheck check(scheme);
  for (std::size_t i = 0; i < scheme.sections.size(); ++i) {
    if (Found error = check.section(member(document, "sections").items[i], scheme.sections[i])) return error;
  }
  return std::nullopt;
}

Found check_levels(const YamlNode& document, const Scheme& scheme) {
  const std::vector<YamlNode>& nodes = member(document, "levels").items;
  for (std::size_t i = 1; i < scheme.levels.size(); ++i) {
    const Level& lower = scheme.levels[i - 1];
    const Level& upper = scheme.levels[i];
    if (upper.minimum <= lower.minimum || upper.stars <= lower.stars) {
      return error_at(nodes[i], "levels must rise in minimum and stars");
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<Error> consistency_error(const YamlNode& document, const Scheme& scheme) {
  if (Found error = check_labels(document)) return error;
  if (Found error = check_fields(document, scheme)) return error;
  if (Found error = check_mandatory(document, scheme)) return error;
  if (Found error = check_groups(document, scheme)) return error;
  if (Found error = check_scores(document, scheme)) return error;
  return check_levels(document, scheme);
}

}  // namespace attest
