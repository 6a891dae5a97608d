// TIFF (many pages), JPEG and PNG (one page).
#include <algorithm>
#include <array>
#include <cmath>

#include "ingest/format.h"
#include "ingest/leptonica.h"
#include "ingest/opened.h"
#include "ingest/orient.h"
#include "ingest/tiff_directory.h"

namespace attest {
namespace {

// A page is between a postcard and A2; a resolution that makes it another size is a default nobody set.
constexpr double kShortestPage = 5, kLongestPage = 24;  // inches, longer side
constexpr double kA4Height = 297 / 25.4;                // inches
constexpr double kPointsPerInch = 72;
// Fax has 204 × 98 and 204 × 196 dots an inch; below this difference the pixels count as square.
constexpr double kSquare = 0.02;
constexpr double kMostStretch = 4;  // more is a wrong note, not a fax

// TIFF compressions that are decoded: none, CCITT 1D, G3, G4, LZW, JPEG, deflate (two numbers), PackBits.
constexpr std::array kCompressions = {1, 2, 3, 4, 5, 7, 8, 32946, 32773};

class Raster : public OpenedDocument {
 public:
  Raster(FileBytes file, Format format, std::vector<TiffDirectory> directories, const IngestOptions& options)
      : OpenedDocument(file.name, file.sha256, file.media_type),
        bytes_(std::move(file.bytes)),
        format_(format),
        directories_(std::move(directories)),
        options_(options) {}

  int page_count() const override {
    return format_ == Format::tiff ? static_cast<int>(directories_.size()) : 1;
  }

  Result<SourcePage> page(int number) override {
    if (number < 1 || number > page_count()) return no_such_page(number);
    try {
      return read_page(number);
    } catch (const std::bad_alloc&) {
      return error(ErrorCode::out_of_memory, "Memory ran out on this page.", number);
    }
  }

  void warn_of_chain() {
    warn(ErrorCode::damaged, "The chain of pages in the TIFF breaks off; pages may be missing.");
  }

 private:
  Result<SourcePage> read_page(int number) {
    if (auto problem = refused(number)) return *problem;
    std::optional<Decoded> decoded = decode(number);
    if (!decoded) return error(ErrorCode::damaged, "The image cannot be decoded.", number);
    if (decoded->damaged) warn(ErrorCode::damaged, "The image is cut short; the rest is missing.", number);
    Image stored = square_pixels(std::move(*decoded));
    if (stored.empty()) return error(ErrorCode::out_of_memory, "Memory ran out on this page.", number);
    const Orientation orientation = orientation_of_tag(tag_of(number));
    SourcePage page;
    page.number = number;
    page.rotation = stored_turn(orientation);
    Image image = orientation.stored() ? std::move(stored) : oriented(stored, orientation);
    page.width = image.width * kPointsPerInch / image.dpi;
    page.height = image.height * kPointsPerInch / image.dpi;
    const auto first = image.pixels[0];
    const bool blank =
        std::all_of(image.pixels.begin(), image.pixels.end(), [&](auto p) { return p == first; });
    page.origin = blank ? Origin::blank : Origin::scan;
    page.native = true;
    if (options_.images) page.image = std::move(image);
    return page;
  }

  std::optional<Error> refused(int number) const {
    std::optional<PixelSize> size;
    if (format_ == Format::tiff) {
      const TiffDirectory& directory = directories_[number - 1];
      if (std::find(kCompressions.begin(), kCompressions.end(), directory.compression) ==
          kCompressions.end()) {
        return error(ErrorCode::unsupported,
                     "The TIFF page is compressed by method " + std::to_string(directory.compression) +
                         ", which is not read here.",
                     number);
      }
      size = PixelSize{directory.width, directory.height};
      if (directory.samples < 1 || directory.samples > 4) size.reset();
    } else {
      size = format_ == Format::jpeg ? jpeg_size(bytes_) : png_size(bytes_);
    }
    if (!size || size->width <= 0 || size->height <= 0) {
      return error(ErrorCode::damaged, "The image's header is broken.", number);
    }
    // Widths and heights are below 2^32: the product is computed where it cannot overflow.
    if (static_cast<double>(size->width) * static_cast<double>(size->height) >
        static_cast<double>(options_.max_pixels)) {
      return error(ErrorCode::too_large,
                   "The image has " + std::to_string(size->width) + " by " + std::to_string(size->height) +
                       " pixels; the limit is " + std::to_string(options_.max_pixels) + " in all.",
                   number);
    }
    return std::nullopt;
  }

  std::optional<Decoded> decode(int number) const {
    switch (format_) {
      case Format::tiff:
        return decode_tiff(bytes_, directories_[number - 1].offset);
      case Format::jpeg:
        return decode_jpeg(bytes_);
      default:
        return decode_png(bytes_);
    }
  }

  int tag_of(int number) const {
    if (format_ == Format::tiff) return directories_[number - 1].orientation;
    return format_ == Format::jpeg ? exif_orientation(bytes_) : 1;
  }

  // One resolution for both directions, by the file where it makes a page of a plausible size, else as if it
  // were A4.
  Image square_pixels(Decoded decoded) const {
    Image image = std::move(decoded.image);
    double x = decoded.dpi_x;
    const double y = decoded.dpi_y;
    const bool stretched = x > 0 && y > 0 && std::max(x, y) / std::min(x, y) <= kMostStretch;
    if (stretched && std::abs(x / y - 1) > kSquare) {
      const double most = std::max(x, y);
      const double pixels = image.width * (most / x) * image.height * (most / y);
      if (pixels <= static_cast<double>(options_.max_pixels)) {
        image = scaled(image, most / x, most / y);
        x = most;
      }
    }
    const int longer = std::max(image.width, image.height);
    const double inches = x > 0 ? longer / x : 0;
    image.dpi = inches >= kShortestPage && inches <= kLongestPage ? x : longer / kA4Height;
    return image;
  }

  std::vector<std::uint8_t> bytes_;
  Format format_;
  std::vector<TiffDirectory> directories_;
  IngestOptions options_;
};

}  // namespace

Result<std::unique_ptr<Document>> open_raster(FileBytes file, const IngestOptions& options) {
  const auto fail = [&](ErrorCode code, std::string message) {
    return Error{.code = code, .message = std::move(message), .document = file.name};
  };
  const Format format = sniff(file.bytes).format;
  TiffChain chain;
  if (format == Format::tiff) {
    chain = walk_tiff(file.bytes, options.max_pages);
    if (chain.pages.empty()) return fail(ErrorCode::damaged, "The TIFF has no page that can be found.");
    if (static_cast<int>(chain.pages.size()) > options.max_pages) {
      return fail(ErrorCode::too_large,
                  "The TIFF has more pages than the limit of " + std::to_string(options.max_pages) + ".");
    }
  } else if (!(format == Format::jpeg ? jpeg_size(file.bytes) : png_size(file.bytes))) {
    return fail(ErrorCode::damaged, "The image's header is broken.");
  }
  auto raster = std::make_unique<Raster>(std::move(file), format, std::move(chain.pages), options);
  if (chain.damaged) raster->warn_of_chain();
  return std::unique_ptr<Document>(std::move(raster));
}

}  // namespace attest
