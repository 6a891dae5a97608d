// libxlsxwriter in its constant-memory mode: a row is written when the next one begins, texts stand in their
// cells. Limits of a sheet: ECMA-376 and "Excel specifications and limits".
#include "export/xlsx_file.h"

#include <xlsxwriter.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "export/output_file.h"
#include "export/workbook.h"
#include "record/decimal.h"
#include "text/fold.h"

namespace attest {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMostUnits = 32'767;  // UTF-16 units in a cell
constexpr std::u32string_view kCut = U"…";
constexpr int kFirstYear = 1900;  // a sheet's calendar begins there

// Widths in characters.
constexpr double kNarrow = 10, kMiddle = 16, kWide = 32, kText = 48;

// Red for what the report did wrong, blue for the reading, grey for what is open.
Paint paint_of(std::string_view column, std::string_view value) {
  if (column == "severity") {
    return value == "error" ? Paint::red : value == "warning" ? Paint::amber : Paint::grey;
  }
  if (column == "verdict") {
    return value == "report_error" ? Paint::red : value == "misread" ? Paint::blue : Paint::grey;
  }
  return Paint::none;
}

double width_of(const TableColumn& column) {
  if (column.type != ColumnType::text) return column.type == ColumnType::date ? kMiddle : kNarrow;
  const std::string& name = column.name;
  if (name == "text" || name == "message_zh" || name == "message_en" || name == "system_overview")
    return kText;
  if (name.find("name") != std::string::npos || name.find("address") != std::string::npos ||
      name.find("scope") != std::string::npos || name.find("description") != std::string::npos ||
      name.find("suggestions") != std::string::npos) {
    return kWide;
  }
  return kMiddle;
}

// A sheet's text is XML: control characters and what is no character cannot stand in it, and "_x0041_" in it
// would be read as "A" ([MS-OI29500] 2.1.1770, ST_Xstring).
std::string sheet_text(std::string_view utf8) {
  const auto plain = [](char c) {
    return static_cast<unsigned char>(c) >= 0x20 && c != '_' && c != '\x7f' && c != '\xef';
  };
  if (utf8.size() <= kMostUnits && std::all_of(utf8.begin(), utf8.end(), plain)) return std::string(utf8);
  const std::u32string text = to_u32(utf8);
  const auto is_hex = [](char32_t c) {
    return (c >= U'0' && c <= U'9') || (c >= U'a' && c <= U'f') || (c >= U'A' && c <= U'F');
  };
  std::u32string out;
  std::size_t units = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char32_t c = text[i];
    std::u32string_view add(&text[i], 1);
    if (c == U'\r') {
      if (i + 1 < text.size() && text[i + 1] == U'\n') continue;
      add = U"\n";
    } else if ((c < 0x20 && c != U'\t' && c != U'\n') || c == 0x7F || c == 0xFFFE || c == 0xFFFF) {
      add = U"\uFFFD";
    } else if (c == U'_' && i + 6 < text.size() && text[i + 1] == U'x' && text[i + 6] == U'_' &&
               std::all_of(text.begin() + static_cast<std::ptrdiff_t>(i) + 2,
                           text.begin() + static_cast<std::ptrdiff_t>(i) + 6, is_hex)) {
      add = U"_x005F_";
    }
    units += add.size() + (c > 0xFFFF ? 1 : 0);
    if (units + kCut.size() > kMostUnits) {
      out += kCut;
      break;
    }
    out += add;
  }
  return to_utf8(out);
}

std::optional<double> to_double(const std::string& text) {
  double out = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return out;
}

int places_of(const std::string& number) {
  const std::size_t point = number.find('.');
  return point == std::string::npos ? 0 : static_cast<int>(number.size() - point) - 1;
}

// "2024-05-31" where there is such a day.
std::optional<lxw_datetime> to_date(const std::string& text) {
  lxw_datetime out{};
  int end = 0;
  if (text.size() != 10 ||
      std::sscanf(text.c_str(), "%4d-%2d-%2d%n", &out.year, &out.month, &out.day, &end) != 3 || end != 10) {
    return std::nullopt;
  }
  const bool leap = (out.year % 4 == 0 && out.year % 100 != 0) || out.year % 400 == 0;
  constexpr std::array kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (out.year < kFirstYear || out.month < 1 || out.month > 12 || out.day < 1) return std::nullopt;
  const int days = kDays[static_cast<std::size_t>(out.month) - 1] + (leap && out.month == 2 ? 1 : 0);
  return out.day <= days ? std::optional(out) : std::nullopt;
}

class XlsxFile : public BulkWriter {
 public:
  XlsxFile(const std::string& path, const XlsxOptions& options)
      : staged_(path), options_(options), book_(staged_.temporary()) {
    for (const RecordTable table : kRecordTables) begin_sheet(table);
  }

  bool opened() const { return static_cast<bool>(book_); }

