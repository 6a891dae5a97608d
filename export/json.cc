// Layout of the record: one function an object of the contract, in the order of docs/report.schema.json.
#include "export/json.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace attest {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kConfidenceSteps = 1e4;  // four places: finer differences are noise of the recogniser
constexpr double kPointSteps = 1e2;       // a hundredth of a point is a twentieth of a pixel at 300 dpi
constexpr double kCostSteps = 1e4;        // nats

double rounded(double value, double steps) {
  if (!std::isfinite(value)) return 0;
  return std::round(value * steps) / steps + 0.0;  // + 0.0 turns -0 into 0
}

double confidence_of(double value) { return rounded(std::clamp(value, 0.0, 1.0), kConfidenceSteps); }

Json box_json(const Box& box) {
  return {rounded(box.left, kPointSteps), rounded(box.top, kPointSteps), rounded(box.width, kPointSteps),
          rounded(box.height, kPointSteps)};
}

Json text_or_null(const std::optional<std::string>& text) { return text ? Json(*text) : Json(nullptr); }
Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

// page and box, or page and line in a transcript.
void put_place(Json& out, const Evidence& evidence) {
  out["page"] = evidence.page > 0 ? Json(evidence.page) : Json(nullptr);
  if (evidence.line > 0) {
    out["line"] = evidence.line;
  } else {
    out["box"] = evidence.box.empty() ? Json(nullptr) : box_json(evidence.box);
  }
}

// An integer field travels as a number; what is not one (a level that could not be read) stays text.
Json value_json(const std::string& value, bool integer) {
  const bool digits = !value.empty() && value.size() <= 9 &&
                      std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (integer && digits) return std::stoi(value);
  return text_or_null(value);
}

Json alternatives_json(const std::vector<Alternative>& readings) {
  Json out = Json::array();
  for (const Alternative& a : readings)
    out.push_back({{"text", a.text}, {"cost", rounded(a.cost, kCostSteps)}});
  return out;
}

Json occurrence_json(const Occurrence& occurrence, bool integer) {
  Json out;
  out["where"] = occurrence.where;
  out["value"] = occurrence.value ? value_json(*occurrence.value, integer) : Json(nullptr);
  out["text"] = occurrence.text;
  out["confidence"] = confidence_of(occurrence.confidence);
  put_place(out, occurrence.evidence);
  return out;
}

Json field_json(const OptionalField& field) {
  if (!field) return nullptr;
  Json out;
  out["value"] = value_json(field->value, field->integer);
  out["text"] = field->text;
  out["confidence"] = confidence_of(field->confidence);
  put_place(out, field->evidence);
  if (!field->occurrences.empty()) {
    Json occurrences = Json::array();
    for (const Occurrence& o : field->occurrences) occurrences.push_back(occurrence_json(o, field->integer));
    out["occurrences"] = std::move(occurrences);
  }
  if (!field->readings.empty()) out["readings"] = alternatives_json(field->readings);
  if (field->proposed) out["proposed"] = value_json(*field->proposed, field->integer);
  return out;
}

// Every name of the contract first, then what a scheme adds of its own.
Json fields_json(const std::map<std::string, OptionalField>& fields) {
  Json out = Json::object();
  for (const std::string& name : field_names()) {
    const auto it = fields.find(name);
    out[name] = it == fields.end() ? Json(nullptr) : field_json(it->second);
  }
  for (const auto& [name, field] : fields) {
    if (!out.contains(name)) out[name] = field_json(field);
  }
  return out;
}

Json selection_json(const Selection& selection) {
  Json options = Json::array();
  for (const Option& option : selection.options) {
    Json o;
    o["option"] = option.option;
    o["label"] = option.label;
    o["state"] = std::string(name_of(option.state));
    o["confidence"] = confidence_of(option.confidence);
    put_place(o, option.evidence);
    options.push_back(std::move(o));
  }
  Json out;
  out["selected"] = selection.selected;
  out["options"] = std::move(options);
  return out;
}

Json selections_json(const std::map<std::string, Selection>& selections) {
  Json out = Json::object();
  for (const std::string& name : selection_names()) {
    const auto it = selections.find(name);
    out[name] = it == selections.end() ? Json(nullptr) : selection_json(it->second);
  }
  for (const auto& [name, selection] : selections) {
    if (!out.contains(name)) out[name] = selection_json(selection);
  }
  return out;
}

Json team_json(const std::vector<TeamMember>& team) {
  Json out = Json::array();
  for (const TeamMember& member : team) {
    Json m;
    m["code"] = field_json(member.code);
    m["name"] = field_json(member.name);
    m["role"] = field_json(member.role);
    m["registration_number"] = field_json(member.registration_number);
    m["specialty_code"] = field_json(member.specialty_code);
    m["phone"] = field_json(member.phone);
    out.push_back(std::move(m));
  }
  return out;
}

