// AVX2: eight rows a block. A group of four inputs is broadcast to all lanes; |x| times sign(w, x) by maddubs
// cannot saturate, because 2 · 127 · 127 < 32768, and madd with ones adds the two pairs of a row.
#include <immintrin.h>

#include <cstring>

#include "ocr/lstm/kernels.h"
#include "ocr/lstm/vector_functions.h"

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

struct Avx2 {
  static constexpr int kLanes = lstm::kLanes;
  using Floats = __m256;
  using Ints = __m256i;

  static Floats load(const float* p) { return _mm256_loadu_ps(p); }
  static Ints load(const std::int32_t* p) { return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)); }
  static void store(Floats v, float* p) { _mm256_storeu_ps(p, v); }
  static void store(Ints v, std::int32_t* p) { _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), v); }
  static Floats set(float v) { return _mm256_set1_ps(v); }
  static Floats add(Floats a, Floats b) { return _mm256_add_ps(a, b); }
  static Floats mul(Floats a, Floats b) { return _mm256_mul_ps(a, b); }
  static Floats min(Floats a, Floats b) { return _mm256_min_ps(a, b); }
  static Floats max(Floats a, Floats b) { return _mm256_max_ps(a, b); }
  static Ints max(Ints a, Ints b) { return _mm256_max_epi32(a, b); }
  static Floats to_float(Ints v) { return _mm256_cvtepi32_ps(v); }
  static Floats sign(Floats x) { return _mm256_and_ps(x, set(-0.0F)); }
  static Floats magnitude(Floats x) { return _mm256_andnot_ps(set(-0.0F), x); }
  static Floats with_sign(Floats x, Floats sign) { return _mm256_xor_ps(x, sign); }

  static Floats one_minus_where_negative(Floats value, Floats x) {
    const Floats negative = _mm256_cmp_ps(x, _mm256_setzero_ps(), _CMP_LT_OQ);
    return _mm256_blendv_ps(value, _mm256_sub_ps(set(1.0F), value), negative);
  }

  // An entry and the next come as one element of 64 bits: half as many elements to fetch. Shuffles work in
  // halves of 128 bits: 0 1 4 5 | 2 3 6 7, set right by the permutation of 64-bit elements.
  static Floats at(const float* table, Floats x) {
    const Floats inside = _mm256_cmp_ps(x, set(static_cast<float>(kTableSize - 1)), _CMP_LT_OQ);
    const Ints index = _mm256_cvttps_epi32(_mm256_and_ps(x, inside));
    const auto* pairs = reinterpret_cast<const double*>(table);
    const Floats first = _mm256_castpd_ps(_mm256_i32gather_pd(pairs, _mm256_castsi256_si128(index), 4));
    const Floats second = _mm256_castpd_ps(_mm256_i32gather_pd(pairs, _mm256_extracti128_si256(index, 1), 4));
    const auto in_order = [](Floats v) {
      return _mm256_castpd_ps(_mm256_permute4x64_pd(_mm256_castps_pd(v), _MM_SHUFFLE(3, 1, 2, 0)));
    };
    const Floats low = in_order(_mm256_shuffle_ps(first, second, _MM_SHUFFLE(2, 0, 2, 0)));
    const Floats high = in_order(_mm256_shuffle_ps(first, second, _MM_SHUFFLE(3, 1, 3, 1)));
    const Floats part = _mm256_sub_ps(x, to_float(index));
    return _mm256_blendv_ps(set(1.0F), add(low, mul(_mm256_sub_ps(high, low), part)), inside);
  }

  static void store_bytes(Floats magnitudes, Floats x, std::int8_t* out) {
    const Ints clipped = _mm256_min_epi32(_mm256_cvttps_epi32(magnitudes), _mm256_set1_epi32(127));
    const Ints signs = _mm256_srai_epi32(_mm256_castps_si256(x), 31);
    const Ints result = _mm256_sub_epi32(_mm256_xor_si256(clipped, signs), signs);
    const __m128i words =
        _mm_packs_epi32(_mm256_castsi256_si128(result), _mm256_extracti128_si256(result, 1));
    _mm_storel_epi64(reinterpret_cast<__m128i*>(out), _mm_packs_epi16(words, words));
  }
};

}  // namespace

Kernels avx2_kernels() {
  Kernels k;
  k.name = "avx2";
  k.multiply = multiply;
  k.step = step_by_parts<multiply, VectorFunctions<Avx2>::cell>;
  VectorFunctions<Avx2>::add_to(k);
  return k;
}

}  // namespace attest::lstm
