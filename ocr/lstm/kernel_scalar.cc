// The reference: plain C++, one row a block, so that packed weights are row-major. Also the path for
// processors without AVX2 (ARM among them); compilers vectorise its inner loop.
#include "ocr/lstm/functions.h"
#include "ocr/lstm/kernels.h"

namespace attest::lstm {
namespace {

void multiply(const PackedMatrix& m, const std::int8_t* x, int stride, int vectors, std::int32_t* out) {
  for (int v = 0; v < vectors; ++v) {
    const std::int8_t* in = x + static_cast<std::size_t>(v) * stride;
    std::int32_t* sums = out + static_cast<std::size_t>(v) * m.padded_rows;
    for (int r = 0; r < m.padded_rows; ++r) {
      const std::int8_t* w = m.weights.data() + static_cast<std::size_t>(r) * m.padded_columns;
      std::int32_t sum = m.bias[r];
      for (int c = 0; c < m.padded_columns; ++c) sum += std::int32_t{w[c]} * in[c];
      sums[r] = sum;
    }
  }
}

void cell(const std::int32_t* sums, const float* scales, int padded_rows, int n, float* state,
          std::int8_t* output) {
  const float* tanh = tanh_table();
  const float* logistic = logistic_table();
  for (int i = 0; i < n; ++i) {
    auto gate = [&](int g) {
      const int at = g * padded_rows + i;
      return static_cast<float>(sums[at]) * scales[at];
    };
    const float input = tanh_of(tanh, gate(0)), open = logistic_of(logistic, gate(1));
    const float keep = logistic_of(logistic, gate(2)), show = logistic_of(logistic, gate(3));
    float s = state[i] * keep;
    s += input * open;
    state[i] = std::clamp(s, -kStateLimit, kStateLimit);
    output[i] = quantized(tanh_of(tanh, state[i]) * show);
  }
}

void tanh_row(const std::int32_t* sums, const float* scales, int n, std::int8_t* out) {
  const float* table = tanh_table();
  for (int i = 0; i < n; ++i) out[i] = quantized(tanh_of(table, static_cast<float>(sums[i]) * scales[i]));
}

}  // namespace

Kernels scalar_kernels() {
  Kernels k;
  k.name = "scalar";
  k.multiply = multiply;
  k.cell = cell;
  k.tanh = tanh_row;
  return k;
}

}  // namespace attest::lstm