Json items_json(const std::vector<ScoreItem>& items) {
  Json out = Json::array();
  for (const ScoreItem& item : items) {
    Json i;
    i["code"] = text_or_null(item.code);
    i["clause"] = text_or_null(item.clause);
    i["indicator"] = text_or_null(item.indicator);
    i["section"] = text_or_null(item.section);
    i["max"] = field_json(item.max);
    i["percent"] = field_json(item.percent);
    i["score"] = field_json(item.score);
    i["applicable"] = item.applicable;
    put_place(i, item.evidence);
    out.push_back(std::move(i));
  }
  return out;
}

Json scores_json(const Scores& scores) {
  Json out;
  out["items"] = items_json(scores.items);
  out["indicators"] = Json::array();
  for (const ScoreIndicator& indicator : scores.indicators) {
    Json i;
    i["name"] = indicator.name;
    i["section"] = text_or_null(indicator.section);
    i["max"] = field_json(indicator.max);
    i["score"] = field_json(indicator.score);
    out["indicators"].push_back(std::move(i));
  }
  out["sections"] = Json::array();
  for (const ScoreSection& section : scores.sections) {
    Json s;
    s["section"] = section.section;
    s["max"] = field_json(section.max);
    s["score"] = field_json(section.score);
    out["sections"].push_back(std::move(s));
  }
  out["special_deduction"] = field_json(scores.special_deduction);
  out["special_bonus"] = field_json(scores.special_bonus);
  out["total"] = field_json(scores.total);
  out["result_score"] = field_json(scores.result_score);
  out["result_star_level"] = field_json(scores.result_star_level);
  return out;
}

Json hypothesis_json(const Hypothesis& hypothesis) {
  Json changes = Json::array();
  for (const Change& c : hypothesis.changes) {
    changes.push_back({{"path", c.path}, {"from", text_or_null(c.from)}, {"to", text_or_null(c.to)}});
  }
  Json out;
  out["verdict"] = std::string(name_of(hypothesis.verdict));
  out["change"] = std::move(changes);
  out["cost"] = rounded(hypothesis.cost, kCostSteps);
  return out;
}

Json finding_json(const Finding& finding) {
  Json out;
  out["rule"] = finding.rule;
  out["subject"] = finding.subject;
  out["severity"] = std::string(name_of(finding.severity));
  out["verdict"] = std::string(name_of(finding.verdict));
  out["expected"] = text_or_null(finding.expected);
  out["actual"] = text_or_null(finding.actual);
  out["formula"] = text_or_null(finding.formula);
  out["operands"] = Json::array();
  for (const Operand& operand : finding.operands) {
    Json o;
    o["path"] = operand.path;
    o["value"] = text_or_null(operand.value);
    o["text"] = operand.text;
    o["confidence"] = confidence_of(operand.confidence);
    put_place(o, operand.evidence);
    out["operands"].push_back(std::move(o));
  }
  out["hypotheses"] = Json::array();
  for (const Hypothesis& h : finding.hypotheses) out["hypotheses"].push_back(hypothesis_json(h));
  out["root_cause"] = text_or_null(finding.root_cause);
  out["message"] = {{"zh", finding.message_zh}, {"en", finding.message_en}};
  return out;
}

Json clause_json(const Clause& clause) {
  Json out;
  out["id"] = clause.id;
  out["title"] = text_or_null(clause.title);
  out["text"] = clause.text;
  put_place(out, clause.evidence);
  out["children"] = Json::array();
  for (const Clause& child : clause.children) out["children"].push_back(clause_json(child));
  return out;
}

Evidence cell_evidence(const Page& page, const Cell& cell) {
  return {page.number, cell.box, cell.lines.empty() ? 0 : cell.lines.front().number};
}

Json table_json(const Page& page, const Table& table) {
  Json rows = Json::array();
  int row = -1;
  for (const Cell& cell : table.cells) {
    if (cell.row != row) rows.push_back(Json::array());
    row = cell.row;
    Json c;
    c["row"] = cell.row;
    c["column"] = cell.column;
    c["row_span"] = cell.row_span;
    c["column_span"] = cell.column_span;
    c["text"] = cell.text();
    put_place(c, cell_evidence(page, cell));
    c.erase("page");
    rows.back().push_back(std::move(c));
  }
  Json out;
  out["page"] = page.number;
  out["box"] = table.box.empty() ? Json(nullptr) : box_json(table.box);
  out["ruled"] = table.ruled;
  out["row_count"] = table.rows;
  out["column_count"] = table.columns;
  out["rows"] = std::move(rows);
  return out;
}

Json page_text_json(const Page& page) {
  Json out = {{"page", page.number}, {"text", page_text(page)}};
  if (page.left_out.empty()) return out;
  out["left_out"] = Json::array();
  for (const Box& box : page.left_out) out["left_out"].push_back(box_json(box));
  return out;
}

