// The command line: reads it, sets up logging, calls the command.
#include <malloc.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <exception>
#include <optional>

#include "app/commands.h"
#include "app/export_command.h"
#include "app/queue_commands.h"
#include "app/store_commands.h"

namespace attest {
namespace {

// Tesseract opens four threads a line where OpenMP lets it, which is slower than one and fights the other
// workers. OpenMP reads its limit when it is loaded, before main(): so the program starts itself once more
// with it set.
void limit_openmp(char** arguments) {
  if (std::getenv("OMP_THREAD_LIMIT") != nullptr) return;
  setenv("OMP_THREAD_LIMIT", "1", 1);
  execv("/proc/self/exe", arguments);  // where that fails the program goes on as it is
}

// The images of a page come and go, some ten megabytes each. By default glibc gives each back to the system,
// which clears it anew for the next one; kept, they cost a tenth of the time less.
void keep_freed_memory() {
  constexpr int kMegabyte = 1 << 20;
  mallopt(M_MMAP_THRESHOLD, 32 * kMegabyte);  // the most that glibc takes
  mallopt(M_TRIM_THRESHOLD, 512 * kMegabyte);
}

void set_up_log(const DocumentOptions& options) {
  const auto mode = color_enabled(STDERR_FILENO) ? spdlog::color_mode::automatic : spdlog::color_mode::never;
  auto logger = spdlog::stderr_color_st("attest", mode);
  logger->set_pattern("attest: %^%l%$: %v");
  logger->set_level(options.quiet     ? spdlog::level::err
                    : options.verbose ? spdlog::level::info
                                      : spdlog::level::warn);
  spdlog::set_default_logger(logger);
}

void add_scheme_option(CLI::App& command, DocumentOptions& options) {
  command.add_option("--scheme", options.scheme_files, "A scheme file to know besides the installed ones")
      ->type_name("FILE")
      ->allow_extra_args(false)
      ->check(CLI::ExistingFile);
}

void add_log_options(CLI::App& command, DocumentOptions& options) {
  auto* quiet = command.add_flag("-q,--quiet", options.quiet, "Only results and errors");
  command.add_flag("-v,--verbose", options.verbose, "Say what is done with each document")->excludes(quiet);
}

void add_model_option(CLI::App& command, DocumentOptions& options) {
  command.add_option("-l,--model", options.model, "Recognition model: a name, or a .traineddata file")
      ->type_name("MODEL");
}

void add_document_options(CLI::App& command, DocumentOptions& options) {
  command.add_option("input", options.inputs, "Files, folders, or - for standard input")->type_name("INPUT");
  command.add_option("-j,--jobs", options.jobs, "Processes that read: a document each, or pages of one")
      ->check(CLI::Range(1, 1024))
      ->default_val(usable_cores());
  command.add_option("--pages", options.pages, "Only these pages, as 1-3,5")->type_name("LIST");
  command
      .add_option("--document-timeout", options.document_timeout, "Seconds a document may take; 0: no limit")
      ->check(CLI::Range(0.0, 1e6))
      ->capture_default_str();
  command.add_option("--page-timeout", options.page_timeout, "Seconds a page may take; 0: no limit")
      ->check(CLI::Range(0.0, 1e6))
      ->capture_default_str();
  command.add_flag_callback(
      "--no-sandbox", [&options] { options.sandbox = false; },
      "Let the processes that open documents do what you may do");
  command
      .add_option("--memory", options.memory_megabytes, "MiB of address space a worker may use; 0: no limit")
      ->check(CLI::Range(0, 1 << 20))
      ->capture_default_str();
  command.add_option("--dpi", options.dpi, "Resolution of pages rendered for recognition")
      ->check(CLI::Range(72.0, 1200.0));
  command.add_option("--recognizer", options.recognizer, "Line recogniser")
      ->check(CLI::IsMember({"auto", "lstm", "tesseract"}))
      ->capture_default_str();
  command
      .add_option("--text", options.text,
                  "Read all text of scans, or leave out what a form prints word by word")
      ->check(CLI::IsMember({"full", "fields"}))
      ->capture_default_str();
  command
      .add_option("--channels", options.channels,
                  "Read the numbers of a text layer from the page image too, and say where they differ")
      ->check(CLI::IsMember({"on", "off"}))
      ->capture_default_str();
  command
      .add_option("--debug-images", options.debug_images, "Write an image of each step of recognition there")
      ->type_name("DIR");
  command.add_option("--lang", options.language, "Language of what is shown; default: by the locale")
      ->check(CLI::IsMember({"zh", "en"}));
  command.add_flag("!--no-progress-bar", options.progress_bar, "Say nothing of the progress");
  command
      .add_option("--progress", options.progress, "On standard error: bar, plain lines, json events or none")
      ->check(CLI::IsMember({"auto", "bar", "plain", "json", "none"}))
      ->capture_default_str();
  add_model_option(command, options);
  add_scheme_option(command, options);
  add_log_options(command, options);
}

void add_run(CLI::App& app, RunOptions& options) {
  CLI::App& command = *app.add_subcommand("run", "Read documents into records, tables and a summary");
  add_document_options(command, options.documents);
  command.get_option("input")->required();
  auto* output =
      command.add_option("-o,--output", options.output, "Folder for the records")->type_name("DIR");
  command.add_option("--store", options.store, "Archive for the records, instead of a folder")
      ->type_name("FILE")
      ->excludes(output);
  command
      .add_option("--mode", options.mode, "What an archive does again: nothing, everything or what failed")
      ->check(CLI::IsMember({"skip", "redo", "failed"}))
      ->capture_default_str();
  command
      .add_option("--to", options.formats, "Formats: json, alto, hocr, pdf (a file a document), jsonl, csv")
      ->delimiter(',')
      ->check(CLI::IsMember({"json", "jsonl", "csv", "alto", "hocr", "pdf"}))
      ->default_str("json,jsonl,csv");
  command.add_flag("--csv-bom", options.csv_bom, "Begin CSV files with a byte order mark, for spreadsheets");
  command.add_flag("-n,--no-overwrite", options.no_overwrite,
                   "Keep records that are there and read only the others");
  command.callback([&options] {
    if (options.output.empty() && options.store.empty()) throw CLI::RequiredError("--output or --store");
    options.documents.page_formats = page_formats(options.formats);
    if (!options.store.empty() && options.documents.page_formats.any()) {
      throw CLI::ValidationError("--to", "alto, hocr and pdf are written to a folder (--output)");
    }
  });
}

void add_check(CLI::App& app, CheckOptions& options) {
  CLI::App& command = *app.add_subcommand("check", "Say what does not add up in documents");
  add_document_options(command, options.documents);
  command.add_flag("--json", options.json, "One line of JSON a document instead of text");
  command.add_option("--fail-on", options.fail_on, "Exit with 20 on findings from this severity on")
      ->check(CLI::IsMember({"error", "warning", "none"}))
      ->capture_default_str();
  command.add_option("--explain", options.explain, "Say what a rule means and where it comes from")
      ->type_name("RULE");
  command.callback([&options, &command] {
    if (options.explain.empty() && command.count("input") == 0) throw CLI::RequiredError("input");
  });
}

void add_queue_options(CLI::App& command, QueueOptions& options) {
  add_document_options(command, options.documents);
  command.add_option("--store", options.store, "Archive: postgresql://… or a file")
      ->type_name("STORE")
      ->required();
  command
      .add_option("--blobs", options.blobs, "Folder of the documents' bytes; default: as when last enqueued")
      ->type_name("DIR");
}

void add_enqueue(CLI::App& app, QueueOptions& options) {
  CLI::App& command =
      *app.add_subcommand("enqueue", "Copy documents where workers find them, and queue them");
  add_queue_options(command, options);
  command.get_option("input")->required();
  command.add_option("--mode", options.mode, "What is queued again: nothing, everything or what failed")
      ->check(CLI::IsMember({"skip", "redo", "failed"}))
      ->capture_default_str();
}

void add_worker(CLI::App& app, QueueOptions& options) {
  CLI::App& command = *app.add_subcommand("worker", "Read what is queued, beside other workers");
  add_queue_options(command, options);
  command.remove_option(command.get_option("input"));
  command.add_flag("--until-empty", options.until_empty, "End when nothing is queued or being read");
  command
      .add_option("--lease", options.lease_seconds,
                  "Seconds after which others take over from a worker that is out of touch")
      ->check(CLI::Range(1, 86400))
      ->capture_default_str();
}

int run_program(int count, char** arguments) {
  CLI::App app("Reads service-certification audit reports into checked, located records.", "attest");
  app.set_version_flag("--version", std::string("attest ") + ATTEST_VERSION);
  app.require_subcommand(1);
  app.footer(
      "Exit codes: 0 done, 1 usage, 2 an input is unreadable, 3 a dependency is missing, 5 file access,\n"
      "7 a worker failed, 8 an input is encrypted, 9 configuration, 20 findings (check), 130 interrupted.");
  RunOptions run;
  CheckOptions check;
  DocumentOptions other;
  StoreOptions store;
  ExportOptions exported;
  add_run(app, run);
  QueueOptions enqueue, worker;
  add_check(app, check);
  add_enqueue(app, enqueue);
  add_worker(app, worker);
  add_store_commands(app, store);
  add_export_command(app, exported);
  CLI::App* schemes =
      app.add_subcommand("schemes", "List the report forms that are known, and validate them");
  add_scheme_option(*schemes, other);
  CLI::App* doctor = app.add_subcommand("doctor", "Say what is installed and what would be used");
  add_scheme_option(*doctor, other);
  add_model_option(*doctor, other);
  try {
    app.parse(count, arguments);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : static_cast<int>(ExitCode::usage);
  }
  set_up_log(app.got_subcommand("run")       ? run.documents
             : app.got_subcommand("check")   ? check.documents
             : app.got_subcommand("enqueue") ? enqueue.documents
             : app.got_subcommand("worker")  ? worker.documents
                                             : other);
  ExitCode code = ExitCode::done;
  if (app.got_subcommand("run")) code = run_command(run);
  if (app.got_subcommand("check")) code = check_command(check);
  if (app.got_subcommand("export")) code = export_command(exported);
  if (app.got_subcommand("enqueue")) code = enqueue_command(enqueue);
  if (app.got_subcommand("worker")) code = worker_command(worker);
  if (app.got_subcommand(schemes)) code = schemes_command(other.scheme_files);
  if (app.got_subcommand(doctor)) code = doctor_command(other);
  if (const std::optional<ExitCode> done = store_command(app, store)) code = *done;
  return static_cast<int>(code);
}

}  // namespace
}  // namespace attest

int main(int count, char** arguments) {
  attest::limit_openmp(arguments);
  attest::keep_freed_memory();
  try {
    return attest::run_program(count, arguments);
  } catch (const std::exception& e) {
    spdlog::critical("{}", attest::escaped(e.what()));
    return static_cast<int>(attest::ExitCode::worker_failed);
  }
}
