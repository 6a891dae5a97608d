// attest worker: reads what is queued.
#include <spdlog/spdlog.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "app/batch.h"
#include "app/blobs.h"
#include "app/document_pages.h"
#include "app/document_sandbox.h"
#include "app/failure_list.h"
#include "app/queue_commands.h"
#include "app/queue_progress.h"
#include "app/store_job.h"
#include "app/store_run.h"
#include "export/json.h"

namespace attest {
namespace {

using Json = nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kAskAgain{500};  // after the queue had nothing to give

// A request to a worker process: the path of the bytes, a zero byte, the name of the document.
std::string request_of(const Input& input) { return input.path + '\0' + input.name; }

Input input_of(const std::string& request) {
  const std::size_t zero = request.find('\0');
  return {.path = request.substr(0, zero), .name = request.substr(zero + 1)};
}

WorkerPool::MakeWork queue_work(const PipelineOptions& pipeline, const std::vector<Scheme>& schemes) {
  return [&pipeline, &schemes]() -> WorkerPool::Work {
    auto engine = std::make_shared<Engine>(pipeline, schemes);
    return [engine](const WorkItem& item, const StageReport& report, DocumentParts& parts) {
      const Input input = input_of(item.request);
      if (item.help) return help_with_pages(input, *engine, report, parts), std::string();
      return to_json_text(process_document(input, *engine, report, &parts), /*pretty=*/false);
    };
  };
}

// Whether the machine is at fault and not the document: then the document is for others.
bool is_ours(const JobResult& result) {
  return result.failure &&
         (result.failure->code == ErrorCode::internal || result.failure->code == ErrorCode::out_of_memory);
}

// The queue of one engine, as this process works through it.
class QueueFeed : public WorkFeed {
 public:
  QueueFeed(RecordStore& store, BlobFolder blobs, std::string engine, bool until_empty, ProgressStyle style)
      : store_(store),
        blobs_(std::move(blobs)),
        engine_(std::move(engine)),
        until_empty_(until_empty),
        progress_(store, engine_, style) {}

  std::optional<WorkItem> next() override {
    while (!ended_ && !failed() && Clock::now() >= ask_at_) {
      const Result<std::optional<Claim>> claim = store_.claim_next(engine_);
      if (!claim) return fail(claim.error()), std::nullopt;
      if (!*claim) {
        ask_at_ = Clock::now() + kAskAgain;
        look_whether_empty();
        return std::nullopt;
      }
      if (std::optional<WorkItem> item = begin(**claim)) return item;
    }
    return std::nullopt;
  }

  bool ended() override { return ended_ || failed(); }

  void tick() override {
    if (const std::optional<Error> failure = store_.beat()) return fail(*failure);
    progress_.tick();
  }

  void done(const JobResult& result) {
    const auto found = claims_.find(result.job);
    if (found == claims_.end() || failed()) return;
    if (is_ours(result)) return fail(*result.failure);  // the claim is given back with the others
    const Claim claim = found->second;
    claims_.erase(found);
    const Job job = job_of(claim);
    Json record = record_of(result, job);
    progress_.hide();
    log_record(job, record);
    if (!is_folder(job)) hold_to_content(record, claim.content, claim.name);
    if (!text_member(record, "rejected").empty()) blame_bytes(claim, record);
    complete(claim, record);
  }

  void give_back() {
    for (const auto& [number, claim] : claims_) (void)store_.give_back(claim.job, claim.attempt);
    claims_.clear();
  }

  void hide_progress() { progress_.hide(); }
  bool failed() const { return failure_ != ExitCode::done; }
  ExitCode failure() const { return failure_; }
  std::string summary() const {
    return std::to_string(read_) + " documents read, " + std::to_string(failures_.count()) +
           " of them rejected\n" + failures_.text();
  }

 private:
  Job job_of(const Claim& claim) const {
    const Input input{.path = blobs_.path_of(claim.content), .name = claim.name};
    return {.input = input, .name = std::to_string(claim.job), .shown = claim.name};
  }

  static bool is_folder(const Job& job) {
    std::error_code failure;
    return std::filesystem::is_directory(job.input.path, failure);
  }

  // Nothing where it ends unread.
  std::optional<WorkItem> begin(const Claim& claim) {
    const Job job = job_of(claim);
    if (claim.losses >= kMostLosses) {
      complete(claim, lost_record(claim.name, claim.losses));
      return std::nullopt;
    }
    if (is_folder(job)) {  // of a file the record says what it was made of
      if (const std::optional<Error> damage = blobs_.verify(claim.content)) {
        complete(claim, rejected_json(claim.name, *damage));
        return std::nullopt;
      }
    }
    claims_.emplace(++number_, claim);
    return WorkItem{number_, request_of(job.input)};
  }

