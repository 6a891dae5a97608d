#include "app/store_run.h"

#include <spdlog/spdlog.h>
#include <tesseract/baseapi.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <deque>
#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <utility>

#include "app/batch.h"
#include "app/content.h"
#include "app/failure_list.h"
#include "app/store_job.h"
#include "export/json.h"
#include "ocr/models.h"
#include "store/store.h"

namespace attest {
namespace {

using Json = nlohmann::ordered_json;

std::vector<StoreInput> store_inputs(const std::vector<Job>& jobs) {
  std::vector<StoreInput> out;
  for (const Job& job : jobs) {
    const std::string path = input_path(job);
    const Result<std::string> digest = content_digest(job.input);
    out.push_back({path, digest ? *digest : unreadable_content(path), static_cast<bool>(digest)});
  }
  return out;
}

// The documents of one run on their way through the archive. Those that other processes have are asked for
// again until they have ended.
class StoreRun : public WorkFeed {
 public:
  StoreRun(RecordStore& store, const std::vector<Job>& jobs, std::vector<StoreInput> inputs, RunPlan plan)
      : store_(store), inputs_(std::move(inputs)), plan_(std::move(plan)) {
    std::set<std::int64_t> seen;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      if (!is_terminal(plan_.jobs[i].state) && seen.insert(plan_.jobs[i].id).second) places.push_back(i);
    }
    // What killed its process comes last, so that it holds nothing else up.
    std::stable_sort(places.begin(), places.end(), [this](std::size_t a, std::size_t b) {
      return plan_.jobs[a].losses < plan_.jobs[b].losses;
    });
    for (const std::size_t place : places) {
      due_.push_back(open_.size());
      open_.push_back(jobs[place]);
      place_.push_back(place);
      index_[jobs[place].name] = open_.size() - 1;
    }
  }

  const std::vector<Job>& open_jobs() const { return open_; }
  ExitCode failure() const { return failure_; }
  bool failed() const { return failure_ != ExitCode::done; }

  std::optional<WorkItem> next() override {
    while (!due_.empty() && !failed()) {
      const std::size_t index = due_.front();
      due_.pop_front();
      if (claim(index)) return WorkItem{index};
    }
    return std::nullopt;
  }

  bool ended() override { return failed() || (due_.empty() && elsewhere_.empty()); }

  void tick() override {
    if (const std::optional<Error> failure = store_.beat()) return fail(*failure);
    const auto now = std::chrono::steady_clock::now();
    if (elsewhere_.empty() || now < asked_ + kAskAgain) return;
    asked_ = now;
    due_.insert(due_.end(), elsewhere_.begin(), elsewhere_.end());
    elsewhere_.clear();
  }

  void done(const Job& job, Json record) {
    if (failed()) return;
    const std::size_t index = index_.at(job.name);
    const auto claim = claims_.find(index);
    if (claim == claims_.end()) return;
    const StoreInput& input = inputs_[place_[index]];
    std::error_code failure;
    const bool folder = !job.input.path.empty() && std::filesystem::is_directory(job.input.path, failure);
    if (input.readable && !folder) hold_to_content(record, input.content, record_file_name(job.input));
    complete(job, claim->second, record);
    claims_.erase(index);
  }

  // What was begun and will not be ended by this process.
  void give_back() {
    for (const auto& [index, claim] : claims_) {
      if (!failed()) (void)store_.give_back(claim.job, claim.attempt);
    }
    claims_.clear();
  }

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
  static constexpr std::chrono::seconds kAskAgain{
      1};  // how long a document may go unseen that another has ended

  // Whether it is ours to read now.
  bool claim(std::size_t index) {
    const std::int64_t job = plan_.jobs[place_[index]].id;
    const Result<std::optional<Claim>> claim = store_.claim(job);
    if (!claim) return fail(claim.error()), false;
    if (*claim && (*claim)->losses >= kMostLosses) {
      complete(open_[index], **claim, lost_record(record_file_name(open_[index].input), (*claim)->losses));
      return false;
    }
    if (*claim) {
      claims_[index] = **claim;
      return true;
    }
    const Result<JobState> state = store_.state(job);
    if (!state) return fail(state.error()), false;
    if (!is_terminal(*state)) elsewhere_.push_back(index);
    return false;
  }