  std::optional<Error> add(std::int64_t record, const Json& json) override {
    for (const RecordTable table : kRecordTables) {
      const Result<std::vector<TableRow>> rows = rows_of(table, json);
      if (!rows) return rows.error();
      for (const TableRow& row : *rows) {
        if (auto failure = write_row(table, record, row)) return failure;
      }
    }
    return std::nullopt;
  }

  std::optional<Error> commit() override {
    for (const RecordTable table : kRecordTables) end_sheet(table);
    if (auto failure = book_.finish()) {
      failure->message = "cannot write " + staged_.path() + ": " + failure->message;
      return failure;
    }
    return staged_.commit();
  }

 private:
  struct Sheet {
    lxw_worksheet* handle = nullptr;
    int number = 0;      // of the table's sheets, from 1
    lxw_row_t next = 0;  // row
  };

  Sheet& sheet(RecordTable table) { return sheets_[static_cast<std::size_t>(table)]; }

  void begin_sheet(RecordTable table) {
    if (!book_) return;
    Sheet& s = sheet(table);
    ++s.number;
    std::string name = table_label(table, options_.language);
    if (s.number > 1) name += " " + std::to_string(s.number);
    s.handle = book_.add_sheet(name);
    if (s.handle == nullptr) return;
    worksheet_set_column(s.handle, 0, 0, kNarrow, nullptr);
    const std::string first = column_label(table, kRecordColumn, options_.language);
    worksheet_write_string(s.handle, 0, 0, first.c_str(), book_.header());
    lxw_col_t column = 1;
    for (const TableColumn& c : columns_of(table)) {
      worksheet_set_column(s.handle, column, column, width_of(c), nullptr);
      const std::string label = column_label(table, c.name, options_.language);
      worksheet_write_string(s.handle, 0, column, label.c_str(), book_.header());
      ++column;
    }
    worksheet_freeze_panes(s.handle, 1, 1);
    s.next = 1;
  }

  void end_sheet(RecordTable table) {
    const Sheet& s = sheet(table);
    if (s.handle == nullptr) return;
    const auto last = static_cast<lxw_col_t>(columns_of(table).size());
    worksheet_autofilter(s.handle, 0, 0, std::max<lxw_row_t>(s.next, 2) - 1, last);
  }

  std::optional<Error> write_row(RecordTable table, std::int64_t record, const TableRow& row) {
    if (static_cast<int>(sheet(table).next) >= options_.sheet_rows) {
      end_sheet(table);
      begin_sheet(table);
    }
    Sheet& s = sheet(table);
    if (s.handle == nullptr) return error(LXW_ERROR_MEMORY_MALLOC_FAILED);
    lxw_error code =
        worksheet_write_number(s.handle, s.next, 0, static_cast<double>(record), book_.number(0));
    const std::vector<TableColumn>& columns = columns_of(table);
    for (std::size_t i = 0; i < row.size() && code == LXW_NO_ERROR; ++i) {
      if (!row[i].empty()) code = write_cell(s, static_cast<lxw_col_t>(i + 1), columns[i], row[i]);
    }
    ++s.next;
    if (code != LXW_NO_ERROR) return error(code);
    return std::nullopt;
  }

  // What is not by its column's type (a number that could not be read) stays text.
  lxw_error write_cell(const Sheet& s, lxw_col_t at, const TableColumn& column, const std::string& value) {
    if (column.type == ColumnType::integer || column.type == ColumnType::number) {
      const std::optional<double> number = to_double(value);
      if (number)
        return worksheet_write_number(s.handle, s.next, at, *number, book_.number(places_of(value)));
    }
    if (column.type == ColumnType::boolean && (value == "true" || value == "false")) {
      return worksheet_write_boolean(s.handle, s.next, at, value == "true", nullptr);
    }
    if (column.type == ColumnType::date) {
      std::optional<lxw_datetime> date = to_date(value);
      if (date) return worksheet_write_datetime(s.handle, s.next, at, &*date, book_.date());
    }
    lxw_format* format = book_.text(paint_of(column.name, value));
    return worksheet_write_string(s.handle, s.next, at, sheet_text(value).c_str(), format);
  }

  Error error(lxw_error code) const {
    return {ErrorCode::not_writable, "cannot write " + staged_.path() + ": " + lxw_strerror(code)};
  }

  StagedPath staged_;
  XlsxOptions options_;
  Workbook book_;
  std::array<Sheet, kRecordTables.size()> sheets_;
};

}  // namespace

OpenedWriter open_xlsx_file(const std::string& path, const XlsxOptions& options) {
  auto file = std::make_unique<XlsxFile>(path, options);
  if (!file->opened()) return Error{ErrorCode::out_of_memory, "the workbook cannot be begun"};
  return std::unique_ptr<BulkWriter>(std::move(file));
}

}  // namespace attest
