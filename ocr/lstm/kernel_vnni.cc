// AVX-512 VNNI: sixteen rows a block, vpdpbusd adds four products a lane. It multiplies unsigned by signed
// bytes, so weights are stored as weight + 128 and 128 · Σx is subtracted; the signed inputs are then the
// operand that the instruction broadcasts from memory.
#include <immintrin.h>

#include <cstring>

#include "ocr/lstm/functions.h"
#include "ocr/lstm/kernels.h"

namespace attest::lstm {
namespace {

constexpr int kLanes = 16;

std::int32_t sum_of(const std::int8_t* x, int n) {
  __m512i total = _mm512_setzero_si512();
  const __m512i ones = _mm512_set1_epi8(1);
  for (int i = 0; i < n; i += 64) {
    const __mmask64 inside = n - i >= 64 ? ~__mmask64{0} : (__mmask64{1} << (n - i)) - 1;
    total = _mm512_dpbusd_epi32(total, ones, _mm512_maskz_loadu_epi8(inside, x + i));
  }
  return _mm512_reduce_add_epi32(total);
}

template <int kVectors>
void multiply_some(const PackedMatrix& m, const std::int8_t* x, int stride, std::int32_t* out) {
  const int groups = m.padded_columns / 4;
  __m512i offset[kVectors];
  for (int v = 0; v < kVectors; ++v) {
    offset[v] = _mm512_set1_epi32(128 * sum_of(x + static_cast<std::size_t>(v) * stride, m.padded_columns));
  }
  for (int block = 0; block < m.padded_rows / kLanes; ++block) {
    const std::int8_t* w = m.weights.data() + static_cast<std::size_t>(block) * m.padded_columns * kLanes;
    const __m512i bias = _mm512_loadu_si512(m.bias.data() + block * kLanes);
    __m512i sums[kVectors];
    for (int v = 0; v < kVectors; ++v) sums[v] = _mm512_sub_epi32(bias, offset[v]);
    for (int g = 0; g < groups; ++g) {
      const __m512i weights = _mm512_loadu_si512(w + static_cast<std::size_t>(g) * 64);
      for (int v = 0; v < kVectors; ++v) {
        std::int32_t four;
        std::memcpy(&four, x + static_cast<std::size_t>(v) * stride + g * 4, 4);
        sums[v] = _mm512_dpbusd_epi32(sums[v], weights, _mm512_set1_epi32(four));
      }
    }
    for (int v = 0; v < kVectors; ++v) {
      _mm512_storeu_si512(out + static_cast<std::size_t>(v) * m.padded_rows + block * kLanes, sums[v]);
    }
  }
}

void multiply(const PackedMatrix& m, const std::int8_t* x, int stride, int vectors, std::int32_t* out) {
  auto step = [&](auto run, int n) {
    run(m, x, stride, out);
    x += static_cast<std::size_t>(n) * stride;
    out += static_cast<std::size_t>(n) * m.padded_rows;
    vectors -= n;
  };
  while (vectors >= 16) step(multiply_some<16>, 16);
  if (vectors >= 8) step(multiply_some<8>, 8);
  if (vectors >= 4) step(multiply_some<4>, 4);
  while (vectors > 0) step(multiply_some<1>, 1);
}

__m512 interpolated16(const float* table, __m512 magnitude) {
  const __m512 x = _mm512_mul_ps(magnitude, _mm512_set1_ps(kTableScale));
  const __mmask16 inside =
      _mm512_cmp_ps_mask(x, _mm512_set1_ps(static_cast<float>(kTableSize - 1)), _CMP_LT_OQ);
  const __m512i index = _mm512_maskz_cvttps_epi32(inside, x);
  const __m512 low = _mm512_i32gather_ps(index, table, 4);
  const __m512 high = _mm512_i32gather_ps(index, table + 1, 4);
  const __m512 part = _mm512_sub_ps(x, _mm512_cvtepi32_ps(index));
  const __m512 value = _mm512_add_ps(low, _mm512_mul_ps(_mm512_sub_ps(high, low), part));
  return _mm512_mask_blend_ps(inside, _mm512_set1_ps(1.0F), value);
}

__m512 tanh16(const float* table, __m512 x) {
  const __m512 sign = _mm512_and_ps(x, _mm512_set1_ps(-0.0F));
  return _mm512_xor_ps(interpolated16(table, _mm512_xor_ps(x, sign)), sign);
}

__m512 logistic16(const float* table, __m512 x) {
  const __m512 value = interpolated16(table, _mm512_abs_ps(x));
  const __mmask16 negative = _mm512_cmp_ps_mask(x, _mm512_setzero_ps(), _CMP_LT_OQ);
  return _mm512_mask_sub_ps(value, negative, _mm512_set1_ps(1.0F), value);
}

void store_quantized(__m512 value, std::int8_t* out) {
  const __m512 x = _mm512_mul_ps(value, _mm512_set1_ps(127.0F));
  const __m512i magnitude = _mm512_cvttps_epi32(_mm512_add_ps(_mm512_abs_ps(x), _mm512_set1_ps(0.5F)));
  const __m512i clipped = _mm512_min_epi32(magnitude, _mm512_set1_epi32(127));
  const __mmask16 negative = _mm512_cmp_ps_mask(x, _mm512_setzero_ps(), _CMP_LT_OQ);
  const __m512i result = _mm512_mask_sub_epi32(clipped, negative, _mm512_setzero_si512(), clipped);
  _mm_storeu_si128(reinterpret_cast<__m128i*>(out), _mm512_cvtepi32_epi8(result));
}

__m512 scaled(const std::int32_t* sums, const float* scales) {
  return _mm512_mul_ps(_mm512_cvtepi32_ps(_mm512_loadu_si512(sums)), _mm512_loadu_ps(scales));
}

void cell(const std::int32_t* sums, const float* scales, int padded_rows, int n, float* state,
          std::int8_t* output) {
  const float* tanh = tanh_table();
  const float* logistic = logistic_table();
  int i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    auto gate = [&](int g) { return scaled(sums + g * padded_rows + i, scales + g * padded_rows + i); };
    const __m512 input = tanh16(tanh, gate(0)), open = logistic16(logistic, gate(1));
    const __m512 keep = logistic16(logistic, gate(2)), show = logistic16(logistic, gate(3));
    __m512 s = _mm512_mul_ps(_mm512_loadu_ps(state + i), keep);
    s = _mm512_add_ps(s, _mm512_mul_ps(input, open));
    s = _mm512_min_ps(_mm512_max_ps(s, _mm512_set1_ps(-kStateLimit)), _mm512_set1_ps(kStateLimit));
    _mm512_storeu_ps(state + i, s);
    store_quantized(_mm512_mul_ps(tanh16(tanh, s), show), output + i);
  }
  if (i < n) {
    static const Kernels reference = scalar_kernels();
    reference.cell(sums + i, scales + i, padded_rows, n - i, state + i, output + i);
  }
}

void tanh_row(const std::int32_t* sums, const float* scales, int n, std::int8_t* out) {
  const float* table = tanh_table();
  int i = 0;
  for (; i + kLanes <= n; i += kLanes) store_quantized(tanh16(table, scaled(sums + i, scales + i)), out + i);
  for (; i < n; ++i) out[i] = quantized(tanh_of(table, static_cast<float>(sums[i]) * scales[i]));
}

}  // namespace

Kernels vnni_kernels() {
  Kernels k;
  k.name = "avx512vnni";
  k.lanes = kLanes;
  k.unsigned_weights = true;
  k.multiply = multiply;
  k.cell = cell;
  k.tanh = tanh_row;
  return k;
}

}  // namespace attest::lstm
