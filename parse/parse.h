// Pages to raw readings, by scheme.
#ifndef ATTEST_PARSE_PARSE_H_
#define ATTEST_PARSE_PARSE_H_

#include <optional>
#include <string>
#include <vector>

#include "record/page.h"
#include "record/reading.h"
#include "record/report.h"
#include "schemes/scheme.h"

namespace attest {

struct Identification {
  Kind kind = Kind::unknown;
  const Scheme* scheme = nullptr;  // borrowed from `schemes`; null for rules and unknown documents
};

// Which form this is: standard codes and titles of the first pages, tolerant of recognition errors.
Identification identify(const std::vector<Page>& pages, const std::vector<Scheme>& schemes);

// A report's readings. Never fails: what is not found is not there.
RawReading parse_report(const std::vector<Page>& pages, const Scheme& scheme);

// Implementation rules: the clause tree and the standards cited.
struct RulesReading {
  std::vector<Clause> clauses;
  std::vector<std::string> normative_references;
};
RulesReading parse_rules(const std::vector<Page>& pages);

}  // namespace attest

#endif  // ATTEST_PARSE_PARSE_H_
