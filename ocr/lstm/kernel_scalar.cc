// The reference: plain C++, one row a block, so that packed weights are row-major. Also the path for
// processors without AVX2 (ARM among them); compilers vectorise its inner loop.
#include "ocr/lstm/functions.h"
#include "ocr/lstm/kernels.h"

namespace attest::lstm {
namespace {

constexpr int kVectors = 16;  // a widened row of weights serves so many vectors
constexpr int kChunk = 512;  // columns widened at a time; sums of products of 16 bits are what compilers know

// Adds the chunk of `count` columns of `n` vectors to out.
void add_chunk(const PackedMatrix& m, int begin, int count, const std::int16_t (*x)[kChunk], int n,
               std::int32_t* out) {
  std::int16_t w[kChunk];
  for (int r = 0; r < m.padded_rows; ++r) {
    const std::int8_t* from = m.weights.data() + static_cast<std::size_t>(r) * m.padded_columns + begin;
    for (int c = 0; c < count; ++c) w[c] = from[c];
    int v = 0;
    for (; v + 4 <= n; v += 4) {  // one pass over the row for four vectors
      std::int32_t a = 0, b = 0, d = 0, e = 0;
      for (int c = 0; c < count; ++c) {
        a += w[c] * x[v][c];
        b += w[c] * x[v + 1][c];
        d += w[c] * x[v + 2][c];
        e += w[c] * x[v + 3][c];
      }
      std::int32_t* to = out + static_cast<std::size_t>(v) * m.padded_rows + r;
      for (const std::int32_t sum : {a, b, d, e}) {
        *to += sum;
        to += m.padded_rows;
      }
    }
    for (; v < n; ++v) {
      std::int32_t sum = 0;
      for (int c = 0; c < count; ++c) sum += w[c] * x[v][c];
      out[static_cast<std::size_t>(v) * m.padded_rows + r] += sum;
    }
  }
}

void multiply(const PackedMatrix& m, const std::int8_t* x, int stride, int vectors, std::int32_t* out) {
  std::int16_t wide[kVectors][kChunk];
  for (int first = 0; first < vectors; first += kVectors) {
    const int n = std::min(kVectors, vectors - first);
    std::int32_t* sums = out + static_cast<std::size_t>(first) * m.padded_rows;
    for (int v = 0; v < n; ++v)
      std::copy_n(m.bias.data(), m.padded_rows, sums + static_cast<std::size_t>(v) * m.padded_rows);
    for (int begin = 0; begin < m.padded_columns; begin += kChunk) {
      const int count = std::min(kChunk, m.padded_columns - begin);
      for (int v = 0; v < n; ++v) {
        const std::int8_t* in = x + static_cast<std::size_t>(first + v) * stride + begin;
        for (int c = 0; c < count; ++c) wide[v][c] = in[c];
      }
      add_chunk(m, begin, count, wide, n, sums);
    }
  }
}

void maxima(const std::int32_t* vectors, int count, int n, std::int32_t* into) {
  for (int v = 0; v < count; ++v, vectors += n) {
    for (int i = 0; i < n; ++i) into[i] = std::max(into[i], vectors[i]);
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
  k.step = step_by_parts<multiply, cell>;
  k.cell = cell;
  k.tanh = tanh_row;
  k.maxima = maxima;
  return k;
}

}  // namespace attest::lstm
