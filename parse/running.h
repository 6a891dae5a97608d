// Running headers, footers, page numbers and scanner marks: lines that belong to the sheet, not to the
// report.
#ifndef ATTEST_PARSE_RUNNING_H_
#define ATTEST_PARSE_RUNNING_H_

#include <set>
#include <utility>
#include <vector>

#include "record/page.h"

namespace attest {

// (index into `pages`, index into Page::lines) of every such line.
std::set<std::pair<int, int>> running_lines(const std::vector<Page>& pages);

}  // namespace attest

#endif  // ATTEST_PARSE_RUNNING_H_
