// What all kinds of document share, and the opener of each kind. Private to this folder.
#ifndef ATTEST_INGEST_OPENED_H_
#define ATTEST_INGEST_OPENED_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "ingest/document.h"

namespace attest {

// A file read into memory, with what the record says about it.
struct FileBytes {
  std::string name, sha256, media_type;
  std::vector<std::uint8_t> bytes;
};

// SHA-256 in lower-case hexadecimal.
std::string sha256_of(std::span<const std::uint8_t> bytes);

class OpenedDocument : public Document {
 public:
  OpenedDocument(std::string name, std::string sha256, std::string media_type)
      : name_(std::move(name)), sha256_(std::move(sha256)), media_type_(std::move(media_type)) {}
  const std::string& media_type() const override { return media_type_; }
  const std::string& sha256() const override { return sha256_; }
  const std::string& file_name() const override { return name_; }
  const std::vector<Error>& warnings() const override { return warnings_; }

 protected:
  Error error(ErrorCode code, std::string message, int page = 0) const {
    return {.code = code, .message = std::move(message), .document = name_, .page = page};
  }
  void warn(ErrorCode code, std::string message, int page = 0);
  Error no_such_page(int number) const;

 private:
  std::string name_, sha256_, media_type_;
  std::vector<Error> warnings_;
};

// Damage repeats itself: a broken file may say the same thing of each of its objects.
inline constexpr std::size_t kMaxWarnings = 50;

Result<std::unique_ptr<Document>> open_transcript(const FileBytes& file, const IngestOptions& options);
Result<std::unique_ptr<Document>> open_pdf(FileBytes file, const IngestOptions& options);
// TIFF, JPEG or PNG.
Result<std::unique_ptr<Document>> open_raster(FileBytes file, const IngestOptions& options);
// A folder that holds only page images (JPEG, PNG, TIFF of one page); they are decoded when their page is
// asked for.
Result<std::unique_ptr<Document>> open_folder(const std::string& path, std::string name,
                                              const IngestOptions& options);

// The bytes of a file within the limit.
Result<std::vector<std::uint8_t>> read_file(const std::string& path, std::int64_t max_bytes,
                                            const std::string& name);

}  // namespace attest

#endif  // ATTEST_INGEST_OPENED_H_
