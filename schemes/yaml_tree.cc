#include "schemes/yaml_tree.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cstdint>
#include <exception>
#include <optional>
#include <set>

namespace attest {
namespace {

// A scheme has some 2,000 nodes. The limits stop files whose aliases multiply.
constexpr int kMostNodes = 200'000;
constexpr int kDeepest = 64;

// Yaml-cpp throws; inside the builder errors travel as this.
struct Damage {
  int line = 0;
  std::string what;
};

class Builder {
 public:
  explicit Builder(std::string file) : file_(std::move(file)) {}

  YamlNode build(const YAML::Node& node, int depth = 0) {
    const int line = std::max(node.Mark().line, 0) + 1;
    if (++count_ > kMostNodes || depth > kDeepest)
      throw Damage{line, "the document is too large or too deep"};
    YamlNode out;
    out.file = file_;
    out.line = line;
    switch (node.Type()) {
      case YAML::NodeType::Scalar:
        out.kind = YamlNode::Kind::scalar;
        out.text = node.Scalar();
        out.quoted = node.Tag() == "!";
        break;
      case YAML::NodeType::Sequence:
        out.kind = YamlNode::Kind::sequence;
        for (const YAML::Node& item : node) out.items.push_back(build(item, depth + 1));
        break;
      case YAML::NodeType::Map:
        out.kind = YamlNode::Kind::map;
        build_entries(node, depth, out);
        break;
      default:
        break;
    }
    return out;
  }

 private:
  void build_entries(const YAML::Node& node, int depth, YamlNode& out) {
    std::set<std::string> seen;
    for (const auto& entry : node) {
      const int line = std::max(entry.first.Mark().line, 0) + 1;
      if (!entry.first.IsScalar()) throw Damage{line, "a key must be a plain word"};
      const std::string& key = entry.first.Scalar();
      if (!seen.insert(key).second) throw Damage{line, "key '" + key + "' stands here twice"};
      YamlNode value = build(entry.second, depth + 1);
      value.line =
          line;  // the key's line is where a person looks, also for aliases and for blocks below the key
      out.entries.push_back({key, std::move(value)});
    }
  }

  std::string file_;
  int count_ = 0;
};

std::string key_of(const YamlNode& element) {
  for (const char* key : {"name", "group"}) {
    if (const YamlNode* value = element.find(key)) return value->text;
  }
  return {};
}

YamlNode merged_by_key(const YamlNode& base, const YamlNode& over) {
  YamlNode out = over;
  out.items = base.items;
  for (const YamlNode& element : over.items) {
    const std::string key = key_of(element);
    const auto it = std::find_if(out.items.begin(), out.items.end(),
                                 [&](const YamlNode& other) { return !key.empty() && key_of(other) == key; });
    if (it == out.items.end()) {
      out.items.push_back(element);
    } else {
      *it = element;
    }
  }
  return out;
}

YamlNode merged_at(const YamlNode& base, const YamlNode& over, bool top) {
  if (base.kind != YamlNode::Kind::map || over.kind != YamlNode::Kind::map) return over;
  YamlNode out = over;
  out.entries = base.entries;
  for (const auto& [key, value] : over.entries) {
    const auto it =
        std::find_if(out.entries.begin(), out.entries.end(),
                     [&, wanted = std::string_view(key)](const auto& e) { return e.key == wanted; });
    const bool keyed = top && (key == "fields" || key == "groups");
    if (it == out.entries.end()) {
      out.entries.push_back({key, value});
    } else if (keyed && it->value.kind == YamlNode::Kind::sequence &&
               value.kind == YamlNode::Kind::sequence) {
      it->value = merged_by_key(it->value, value);
    } else {
      it->value = merged_at(it->value, value, false);
    }
  }
  return out;
}

// "12", "1.5", "-3": what YAML and JSON both call a number.
bool looks_like_number(std::string_view text) {
  std::size_t i = !text.empty() && text[0] == '-' ? 1 : 0;
  const auto digits = [&] {
    const std::size_t begin = i;
    while (i < text.size() && text[i] >= '0' && text[i] <= '9') ++i;
    return i > begin;
  };
  constexpr std::size_t kLongest = 18;  // digits a Decimal holds
  if (text.size() > kLongest || !digits()) return false;
  if (i == text.size()) return true;
  if (text[i++] != '.') return false;
  return digits() && i == text.size();
}

nlohmann::json scalar_to_json(const YamlNode& node) {
  if (node.quoted) return node.text;
  if (node.text == "true") return true;
  if (node.text == "false") return false;
  if (!looks_like_number(node.text)) return node.text;
  if (node.text.find('.') == std::string::npos) return static_cast<std::int64_t>(std::stoll(node.text));
  return std::stod(node.text);
}

}  // namespace

const YamlNode* YamlNode::find(std::string_view key) const {
  for (const auto& [name, value] : entries) {
    if (name == key) return &value;
  }
  return nullptr;
}

Error error_at(const YamlNode& node, const std::string& what) {
  return {ErrorCode::bad_configuration, node.file + ":" + std::to_string(node.line) + ": " + what, node.file};
}

Result<YamlNode> parse_yaml(const std::string& bytes, const std::string& file) {
  YamlNode place;
  place.file = file;
  try {
    return Builder(file).build(YAML::Load(bytes));
  } catch (const Damage& damage) {
    place.line = damage.line;
    return error_at(place, damage.what);
  } catch (const YAML::Exception& e) {
    place.line = std::max(e.mark.line, 0) + 1;
    return error_at(place, e.msg);
  } catch (const std::exception& e) {
    place.line = 1;
    return error_at(place, e.what());
  }
}

YamlNode merged(const YamlNode& base, const YamlNode& over) { return merged_at(base, over, true); }

nlohmann::json to_json(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::scalar:
      return scalar_to_json(node);
    case YamlNode::Kind::sequence: {
      nlohmann::json out = nlohmann::json::array();
      for (const YamlNode& item : node.items) out.push_back(to_json(item));
      return out;
    }
    case YamlNode::Kind::map: {
      nlohmann::json out = nlohmann::json::object();
      for (const auto& [key, value] : node.entries) out[key] = to_json(value);
      return out;
    }
    case YamlNode::Kind::null:
      break;
  }
  return nullptr;
}

}  // namespace attest
