// A PDF whose pages look as they came in, with what was read as invisible text in its place, so that it can
// be searched and copied (text render mode 3, a font without shapes; ISO 32000-1, 9.3.6 and 9.7).
//
//   Result<std::string> pdf = with_text_layer(original_bytes, {{&page, 0, {}}, …});   // a PDF keeps its
//   pages ImagePdf images; images.add({&page, 0, {}}, image, jpeg_bytes); … images.finish();
//
// Boxes are in points of the upright page, as in the page model. Signatures of the original do not hold any
// more. The same input gives the same bytes. Nothing throws. Not thread safe.
#ifndef ATTEST_EXPORT_SEARCHABLE_PDF_H_
#define ATTEST_EXPORT_SEARCHABLE_PDF_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record/error.h"
#include "record/image.h"
#include "record/page.h"

namespace attest {

struct TextLayerPage {
  const Page* page = nullptr;
  int turn = 0;                   // clockwise degrees by which the page as shown was made upright
  std::vector<Box> covered = {};  // where the file has text of its own that is believed
};

// Pages are found by their number; those of a believed text layer stay as they are. Invisible text that the
// file brings along on a scanned page gives way to ours. damaged: qpdf cannot read the file.
Result<std::string> with_text_layer(std::string_view pdf, const std::vector<TextLayerPage>& pages);

class ImagePdf {
 public:
  ImagePdf();
  ~ImagePdf();
  ImagePdf(const ImagePdf&) = delete;
  ImagePdf& operator=(const ImagePdf&) = delete;

  // `image`: as the file shows it, before `turn`. `jpeg`: the same as JPEG (8 bits), taken as it is; empty:
  // the pixels, without loss.
  std::optional<Error> add(const TextLayerPage& page, const Image& image, std::string_view jpeg);
  Result<std::string> finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Width, height and components that a JPEG of 8 bits declares; nothing for anything else.
struct JpegShape {
  int width = 0, height = 0, components = 0;
};
std::optional<JpegShape> jpeg_shape(std::string_view bytes);

}  // namespace attest

#endif  // ATTEST_EXPORT_SEARCHABLE_PDF_H_
