// A payload: the record's JSON, and for each file NUL, ending, NUL, 'f' or 'e' (a file or an error), its
// length (u64), its bytes. JSON on one line has no NUL.
#include "app/page_files.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <exception>
#include <fstream>
#include <iterator>
#include <memory>
#include <new>
#include <optional>
#include <utility>

#include "export/json.h"
#include "export/page_layout.h"
#include "export/searchable_pdf.h"

namespace attest {
namespace {

constexpr const char* kAlto = ".alto.xml";
constexpr const char* kHocr = ".hocr";
constexpr const char* kPdf = ".searchable.pdf";
constexpr double kDpi = 300;  // of a page whose image is not to be had any more

std::string file_bytes(const Input& input) {
  if (input.path.empty()) return {input.bytes.begin(), input.bytes.end()};
  std::ifstream file(input.path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class PageFileMaker {
 public:
  PageFileMaker(const Record& record, const Input& input, const IngestOptions& options,
                const PageFormats& formats)
      : record_(record), input_(input), options_(options), formats_(formats) {}

  std::vector<PageFile> make() {
    const bool transcript = std::any_of(record_.pages.begin(), record_.pages.end(),
                                        [](const Page& page) { return page.origin == Origin::transcript; });
    if (record_.pages.empty() || transcript) return failed("there are no page images");
    const bool is_pdf = record_.source.media_type == "application/pdf";
    Result<std::unique_ptr<Document>> document = open_document(input_, options_);
    if (!document) return failed(document.error().message);
    LayoutDocument layout{record_.source, record_.engine, {}};
    std::vector<TextLayerPage> layers;
    ImagePdf images;
    std::optional<Error> problem;
    for (const Page& page : record_.pages) {
      const Result<SourcePage> source = (*document)->page(page.number);
      layout.pages.push_back({&page, source && source->image.dpi > 0 ? source->image.dpi : kDpi});
      if (!formats_.pdf || !source) continue;
      layers.push_back(layer_of(page, *source, is_pdf));
      if (!is_pdf && !problem) problem = images.add(layers.back(), source->image, jpeg_of(source->image));
    }
    std::vector<PageFile> out;
    if (formats_.alto) out.push_back({kAlto, to_alto(layout)});
    if (formats_.hocr) out.push_back({kHocr, to_hocr(layout)});
    if (formats_.pdf) out.push_back(pdf_file(is_pdf, layers, images, problem));
    return out;
  }

  std::vector<PageFile> failed(const std::string& why) const {
    std::vector<PageFile> out;
    for (const std::string& ending : endings_of(formats_)) out.push_back({ending, "", why});
    return out;
  }

 private:
  // Where the reading turned a page further than its file does, so must the text; `Page::rotation` of a page
  // with a text layer says how the text lies instead, and its text stays as it is.
  static TextLayerPage layer_of(const Page& page, const SourcePage& source, bool is_pdf) {
    TextLayerPage layer{&page, ((page.rotation - (is_pdf ? 0 : source.rotation)) % 360 + 360) % 360, {}};
    if (page.origin == Origin::mixed) {
      for (const TextWord& word : source.words) layer.covered.push_back(word.box);
    }
    return layer;
  }

  // The file itself where it is one JPEG that is shown as it is stored.
  std::string jpeg_of(const Image& image) const {
    if (record_.source.media_type != "image/jpeg" || record_.pages.size() != 1) return {};
    std::string bytes = file_bytes(input_);
    const std::optional<JpegShape> shape = jpeg_shape(bytes);
    const bool same = shape && shape->width == image.width && shape->height == image.height &&
                      shape->components == image.channels;
    return same ? bytes : "";
  }

  PageFile pdf_file(bool is_pdf, const std::vector<TextLayerPage>& layers, ImagePdf& images,
                    const std::optional<Error>& problem) const {
    if (problem) return {kPdf, "", problem->message};
    Result<std::string> pdf = is_pdf ? with_text_layer(file_bytes(input_), layers) : images.finish();
    if (!pdf) return {kPdf, "", pdf.error().message};
    return {kPdf, std::move(*pdf)};
  }

  const Record& record_;
  const Input& input_;
  IngestOptions options_;
  PageFormats formats_;
};

std::vector<PageFile> make_page_files(const Record& record, const Input& input, const IngestOptions& options,
                                      const PageFormats& formats) {
  PageFileMaker maker(record, input, options, formats);
  try {
    return maker.make();
  } catch (const std::bad_alloc&) {
    return maker.failed("memory ran out");
  } catch (const std::exception& problem) {
    return maker.failed(problem.what());
  }
}

}  // namespace

PageFormats page_formats(const std::vector<std::string>& names) {
  const auto asked = [&names](const char* name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  return {asked("alto"), asked("hocr"), asked("pdf")};
}

std::vector<std::string> endings_of(const PageFormats& formats) {
  std::vector<std::string> out;
  if (formats.alto) out.emplace_back(kAlto);
  if (formats.hocr) out.emplace_back(kHocr);
  if (formats.pdf) out.emplace_back(kPdf);
  return out;
}

std::string document_payload(const Record& record, const Input& input, const IngestOptions& options,
                             const PageFormats& formats) {
  std::string out = to_json_text(record, /*pretty=*/false);
  if (!formats.any()) return out;
  for (const PageFile& file : make_page_files(record, input, options, formats)) {
    const std::string& body = file.failure.empty() ? file.bytes : file.failure;
    const std::uint64_t length = body.size();
    out += '\0';
    out += file.ending;
    out += '\0';
    out += file.failure.empty() ? 'f' : 'e';
    out.append(reinterpret_cast<const char*>(&length), sizeof length);
    out += body;
  }
  return out;
}

std::vector<PageFile> take_page_files(std::string& payload) {
  std::vector<PageFile> out;
  std::size_t at = payload.find('\0');
  if (at == std::string::npos) return out;
  const std::size_t end_of_json = at;
  while (at < payload.size()) {
    const std::size_t name = at + 1, name_end = payload.find('\0', name);
    std::uint64_t length = 0;
    constexpr std::size_t kHead = 2 + sizeof length;  // NUL, kind, length
    if (name_end == std::string::npos || payload.size() - name_end < kHead) break;
    std::memcpy(&length, payload.data() + name_end + 2, sizeof length);
    const std::size_t body = name_end + kHead;
    if (length > payload.size() - body) break;
    PageFile file{payload.substr(name, name_end - name), "", ""};
    (payload[name_end + 1] == 'f' ? file.bytes : file.failure) = payload.substr(body, length);
    out.push_back(std::move(file));
    at = body + length;
  }
  payload.resize(end_of_json);
  return out;
}

}  // namespace attest
