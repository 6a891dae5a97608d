// Text is placed in runs of characters of one width (hanzi or Latin): each run is stretched to the box that
// was found for it on the page.
#include "export/searchable_pdf.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <qpdf/Buffer.hh>
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFLogger.hh>
#include <qpdf/QPDFPageDocumentHelper.hh>
#include <qpdf/QPDFPageObjectHelper.hh>
#include <qpdf/QPDFWriter.hh>
#include <utility>

#include "export/glyphless_font.h"
#include "export/page_layout.h"
#include "text/fold.h"

namespace attest {
namespace {

constexpr const char* kFontKey = "/AttestText";

std::string number(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.3f", value + 0.0);
  return text.data();
}

// Where a page lies in its own space (points, y upwards) and how it is turned to be upright.
struct Lie {
  double left = 0, bottom = 0, width = 0, height = 0;  // of what is shown, unturned
  int turn = 0;                                        // clockwise
};

// A PDF's text matrix for text that begins at (x, baseline) of the upright page, scaled from its points.
std::string text_matrix(const Lie& lie, double upright_width, double upright_height, double x, double y) {
  const bool swapped = lie.turn % 180 != 0;
  x *= (swapped ? lie.height : lie.width) / upright_width;
  y *= (swapped ? lie.width : lie.height) / upright_height;
  const double right = lie.left + lie.width, top = lie.bottom + lie.height;
  switch (lie.turn) {
    case 90:
      return "0 1 -1 0 " + number(lie.left + y) + " " + number(lie.bottom + x);
    case 180:
      return "-1 0 0 -1 " + number(right - x) + " " + number(lie.bottom + y);
    case 270:
      return "0 -1 1 0 " + number(right - y) + " " + number(top - x);
    default:
      return "1 0 0 1 " + number(lie.left + x) + " " + number(top - y);
  }
}

// Characters that take an em, and those that take less.
bool is_wide(const Glyph& glyph) {
  const std::u32string text = to_u32(glyph.text);
  return glyph.mark >= 0 || (!text.empty() && text[0] >= 0x2E80);
}

class TextLayer {
 public:
  TextLayer(const TextLayerPage& layer, const Lie& lie, GlyphlessFont& font)
      : layer_(layer), page_(*layer.page), lie_(lie), font_(font) {}

  // Empty where there is nothing to place.
  std::string content() {
    if (page_.origin != Origin::scan && page_.origin != Origin::mixed) return {};
    if (page_.width <= 0 || page_.height <= 0) return {};
    for (const Block& block : page_.blocks) {
      const auto index = static_cast<std::size_t>(block.index);
      if (block.kind == Block::Kind::line) {
        if (index < page_.lines.size()) line(page_.lines[index]);
      } else if (index < page_.tables.size()) {
        for (const Cell& cell : page_.tables[index].cells) {
          for (const Line& l : cell.lines) line(l);
        }
      }
    }
    return out_.empty() ? "" : "q BT 3 Tr\n" + out_ + "ET Q\n";
  }

 private:
  // One size for a line, so that viewers see its words as one.
  void line(const Line& line) {
    double size = 0;
    for (const Glyph& glyph : line.glyphs) size = std::max(size, glyph.box.height);
    if (size <= 0) return;
    for (const LayoutWord& word : words_of(line)) {
      if (is_covered(word.box)) continue;
      for (std::size_t i = 0; i < word.glyphs.size();) {
        std::size_t end = i + 1;
        while (end < word.glyphs.size() && is_wide(*word.glyphs[end]) == is_wide(*word.glyphs[i])) ++end;
        run({word.glyphs.begin() + static_cast<std::ptrdiff_t>(i),
             word.glyphs.begin() + static_cast<std::ptrdiff_t>(end)},
            size, word.box.center_y());
        i = end;
      }
    }
  }

