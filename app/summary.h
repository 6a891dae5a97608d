// The lines a person sees of exported records: one a document, and totals. Reads exported JSON and never
// throws on one that is not by the schema: what is missing shows as "-".
#ifndef ATTEST_APP_SUMMARY_H_
#define ATTEST_APP_SUMMARY_H_

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "app/terminal.h"

namespace attest {

struct DocumentSummary {
  std::string document, form, score, status;  // harmless text
  int pages = 0, errors = 0, warnings = 0;
  std::vector<std::string> failures = {};  // what went wrong in reading: "page 7: … (timeout)"
};

DocumentSummary summarize(const std::string& shown, const nlohmann::ordered_json& record);

// document, form, pages, score, findings and status in columns, with a line of totals, and below it where the
// failures are.
std::string summary_table(const std::vector<DocumentSummary>& documents, Language language);

}  // namespace attest

#endif  // ATTEST_APP_SUMMARY_H_
