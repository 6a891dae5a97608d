// A record as JSON by docs/report.schema.json: UTF-8, keys in the contract's order, the same bytes for the same record.
#ifndef ATTEST_EXPORT_JSON_H_
#define ATTEST_EXPORT_JSON_H_

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "record/report.h"

namespace attest {

nlohmann::ordered_json to_json(const Record& record);

// Two-space indented with final newline, or on one line (JSON Lines).
std::string to_json_text(const Record& record, bool pretty);

}  // namespace attest

#endif  // ATTEST_EXPORT_JSON_H_
