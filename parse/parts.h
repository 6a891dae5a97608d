// The form's parts: where each heading of the scheme stands in the flow, and what lies between two of them.
// Section numbers are ignored, since forms shift them.
#ifndef ATTEST_PARSE_PARTS_H_
#define ATTEST_PARSE_PARTS_H_

#include <map>
#include <string>
#include <vector>

#include "parse/flow.h"
#include "schemes/scheme.h"

namespace attest {

struct Part {
  int begin = 0, end = 0;  // from its heading's line to the next part's
};

struct Parts {
  std::map<std::string, Part> by_name;  // "cover" is always there
  std::vector<int> headings;            // begins of all headings found, ascending

  // The named part; a part whose heading was not found is the whole document.
  Part range(const std::string& name, const SourceText& text) const;
};

Parts find_parts(const SourceText& text, const Scheme& scheme);

}  // namespace attest

#endif  // ATTEST_PARSE_PARTS_H_
