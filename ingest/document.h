// A file, opened: what kind it is by its content, how many pages, and each page on demand.
//
//   Result<std::unique_ptr<Document>> document = open_document({.path = "report.pdf"}, limits);
//   for (int n = 1; n <= (*document)->page_count(); ++n) Result<SourcePage> page = (*document)->page(n);
//
// Kinds: PDF, multi-page TIFF, JPEG, PNG, a folder of page images, plain text and Markdown transcripts. The
// name of a file never decides. Not thread safe; one document a thread. The caller owns the document.
#ifndef ATTEST_INGEST_DOCUMENT_H_
#define ATTEST_INGEST_DOCUMENT_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "record/error.h"
#include "record/source.h"

namespace attest {

struct IngestOptions {
  double render_dpi = 150;  // text-layer pages are rendered at this, for marks and rulings
  double scan_dpi = 300;    // pages that must be read from an image but have no single embedded one
  std::int64_t max_pixels = 100'000'000;  // a page image over this is refused (A4 at 300 dpi has 8.7 million)
  int max_pages = 1000;
  std::int64_t max_bytes = 2'000'000'000;
  bool images = true;  // false: no page images (listing only)
};

struct Input {
  std::string path;  // a file or a folder of page images; empty: `bytes`
  std::vector<std::uint8_t> bytes = {};
  std::string name = {};  // file name for the record; default: the path's last component
};

class Document {
 public:
  virtual ~Document() = default;
  virtual int page_count() const = 0;
  virtual const std::string& media_type() const = 0;  // "application/pdf", "image/tiff", "text/markdown" …
  virtual const std::string& sha256()
      const = 0;  // of the bytes; of a folder: of its files' digests in name order
  virtual const std::string& file_name() const = 0;
  virtual Result<SourcePage> page(int number) = 0;  // from 1
  virtual const std::vector<Error>& warnings() const = 0;
};

Result<std::unique_ptr<Document>> open_document(const Input& input, const IngestOptions& options);

// Documents under a path: the path itself if it is a file or a folder that holds only page images, else every
// such file and folder below it, in name order. Hidden entries are passed over. Links are followed, each
// folder is looked into once. What nothing here could read is still listed (files of other kinds, pipes,
// devices, links to nothing, folders that may not be listed): it ends as `rejected`, not as forgotten.
Result<std::vector<std::string>> list_documents(const std::string& path);

// Why a path cannot be read as a file, without opening it: it is a pipe, a device, a link to nothing … A
// sentence; empty where it is a regular file.
std::string why_no_file(const std::string& path);

}  // namespace attest

#endif  // ATTEST_INGEST_DOCUMENT_H_
