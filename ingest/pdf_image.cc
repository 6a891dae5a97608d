#include "ingest/pdf_image.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <exception>
#include <qpdf/Buffer.hh>
#include <string>
#include <utility>
#include <vector>

#include "ingest/leptonica.h"
#include "ingest/orient.h"

namespace attest {
namespace {

constexpr double kStretch = 0.01;  // difference of the two resolutions that is no stretching
constexpr double kSlant = 0.002;   // of an axis against the page, as a ratio: one pixel in 500
constexpr double kLeastDpi = 50;   // below it the image is no scan of a page
constexpr double kMostDpi = 1300;  // scanners end at 1,200
constexpr int kMarginPixels = 2;   // offsets up to this are rounding

// Layout of the samples in a decoded stream.
struct Samples {
  int width = 0, height = 0, bits = 8, components = 1;
  bool inverted = false;              // /Decode [1 0]
  std::vector<std::uint8_t> palette;  // RGB triples of an indexed space, else empty
};

using Bytes = std::span<const std::uint8_t>;

Bytes view(Buffer& buffer) { return {buffer.getBuffer(), buffer.getSize()}; }

int integer(QPDFObjectHandle object, int otherwise = 0) {
  return object.isInteger() ? object.getIntValueAsInt() : otherwise;
}

// Components of a plain colour space, 0 for others.
int components_of(QPDFObjectHandle space) {
  if (space.isNameAndEquals("/DeviceGray") || space.isNameAndEquals("/G")) return 1;
  if (space.isNameAndEquals("/DeviceRGB") || space.isNameAndEquals("/RGB")) return 3;
  if (!space.isArray() || space.getArrayNItems() < 1) return 0;
  QPDFObjectHandle family = space.getArrayItem(0);
  if (family.isNameAndEquals("/CalGray") || family.isNameAndEquals("/DeviceGray")) return 1;
  if (family.isNameAndEquals("/CalRGB") || family.isNameAndEquals("/DeviceRGB")) return 3;
  if (family.isNameAndEquals("/ICCBased") && space.getArrayNItems() > 1 && space.getArrayItem(1).isStream()) {
    const int n = integer(space.getArrayItem(1).getDict().getKey("/N"));
    return n == 1 || n == 3 ? n : 0;
  }
  return 0;
}

std::string bytes_of(QPDFObjectHandle object) {
  if (object.isString()) return object.getStringValue();
  if (!object.isStream()) return {};
  const auto data = object.getStreamData(qpdf_dl_generalized);
  return {reinterpret_cast<const char*>(data->getBuffer()), data->getSize()};
}

std::vector<std::uint8_t> palette_of(QPDFObjectHandle space) {
  if (!space.isArray() || space.getArrayNItems() != 4 || !space.getArrayItem(0).isNameAndEquals("/Indexed"))
    return {};
  const int base = components_of(space.getArrayItem(1));
  const std::string table = bytes_of(space.getArrayItem(3));
  if (base == 0) return {};
  std::vector<std::uint8_t> palette;
  for (std::size_t i = 0; i + base <= table.size(); i += base) {
    for (int k = 0; k < 3; ++k) palette.push_back(static_cast<std::uint8_t>(table[i + (base == 3 ? k : 0)]));
  }
  return palette;
}

// False when /Decode is neither the default nor the plain inversion.
bool read_decode(QPDFObjectHandle decode, Samples& samples) {
  if (!decode.isArray()) return true;
  const int items = decode.getArrayNItems();
  int inverted = 0;
  for (int i = 0; i + 1 < items; i += 2) {
    const double low = decode.getArrayItem(i).getNumericValue(),
                 high = decode.getArrayItem(i + 1).getNumericValue();
    if (low == 1 && high == 0) {
      ++inverted;
    } else if (low != 0 || (samples.palette.empty() && high != 1)) {
      return false;
    }
  }
  if (inverted != 0 && (inverted != samples.components || !samples.palette.empty())) return false;
  samples.inverted = inverted != 0;
  return true;
}

std::optional<Samples> describe(QPDFObjectHandle dictionary) {
  Samples samples;
  samples.width = integer(dictionary.getKey("/Width"));
  samples.height = integer(dictionary.getKey("/Height"));
  samples.bits = integer(dictionary.getKey("/BitsPerComponent"), 8);
  if (dictionary.hasKey("/SMask") || dictionary.hasKey("/Mask") || dictionary.hasKey("/ImageMask"))
    return std::nullopt;
  QPDFObjectHandle space = dictionary.getKey("/ColorSpace");
  samples.palette = palette_of(space);
  samples.components = samples.palette.empty() ? components_of(space) : 1;
  if (samples.width <= 0 || samples.height <= 0 || samples.components == 0) return std::nullopt;
  if (!read_decode(dictionary.getKey("/Decode"), samples)) return std::nullopt;
  return samples;
}

void invert(Image& image) {
  for (std::uint8_t& p : image.pixels) p = static_cast<std::uint8_t>(255 - p);
}

Image blank_image(int width, int height, int channels) {
  Image image;
  image.width = width;
  image.height = height;
  image.channels = channels;
  image.pixels.assign(static_cast<std::size_t>(width) * height * channels, 255);
  return image;
}

std::optional<Image> from_samples(Bytes data, const Samples& s) {
  if (s.bits != 1 && s.bits != 2 && s.bits != 4 && s.bits != 8) return std::nullopt;
  if (s.components == 3 && s.bits != 8) return std::nullopt;
  const std::size_t stride = (static_cast<std::size_t>(s.width) * s.components * s.bits + 7) / 8;
  if (data.size() < stride * s.height) return std::nullopt;
  const bool indexed = !s.palette.empty();
  Image image = blank_image(s.width, s.height, indexed ? 3 : s.components);
  const int most = (1 << s.bits) - 1;
  for (int y = 0; y < s.height; ++y) {
    const std::uint8_t* source = data.data() + stride * y;
    std::uint8_t* row = image.row(y);
    if (s.bits == 8 && !indexed) {
      std::memcpy(row, source, stride);
      continue;
    }
    for (int x = 0; x < s.width; ++x) {
      const int bit = x * s.bits;
      const int value = (source[bit / 8] >> (8 - s.bits - bit % 8)) & most;
      if (!indexed) {
        row[x] = static_cast<std::uint8_t>(value * 255 / most);
      } else if (3 * static_cast<std::size_t>(value) + 2 < s.palette.size()) {
        std::copy_n(&s.palette[3 * value], 3, row + 3 * x);
      }
    }
  }
  if (s.inverted) invert(image);
  return image;
}

// A fax stream becomes a TIFF of one strip (TIFF 6.0, section 11) that Leptonica decodes:
//   header "II" 42 offset | directory: count, entries {tag, type, count, value}, 0 | the stream
std::vector<std::uint8_t> fax_as_tiff(Bytes data, int width, int height, bool black_is_one) {
  const std::array<std::array<std::uint32_t, 3>, 8> entries = {
      {{256, 4, static_cast<std::uint32_t>(width)},
       {257, 4, static_cast<std::uint32_t>(height)},
       {258, 3, 1},
       {259, 3, 4},
       {262, 3, black_is_one ? 1u : 0u},
       {273, 4, 8 + 2 + 8 * 12 + 4},
       {278, 4, static_cast<std::uint32_t>(height)},
       {279, 4, static_cast<std::uint32_t>(data.size())}}};
  std::vector<std::uint8_t> out = {'I', 'I', 42, 0};
  const auto put = [&](std::uint32_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
  };
  put(8, 4);
  put(static_cast<std::uint32_t>(entries.size()), 2);
  for (const auto& [tag, type, value] : entries) put(tag, 2), put(type, 2), put(1, 4), put(value, 4);
  put(0, 4);
  out.insert(out.end(), data.begin(), data.end());
  return out;
}

std::optional<Image> decode_fax(Bytes data, QPDFObjectHandle parameters, const Samples& samples) {
  if (parameters.isArray() && parameters.getArrayNItems() == 1) parameters = parameters.getArrayItem(0);
  if (!parameters.isDictionary() || integer(parameters.getKey("/K")) >= 0)
    return std::nullopt;  // group 4 only
  if (integer(parameters.getKey("/Columns"), 1728) != samples.width) return std::nullopt;
  QPDFObjectHandle aligned = parameters.getKey("/EncodedByteAlign"), black = parameters.getKey("/BlackIs1");
  if (aligned.isBool() && aligned.getBoolValue()) return std::nullopt;
  const bool black_is_one = black.isBool() && black.getBoolValue();
  std::optional<Decoded> fax = decode_tiff(fax_as_tiff(data, samples.width, samples.height, black_is_one), 0);
  if (!fax) return std::nullopt;
  if (samples.inverted) invert(fax->image);
  return std::move(fax->image);
}

std::optional<Image> decode(QPDFObjectHandle stream) {
  QPDFObjectHandle dictionary = stream.getDict();
  std::optional<Samples> samples = describe(dictionary);
  if (!samples) return std::nullopt;
  QPDFObjectHandle filter = dictionary.getKey("/Filter");
  if (filter.isArray() && filter.getArrayNItems() == 1) filter = filter.getArrayItem(0);
  std::optional<Image> image;
  if (filter.isNameAndEquals("/DCTDecode") || filter.isNameAndEquals("/DCT")) {
    const auto data = stream.getRawStreamData();
    const std::optional<PixelSize> size = jpeg_size(view(*data));  // the dictionary may lie about a bomb
    if (!size || size->width != samples->width || size->height != samples->height) return std::nullopt;
    std::optional<Decoded> jpeg = decode_jpeg(view(*data));
    if (!jpeg || jpeg->damaged || !samples->palette.empty() || samples->inverted) return std::nullopt;
    image = std::move(jpeg->image);
  } else if (filter.isNameAndEquals("/CCITTFaxDecode") || filter.isNameAndEquals("/CCF")) {
    const auto data = stream.getRawStreamData();
    image = decode_fax(view(*data), dictionary.getKey("/DecodeParms"), *samples);
  } else if (!filter.isName() || filter.isNameAndEquals("/FlateDecode") ||
             filter.isNameAndEquals("/LZWDecode") || filter.isNameAndEquals("/RunLengthDecode")) {
    const auto data = stream.getStreamData(qpdf_dl_specialized);
    return from_samples(view(*data), *samples);
  }
  if (image && (image->width != samples->width || image->height != samples->height)) return std::nullopt;
  return image;
}

// How the stored rows lie on the page as shown; nothing when they are slanted.
std::optional<Orientation> orientation_of(const Matrix& m, int rotate) {
  const double along = std::max(std::abs(m[0]), std::abs(m[1])),
               across = std::max(std::abs(m[2]), std::abs(m[3]));
  const bool straight = std::abs(m[1]) <= kSlant * along && std::abs(m[2]) <= kSlant * across;
  const bool swapped = std::abs(m[0]) <= kSlant * along && std::abs(m[3]) <= kSlant * across;
  const auto sign = [](double v) { return v < 0 ? -1 : 1; };
  // The unit square's y runs up and the first row is on top: a row's direction is (a, b), down is -(c, d);
  // and the page's own y runs up while the orientation's runs down.
  if (straight) return turned({sign(m[0]), 0, 0, sign(m[3])}, rotate);
  if (swapped) return turned({0, -sign(m[1]), -sign(m[2]), 0}, rotate);
  return std::nullopt;
}

// The image's bounding box on the page as shown, in points from its top left.
Box shown_box(const Matrix& m, const PageContent& content) {
  const Box& page = content.box;
  const double left = m[4] + std::min(0.0, m[0]) + std::min(0.0, m[2]) - page.left;
  const double bottom = m[5] + std::min(0.0, m[1]) + std::min(0.0, m[3]) - page.top;
  const double width = std::abs(m[0]) + std::abs(m[2]), height = std::abs(m[1]) + std::abs(m[3]);
  const double top = page.height - bottom - height, right = page.width - left - width;
  switch (content.rotate) {
    case 90:
      return {bottom, left, height, width};
    case 180:
      return {right, bottom, width, height};
    case 270:
      return {top, right, height, width};
    default:
      return {left, top, width, height};
  }
}

// The image where it stands on a page of this size; margins are white, what lies outside is cut.
Image on_page(Image image, const Box& place, double page_width, double page_height) {
  const double scale = image.dpi / 72;
  const int width = static_cast<int>(std::lround(page_width * scale));
  const int height = static_cast<int>(std::lround(page_height * scale));
  const int left = static_cast<int>(std::lround(place.left * scale));
  const int top = static_cast<int>(std::lround(place.top * scale));
  const auto near = [](int a, int b) { return std::abs(a - b) <= kMarginPixels; };
  if (near(left, 0) && near(top, 0) && near(width, image.width) && near(height, image.height)) return image;
  Image page = blank_image(width, height, image.channels);
  page.dpi = image.dpi;
  const int first = std::max(0, -left), last = std::min(image.width, width - left);
  for (int y = std::max(0, -top); y < std::min(image.height, height - top) && first < last; ++y) {
    std::memcpy(page.row(y + top) + static_cast<std::size_t>(first + left) * image.channels,
                image.row(y) + static_cast<std::size_t>(first) * image.channels,
                static_cast<std::size_t>(last - first) * image.channels);
  }
  return page;
}

struct Resolution {
  double along = 0, across = 0;  // pixels an inch in the stored row's direction and across
};

Resolution resolution_of(const PlacedImage& image) {
  QPDFObjectHandle stream = image.stream;  // a handle; qpdf's accessors take no const
  if (!stream.isStream()) return {};
  const Matrix& m = image.matrix;
  const double width = std::hypot(m[0], m[1]) / 72, height = std::hypot(m[2], m[3]) / 72;
  if (width <= 0 || height <= 0) return {};
  return {integer(stream.getDict().getKey("/Width")) / width,
          integer(stream.getDict().getKey("/Height")) / height};
}

std::optional<Image> picture(const PlacedImage& placed, const PageContent& content, std::int64_t max_pixels) {
  const Resolution dpi = resolution_of(placed);
  if (dpi.along < kLeastDpi || dpi.along > kMostDpi) return std::nullopt;
  if (std::abs(dpi.across / dpi.along - 1) > kStretch) return std::nullopt;
  const std::optional<Orientation> orientation = orientation_of(placed.matrix, content.rotate);
  if (!orientation) return std::nullopt;
  QPDFObjectHandle dictionary = QPDFObjectHandle(placed.stream).getDict();
  const std::int64_t pixels =
      static_cast<std::int64_t>(integer(dictionary.getKey("/Width"))) * integer(dictionary.getKey("/Height"));
  const double page_pixels = content.box.width * content.box.height * dpi.along * dpi.along / (72.0 * 72.0);
  if (pixels > max_pixels || page_pixels > static_cast<double>(max_pixels)) return std::nullopt;
  std::optional<Image> image = decode(placed.stream);
  if (!image) return std::nullopt;
  image->dpi = (dpi.along + dpi.across) / 2;
  const bool sideways = content.rotate % 180 != 0;
  return on_page(oriented(*image, *orientation), shown_box(placed.matrix, content),
                 sideways ? content.box.height : content.box.width,
                 sideways ? content.box.width : content.box.height);
}

}  // namespace

double placed_dpi(const PlacedImage& image) {
  try {
    const Resolution dpi = resolution_of(image);
    return std::max(dpi.along, dpi.across);
  } catch (const std::exception&) {
    return 0;
  }
}

std::optional<Image> embedded_picture(const PlacedImage& image, const PageContent& content,
                                      std::int64_t max_pixels) {
  try {
    return picture(image, content, max_pixels);
  } catch (
      const std::exception&) {  // qpdf: a filter that cannot decode, an object that is not what it should be
    return std::nullopt;
  }
}

}  // namespace attest
