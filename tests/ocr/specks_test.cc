#include "ocr/specks.h"

#include <gtest/gtest.h>

#include <random>

#include "tests/ocr/drawing.h"

namespace attest {
namespace {

using testing::Drawing;

constexpr int kWidth = 640, kHeight = 512;

int ink_in(const Image& image, const PixelBox& box) {
  int count = 0;
  for (int y = box.y; y < box.bottom(); ++y) {
    for (int x = box.x; x < box.right(); ++x) count += image.row(y)[x] < 128;
  }
  return count;
}

// Each pixel becomes ink with a probability of `share`, more to the right.
Image sprinkled(Image image, double left_share, double right_share) {
  std::mt19937 random(7);
  std::uniform_real_distribution<double> chance(0, 1);
  for (int y = 0; y < image.height; ++y) {
    for (int x = 0; x < image.width; ++x) {
      const double share = left_share + (right_share - left_share) * x / image.width;
      if (chance(random) < share) image.row(y)[x] = 0;
    }
  }
  return image;
}

Image cleaned(Image image) {
  remove_specks(&image);
  return image;
}

TEST(Specks, SinglePixelsGoStrokesStay) {
  Image grey;
  grey.width = grey.height = 20;
  grey.pixels.assign(400, 255);
  grey.row(3)[3] = 0;
  grey.row(10)[5] = grey.row(10)[6] = 0;
  for (int i = 0; i < 3; ++i) grey.row(15)[10 + i] = grey.row(16)[10 + i] = 0;
  remove_specks(&grey);
  EXPECT_EQ(grey.row(3)[3], 255);
  EXPECT_EQ(grey.row(10)[5], 255);
  EXPECT_EQ(grey.row(15)[11], 0);
}

TEST(Specks, DenseNoiseGoesAndCharactersStay) {
  Drawing drawing(kWidth, kHeight);
  for (int k = 0; k < 5; ++k) drawing.glyph(40 + 40 * k, 200, 30);
  const Image clean = drawing.image(), dirty = sprinkled(clean, 0.05, 0.3);
  const PixelBox text{36, 196, 200, 40}, empty{300, 40, 300, 400};
  ASSERT_GT(ink_in(dirty, empty), 20'000);
  const Image out = cleaned(dirty);
  EXPECT_LT(ink_in(out, empty), 0.01 * ink_in(dirty, empty));
  EXPECT_GT(ink_in(out, text), 0.85 * ink_in(clean, text));
  EXPECT_LT(ink_in(out, text), 1.3 * ink_in(clean, text));
}

TEST(Specks, ThinStrokesStayWhereTheNoiseIsLight) {
  Drawing drawing(kWidth, kHeight);
  drawing.fill(100, 200, 1, 24);  // a hairline one
  drawing.fill(50, 300, 500, 1);  // a hairline ruling
  const Image out = cleaned(sprinkled(drawing.image(), 0.03, 0.03));
  EXPECT_EQ(ink_in(out, {100, 200, 1, 24}), 24);
  EXPECT_EQ(ink_in(out, {50, 300, 500, 1}), 500);
}

// The threshold makes a sieve of a stamp; the figures beside it are none of its.
TEST(Specks, ASieveOfInkInOnePlaceIsNoNoise) {
  Drawing drawing(kWidth, kHeight);
  drawing.fill(300, 100, 1, 12);
  Image image = drawing.image();
  std::mt19937 random(7);
  for (int k = 0; k < 500; ++k) image.row(90 + k % 24)[270 + static_cast<int>(random() % 12)] = 0;
  EXPECT_EQ(ink_in(cleaned(image), {300, 100, 1, 12}), 12);
}

TEST(Specks, APageOfNoiseAloneBecomesPaper) {
  const Image noise = sprinkled(Drawing(kWidth, kHeight).image(), 0.1, 0.1);
  EXPECT_EQ(ink_in(cleaned(noise), {0, 0, kWidth, kHeight}), 0);
}

TEST(Specks, CleanPagesAndSmallOnesStayAsTheyAre) {
  Drawing drawing(kWidth, kHeight);
  for (int k = 0; k < 10; ++k) drawing.glyph(40 + 40 * k, 200, 30);
  drawing.fill(100, 300, 4, 4);  // a decimal point
  EXPECT_EQ(cleaned(drawing.image()).pixels, drawing.image().pixels);
  const Image tiny = Drawing(3, 2).image();
  EXPECT_EQ(cleaned(tiny).pixels, tiny.pixels);
  EXPECT_TRUE(cleaned({}).empty());
}

}  // namespace
}  // namespace attest
