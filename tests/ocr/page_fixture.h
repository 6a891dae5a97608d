// The small drawn pages and lines of tests/ocr/data, and ways to spoil them.
#ifndef ATTEST_TESTS_OCR_PAGE_FIXTURE_H_
#define ATTEST_TESTS_OCR_PAGE_FIXTURE_H_

#include <cmath>
#include <numbers>
#include <string>

#include "ocr/raster.h"
#include "ocr/warp.h"
#include "record/source.h"

#ifndef ATTEST_SOURCE_DIR
#define ATTEST_SOURCE_DIR "."  // the build names the real one
#endif

namespace attest::testing {

inline Image fixture(const std::string& name) {
  const PixPtr pix(pixRead((std::string(ATTEST_SOURCE_DIR) + "/tests/ocr/data/" + name).c_str()));
  return pix ? to_image(to_grey(pix.get()).get()) : Image{};
}

// data/page.png as a scan at 150 dpi.
inline SourcePage scan_of(Image image) {
  SourcePage page;
  page.number = 1;
  image.dpi = 150;
  page.width = image.width * 72 / image.dpi;
  page.height = image.height * 72 / image.dpi;
  page.origin = Origin::scan;
  page.image = std::move(image);
  return page;
}

// Rotated clockwise about its middle, white where nothing was.
inline Image skewed(const Image& image, double degrees) {
  const PageWarp warp{
      image.width, image.height, Homography::rotation(-degrees, {image.width / 2.0, image.height / 2.0}), {}};
  return warped(image, warp, image.dpi);
}

inline Image in_colour(const Image& grey) {
  Image out = grey;
  out.channels = 3;
  out.pixels.clear();
  for (const std::uint8_t v : grey.pixels) out.pixels.insert(out.pixels.end(), 3, v);
  return out;
}

}  // namespace attest::testing

#endif  // ATTEST_TESTS_OCR_PAGE_FIXTURE_H_
