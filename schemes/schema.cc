#include "schemes/schema.h"

#include <cctype>
#include <cstdlib>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>
#include <vector>

#include "schemes/schema_text.h"

namespace attest {
namespace {

using valijson::ValidationResults;

// Built once; a schema that does not parse leaves it null, which the tests would show.
const valijson::Schema* built_in_schema() {
  static const std::unique_ptr<valijson::Schema> schema = []() -> std::unique_ptr<valijson::Schema> {
    try {
      const nlohmann::json document = nlohmann::json::parse(kSchemeSchema);
      auto out = std::make_unique<valijson::Schema>();
      valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
      parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(document), *out);
      return out;
    } catch (const std::exception&) {
      return nullptr;
    }
  }();
  return schema.get();
}

// Valijson names a place as "<root>", "[fields]", "[3]", "[places]" …
const YamlNode& node_at(const YamlNode& document, const std::vector<std::string>& context) {
  const YamlNode* node = &document;
  for (const std::string& step : context) {
    if (step.size() < 2 || step.front() != '[') continue;
    const std::string key = step.substr(1, step.size() - 2);
    const YamlNode* next = nullptr;
    if (node->kind == YamlNode::Kind::sequence) {
      const std::size_t index = std::strtoul(key.c_str(), nullptr, 10);
      if (index < node->items.size()) next = &node->items[index];
    } else {
      next = node->find(key);
    }
    if (next == nullptr) break;
    node = next;
  }
  return *node;
}

std::string path_of(const std::vector<std::string>& context) {
  std::string path;
  for (const std::string& step : context) {
    if (step.size() < 2 || step.front() != '[') continue;
    const std::string key = step.substr(1, step.size() - 2);
    const bool index = !key.empty() && std::isdigit(static_cast<unsigned char>(key[0]));
    path += index ? "[" + key + "]" : (path.empty() ? "" : ".") + key;
  }
  return path;
}

// The name that a message quotes last: "… constraints: 'colour'." → colour
std::string quoted_name(const std::string& description) {
  const std::size_t end = description.rfind('\'');
  if (end == std::string::npos || end == 0) return {};
  const std::size_t begin = description.rfind('\'', end - 1);
  return begin == std::string::npos ? std::string() : description.substr(begin + 1, end - begin - 1);
}

Error as_error(const YamlNode& document, const ValidationResults::Error& found) {
  const YamlNode& node = node_at(document, found.context);
  const std::string path = path_of(found.context);
  const std::string name = quoted_name(found.description);
  if (found.description.find("additionalProperties") != std::string::npos) {
    if (const YamlNode* unknown = node.find(name)) {
      return error_at(*unknown, "unknown key '" + name + "'" + (path.empty() ? "" : " in " + path));
    }
  }
  const std::string text = node.kind == YamlNode::Kind::scalar ? " (here: " + node.text + ")" : "";
  return error_at(node, (path.empty() ? "" : path + ": ") + found.description + text);
}

}  // namespace

std::optional<Error> schema_error(const YamlNode& document) {
  const valijson::Schema* schema = built_in_schema();
  if (schema == nullptr) return Error{ErrorCode::internal, "the built-in schema of scheme files is broken"};
  try {
    const nlohmann::json json = to_json(document);
    valijson::Validator validator(valijson::Validator::kStrongTypes);
    ValidationResults results;
    if (validator.validate(*schema, valijson::adapters::NlohmannJsonAdapter(json), &results))
      return std::nullopt;
    // The deepest place says what is wrong; its parents only that something below them is.
    const ValidationResults::Error* deepest = nullptr;
    for (const ValidationResults::Error& error : results) {
      if (deepest == nullptr || error.context.size() > deepest->context.size()) deepest = &error;
    }
    if (deepest == nullptr) return error_at(document, "does not follow the schema of scheme files");
    return as_error(document, *deepest);
  } catch (const std::exception& e) {
    return error_at(document, e.what());
  }
}

}  // namespace attest
