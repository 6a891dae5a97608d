// The recogniser as the page reader uses it.
#include "ocr/recognizer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "ocr/lstm/frame.h"
#include "tests/ocr_lstm/support.h"

namespace attest {
namespace {

using lstm::line_image;

const char* const kModel = "/usr/share/tesseract-ocr/5/tessdata/chi_sim.traineddata";

std::string text_of(const RecognizedLine& line) {
  std::string out;
  for (const Glyph& g : line.glyphs) out += g.text;
  return out;
}

class RecognizerTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::ifstream(kModel)) GTEST_SKIP() << "no model " << kModel << " (package tesseract-ocr-chi-sim)";
    auto made = make_lstm_recognizer(kModel);
    ASSERT_TRUE(made) << made.error().message;
    recognizer_ = *std::move(made);
  }

  RecognizedLine read(const Image& image, LineContent content = LineContent::text) {
    const LineRequest request{&image, content};
    return recognizer_->recognize({&request, 1}).front();
  }

  std::unique_ptr<LineRecognizer> recognizer_;
};

TEST_F(RecognizerTest, ReadsCleanLines) {
  EXPECT_EQ(text_of(read(line_image("clean-kai"))), "现场审查地址:江州市云台区柳荫路八十八号");
  EXPECT_EQ(text_of(read(line_image("one"))), "是");
  EXPECT_EQ(text_of(read(line_image("one-digit"), LineContent::number)), "7");
  EXPECT_EQ(text_of(read(line_image("code"), LineContent::code)), "A-0937.2/B");
}

TEST_F(RecognizerTest, ReadsNothingWhereNothingIsPrinted) {
  EXPECT_TRUE(read(line_image("blank")).glyphs.empty());
  EXPECT_EQ(read(line_image("blank")).confidence, 0);
  EXPECT_TRUE(read({}).glyphs.empty());
  const LineRequest none;
  EXPECT_TRUE(recognizer_->recognize({&none, 1}).front().glyphs.empty());
  EXPECT_TRUE(recognizer_->recognize({}).empty());
}

