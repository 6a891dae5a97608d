#include "ingest/opened.h"

namespace attest {

Result<std::unique_ptr<Document>> open_raster(FileBytes file, const IngestOptions&) {
  return Error{.code = ErrorCode::unsupported, .message = "Images are not read yet.", .document = file.name};
}

}  // namespace attest
