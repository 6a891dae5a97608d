// PDF documents. Poppler reads text and renders, qpdf gives the page's content and the embedded picture of a
// scan.
#include <poppler-document.h>
#include <poppler-global.h>
#include <poppler-page-renderer.h>
#include <poppler-page.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFLogger.hh>
#include <qpdf/QPDFPageDocumentHelper.hh>

#include "ingest/opened.h"
#include "ingest/pdf_content.h"
#include "ingest/pdf_image.h"
#include "ingest/pdf_text.h"

namespace attest {
namespace {

// A page of which images cover this share is a scan when it shows no text of its own.
constexpr double kScanShare = 0.5;
// A page that has text and images of this share is mixed; a radar chart or a logo stays below.
constexpr double kMixedShare = 0.3;
// Text laid over a scan up to this many bytes of strings is a scanner app's line or a page number.
constexpr long kOverlayText = 80;
// Content streams are read only where images could show a page at this resolution, in pixels a square inch.
constexpr double kLeastScanDensity = 40.0 * 40.0;
constexpr double kMostScanDpi = 400;  // no glyph of a report needs more
constexpr double kLeastDpi = 72;      // below it nothing can be read: too large instead
constexpr double kPointsPerInch = 72;

// Poppler reports through one function for the whole process; documents belong to threads, and so do their
// messages.
thread_local std::vector<std::string>* poppler_messages = nullptr;

void collect_message(const std::string& message, void*) {
  if (poppler_messages != nullptr && poppler_messages->size() < kMaxWarnings)
    poppler_messages->push_back(message);
}

class MessageScope {
 public:
  explicit MessageScope(std::vector<std::string>& messages) : before_(poppler_messages) {
    static const bool installed = (poppler::set_debug_error_function(&collect_message, nullptr), true);
    (void)installed;
    poppler_messages = &messages;
  }
  ~MessageScope() { poppler_messages = before_; }
  MessageScope(const MessageScope&) = delete;
  MessageScope& operator=(const MessageScope&) = delete;

 private:
  std::vector<std::string>* before_;
};

bool one_colour(const Image& image) {
  return std::all_of(image.pixels.begin(), image.pixels.end(),
                     [&](std::uint8_t p) { return p == image.pixels[0]; });
}

// "%%EOF" stands within the last 1,024 bytes (ISO 32000-1, 7.5.5 and its annex H); a file cut in transfer has
// none.
bool has_end_mark(std::span<const std::uint8_t> bytes) {
  const std::size_t tail = std::min<std::size_t>(bytes.size(), 1024);
  const std::string_view text(reinterpret_cast<const char*>(bytes.data() + bytes.size() - tail), tail);
  return text.find("%%EOF") != std::string_view::npos;
}

class Pdf : public OpenedDocument {
 public:
  Pdf(FileBytes file, std::unique_ptr<poppler::document> document, const IngestOptions& options)
      : OpenedDocument(file.name, file.sha256, file.media_type),
        bytes_(std::move(file.bytes)),
        document_(std::move(document)),
        options_(options) {}

  int page_count() const override { return document_->pages(); }

  Result<SourcePage> page(int number) override {
    if (number < 1 || number > page_count()) return no_such_page(number);
    std::vector<std::string> messages;
    const MessageScope scope(messages);
    try {
      Result<SourcePage> page = read_page(number);
      for (const std::string& message : messages) warn(ErrorCode::damaged, message, number);
      return page;
    } catch (const std::bad_alloc&) {
      return error(ErrorCode::out_of_memory, "Memory ran out on this page.", number);
    } catch (const std::exception& problem) {
      return error(ErrorCode::damaged, problem.what(), number);
    }
  }

  void warn_of(const std::vector<std::string>& messages) {
    for (const std::string& message : messages) warn(ErrorCode::damaged, message);
  }

 private:
  Result<SourcePage> read_page(int number) {
    const std::unique_ptr<poppler::page> source(document_->create_page(number - 1));
    if (!source) return error(ErrorCode::damaged, "The page cannot be read.", number);
    SourcePage page;
    page.number = number;
    PageText text = read_text(*source);
    const std::optional<PageContent> content = content_with_images(number);
    page.origin = has_meaning(text.words) ? origin_of(text, content) : Origin::scan;
    // Only a text layer that is believed may turn its page; a scan is turned by looking at it.
    if (page.origin != Origin::text_layer) text.turn = 0;
    page.rotation = text.turn;
    page.words = upright_words(std::move(text), page.width, page.height);
    if (!options_.images) return page;
    if (auto problem = add_image(*source, content, page)) return *problem;
    return page;
  }

