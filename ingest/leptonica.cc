#include "ingest/leptonica.h"

#include <leptonica/allheaders.h>

#include <cmath>

namespace attest {
namespace {

// To 8 bits grey, or 32 bits colour without transparency.
PixPointer normalized(const Pix& source) {
  Pix* pix = const_cast<Pix*>(&source);  // Leptonica's readers take no const
  PixPointer plain;
  if (pixGetColormap(pix) != nullptr) {
    plain.reset(pixRemoveColormap(pix, REMOVE_CMAP_BASED_ON_SRC));
  } else if (pixGetDepth(pix) == 32 && pixGetSpp(pix) == 4) {
    plain.reset(pixAlphaBlendUniform(pix, 0xffffff00));
  } else {
    plain.reset(pixClone(pix));
  }
  if (!plain || pixGetDepth(plain.get()) == 32) return plain;
  return PixPointer(pixConvertTo8(plain.get(), 0));
}

PixPointer to_pix(const Image& image) {
  PixPointer pix(pixCreateNoInit(image.width, image.height, image.channels == 3 ? 32 : 8));
  if (!pix) return pix;
  const l_int32 words = pixGetWpl(pix.get());
  for (int y = 0; y < image.height; ++y) {
    l_uint32* line = pixGetData(pix.get()) + static_cast<std::size_t>(y) * words;
    const std::uint8_t* row = image.row(y);
    for (int x = 0; x < image.width; ++x) {
      if (image.channels == 3) {
        composeRGBPixel(row[3 * x], row[3 * x + 1], row[3 * x + 2], line + x);
      } else {
        SET_DATA_BYTE(line, x, row[x]);
      }
    }
  }
  return pix;
}

std::optional<Decoded> decoded(const PixPointer& pix) {
  if (!pix) return std::nullopt;
  Decoded out{.image = to_image(*pix),
              .dpi_x = static_cast<double>(pixGetXRes(pix.get())),
              .dpi_y = static_cast<double>(pixGetYRes(pix.get()))};
  if (out.image.empty()) return std::nullopt;
  return out;
}

}  // namespace

void IngestPixDeleter::operator()(Pix* pix) const { pixDestroy(&pix); }

void silence_leptonica() {
  setMsgSeverity(L_SEVERITY_NONE);
  leptSetStderrHandler([](const char*) {});
}

Image to_image(const Pix& source) {
  const PixPointer pix = normalized(source);
  Image image;
  if (!pix) return image;
  image.width = pixGetWidth(pix.get());
  image.height = pixGetHeight(pix.get());
  image.channels = pixGetDepth(pix.get()) == 32 ? 3 : 1;
  image.pixels.resize(static_cast<std::size_t>(image.width) * image.height * image.channels);
  const l_int32 words = pixGetWpl(pix.get());
  for (int y = 0; y < image.height; ++y) {
    const l_uint32* line = pixGetData(pix.get()) + static_cast<std::size_t>(y) * words;
    std::uint8_t* row = image.row(y);
    for (int x = 0; x < image.width; ++x) {
      if (image.channels == 3) {
        row[3 * x] = static_cast<std::uint8_t>(line[x] >> L_RED_SHIFT);
        row[3 * x + 1] = static_cast<std::uint8_t>(line[x] >> L_GREEN_SHIFT);
        row[3 * x + 2] = static_cast<std::uint8_t>(line[x] >> L_BLUE_SHIFT);
      } else {
        row[x] = GET_DATA_BYTE(line, x);
      }
    }
  }
  return image;
}

std::optional<Decoded> decode_tiff(std::span<const std::uint8_t> bytes, std::size_t offset) {
  silence_leptonica();
  return decoded(PixPointer(pixReadMemFromMultipageTiff(bytes.data(), bytes.size(), &offset)));
}

Image scaled(const Image& image, double factor_x, double factor_y) {
  const PixPointer pix = to_pix(image);
  const PixPointer result(
      pix ? pixScale(pix.get(), static_cast<l_float32>(factor_x), static_cast<l_float32>(factor_y))
          : nullptr);
  return result ? to_image(*result) : Image{};
}

}  // namespace attest
