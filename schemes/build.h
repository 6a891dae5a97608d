// A merged scheme document to a Scheme, and what a schema cannot say about it: sums, names, patterns.
#ifndef ATTEST_SCHEMES_BUILD_H_
#define ATTEST_SCHEMES_BUILD_H_

#include <optional>

#include "record/error.h"
#include "schemes/scheme.h"
#include "schemes/yaml_tree.h"

namespace attest {

// `document` has passed schema_error(). `file` and `sha256` are left to the caller.
Result<Scheme> build_scheme(const YamlNode& document);

// The first thing that does not fit together: maxima that do not add up, codes, clauses, options or fields
// that stand twice, mandatory fields without a place, labels of white space, levels out of order.
std::optional<Error> consistency_error(const YamlNode& document, const Scheme& scheme);

}  // namespace attest

#endif  // ATTEST_SCHEMES_BUILD_H_
