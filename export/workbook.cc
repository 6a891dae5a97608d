#include "export/workbook.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <utility>

#include "export/xml_package.h"

namespace attest {
namespace {

constexpr std::time_t kCreated = 1'577'836'800;  // 2020-01-01: the same bytes whenever it is written
constexpr int kMostPlaces = 9;

constexpr std::array kPaints = {Paint::none, Paint::red, Paint::amber, Paint::grey, Paint::blue};

lxw_color_t color_of(Paint paint) {
  switch (paint) {
    case Paint::red:
      return 0xF8CBAD;
    case Paint::amber:
      return 0xFFE699;
    case Paint::blue:
      return 0xBDD7EE;
    case Paint::grey:
    case Paint::none:
      return 0xE7E6E6;
  }
  return 0xE7E6E6;
}

// The bytes of a sheet's rows, which lie in a temporary file by now; nothing: not all of them do.
std::optional<std::uint64_t> bytes_of_rows(lxw_worksheet* sheet) {
  lxw_worksheet_write_single_row(sheet);  // the last one
  FILE* rows = sheet->optimize_tmpfile;
  if (rows == nullptr) return 0;
  if (std::fflush(rows) != 0 || std::ferror(rows) != 0) return std::nullopt;
  return static_cast<std::uint64_t>(std::max(0L, std::ftell(rows)));
}

Error lost(const std::string& part) {
  return {ErrorCode::not_writable, part + " did not arrive whole; the disk may be full"};
}

// Every part must be closed, and a sheet is its rows and more.
std::optional<Error> look_at_parts(const std::string& path, const std::vector<std::uint64_t>& rows) {
  const Result<std::vector<XmlPart>> parts = read_xml_package(path);
  if (!parts) return Error{ErrorCode::not_writable, parts.error().message};
  for (const XmlPart& part : *parts) {
    if (!part.closed) return lost(part.name);
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::string name = "xl/worksheets/sheet" + std::to_string(i + 1) + ".xml";
    const bool whole = std::any_of(parts->begin(), parts->end(), [&](const XmlPart& part) {
      return part.name == name && part.size > rows[i];
    });
    if (!whole) return lost(name);
  }
  return std::nullopt;
}

}  // namespace

// libxlsxwriter's temporary files have names of chance and lie there for a moment; a folder of their own lets
// the next export to the same place sweep away what a killed one left.
Workbook::Workbook(const std::string& path) : path_(path), folder_(path + ".tmp") {
  std::error_code failure;
  std::filesystem::remove_all(folder_, failure);
  if (!std::filesystem::create_directory(folder_, failure)) return;
  lxw_workbook_options options{};
  options.constant_memory = LXW_TRUE;
  options.use_zip64 = LXW_TRUE;
  options.tmpdir = folder_.data();
  book_ = workbook_new_opt(path.c_str(), &options);
  if (book_ == nullptr) return;
  lxw_doc_properties properties{};
  properties.created = kCreated;
  workbook_set_properties(book_, &properties);
  header_ = workbook_add_format(book_);
  format_set_bold(header_);
  format_set_bg_color(header_, 0xD9E1F2);
  format_set_bottom(header_, LXW_BORDER_THIN);
  date_ = add_format("yyyy-mm-dd");
  for (const Paint paint : kPaints) {
    texts_.push_back(add_format("@"));  // stays text when somebody edits it
    if (paint != Paint::none) format_set_bg_color(texts_.back(), color_of(paint));
  }
  for (int places = 0; places <= kMostPlaces; ++places) {
    const std::string zeros(static_cast<std::size_t>(places), '0');
    numbers_.push_back(add_format(places == 0 ? "0" : ("0." + zeros).c_str()));
  }
}

Workbook::~Workbook() {
  if (book_ != nullptr) (void)workbook_close(book_);
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

lxw_format* Workbook::add_format(const char* number_format) {
  lxw_format* format = workbook_add_format(book_);
  format_set_num_format(format, number_format);
  return format;
}

lxw_format* Workbook::number(int places) const {
  return numbers_[static_cast<std::size_t>(std::clamp(places, 0, kMostPlaces))];
}

lxw_worksheet* Workbook::add_sheet(const std::string& name) {
  lxw_worksheet* sheet = workbook_add_worksheet(book_, name.c_str());
  if (sheet != nullptr) sheets_.push_back(sheet);
  return sheet;
}

std::optional<Error> Workbook::finish() {
  std::vector<std::uint64_t> rows;
  for (lxw_worksheet* sheet : sheets_) {
    const std::optional<std::uint64_t> bytes = bytes_of_rows(sheet);
    if (!bytes) return lost(sheet->name);
    rows.push_back(*bytes);
  }
  const lxw_error code = workbook_close(std::exchange(book_, nullptr));
  if (code != LXW_NO_ERROR) return Error{ErrorCode::not_writable, lxw_strerror(code)};
  return look_at_parts(path_, rows);
}

}  // namespace attest
