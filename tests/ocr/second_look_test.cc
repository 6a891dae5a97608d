// Cutting single numbers again, with a recogniser that only tells what it was shown.
#include "ocr/second_look.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace attest {
namespace {

constexpr double kDpi = 72;  // a pixel is a point

class Witness : public LineRecognizer {
 public:
  std::vector<RecognizedLine> recognize(std::span<const LineRequest> lines) override {
    std::vector<RecognizedLine> out;
    for (const LineRequest& line : lines) {
      shown.push_back(*line.image);
      contents.push_back(line.content);
      out.push_back({{{.text = "1", .box = {}, .confidence = 0.9}}, 0.9});
    }
    return out;
  }
  std::string name() const override { return "witness"; }

  std::vector<Image> shown;
  std::vector<LineContent> contents;
};

Image paper(int width, int height) {
  Image image;
  image.width = width;
  image.height = height;
  image.dpi = kDpi;
  image.pixels.assign(static_cast<std::size_t>(width * height), 250);
  return image;
}

void ink(Image* image, int x, int y, int w, int h) {
  for (int row = y; row < y + h; ++row) std::fill_n(image->row(row) + x, w, std::uint8_t{20});
}

int dark(const Image& image) {
  return static_cast<int>(
      std::count_if(image.pixels.begin(), image.pixels.end(), [](std::uint8_t v) { return v < 128; }));
}

// A cell with rulings, and a digit of 4 × 10 pixels in it.
struct Page {
  Image image = paper(200, 100);
  Box cell{50, 30, 60, 30};
  Page() {
    ink(&image, 50, 30, 60, 1);
    ink(&image, 50, 59, 60, 1);
    ink(&image, 50, 30, 1, 30);
    ink(&image, 109, 30, 1, 30);
    ink(&image, 80, 40, 4, 10);
  }
  std::vector<Look> look(const LookPlace& place, Witness* witness,
                         LookSettings settings = LookSettings::all) const {
    return look_again({&image, nullptr}, {&place, 1}, settings, witness);
  }
};

TEST(SecondLook, ShowsTheInkOfACellWithoutItsRulings) {
  const Page page;
  Witness witness;
  const auto looks = page.look({{}, page.cell}, &witness);
  ASSERT_EQ(looks.size(), 1u);
  EXPECT_GE(looks[0].readings.size(), 4u) << "several settings";
  for (const Image& image : witness.shown) {
    EXPECT_GE(dark(image), 40);
    EXPECT_LE(dark(image), 60) << "thickened at most, no ruling";
    EXPECT_GT(image.height, 10);
  }
  EXPECT_NEAR(looks[0].room, 0.7, 0.3) << "one digit has room";
  EXPECT_EQ(page.look({{}, page.cell}, &witness, LookSettings::one)[0].readings.size(), 1u);
}

TEST(SecondLook, TakesTheLineOfTheValueWhereACellHasTwo) {
  Page page;
  ink(&page.image, 60, 53, 20, 4);
  Witness witness;
  EXPECT_TRUE(page.look({{}, page.cell}, &witness)[0].readings.empty()) << "nobody says which";
  const auto looks = page.look({{80, 40, 4, 10}, page.cell}, &witness, LookSettings::one);
  ASSERT_EQ(witness.shown.size(), 1u);
  EXPECT_LE(dark(witness.shown[0]), 60);
  EXPECT_EQ(looks[0].readings.size(), 1u);
}

TEST(SecondLook, OutsideTablesTheValuesBoxIsTheLimit) {
  Page page;
  ink(&page.image, 90, 40, 8, 10);  // what stands behind the number
  Witness witness;
  page.look({{79, 39, 6, 12}, {}, LineContent::code}, &witness, LookSettings::one);
  ASSERT_EQ(witness.shown.size(), 1u);
  EXPECT_LE(dark(witness.shown[0]), 45);
  EXPECT_EQ(witness.contents[0], LineContent::code);
}

TEST(SecondLook, PlacesOfAnyKindAreHarmless) {
  const Page page;
  Witness witness;
  for (const LookPlace& place :
       {LookPlace{}, LookPlace{{-50, -50, 10, 10}, {}}, LookPlace{{}, {190, 90, 500, 500}},
        LookPlace{{0, 0, 1e9, 1e9}, {}}, LookPlace{{}, {20, 20, 0.1, 0.1}}, LookPlace{{5, 5, 20, 10}, {}}}) {
    EXPECT_EQ(page.look(place, &witness).size(), 1u);
  }
  const LookPlace place{{}, page.cell};
  const Image none;
  EXPECT_TRUE(look_again({&none, nullptr}, {&place, 1}, LookSettings::all, &witness)[0].readings.empty());
}

}  // namespace
}  // namespace attest
