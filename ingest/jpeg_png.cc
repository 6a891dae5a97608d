#include "ingest/jpeg_png.h"

// clang-format off
#include <cstdio>  // jpeglib.h needs FILE before it
#include <jpeglib.h>
#include <png.h>
// clang-format on

#include <csetjmp>
#include <cstring>

namespace attest {
namespace {

constexpr double kCentimetresPerInch = 2.54, kMetresPerInch = 0.0254;

struct JpegErrors {
  jpeg_error_mgr base;
  std::jmp_buf escape;
};

[[noreturn]] void escape(j_common_ptr jpeg) {
  std::longjmp(reinterpret_cast<JpegErrors*>(jpeg->err)->escape, 1);
}
void be_silent(j_common_ptr) {}

// Decodes into `out`, whose buffer the caller owns: between setjmp and longjmp nothing here needs a
// destructor. With `header_only` nothing but the size is read.
bool read_jpeg(std::span<const std::uint8_t> bytes, bool header_only, PixelSize& size, Decoded& out) {
  jpeg_decompress_struct jpeg;
  JpegErrors errors;
  std::memset(&jpeg, 0, sizeof jpeg);
  jpeg.err = jpeg_std_error(&errors.base);
  errors.base.error_exit = &escape;
  errors.base.output_message = &be_silent;
  if (setjmp(errors.escape) != 0) {
    // What was decoded before the damage is kept when there is a picture at all.
    const bool some = out.image.width > 0 && jpeg.output_scanline > 0;
    out.damaged = true;
    jpeg_destroy_decompress(&jpeg);
    return some;
  }
  jpeg_create_decompress(&jpeg);
  jpeg_mem_src(&jpeg, bytes.data(), static_cast<unsigned long>(bytes.size()));
  jpeg_read_header(&jpeg, TRUE);
  size = {jpeg.image_width, jpeg.image_height};
  if (jpeg.num_components == 4) {
    jpeg_destroy_decompress(&jpeg);
    return header_only;
  }
  if (!header_only) {
    jpeg.out_color_space = jpeg.num_components == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_start_decompress(&jpeg);
    out.image.channels = jpeg.output_components;
    out.image.width = static_cast<int>(jpeg.output_width);
    out.image.height = static_cast<int>(jpeg.output_height);
    out.image.pixels.assign(static_cast<std::size_t>(out.image.width) * out.image.height * out.image.channels,
                            255);
    const double unit = jpeg.density_unit == 1 ? 1 : jpeg.density_unit == 2 ? kCentimetresPerInch : 0;
    out.dpi_x = jpeg.X_density * unit;
    out.dpi_y = jpeg.Y_density * unit;
    while (jpeg.output_scanline < jpeg.output_height) {
      JSAMPROW row = out.image.row(static_cast<int>(jpeg.output_scanline));
      jpeg_read_scanlines(&jpeg, &row, 1);
    }
    jpeg_finish_decompress(&jpeg);
    out.damaged = errors.base.num_warnings > 0;
  }
  jpeg_destroy_decompress(&jpeg);
  return true;
}

std::uint32_t big_endian(const std::uint8_t* p) {
  return static_cast<std::uint32_t>(p[0]) << 24 | static_cast<std::uint32_t>(p[1]) << 16 |
         static_cast<std::uint32_t>(p[2]) << 8 | p[3];
}

// The chunk pHYs: pixels a metre in both directions (PNG 1.2, 4.2.4.2). Chunks are length, name, data,
// checksum.
void read_density(std::span<const std::uint8_t> bytes, Decoded& out) {
  for (std::size_t at = 8; at + 12 <= bytes.size();) {
    const std::size_t length = big_endian(&bytes[at]);
    if (std::memcmp(&bytes[at + 4], "IDAT", 4) == 0 || length > bytes.size() - at - 12) return;
    if (std::memcmp(&bytes[at + 4], "pHYs", 4) == 0 && length == 9 && bytes[at + 16] == 1) {
      out.dpi_x = big_endian(&bytes[at + 8]) * kMetresPerInch;
      out.dpi_y = big_endian(&bytes[at + 12]) * kMetresPerInch;
    }
    at += 12 + length;
  }
}

}  // namespace

std::optional<PixelSize> jpeg_size(std::span<const std::uint8_t> bytes) {
  PixelSize size;
  Decoded unused;
  if (!read_jpeg(bytes, true, size, unused) || size.width <= 0 || size.height <= 0) return std::nullopt;
  return size;
}

std::optional<PixelSize> png_size(std::span<const std::uint8_t> bytes) {
  // Signature, then the chunk IHDR with width and height first.
  if (bytes.size() < 33 || std::memcmp(&bytes[12], "IHDR", 4) != 0) return std::nullopt;
  const PixelSize size{big_endian(&bytes[16]), big_endian(&bytes[20])};
  if (size.width <= 0 || size.height <= 0) return std::nullopt;
  return size;
}

std::optional<Decoded> decode_jpeg(std::span<const std::uint8_t> bytes) {
  PixelSize size;
  Decoded out;
  if (!read_jpeg(bytes, false, size, out) || out.image.empty()) return std::nullopt;
  return out;
}

std::optional<Decoded> decode_png(std::span<const std::uint8_t> bytes) {
  png_image png;
  std::memset(&png, 0, sizeof png);
  png.version = PNG_IMAGE_VERSION;
  if (png_image_begin_read_from_memory(&png, bytes.data(), bytes.size()) == 0) return std::nullopt;
  const bool colour = (png.format & PNG_FORMAT_FLAG_COLOR) != 0;
  png.format = colour ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;
  Decoded out;
  out.image.width = static_cast<int>(png.width);
  out.image.height = static_cast<int>(png.height);
  out.image.channels = colour ? 3 : 1;
  out.image.pixels.assign(PNG_IMAGE_SIZE(png), 255);
  const png_color white = {255, 255, 255};
  if (png_image_finish_read(&png, &white, out.image.pixels.data(), 0, nullptr) == 0) return std::nullopt;
  read_density(bytes, out);
  return out;
}

}  // namespace attest
