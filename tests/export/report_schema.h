// Tests whether a JSON text is by docs/report.schema.json.
#ifndef ATTEST_TESTS_EXPORT_REPORT_SCHEMA_H_
#define ATTEST_TESTS_EXPORT_REPORT_SCHEMA_H_

#include <string>

namespace attest {

// What is wrong with the record, one line a violation; empty when it is by the schema.
std::string schema_violations(const std::string& record_json);

}  // namespace attest

#endif  // ATTEST_TESTS_EXPORT_REPORT_SCHEMA_H_
