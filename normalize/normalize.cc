#include "normalize/normalize.h"

#include <algorithm>
#include <string_view>

#include "normalize/field_values.h"
#include "normalize/items.h"

namespace attest {
namespace {

constexpr std::string_view kTeamPrefix = "audit_team.";  // of a column among the fields that print the same

// All places of a field, or of a column of the audit team.
void add_places(const RawReading& reading, const std::string& name, std::vector<Piece>* pieces) {
  if (name.starts_with(kTeamPrefix)) {
    for (const std::map<std::string, Piece>& row : reading.audit_team) {
      const auto cell = row.find(name.substr(kTeamPrefix.size()));
      if (cell != row.end()) pieces->push_back(cell->second);
    }
    return;
  }
  const auto field = reading.fields.find(name);
  if (field != reading.fields.end())
    pieces->insert(pieces->end(), field->second.begin(), field->second.end());
}

// Places of the fields that print the same as a column of the audit team.
std::vector<Piece> repeats_of_column(const RawReading& reading, const Scheme& scheme, const char* role) {
  std::vector<Piece> out;
  const std::string column = std::string(kTeamPrefix) + role;
  for (const FieldRule& rule : scheme.fields) {
    if (std::find(rule.repeats.begin(), rule.repeats.end(), column) != rule.repeats.end())
      add_places(reading, rule.name, &out);
  }
  return out;
}

void fill_fields(const RawReading& reading, const Scheme& scheme, Record& record) {
  for (const std::string& name : field_names()) record.fields[name] = std::nullopt;
  for (const FieldRule& rule : scheme.fields) {
    const auto pieces = reading.fields.find(rule.name);
    if (pieces == reading.fields.end()) continue;
    std::vector<Piece> repeats;
    for (const std::string& name : rule.repeats) add_places(reading, name, &repeats);
    record.fields[rule.name] = make_field(pieces->second, kind_of(rule, scheme), repeats);
  }
}

void fill_selections(const RawReading& reading, const Scheme& scheme, Record& record) {
  for (const GroupRule& group : scheme.groups) {
    Selection selection;
    const auto raw = reading.selections.find(group.group);
    if (raw == reading.selections.end()) continue;
    for (const RawOption& option : raw->second) {
      Option out{option.option, option.label, MarkState::absent, 1, option.evidence};
      if (option.mark) {
        out.state = option.mark->state;
        out.confidence = option.mark->confidence;
      }
      if (out.state == MarkState::checked) selection.selected.push_back(out.option);
      selection.options.push_back(std::move(out));
    }
    record.selections[group.group] = std::move(selection);
  }
}

void fill_team(const RawReading& reading, const Scheme& scheme, Record& record) {
  const auto cell = [&](const std::map<std::string, Piece>& row, const char* role,
                        const char* type) -> OptionalField {
    const auto found = row.find(role);
    if (found == row.end()) return std::nullopt;
    const ValueKind kind = kind_of({.name = role, .type = type, .places = {}}, scheme);
    return make_field(std::optional<Piece>(found->second), kind, repeats_of_column(reading, scheme, role));
  };
  for (const std::map<std::string, Piece>& row : reading.audit_team) {
    TeamMember member{cell(row, "code", "code"),           cell(row, "name", "code"),
                      cell(row, "role", "code"),           cell(row, "registration_number", "code"),
                      cell(row, "specialty_code", "code"), cell(row, "phone", "phone")};
    const bool empty = !member.code && !member.name && !member.role && !member.registration_number &&
                       !member.specialty_code && !member.phone;
    if (!empty) record.audit_team.push_back(std::move(member));
  }
}

// Rows of the sections in the form's order, whatever order the pages gave.
void fill_sections(const RawReading& reading, const Scheme& scheme, Record& record) {
  for (const SectionRule& rule : scheme.sections) {
    const auto raw = std::find_if(reading.sections.begin(), reading.sections.end(),
                                  [&](const RawSection& s) { return s.section == rule.id; });
    if (raw == reading.sections.end()) continue;
    record.scores.sections.push_back(
        {rule.id, make_field(raw->max, number_kind()), make_field(raw->score, number_kind())});
  }
}

OptionalField single(const RawReading& reading, const std::string& name, const ValueKind& kind) {
  std::vector<Piece> pieces;
  for (const std::string& key : {name, name + ".other"}) {
    const auto found = reading.score_singles.find(key);
    if (found != reading.score_singles.end()) pieces.push_back(found->second);
  }
  OptionalField field = make_field(pieces, kind);
  if (field && pieces.size() < 2) field->occurrences.clear();
  return field;
}

void fill_scores(const RawReading& reading, const Scheme& scheme, Record& record) {
  Scores& scores = record.scores;
  scores.items = make_items(reading.items, scheme);
  for (const RawIndicator& raw : reading.indicators) {
    scores.indicators.push_back(
        {raw.name, raw.section, make_field(raw.max, sum_kind()), make_field(raw.score, number_kind())});
  }
  fill_sections(reading, scheme, record);
  scores.special_deduction = single(reading, "special_deduction", special_kind());
  scores.special_bonus = single(reading, "special_bonus", special_kind());
  scores.total = single(reading, "total", number_kind());
  scores.result_score = single(reading, "result_score", number_kind());
  scores.result_star_level = single(reading, "result_star_level", star_kind());
}

}  // namespace

void normalize(const RawReading& reading, const Scheme& scheme, Record& record) {
  record.scheme = scheme.id;
  fill_fields(reading, scheme, record);
  fill_selections(reading, scheme, record);
  fill_team(reading, scheme, record);
  fill_scores(reading, scheme, record);
}

}  // namespace attest
