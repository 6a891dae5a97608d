// Transcript text through parse and normalize to a short canonical text, so that a test is a table of printed
// → dumped.
#ifndef ATTEST_TESTS_PARSE_DUMP_H_
#define ATTEST_TESTS_PARSE_DUMP_H_

#include <string>
#include <string_view>
#include <vector>

#include "record/report.h"
#include "schemes/scheme.h"

namespace attest::testing {

// The installed scheme of this id; the test fails when it does not load.
const Scheme& scheme(const std::string& id);

Record read_report(std::string_view transcript, const std::string& scheme_id);
// The same with characters that a recogniser read, so that they may be wrong.
Record read_recognised(std::string_view transcript, const std::string& scheme_id);

// "2024-11-19", or "-" for a field without a value.
std::string value(const Record& record, const std::string& field);
// "initial=checked surveillance=unchecked recertification=absent"
std::string states(const Record& record, const std::string& group);
// "A1 5.1.1.1 max=1 percent=98 score=0.98", one item a line.
std::string items(const Record& record);
// "组织架构 4 3.94", one indicator a line.
std::string indicators(const Record& record);
// "service_system 56 54.29", one section a line.
std::string sections(const Record& record);
std::string shown(const OptionalField& field);

}  // namespace attest::testing

#endif  // ATTEST_TESTS_PARSE_DUMP_H_
