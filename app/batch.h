// A list of jobs through worker processes, with the records as exported JSON in the order of the list.
//
//   batch.run(jobs, [](const Job& job, const nlohmann::ordered_json& record) { … });
#ifndef ATTEST_APP_BATCH_H_
#define ATTEST_APP_BATCH_H_

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "app/commands.h"
#include "app/inputs.h"
#include "app/progress.h"
#include "app/worker_pool.h"

namespace attest {

struct BatchCallbacks {
  // A record made earlier that need not be made again (null: none). May be empty.
  std::function<nlohmann::ordered_json(const Job&)> existing;
  // Says which job of the list comes next, by its place; null: each in its turn. With it `existing` is not
  // asked.
  WorkFeed* feed = nullptr;
  // As soon as a document is done, in any order. May be empty.
  std::function<void(const Job&, const nlohmann::ordered_json&)> done;
  // Once for each document that ended, in the order of the list; records wait in memory for those before
  // them. May be empty.
  std::function<void(const Job&, const nlohmann::ordered_json&)> in_order;
  // A file of the document's pages, before `done`. May be empty.
  std::function<void(const Job&, const PageFile&)> page_file;
  // Whether to give up, as after an interrupt. May be empty.
  std::function<bool()> stop;
};

// The worst exit code over the documents; `interrupted` where not all were done.
ExitCode run_batch(const std::vector<Job>& jobs, const DocumentOptions& options,
                   const PipelineOptions& pipeline, const std::vector<Scheme>& schemes,
                   const BatchCallbacks& callbacks);

// What a worker has sent as a record; a rejected one where it is none, or the worker died.
nlohmann::ordered_json record_of(const JobResult& result, const Job& job);

// How far a record takes a run.
ProgressDocument progress_of(const Job& job, const nlohmann::ordered_json& record);

// Says in the log what went wrong with a document, and gives what it means for the program's exit code.
ExitCode log_record(const Job& job, const nlohmann::ordered_json& record);

}  // namespace attest

#endif  // ATTEST_APP_BATCH_H_
