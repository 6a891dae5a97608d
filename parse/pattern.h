// Scheme patterns (RE2 over folded text) with results as positions of that text.
#ifndef ATTEST_PARSE_PATTERN_H_
#define ATTEST_PARSE_PATTERN_H_

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "parse/source_text.h"

namespace attest {

// Named groups that took part in the match, as [begin, end) of the text; "" is the whole match.
using PatternMatch = std::map<std::string, std::pair<int, int>>;

// The first match in [begin, end). A pattern that does not compile matches nothing: the loader of the scheme
// has refused it already.
std::optional<PatternMatch> match_pattern(const SourceText& text, const std::string& pattern, int begin,
                                          int end);

}  // namespace attest

#endif  // ATTEST_PARSE_PATTERN_H_
