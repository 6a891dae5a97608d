// A page's words with their places, as the formats of the field want them: ALTO XML 4.2, hOCR 1.2, and the
// text layer of a PDF.
//
//   LayoutDocument layout{record.source, record.engine, {}};
//   for each page: layout.pages.push_back({&page, image.dpi});
//   std::string alto = to_alto(layout), hocr = to_hocr(layout);
//
// A word is what stands between gaps; Chinese has none, so a run of hanzi is one. A mark (check box) is a
// word of its own. Coordinates are pixels of the page image at its dpi, from the top left of the upright
// page; a page without an image has none (transcripts). Confidences are 0..1 in ALTO (WC), percent in hOCR
// (x_wconf): the least of the word's characters. Functions are pure; control characters and bytes that are no
// UTF-8 become U+FFFD.
#ifndef ATTEST_EXPORT_PAGE_LAYOUT_H_
#define ATTEST_EXPORT_PAGE_LAYOUT_H_

#include <string>
#include <string_view>
#include <vector>

#include "record/geometry.h"
#include "record/page.h"
#include "record/report.h"

namespace attest {

struct LayoutPage {
  const Page* page = nullptr;
  double dpi = 0;  // of the page image
};

struct LayoutDocument {
  SourceInfo source;
  EngineInfo engine;
  std::vector<LayoutPage> pages;
};

struct LayoutWord {
  std::string text;
  Box box;  // points
  double confidence = 1;
  std::vector<const Glyph*> glyphs;
};

std::vector<LayoutWord> words_of(const Line& line);

std::string to_alto(const LayoutDocument& document);
std::string to_hocr(const LayoutDocument& document);

// Text for XML and HTML, in elements and in double quotes.
std::string markup_text(std::string_view utf8);

}  // namespace attest

#endif  // ATTEST_EXPORT_PAGE_LAYOUT_H_
