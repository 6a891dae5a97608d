// Small files made by the tests themselves.
#ifndef ATTEST_TESTS_INGEST_FILES_H_
#define ATTEST_TESTS_INGEST_FILES_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/document.h"
#include "record/image.h"
#include "tests/temporary_folder.h"

namespace attest::testing {

using Bytes = std::vector<std::uint8_t>;

Bytes bytes_of(std::string_view text);

// A PDF of one page: `content` is its stream, `page` goes into the page dictionary, `objects` follow from
// number 10 of its hundred (110, 111, … for the first page) as /X0, /X1 …; `font` is what /F names.
struct PdfPage {
  std::string content;
  std::string page = "/MediaBox [0 0 595 842]";
  std::vector<std::string> objects = {};
  std::string font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>";
};
std::string stream_object(const std::string& dictionary, const std::string& data);
Bytes pdf(const std::vector<PdfPage>& pages);

// A grey picture with a dark square in its upper left quarter: shows how it was laid.
Image marked_picture(int width, int height);
Bytes jpeg(const Image& image);
Bytes png(const Image& image);
// Bilevel, CCITT group 4, one directory a picture.
Bytes fax(const std::vector<Image>& pages, int dpi_x, int dpi_y);

// Where the dark square is: "top left", "bottom right" …
std::string dark_corner(const Image& image);

Result<std::unique_ptr<Document>> open(Bytes bytes, const IngestOptions& options = {});
// "not_a_document", "too_large" …; "ok" when it opens and the first page can be read.
std::string outcome(Bytes bytes, const IngestOptions& options = {});

}  // namespace attest::testing

#endif  // ATTEST_TESTS_INGEST_FILES_H_
