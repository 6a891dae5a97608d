// attest run --store: documents into an archive that remembers what is done.
//
//   inputs ─ digest ─▶ entered ─▶ open jobs ─▶ workers ─▶ claimed … completed ─▶ counted
//
// Every input is entered before work starts; at the end inputs and terminal states are counted against each
// other. Killed at any moment, the next run goes on where this one was.
#ifndef ATTEST_APP_STORE_RUN_H_
#define ATTEST_APP_STORE_RUN_H_

#include <string>
#include <vector>

#include "app/commands.h"
#include "app/inputs.h"
#include "store/store.h"

namespace attest {

// Names what reads the documents: two runs with the same engine make the same records. Program, model,
// schemes, and the options that a record depends on.
std::string engine_key(const DocumentOptions& options, const PipelineOptions& pipeline,
                       const std::vector<Scheme>& schemes);

RunMode run_mode(const std::string& name);  // "redo", "failed"; else skip
std::string input_path(const Job& job);     // absolute
// What stands for a document that cannot be read.
std::string unreadable_content(const std::string& path);

ExitCode run_into_store(const RunOptions& options, const PipelineOptions& pipeline,
                        const std::vector<Scheme>& schemes);

}  // namespace attest

#endif  // ATTEST_APP_STORE_RUN_H_
