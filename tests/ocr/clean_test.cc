#include "ocr/clean.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numbers>

#include "ocr/dewarp.h"
#include "ocr/light.h"
#include "ocr/straighten.h"
#include "tests/ocr/page_fixture.h"

namespace attest {
namespace {

using testing::fixture;
using testing::scan_of;
using testing::skewed;

// Where the table's top ruling (drawn at y = 430 of 900, x 120 to 900 of 1240) lies on the clean page, at its
// two ends.
std::array<int, 2> top_ruling(const CleanPage& page) {
  const double scale = page.dpi / 150;
  std::array<int, 2> out = {-1, -1};
  const l_uint32* data = pixGetData(page.binary.get());
  const int words = pixGetWpl(page.binary.get());
  for (int end = 0; end < 2; ++end) {
    const int x = static_cast<int>((end ? 880 : 140) * scale);
    for (int y = static_cast<int>(395 * scale); y < 465 * scale && out[end] < 0; ++y) {
      if (ink_at(data, words, x, y)) out[end] = y;
    }
  }
  return out;
}

TEST(CleanPage, StraightPageComesOutAtTheWorkingResolution) {
  const CleanPage page = clean_page(scan_of(fixture("page.png")), {});
  ASSERT_FALSE(page.grey.empty());
  EXPECT_EQ(page.grey.width, 2480);
  EXPECT_EQ(page.rotation, 0);
  const auto [left, right] = top_ruling(page);
  EXPECT_NEAR(left, 860, 4);
  EXPECT_NEAR(right, left, 2);
}

class Skew : public ::testing::TestWithParam<double> {};

TEST_P(Skew, IsTakenOut) {
  const CleanPage page = clean_page(scan_of(skewed(fixture("page.png"), GetParam())), {});
  ASSERT_FALSE(page.grey.empty());
  const auto [left, right] = top_ruling(page);
  ASSERT_GE(left, 0);
  EXPECT_NEAR(left, right, 5);  // over 1,480 pixels: 0.2 degrees
}

INSTANTIATE_TEST_SUITE_P(Degrees, Skew, ::testing::Values(-4.0, -1.3, 0.6, 2.0, 5.0));

TEST(CleanPage, QuarterTurnsAreSeenByTheLines) {
  for (const int degrees : {90, 270}) {
    const CleanPage page = clean_page(scan_of(turned(fixture("page.png"), degrees)), {});
    EXPECT_EQ(page.rotation, 90) << degrees;
    EXPECT_GT(page.grey.width, page.grey.height) << degrees;
  }
}

TEST(CleanPage, BoxesLeadBackToThePageAsScanned) {
  const Image image = skewed(fixture("page.png"), 2.0);
  CleanPage page = clean_page(scan_of(image), {});
  // The middle of the page stays where it is; a far corner moves with the skew.
  const Box middle = page.to_page(Box{page.grey.width / 2.0, page.grey.height / 2.0, 2, 2});
  EXPECT_NEAR(middle.center_x(), 1240 * 0.24, 2);
  EXPECT_NEAR(middle.center_y(), 900 * 0.24, 2);
  const double radians = 2.0 * 3.14159265 / 180;
  const Box corner =
      page.to_page(Box{300, 860, 2, 2});  // the table's upper left area, before the skew at (150, 430)
  const double dx = 150 - 620, dy = 430 - 450;
  EXPECT_NEAR(corner.center_x(), (620 + dx * std::cos(radians) - dy * std::sin(radians)) * 0.48, 3);
  EXPECT_NEAR(corner.center_y(), (450 + dx * std::sin(radians) + dy * std::cos(radians)) * 0.48, 3);

  const Box before = page.to_page(Box{300, 860, 100, 40});
  turn_half(&page);
  const Box after = page.to_page(Box{page.grey.width - 400.0, page.grey.height - 900.0, 100, 40});
  EXPECT_NEAR(after.left, page.page_width - before.right(), 0.01);
  EXPECT_NEAR(after.top, page.page_height - before.bottom(), 0.01);
  EXPECT_EQ(page.rotation, 180);
}

// The page on a dark desk, seen from below: the far edge is shorter.
TEST(CleanPage, PhotographIsRectified) {
  const Image sheet = fixture("page.png");
  const std::array<Point, 4> corners = {Point{160, 120}, Point{1130, 100}, Point{1210, 840}, Point{70, 820}};
  const auto to_sheet = Homography::between(
      corners, {Point{0, 0}, Point{double(sheet.width), 0}, Point{double(sheet.width), double(sheet.height)},
                Point{0, double(sheet.height)}});
  ASSERT_TRUE(to_sheet);
  Image photo = sheet;
  for (int y = 0; y < photo.height; ++y) {
    for (int x = 0; x < photo.width; ++x) {
      const Point p = (*to_sheet)({double(x), double(y)});
      const bool on_sheet = p.x >= 0 && p.y >= 0 && p.x < sheet.width - 1 && p.y < sheet.height - 1;
      photo.row(y)[x] = on_sheet ? static_cast<std::uint8_t>(sheet.row(int(p.y))[int(p.x)] * 0.8) : 60;
    }
  }
  const auto outline = find_outline(photo);
  ASSERT_TRUE(outline);
  for (int i = 0; i < 4; ++i) {
    EXPECT_NEAR(outline->corners[i].x, corners[i].x, 8) << i;
    EXPECT_NEAR(outline->corners[i].y, corners[i].y, 8) << i;
  }
  EXPECT_FALSE(find_outline(sheet)) << "a scan has no outline";

  const CleanPage page = clean_page(scan_of(photo), {});
  ASSERT_FALSE(page.grey.empty());
  l_int32 ink = 0;
  pixCountPixels(page.binary.get(), &ink, nullptr);
  EXPECT_LT(ink, page.grey.width * page.grey.height / 20) << "the desk is gone";
}

TEST(Curvature, BentLinesAreMeasured) {
  constexpr int kWidth = 2000, kHeight = 1500;
  constexpr double kBend = 20;  // pixels at the sides
  PixPtr page(pixCreate(kWidth, kHeight, 1));
  for (int line = 0; line < 14; ++line) {
    for (int x = 100; x < 1900; ++x) {
      if (x % 45 > 36) continue;  // characters
      const double u = (x - 1000) / 1000.0;
      const int y = 100 + line * 95 + static_cast<int>(std::lround(kBend * u * u));
      for (int k = 0; k < 30; ++k) pixSetPixel(page.get(), x, y + k, 1);
    }
  }
  const ShiftField shift = find_curvature(page.get(), 300);
  ASSERT_FALSE(shift.shifts.empty());
  EXPECT_NEAR(shift.at(1850, 700) - shift.at(1000, 700), kBend * 0.7225, 3);
  EXPECT_NEAR(shift.at(150, 700) - shift.at(1000, 700), kBend * 0.7225, 3);

  PixPtr level(pixCreate(kWidth, kHeight, 1));
  for (int line = 0; line < 14; ++line) {
    for (int x = 100; x < 1900; ++x) {
      for (int k = 0; k < 30 && x % 45 <= 36; ++k) pixSetPixel(level.get(), x, 100 + line * 95 + k, 1);
    }
  }
  EXPECT_TRUE(find_curvature(level.get(), 300).shifts.empty());
}

TEST(EvenLight, ShadowGoesPrintStays) {
  Image grey = fixture("page.png");
  grey.dpi = 150;
  for (int y = 0; y < grey.height; ++y) {
    for (int x = 0; x < grey.width; ++x) {
      grey.row(y)[x] = static_cast<std::uint8_t>(grey.row(y)[x] * (0.5 + 0.4 * x / grey.width));
    }
  }
  even_light(&grey);
  EXPECT_GT(grey.row(800)[40], 235);
  EXPECT_GT(grey.row(800)[1200], 235);
  EXPECT_LT(grey.row(535)[120], 60);  // the table's left ruling
}

// The fixture in black and white, 1240 pixels wide at 150 dpi, with a black seal about (900, 700).
Image sealed() {
  Image image = fixture("page.png");
  for (std::uint8_t& pixel : image.pixels) pixel = pixel < 128 ? 0 : 255;
  for (int k = 0; k < 3000; ++k) {
    const double angle = 2 * std::numbers::pi * k / 3000;
    const int x = static_cast<int>(900 + 115 * std::cos(angle)),
              y = static_cast<int>(700 + 115 * std::sin(angle));
    for (int dy = 0; dy < 5; ++dy) std::fill_n(image.row(y + dy) + x, 5, 0);
  }
  return image;
}

TEST(CleanPage, WhatStoodUnderABlackSealIsKnown) {
  constexpr double kPoints = 72 / 150.0;
  const Box under{900 * kPoints, 760 * kPoints, 20, 10}, beside{600 * kPoints, 700 * kPoints, 20, 10};
  for (const int degrees : {0, 90, 270}) {
    CleanPage page = clean_page(scan_of(turned(sealed(), degrees)), {});
    ASSERT_EQ(page.seals.size(), 1u) << degrees;
    if (degrees == 90) turn_half(&page);  // lines alone do not tell up from down
    const bool upright = (page.rotation + degrees) % 360 == 0;
    if (!upright) turn_half(&page);
    EXPECT_TRUE(page.under_seal(under)) << degrees;
    EXPECT_FALSE(page.under_seal(beside)) << degrees;
  }
  EXPECT_TRUE(clean_page(scan_of(fixture("page.png")), {}).seals.empty());
}

TEST(CleanPage, NothingInNothingOut) {
  EXPECT_TRUE(clean_page(SourcePage{}, {}).grey.empty());
  SourcePage flat;
  flat.width = 595;
  flat.height = 842;
  flat.image = {1, 1, 1, 0, {255}};
  clean_page(flat, {});  // must come back
}

}  // namespace
}  // namespace attest
