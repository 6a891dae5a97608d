// A record as it would be if a document of the shared corpus were read without any mistake: values of the
// truth file, confidence 1, no pages.
#ifndef ATTEST_TESTS_CHECK_TRUTH_RECORD_H_
#define ATTEST_TESTS_CHECK_TRUTH_RECORD_H_

#include <nlohmann/json.hpp>
#include <string>

#include "record/report.h"
#include "schemes/scheme.h"

namespace attest {

inline OptionalField truth_field(const nlohmann::json& value) {
  if (value.is_null()) return std::nullopt;
  Field field;
  field.integer = value.is_number_integer();
  field.value = value.is_string() ? value.get<std::string>() : value.dump();
  field.text = field.value;
  field.evidence.page = 1;
  return field;
}

inline MarkState truth_state(const std::string& name) {
  if (name == "checked") return MarkState::checked;
  return name == "absent" ? MarkState::absent : MarkState::unchecked;
}

inline void truth_scores(const nlohmann::json& truth, Scores& scores) {
  const auto text = [](const nlohmann::json& v) {
    return v.is_null() ? std::optional<std::string>() : std::optional(v.get<std::string>());
  };
  for (const auto& row : truth.at("items")) {
    ScoreItem item;
    item.code = text(row.at("code"));
    item.clause = text(row.at("clause"));
    item.indicator = row.at("indicator");
    item.section = row.at("section");
    item.max = truth_field(row.at("max"));
    item.percent = truth_field(row.at("percent"));
    item.score = truth_field(row.at("score"));
    item.applicable = row.at("applicable");
    scores.items.push_back(item);
  }
  for (const auto& row : truth.at("indicators")) {
    scores.indicators.push_back(
        {row.at("name"), row.at("section"), truth_field(row.at("max")), truth_field(row.at("score"))});
  }
  for (const auto& row : truth.at("sections")) {
    scores.sections.push_back({row.at("section"), truth_field(row.at("max")), truth_field(row.at("score"))});
  }
  scores.special_deduction = truth_field(truth.at("special_deduction"));
  scores.special_bonus = truth_field(truth.at("special_bonus"));
  scores.total = truth_field(truth.at("total"));
  scores.result_score = truth_field(truth.at("result_score"));
  scores.result_star_level = truth_field(truth.at("result_star_level"));
}

// Where a report contradicts itself the truth lists the other values under `accept`, or in the finding.
inline void truth_occurrences(const nlohmann::json& truth, Record& record) {
  const auto add = [&](const std::string& name, const std::string& value) {
    OptionalField& field = record.fields[name];
    if (!field) return;
    if (field->occurrences.empty())
      field->occurrences.push_back({"cover", field->value, field->value, {}, 1});
    field->occurrences.push_back({"1.8", value, value, {}, 1});
  };
  for (const auto& finding : truth.at("findings")) {
    const std::string rule = finding.at("rule"), subject = finding.at("subject");
    const bool scope = subject == "scope";  // stands in recommended_scope
    if ((rule == "identity.repeat" || rule == "identity.standard") && !scope)
      add(subject, finding.at("actual"));
  }
}

inline Record truth_record(const nlohmann::json& truth, const Scheme& scheme) {
  Record record;
  record.kind = Kind::service_certification_report;
  record.scheme = scheme.id;
  for (const auto& [name, value] : truth.at("fields").items()) record.fields[name] = truth_field(value);
  for (const auto& [group, options] : truth.at("selections").items()) {
    Selection& selection = record.selections[group];
    for (const auto& [option, state] : options.items()) {
      Option o;
      o.option = o.label = option;
      o.state = truth_state(state);
      if (o.state == MarkState::checked) selection.selected.push_back(option);
      selection.options.push_back(o);
    }
  }
  for (const auto& member : truth.at("audit_team")) {
    record.audit_team.push_back({truth_field(member.at("code")), truth_field(member.at("name")),
                                 truth_field(member.at("role")),
                                 truth_field(member.at("registration_number")),
                                 truth_field(member.at("specialty_code")), truth_field(member.at("phone"))});
  }
  truth_scores(truth.at("scores"), record.scores);
  truth_occurrences(truth, record);
  return record;
}

}  // namespace attest

#endif  // ATTEST_TESTS_CHECK_TRUTH_RECORD_H_
