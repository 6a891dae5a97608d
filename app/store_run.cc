#include "app/store_run.h"

#include <spdlog/spdlog.h>
#include <tesseract/baseapi.h>

#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <utility>

#include "app/batch.h"
#include "app/content.h"
#include "export/json.h"
#include "ocr/models.h"
#include "store/store.h"

namespace attest {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kFailuresShown = 20;  // a screen; the archive has them all

RunMode mode_of(const std::string& name) {
  if (name == "redo") return RunMode::redo;
  return name == "failed" ? RunMode::failed : RunMode::skip;
}

std::string absolute(const Job& job) {
  if (job.input.path.empty()) return job.shown;
  std::error_code failure;
  const std::filesystem::path path = std::filesystem::absolute(job.input.path, failure);
  return failure ? job.input.path : path.string();
}

std::vector<StoreInput> store_inputs(const std::vector<Job>& jobs) {
  std::vector<StoreInput> out;
  for (const Job& job : jobs) {
    const std::string path = absolute(job);
    const Result<std::string> digest = content_digest(job.input);
    out.push_back({path, digest ? *digest : "path:" + sha256_hex(path), static_cast<bool>(digest)});
  }
  return out;
}

std::string text_of(const Json& record, const char* key) {
  const auto it = record.find(key);
  return it != record.end() && it->is_string() ? it->get<std::string>() : "";
}

JobState state_of(const Json& record) {
  const std::string status = text_of(record, "status");
  if (status == "ok") return JobState::ok;
  if (status == "needs_review") return JobState::needs_review;
  const bool died = text_of(record, "rejected") == name_of(ErrorCode::worker_failed);
  return died ? JobState::quarantined : JobState::rejected;
}

// The documents of one run on their way through the archive.
class StoreRun {
 public:
  StoreRun(RecordStore& store, const std::vector<Job>& jobs, std::vector<StoreInput> inputs, RunPlan plan)
      : store_(store), inputs_(std::move(inputs)), plan_(std::move(plan)) {
    std::set<std::int64_t> seen;
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      if (is_terminal(plan_.jobs[i].state) || !seen.insert(plan_.jobs[i].id).second) continue;
      open_.push_back(jobs[i]);
      place_[jobs[i].name] = i;
    }
  }

  const std::vector<Job>& open_jobs() const { return open_; }
  ExitCode failure() const { return failure_; }

  void started(const Job& job) { (void)claim(place_.at(job.name)); }

  void done(const Job& job, Json record) {
    if (failed()) return;
    const std::size_t place = place_.at(job.name);
    // A document whose worker never came to start on it has no claim yet.
    if (!attempts_.contains(place) && !claim(place)) return;
    check_content(job, place, record);
    const JobState state = state_of(record);
    const std::string code = text_of(record, "rejected");
    const Result<bool> completed =
        store_.complete(plan_.jobs[place].id, attempts_[place], {state, code, record});
    attempts_.erase(place);
    if (!completed) return fail(completed.error());
    ++done_;
    if (!code.empty() && ++failures_ <= kFailuresShown) {
      failure_lines_ += "  " + escaped(job.shown) + "  " + std::string(name_of(state)) + " (" + code + ")\n";
    }
  }

  bool failed() const { return failure_ != ExitCode::done; }

  // Inputs against terminal states, and what a person should know.
  ExitCode finish(bool interrupted, bool quiet) {
    const Result<StateCounts> counts = store_.counts(plan_.run);
    if (!counts) return report(counts.error());
    if (!quiet) print(*counts);
    if (interrupted) {
      spdlog::warn("{} of {} inputs are done; the same command goes on from here", counts->terminal(),
                   counts->inputs);
      return ExitCode::interrupted;
    }
    if (counts->terminal() == counts->inputs) return ExitCode::done;
    return report({ErrorCode::internal, std::to_string(counts->inputs) + " inputs were entered, but " +
                                            std::to_string(counts->terminal()) + " have ended"});
  }

 private:
  bool claim(std::size_t place) {
    if (failed()) return false;
    const Result<int> attempt = store_.claim(plan_.jobs[place].id);
    if (!attempt) {
      fail(attempt.error());
      return false;
    }
    attempts_[place] = *attempt;
    return true;
  }

