// The sandbox of a worker that reads a list of documents.
#ifndef ATTEST_APP_DOCUMENT_SANDBOX_H_
#define ATTEST_APP_DOCUMENT_SANDBOX_H_

#include <vector>

#include "app/commands.h"
#include "app/inputs.h"
#include "app/sandbox.h"

namespace attest {

// Readable are the inputs as the person gave them (a folder: all below), what lies elsewhere and is linked
// from there, the model folders and the system's fonts; writable is the folder for debug images. The error
// (missing_dependency) says that the kernel offers nothing to build it of; where a part is missing a log line
// says so.
Result<SandboxPolicy> document_sandbox(const std::vector<Job>& jobs, const DocumentOptions& options,
                                       const PipelineOptions& pipeline);

}  // namespace attest

#endif  // ATTEST_APP_DOCUMENT_SANDBOX_H_
