// attest enqueue: documents into a folder of contents and a queue.
#include <cstdio>
#include <filesystem>
#include <memory>
#include <set>
#include <utility>

#include "app/blobs.h"
#include "app/content.h"
#include "app/inputs.h"
#include "app/queue_commands.h"
#include "app/store_job.h"
#include "app/store_run.h"

namespace attest {
namespace {

constexpr const char* kBlobsSetting = "blobs";

// Where the contents go: as asked, as before, or beside an SQLite file.
Result<std::string> blob_folder(RecordStore& store, const QueueOptions& options) {
  std::string folder = options.blobs;
  if (folder.empty()) {
    Result<std::string> before = store.setting(kBlobsSetting);
    if (!before || !before->empty()) return before;
    if (is_server(options.store)) {
      return Error{
          ErrorCode::bad_configuration,
          "say with --blobs where the documents' bytes are to lie: a folder that every worker mounts"};
    }
    folder = options.store + ".blobs";
  }
  std::error_code failure;
  const std::filesystem::path path = std::filesystem::absolute(folder, failure);
  if (failure) return Error{ErrorCode::bad_configuration, "no path: " + folder};
  const std::string absolute = path.lexically_normal().string();
  if (std::optional<Error> error = store.set_setting(kBlobsSetting, absolute)) return *error;
  return absolute;
}

struct Entry {
  StoreInput input;
  std::optional<Error> failure;  // it cannot be read, and ends here
};

Result<std::vector<Entry>> copy_all(const std::vector<Job>& jobs, const BlobFolder& blobs) {
  std::vector<Entry> out;
  for (const Job& job : jobs) {
    if (interrupted()) return Error{ErrorCode::internal, "interrupted; nothing was entered"};
    Entry entry;
    entry.input.path = input_path(job);
    entry.input.name = record_file_name(job.input);
    const Result<std::string> digest = blobs.put(job.input);
    if (digest) {
      entry.input.content = *digest;
      entry.input.queued = true;
    } else if (digest.error().code == ErrorCode::unreadable) {
      entry.input.content = unreadable_content(entry.input.path);
      entry.input.readable = false;
      entry.failure = digest.error();
    } else {
      return digest.error();
    }
    out.push_back(std::move(entry));
  }
  return out;
}

// What cannot be read ends as rejected at once: there are no bytes that a worker could look at.
std::optional<Error> reject(RecordStore& store, std::int64_t job, const Entry& entry) {
  const Result<std::optional<Claim>> claim = store.claim(job);
  if (!claim) return claim.error();
  if (!*claim) return std::nullopt;
  const Result<bool> done = complete_job(store, **claim, rejected_json(entry.input.name, *entry.failure));
  return done ? std::nullopt : std::optional<Error>(done.error());
}

}  // namespace

ExitCode enqueue_command(const QueueOptions& options) {
  ReadingSetup setup;
  if (const ExitCode failure = set_up(options.documents, setup); failure != ExitCode::done) return failure;
  const auto& [schemes, pipeline] = setup;
  const Result<std::unique_ptr<RecordStore>> store = open_store(options.store, StoreAccess::work);
  if (!store) return report(store.error());
  const Result<std::string> folder = blob_folder(**store, options);
  if (!folder) return report(folder.error());

  OwnFiles own;
  own.add_store(options.store);
  own.add_folder(*folder);
  const std::vector<Job> jobs = collect_jobs(options.documents.inputs, pipeline.ingest.max_bytes, own);
  const Result<std::vector<Entry>> entries = copy_all(jobs, BlobFolder(*folder));
  if (!entries) return interrupted() ? ExitCode::interrupted : report(entries.error());
  std::vector<StoreInput> inputs;
  for (const Entry& entry : *entries) inputs.push_back(entry.input);
  const Result<RunPlan> plan =
      (*store)->enter(engine_key(options.documents, pipeline, schemes), inputs, run_mode(options.mode));
  if (!plan) return report(plan.error());
  ExitCode worst = ExitCode::done;
  std::set<std::int64_t> waiting, ended;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const StoredJob& job = plan->jobs[i];
    const Entry& entry = (*entries)[i];
    if (entry.failure) {
      worst = worse(worst, report(*entry.failure));
      if (const std::optional<Error> failure = reject(**store, job.id, entry)) return report(*failure);
      continue;
    }
    (is_terminal(job.state) ? ended : waiting).insert(job.id);
  }
  if (!options.documents.quiet) {
    std::printf("%zu inputs: %zu documents queued, %zu had ended before\n", inputs.size(), waiting.size(),
                ended.size());
  }
  return worst;
}

}  // namespace attest
