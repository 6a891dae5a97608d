// What `ingest` hands to `ocr`: one page of a document, before anything is recognised.
// Plain values; a page owns its image.
#ifndef ATTEST_RECORD_SOURCE_H_
#define ATTEST_RECORD_SOURCE_H_

#include <optional>
#include <string>
#include <vector>

#include "record/geometry.h"
#include "record/image.h"
#include "record/page.h"

namespace attest {

// A word of a PDF's text layer. `boxes` has one box for each code point of `text` (points, upright page).
struct TextWord {
  std::string text;
  std::vector<Box> boxes;
  Box box;
  double font_size = 0;   // points, 0 where unknown
  std::string font = {};  // PostScript name where known; "bold" in it tells headings
};

struct SourcePage {
  int number = 0;                // from 1
  double width = 0, height = 0;  // points, upright
  int rotation = 0;  // turn that the file declares (/Rotate, TIFF orientation, Exif); already undone below
  Origin origin = Origin::blank;  // text_layer: believe `words`, image is a rendering; scan: image alone (a
                                  // text layer that comes with it is a claim and stands in `words`); mixed:
                                  // both hold content; transcript: `page` is complete; blank
  std::vector<TextWord> words;    // in file order
  Image image;                    // empty for transcripts; scans at native resolution, text pages rendered
  bool native = false;            // `image` is the embedded one, taken as it is
  std::optional<Page> page = {};  // transcripts arrive as finished pages
};

}  // namespace attest

#endif  // ATTEST_RECORD_SOURCE_H_
