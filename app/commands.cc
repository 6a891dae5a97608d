#include "app/commands.h"

#include <sched.h>
#include <signal.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "app/document_pages.h"

namespace attest {
namespace {

constexpr const char* kModelEnding = ".traineddata";

// Models that were installed beside the program, or nothing.
std::string installed_models() {
  std::error_code failure;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", failure);
  const std::filesystem::path folder = program.parent_path().parent_path() / "share" / "attest" / "models";
  return !failure && std::filesystem::is_directory(folder, failure) ? folder.string() : "";
}

volatile sig_atomic_t interrupt_seen = 0;

void note_interrupt(int) { interrupt_seen = 1; }

}  // namespace

Result<std::vector<Scheme>> schemes_in_use(const std::vector<std::string>& scheme_files) {
  Result<std::vector<Scheme>> schemes = load_schemes(default_scheme_folder());
  if (!schemes) return schemes;
  for (const std::string& file : scheme_files) {
    Result<Scheme> added = load_scheme(file);
    if (!added) return added.error();
    const auto same = std::find_if(schemes->begin(), schemes->end(),
                                   [&added](const Scheme& scheme) { return scheme.id == added->id; });
    if (same != schemes->end()) {
      *same = std::move(*added);
    } else {
      schemes->push_back(std::move(*added));
    }
  }
  return schemes;
}

Result<PipelineOptions> pipeline_options(const DocumentOptions& options) {
  PipelineOptions out;
  if (options.dpi > 0) out.ingest.scan_dpi = options.dpi;
  out.reader.recognizer = options.recognizer;
  out.reader.debug_images = options.debug_images;
  out.all_text = options.text == "full";
  out.channels = options.channels == "on";
  if (options.model.ends_with(kModelEnding)) {
    const std::filesystem::path path = options.model;
    out.reader.model_folder = path.has_parent_path() ? path.parent_path().string() : ".";
    out.reader.model = path.stem().string();
  } else {
    out.reader.model = options.model;
    out.reader.model_folder = installed_models();
  }
  Result<std::vector<PageRange>> pages = parse_page_ranges(options.pages);
  if (!pages) return pages.error();
  out.pages = std::move(*pages);
  return out;
}

ExitCode set_up(const DocumentOptions& options, ReadingSetup& setup) {
  Result<std::vector<Scheme>> schemes = schemes_in_use(options.scheme_files);
  if (!schemes) return report(schemes.error());
  Result<PipelineOptions> pipeline = pipeline_options(options);
  if (!pipeline) return report(pipeline.error()), ExitCode::usage;
  setup = {std::move(*schemes), std::move(*pipeline)};
  return ExitCode::done;
}

WorkerLimits worker_limits(const DocumentOptions& options) {
  WorkerLimits limits;
  limits.workers = options.jobs;
  limits.timeout_seconds = options.document_timeout;
  limits.progress_seconds = options.page_timeout;
  limits.memory_bytes = static_cast<std::int64_t>(options.memory_megabytes) << 20;
  limits.quiet = !options.verbose;
  limits.parts.sound_part = is_page_reading;
  limits.parts.sound_hint = is_page_hint;
  return limits;
}

ProgressStyle progress_style(const DocumentOptions& options) {
  const bool shown = options.progress_bar && !options.quiet;
  return shown ? progress_style(options.progress) : ProgressStyle::none;
}

int usable_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  return sched_getaffinity(0, sizeof set, &set) == 0 ? std::max(1, CPU_COUNT(&set)) : 1;
}

bool interrupted() {
  static const bool caught = [] {
    struct sigaction action {};
    action.sa_handler = note_interrupt;  // without SA_RESTART: poll() returns at once
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
    return true;
  }();
  return caught && interrupt_seen != 0;
}

ExitCode report(const Error& error) {
  std::string where = escaped(error.document);
  if (error.page > 0) where += (where.empty() ? "page " : ", page ") + std::to_string(error.page);
  spdlog::error("{}{}{} ({})", where, where.empty() ? "" : ": ", escaped(error.message), name_of(error.code));
  return exit_code_of(error.code);
}

}  // namespace attest
