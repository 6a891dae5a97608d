// The network's outputs are the same bits whatever the kernel and whichever lines run together.
#include "ocr/lstm/network.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "tests/ocr_lstm/support.h"

namespace attest::lstm {
namespace {

class NetworkTest : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    auto parsed = parse_model(bytes_of(GetParam()));
    ASSERT_TRUE(parsed) << parsed.error().message;
    model_ = *std::move(parsed);
    inputs_ = all_inputs(model_.input_height);
  }

  std::unique_ptr<Network> network(const Kernels& kernels) const {
    auto made = Network::make(model_, kernels);
    EXPECT_TRUE(made) << made.error().message;
    return made ? *std::move(made) : nullptr;
  }

  ModelFile model_;
  std::vector<LineInput> inputs_;
};

TEST_P(NetworkTest, KernelsAgreeToTheBit) {
  std::vector<LineOutput> expected;
  for (const Kernels& kernels : available_kernels()) {
    const auto outputs = network(kernels)->forward(inputs_);
    ASSERT_EQ(outputs.size(), inputs_.size());
    if (expected.empty()) expected = outputs;
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      EXPECT_EQ(outputs[i].columns, inputs_[i].width / 3);
      EXPECT_EQ(outputs[i].probabilities, expected[i].probabilities)
          << kernels.name << " line " << line_names()[i];
    }
  }
}

TEST_P(NetworkTest, ALineDoesNotDependOnItsBatch) {
  const auto fastest = network(available_kernels().back());
  const auto together = fastest->forward(inputs_);
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    const auto alone = fastest->forward({&inputs_[i], 1});
    EXPECT_EQ(alone[0].probabilities, together[i].probabilities) << line_names()[i];
  }
  // More lines than slots, in another order, with an empty one among them.
  std::vector<LineInput> many;
  std::vector<std::size_t> which;
  for (std::size_t k = 0; k < 40; ++k) {
    which.push_back(k * 7 % inputs_.size());
    many.push_back(inputs_[which.back()]);
  }
  many.insert(many.begin() + 3, LineInput{});
  which.insert(which.begin() + 3, inputs_.size());
  const auto outputs = fastest->forward(many);
  for (std::size_t k = 0; k < many.size(); ++k) {
    if (which[k] == inputs_.size()) {
      EXPECT_EQ(outputs[k].columns, 0);
    } else {
      EXPECT_EQ(outputs[k].probabilities, together[which[k]].probabilities);
    }
  }
}

TEST_P(NetworkTest, ColumnsAreDistributions) {
  const auto outputs = network(available_kernels().back())->forward(inputs_);
  for (const LineOutput& out : outputs) {
    for (int t = 0; t < out.columns; ++t) {
      const double sum = std::accumulate(out.column(t), out.column(t) + out.codes, 0.0);
      ASSERT_NEAR(sum, 1, 1e-4);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Models, NetworkTest, testing::ValuesIn(model_paths()),
                         [](const auto& test) { return "model" + std::to_string(test.index); });
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(NetworkTest);

}  // namespace
}  // namespace attest::lstm
