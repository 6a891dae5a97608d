// The program's commands and what a person can ask of them. Each lives in a file of its own; main.cc reads
// the command line. Results go to standard output, logs to standard error.
#ifndef ATTEST_APP_COMMANDS_H_
#define ATTEST_APP_COMMANDS_H_

#include <string>
#include <vector>

#include "app/exit_code.h"
#include "app/own_files.h"
#include "app/page_files.h"
#include "app/pipeline.h"
#include "app/progress.h"
#include "app/terminal.h"
#include "app/worker_pool.h"

namespace attest {

// Options that every command on documents has, as given on the command line.
struct DocumentOptions {
  std::vector<std::string> inputs;
  std::vector<std::string> scheme_files;  // added to the installed ones
  int jobs = 1;
  double document_timeout = 600;  // seconds; a long scan takes one to two minutes on one core
  double page_timeout = 180;      // seconds from one page or stage to the next; 0: no limit
  int memory_megabytes = 2048;    // address space of a worker; 0: no limit
  std::string pages;              // "1-3,5"; empty: all
  double dpi = 0;                 // of pages rendered for recognition; 0: the default
  std::string model;              // a name, or the path of a .traineddata file
  std::string recognizer = "auto";
  std::string text = "full";
  std::string channels = "on";
  std::string debug_images;
  std::string language;  // "zh", "en", empty: by the locale
  bool sandbox = true;   // workers may read their inputs and nothing else
  bool quiet = false, verbose = false, progress_bar = true;
  std::string progress = "auto";  // auto, bar, plain, json or none
  PageFormats page_formats = {};  // files of pages beside the record
};

struct RunOptions {
  DocumentOptions documents;
  std::string output;         // folder; empty: `store`
  std::string store;          // archive; empty: `output`
  std::string mode = "skip";  // what an archive does again: skip, redo or failed
  std::vector<std::string> formats = {"json", "jsonl", "csv"};
  bool csv_bom = false;
  bool no_overwrite = false;
};

struct CheckOptions {
  DocumentOptions documents;
  bool json = false;
  std::string fail_on = "error";  // error, warning or none
  std::string explain;            // a rule's name
};

ExitCode run_command(const RunOptions& options);
ExitCode check_command(const CheckOptions& options);
ExitCode schemes_command(const std::vector<std::string>& scheme_files);
ExitCode doctor_command(const DocumentOptions& options);

// -- shared by them --

// The installed schemes and the files given; one with the id of another takes its place.
Result<std::vector<Scheme>> schemes_in_use(const std::vector<std::string>& scheme_files);

// What the options mean for the stages.
Result<PipelineOptions> pipeline_options(const DocumentOptions& options);

// What every command that reads documents begins with.
struct ReadingSetup {
  std::vector<Scheme> schemes;
  PipelineOptions pipeline;
};
// Fills `setup` from the options; reports what is wrong with them, and is not `done` then.
ExitCode set_up(const DocumentOptions& options, ReadingSetup& setup);
OwnFiles own_files(const RunOptions& options);
WorkerLimits worker_limits(const DocumentOptions& options);
ProgressStyle progress_style(const DocumentOptions& options);

// Cores that this process may use.
int usable_cores();

// Whether a person pressed Ctrl-C or the system asked to end. Signals are caught from the first call on.
bool interrupted();

// Logs an error in full, with its untrusted parts made harmless, and gives its exit code.
ExitCode report(const Error& error);

}  // namespace attest

#endif  // ATTEST_APP_COMMANDS_H_
