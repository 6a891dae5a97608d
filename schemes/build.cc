#include "schemes/build.h"

#include <re2/re2.h>

#include <algorithm>
#include <initializer_list>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace attest {
namespace {

using Texts = std::vector<std::string>;
using TextsByRole = std::map<std::string, Texts>;

// -- plain values --
std::string text_of(const YamlNode& node, std::string_view key, const std::string& otherwise = {}) {
  const YamlNode* value = node.find(key);
  return value == nullptr ? otherwise : value->text;
}

bool flag_of(const YamlNode& node, std::string_view key, bool otherwise) {
  const YamlNode* value = node.find(key);
  return value == nullptr ? otherwise : value->text == "true";
}

Texts texts(const YamlNode& list) {
  Texts out;
  for (const YamlNode& item : list.items) out.push_back(item.text);
  return out;
}

Texts texts_of(const YamlNode& node, std::string_view key) {
  const YamlNode* list = node.find(key);
  return list == nullptr ? Texts() : texts(*list);
}

TextsByRole texts_by_role(const YamlNode& node, std::string_view key) {
  TextsByRole out;
  if (const YamlNode* roles = node.find(key)) {
    for (const auto& [role, list] : roles->entries) out[role] = texts(list);
  }
  return out;
}

const std::vector<YamlNode>& items_of(const YamlNode& node, std::string_view key) {
  static const std::vector<YamlNode> kNone;
  const YamlNode* list = node.find(key);
  return list == nullptr ? kNone : list->items;
}

// The schema has made sure that a number stands there; what it cannot say is how many digits a Decimal holds.
Decimal decimal_of(const YamlNode& node, std::string_view key) {
  return Decimal::parse(text_of(node, key)).value_or(Decimal());
}

// -- patterns --
// Puts the document's `patterns` in place of %name%. RE2 has no use for a percent sign, so a lone one stays.
class Patterns {
 public:
  explicit Patterns(const YamlNode& document) : named_(document.find("patterns")) {}

  // Checked to compile and to have one of `groups`.
  Result<std::string> expanded(const YamlNode& pattern, std::initializer_list<const char*> groups) const {
    Result<std::string> text = replaced(pattern, pattern.text, 0);
    if (!text) return text;
    const RE2 compiled(*text, RE2::Quiet);
    if (!compiled.ok()) return error_at(pattern, "the pattern is no RE2 expression: " + compiled.error());
    const auto& found = compiled.NamedCapturingGroups();
    for (const char* group : groups) {
      if (found.count(group) == 0) {
        return error_at(pattern, std::string("the pattern has no group (?P<") + group + ">…)");
      }
    }
    return text;
  }

 private:
  Result<std::string> replaced(const YamlNode& place, const std::string& text, int depth) const {
    constexpr int kDeepest = 8;  // %date% uses %digit%; more than a few levels is a circle
    if (depth > kDeepest) return error_at(place, "the named patterns refer to each other in a circle");
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
      const std::size_t end = text[i] == '%' ? name_end(text, i + 1) : i;
      if (end == i) {
        out += text[i++];
        continue;
      }
      const std::string name = text.substr(i + 1, end - i - 2);
      const YamlNode* named = named_ == nullptr ? nullptr : named_->find(name);
      if (named == nullptr) return error_at(place, "no pattern is called '" + name + "'");
      Result<std::string> inner = replaced(place, named->text, depth + 1);
      if (!inner) return inner;
      out += *inner;
      i = end;
    }
    return out;
  }

  // Behind the closing percent sign of a name that starts at `begin`, or `begin - 1` where none does.
  static std::size_t name_end(const std::string& text, std::size_t begin) {
    std::size_t i = begin;
    while (i < text.size() && (text[i] == '_' || (text[i] >= 'a' && text[i] <= 'z'))) ++i;
    return i > begin && i < text.size() && text[i] == '%' ? i + 1 : begin - 1;
  }

  const YamlNode* named_;
};

// -- fields and groups --
Result<FieldPlace> build_place(const YamlNode& node, const Patterns& patterns) {
  FieldPlace place;
  place.where = text_of(node, "where");
  place.part = text_of(node, "part");
  place.labels = texts_of(node, "labels");
  place.shape = text_of(node, "shape", place.shape);
  const YamlNode* pattern = node.find("pattern");
  if ((place.shape == "pattern") != (pattern != nullptr)) {
    return error_at(node, "shape: pattern and a pattern belong together");
  }
  if (pattern == nullptr && place.labels.empty())
    return error_at(node, "a place without a pattern needs labels");
  if (pattern != nullptr) {
    Result<std::string> text = patterns.expanded(*pattern, {"value"});
    if (!text) return text.error();
    place.pattern = *text;
  }
  return place;
}

Result<std::vector<FieldRule>> build_fields(const YamlNode& document, const Patterns& patterns) {
  std::vector<FieldRule> fields;
  const Texts without = texts_of(document, "without_fields");
  for (const YamlNode& node : items_of(document, "fields")) {
    FieldRule field{text_of(node, "name"), text_of(node, "type"), {}};
    if (std::find(without.begin(), without.end(), field.name) != without.end()) continue;
    for (const YamlNode& place_node : items_of(node, "places")) {
      Result<FieldPlace> place = build_place(place_node, patterns);
      if (!place) return place.error();
      field.places.push_back(*place);
    }
    field.repeats = texts_of(node, "repeats");
    fields.push_back(std::move(field));
  }
  return fields;
}

