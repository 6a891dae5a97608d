// A Parquet file a table, with typed columns: INTEGER, DECIMAL, DATE, BOOLEAN, VARCHAR.
#ifndef ATTEST_EXPORT_PARQUET_FILE_H_
#define ATTEST_EXPORT_PARQUET_FILE_H_

#include <string>

#include "export/bulk.h"

namespace attest {

// Into a folder that is there; the rows wait in a temporary database there until commit(). A value that is
// not by its column's type is null. missing_dependency: DuckDB's library is not installed.
OpenedWriter open_parquet_files(const std::string& folder);

// "reports.parquet"
std::string parquet_name_of(RecordTable table);

}  // namespace attest

#endif  // ATTEST_EXPORT_PARQUET_FILE_H_
