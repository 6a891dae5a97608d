// attest run: documents to records, tables and a summary.
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>

#include "app/batch.h"
#include "app/output.h"
#include "app/store_run.h"
#include "app/summary.h"
#include "export/csv.h"
#include "export/json.h"
#include "store/store.h"

namespace attest {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kByteOrderMark = "\xef\xbb\xbf";

// The files of the output folder.
class Store {
 public:
  explicit Store(const RunOptions& options) : folder_(options.output) {
    const auto asked = [&options](const char* format) {
      return std::find(options.formats.begin(), options.formats.end(), format) != options.formats.end();
    };
    json_ = asked("json");
    page_endings_ = endings_of(options.documents.page_formats);
    if (asked("jsonl")) lines_ = std::make_unique<OutputFile>(path_of("records.jsonl"));
    if (!asked("csv")) return;
    for (std::size_t i = 0; i < kCsvTables.size(); ++i) {
      tables_[i] = std::make_unique<OutputFile>(path_of(std::string(file_name_of(kCsvTables[i]))));
      if (options.csv_bom) tables_[i]->write(kByteOrderMark);
      tables_[i]->write(csv_header(kCsvTables[i]));
    }
  }

  // The record that an earlier run wrote, or null.
  Json existing(const Job& job) const {
    std::ifstream file(path_of(job.name + ".json"), std::ios::binary);
    if (!file) return nullptr;
    Json record = Json::parse(file, nullptr, /*allow_exceptions=*/false);
    for (const std::string& ending : page_endings_) {
      std::error_code failure;
      if (!std::filesystem::exists(path_of(job.name + ending), failure)) return nullptr;
    }
    const bool ours = record.is_object() && record.value("schema", Json()) == "attest.report/1";
    return ours ? record : Json();
  }

  void write_record(const Job& job, const Json& record) {
    if (!json_) return;
    note(write_file(path_of(job.name + ".json"), to_json_text(record, /*pretty=*/true)));
  }

  // A format that cannot be had (of a transcript, say) is no failure of the run.
  void write_page_file(const Job& job, const PageFile& file) {
    if (file.failure.empty()) return note(write_file(path_of(job.name + file.ending), file.bytes));
    spdlog::warn("{}: no {}{}: {}", escaped(job.shown), escaped(job.name), file.ending,
                 escaped(file.failure));
  }

  void append(const Job& job, const Json& record) {
    if (lines_) lines_->write(to_json_text(record, /*pretty=*/false) + "\n");
    if (!tables_.front()) return;
    const auto rows = csv_rows(job.name, record);
    if (!rows) return note(rows.error());
    for (std::size_t i = 0; i < kCsvTables.size(); ++i) tables_[i]->write((*rows)[i]);
  }

  // Puts the gathered files in place.
  void commit() {
    if (lines_) note(lines_->commit());
    note(commit_all(tables_));
  }

  ExitCode failure() const { return failure_; }

 private:
  std::string path_of(const std::string& name) const {
    return (std::filesystem::path(folder_) / name).string();
  }
  void note(const std::optional<Error>& error) {
    if (error) failure_ = worse(failure_, report(*error));
  }

  std::string folder_;
  bool json_ = false;
  std::vector<std::string> page_endings_;
  std::unique_ptr<OutputFile> lines_;
  std::array<std::unique_ptr<OutputFile>, kCsvTables.size()> tables_;
  ExitCode failure_ = ExitCode::done;
};

// A JSON file that was named as a document would give way to its own record.
std::optional<Error> check_no_input_is_overwritten(const std::vector<Job>& jobs, const std::string& folder) {
  for (const Job& job : jobs) {
    const std::filesystem::path record = std::filesystem::path(folder) / (job.name + ".json");
    std::error_code failure;
    if (job.input.path.empty() || !std::filesystem::equivalent(record, job.input.path, failure)) continue;
    return Error{ErrorCode::bad_configuration,
                 "the record of " + job.shown + " would be written over it; name another folder with -o"};
  }
  return std::nullopt;
}

}  // namespace

OwnFiles own_files(const RunOptions& options) {
  OwnFiles out;
  if (!options.output.empty()) out.add_output(options.output);
  if (!options.store.empty()) out.add_store(options.store);
  if (!options.store.empty() && !is_server(options.store)) out.add_folder(options.store + ".blobs");
  out.add_folder(options.documents.debug_images);
  return out;
}

ExitCode run_command(const RunOptions& options) {
  ReadingSetup setup;
  if (const ExitCode failure = set_up(options.documents, setup); failure != ExitCode::done) return failure;
  const auto& [schemes, pipeline] = setup;
  if (!options.store.empty()) return run_into_store(options, pipeline, schemes);
  if (const std::optional<Error> failure = make_output_folder(options.output)) return report(*failure);

  const std::vector<Job> jobs =
      collect_jobs(options.documents.inputs, pipeline.ingest.max_bytes, own_files(options));
  if (const std::optional<Error> failure = check_no_input_is_overwritten(jobs, options.output)) {
    return report(*failure);
  }
  Store store(options);
  std::vector<DocumentSummary> summaries;
  BatchCallbacks callbacks;
  if (options.no_overwrite) callbacks.existing = [&store](const Job& job) { return store.existing(job); };
  callbacks.done = [&store](const Job& job, const Json& record) { store.write_record(job, record); };
  callbacks.page_file = [&store](const Job& job, const PageFile& file) { store.write_page_file(job, file); };
  callbacks.in_order = [&](const Job& job, const Json& record) {
    store.append(job, record);
    summaries.push_back(summarize(job.shown, record));
  };
  const ExitCode worst = run_batch(jobs, options.documents, pipeline, schemes, callbacks);
  store.commit();  // after an interrupt: of what is done
  if (!options.documents.quiet) {
    const std::string table = summary_table(summaries, language_of(options.documents.language));
    std::fputs(table.c_str(), stdout);
  }
  return worse(worst, store.failure());
}

}  // namespace attest