  // The record must be of the bytes that the job is known by.
  void check_content(const Job& job, std::size_t place, Json& record) const {
    if (!inputs_[place].readable || !record.contains("source")) return;
    const std::string& content = inputs_[place].content;
    Json& sha256 = record["source"]["sha256"];
    std::error_code failure;
    const bool folder = !job.input.path.empty() && std::filesystem::is_directory(job.input.path, failure);
    if (folder) return;
    if (sha256.is_string() && sha256 != content) {
      record = Json::parse(
          to_json_text(rejected_record(record_file_name(job.input),
                                       {ErrorCode::unreadable, "the file changed while it was read"}),
                       /*pretty=*/false));
    }
    record["source"]["sha256"] = content;
  }

  void print(const StateCounts& counts) const {
    std::string line = std::to_string(counts.inputs) + " inputs:";
    for (const JobState state : kJobStates) {
      const std::int64_t count = counts.of[static_cast<std::size_t>(state)];
      if (count == 0) continue;
      line += ' ';
      line += std::to_string(count);
      line += ' ';
      line += name_of(state);
      line += ',';
    }
    line += ' ';
    line += std::to_string(done_);
    line += " read now\n";
    line += failure_lines_;
    if (failures_ > kFailuresShown) {
      line += "  and ";
      line += std::to_string(failures_ - kFailuresShown);
      line += " more\n";
    }
    std::fputs(line.c_str(), stdout);
  }

  void fail(const Error& error) { failure_ = worse(failure_, report(error)); }

  RecordStore& store_;
  std::vector<StoreInput> inputs_;
  RunPlan plan_;
  std::vector<Job> open_;
  std::map<std::string, std::size_t> place_;  // a job's name → its place among the inputs
  std::map<std::size_t, int> attempts_;
  ExitCode failure_ = ExitCode::done;
  std::size_t done_ = 0, failures_ = 0;
  std::string failure_lines_;
};

}  // namespace

std::string engine_key(const DocumentOptions& options, const PipelineOptions& pipeline,
                       const std::vector<Scheme>& schemes) {
  std::string parts = std::string(ATTEST_VERSION) + "\n" + tesseract::TessBaseAPI::Version() + "\n";
  const Result<ModelFile> model = find_model(pipeline.reader.model_folder, pipeline.reader.model);
  parts += (model ? model->sha256 : "") + "\n";
  for (const Scheme& scheme : schemes) parts += scheme.id + " " + scheme.sha256 + "\n";
  parts +=
      options.pages + "\n" + std::to_string(options.dpi) + "\n" + options.recognizer + "\n" + options.text + "\n" +
      options.channels;
  return std::string(ATTEST_VERSION) + "-" + sha256_hex(parts).substr(0, 16);
}

ExitCode run_into_store(const RunOptions& options, const PipelineOptions& pipeline,
                        const std::vector<Scheme>& schemes) {
  const Result<std::unique_ptr<RecordStore>> store = open_store(options.store, StoreAccess::work);
  if (!store) return report(store.error());
  const std::vector<Job> jobs = collect_jobs(options.documents.inputs, pipeline.ingest.max_bytes);
  std::vector<StoreInput> inputs = store_inputs(jobs);
  Result<RunPlan> plan =
      (*store)->enter(engine_key(options.documents, pipeline, schemes), inputs, mode_of(options.mode));
  if (!plan) return report(plan.error());

  StoreRun run(**store, jobs, std::move(inputs), std::move(*plan));
  BatchCallbacks callbacks;
  callbacks.started = [&run](const Job& job) { run.started(job); };
  callbacks.done = [&run](const Job& job, const Json& record) { run.done(job, record); };
  callbacks.stop = [&run] { return run.failed(); };
  const ExitCode worst = run_batch(run.open_jobs(), options.documents, pipeline, schemes, callbacks);
  if (run.failed()) return run.failure();
  return worse(worst, run.finish(worst == ExitCode::interrupted, options.documents.quiet));
}

}  // namespace attest
