// Text and network outputs are libtesseract's, with the dictionaries taken out of the model file: they are no
// part of the network. Its interface gives no raw outputs; its search, though, is an exported symbol that it
// calls through the dynamic linker, so a function of that name in this program sees every column first.
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <tesseract/baseapi.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "ocr/lstm/decoder.h"
#include "tests/ocr_lstm/support.h"

namespace {

struct Outputs {
  int codes = 0;
  std::vector<float> values;
};
Outputs* seen_outputs = nullptr;  // nullptr: nobody looks

}  // namespace

namespace tesseract {

class UNICHARSET;

// The library's own class, as far as its calling convention needs: one column of softmax outputs a call.
class RecodeBeamSearch {
 public:
  void DecodeStep(const float* outputs, int t, double dict_ratio, double cert_offset, double worst_dict_cert,
                  const UNICHARSET* charset, bool debug);
};

void RecodeBeamSearch::DecodeStep(const float* outputs, int t, double dict_ratio, double cert_offset,
                                  double worst_dict_cert, const UNICHARSET* charset, bool debug) {
  if (seen_outputs != nullptr)
    seen_outputs->values.insert(seen_outputs->values.end(), outputs, outputs + seen_outputs->codes);
  using Step =
      void (*)(RecodeBeamSearch*, const float*, int, double, double, double, const UNICHARSET*, bool);
  static const auto own = reinterpret_cast<Step>(
      dlsym(RTLD_NEXT, "_ZN9tesseract16RecodeBeamSearch10DecodeStepEPKfidddPKNS_10UNICHARSETEb"));
  if (own != nullptr) own(this, outputs, t, dict_ratio, cert_offset, worst_dict_cert, charset, debug);
}

}  // namespace tesseract

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

struct Expected {
  std::string text;
  std::vector<float> probabilities;
};

std::vector<Expected> read_by_tesseract(const fs::path& folder, const std::vector<std::string>& names,
                                        int codes) {
  tesseract::TessBaseAPI api;
  EXPECT_EQ(api.Init(folder.c_str(), "line", tesseract::OEM_LSTM_ONLY), 0);
  api.SetVariable("tessedit_do_invert", "0");
  api.SetVariable("debug_file", "/dev/null");
  api.SetPageSegMode(tesseract::PSM_RAW_LINE);
  std::vector<Expected> out;
  for (const std::string& name : names) {
    const Image image = line_image(name);
    Outputs outputs{codes, {}};
    seen_outputs = &outputs;
    api.SetImage(image.pixels.data(), image.width, image.height, 1, image.width);
    api.SetSourceResolution(300);
    const std::unique_ptr<char[]> text(api.GetUTF8Text());
    seen_outputs = nullptr;
    out.push_back({squeezed(text ? text.get() : ""), std::move(outputs.values)});
  }
  return out;
}

class OracleTest : public testing::TestWithParam<std::string> {};

TEST_P(OracleTest, OutputsAndTextAreTesseractsWithoutDictionary) {
  const auto file = without_dictionaries(bytes_of(GetParam()));
  const TemporaryFolder folder;
  std::ofstream(folder.path() / "line.traineddata", std::ios::binary)
      .write(reinterpret_cast<const char*>(file.data()), static_cast<std::streamsize>(file.size()));
  const auto model = parse_model(file);
  ASSERT_TRUE(model) << model.error().message;
  const std::vector<LineInput> inputs = all_inputs(model->input_height);
  const std::vector<std::string> names = line_names();
  const Decoder decoder(*model);
  std::vector<Expected> expected;
  int characters = 0;
  for (const Kernels& kernels : available_kernels()) {
    auto network = Network::make(*model, kernels);
    ASSERT_TRUE(network);
    const auto outputs = (*network)->forward(inputs);
    if (expected.empty()) expected = read_by_tesseract(folder.path(), names, outputs[0].codes);
    for (std::size_t i = 0; i < names.size(); ++i) {
      std::string text;
      for (const DecodedGlyph& glyph : decoder.decode(outputs[i]).glyphs) text += decoder.character(glyph.id);
      EXPECT_EQ(squeezed(text), expected[i].text) << names[i] << " " << kernels.name;
      EXPECT_EQ(outputs[i].probabilities, expected[i].probabilities) << names[i] << " " << kernels.name;
      characters += static_cast<int>(text.size());
    }
  }
  EXPECT_GT(characters, 500);  // of all lines together; empty answers would agree as well
}

INSTANTIATE_TEST_SUITE_P(Models, OracleTest, testing::ValuesIn(model_paths()),
                         [](const auto& test) { return "model" + std::to_string(test.index); });
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(OracleTest);

}  // namespace
}  // namespace attest::lstm
