// The Chinese names of what a record holds, for people: fields, check-box groups and their options, score
// tables. The record's own names are English words and travel to programs. Functions are pure.
#ifndef ATTEST_RECORD_LABELS_H_
#define ATTEST_RECORD_LABELS_H_

#include <string>
#include <string_view>

namespace attest {

// "report_date" → "编制日期", the form's own word where it has one; empty for a name that is none of the
// record's.
std::string_view chinese_label(std::string_view name);

// Every name of the record in a text replaced by its Chinese one: "scope_change,surveillance" →
// "变更认证范围、保持认证", "items.B6" → "分项 B6". What is no name stays.
std::string in_chinese(std::string_view names);

}  // namespace attest

#endif  // ATTEST_RECORD_LABELS_H_