std::vector<GroupRule> build_groups(const YamlNode& document) {
  std::vector<GroupRule> groups;
  for (const YamlNode& node : items_of(document, "groups")) {
    GroupRule group;
    group.group = text_of(node, "group");
    group.part = text_of(node, "part");
    group.anchors = texts_of(node, "anchors");
    group.anchor_side = text_of(node, "anchor_side", group.anchor_side);
    group.box_at = text_of(node, "box_at", group.box_at);
    group.exclusive = flag_of(node, "exclusive", group.exclusive);
    group.mandatory = flag_of(node, "mandatory", group.mandatory);
    group.mandatory_with = text_of(node, "mandatory_with");
    for (const YamlNode& option : items_of(node, "options")) {
      group.options.push_back({text_of(option, "option"), texts_of(option, "labels")});
    }
    groups.push_back(std::move(group));
  }
  return groups;
}

// -- scores --
IndicatorRule build_indicator(const YamlNode& node) {
  IndicatorRule indicator{
      text_of(node, "name"), text_of(node, "clause"), texts_of(node, "aliases"), decimal_of(node, "max"), {}};
  for (const YamlNode& row : items_of(node, "items")) {
    ItemRule item{std::nullopt, text_of(row, "clause"), decimal_of(row, "max"), text_of(row, "content")};
    if (row.find("code") != nullptr) item.code = text_of(row, "code");
    indicator.items.push_back(std::move(item));
  }
  return indicator;
}

std::vector<SectionRule> build_sections(const YamlNode& document) {
  std::vector<SectionRule> sections;
  for (const YamlNode& node : items_of(document, "sections")) {
    SectionRule section{text_of(node, "id"), text_of(node, "name"), decimal_of(node, "max"), {}};
    for (const YamlNode& indicator : items_of(node, "indicators")) {
      section.indicators.push_back(build_indicator(indicator));
    }
    sections.push_back(std::move(section));
  }
  return sections;
}

std::vector<Level> build_levels(const YamlNode& document) {
  std::vector<Level> levels;
  for (const YamlNode& node : items_of(document, "levels")) {
    levels.push_back(
        {decimal_of(node, "minimum"), std::stoi(text_of(node, "stars", "0")), text_of(node, "name")});
  }
  return levels;
}

Result<std::map<std::string, std::string>> build_score_patterns(const YamlNode& document,
                                                                const Patterns& patterns) {
  std::map<std::string, std::string> out;
  if (const YamlNode* roles = document.find("score_patterns")) {
    for (const auto& [role, pattern] : roles->entries) {
      Result<std::string> text = role == "section_line" ? patterns.expanded(pattern, {"max", "score"})
                                                        : patterns.expanded(pattern, {"value"});
      if (!text) return text.error();
      out[role] = *text;
    }
  }
  return out;
}

RuleParameters build_rules(const YamlNode& document) {
  RuleParameters rules;
  const YamlNode* node = document.find("rules");
  if (node == nullptr) return rules;
  rules.pass_score = decimal_of(*node, "pass_score");
  rules.special_deduction_limit = decimal_of(*node, "special_deduction_limit");
  rules.special_bonus_max = decimal_of(*node, "special_bonus_max");
  rules.source = text_of(*node, "source");
  if (const YamlNode* sources = node->find("rule_sources")) {
    for (const auto& [rule, source] : sources->entries) rules.rule_sources[rule] = source.text;
  }
  return rules;
}

}  // namespace

Result<Scheme> build_scheme(const YamlNode& document) {
  const Patterns patterns(document);
  Scheme scheme;
  scheme.id = text_of(document, "id");
  if (const YamlNode* title = document.find("title")) {
    scheme.title_zh = text_of(*title, "zh");
    scheme.title_en = text_of(*title, "en");
  }
  scheme.kind = text_of(document, "kind");
  scheme.standard = text_of(document, "standard");
  scheme.standard_spellings = texts_of(document, "standard_spellings");
  scheme.identifiers = texts_of(document, "identifiers");
  scheme.titles = texts_of(document, "titles");
  scheme.headings = texts_by_role(document, "headings");

  Result<std::vector<FieldRule>> fields = build_fields(document, patterns);
  if (!fields) return fields.error();
  scheme.fields = *fields;
  scheme.groups = build_groups(document);
  scheme.mandatory_fields = texts_of(document, "mandatory_fields");
  scheme.mandatory_if_conforms = texts_by_role(document, "mandatory_if_conforms");

  scheme.boilerplate = texts_of(document, "boilerplate");
  scheme.team_columns = texts_by_role(document, "team_columns");
  scheme.score_form = text_of(document, "score_form");
  scheme.score_columns = texts_by_role(document, "score_columns");
  scheme.score_labels = texts_by_role(document, "score_labels");
  Result<std::map<std::string, std::string>> score_patterns = build_score_patterns(document, patterns);
  if (!score_patterns) return score_patterns.error();
  scheme.score_patterns = *score_patterns;
  scheme.sections = build_sections(document);
  scheme.levels = build_levels(document);
  scheme.levels_assumed = flag_of(document, "levels_assumed", false);
  scheme.level_subject = text_of(document, "level_subject");
  scheme.rules = build_rules(document);
  return scheme;
}

}  // namespace attest
