// An export as one SQLite file that stands alone: the tables of an archive without its jobs.
//
//   records(record, json), reports, scores, selections, team, findings, pages      `record` joins them
//   finding_list, score_list    views: findings and scores with what names their report
#ifndef ATTEST_STORE_TABLE_FILE_H_
#define ATTEST_STORE_TABLE_FILE_H_

#include <string>

#include "export/bulk.h"

namespace attest {

OpenedWriter open_table_file(const std::string& path);

}  // namespace attest

#endif  // ATTEST_STORE_TABLE_FILE_H_
