// The text is libtesseract's, with the dictionaries taken out of the model file: they are no part of the
// network. libtesseract gives no access to the raw outputs of its network, so agreement is shown on the text;
// the table of functions, the noise and the rounding all show there within a few characters.
#include <gtest/gtest.h>
#include <tesseract/baseapi.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "ocr/lstm/decoder.h"
#include "tests/ocr_lstm/support.h"

namespace attest::lstm {
namespace {

namespace fs = std::filesystem;

class TemporaryFolder {
 public:
  TemporaryFolder() : path_(fs::temp_directory_path() / ("attest-lstm-" + std::to_string(getpid()))) {
    fs::create_directories(path_);
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

// Without white space: libtesseract prints its words with one space between, and none at the ends.
std::string squeezed(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c != ' ' && c != '\n') out += c;
  }
  return out;
}

std::vector<std::string> texts_of_tesseract(const fs::path& folder, const std::vector<std::string>& names) {
  tesseract::TessBaseAPI api;
  EXPECT_EQ(api.Init(folder.c_str(), "line", tesseract::OEM_LSTM_ONLY), 0);
  api.SetVariable("tessedit_do_invert", "0");
  api.SetVariable("debug_file", "/dev/null");
  api.SetPageSegMode(tesseract::PSM_RAW_LINE);
  std::vector<std::string> out;
  for (const std::string& name : names) {
    const Image image = line_image(name);
    api.SetImage(image.pixels.data(), image.width, image.height, 1, image.width);
    api.SetSourceResolution(300);
    const std::unique_ptr<char[]> text(api.GetUTF8Text());
    out.push_back(squeezed(text ? text.get() : ""));
  }
  return out;
}

class OracleTest : public testing::TestWithParam<std::string> {};

TEST_P(OracleTest, TextIsTesseractsWithoutDictionary) {
  const auto file = without_dictionaries(bytes_of(GetParam()));
  const TemporaryFolder folder;
  std::ofstream(folder.path() / "line.traineddata", std::ios::binary)
      .write(reinterpret_cast<const char*>(file.data()), static_cast<std::streamsize>(file.size()));
  const std::vector<std::string> names = line_names();
  const std::vector<std::string> expected = texts_of_tesseract(folder.path(), names);

  const auto model = parse_model(file);
  ASSERT_TRUE(model) << model.error().message;
  auto network = Network::make(*model, available_kernels().back());
  ASSERT_TRUE(network);
  const Decoder decoder(*model);
  const auto outputs = (*network)->forward(all_inputs(model->input_height));
  int characters = 0;
  for (std::size_t i = 0; i < names.size(); ++i) {
    std::string text;
    for (const DecodedGlyph& glyph : decoder.decode(outputs[i]).glyphs) text += decoder.character(glyph.id);
    EXPECT_EQ(squeezed(text), expected[i]) << names[i];
    characters += static_cast<int>(text.size());
  }
  EXPECT_GT(characters, 500);  // of all lines together; empty answers would agree as well
}

INSTANTIATE_TEST_SUITE_P(Models, OracleTest, testing::ValuesIn(model_paths()),
                         [](const auto& test) { return "model" + std::to_string(test.index); });
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(OracleTest);

}  // namespace
}  // namespace attest::lstm
