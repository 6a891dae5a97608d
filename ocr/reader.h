// A page to the page model: cleaning, rulings, cells, lines, marks, recognition.
//
//   PageReader reader(options);                     // loads models once; one reader a worker
//   ColumnsInOrder columns;                         // what pages of a document tell each other
//   Result<Page> page = reader.read(source_page, &columns);
//
// A transcript's page is handed through. A text page keeps its words; rulings and marks come from its image.
// Not thread safe. Distances inside the stage are pixels of the upright page image, outside points.
#ifndef ATTEST_OCR_READER_H_
#define ATTEST_OCR_READER_H_

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "ocr/column_memory.h"
#include "ocr/second_look.h"
#include "record/error.h"
#include "record/page.h"
#include "record/source.h"

namespace attest {

struct ReaderOptions {
  std::string model_folder;              // tessdata; empty: the installed one
  std::string model = "";                // model name; empty: the best installed (ours, else chi_sim)
  std::string recognizer = "auto";       // lstm, tesseract, auto
  std::string debug_images;              // folder for an image of each step; empty: none
  std::vector<std::string> boilerplate;  // paragraphs that forms print word by word and no field draws from:
                                         // of scans only their ends are read, unless all text is asked for
};

class PageReader {
 public:
  explicit PageReader(ReaderOptions options);
  ~PageReader();
  PageReader(const PageReader&) = delete;
  PageReader& operator=(const PageReader&) = delete;

  // Without `columns` the page is read as if it stood by itself. `all_text`: boilerplate too.
  Result<Page> read(const SourcePage& source, ColumnMemory* columns = nullptr, bool all_text = false);

  // Looks again at numbers of a page that `read` gave (ocr/second_look.h); one answer a place, in order.
  Result<std::vector<Look>> look_again(const SourcePage& source, const Page& page,
                                       std::span<const LookPlace> places,
                                       LookSettings settings = LookSettings::all);

  std::string model_name() const;
  std::string model_sha256() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace attest

#endif  // ATTEST_OCR_READER_H_
