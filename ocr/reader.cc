#include "ocr/reader.h"

#include <exception>
#include <filesystem>
#include <new>
#include <optional>
#include <utility>

#include "ocr/clean.h"
#include "ocr/layer_check.h"
#include "ocr/mixed_page.h"
#include "ocr/models.h"
#include "ocr/raster.h"
#include "ocr/recognizer.h"
#include "ocr/scan_page.h"
#include "ocr/text_page.h"

namespace attest {
namespace {

// "auto" is our evaluator, and libtesseract where the model's network is none that it evaluates.
Result<std::unique_ptr<LineRecognizer>> make_recognizer(const std::string& kind, const std::string& model) {
  if (kind == "tesseract") return make_tesseract_recognizer(model);
  Result<std::unique_ptr<LineRecognizer>> made = make_lstm_recognizer(model);
  if (made || kind == "lstm" || made.error().code != ErrorCode::unsupported) return made;
  return make_tesseract_recognizer(model);
}

}  // namespace

struct PageReader::State {
  ReaderOptions options;
  // Opened at the first page that needs them: digital documents are read without a model installed.
  std::optional<Result<ModelFile>> model;
  std::unique_ptr<LineRecognizer> recognizer;
  std::optional<ScanReader> scans;

  const Result<ModelFile>& model_file() {
    if (!model) model = find_model(options.model_folder, options.model);
    return *model;
  }

  // Nothing when ready to read images.
  std::optional<Error> open_recognizer() {
    if (scans) return std::nullopt;
    const Result<ModelFile>& file = model_file();
    if (!file) return file.error();
    Result<std::unique_ptr<LineRecognizer>> made = make_recognizer(options.recognizer, file->path);
    if (!made) return made.error();
    recognizer = std::move(*made);
    scans.emplace(recognizer.get(), ScanOptions{options.debug_images, options.boilerplate});
    return std::nullopt;
  }

  Result<Page> read_image(const SourcePage& source, ColumnMemory* columns, bool all_text) {
    if (std::optional<Error> error = open_recognizer()) {
      error->page = source.number;
      return *std::move(error);
    }
    Result<Page> page = scans->read(source, columns, all_text);
    if (page && source.origin == Origin::scan) note_layer(source, &*page);
    return page;
  }

  // The layer of a scan is never used, only held against what was read.
  static void note_layer(const SourcePage& source, Page* page) {
    if (source.words.empty() || page->rotation != source.rotation) return;
    if (!compare_layer(*page, source.words).disagrees()) return;
    page->notices.push_back(
        {"reading.text_layer",
         "本页的文本层与页面图像不一致，已按图像识别。",
         "The page's text layer does not say what the page shows; it was read from the image.",
         {}});
  }

  Result<Page> read_mixed(const SourcePage& source, ColumnMemory* columns, bool all_text) {
    Result<Page> text = read_text_page(source);
    if (!text) return text;
    Result<Page> scan = read_image(source, columns, all_text);
    if (!scan) return scan;
    if (scan->rotation != source.rotation)
      return scan;  // the layer lies across the picture: the picture is the page
    return joined(*std::move(text), *std::move(scan));
  }

  Result<std::vector<Look>> look_again(const SourcePage& source, const Page& page,
                                       std::span<const LookPlace> places, LookSettings settings) {
    if (std::optional<Error> error = open_recognizer()) {
      error->page = source.number;
      return *std::move(error);
    }
    if (page.origin == Origin::text_layer) {
      const Image grey = to_image(to_grey(source.image).get());
      return attest::look_again({&grey, nullptr}, places, settings, recognizer.get());
    }
    const CleanPage clean = clean_again(source, page.rotation - source.rotation);
    return attest::look_again({&clean.grey, &clean}, places, settings, recognizer.get());
  }

  Result<Page> read_page(const SourcePage& source, ColumnMemory* columns, bool all_text) {
    switch (source.origin) {
      case Origin::transcript:
        if (source.page) return *source.page;
        return Error{ErrorCode::internal, "a transcript page without its text", {}, source.number};
      case Origin::text_layer:
        return read_text_page(source);
      case Origin::mixed:
        return read_mixed(source, columns, all_text);
      case Origin::scan:
        return read_image(source, columns, all_text);
      case Origin::blank:
        break;
    }
    Page blank;
    blank.number = source.number;
    blank.width = source.width;
    blank.height = source.height;
    blank.rotation = source.rotation;
    return blank;
  }
};

PageReader::PageReader(ReaderOptions options) : state_(std::make_unique<State>()) {
  quiet_leptonica();
  state_->options = std::move(options);
  if (!state_->options.debug_images.empty()) {
    std::error_code ignored;  // a folder that cannot be made only costs the debug images
    std::filesystem::create_directories(state_->options.debug_images, ignored);
  }
}

PageReader::~PageReader() = default;

Result<Page> PageReader::read(const SourcePage& source, ColumnMemory* columns, bool all_text) {
  try {
    return state_->read_page(source, columns, all_text);
  } catch (const std::bad_alloc&) {
    return Error{ErrorCode::out_of_memory, "the page needs more memory than there is", {}, source.number};
  } catch (const std::exception& e) {
    return Error{ErrorCode::internal, std::string("reading the page failed: ") + e.what(), {}, source.number};
  }
}

Result<std::vector<Look>> PageReader::look_again(const SourcePage& source, const Page& page,
                                                 std::span<const LookPlace> places, LookSettings settings) {
  try {
    return state_->look_again(source, page, places, settings);
  } catch (const std::bad_alloc&) {
    return Error{ErrorCode::out_of_memory, "the page needs more memory than there is", {}, source.number};
  } catch (const std::exception& e) {
    return Error{ErrorCode::internal, std::string("looking again failed: ") + e.what(), {}, source.number};
  }
}

std::string PageReader::model_name() const {
  const Result<ModelFile>& model = state_->model_file();
  return model ? model->name : "";
}

std::string PageReader::model_sha256() const {
  const Result<ModelFile>& model = state_->model_file();
  return model ? model->sha256 : "";
}

}  // namespace attest
