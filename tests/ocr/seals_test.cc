#include "ocr/seals.h"

#include <gtest/gtest.h>

#include <cmath>
#include <utility>

#include "tests/ocr/page_fixture.h"

namespace attest {
namespace {

using testing::fixture;
using testing::in_colour;

constexpr int kX = 300, kY = 180;  // the seal's centre, on the organization's name

template <typename Paint>
void draw_seal(int radius, Paint paint) {
  for (int y = -radius; y <= radius; ++y) {
    for (int x = -radius; x <= radius; ++x) {
      const double r = std::hypot(x, y);
      if (std::abs(r - radius + 4) < 4 || r < radius / 3.0) paint(kX + x, kY + y);
    }
  }
}

int darkest_in(const Image& grey, int x0, int y0, int x1, int y1) {
  int darkest = 255;
  for (int y = y0; y < y1; ++y) {
    for (int x = x0; x < x1; ++x) darkest = std::min<int>(darkest, grey.row(y)[x]);
  }
  return darkest;
}

TEST(Seals, RedSealGoesBlackPrintBeneathStays) {
  const Image plain = fixture("page.png");
  Image page = in_colour(plain);
  page.dpi = 150;
  draw_seal(90, [&](int x, int y) {
    std::uint8_t* p = page.row(y) + 3 * x;  // transparent ink: takes away green and blue
    p[1] = static_cast<std::uint8_t>(p[1] * 0.25);
    p[2] = static_cast<std::uint8_t>(p[2] * 0.25);
    p[0] = static_cast<std::uint8_t>(p[0] * 0.86);
  });
  const Image grey = without_stamps(page);
  for (int y = kY - 95; y < kY + 95; ++y) {
    for (int x = kX - 95; x < kX + 95; ++x) {
      if (plain.row(y)[x] > 250) {
        ASSERT_GT(grey.row(y)[x], 180) << x << "," << y;
      }
      if (plain.row(y)[x] < 20) {
        ASSERT_LT(grey.row(y)[x], 60) << x << "," << y;
      }
    }
  }
}

// Thin strokes of a 200 dpi scan are grey, not black; red ink over them makes them reddish.
TEST(Seals, ThinGreyStrokesUnderARedSealStayDarkerThanPaper) {
  Image page = in_colour(fixture("page.png"));
  page.dpi = 150;
  const int y0 = kY - 60;  // above the print, inside the ring
  for (int x = kX - 60; x < kX + 60; ++x) {
    for (int channel = 0; channel < 3; ++channel) page.row(y0)[3 * x + channel] = 130;
  }
  for (int y = kY - 90; y <= kY + 90; ++y) {
    for (int x = kX - 90; x <= kX + 90; ++x) {
      if (std::hypot(x - kX, y - kY) > 90) continue;
      std::uint8_t* p = page.row(y) + 3 * x;
      p[0] = static_cast<std::uint8_t>(p[0] * 0.86);
      p[1] = static_cast<std::uint8_t>(p[1] * 0.3);
      p[2] = static_cast<std::uint8_t>(p[2] * 0.3);
    }
  }
  const Image grey = without_stamps(page);
  EXPECT_LT(darkest_in(grey, kX, y0, kX + 1, y0 + 1), 180);
  EXPECT_GT(darkest_in(grey, kX - 5, y0 + 3, kX + 5, y0 + 8), 220) << "the seal's own ink";
}

TEST(Seals, RedTickOfAPenStays) {
  Image page = in_colour(fixture("page.png"));
  page.dpi = 150;
  for (int k = 0; k < 24; ++k) {
    for (int t = 0; t < 3; ++t) {
      std::uint8_t* p = page.row(700 + k) + 3 * (600 + k + t);
      p[0] = 200;
      p[1] = p[2] = 30;
    }
  }
  EXPECT_LT(darkest_in(without_stamps(page), 600, 700, 630, 726), 120);
}

TEST(Seals, GreySealLighterThanThePrintFades) {
  Image page = fixture("page.png");
  page.dpi = 150;
  const Image plain = page;
  draw_seal(90, [&](int x, int y) { page.row(y)[x] = std::min<std::uint8_t>(page.row(y)[x], 130); });
  ASSERT_TRUE(fade_grey_seals(&page));
  EXPECT_GT(darkest_in(page, kX + 70, kY + 28, kX + 92, kY + 42), 200) << "the ring, away from print";
  for (int x = kX - 85; x < kX + 85; ++x) {
    for (int y = kY - 10; y < kY + 12; ++y) {
      if (plain.row(y)[x] < 20) {
        ASSERT_LT(page.row(y)[x], 60);
      }
    }
  }
}

TEST(Seals, LightLevelStrokeBetweenDarkUprightsStaysInAGreySeal) {
  Image page = fixture("page.png");
  page.dpi = 150;
  const int left = kX - 15, right = kX + 15, y0 = kY - 60;
  draw_seal(90, [&](int x, int y) { page.row(y)[x] = std::min<std::uint8_t>(page.row(y)[x], 130); });
  for (int y = y0 - 15; y < y0 + 15; ++y) {
    for (int t = 0; t < 4; ++t) page.row(y)[left + t] = page.row(y)[right + t] = 0;
  }
  for (int x = left + 4; x < right; ++x) page.row(y0)[x] = page.row(y0 + 1)[x] = 140;
  ASSERT_TRUE(fade_grey_seals(&page));
  EXPECT_LT(page.row(y0)[kX], 150);
}

TEST(Seals, PageWithoutASealIsLeftAlone) {
  Image page = fixture("page.png");
  page.dpi = 150;
  const Image before = page;
  EXPECT_FALSE(fade_grey_seals(&page));
  EXPECT_EQ(page.pixels, before.pixels);
}

// The hairlines of a table are as pale as a seal, and a block of its cells is as round.
TEST(Seals, PaleRulingsOfATableStay) {
  Image page = fixture("page.png");
  page.dpi = 150;
  for (int k = 0; k <= 6; ++k) {
    for (int t = 0; t < 220; ++t) {
      for (const auto& [x, y] : {std::pair{900 + t, 120 + 36 * k}, std::pair{900 + 36 * k, 120 + t}}) {
        if (x < page.width && y < page.height) page.row(y)[x] = std::min<std::uint8_t>(page.row(y)[x], 130);
      }
    }
  }
  const Image before = page;
  EXPECT_FALSE(fade_grey_seals(&page));
  EXPECT_EQ(page.pixels, before.pixels);
}

// A page that lies a little aslant: its hairlines are stairs, none of whose steps is as long as a ruling.
TEST(Seals, PaleRulingsThatLieAslantStay) {
  Image page = fixture("page.png");
  page.dpi = 150;
  for (int t = 0; t < 200; ++t) {
    const int aside = t / 40;
    for (const auto& [x, y] : {std::pair{900 + t, 120 + aside}, std::pair{900 + aside, 120 + t},
                               std::pair{900 + t, 230 + aside}, std::pair{1000 + aside, 120 + t}}) {
      if (x < page.width && y < page.height) page.row(y)[x] = std::min<std::uint8_t>(page.row(y)[x], 130);
    }
  }
  const Image before = page;
  EXPECT_FALSE(fade_grey_seals(&page));
  EXPECT_EQ(page.pixels, before.pixels);
}

}  // namespace
}  // namespace attest
