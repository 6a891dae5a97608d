// Thresholds are held against Leptonica's own, pixel by pixel.
#include "ocr/threshold.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "tests/ocr/drawing.h"

namespace attest {
namespace {

using testing::Drawing;

bool same(PIX* a, PIX* b) {
  l_int32 equal = 0;
  return a != nullptr && b != nullptr && pixEqual(a, b, &equal) == 0 && equal != 0;
}

// A page with print, a shadow from the left and noise.
Image shaded_page(int width, int height) {
  Drawing page(width, height);
  for (int y = 20; y + 20 < height; y += 30) {
    for (int x = 15; x + 20 < width; x += 25) page.glyph(x, y, 18);
  }
  page.fill(width / 2, height / 3, width / 4, height / 5, 20);
  Image image = page.image();
  std::mt19937 random(11);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const int level = image.row(y)[x] * (60 + 40 * x / width) / 100 + static_cast<int>(random() % 17) - 8;
      image.row(y)[x] = static_cast<std::uint8_t>(std::clamp(level, 0, 255));
    }
  }
  return image;
}

TEST(Threshold, OfThePageIsLeptonicas) {
  for (const int width : {64, 311, 500}) {
    const Image page = shaded_page(width, 200);
    for (const int level : {1, 140, 205, 255}) {
      const PixPtr expected(pixThresholdToBinary(to_pix(page).get(), level));
      EXPECT_TRUE(same(ink_below(page, level).get(), expected.get())) << width << " " << level;
    }
  }
}

TEST(Threshold, OnEvenGroundIsLeptonicas) {
  for (const int width : {60, 311, 500}) {
    for (const int height : {150, 157, 400}) {
      const Image page = shaded_page(width, height);
      const PixPtr even(pixBackgroundNormSimple(to_pix(page).get(), nullptr, nullptr));
      const PixPtr expected(pixThresholdToBinary(even.get(), 140));
      EXPECT_TRUE(same(ink_on_even_ground(page, 140).get(), expected.get())) << width << " " << height;
    }
  }
}

TEST(Threshold, BlackPageAndTinyPageHaveNoGround) {
  Drawing black(200, 200);
  black.fill(0, 0, 200, 200, 10);
  EXPECT_EQ(ink_in(ink_on_even_ground(black.image(), 140).get(), {0, 0, 200, 200}), 200 * 200);
  EXPECT_EQ(ink_in(ink_on_even_ground(Drawing(12, 9).image(), 140).get(), {0, 0, 12, 9}), 0);
}

TEST(Threshold, NothingInNothingOut) {
  EXPECT_EQ(ink_below(Image{}, 100), nullptr);
  EXPECT_EQ(ink_on_even_ground(Image{}, 100), nullptr);
}

}  // namespace
}  // namespace attest
