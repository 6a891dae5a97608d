// A record as JSON by docs/report.schema.json: UTF-8, keys in the contract's order, the same bytes for the
// same record.
//
//   std::string text = to_json_text(record, /*pretty=*/true);
//
// Confidences are rounded to 4 places, boxes (points) to 2. Functions are pure and thread safe; text that is
// not valid UTF-8 is written with U+FFFD in place of the bad bytes.
#ifndef ATTEST_EXPORT_JSON_H_
#define ATTEST_EXPORT_JSON_H_

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record/report.h"

namespace attest {

// How a document ended. Every input ends in exactly one of these.
//   ok:           read completely, nothing to look at
//   needs_review: something does not add up, a page could not be read, or the document is of no known kind
//   rejected:     not read at all; the first error's code says why
//   quarantined:  the process that read it died, and died again (worker_failed): not to be opened carelessly
enum class Status { ok, needs_review, rejected, quarantined };
std::string_view name_of(Status status);
Status status_of(const Record& record);

// Groups of check boxes of the contract, in the order of its table.
const std::vector<std::string>& selection_names();

// A page's text in reading order: a line of the page a line, a row of a table a line with tabs between its
// cells.
std::string page_text(const Page& page);

nlohmann::ordered_json to_json(const Record& record);

// Two-space indented with final newline, or on one line without (JSON Lines).
std::string to_json_text(const Record& record, bool pretty);
std::string to_json_text(const nlohmann::ordered_json& record, bool pretty);

}  // namespace attest

#endif  // ATTEST_EXPORT_JSON_H_
