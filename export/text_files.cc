// CSV and JSON Lines, which need no library.
#include <array>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "export/bulk.h"
#include "export/csv.h"
#include "export/json.h"
#include "export/output_file.h"

namespace attest {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kByteOrderMark = "\xef\xbb\xbf";

class JsonLines : public BulkWriter {
 public:
  explicit JsonLines(const std::string& path) : file_(path) {}

  std::optional<Error> add(std::int64_t, const Json& json) override {
    file_.write(to_json_text(json, /*pretty=*/false) + "\n");
    return file_.failure();
  }
  std::optional<Error> commit() override { return file_.commit(); }

 private:
  OutputFile file_;
};

class CsvFiles : public BulkWriter {
 public:
  CsvFiles(const std::string& folder, bool byte_order_mark) {
    for (std::size_t i = 0; i < kRecordTables.size(); ++i) {
      const std::filesystem::path path = std::filesystem::path(folder) / file_name_of(kRecordTables[i]);
      files_[i] = std::make_unique<OutputFile>(path.string());
      if (byte_order_mark) files_[i]->write(kByteOrderMark);
      files_[i]->write(csv_header(kRecordTables[i]));
    }
  }

  std::optional<Error> add(std::int64_t record, const Json& json) override {
    const std::string name = std::to_string(record);
    for (std::size_t i = 0; i < kRecordTables.size(); ++i) {
      const Result<std::vector<TableRow>> rows = rows_of(kRecordTables[i], json);
      if (!rows) return rows.error();
      for (const TableRow& row : *rows) files_[i]->write(csv_line(name, row));
      if (files_[i]->failure()) return files_[i]->failure();
    }
    return std::nullopt;
  }

  std::optional<Error> commit() override { return commit_all(files_); }

 private:
  std::array<std::unique_ptr<OutputFile>, kRecordTables.size()> files_;
};

}  // namespace

OpenedWriter open_json_lines(const std::string& path) {
  return std::unique_ptr<BulkWriter>(std::make_unique<JsonLines>(path));
}

OpenedWriter open_csv_files(const std::string& folder, bool byte_order_mark) {
  return std::unique_ptr<BulkWriter>(std::make_unique<CsvFiles>(folder, byte_order_mark));
}

}  // namespace attest
