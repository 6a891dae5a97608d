#include "app/own_files.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <string_view>
#include <system_error>

#include "app/page_files.h"
#include "export/csv.h"
#include "store/store.h"

namespace attest {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kRecordBegins = "{\n  \"schema\": \"attest.report/1\"";
constexpr std::string_view kUnfinished = ".part";

// Absolute, without links; as it stands where that cannot be had.
fs::path real(const std::string& path) {
  std::error_code failure;
  fs::path out = fs::weakly_canonical(path, failure);
  return failure ? fs::path(path) : out;
}

bool is_below(const fs::path& path, const fs::path& folder) {
  return std::mismatch(folder.begin(), folder.end(), path.begin(), path.end()).first == folder.end();
}

bool is_record(const fs::path& path) {
  std::error_code failure;
  if (!fs::is_regular_file(path, failure)) return false;
  std::array<char, kRecordBegins.size()> head{};
  std::ifstream(path, std::ios::binary).read(head.data(), head.size());
  return std::string_view(head.data(), head.size()) == kRecordBegins;
}

bool is_gathered(const std::string& name) {
  return name == "records.jsonl" ||
         std::any_of(kCsvTables.begin(), kCsvTables.end(),
                     [&name](CsvTable table) { return name == file_name_of(table); });
}

}  // namespace

void OwnFiles::add_output(const std::string& folder) { output_ = real(folder); }

void OwnFiles::add_store(const std::string& path) {
  if (!is_server(path)) store_ = real(path);
}

void OwnFiles::add_folder(const std::string& folder) {
  if (!folder.empty()) folders_.push_back(real(folder));
}

bool OwnFiles::contains(const std::string& path) const {
  const fs::path file = real(path);
  if (!store_.empty()) {
    for (const char* ending : {"", "-wal", "-shm", "-journal", ".lock"}) {
      if (file == store_.string() + ending) return true;
    }
  }
  if (std::any_of(folders_.begin(), folders_.end(),
                  [&file](const fs::path& folder) { return is_below(file, folder); })) {
    return true;
  }
  return !output_.empty() && file.parent_path() == output_ && is_output(file);
}

// A gathered file, a record, or pages that stand beside a record.
bool OwnFiles::is_output(const fs::path& path) const {
  std::string name = path.filename().string();
  if (name.ends_with(kUnfinished)) name.resize(name.size() - kUnfinished.size());
  if (is_gathered(name)) return true;
  if (name.ends_with(".json")) return is_record(path);
  const std::vector<std::string> endings = endings_of({.alto = true, .hocr = true, .pdf = true});
  return std::any_of(endings.begin(), endings.end(), [&](const std::string& ending) {
    return name.ends_with(ending) &&
           is_record(output_ / (name.substr(0, name.size() - ending.size()) + ".json"));
  });
}

}  // namespace attest
