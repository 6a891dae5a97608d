// AVX2: eight rows a block. A group of four inputs is broadcast to all lanes; |x| times sign(w, x) by maddubs
// cannot saturate, because 2 · 127 · 127 < 32768, and madd with ones adds the two pairs of a row.
#include <immintrin.h>

#include <cstring>

#include "ocr/lstm/functions.h"
#include "ocr/lstm/kernels.h"

namespace attest::lstm {
namespace {

constexpr int kLanes = 8;

// Two blocks of rows at a time: the absolute values of an input serve both.
template <int kBlocks, int kVectors>
void multiply_blocks(const PackedMatrix& m, int block, const std::int8_t* x, int stride, std::int32_t* out) {
  const __m256i ones = _mm256_set1_epi16(1);
  const int groups = m.padded_columns / kGroup;
  const std::size_t block_bytes = static_cast<std::size_t>(m.padded_columns) * kLanes;
  const std::int8_t* w = m.weights.data() + static_cast<std::size_t>(block) * block_bytes;
  __m256i sums[kBlocks][kVectors];
  for (int b = 0; b < kBlocks; ++b) {
    for (int v = 0; v < kVectors; ++v) {
      sums[b][v] = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(m.bias.data() + (block + b) * kLanes));
    }
  }
  for (int g = 0; g < groups; ++g) {
    __m256i weights[kBlocks];
    for (int b = 0; b < kBlocks; ++b) {
      weights[b] = _mm256_loadu_si256(
          reinterpret_cast<const __m256i*>(w + b * block_bytes + static_cast<std::size_t>(g) * 32));
    }
    for (int v = 0; v < kVectors; ++v) {
      std::int32_t four;
      std::memcpy(&four, x + static_cast<std::size_t>(v) * stride + g * kGroup, 4);
      const __m256i in = _mm256_set1_epi32(four), magnitude = _mm256_abs_epi8(in);
      for (int b = 0; b < kBlocks; ++b) {
        const __m256i pairs = _mm256_maddubs_epi16(magnitude, _mm256_sign_epi8(weights[b], in));
        sums[b][v] = _mm256_add_epi32(sums[b][v], _mm256_madd_epi16(pairs, ones));
      }
    }
  }
  for (int b = 0; b < kBlocks; ++b) {
    for (int v = 0; v < kVectors; ++v) {
      std::int32_t* to = out + static_cast<std::size_t>(v) * m.padded_rows + (block + b) * kLanes;
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), sums[b][v]);
    }
  }
}

template <int kBlocks, int kVectors>
void multiply_some(const PackedMatrix& m, const std::int8_t* x, int stride, std::int32_t* out) {
  const int blocks = m.padded_rows / kLanes;
  int block = 0;
  for (; block + kBlocks <= blocks; block += kBlocks)
    multiply_blocks<kBlocks, kVectors>(m, block, x, stride, out);
  for (; block < blocks; ++block) multiply_blocks<1, kVectors>(m, block, x, stride, out);
}

void multiply(const PackedMatrix& m, const std::int8_t* x, int stride, int vectors, std::int32_t* out) {
  for (; vectors >= 4; vectors -= 4) {
    multiply_some<2, 4>(m, x, stride, out);
    x += 4 * static_cast<std::size_t>(stride);
    out += 4 * static_cast<std::size_t>(m.padded_rows);
  }
  for (; vectors > 0; --vectors, x += stride, out += m.padded_rows) multiply_some<4, 1>(m, x, stride, out);
}

__m256 interpolated8(const float* table, __m256 magnitude) {
  const __m256 x = _mm256_mul_ps(magnitude, _mm256_set1_ps(kTableScale));
  const __m256 inside = _mm256_cmp_ps(x, _mm256_set1_ps(static_cast<float>(kTableSize - 1)), _CMP_LT_OQ);
  const __m256i index = _mm256_cvttps_epi32(_mm256_and_ps(x, inside));
  // An entry and the next come as one element of 64 bits: half as many elements to fetch.
  const auto* pairs = reinterpret_cast<const double*>(table);
  const __m256 first = _mm256_castpd_ps(_mm256_i32gather_pd(pairs, _mm256_castsi256_si128(index), 4));
  const __m256 second = _mm256_castpd_ps(_mm256_i32gather_pd(pairs, _mm256_extracti128_si256(index, 1), 4));
  // Shuffles work in halves of 128 bits: 0 1 4 5 | 2 3 6 7, set right by the permutation of 64-bit elements.
  const auto in_order = [](__m256 v) {
    return _mm256_castpd_ps(_mm256_permute4x64_pd(_mm256_castps_pd(v), _MM_SHUFFLE(3, 1, 2, 0)));
  };
  const __m256 low = in_order(_mm256_shuffle_ps(first, second, _MM_SHUFFLE(2, 0, 2, 0)));
  const __m256 high = in_order(_mm256_shuffle_ps(first, second, _MM_SHUFFLE(3, 1, 3, 1)));
  const __m256 part = _mm256_sub_ps(x, _mm256_cvtepi32_ps(index));
  const __m256 value = _mm256_add_ps(low, _mm256_mul_ps(_mm256_sub_ps(high, low), part));
  return _mm256_blendv_ps(_mm256_set1_ps(1.0F), value, inside);
}

