// Model files that are cut, flipped or lie about their sizes: an error with a type, at once and in little
// memory, or a model that can be evaluated.
#include "ocr/lstm/model_file.h"

#include <gtest/gtest.h>

#include <cstring>
#include <random>

#include "ocr/lstm/decoder.h"
#include "tests/ocr_lstm/small_model.h"
#include "tests/ocr_lstm/support.h"

namespace attest::lstm {
namespace {

const char* const kModel = "/usr/share/tesseract-ocr/5/tessdata/chi_sim.traineddata";

class ModelFileTest : public testing::Test {
 protected:
  void SetUp() override {
    file_ = bytes_of(kModel);
    if (file_.empty()) GTEST_SKIP() << "no model " << kModel << " (package tesseract-ocr-chi-sim)";
    file_ = without_dictionaries(file_);
  }

  std::int64_t offset_of(int component) const {
    std::int64_t offset = -1;
    std::memcpy(&offset, file_.data() + 4 + 8 * component, 8);
    return offset;
  }

  // Parses, and evaluates a short line when that gives a model.
  static ErrorCode outcome(std::span<const std::uint8_t> bytes, bool* whole) {
    const auto model = parse_model(bytes);
    *whole = false;
    if (!model) return model.error().code;
    const auto network = Network::make(*model, available_kernels().back());
    if (!network) return network.error().code;
    LineInput line;
    line.width = 31;
    line.pixels.assign(static_cast<std::size_t>(line.width) * model->input_height, 127);
    const auto out = (*network)->forward({&line, 1});
    const Decoder decoder(*model);
    for (const auto& glyph : decoder.decode(out[0]).glyphs) decoder.weigh(out[0], glyph);
    *whole = true;
    return ErrorCode::internal;
  }

  static void expect_told(std::span<const std::uint8_t> bytes, const std::string& what) {
    bool whole = false;
    const ErrorCode code = outcome(bytes, &whole);
    EXPECT_TRUE(whole || code == ErrorCode::damaged || code == ErrorCode::unsupported)
        << what << ": " << name_of(code);
  }

  std::vector<std::uint8_t> file_;
};

TEST_F(ModelFileTest, ReadsTheInstalledModel) {
  const auto model = parse_model(file_);
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_EQ(model->characters.size(), model->codes.size());
  EXPECT_GT(model->characters.size(), 4000U);
  EXPECT_EQ(model->characters[0], " ");
  EXPECT_EQ(model->input_height, 48);
}

TEST_F(ModelFileTest, EmptyAndForeignFiles) {
  bool whole = true;
  EXPECT_EQ(outcome({}, &whole), ErrorCode::damaged);
  const std::vector<std::uint8_t> text(5000, 'a');
  EXPECT_EQ(outcome(text, &whole), ErrorCode::damaged);
}

TEST_F(ModelFileTest, EveryTruncationIsAnError) {
  for (int part = 0; part < 64; ++part) {
    const std::size_t size = file_.size() * static_cast<std::size_t>(part) / 64;
    const auto model = parse_model(std::span(file_).first(size));
    // Behind the recoder only a version string follows; everything else is missed.
    const auto needed = static_cast<std::size_t>(offset_of(23));
    EXPECT_EQ(static_cast<bool>(model), size >= needed) << size;
    if (!model) {
      EXPECT_EQ(model.error().code, ErrorCode::damaged) << size;
    }
  }
}

TEST_F(ModelFileTest, FlippedBytesAreToldOrHarmless) {
  std::mt19937 random(3);
  // Headers are dense at the beginning of each component; the rest is hit at random.
  for (const int component : {17, 21, 22}) {
    for (int i = 0; i < 60; ++i) {
      auto flipped = file_;
      const std::size_t at = static_cast<std::size_t>(offset_of(component)) + random() % 200;
      flipped[at] = static_cast<std::uint8_t>(random());
      expect_told(flipped, "byte " + std::to_string(at));
    }
  }
  for (int i = 0; i < 60; ++i) {
    auto flipped = file_;
    for (int k = 0; k < 8; ++k) flipped[random() % flipped.size()] = static_cast<std::uint8_t>(random());
    expect_told(flipped, "round " + std::to_string(i));
  }
}

TEST_F(ModelFileTest, OffsetsOutsideTheFile) {
  for (const int component : {17, 21, 22}) {
    for (const std::int64_t value : {std::int64_t{-1}, std::int64_t{-1000}, INT64_MAX, INT64_MIN,
                                     static_cast<std::int64_t>(file_.size())}) {
      auto hostile = file_;
      std::memcpy(hostile.data() + 4 + 8 * component, &value, 8);
      bool whole = true;
      EXPECT_EQ(outcome(hostile, &whole), ErrorCode::damaged) << component << " at " << value;
    }
  }
}

// Every place of a small file: each byte cut off, each byte flipped, each four bytes a huge count.
class SmallModelTest : public ModelFileTest {
 protected:
  void SetUp() override { file_ = small_model_file(); }
};

TEST_F(SmallModelTest, IsWholeAsItStands) {
  bool whole = false;
  outcome(file_, &whole);
  EXPECT_TRUE(whole);
}

TEST_F(SmallModelTest, EveryTruncationIsAnError) {
  for (std::size_t size = 0; size < file_.size(); ++size) {
    const auto model = parse_model(std::span(file_).first(size));
    ASSERT_FALSE(model) << size;
    EXPECT_EQ(model.error().code, ErrorCode::damaged) << size;
  }
}

TEST_F(SmallModelTest, EveryFlippedByteIsToldOrHarmless) {
  for (std::size_t at = 0; at < file_.size(); ++at) {
    for (const int mask : {0x01, 0x80, 0xFF}) {
      auto flipped = file_;
      flipped[at] = static_cast<std::uint8_t>(flipped[at] ^ mask);
      expect_told(flipped, "byte " + std::to_string(at));
    }
  }
}

TEST_F(SmallModelTest, HugeCountsAreToldOrHarmless) {
  for (std::size_t at = 0; at + 4 <= file_.size(); ++at) {
    for (const std::uint32_t value : {0xFFFFFFFFU, 0x7FFFFFFFU, 0x80000000U, 0x00010000U}) {
      auto hostile = file_;
      std::memcpy(hostile.data() + at, &value, 4);
      expect_told(hostile, "count at " + std::to_string(at));
    }
  }
}

}  // namespace
}  // namespace attest::lstm
