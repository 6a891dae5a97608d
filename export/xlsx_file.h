// A workbook: a sheet a table, with frozen headers, filters, typed cells and coloured findings.
#ifndef ATTEST_EXPORT_XLSX_FILE_H_
#define ATTEST_EXPORT_XLSX_FILE_H_

#include <string>

#include "export/bulk.h"
#include "export/labels.h"

namespace attest {

struct XlsxOptions {
  LabelLanguage language = LabelLanguage::en;
  int sheet_rows =
      1'048'576;  // header included, what a sheet can hold; a table with more goes on in the next
};

// Temporary files of the size of the uncompressed sheets are written beside `path`.
OpenedWriter open_xlsx_file(const std::string& path, const XlsxOptions& options);

}  // namespace attest

#endif  // ATTEST_EXPORT_XLSX_FILE_H_
