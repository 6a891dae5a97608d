#include "ingest/document.h"

#include <exception>
#include <filesystem>
#include <new>

#include "ingest/format.h"
#include "ingest/opened.h"

namespace attest {
namespace {

namespace fs = std::filesystem;

std::string name_of_input(const Input& input) {
  if (!input.name.empty()) return input.name;
  fs::path path(input.path);
  if (!path.has_filename()) path = path.parent_path();  // "scans/" is the folder "scans"
  return path.filename().string();
}

Result<std::unique_ptr<Document>> open_bytes(FileBytes file, const IngestOptions& options) {
  const Sniffed sniffed = sniff(file.bytes);
  file.media_type = sniffed.media_type;
  switch (sniffed.format) {
    case Format::pdf:
      return open_pdf(std::move(file), options);
    case Format::tiff:
    case Format::jpeg:
    case Format::png:
      return open_raster(std::move(file), options);
    case Format::refused:
      return Error{.code = ErrorCode::unsupported,
                   .message = "The file is " + std::string(sniffed.name) +
                              ", which is not read here; PDF, TIFF, JPEG, PNG and text are.",
                   .document = file.name};
    case Format::other:
      return open_transcript(file, options);
  }
  return Error{.code = ErrorCode::internal, .message = "Unknown format.", .document = file.name};
}

Result<std::unique_ptr<Document>> open_input(const Input& input, const IngestOptions& options) {
  FileBytes file;
  file.name = name_of_input(input);
  const auto fail = [&](ErrorCode code, std::string message) {
    return Error{.code = code, .message = std::move(message), .document = file.name};
  };
  if (input.path.empty()) {
    if (input.bytes.empty()) return fail(ErrorCode::empty_input, "The input has no bytes.");
    if (static_cast<std::int64_t>(input.bytes.size()) > options.max_bytes) {
      return fail(ErrorCode::too_large,
                  "The input has more than " + std::to_string(options.max_bytes) + " bytes.");
    }
    file.bytes = input.bytes;
  } else {
    std::error_code status;
    if (fs::is_directory(input.path, status)) return open_folder(input.path, file.name, options);
    Result<std::vector<std::uint8_t>> bytes = read_file(input.path, options.max_bytes, file.name);
    if (!bytes) return bytes.error();
    file.bytes = *std::move(bytes);
  }
  file.sha256 = sha256_of(file.bytes);
  return open_bytes(std::move(file), options);
}

}  // namespace

Result<std::unique_ptr<Document>> open_document(const Input& input, const IngestOptions& options) {
  try {
    return open_input(input, options);
  } catch (const std::bad_alloc&) {
    return Error{.code = ErrorCode::out_of_memory,
                 .message = "Memory ran out while the document was opened.",
                 .document = name_of_input(input)};
  } catch (const std::exception& problem) {
    return Error{.code = ErrorCode::internal, .message = problem.what(), .document = name_of_input(input)};
  }
}

}  // namespace attest