  bool is_covered(const Box& box) const {
    return std::any_of(layer_.covered.begin(), layer_.covered.end(),
                       [&box](const Box& b) { return b.contains(box.center_x(), box.center_y()); });
  }

  void run(const std::vector<const Glyph*>& glyphs, double size, double center) {
    Box box;
    std::u32string text;
    for (const Glyph* glyph : glyphs) {
      box = united(box, glyph->box);
      text += to_u32(glyph->text);
    }
    if (box.empty() || text.empty()) return;
    const double baseline = center + size / 2 - size * kGlyphlessDescent;
    const double stretch = 100 * box.width / (size * static_cast<double>(text.size()));
    out_ += std::string(kFontKey) + " " + number(size) + " Tf " + number(stretch) + " Tz " +
            text_matrix(lie_, page_.width, page_.height, box.left, baseline) + " Tm " + font_.encoded(text) +
            " Tj\n";
  }

  const TextLayerPage& layer_;
  const Page& page_;
  Lie lie_;
  GlyphlessFont& font_;
  std::string out_;
};

// Leaves out text that is shown invisibly (render mode 3).
class InvisibleTextRemover : public QPDFObjectHandle::TokenFilter {
 public:
  void handleToken(const QPDFTokenizer::Token& token) override {
    waiting_.push_back(token);
    if (token.getType() != QPDFTokenizer::tt_word) return;
    const std::string& op = token.getValue();
    if (op == "q") saved_.push_back(mode_);
    if (op == "Q" && !saved_.empty()) {
      mode_ = saved_.back();
      saved_.pop_back();
    }
    if (op == "Tr") mode_ = last_operand();
    const bool shows = op == "Tj" || op == "TJ" || op == "'" || op == "\"";
    if (!shows || mode_ != "3") flush();
    waiting_.clear();
  }
  void handleEOF() override { flush(); }

 private:
  std::string last_operand() const {
    std::string out;
    for (const QPDFTokenizer::Token& token : waiting_) {
      if (token.getType() == QPDFTokenizer::tt_integer) out = token.getValue();
    }
    return out;
  }
  void flush() {
    for (const QPDFTokenizer::Token& token : waiting_) writeToken(token);
    waiting_.clear();
  }

