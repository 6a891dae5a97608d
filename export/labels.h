// Names of tables and columns for a person's eyes. Functions are pure.
#ifndef ATTEST_EXPORT_LABELS_H_
#define ATTEST_EXPORT_LABELS_H_

#include <string>
#include <string_view>

#include "export/tables.h"

namespace attest {

enum class LabelLanguage { zh, en };

std::string table_label(RecordTable table, LabelLanguage language);  // "评分", "Scores"

// "组织名称", "Organization name". A column without a Chinese name keeps its own.
std::string column_label(RecordTable table, std::string_view column, LabelLanguage language);

}  // namespace attest

#endif  // ATTEST_EXPORT_LABELS_H_
