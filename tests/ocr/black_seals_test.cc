#include "ocr/black_seals.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <random>

#include "tests/ocr/drawing.h"

namespace attest {
namespace {

using testing::Drawing;

constexpr int kSide = 700;
constexpr double kDpi = 200, kX = 360, kY = 330, kRadius = 160;

void ring(Drawing* drawing, double radius, int thickness, double flat = 1) {
  constexpr int kSteps = 4000;
  for (int k = 0; k < kSteps; ++k) {
    const double angle = 2 * std::numbers::pi * k / kSteps;
    drawing->fill(static_cast<int>(std::lround(kX + radius * std::cos(angle))) - thickness / 2,
                  static_cast<int>(std::lround(kY + flat * radius * std::sin(angle))) - thickness / 2,
                  thickness, thickness);
  }
}

void star(Drawing* drawing, double tips) {
  for (int y = -60; y <= 60; ++y) {
    for (int x = -60; x <= 60; ++x) {
      const double r = std::hypot(x, y);
      const double turn =
          std::fmod(std::atan2(y, x) + std::numbers::pi / 2 + 4 * std::numbers::pi, 0.4 * std::numbers::pi);
      const double off = std::min(turn, 0.4 * std::numbers::pi - turn);  // from the nearest tip
      const double edge = tips * 0.382 * std::sin(0.2 * std::numbers::pi) /
                          (std::sin(off) * (1 - 0.382 * std::cos(0.2 * std::numbers::pi)) +
                           std::cos(off) * 0.382 * std::sin(0.2 * std::numbers::pi));
      if (r <= edge) drawing->fill(static_cast<int>(kX) + x, static_cast<int>(kY) + y, 1, 1);
    }
  }
}

Image page_of(const Drawing& drawing) {
  Image image = drawing.image();
  image.dpi = kDpi;
  return image;
}

Image without_seals(Image image, std::size_t expected) {
  EXPECT_EQ(remove_black_seals(&image).size(), expected);
  return image;
}

int ink_in(const Image& image, const PixelBox& box) {
  int count = 0;
  for (int y = box.y; y < box.bottom(); ++y) {
    for (int x = box.x; x < box.right(); ++x) count += image.row(y)[x] < 128;
  }
  return count;
}

int ink(const Image& image) { return ink_in(image, {0, 0, image.width, image.height}); }

TEST(BlackSeals, ARingAndItsStarGo) {
  Drawing drawing(kSide, kSide);
  ring(&drawing, kRadius, 8);
  star(&drawing, 50);
  const Image page = page_of(drawing);
  ASSERT_GT(ink(page), 9000);
  EXPECT_LT(ink(without_seals(page, 1)), 0.02 * ink(page));
}

TEST(BlackSeals, AScannersEllipseIsARing) {
  Drawing drawing(kSide, kSide);
  ring(&drawing, kRadius, 6, 0.97);
  const Image page = page_of(drawing);
  EXPECT_LT(ink(without_seals(page, 1)), 0.02 * ink(page));
}

TEST(BlackSeals, StrokesThatCrossTheRingStay) {
  Drawing rulings(kSide, kSide);
  rulings.fill(100, 300, 500, 3);  // level, through the ring twice
  rulings.fill(330, 100, 3, 500);  // upright
  rulings.fill(560, 100, 3, 100);  // beside it
  Drawing both = rulings;
  ring(&both, kRadius, 8);
  const Image out = without_seals(page_of(both), 1);
  for (const PixelBox& line :
       {PixelBox{100, 300, 500, 3}, PixelBox{330, 100, 3, 500}, PixelBox{560, 100, 3, 100}})
    EXPECT_GT(ink_in(out, line), 0.99 * line.w * line.h);
  EXPECT_LT(ink(out), 1.15 * ink(page_of(rulings)));
}

// A threshold leaves every other pixel of a grey seal, and all of the print.
TEST(BlackSeals, ThroughASieveSolidStrokesStay) {
  Drawing drawing(kSide, kSide);
  ring(&drawing, kRadius, 8);
  Image page = page_of(drawing);
  std::mt19937 random(5);
  for (std::uint8_t& pixel : page.pixels) pixel = pixel < 128 && random() % 5 < 3 ? 0 : 255;
  const int x = static_cast<int>(kX + kRadius) - 1, y = static_cast<int>(kY) - 14;
  for (int k = 0; k < 28; ++k) page.row(y + k)[x] = page.row(y + k)[x + 1] = 0;
  const Image out = without_seals(page, 1);
  EXPECT_EQ(ink_in(out, {x, y, 2, 28}), 56);
  EXPECT_LT(ink(out), 0.1 * ink(page));
}

TEST(BlackSeals, OtherRoundAndStraightThingsStay) {
  Drawing small(kSide, kSide), large(kSide, kSide), disc(kSide, kSide), table(kSide, kSide),
      arc(kSide, kSide);
  ring(&small, 90, 6);
  ring(&large, 290, 6);
  for (int r = 1; r < kRadius; r += 2) ring(&disc, r, 4);
  for (int k = 0; k < 12; ++k) table.fill(60, 60 + 50 * k, 560, 3), table.fill(60 + 50 * k, 60, 3, 560);
  ring(&arc, kRadius, 6);
  Image half = page_of(arc);
  for (int y = 0; y < kY; ++y) std::fill_n(half.row(y), kSide, 255);
  for (const Image& page : {page_of(small), page_of(large), page_of(disc), page_of(table), half})
    EXPECT_EQ(without_seals(page, 0).pixels, page.pixels);
}

TEST(BlackSeals, NothingInNothingOut) {
  EXPECT_TRUE(find_seal_rings({}).empty());
  EXPECT_TRUE(find_seal_rings(page_of(Drawing(20, 900))).empty());
  Image colour;
  colour.width = colour.height = 4;
  colour.channels = 3;
  colour.pixels.assign(48, 0);
  EXPECT_TRUE(find_seal_rings(colour).empty());
}

}  // namespace
}  // namespace attest
