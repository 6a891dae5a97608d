// attest doctor: what is installed and what would be used, for a report of a problem or before a long run.
#include <leptonica/allheaders.h>
#include <openssl/crypto.h>
#include <sys/resource.h>
#include <tesseract/baseapi.h>
#include <unicode/uversion.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <set>

#include "app/commands.h"
#include "app/sandbox.h"
#include "ocr/models.h"
#include "ocr/recognizer.h"

#ifndef ATTEST_POPPLER_VERSION
#error "app/CMakeLists.txt defines ATTEST_POPPLER_VERSION and ATTEST_QPDF_VERSION"
#endif

namespace attest {
namespace {

namespace fs = std::filesystem;
using Rows = std::vector<std::vector<std::string>>;

std::string leptonica_version() {
  char* text = getLeptonicaVersion();
  std::string out = text == nullptr ? "?" : text;
  lept_free(text);
  const std::string prefix = "leptonica-";
  return out.starts_with(prefix) ? out.substr(prefix.size()) : out;
}

Rows version_rows() {
  return {{"attest", ATTEST_VERSION},
          {"tesseract", tesseract::TessBaseAPI::Version()},
          {"leptonica", leptonica_version()},
          {"poppler", ATTEST_POPPLER_VERSION},
          {"qpdf", ATTEST_QPDF_VERSION},
          {"icu", U_ICU_VERSION},
          {"openssl", OpenSSL_version(OPENSSL_VERSION_STRING)},
          {"compiler", __VERSION__}};
}

std::string cpu_features() {
  std::string out;
#if defined(__x86_64__)
  __builtin_cpu_init();
  const auto add = [&out](const char* name, bool there) {
    if (!there) return;
    if (!out.empty()) out += ' ';
    out += name;
  };
  add("sse4.2", __builtin_cpu_supports("sse4.2") != 0);
  add("avx", __builtin_cpu_supports("avx") != 0);
  add("avx2", __builtin_cpu_supports("avx2") != 0);
  add("fma", __builtin_cpu_supports("fma") != 0);
  add("avx512f", __builtin_cpu_supports("avx512f") != 0);
  add("avx512bw", __builtin_cpu_supports("avx512bw") != 0);
  add("avx512vnni", __builtin_cpu_supports("avx512vnni") != 0);
#endif
  return out.empty() ? "-" : out;
}

std::string limit_text(__rlimit_resource resource) {
  rlimit limit{};
  if (getrlimit(resource, &limit) != 0) return "?";
  return limit.rlim_cur == RLIM_INFINITY ? "unlimited" : std::to_string(limit.rlim_cur);
}

Rows machine_rows(const DocumentOptions& options) {
  const IngestOptions ingest;
  return {{"cores", std::to_string(usable_cores())},
          {"cpu features", cpu_features()},
          {"memory of a worker", std::to_string(options.memory_megabytes) + " MiB"},
          {"time for a document", std::to_string(static_cast<long>(options.document_timeout)) + " s"},
          {"time for a page", std::to_string(static_cast<long>(options.page_timeout)) + " s"},
          {"sandbox of a worker", describe(sandbox_support())},
          {"largest file", std::to_string(ingest.max_bytes) + " bytes"},
          {"largest page image", std::to_string(ingest.max_pixels) + " pixels"},
          {"most pages", std::to_string(ingest.max_pages)},
          {"open files (system)", limit_text(RLIMIT_NOFILE)},
          {"address space (system)", limit_text(RLIMIT_AS)}};
}

// Which evaluator reads lines with this model, and with which kernel: "lstm (amx)", or libtesseract where
// ours cannot.
ExitCode append_recognizer(const std::string& model_path, Rows& rows) {
  Result<std::unique_ptr<LineRecognizer>> recognizer = make_lstm_recognizer(model_path);
  if (!recognizer) recognizer = make_tesseract_recognizer(model_path);
  if (!recognizer) return report(recognizer.error());
  rows.push_back({"recogniser", escaped((*recognizer)->name())});
  return ExitCode::done;
}

// Every model that could be asked for by name, and which one is used.
ExitCode append_models(const PipelineOptions& pipeline, Rows& rows) {
  std::set<std::string> seen;
  for (const std::string& folder : model_folders(pipeline.reader.model_folder)) {
    std::error_code failure;
    std::set<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder, failure)) {
      if (entry.path().extension() == ".traineddata") files.insert(entry.path());
    }
    for (const fs::path& file : files) {
      if (!seen.insert(file.string()).second) continue;
      const Result<ModelFile> model = find_model(folder, file.stem().string());
      rows.push_back(
          {"model", escaped(file.string()), model ? model->sha256 : escaped(model.error().message)});
    }
  }
  const Result<ModelFile> used = find_model(pipeline.reader.model_folder, pipeline.reader.model);
  if (!used) return report(used.error());
  rows.push_back({"model in use", escaped(used->path), used->sha256});
  return append_recognizer(used->path, rows);
}

ExitCode append_schemes(const std::vector<std::string>& scheme_files, Rows& rows) {
  rows.push_back({"schemes", escaped(default_scheme_folder())});
  const Result<std::vector<Scheme>> schemes = schemes_in_use(scheme_files);
  if (!schemes) return report(schemes.error());
  for (const Scheme& scheme : *schemes) rows.push_back({"scheme", escaped(scheme.file), scheme.sha256});
  return ExitCode::done;
}

}  // namespace

ExitCode doctor_command(const DocumentOptions& options) {
  const Result<PipelineOptions> pipeline = pipeline_options(options);
  if (!pipeline) return report(pipeline.error()), ExitCode::usage;
  Rows rows = version_rows();
  for (auto& row : machine_rows(options)) rows.push_back(std::move(row));
  const ExitCode models = append_models(*pipeline, rows);
  const ExitCode schemes = append_schemes(options.scheme_files, rows);
  std::fputs(aligned(rows, {}).c_str(), stdout);
  return worse(models, schemes);
}

}  // namespace attest
