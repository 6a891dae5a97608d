#include "app/document_sandbox.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "ocr/models.h"

namespace attest {
namespace {

namespace fs = std::filesystem;

bool below(const fs::path& path, const fs::path& folder) {
  const auto [end, rest] = std::mismatch(folder.begin(), folder.end(), path.begin(), path.end());
  return end == folder.end();
}

// The inputs without links; documents that are not below one of them are entered by themselves.
std::vector<std::string> input_paths(const std::vector<Job>& jobs,
                                     const std::vector<std::string>& arguments) {
  std::vector<std::string> out;
  std::error_code failure;
  const auto add = [&](const std::string& path, bool always) {
    const fs::path real = fs::canonical(path, failure);
    if (failure) return;  // not there: its worker will say so
    const bool known = !always && std::any_of(out.begin(), out.end(),
                                              [&real](const std::string& root) { return below(real, root); });
    if (!known) out.push_back(real.string());
  };
  for (const std::string& argument : arguments) {
    if (argument != "-") add(argument, /*always=*/true);
  }
  const std::size_t roots = out.size();
  for (const Job& job : jobs) {
    if (!job.input.path.empty()) add(job.input.path, /*always=*/roots == 0);
  }
  return out;
}

}  // namespace

Result<SandboxPolicy> document_sandbox(const std::vector<Job>& jobs, const DocumentOptions& options,
                                       const PipelineOptions& pipeline) {
  const SandboxSupport support = sandbox_support();
  if (!support.any()) {
    return Error{
        ErrorCode::missing_dependency,
        "the kernel offers neither Landlock nor seccomp to confine the processes that open documents; "
        "--no-sandbox goes on without"};
  }
  spdlog::info("sandbox of the workers: {}", describe(support));
  if (support.landlock == 0) {
    spdlog::info("without Landlock a worker cannot write or use the network, but can read what you can read");
  }
  if (!support.seccomp) spdlog::info("without seccomp only the paths that a worker may use are limited");

  SandboxPolicy policy;
  policy.readable = system_readable();
  for (const std::string& folder : model_folders(pipeline.reader.model_folder)) {
    policy.readable.push_back(folder);
  }
  for (std::string& path : input_paths(jobs, options.inputs)) policy.readable.push_back(std::move(path));
  if (!pipeline.reader.debug_images.empty()) {
    std::error_code failure;
    fs::create_directories(pipeline.reader.debug_images, failure);  // if not, there are no debug images
    policy.writable = pipeline.reader.debug_images;
  }
  return policy;
}

}  // namespace attest
