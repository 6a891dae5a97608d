// Every kernel that this processor can run gives the reference's bits, for sizes that fill no register.
#include "ocr/lstm/kernels.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <random>

#include "ocr/lstm/functions.h"

namespace attest::lstm {
namespace {

class Random {
 public:
  int below(int n) { return std::uniform_int_distribution<int>(0, n - 1)(engine_); }
  std::int8_t byte() { return static_cast<std::int8_t>(below(255) - 127); }
  float real(float limit) { return std::uniform_real_distribution<float>(-limit, limit)(engine_); }

 private:
  std::mt19937 engine_{7};
};

Matrix random_matrix(Random& random, int rows, int columns, bool extreme) {
  Matrix m;
  m.rows = rows;
  m.columns = columns + 1;
  for (int i = 0; i < rows * (columns + 1); ++i)
    m.weights.push_back(
        static_cast<std::int8_t>(extreme ? (random.below(2) != 0 ? 127 : -127) : random.byte()));
  for (int r = 0; r < rows; ++r) m.scales.push_back(random.real(0.01F));
  return m;
}

// What the product is, straight from its definition.
std::int64_t product(const Matrix& m, int row, const std::int8_t* x) {
  const std::int8_t* w = m.weights.data() + static_cast<std::size_t>(row) * m.columns;
  std::int64_t sum = std::int64_t{w[m.columns - 1]} * 127;
  for (int c = 0; c + 1 < m.columns; ++c) sum += std::int64_t{w[c]} * x[c];
  return sum;
}

TEST(Kernels, ProductsAreExact) {
  Random random;
  const int sizes[][3] = {{1, 1, 1},    {16, 9, 50},  {7, 3, 5},     {17, 65, 3},  {64, 64, 16},
                          {33, 129, 7}, {96, 30, 31}, {13, 600, 11}, {48, 257, 1}, {5, 1030, 18}};
  for (const Kernels& kernels : available_kernels()) {
    for (const auto& [rows, columns, vectors] : sizes) {
      for (const bool extreme : {false, true}) {
        const std::vector<Matrix> parts = {random_matrix(random, rows, columns, extreme),
                                           random_matrix(random, rows, columns, extreme)};
        const PackedMatrix packed = pack(kernels, parts);
        const int stride = padded(columns) + 8;
        std::vector<std::int8_t> x(static_cast<std::size_t>(stride) * vectors, 0);
        for (int v = 0; v < vectors; ++v) {
          for (int c = 0; c < columns; ++c)
            x[v * stride + c] =
                static_cast<std::int8_t>(extreme ? (random.below(2) != 0 ? 127 : -127) : random.byte());
        }
        std::vector<std::int32_t> out(static_cast<std::size_t>(packed.padded_rows) * vectors, -1);
        kernels.multiply(packed, x.data(), stride, vectors, out.data());
        for (int v = 0; v < vectors; ++v) {
          for (int part = 0; part < 2; ++part) {
            for (int r = 0; r < rows; ++r) {
              const int at = v * packed.padded_rows + part * packed.padded_rows / 2 + r;
              ASSERT_EQ(out[at], product(parts[part], r, x.data() + v * stride))
                  << kernels.name << " " << rows << "x" << columns << " vector " << v;
            }
          }
        }
      }
    }
  }
}

TEST(Kernels, CellsAgreeToTheBit) {
  Random random;
  const Kernels reference = scalar_kernels();
  for (const Kernels& kernels : available_kernels()) {
    for (const int n : {1, 7, 8, 15, 16, 17, 48, 96, 131}) {
      const int rows = (n + 15) / 16 * 16;
      std::vector<std::int32_t> sums(4 * rows);
      std::vector<float> scales(4 * rows), state(n), other;
      for (int round = 0; round < 20; ++round) {
        for (auto& s : sums) s = random.below(2'000'001) - 1'000'000;
        for (auto& s : scales) s = random.real(round % 2 == 0 ? 1e-5F : 1e-3F);
        for (auto& s : state) s = random.real(round == 0 ? 150.0F : 3.0F);
        if (round == 1) std::fill(sums.begin(), sums.end(), 0);
        other = state;
        std::vector<std::int8_t> out(n, 99), expected(n, 99);
        reference.cell(sums.data(), scales.data(), rows, n, other.data(), expected.data());
        kernels.cell(sums.data(), scales.data(), rows, n, state.data(), out.data());
        ASSERT_EQ(out, expected) << kernels.name << " n " << n;
        ASSERT_EQ(state, other) << kernels.name << " n " << n;
      }
    }
  }
}

// One step after another, so that states and outputs go back in.
TEST(Kernels, StepsAgreeToTheBit) {
  Random random;
  const Kernels reference = scalar_kernels();
  const int sizes[][3] = {{16, 64, 40}, {5, 7, 3}, {64, 96, 16}, {1, 17, 1}, {30, 130, 19}};
  for (const auto& [inputs, n, sequences] : sizes) {
    std::vector<Matrix> gates;
    for (int gate = 0; gate < 4; ++gate) gates.push_back(random_matrix(random, n, inputs + n, false));
    const int stride = padded(inputs + n) + 8;
    std::vector<std::int8_t> first(static_cast<std::size_t>(stride) * sequences, 0);
    for (int v = 0; v < sequences; ++v) {
      for (int c = 0; c < inputs + n; ++c) first[v * stride + c] = random.byte();
    }
    const auto outputs_of = [&](const Kernels& kernels) {
      const PackedMatrix packed = pack(kernels, gates);
      std::vector<std::int8_t> x = first, outputs(static_cast<std::size_t>(n) * sequences, 99);
      std::vector<float> state(state_stride(n) * sequences, 0.5F);
      std::vector<std::int32_t> sums(static_cast<std::size_t>(packed.padded_rows) * sequences);
      for (int round = 0; round < 3; ++round) {
        kernels.step(packed, x.data(), stride, sequences, n, state.data(), outputs.data(), sums.data());
        for (int v = 0; v < sequences; ++v) std::copy_n(&outputs[v * n], n, &x[v * stride + inputs]);
      }
      return outputs;
    };
    const std::vector<std::int8_t> expected = outputs_of(reference);
    for (const Kernels& kernels : available_kernels())
      EXPECT_EQ(outputs_of(kernels), expected) << kernels.name << " " << inputs << " + " << n;
  }
}

TEST(Kernels, TanhAndMaximaAgree) {
  Random random;
  const Kernels reference = scalar_kernels();
  for (const Kernels& kernels : available_kernels()) {
    for (const int n : {1, 9, 16, 31, 64}) {
      std::vector<std::int32_t> sums(n);
      std::vector<float> scales(n);
      for (auto& s : sums) s = random.below(200'001) - 100'000;
      for (auto& s : scales) s = random.real(3e-4F);
      std::vector<std::int8_t> out(n), expected(n);
      reference.tanh(sums.data(), scales.data(), n, expected.data());
      kernels.tanh(sums.data(), scales.data(), n, out.data());
      EXPECT_EQ(out, expected) << kernels.name;
    }
    std::vector<std::int32_t> vectors(5 * 32), into(32), expected(32);
    for (auto& v : vectors) v = random.below(1000) - 500;
    for (int i = 0; i < 32; ++i) into[i] = expected[i] = random.below(1000) - 500;
    reference.maxima(vectors.data(), 5, 32, expected.data());
    kernels.maxima(vectors.data(), 5, 32, into.data());
    EXPECT_EQ(into, expected) << kernels.name;
  }
}

TEST(Kernels, ExponentialsAreThoseOfTheLibrary) {
  for (const Kernels& kernels : available_kernels()) {
    if (kernels.exponentials == nullptr) continue;
    // Every 1,009th float from -86 to -2^-24, in calls that fill no register.
    const std::uint32_t last = std::bit_cast<std::uint32_t>(-86.0F);
    std::vector<float> values = {0.0F, -0.0F}, expected;
    for (std::uint32_t bits = std::bit_cast<std::uint32_t>(-0x1p-24F); bits <= last; bits += 1009)
      values.push_back(std::bit_cast<float>(bits));
    for (const float v : values) expected.push_back(std::exp(v));
    for (std::size_t i = 0; i < values.size(); i += 37)
      kernels.exponentials(&values[i], static_cast<int>(std::min<std::size_t>(37, values.size() - i)));
    EXPECT_EQ(values, expected) << kernels.name;
  }
}

TEST(Functions, InterpolateBetweenTableEntriesAndSaturate) {
  EXPECT_EQ(tanh_of(tanh_table(), 0), 0);
  EXPECT_EQ(tanh_of(tanh_table(), 1), std::tanh(1.0F));
  EXPECT_EQ(tanh_of(tanh_table(), -1), -tanh_of(tanh_table(), 1));
  EXPECT_NEAR(tanh_of(tanh_table(), 0.123F), std::tanh(0.123F), 1e-5);
  EXPECT_EQ(tanh_of(tanh_table(), 16), 1);
  EXPECT_EQ(logistic_of(logistic_table(), 0), 0.5F);
  EXPECT_EQ(logistic_of(logistic_table(), -20), 0);
  EXPECT_EQ(logistic_of(logistic_table(), -0.5F), 1 - logistic_of(logistic_table(), 0.5F));
}

TEST(Functions, RoundHalfAwayFromZero) {
  EXPECT_EQ(rounded(0.5F), 1);
  EXPECT_EQ(rounded(-0.5F), -1);
  EXPECT_EQ(rounded(2.49F), 2);
  EXPECT_EQ(rounded(-2.5F), -3);
  EXPECT_EQ(quantized(-2.0F), -127);
}

}  // namespace
}  // namespace attest::lstm
