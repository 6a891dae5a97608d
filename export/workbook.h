// An XLSX workbook in libxlsxwriter's constant-memory mode, owned, with the formats that its cells need.
//
//   Workbook book("report.xlsx.part");                 // its temporary files lie in report.xlsx.part.tmp
//   lxw_worksheet* sheet = book.add_sheet("reports");  // owned by the workbook
//   worksheet_write_string(sheet, …, book.text(Paint::red));
//   if (std::optional<Error> failure = book.finish()) …
//
// Not thread safe.
#ifndef ATTEST_EXPORT_WORKBOOK_H_
#define ATTEST_EXPORT_WORKBOOK_H_

#include <xlsxwriter.h>

#include <optional>
#include <string>
#include <vector>

#include "record/error.h"

namespace attest {

// The ground of a cell.
enum class Paint { none, red, amber, grey, blue };

class Workbook {
 public:
  explicit Workbook(const std::string& path);
  ~Workbook();
  Workbook(const Workbook&) = delete;
  Workbook& operator=(const Workbook&) = delete;

  explicit operator bool() const { return book_ != nullptr; }
  lxw_worksheet* add_sheet(const std::string& name);  // null: out of memory
  // Writes what is not there yet, and looks whether all of it arrived. Then there is no workbook any more.
  std::optional<Error> finish();

  lxw_format* header() const { return header_; }
  lxw_format* date() const { return date_; }
  lxw_format* text(Paint paint) const { return texts_[static_cast<std::size_t>(paint)]; }
  lxw_format* number(int places) const;  // shown with so many, or with the most that there are

 private:
  lxw_format* add_format(const char* number_format);

  std::string path_, folder_;
  lxw_workbook* book_ = nullptr;
  std::vector<lxw_worksheet*> sheets_;
  lxw_format* header_ = nullptr;
  lxw_format* date_ = nullptr;
  std::vector<lxw_format*> texts_, numbers_;
};

}  // namespace attest

#endif  // ATTEST_EXPORT_WORKBOOK_H_
