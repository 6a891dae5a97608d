// A folder of contents: each document's bytes under the digest that it is known by, so that every machine
// that mounts the folder finds them and nothing is there twice.
//
//   blobs/ab/cd/abcd…ef         a file's bytes, or a folder of page images
//   blobs/incoming/…            what is being written; moved to its place when it is on the disk
//
// What is there never changes; put() of the same bytes mends what does not fit its name any more. Not thread
// safe; several processes may put into one folder.
#ifndef ATTEST_APP_BLOBS_H_
#define ATTEST_APP_BLOBS_H_

#include <optional>
#include <string>

#include "ingest/document.h"
#include "record/error.h"

namespace attest {

class BlobFolder {
 public:
  explicit BlobFolder(std::string path) : path_(std::move(path)) {}

  // Copies a document in; its digest as of app/content.h. unreadable: the document; not_writable: the folder.
  Result<std::string> put(const Input& input) const;

  std::string path_of(const std::string& digest) const;
  // Nothing: the bytes are those of the name. Reads them all.
  std::optional<Error> verify(const std::string& digest) const;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace attest

#endif  // ATTEST_APP_BLOBS_H_
