// What the vector kernels share: the cell, the hyperbolic tangent and the maxima, over a small wrapper `V` of
// one instruction set. The operations and their order are those of functions.h, lane by lane. A wrapper has
//
//   kLanes, Floats, Ints           lanes of 32 bits
//   load, store                    of Floats or Ints, unaligned
//   set(float), add, sub, mul, min, max, to_float
//   sign(x), magnitude(x)          the sign bit alone, and x without it
//   with_sign(x, sign)             flips x where sign is set
//   one_minus_where_negative(v, x) 1 - v where x < 0, else v
//   at(table, x)                   table[int(x)] and its successor, interpolated; 1 beyond the table
//   store_bytes(magnitudes, x, to) min(magnitude, 127) with the signs of x, as int8
#ifndef ATTEST_OCR_LSTM_VECTOR_FUNCTIONS_H_
#define ATTEST_OCR_LSTM_VECTOR_FUNCTIONS_H_

#include "ocr/lstm/functions.h"
#include "ocr/lstm/kernels.h"

namespace attest::lstm {

template <typename V>
struct VectorFunctions {
  using Floats = typename V::Floats;

  static Floats interpolated(const float* table, Floats magnitude) {
    return V::at(table, V::mul(magnitude, V::set(kTableScale)));
  }

  static Floats tanh_of(const float* table, Floats x) {
    return V::with_sign(interpolated(table, V::magnitude(x)), V::sign(x));
  }

  static Floats logistic_of(const float* table, Floats x) {
    return V::one_minus_where_negative(interpolated(table, V::magnitude(x)), x);
  }

  static void store_quantized(Floats value, std::int8_t* out) {
    const Floats x = V::mul(value, V::set(127.0F));
    V::store_bytes(V::add(V::magnitude(x), V::set(0.5F)), x, out);
  }

  static Floats scaled(const std::int32_t* sums, const float* scales) {
    return V::mul(V::to_float(V::load(sums)), V::load(scales));
  }

  // As many units as a register holds.
  static void cell_units(const float* tanh, const float* logistic, const std::int32_t* sums,
                         const float* scales, int padded_rows, float* state, std::int8_t* output) {
    auto gate = [&](int g) { return scaled(sums + g * padded_rows, scales + g * padded_rows); };
    const Floats input = tanh_of(tanh, gate(0)), open = logistic_of(logistic, gate(1));
    const Floats keep = logistic_of(logistic, gate(2)), show = logistic_of(logistic, gate(3));
    Floats s = V::add(V::mul(V::load(state), keep), V::mul(input, open));
    s = V::min(V::max(s, V::set(-kStateLimit)), V::set(kStateLimit));
    V::store(s, state);
    store_quantized(V::mul(tanh_of(tanh, s), show), output);
  }

  static void cell(const std::int32_t* sums, const float* scales, int padded_rows, int n, float* state,
                   std::int8_t* output) {
    const float* tanh = tanh_table();
    const float* logistic = logistic_table();
    int i = 0;
    for (; i + V::kLanes <= n; i += V::kLanes)
      cell_units(tanh, logistic, sums + i, scales + i, padded_rows, state + i, output + i);
    if (i < n) {
      static const Kernels reference = scalar_kernels();
      reference.cell(sums + i, scales + i, padded_rows, n - i, state + i, output + i);
    }
  }

  static void tanh_row(const std::int32_t* sums, const float* scales, int n, std::int8_t* out) {
    const float* table = tanh_table();
    int i = 0;
    for (; i + V::kLanes <= n; i += V::kLanes)
      store_quantized(tanh_of(table, scaled(sums + i, scales + i)), out + i);
    if (i < n) {
      static const Kernels reference = scalar_kernels();
      reference.tanh(sums + i, scales + i, n - i, out + i);
    }
  }

  static void maxima(const std::int32_t* vectors, int count, int n, std::int32_t* into) {
    for (int i = 0; i < n; i += V::kLanes) {
      auto best = V::load(into + i);
      for (int v = 0; v < count; ++v)
        best = V::max(best, V::load(vectors + static_cast<std::size_t>(v) * n + i));
      V::store(best, into + i);
    }
  }

  static void add_to(Kernels& kernels) {
    kernels.lanes = V::kLanes;
    kernels.cell = cell;
    kernels.tanh = tanh_row;
    kernels.maxima = maxima;
  }
};

}  // namespace attest::lstm

#endif  // ATTEST_OCR_LSTM_VECTOR_FUNCTIONS_H_
