#include "ingest/opened.h"

namespace attest {

Result<std::unique_ptr<Document>> open_pdf(FileBytes file, const IngestOptions&) {
  return Error{.code = ErrorCode::unsupported, .message = "PDF is not read yet.", .document = file.name};
}

}  // namespace attest
