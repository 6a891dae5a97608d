#include "ocr/lstm/kernels.h"

#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include <array>
#include <cmath>

namespace attest::lstm {
namespace {

#if defined(__x86_64__)
bool has_amx() {  // GCC 12's __builtin_cpu_supports does not know it
  constexpr unsigned kTiles = 1U << 24, kInt8 = 1U << 25;
  unsigned a = 0, b = 0, c = 0, d = 0;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (d & kTiles) != 0 && (d & kInt8) != 0;
}
#endif

std::vector<Kernels> detect() {
  std::vector<Kernels> out = {scalar_kernels()};
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2")) out.push_back(avx2_kernels());
  if (__builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq")) {
    out.push_back(vnni_kernels());
    if (has_amx() && amx_permitted()) out.push_back(amx_kernels());
  }
#endif
  return out;
}

template <typename Function>
std::array<float, kTableSize> table(Function f) {
  std::array<float, kTableSize> out{};
  for (int i = 0; i < kTableSize; ++i) out[i] = static_cast<float>(f(i / 256.0));
  return out;
}

}  // namespace

std::span<const Kernels> available_kernels() {
  static const std::vector<Kernels> kernels = detect();
  return kernels;
}

const float* tanh_table() {
  static const auto values = table([](double x) { return std::tanh(x); });
  return values.data();
}

const float* logistic_table() {
  static const auto values = table([](double x) { return 1 / (1 + std::exp(-x)); });
  return values.data();
}

bool as_the_library(void (*exponentials)(float* values, int n)) {
  constexpr int kSamples = 8192;  // algorithms that differ do so in one value of a thousand
  constexpr float kRange = 86;
  std::vector<float> values(kSamples), expected(kSamples);
  for (int i = 0; i < kSamples; ++i) {
    values[i] = -kRange * static_cast<float>(i) / kSamples;
    expected[i] = std::exp(values[i]);
  }
  exponentials(values.data(), kSamples);
  return values == expected;
}

PackedMatrix pack(const Kernels& kernels, std::span<const Matrix> matrices) {
  const int lanes = kernels.lanes;
  PackedMatrix out;
  out.columns = matrices[0].columns - 1;
  out.padded_columns = padded(out.columns);
  out.unsigned_weights = kernels.unsigned_weights;
  const int rows_each = (matrices[0].rows + lanes - 1) / lanes * lanes;
  out.padded_rows = rows_each * static_cast<int>(matrices.size());
  const std::int8_t nothing = kernels.unsigned_weights ? -128 : 0;  // weight 0 as the layout stores it
  out.weights.assign(static_cast<std::size_t>(out.padded_rows) * out.padded_columns, nothing);
  out.bias.assign(out.padded_rows, 0);
  out.scales.assign(out.padded_rows, 0);
  for (std::size_t k = 0; k < matrices.size(); ++k) {
    const Matrix& m = matrices[k];
    out.rows += m.rows;
    for (int r = 0; r < m.rows; ++r) {
      const int row = static_cast<int>(k) * rows_each + r;
      const std::int8_t* w = m.weights.data() + static_cast<std::size_t>(r) * m.columns;
      const std::size_t block = static_cast<std::size_t>(row / lanes) * out.padded_columns * lanes;
      for (int c = 0; c < out.columns; ++c) {
        const std::size_t at =
            block + static_cast<std::size_t>(c / 4) * lanes * 4 + (row % lanes) * 4 + c % 4;
        out.weights[at] = static_cast<std::int8_t>(kernels.unsigned_weights ? w[c] ^ -128 : w[c]);
      }
      out.bias[row] = w[out.columns] * 127;
      out.scales[row] = m.scales[r];
    }
  }
  return out;
}

}  // namespace attest::lstm