TEST_F(RecognizerTest, TakesImagesOfAnySize) {
  for (const int width : {1, 2, 3, 5, 40, 90'000}) {
    for (const int height : {1, 2, 3, 400}) {
      if (width > 1000 && height > 3) continue;
      Image image;
      image.width = width;
      image.height = height;
      for (int i = 0; i < width * height; ++i)
        image.pixels.push_back(static_cast<std::uint8_t>(i * 37 % 251));
      for (const Glyph& g : read(image).glyphs) EXPECT_LE(g.box.right(), width);
    }
  }
}

TEST_F(RecognizerTest, BoxesStandOnTheInkFromLeftToRight) {
  const Image image = line_image("clean-ming");
  const RecognizedLine line = read(image);
  ASSERT_GT(line.glyphs.size(), 15U);
  const lstm::FramedLine frame = lstm::frame_line(image, {});
  double last = -1;
  for (const Glyph& g : line.glyphs) {
    EXPECT_GE(g.box.left, last) << g.text;
    EXPECT_LE(g.box.right(), image.width) << g.text;
    EXPECT_GT(g.confidence, 0.3) << g.text;
    const auto from = frame.ink.begin() + static_cast<int>(g.box.left);
    const auto to = from + static_cast<int>(g.box.width);
    if (g.text != "，" && g.text != "。" && g.text != " ") {
      EXPECT_TRUE(std::find(from, to, true) != to) << g.text;
    }
    last = g.box.left;
  }
}

TEST_F(RecognizerTest, AlternativesAreOrderedAndDifferFromTheGlyph) {
  const RecognizedLine line = read(line_image("noisy"));
  std::size_t alternatives = 0;
  for (const Glyph& g : line.glyphs) {
    for (std::size_t i = 0; i < g.alternatives.size(); ++i) {
      EXPECT_NE(g.alternatives[i].text, g.text);
      EXPECT_FALSE(g.alternatives[i].text.empty());
      EXPECT_GE(g.alternatives[i].cost, i == 0 ? 0 : g.alternatives[i - 1].cost);
      ++alternatives;
    }
  }
  EXPECT_GT(alternatives, 0U);
}

TEST_F(RecognizerTest, WideWhiteSpaceIsOneSpace) {
  const Image one = line_image("one");
  Image two;
  two.width = 2 * one.width + 3 * one.height;
  two.height = one.height;
  two.pixels.assign(static_cast<std::size_t>(two.width) * two.height, 250);
  for (int y = 0; y < one.height; ++y) {
    std::copy_n(one.row(y), one.width, two.row(y));
    std::copy_n(one.row(y), one.width, two.row(y) + two.width - one.width);
  }
  EXPECT_EQ(text_of(read(two)), "是 是");
}

TEST_F(RecognizerTest, AColumnsContentKeepsLettersOutOfNumbers) {
  const RecognizedLine line = read(line_image("digits"), LineContent::number);
  for (const Glyph& g : line.glyphs)
    EXPECT_TRUE(g.text.find_first_of("lIOoSB") == std::string::npos) << g.text;
}

TEST_F(RecognizerTest, AGlanceSavesTheSecondReadingOfDoubtfulLines) {
  for (const std::string& name : lstm::line_names()) {
    Image image = line_image(name);
    std::reverse(image.pixels.begin(), image.pixels.end());  // upside down: most are riddles
    const LineRequest both[] = {{&image, LineContent::text, true}, {&image, LineContent::text, false}};
    const auto read = recognizer_->recognize(both);
    EXPECT_LE(read[0].confidence, read[1].confidence) << name;
    if (text_of(read[0]) != text_of(read[1])) {
      EXPECT_LT(read[0].confidence, read[1].confidence) << name;
    }
  }
}

TEST_F(RecognizerTest, AnswersAreInOrderAndTheSameAlone) {
  std::vector<Image> images;
  for (const std::string& name : lstm::line_names()) images.push_back(line_image(name));
  std::vector<LineRequest> requests;
  for (const Image& image : images) requests.push_back({&image, LineContent::text});
  const auto together = recognizer_->recognize(requests);
  ASSERT_EQ(together.size(), images.size());
  for (std::size_t i = 0; i < images.size(); ++i) {
    const RecognizedLine alone = read(images[i]);
    EXPECT_EQ(text_of(alone), text_of(together[i])) << lstm::line_names()[i];
    EXPECT_EQ(alone.confidence, together[i].confidence) << lstm::line_names()[i];
  }
}

TEST(Frame, CutsToTheInkAndAddsPaper) {
  Image image;
  image.width = 100;
  image.height = 20;
  image.pixels.assign(2000, 240);
  for (int y = 5; y < 15; ++y) std::fill_n(image.row(y) + 40, 10, std::uint8_t{10});
  image.row(3)[90] = 10;  // one pixel is no ink
  const lstm::FramedLine frame = lstm::frame_line(image, {0.5, 1, 0.25});
  EXPECT_EQ(frame.left, 30);
  EXPECT_EQ(frame.top, -5);
  EXPECT_EQ(frame.image.width, 10 + 10 + 20);
  EXPECT_EQ(frame.image.height, 30);
  EXPECT_EQ(frame.image.row(0)[0], 240);
  EXPECT_EQ(frame.image.row(5 + 5)[10], 10);
  EXPECT_EQ(frame.image.row(5 + 5)[20], 240);
  EXPECT_EQ(std::count(frame.ink.begin(), frame.ink.end(), true), 10);
}

TEST(Frame, PaperAloneIsNoLine) {
  Image image;
  image.width = 60;
  image.height = 20;
  for (int i = 0; i < 1200; ++i) image.pixels.push_back(static_cast<std::uint8_t>(235 + i * 7 % 11));
  EXPECT_TRUE(lstm::frame_line(image, {0.1, 0.1, 0.1}).image.empty());
  EXPECT_TRUE(lstm::frame_line({}, {}).image.empty());
}

TEST(Recognizer, ModelsThatAreNoneAreTold) {
  const auto missing = make_lstm_recognizer("/no/such/model.traineddata");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::missing_dependency);
  const auto folder = make_lstm_recognizer("/usr");
  EXPECT_FALSE(folder);
}

}  // namespace
}  // namespace attest