  void complete(const Job& job, const Claim& claim, const Json& record) {
    const Result<bool> completed = complete_job(store_, claim, record);
    if (!completed) return fail(completed.error());
    if (!*completed) {
      spdlog::warn("{}: another process has taken it over", escaped(job.shown));
      elsewhere_.push_back(index_.at(job.name));
      return;
    }
    ++done_;
    failures_.add(job.shown, record);
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
    line += failures_.text();
    std::fputs(line.c_str(), stdout);
  }

  void fail(const Error& error) { failure_ = worse(failure_, report(error)); }

  RecordStore& store_;
  std::vector<StoreInput> inputs_;
  RunPlan plan_;
  std::vector<Job> open_;
  std::vector<std::size_t> place_;            // of an open job among the inputs
  std::map<std::string, std::size_t> index_;  // a job's name → its place among the open ones
  std::deque<std::size_t> due_;
  std::vector<std::size_t> elsewhere_;  // another process has them
  std::map<std::size_t, Claim> claims_;
  std::chrono::steady_clock::time_point asked_{};
  ExitCode failure_ = ExitCode::done;
  std::size_t done_ = 0;
  FailureList failures_;
};

}  // namespace

RunMode run_mode(const std::string& name) {
  if (name == "redo") return RunMode::redo;
  return name == "failed" ? RunMode::failed : RunMode::skip;
}

std::string input_path(const Job& job) {
  if (job.input.path.empty()) return job.shown;
  std::error_code failure;
  const std::filesystem::path path = std::filesystem::absolute(job.input.path, failure);
  return failure ? job.input.path : path.string();
}

std::string unreadable_content(const std::string& path) { return "path:" + sha256_hex(path); }

std::string engine_key(const DocumentOptions& options, const PipelineOptions& pipeline,
                       const std::vector<Scheme>& schemes) {
  std::string parts = std::string(ATTEST_VERSION) + "\n" + tesseract::TessBaseAPI::Version() + "\n";
  const Result<ModelFile> model = find_model(pipeline.reader.model_folder, pipeline.reader.model);
  parts += (model ? model->sha256 : "") + "\n";
  for (const Scheme& scheme : schemes) parts += scheme.id + " " + scheme.sha256 + "\n";
  parts += options.pages + "\n" + std::to_string(options.dpi) + "\n" + options.recognizer + "\n" +
           options.text + "\n" + options.channels;
  return std::string(ATTEST_VERSION) + "-" + sha256_hex(parts).substr(0, 16);
}

ExitCode run_into_store(const RunOptions& options, const PipelineOptions& pipeline,
                        const std::vector<Scheme>& schemes) {
  const Result<std::unique_ptr<RecordStore>> store = open_store(options.store, StoreAccess::work);
  if (!store) return report(store.error());
  const std::vector<Job> jobs =
      collect_jobs(options.documents.inputs, pipeline.ingest.max_bytes, own_files(options));
  std::vector<StoreInput> inputs = store_inputs(jobs);
  Result<RunPlan> plan =
      (*store)->enter(engine_key(options.documents, pipeline, schemes), inputs, run_mode(options.mode));
  if (!plan) return report(plan.error());

  StoreRun run(**store, jobs, std::move(inputs), std::move(*plan));
  BatchCallbacks callbacks;
  callbacks.feed = &run;
  callbacks.done = [&run](const Job& job, const Json& record) { run.done(job, record); };
  callbacks.stop = [&run] { return run.failed(); };
  const ExitCode worst = run_batch(run.open_jobs(), options.documents, pipeline, schemes, callbacks);
  run.give_back();
  if (run.failed()) return run.failure();
  return worse(worst, run.finish(worst == ExitCode::interrupted, options.documents.quiet));
}

}  // namespace attest
