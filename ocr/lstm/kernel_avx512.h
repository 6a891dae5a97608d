// AVX-512 as ocr/lstm/vector_functions.h takes an instruction set; for the kernel files that are compiled for
// it.
#ifndef ATTEST_OCR_LSTM_KERNEL_AVX512_H_
#define ATTEST_OCR_LSTM_KERNEL_AVX512_H_

#include <immintrin.h>

#include <cstdint>

#include "ocr/lstm/kernels.h"

namespace attest::lstm {

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpsabi"  // where it is compiled without the instruction set, nobody calls it

struct Avx512 {
  static constexpr int kLanes = 16;
  using Floats = __m512;
  using Ints = __m512i;

  static Floats load(const float* p) { return _mm512_loadu_ps(p); }
  static Ints load(const std::int32_t* p) { return _mm512_loadu_si512(p); }
  static void store(Floats v, float* p) { _mm512_storeu_ps(p, v); }
  static void store(Ints v, std::int32_t* p) { _mm512_storeu_si512(p, v); }
  static Floats set(float v) { return _mm512_set1_ps(v); }
  static Floats add(Floats a, Floats b) { return _mm512_add_ps(a, b); }
  static Floats mul(Floats a, Floats b) { return _mm512_mul_ps(a, b); }
  static Floats min(Floats a, Floats b) { return _mm512_min_ps(a, b); }
  static Floats max(Floats a, Floats b) { return _mm512_max_ps(a, b); }
  static Ints max(Ints a, Ints b) { return _mm512_max_epi32(a, b); }
  static Floats to_float(Ints v) { return _mm512_cvtepi32_ps(v); }
  static Floats sign(Floats x) { return _mm512_and_ps(x, set(-0.0F)); }
  static Floats magnitude(Floats x) { return _mm512_abs_ps(x); }
  static Floats with_sign(Floats x, Floats sign) { return _mm512_xor_ps(x, sign); }

  static Floats one_minus_where_negative(Floats value, Floats x) {
    const __mmask16 negative = _mm512_cmp_ps_mask(x, _mm512_setzero_ps(), _CMP_LT_OQ);
    return _mm512_mask_sub_ps(value, negative, set(1.0F), value);
  }

  // An entry and the next come as one element of 64 bits: half as many elements to fetch.
  static Floats at(const float* table, Floats x) {
    const __mmask16 inside = _mm512_cmp_ps_mask(x, set(static_cast<float>(kTableSize - 1)), _CMP_LT_OQ);
    const Ints index = _mm512_maskz_cvttps_epi32(inside, x);
    const Floats first = _mm512_castpd_ps(_mm512_i32gather_pd(_mm512_castsi512_si256(index), table, 4));
    const Floats second =
        _mm512_castpd_ps(_mm512_i32gather_pd(_mm512_extracti64x4_epi64(index, 1), table, 4));
    const Ints even = _mm512_set_epi32(30, 28, 26, 24, 22, 20, 18, 16, 14, 12, 10, 8, 6, 4, 2, 0);
    const Floats low = _mm512_permutex2var_ps(first, even, second);
    const Floats high = _mm512_permutex2var_ps(first, _mm512_or_si512(even, _mm512_set1_epi32(1)), second);
    const Floats part = _mm512_sub_ps(x, to_float(index));
    return _mm512_mask_blend_ps(inside, set(1.0F), add(low, mul(_mm512_sub_ps(high, low), part)));
  }

  static void store_bytes(Floats magnitudes, Floats x, std::int8_t* out) {
    const Ints clipped = _mm512_min_epi32(_mm512_cvttps_epi32(magnitudes), _mm512_set1_epi32(127));
    const __mmask16 negative = _mm512_cmp_ps_mask(x, _mm512_setzero_ps(), _CMP_LT_OQ);
    const Ints result = _mm512_mask_sub_epi32(clipped, negative, _mm512_setzero_si512(), clipped);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out), _mm512_cvtepi32_epi8(result));
  }
};

#pragma GCC diagnostic pop

}  // namespace attest::lstm

#endif  // ATTEST_OCR_LSTM_KERNEL_AVX512_H_
