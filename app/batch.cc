#include "app/batch.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "app/document_pages.h"
#include "app/document_sandbox.h"
#include "export/json.h"

namespace attest {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kRecordSchema = "attest.report/1";

// Hands records on in the order of the list, whatever order they are made in.
class Sequence {
 public:
  Sequence(const std::vector<Job>& jobs, const BatchCallbacks& callbacks)
      : jobs_(jobs), callbacks_(callbacks) {}

  void put(std::size_t job, Json record) {
    if (!callbacks_.in_order) return;
    waiting_.emplace(job, std::move(record));
    for (auto it = waiting_.find(next_); it != waiting_.end(); it = waiting_.find(next_)) {
      callbacks_.in_order(jobs_[next_], it->second);
      waiting_.erase(it);
      ++next_;
    }
  }

  // No record will come any more for those that others wait for.
  void finish() {
    for (const auto& [job, record] : waiting_) callbacks_.in_order(jobs_[job], record);
    waiting_.clear();
  }

 private:
  const std::vector<Job>& jobs_;
  const BatchCallbacks& callbacks_;
  std::map<std::size_t, Json> waiting_;
  std::size_t next_ = 0;
};

std::string text_of(const Json& record, const char* key) {
  const auto it = record.find(key);
  return it != record.end() && it->is_string() ? it->get<std::string>() : "";
}

ErrorCode code_named(const std::string& name) {
  for (int i = 0; i <= static_cast<int>(ErrorCode::internal); ++i) {
    const auto code = static_cast<ErrorCode>(i);
    if (name_of(code) == name) return code;
  }
  return ErrorCode::internal;
}

// What a worker does: the engine is loaded once, then document after document.
WorkerPool::MakeWork document_work(const std::vector<Job>& jobs, const PipelineOptions& pipeline,
                                   const std::vector<Scheme>& schemes, const PageFormats& formats) {
  return [&jobs, &pipeline, &schemes, &formats]() -> WorkerPool::Work {
    auto engine = std::make_shared<Engine>(pipeline, schemes);
    return [&jobs, &formats, engine](const WorkItem& item, const StageReport& report, DocumentParts& parts) {
      const Input& input = jobs[item.job].input;
      if (item.help) return help_with_pages(input, *engine, report, parts), std::string();
      const Record record = process_document(input, *engine, report, &parts);
      return document_payload(record, input, engine->options().ingest, formats);
    };
  };
}

// Whether a worker's bytes are a record: it has read what strangers wrote, and may not be itself any more.
bool is_record(const Json& record) {
  if (!record.is_object() || text_of(record, "schema") != kRecordSchema) return false;
  const std::string status = text_of(record, "status");
  const bool ended = status == name_of(Status::ok) || status == name_of(Status::needs_review) ||
                     status == name_of(Status::rejected);
  if (!ended || !record.contains("source") || !record["source"].is_object()) return false;
  for (const char* key : {"errors", "findings"}) {
    if (!record.contains(key) || !record[key].is_array()) return false;
  }
  return std::all_of(record["errors"].begin(), record["errors"].end(), [](const Json& error) {
    return error.is_object() && error.contains("page") && error.contains("message");
  });
}

}  // namespace

ProgressDocument progress_of(const Job& job, const Json& record) {
  const Json& source = record["source"];
  const auto pages = source.find("pages");
  return {job.shown, text_of(record, "status"), text_of(record, "rejected"),
          pages == source.end() ? 0 : pages->size()};
}

ExitCode log_record(const Job& job, const Json& record) {
  const std::string shown = escaped(job.shown);
  for (const Json& error : record.value("errors", Json::array())) {
    const std::string page = error["page"].is_number() ? ", page " + error["page"].dump() : "";
    spdlog::warn("{}{}: {} ({})", shown, page, escaped(text_of(error, "message")), text_of(error, "code"));
    if (text_of(error, "code") == name_of(ErrorCode::missing_dependency)) return ExitCode::missing_dependency;
  }
  spdlog::info("{} -> {}: {}", shown, escaped(job.name), text_of(record, "status"));
  const std::string rejected = text_of(record, "rejected");
  return rejected.empty() ? ExitCode::done : exit_code_of(code_named(rejected));
}

Json record_of(const JobResult& result, const Job& job) {
  if (result.failure) return to_json(rejected_record(record_file_name(job.input), *result.failure));
  Json record = Json::parse(result.payload, nullptr, /*allow_exceptions=*/false);
  if (is_record(record)) return record;
  return to_json(
      rejected_record(record_file_name(job.input),
                      {ErrorCode::worker_failed, "the process that read the document wrote no record"}));
}

ExitCode run_batch(const std::vector<Job>& jobs, const DocumentOptions& options,
                   const PipelineOptions& pipeline, const std::vector<Scheme>& schemes,
                   const BatchCallbacks& callbacks) {
  ExitCode worst = ExitCode::done;
  Sequence sequence(jobs, callbacks);
  ProgressStyle style = progress_style(options);
  if (jobs.size() <= 1 && style != ProgressStyle::json) style = ProgressStyle::none;
  Progress progress(jobs.size(), style);
  std::vector<std::size_t> open_jobs;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    Json record = callbacks.existing ? callbacks.existing(jobs[i]) : Json();
    if (record.is_null()) {
      open_jobs.push_back(i);
    } else {
      sequence.put(i, std::move(record));
      progress.skip();
    }
  }
  WorkerLimits limits = worker_limits(options);
  if (options.sandbox) {
    Result<SandboxPolicy> policy = document_sandbox(jobs, options, pipeline);
    if (!policy) return report(policy.error());
    limits.sandbox = std::move(*policy);
  }
  WorkerPool pool(std::move(limits));
  const auto on_result = [&](JobResult result) {
    const Job& job = jobs[result.job];
    const std::vector<PageFile> files = take_page_files(result.payload);
    Json record = record_of(result, job);
    progress.hide();
    worst = worse(worst, log_record(job, record));
    for (const PageFile& file : files) {
      if (callbacks.page_file) callbacks.page_file(job, file);
    }
    if (callbacks.done) callbacks.done(job, record);
    const ProgressDocument document = progress_of(job, record);
    sequence.put(result.job, std::move(record));
    progress.step(document);
  };
  const auto stop = [&callbacks] { return interrupted() || (callbacks.stop && callbacks.stop()); };
  const WorkerPool::MakeWork work = document_work(jobs, pipeline, schemes, options.page_formats);
  const bool finished = callbacks.feed != nullptr ? pool.run(*callbacks.feed, work, on_result, stop)
                                                  : pool.run(open_jobs, work, on_result, stop);
  sequence.finish();
  return finished ? worst : ExitCode::interrupted;
}

}  // namespace attest