__m256 tanh8(const float* table, __m256 x) {
  const __m256 sign = _mm256_and_ps(x, _mm256_set1_ps(-0.0F));
  return _mm256_xor_ps(interpolated8(table, _mm256_xor_ps(x, sign)), sign);
}

__m256 logistic8(const float* table, __m256 x) {
  const __m256 value = interpolated8(table, _mm256_andnot_ps(_mm256_set1_ps(-0.0F), x));
  const __m256 negative = _mm256_cmp_ps(x, _mm256_setzero_ps(), _CMP_LT_OQ);
  return _mm256_blendv_ps(value, _mm256_sub_ps(_mm256_set1_ps(1.0F), value), negative);
}

void store_quantized(__m256 value, std::int8_t* out) {
  const __m256 x = _mm256_mul_ps(value, _mm256_set1_ps(127.0F));
  const __m256 sign = _mm256_and_ps(x, _mm256_set1_ps(-0.0F));
  const __m256i magnitude = _mm256_cvttps_epi32(_mm256_add_ps(_mm256_xor_ps(x, sign), _mm256_set1_ps(0.5F)));
  const __m256i clipped = _mm256_min_epi32(magnitude, _mm256_set1_epi32(127));
  const __m256i signs = _mm256_srai_epi32(_mm256_castps_si256(sign), 31);
  const __m256i result = _mm256_sub_epi32(_mm256_xor_si256(clipped, signs), signs);
  const __m128i words = _mm_packs_epi32(_mm256_castsi256_si128(result), _mm256_extracti128_si256(result, 1));
  _mm_storel_epi64(reinterpret_cast<__m128i*>(out), _mm_packs_epi16(words, words));
}

__m256 scaled(const std::int32_t* sums, const float* scales) {
  return _mm256_mul_ps(_mm256_cvtepi32_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(sums))),
                       _mm256_loadu_ps(scales));
}

void cell(const std::int32_t* sums, const float* scales, int padded_rows, int n, float* state,
          std::int8_t* output) {
  const float* tanh = tanh_table();
  const float* logistic = logistic_table();
  int i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    auto gate = [&](int g) { return scaled(sums + g * padded_rows + i, scales + g * padded_rows + i); };
    const __m256 input = tanh8(tanh, gate(0)), open = logistic8(logistic, gate(1));
    const __m256 keep = logistic8(logistic, gate(2)), show = logistic8(logistic, gate(3));
    __m256 s = _mm256_mul_ps(_mm256_loadu_ps(state + i), keep);
    s = _mm256_add_ps(s, _mm256_mul_ps(input, open));
    s = _mm256_min_ps(_mm256_max_ps(s, _mm256_set1_ps(-kStateLimit)), _mm256_set1_ps(kStateLimit));
    _mm256_storeu_ps(state + i, s);
    store_quantized(_mm256_mul_ps(tanh8(tanh, s), show), output + i);
  }
  if (i < n) {
    static const Kernels reference = scalar_kernels();
    reference.cell(sums + i, scales + i, padded_rows, n - i, state + i, output + i);
  }
}

void tanh_row(const std::int32_t* sums, const float* scales, int n, std::int8_t* out) {
  const float* table = tanh_table();
  int i = 0;
  for (; i + kLanes <= n; i += kLanes) store_quantized(tanh8(table, scaled(sums + i, scales + i)), out + i);
  for (; i < n; ++i) out[i] = quantized(tanh_of(table, static_cast<float>(sums[i]) * scales[i]));
}

void maxima(const std::int32_t* vectors, int count, int n, std::int32_t* into) {
  for (int i = 0; i < n; i += kLanes) {
    auto* to = reinterpret_cast<__m256i*>(into + i);
    __m256i best = _mm256_loadu_si256(to);
    for (int v = 0; v < count; ++v) {
      const auto* from = reinterpret_cast<const __m256i*>(vectors + static_cast<std::size_t>(v) * n + i);
      best = _mm256_max_epi32(best, _mm256_loadu_si256(from));
    }
    _mm256_storeu_si256(to, best);
  }
}

}  // namespace

Kernels avx2_kernels() {
  Kernels k;
  k.name = "avx2";
  k.lanes = kLanes;
  k.multiply = multiply;
  k.cell = cell;
  k.tanh = tanh_row;
  k.maxima = maxima;
  return k;
}

}  // namespace attest::lstm
