#include "tests/export/report_schema.h"

#include <fstream>
#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

namespace attest {
namespace {

const valijson::Schema& report_schema() {
  static const nlohmann::json text = [] {
    std::ifstream file(std::string(ATTEST_SOURCE_DIR) + "/docs/report.schema.json");
    return nlohmann::json::parse(file);
  }();
  static const valijson::Schema& schema = []() -> const valijson::Schema& {
    static valijson::Schema parsed;
    valijson::SchemaParser parser;
    parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(text), parsed);
    return parsed;
  }();
  return schema;
}

}  // namespace

std::string schema_violations(const std::string& record_json) {
  const nlohmann::json record = nlohmann::json::parse(record_json, nullptr, /*allow_exceptions=*/false);
  if (record.is_discarded()) return "not JSON\n";
  valijson::Validator validator;
  valijson::ValidationResults results;
  if (validator.validate(report_schema(), valijson::adapters::NlohmannJsonAdapter(record), &results))
    return "";
  std::string out;
  valijson::ValidationResults::Error error;
  while (results.popError(error)) {
    for (const std::string& part : error.context) out += part;
    out += ": " + error.description + "\n";
  }
  return out.empty() ? "invalid\n" : out;
}

}  // namespace attest
