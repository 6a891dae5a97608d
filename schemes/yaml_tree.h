// A YAML document as a plain tree that knows file and line of each node, so that every error of a scheme file
// can name its place, and so that a file can be merged over the one it extends. Values own what they hold.
#ifndef ATTEST_SCHEMES_YAML_TREE_H_
#define ATTEST_SCHEMES_YAML_TREE_H_

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "record/error.h"

namespace attest {

struct YamlNode {
  enum class Kind { null, scalar, sequence, map } kind = Kind::null;
  std::string text;     // of a scalar
  bool quoted = false;  // a quoted scalar is a string, whatever it looks like
  std::string file;     // base name
  int line = 0;         // from 1
  struct Entry;
  std::vector<Entry> entries;   // of a map, in file order
  std::vector<YamlNode> items;  // of a sequence

  const YamlNode* find(std::string_view key) const;  // null where this is no map or has no such key
};

struct YamlNode::Entry {
  std::string key;
  YamlNode value;
};

// bad_configuration with the message "FILE:LINE: what".
Error error_at(const YamlNode& node, const std::string& what);

// Refuses syntax errors, doubled keys, and documents of more than some 200,000 nodes (aliases count each
// time).
Result<YamlNode> parse_yaml(const std::string& bytes, const std::string& file);

// `over` laid over `base`: maps entry by entry; of the lists `fields` and `groups` at the top each element by
// its `name` or `group`; anything else is replaced. New elements come last.
YamlNode merged(const YamlNode& base, const YamlNode& over);

// Unquoted numbers, true and false become JSON's; every other scalar is a string.
nlohmann::json to_json(const YamlNode& node);

}  // namespace attest

#endif  // ATTEST_SCHEMES_YAML_TREE_H_
