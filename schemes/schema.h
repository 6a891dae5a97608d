// Scheme files against schemes/scheme.schema.json (JSON Schema draft 7, built into the program).
#ifndef ATTEST_SCHEMES_SCHEMA_H_
#define ATTEST_SCHEMES_SCHEMA_H_

#include <optional>

#include "record/error.h"
#include "schemes/yaml_tree.h"

namespace attest {

// The first thing in `document` that the schema forbids, with its file and line; nothing if it is as it
// should be.
std::optional<Error> schema_error(const YamlNode& document);

}  // namespace attest

#endif  // ATTEST_SCHEMES_SCHEMA_H_
