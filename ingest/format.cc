#include "ingest/format.h"

#include <algorithm>
#include <array>

namespace attest {
namespace {

using namespace std::string_view_literals;

struct Magic {
  std::string_view bytes;
  std::size_t offset;
  Format format;
  std::string_view name, media_type;
};

// Formats are refused by name where a library behind would open them: Leptonica's readers of JPEG 2000 and
// WebP have crashed on damaged input, and no archive of reports holds them.
constexpr std::array kMagic = {
    Magic{"\x89PNG\r\n\x1a\n"sv, 0, Format::png, "PNG", "image/png"},
    Magic{"\xff\xd8\xff"sv, 0, Format::jpeg, "JPEG", "image/jpeg"},
    Magic{"II*\0"sv, 0, Format::tiff, "TIFF", "image/tiff"},
    Magic{"MM\0*"sv, 0, Format::tiff, "TIFF", "image/tiff"},
    Magic{"II+\0"sv, 0, Format::refused, "BigTIFF", ""},
    Magic{"MM\0+"sv, 0, Format::refused, "BigTIFF", ""},
    Magic{"\0\0\0\x0cjP  \r\n\x87\n"sv, 0, Format::refused, "JPEG 2000", ""},
    Magic{"\xff\x4f\xff\x51"sv, 0, Format::refused, "JPEG 2000", ""},
    Magic{"\x97JB2\r\n\x1a\n"sv, 0, Format::refused, "JBIG2", ""},
    Magic{"GIF8"sv, 0, Format::refused, "GIF", ""},
    Magic{"WEBP"sv, 8, Format::refused, "WebP", ""},
    Magic{"\0\0\0\x0cJXL "sv, 0, Format::refused, "JPEG XL", ""},
    Magic{"ftyphei"sv, 4, Format::refused, "HEIF", ""},
    Magic{"ftypmif1"sv, 4, Format::refused, "HEIF", ""},
    Magic{"ftypavif"sv, 4, Format::refused, "AVIF", ""},
    Magic{"AT&TFORM"sv, 0, Format::refused, "DjVu", ""},
    Magic{"PK\x03\x04"sv, 0, Format::refused, "ZIP (or an office document)", ""},
    Magic{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"sv, 0, Format::refused, "OLE office document", ""},
    Magic{"7z\xbc\xaf\x27\x1c"sv, 0, Format::refused, "7-Zip", ""},
    Magic{"Rar!\x1a\x07"sv, 0, Format::refused, "RAR", ""},
    Magic{"\x1f\x8b\x08"sv, 0, Format::refused, "gzip", ""},
    Magic{"%!PS"sv, 0, Format::refused, "PostScript", ""},
    Magic{"{\\rtf"sv, 0, Format::refused, "RTF", ""},
};

// A PDF header may stand after a little garbage: readers accept it within the first 1,024 bytes.
constexpr std::size_t kPdfHeaderWithin = 1024;
constexpr std::size_t kBmpHeaderBytes = 54;

bool is_bmp(std::string_view head) {
  return head.size() >= kBmpHeaderBytes && head.starts_with("BM") && head.substr(6, 4) == "\0\0\0\0"sv;
}

}  // namespace

Sniffed sniff(std::span<const std::uint8_t> bytes) {
  const std::string_view head(reinterpret_cast<const char*>(bytes.data()),
                              std::min(bytes.size(), kPdfHeaderWithin));
  for (const Magic& magic : kMagic) {
    if (head.size() >= magic.offset && head.substr(magic.offset).starts_with(magic.bytes)) {
      return {magic.format, magic.name, magic.media_type};
    }
  }
  if (is_bmp(head)) return {Format::refused, "BMP", ""};
  if (head.find("%PDF-") != std::string_view::npos) return {Format::pdf, "PDF", "application/pdf"};
  return {};
}

bool is_page_image(Format format) {
  return format == Format::tiff || format == Format::jpeg || format == Format::png;
}

}  // namespace attest