  // The page's content where it shows pictures large enough for a scan, else nothing.
  std::optional<PageContent> content_with_images(int number) {
    std::vector<QPDFPageObjectHelper>* pages = qpdf_pages();
    if (pages == nullptr || number > static_cast<int>(pages->size())) return std::nullopt;
    QPDFPageObjectHelper page = (*pages)[number - 1];
    const std::unique_ptr<poppler::page> shown(document_->create_page(number - 1));
    const poppler::rectf box = shown ? shown->page_rect() : poppler::rectf();
    const double square_inches = box.width() * box.height() / (kPointsPerInch * kPointsPerInch);
    if (pixels_in_resources(page) < square_inches * kMixedShare * kLeastScanDensity) return std::nullopt;
    return read_content(page);
  }

  std::vector<QPDFPageObjectHelper>* qpdf_pages() {
    if (qpdf_tried_) return qpdf_ ? &pages_ : nullptr;
    qpdf_tried_ = true;
    try {
      qpdf_ = std::make_unique<QPDF>();
      qpdf_->setSuppressWarnings(true);
      qpdf_->setLogger(QPDFLogger::create());
      qpdf_->processMemoryFile("document", reinterpret_cast<const char*>(bytes_.data()), bytes_.size());
      pages_ = QPDFPageDocumentHelper(*qpdf_).getAllPages();
      if (static_cast<int>(pages_.size()) != page_count()) throw std::runtime_error("page trees differ");
    } catch (const std::exception& problem) {
      warn(ErrorCode::damaged, std::string("Embedded pictures cannot be taken out: ") + problem.what());
      qpdf_.reset();
      return nullptr;
    }
    return &pages_;
  }

  static Origin origin_of(const PageText& text, const std::optional<PageContent>& content) {
    const bool words = !text.words.empty();
    if (!content) return words ? Origin::text_layer : Origin::scan;
    const double share = content->image_share();
    const bool own_text = words && content->visible_text > 0;
    if (!own_text) return share > 0 || !words ? Origin::scan : Origin::text_layer;
    if (share >= kScanShare) {
      // An invisible layer and a visible line beside it cannot be told apart in `words`: then none of it is
      // believed.
      const bool claim = content->hidden_text > 0 || content->visible_text <= kOverlayText;
      return claim ? Origin::scan : Origin::mixed;
    }
    return share >= kMixedShare ? Origin::mixed : Origin::text_layer;
  }

  std::optional<Error> add_image(poppler::page& source, const std::optional<PageContent>& content,
                                 SourcePage& page) {
    double dpi = options_.render_dpi;
    bool colour = false;
    if (page.origin != Origin::text_layer) {
      colour = true;  // seals are told from text by their colour
      dpi = options_.scan_dpi;
      if (content && content->images.size() == 1 && content->images[0].share >= kScanShare) {
        if (is_bare(*content) && take_picture(*content, page)) return std::nullopt;
        const double native = placed_dpi(content->images[0]);
        if (native > 0) dpi = std::clamp(native, options_.render_dpi, kMostScanDpi);
      }
    }
    return render(source, dpi, colour, page);
  }

  bool take_picture(const PageContent& content, SourcePage& page) const {
    std::optional<Image> picture = embedded_picture(content.images[0], content, options_.max_pixels);
    if (!picture) return false;
    page.image = *std::move(picture);
    page.native = true;
    if (page.words.empty() && one_colour(page.image)) page.origin = Origin::blank;
    return true;
  }

  // Nothing but the picture is seen: no text, drawing or stamp over it.
  static bool is_bare(const PageContent& content) {
    return content.complete && content.visible_text == 0 && content.paths == 0 && !content.annotated;
  }

