// attest enqueue and attest worker: documents read by many processes, on one machine or many.
//
//   enqueue:  inputs ─ copied into the folder of contents ─▶ entered as queued
//   worker:   claimed ─▶ read in sandboxed processes ─▶ completed … until nothing is queued
//
// Both must be given the same model, schemes and reading options: a queue is one of an engine (store_run.h).
#ifndef ATTEST_APP_QUEUE_COMMANDS_H_
#define ATTEST_APP_QUEUE_COMMANDS_H_

#include <string>

#include "app/commands.h"
#include "store/store.h"

namespace attest {

struct QueueOptions {
  DocumentOptions documents;  // of a worker: without inputs
  std::string store;
  std::string blobs;                  // folder of contents; empty: as the store says
  std::string mode = "skip";          // enqueue: what is done again, as RunOptions::mode
  bool until_empty = false;           // worker: end when nothing is queued or being read
  int lease_seconds = kLeaseSeconds;  // worker: how long it may be out of touch
};

ExitCode enqueue_command(const QueueOptions& options);
ExitCode worker_command(const QueueOptions& options);

}  // namespace attest

#endif  // ATTEST_APP_QUEUE_COMMANDS_H_