  std::vector<QPDFTokenizer::Token> waiting_;
  std::vector<std::string> saved_;
  std::string mode_ = "0";
};

Lie lie_of(QPDFPageObjectHelper& page, int turn) {
  Lie lie;
  const QPDFObjectHandle::Rectangle crop = page.getCropBox().getArrayAsRectangle();
  const QPDFObjectHandle::Rectangle media = page.getMediaBox().getArrayAsRectangle();
  lie.left = std::max(crop.llx, media.llx);
  lie.bottom = std::max(crop.lly, media.lly);
  lie.width = std::min(crop.urx, media.urx) - lie.left;
  lie.height = std::min(crop.ury, media.ury) - lie.bottom;
  QPDFObjectHandle rotate = page.getAttribute("/Rotate", false);
  const int declared = rotate.isInteger() ? rotate.getIntValueAsInt() : 0;
  lie.turn = ((declared + turn) % 360 + 360) % 360 / 90 * 90;
  return lie;
}

void add_font(QPDFPageObjectHelper& page, const QPDFObjectHandle& font) {
  QPDFObjectHandle resources = page.getAttribute("/Resources", /*copy_if_shared=*/true);
  resources = resources.isDictionary() ? resources.shallowCopy() : QPDFObjectHandle::newDictionary();
  QPDFObjectHandle fonts = resources.getKey("/Font");
  fonts = fonts.isDictionary() ? fonts.shallowCopy() : QPDFObjectHandle::newDictionary();
  fonts.replaceKey(kFontKey, font);
  resources.replaceKey("/Font", fonts);
  page.getObjectHandle().replaceKey("/Resources", resources);
}

// The page's own content is closed off: it may leave its coordinates changed.
void add_content(QPDF& pdf, QPDFPageObjectHelper& page, const std::string& text) {
  page.addPageContents(QPDFObjectHandle::newStream(&pdf, "q\n"), /*first=*/true);
  page.addPageContents(QPDFObjectHandle::newStream(&pdf, "\nQ\n" + text), /*first=*/false);
}

std::string written(QPDF& pdf) {
  QPDFWriter writer(pdf);
  writer.setOutputMemory();
  writer.setCompressStreams(true);
  writer.setDecodeLevel(qpdf_dl_generalized);  // pictures stay as they are
  writer.setPreserveEncryption(false);  // opened without a password; a digest of the content needs plain text
  writer.setDeterministicID(true);
  writer.write();
  const std::shared_ptr<Buffer> buffer = writer.getBufferSharedPointer();
  return {reinterpret_cast<const char*>(buffer->getBuffer()), buffer->getSize()};
}

void be_silent(QPDF& pdf) {
  pdf.setSuppressWarnings(true);
  pdf.setLogger(QPDFLogger::create());
}

bool is_bilevel(const Image& image) {
  return image.channels == 1 && std::all_of(image.pixels.begin(), image.pixels.end(),
                                            [](std::uint8_t p) { return p == 0 || p == 255; });
}

std::string packed_bits(const Image& image) {
  std::string out;
  const auto stride = static_cast<std::size_t>(image.width + 7) / 8;
  out.resize(stride * static_cast<std::size_t>(image.height));
  for (int y = 0; y < image.height; ++y) {
    const std::uint8_t* row = image.row(y);
    for (int x = 0; x < image.width; ++x) {
      if (row[x] != 0)
        out[stride * static_cast<std::size_t>(y) + static_cast<std::size_t>(x) / 8] |=
            static_cast<char>(0x80 >> (x % 8));
    }
  }
  return out;
}

QPDFObjectHandle image_object(QPDF& pdf, const Image& image, std::string_view jpeg) {
  const bool bits = jpeg.empty() && is_bilevel(image);
  QPDFObjectHandle stream =
      !jpeg.empty() ? QPDFObjectHandle::newStream(&pdf, std::string(jpeg))
      : bits        ? QPDFObjectHandle::newStream(&pdf, packed_bits(image))
             : QPDFObjectHandle::newStream(&pdf, std::string(image.pixels.begin(), image.pixels.end()));
  QPDFObjectHandle dict = stream.getDict();
  dict.replaceKey("/Type", QPDFObjectHandle::newName("/XObject"));
  dict.replaceKey("/Subtype", QPDFObjectHandle::newName("/Image"));
  dict.replaceKey("/Width", QPDFObjectHandle::newInteger(image.width));
  dict.replaceKey("/Height", QPDFObjectHandle::newInteger(image.height));
  dict.replaceKey("/ColorSpace",
                  QPDFObjectHandle::newName(image.channels == 3 ? "/DeviceRGB" : "/DeviceGray"));
  dict.replaceKey("/BitsPerComponent", QPDFObjectHandle::newInteger(bits ? 1 : 8));
  if (!jpeg.empty()) dict.replaceKey("/Filter", QPDFObjectHandle::newName("/DCTDecode"));
  return pdf.makeIndirectObject(stream);
}

Error failed(const std::exception& problem) {
  return {ErrorCode::damaged, std::string("no searchable PDF can be made: ") + problem.what()};
}

}  // namespace

Result<std::string> with_text_layer(std::string_view bytes, const std::vector<TextLayerPage>& layers) {
  try {
    QPDF pdf;
    be_silent(pdf);
    pdf.processMemoryFile("document", bytes.data(), bytes.size());
    GlyphlessFont font(pdf);
    std::vector<QPDFPageObjectHelper> pages = QPDFPageDocumentHelper(pdf).getAllPages();
    for (const TextLayerPage& layer : layers) {
      const auto index = static_cast<std::size_t>(layer.page->number) - 1;
      if (layer.page->number < 1 || index >= pages.size()) continue;
      QPDFPageObjectHelper& page = pages[index];
      const std::string text = TextLayer(layer, lie_of(page, layer.turn), font).content();
      if (text.empty()) continue;
      if (layer.page->origin == Origin::scan)
        page.addContentTokenFilter(std::make_shared<InvisibleTextRemover>());
      add_content(pdf, page, text);
      add_font(page, font.object());
    }
    font.finish();
    return written(pdf);
  } catch (const std::exception& problem) {
    return failed(problem);
  }
}

struct ImagePdf::State {
  State() : font((be_silent(pdf), pdf.emptyPDF(), pdf)) {}
  QPDF pdf;
  GlyphlessFont font;
};

ImagePdf::ImagePdf() : state_(std::make_unique<State>()) {}
ImagePdf::~ImagePdf() = default;

std::optional<Error> ImagePdf::add(const TextLayerPage& layer, const Image& image, std::string_view jpeg) {
  try {
    QPDF& pdf = state_->pdf;
    const bool swapped = layer.turn % 180 != 0;
    Lie lie;
    lie.width = swapped ? layer.page->height : layer.page->width;
    lie.height = swapped ? layer.page->width : layer.page->height;
    lie.turn = (layer.turn % 360 + 360) % 360;
    QPDFObjectHandle page = pdf.makeIndirectObject(QPDFObjectHandle::parse(
        "<< /Type /Page /MediaBox [0 0 " + number(lie.width) + " " + number(lie.height) + "] /Rotate " +
        std::to_string(lie.turn) + " /Resources << /XObject << >> /Font << >> >> >>"));
    const std::string text = TextLayer(layer, lie, state_->font).content();
    QPDFObjectHandle resources = page.getKey("/Resources");
    resources.getKey("/XObject").replaceKey("/Page", image_object(pdf, image, jpeg));
    resources.getKey("/Font").replaceKey(kFontKey, state_->font.object());
    const std::string draw = "q " + number(lie.width) + " 0 0 " + number(lie.height) + " 0 0 cm /Page Do Q\n";
    page.replaceKey("/Contents", pdf.makeIndirectObject(QPDFObjectHandle::newStream(&pdf, draw + text)));
    QPDFPageDocumentHelper(pdf).addPage(QPDFPageObjectHelper(page), /*first=*/false);
    return std::nullopt;
  } catch (const std::exception& problem) {
    return failed(problem);
  }
}

Result<std::string> ImagePdf::finish() {
  try {
    state_->font.finish();
    return written(state_->pdf);
  } catch (const std::exception& problem) {
    return failed(problem);
  }
}

// Segments up to the frame header (ITU-T T.81, B.2.2).
std::optional<JpegShape> jpeg_shape(std::string_view bytes) {
  const auto byte = [&bytes](std::size_t at) { return static_cast<std::uint8_t>(bytes[at]); };
  if (bytes.size() < 4 || byte(0) != 0xFF || byte(1) != 0xD8) return std::nullopt;
  std::size_t at = 2;
  while (at + 9 < bytes.size()) {
    if (byte(at) != 0xFF) return std::nullopt;
    const int marker = byte(at + 1);
    if (marker == 0xFF) {
      ++at;
      continue;
    }
    const std::size_t length = static_cast<std::size_t>(byte(at + 2)) << 8 | byte(at + 3);
    if (marker >= 0xC0 && marker <= 0xC2) {
      if (byte(at + 4) != 8) return std::nullopt;
      return JpegShape{byte(at + 7) << 8 | byte(at + 8), byte(at + 5) << 8 | byte(at + 6), byte(at + 9)};
    }
    const bool other_frame =
        marker >= 0xC3 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
    if (other_frame || marker == 0xDA || marker == 0xD9 || length < 2) return std::nullopt;
    at += 2 + length;
  }
  return std::nullopt;
}

}  // namespace attest