Json error_json(const Error& error) {
  Json out;
  out["code"] = std::string(name_of(error.code));
  out["message"] = error.message;
  out["page"] = error.page > 0 ? Json(error.page) : Json(nullptr);
  if (error.box) out["box"] = box_json(*error.box);
  return out;
}

Json source_json(const Record& record) {
  Json pages = Json::array();
  for (const Page& page : record.pages) {
    Json p;
    p["page"] = page.number;
    p["width"] = rounded(page.width, kPointSteps);
    p["height"] = rounded(page.height, kPointSteps);
    p["rotation"] = page.rotation;
    p["origin"] = std::string(name_of(page.origin));
    pages.push_back(std::move(p));
  }
  Json out;
  out["file_name"] = record.source.file_name;
  out["sha256"] = text_or_null(record.source.sha256);
  out["media_type"] = text_or_null(record.source.media_type);
  out["page_count"] = record.source.page_count;
  out["pages"] = std::move(pages);
  return out;
}

Json engine_json(const EngineInfo& engine) {
  Json out;
  out["attest"] = engine.attest;
  out["tesseract"] = text_or_null(engine.tesseract);
  out["model"] = text_or_null(engine.model);
  out["model_sha256"] = text_or_null(engine.model_sha256);
  out["scheme"] = text_or_null(engine.scheme);
  out["scheme_sha256"] = text_or_null(engine.scheme_sha256);
  return out;
}

bool to_look_at(const Finding& finding) { return finding.severity != Severity::info; }

}  // namespace

std::string_view name_of(Status status) {
  switch (status) {
    case Status::ok:
      return "ok";
    case Status::needs_review:
      return "needs_review";
    case Status::rejected:
      return "rejected";
    case Status::quarantined:
      return "quarantined";
  }
  return "rejected";
}

Status status_of(const Record& record) {
  if (record.pages.empty()) {
    const bool died = !record.errors.empty() && record.errors.front().code == ErrorCode::worker_failed;
    return died ? Status::quarantined : Status::rejected;
  }
  const bool doubtful = !record.errors.empty() || record.kind == Kind::unknown ||
                        std::any_of(record.findings.begin(), record.findings.end(), to_look_at);
  return doubtful ? Status::needs_review : Status::ok;
}

const std::vector<std::string>& selection_names() {
  static const std::vector<std::string> names = {"audit_type",
                                                 "site_type",
                                                 "audit_purpose",
                                                 "audit_method",
                                                 "mystery_visit",
                                                 "quality_incident",
                                                 "complaint",
                                                 "government_inspection",
                                                 "law_enforcement_inspection",
                                                 "audit_risk",
                                                 "remote_security_agreement",
                                                 "remote_obstacle",
                                                 "remote_ict_effective",
                                                 "remote_supplement",
                                                 "conclusion",
                                                 "recommendation",
                                                 "non_recommendation"};
  return names;
}

Json to_json(const Record& record) {
  const Status status = status_of(record);
  Json out;
  out["schema"] = "attest.report/1";
  out["source"] = source_json(record);
  out["engine"] = engine_json(record.engine);
  out["status"] = std::string(name_of(status));
  const bool rejected = status == Status::rejected || status == Status::quarantined;
  const ErrorCode code = record.errors.empty() ? ErrorCode::internal : record.errors.front().code;
  out["rejected"] = rejected ? Json(std::string(name_of(code))) : Json(nullptr);
  out["kind"] = std::string(name_of(record.kind));
  out["scheme"] = text_or_null(record.scheme);
  out["fields"] = fields_json(record.fields);
  out["selections"] = selections_json(record.selections);
  out["audit_team"] = team_json(record.audit_team);
  out["scores"] = scores_json(record.scores);
  out["findings"] = Json::array();
  for (const Finding& finding : record.findings) out["findings"].push_back(finding_json(finding));
  out["clauses"] = Json::array();
  for (const Clause& clause : record.clauses) out["clauses"].push_back(clause_json(clause));
  out["normative_references"] = record.normative_references;
  out["tables"] = Json::array();
  out["text"] = Json::array();
  for (const Page& page : record.pages) {
    for (const Table& table : page.tables) out["tables"].push_back(table_json(page, table));
    out["text"].push_back(page_text_json(page));
  }
  out["errors"] = Json::array();
  for (const Error& error : record.errors) out["errors"].push_back(error_json(error));
  return out;
}

std::string to_json_text(const Json& record, bool pretty) {
  std::string out = record.dump(pretty ? 2 : -1, ' ', false, Json::error_handler_t::replace);
  if (pretty) out += '\n';
  return out;
}

std::string to_json_text(const Record& record, bool pretty) { return to_json_text(to_json(record), pretty); }

}  // namespace attest
