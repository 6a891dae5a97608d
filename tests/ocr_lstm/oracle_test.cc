// Text and network outputs are libtesseract's, with the dictionaries taken out of the model file.
#include <gtest/gtest.h>

#include "ocr/lstm/decoder.h"
#include "tests/ocr_lstm/support.h"
#include "tests/ocr_lstm/tesseract_oracle.h"

namespace attest::lstm {
namespace {

class OracleTest : public testing::TestWithParam<std::string> {};

TEST_P(OracleTest, OutputsAndTextAreTesseractsWithoutDictionary) {
  const auto file = without_dictionaries(bytes_of(GetParam()));
  const auto model = parse_model(file);
  ASSERT_TRUE(model) << model.error().message;
  TesseractOracle oracle(file);
  ASSERT_TRUE(oracle.ready());
  const std::vector<LineInput> inputs = all_inputs(model->input_height);
  const std::vector<std::string> names = line_names();
  const Decoder decoder(*model);
  std::vector<OracleReading> expected;
  int characters = 0;
  for (const Kernels& kernels : available_kernels()) {
    auto network = Network::make(*model, kernels);
    ASSERT_TRUE(network);
    const auto outputs = (*network)->forward(inputs);
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (expected.size() == i) expected.push_back(oracle.read(line_image(names[i]), outputs[i].codes));
      const std::string text = squeezed(decoder.text(decoder.decode(outputs[i])));
      EXPECT_EQ(text, expected[i].text) << names[i] << " " << kernels.name;
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