  std::optional<Error> render(poppler::page& source, double dpi, bool colour, SourcePage& page) {
    const double square_inches = page.width * page.height / (kPointsPerInch * kPointsPerInch);
    const double most_dpi =
        std::sqrt(static_cast<double>(options_.max_pixels) / std::max(square_inches, 1e-9));
    if (most_dpi < kLeastDpi) {
      return error(ErrorCode::too_large,
                   "The page measures " + std::to_string(std::lround(page.width)) + " by " +
                       std::to_string(std::lround(page.height)) + " points; even at " +
                       std::to_string(std::lround(kLeastDpi)) + " dpi it is over the limit of pixels.",
                   page.number);
    }
    if (dpi > most_dpi) {
      warn(ErrorCode::too_large,
           "The page is rendered at a lower resolution to stay within the limit of pixels.", page.number);
      dpi = most_dpi;
    }
    page.image = rendered(source, dpi, colour, page.rotation);
    const double expected = square_inches * dpi * dpi;
    const double pixels = static_cast<double>(page.image.width) * page.image.height;
    if (pixels < expected / 2) return blank_render("The page cannot be rendered.", page);
    if (!one_colour(page.image)) return std::nullopt;
    if (page.words.empty() && page.origin == Origin::scan) {
      page.origin = Origin::blank;
      return std::nullopt;
    }
    return blank_render("The page has a text layer but nothing of it is seen.", page);
  }

  Error blank_render(std::string message, const SourcePage& page) const {
    return error(ErrorCode::blank_render, std::move(message), page.number);
  }

  static Image rendered(poppler::page& source, double dpi, bool colour, int turn) {
    poppler::page_renderer renderer;
    renderer.set_image_format(colour ? poppler::image::format_rgb24 : poppler::image::format_gray8);
    renderer.set_render_hint(poppler::page_renderer::antialiasing);
    renderer.set_render_hint(poppler::page_renderer::text_antialiasing);
    // A page that lies a quarter clockwise needs three quarters more.
    const auto rotation = static_cast<poppler::rotation_enum>((360 - turn) % 360 / 90);
    const poppler::image picture = renderer.render_page(&source, dpi, dpi, -1, -1, -1, -1, rotation);
    Image image;
    if (!picture.is_valid()) return image;
    image.width = picture.width();
    image.height = picture.height();
    image.channels = colour ? 3 : 1;
    image.dpi = dpi;
    const std::size_t stride = static_cast<std::size_t>(image.width) * image.channels;
    image.pixels.resize(stride * image.height);
    for (int y = 0; y < image.height; ++y) {
      std::memcpy(image.row(y),
                  picture.const_data() + static_cast<std::ptrdiff_t>(y) * picture.bytes_per_row(), stride);
    }
    return image;
  }

  std::vector<std::uint8_t> bytes_;  // Poppler and qpdf read from it as long as they live
  std::unique_ptr<poppler::document> document_;
  IngestOptions options_;
  bool qpdf_tried_ = false;
  std::unique_ptr<QPDF> qpdf_;
  std::vector<QPDFPageObjectHelper> pages_;
};

}  // namespace

Result<std::unique_ptr<Document>> open_pdf(FileBytes file, const IngestOptions& options) {
  const auto fail = [&](ErrorCode code, std::string message) {
    return Error{.code = code, .message = std::move(message), .document = file.name};
  };
  if (file.bytes.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
    return fail(ErrorCode::too_large, "The PDF has more bytes than its reader can count.");
  }
  std::vector<std::string> messages;
  const MessageScope scope(messages);
  std::unique_ptr<poppler::document> document(poppler::document::load_from_raw_data(
      reinterpret_cast<const char*>(file.bytes.data()), static_cast<int>(file.bytes.size())));
  if (!document) {
    return fail(ErrorCode::damaged,
                "The PDF is broken beyond reading" + (messages.empty() ? "." : ": " + messages[0] + "."));
  }
  if (document->is_locked()) return fail(ErrorCode::encrypted, "The PDF needs a password.");
  if (document->pages() < 1) return fail(ErrorCode::damaged, "The PDF has no pages.");
  if (document->pages() > options.max_pages) {
    return fail(ErrorCode::too_large, "The PDF has " + std::to_string(document->pages()) +
                                          " pages; the limit is " + std::to_string(options.max_pages) + ".");
  }
  if (!has_end_mark(file.bytes)) messages.push_back("The PDF is cut: its end mark is missing.");
  auto pdf = std::make_unique<Pdf>(std::move(file), std::move(document), options);
  pdf->warn_of(messages);
  return std::unique_ptr<Document>(std::move(pdf));
}

}  // namespace attest