  // A document that cannot be read may be one whose bytes have suffered in the folder.
  void blame_bytes(const Claim& claim, Json& record) const {
    const std::optional<Error> damage = blobs_.verify(claim.content);
    if (!damage) return;
    record = rejected_json(claim.name, *damage);
    record["source"]["sha256"] = claim.content;
  }

  void complete(const Claim& claim, const Json& record) {
    const Result<bool> completed = complete_job(store_, claim, record);
    if (!completed) return fail(completed.error());
    if (!*completed) return spdlog::warn("{}: another process has taken it over", escaped(claim.name));
    ++read_;
    failures_.add(claim.name, record);
    progress_.ended(job_of(claim), record);
  }

  // What others are reading may come back to the queue, if they die.
  void look_whether_empty() {
    if (!until_empty_) return;
    const Result<QueueCounts> counts = store_.queue(engine_);
    if (!counts) return fail(counts.error());
    ended_ = counts->waiting == 0 && counts->running <= static_cast<std::int64_t>(claims_.size());
  }

  void fail(const Error& error) {
    progress_.hide();
    failure_ = worse(failure_, report(error));
  }

  RecordStore& store_;
  BlobFolder blobs_;
  std::string engine_;
  bool until_empty_, ended_ = false;
  std::map<std::size_t, Claim> claims_;  // by the number that the pool knows them by
  std::size_t number_ = 0, read_ = 0;
  FailureList failures_;
  QueueProgress progress_;
  Clock::time_point ask_at_{};
  ExitCode failure_ = ExitCode::done;
};

Result<BlobFolder> blobs_of(RecordStore& store, const QueueOptions& options) {
  Result<std::string> folder = options.blobs.empty() ? store.setting("blobs") : options.blobs;
  if (!folder) return folder.error();
  std::error_code failure;
  if (!std::filesystem::is_directory(*folder, failure)) {
    return Error{ErrorCode::bad_configuration, folder->empty()
                                                   ? "nothing was ever enqueued there"
                                                   : "there is no folder of contents at " + *folder};
  }
  return BlobFolder(std::filesystem::absolute(*folder, failure).string());
}

void warn_of_other_engines(RecordStore& store, const std::string& engine) {
  const Result<QueueCounts> counts = store.queue(engine);
  if (!counts || counts->of_others == 0) return;
  spdlog::warn(
      "{} documents wait for another engine: another version, model, schemes or reading options than here",
      counts->of_others);
}

}  // namespace

ExitCode worker_command(const QueueOptions& options) {
  ReadingSetup setup;
  if (const ExitCode failure = set_up(options.documents, setup); failure != ExitCode::done) return failure;
  const auto& [schemes, pipeline] = setup;
  std::error_code ignored;
  if (!is_server(options.store) && !std::filesystem::exists(options.store, ignored)) {
    return report({ErrorCode::unreadable, "there is no archive at " + options.store});
  }
  const Result<std::unique_ptr<RecordStore>> store =
      open_store(options.store, StoreAccess::work, options.lease_seconds);
  if (!store) return report(store.error());
  Result<BlobFolder> blobs = blobs_of(**store, options);
  if (!blobs) return report(blobs.error());

  WorkerLimits limits = worker_limits(options.documents);
  if (options.documents.sandbox) {
    DocumentOptions readable = options.documents;
    readable.inputs = {blobs->path()};
    Result<SandboxPolicy> policy = document_sandbox({}, readable, pipeline);
    if (!policy) return report(policy.error());
    limits.sandbox = std::move(*policy);
  }
  const std::string engine = engine_key(options.documents, pipeline, schemes);
  warn_of_other_engines(**store, engine);
  // Nobody else can fill an SQLite archive meanwhile.
  QueueFeed feed(**store, *blobs, engine, options.until_empty || !is_server(options.store),
                 progress_style(options.documents));
  WorkerPool pool(std::move(limits));
  const bool finished = pool.run(
      feed, queue_work(pipeline, schemes), [&feed](const JobResult& result) { feed.done(result); },
      [&feed] { return interrupted() || feed.failed(); });
  feed.give_back();
  feed.hide_progress();
  if (!options.documents.quiet) std::fputs(feed.summary().c_str(), stdout);
  if (feed.failed()) return feed.failure();
  return finished ? ExitCode::done : ExitCode::interrupted;
}

}  // namespace attest
