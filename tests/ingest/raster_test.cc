#include <gtest/gtest.h>

#include "ingest/orient.h"
#include "ingest/tiff_directory.h"
#include "tests/ingest/files.h"

namespace attest {
namespace {

using testing::Bytes;
using testing::bytes_of;
using testing::dark_corner;
using testing::fax;
using testing::marked_picture;

void put(Bytes& bytes, std::size_t offset, std::uint32_t value, int size) {
  for (int i = 0; i < size; ++i) bytes.at(offset + i) = static_cast<std::uint8_t>(value >> (8 * i));
}

// Offset of the directory after the one at `offset`'s entries: where the chain goes on.
std::size_t next_field(const Bytes& bytes, std::size_t offset) {
  return offset + 2 + 12 * (bytes.at(offset) + 256 * bytes.at(offset + 1));
}

TEST(Raster, FaxOfSeveralPages) {
  auto document = testing::open(fax({marked_picture(827, 1169), marked_picture(1169, 827)}, 100, 100));
  ASSERT_TRUE(document);
  EXPECT_EQ((*document)->media_type(), "image/tiff");
  ASSERT_EQ((*document)->page_count(), 2);
  const Result<SourcePage> page = (*document)->page(2);
  ASSERT_TRUE(page);
  EXPECT_EQ(page->origin, Origin::scan);
  EXPECT_TRUE(page->native);
  EXPECT_EQ(page->image.width, 1169);
  EXPECT_EQ(page->image.channels, 1);
  EXPECT_DOUBLE_EQ(page->image.dpi, 100);
  EXPECT_NEAR(page->width, 842, 1);
  EXPECT_EQ(dark_corner(page->image), "top left");
  EXPECT_EQ((*document)->page(3).error().code, ErrorCode::damaged);
}

TEST(Raster, FaxPixelsBecomeSquare) {
  auto document = testing::open(fax({marked_picture(1728, 1145)}, 204, 98));
  ASSERT_TRUE(document);
  const Result<SourcePage> page = (*document)->page(1);
  ASSERT_TRUE(page);
  EXPECT_DOUBLE_EQ(page->image.dpi, 204);
  EXPECT_NEAR(page->image.height, 1145 * 204 / 98, 2);
}

TEST(Raster, AbsurdResolutionIsReplacedByA4) {
  auto document = testing::open(fax({marked_picture(2480, 3508)}, 72, 72));
  ASSERT_TRUE(document);
  EXPECT_NEAR((*document)->page(1)->image.dpi, 300, 1);
}

TEST(Raster, LoopingChainEnds) {
  Bytes file = fax({marked_picture(64, 64), marked_picture(64, 64)}, 100, 100);
  const TiffChain chain = walk_tiff(file, 10);
  ASSERT_EQ(chain.pages.size(), 2u);
  put(file, next_field(file, chain.pages[1].offset), static_cast<std::uint32_t>(chain.pages[0].offset), 4);
  auto document = testing::open(file);
  ASSERT_TRUE(document);
  EXPECT_EQ((*document)->page_count(), 2);
  ASSERT_EQ((*document)->warnings().size(), 1u);
  EXPECT_EQ((*document)->warnings()[0].code, ErrorCode::damaged);
  EXPECT_TRUE((*document)->page(2));
}

TEST(Raster, ChainOutOfTheFileKeepsThePagesBefore) {
  Bytes file = fax({marked_picture(64, 64), marked_picture(64, 64)}, 100, 100);
  const TiffChain chain = walk_tiff(file, 10);
  put(file, next_field(file, chain.pages[0].offset), 0xfffffff0, 4);
  auto document = testing::open(file);
  ASSERT_TRUE(document);
  EXPECT_EQ((*document)->page_count(), 1);
  EXPECT_EQ((*document)->warnings().size(), 1u);
}

TEST(Raster, HugePictureIsRefusedBeforeItIsDecoded) {
  EXPECT_EQ(testing::outcome(testing::png(marked_picture(400, 400)), {.max_pixels = 100'000}), "too_large");
  EXPECT_EQ(testing::outcome(testing::jpeg(marked_picture(400, 400)), {.max_pixels = 100'000}), "too_large");
  EXPECT_EQ(testing::outcome(fax({marked_picture(400, 400)}, 100, 100), {.max_pixels = 100'000}),
            "too_large");
  EXPECT_EQ(
      testing::outcome(fax({marked_picture(64, 64), marked_picture(64, 64)}, 100, 100), {.max_pages = 1}),
      "too_large");
}

TEST(Raster, OneColourIsBlank) {
  Image white = marked_picture(100, 100);
  std::fill(white.pixels.begin(), white.pixels.end(), 255);
  auto document = testing::open(testing::png(white));
  ASSERT_TRUE(document);
  EXPECT_EQ((*document)->page(1)->origin, Origin::blank);
}

TEST(Raster, CutJpegIsReadWithAWarning) {
  Bytes file = testing::jpeg(marked_picture(800, 800));
  file.resize(file.size() * 2 / 3);
  auto document = testing::open(file);
  ASSERT_TRUE(document);
  ASSERT_TRUE((*document)->page(1));
  ASSERT_EQ((*document)->warnings().size(), 1u);
  EXPECT_EQ((*document)->warnings()[0].page, 1);
}

// A JPEG with an Exif block that holds one directory with the orientation tag.
Bytes with_exif(const Bytes& jpeg, int orientation) {
  Bytes exif =
      bytes_of(std::string_view("\xff\xe1\0\x22"
                                "Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0",
                                36));
  exif[29] = static_cast<std::uint8_t>(orientation);
  Bytes out = jpeg;
  out.insert(out.begin() + 2, exif.begin(), exif.end());
  return out;
}

TEST(Raster, ExifOrientationIsUndone) {
  struct Case {
    int tag;
    const char* corner;
    int rotation, width;
  };
  const Case cases[] = {
      {1, "top left", 0, 400},      {2, "top right", 0, 400},    {3, "bottom right", 180, 400},
      {4, "bottom left", 0, 400},   {5, "top left", 270, 600},   {6, "top right", 270, 600},
      {7, "bottom right", 90, 600}, {8, "bottom left", 90, 600}, {9, "top left", 0, 400}};
  const Bytes picture = testing::jpeg(marked_picture(400, 600));
  for (const Case& c : cases) {
    auto document = testing::open(with_exif(picture, c.tag));
    ASSERT_TRUE(document);
    const Result<SourcePage> page = (*document)->page(1);
    ASSERT_TRUE(page) << c.tag;
    EXPECT_EQ(dark_corner(page->image), c.corner) << c.tag;
    EXPECT_EQ(page->rotation, c.rotation) << c.tag;
    EXPECT_EQ(page->image.width, c.width) << c.tag;
  }
}

TEST(Orientation, FourQuartersAreNone) {
  const Image picture = marked_picture(3, 5);
  Image turning = picture;
  for (int i = 0; i < 4; ++i) turning = oriented(turning, turned({}, 90));
  EXPECT_EQ(turning.pixels, picture.pixels);
  EXPECT_EQ(turning.width, 3);
}

}  // namespace
}  // namespace attest
