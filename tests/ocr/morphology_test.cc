// Morphology, connected ink and skew are held against Leptonica's own functions, on noise of several
// densities and odd sizes.
#include "ocr/morphology.h"

#include <gtest/gtest.h>

#include <random>
#include <tuple>

#include "ocr/pieces.h"
#include "ocr/skew.h"
#include "tests/ocr/drawing.h"

namespace attest {
namespace {

using testing::Drawing;

// Bars and dots, `share` of the pixels.
PixPtr noise(int width, int height, double share, unsigned seed) {
  PixPtr pix(pixCreate(width, height, 1));
  std::mt19937 random(seed);
  const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  int left = static_cast<int>(share * width * height);
  while (left > 0) {
    const int w = 1 + below(4) * below(12), h = 1 + below(3) * below(12);
    pixRasterop(pix.get(), below(width + 8) - 8, below(height + 8) - 8, w, h, PIX_SET, nullptr, 0, 0);
    left -= w * h;
  }
  return pix;
}

bool same(PIX* a, PIX* b) {
  l_int32 equal = 0;
  return a != nullptr && b != nullptr && pixEqual(a, b, &equal) == 0 && equal != 0;
}

class Bricks : public ::testing::TestWithParam<std::tuple<int, int>> {};

TEST_P(Bricks, AreLeptonicas) {
  const auto [w, h] = GetParam();
  unsigned seed = 7;
  for (const auto& [width, height] : {std::tuple(200, 90), std::tuple(64, 64), std::tuple(331, 47)}) {
    for (const double share : {0.1, 0.5, 0.9}) {
      const PixPtr pix = noise(width, height, share, ++seed);
      const PixPtr open(pixOpenBrick(nullptr, pix.get(), w, h));
      EXPECT_TRUE(same(opened(pix.get(), w, h).get(), open.get())) << width << " " << share;
      const PixPtr close(pixCloseSafeBrick(nullptr, pix.get(), w, h));
      EXPECT_TRUE(same(closed(pix.get(), w, h).get(), close.get())) << width << " " << share;
      const PixPtr dilate(pixDilateBrick(nullptr, pix.get(), w, h));
      EXPECT_TRUE(same(dilated(pix.get(), w, h).get(), dilate.get())) << width << " " << share;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Sizes, Bricks,
                         ::testing::Values(std::tuple(1, 1), std::tuple(2, 2), std::tuple(7, 7),
                                           std::tuple(33, 1), std::tuple(1, 33), std::tuple(90, 1),
                                           std::tuple(13, 3), std::tuple(180, 1), std::tuple(64, 5),
                                           std::tuple(1, 200)));

TEST(Morphology, ComposableLengthsAreThoseOfComposableBricks) {
  const PixPtr pix = noise(300, 80, 0.4, 3);
  for (const int length : {11, 12, 13, 17, 33}) {
    const PixPtr open(pixOpenCompBrick(nullptr, pix.get(), length, 1));
    EXPECT_TRUE(same(opened(pix.get(), composable(length), 1).get(), open.get())) << length;
  }
}

TEST(Morphology, NothingInNothingOut) {
  EXPECT_EQ(opened(nullptr, 3, 3), nullptr);
  EXPECT_EQ(closed(nullptr, 3, 3), nullptr);
  EXPECT_EQ(dilated(nullptr, 3, 3), nullptr);
  EXPECT_TRUE(boxes_of_ink(nullptr).empty());
  EXPECT_EQ(find_skew(nullptr, 7).confidence, 0);
}

TEST(ConnectedInk, BoxesAndOrderAreLeptonicas) {
  unsigned seed = 70;
  for (const int width : {64, 200, 331}) {
    for (const double share : {0.02, 0.2, 0.5}) {
      const PixPtr pix = noise(width, 120, share, ++seed);
      std::vector<PixelBox> expected;
      BOXA* boxes = pixConnCompBB(pix.get(), 8);
      for (int i = 0; i < boxaGetCount(boxes); ++i) {
        PixelBox b;
        boxaGetBoxGeometry(boxes, i, &b.x, &b.y, &b.w, &b.h);
        expected.push_back(b);
      }
      boxaDestroy(&boxes);
      EXPECT_EQ(boxes_of_ink(pix.get()), expected) << width << " " << share;
      EXPECT_EQ(ConnectedInk(pix.get()).boxes(), expected) << width << " " << share;
    }
  }
}

TEST(ConnectedInk, RunsOfAllPiecesAreTheImage) {
  const PixPtr pix = noise(331, 120, 0.2, 5);
  const ConnectedInk ink(pix.get());
  const PixPtr again(pixCreate(331, 120, 1));
  for (std::size_t i = 0; i < ink.boxes().size(); ++i) {
    const PixelBox& box = ink.boxes()[i];
    for (const InkRun& run : ink.runs(i)) {
      EXPECT_TRUE(run.from >= box.x && run.to <= box.right() && run.y >= box.y && run.y < box.bottom());
      pixRasterop(again.get(), run.from, run.y, run.to - run.from, 1, PIX_SET, nullptr, 0, 0);
    }
  }
  EXPECT_TRUE(same(pix.get(), again.get()));
}

// Lines of short words.
PixPtr text_at(double degrees) {
  Drawing page(620, 877);
  for (int y = 60; y < 800; y += 24) {
    for (int x = 60; x < 520; x += 14) {
      const double drop = (x - 300) * std::tan(degrees * 3.14159265 / 180);
      page.fill(x, y + static_cast<int>(std::lround(drop)), 11, 10);
    }
  }
  return page.binary();
}

TEST(Skew, AngleAndConfidenceAreLeptonicas) {
  for (const double degrees : {0.0, 0.3, -1.2, 2.5, -4.4, 6.9}) {
    const PixPtr page = text_at(degrees);
    l_float32 angle = 0, confidence = 0, score = 0;
    pixFindSkewSweepAndSearchScore(page.get(), &angle, &confidence, &score, 1, 1, 0, 7, 0.5, 0.01f);
    const Skew skew = find_skew(page.get(), 7);
    EXPECT_EQ(skew.angle, angle) << degrees;
    EXPECT_EQ(skew.confidence, confidence) << degrees;
  }
}

TEST(Skew, BlankPageHasNone) {
  const PixPtr blank(pixCreate(300, 400, 1));
  EXPECT_EQ(find_skew(blank.get(), 7).confidence, 0);
}

}  // namespace
}  // namespace attest
