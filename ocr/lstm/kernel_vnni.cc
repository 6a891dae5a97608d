// AVX-512 VNNI: sixteen rows a block, vpdpbusd adds four products a lane. It multiplies unsigned by signed
// bytes, so weights are stored as weight + 128 and 128 · Σx is subtracted; the signed inputs are then the
// operand that the instruction broadcasts from memory.
#include <immintrin.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "ocr/lstm/kernel_avx512.h"
#include "ocr/lstm/kernels.h"
#include "ocr/lstm/vector_functions.h"

namespace attest::lstm {
namespace {

using Functions = VectorFunctions<Avx512>;

constexpr int kLanes = Avx512::kLanes;

constexpr int kShort = 64;  // columns up to which sums are taken beside the product, without a reduction

std::int32_t sum_of(const std::int8_t* x, int n) {
  __m512i total = _mm512_setzero_si512();
  const __m512i ones = _mm512_set1_epi8(1);
  for (int i = 0; i < n; i += 64) {
    const __mmask64 inside = n - i >= 64 ? ~__mmask64{0} : (__mmask64{1} << (n - i)) - 1;
    total = _mm512_dpbusd_epi32(total, ones, _mm512_maskz_loadu_epi8(inside, x + i));
  }
  return _mm512_reduce_add_epi32(total);
}

__m512i four_of(const std::int8_t* x) {
  std::int32_t four;
  std::memcpy(&four, x, 4);
  return _mm512_set1_epi32(four);
}

// 128 · Σx of each vector.
template <int kVectors>
void offsets_of(const std::int8_t* x, int stride, int columns, __m512i* offset) {
  if (columns > kShort) {
    for (int v = 0; v < kVectors; ++v)
      offset[v] = _mm512_set1_epi32(128 * sum_of(x + static_cast<std::size_t>(v) * stride, columns));
    return;
  }
  const __m512i all = _mm512_set1_epi8(static_cast<char>(128));
  for (int v = 0; v < kVectors; ++v) {
    offset[v] = _mm512_setzero_si512();
    for (int c = 0; c < columns; c += kGroup)
      offset[v] = _mm512_dpbusd_epi32(offset[v], all, four_of(x + static_cast<std::size_t>(v) * stride + c));
  }
}

// kBlocks blocks of rows from `block` on: an input that is broadcast once serves all of them.
template <int kBlocks, int kVectors>
void multiply_blocks(const PackedMatrix& m, int block, const __m512i* offset, const std::int8_t* x,
                     int stride, std::int32_t* out) {
  const int groups = m.padded_columns / kGroup;
  const std::size_t block_bytes = static_cast<std::size_t>(m.padded_columns) * kLanes;
  const std::int8_t* w = m.weights.data() + static_cast<std::size_t>(block) * block_bytes;
  __m512i sums[kBlocks][kVectors];
  for (int b = 0; b < kBlocks; ++b) {
    const __m512i bias = _mm512_loadu_si512(m.bias.data() + (block + b) * kLanes);
    for (int v = 0; v < kVectors; ++v) sums[b][v] = _mm512_sub_epi32(bias, offset[v]);
  }
  for (int g = 0; g < groups; ++g) {
    __m512i weights[kBlocks];
    for (int b = 0; b < kBlocks; ++b)
      weights[b] = _mm512_loadu_si512(w + b * block_bytes + static_cast<std::size_t>(g) * 64);
    for (int v = 0; v < kVectors; ++v) {
      const __m512i in = four_of(x + static_cast<std::size_t>(v) * stride + g * kGroup);
      for (int b = 0; b < kBlocks; ++b) sums[b][v] = _mm512_dpbusd_epi32(sums[b][v], weights[b], in);
    }
  }
  for (int b = 0; b < kBlocks; ++b) {
    for (int v = 0; v < kVectors; ++v) {
      _mm512_storeu_si512(out + static_cast<std::size_t>(v) * m.padded_rows + (block + b) * kLanes,
                          sums[b][v]);
    }
  }
}

// kBlocks · kVectors sums and kBlocks weights stay in the 32 registers.
template <int kBlocks, int kVectors>
void multiply_some(const PackedMatrix& m, const std::int8_t* x, int stride, std::int32_t* out) {
  __m512i offset[kVectors];
  offsets_of<kVectors>(x, stride, m.padded_columns, offset);
  const int blocks = m.padded_rows / kLanes;
  int block = 0;
  for (; block + kBlocks <= blocks; block += kBlocks)
    multiply_blocks<kBlocks, kVectors>(m, block, offset, x, stride, out);
  for (; block < blocks; ++block) multiply_blocks<1, kVectors>(m, block, offset, x, stride, out);
}

void multiply(const PackedMatrix& m, const std::int8_t* x, int stride, int vectors, std::int32_t* out) {
  auto step = [&](auto run, int n) {
    run(m, x, stride, out);
    x += static_cast<std::size_t>(n) * stride;
    out += static_cast<std::size_t>(n) * m.padded_rows;
    vectors -= n;
  };
  while (vectors >= 8) step(multiply_some<2, 8>, 8);
  if (vectors >= 4) step(multiply_some<4, 4>, 4);
  if (vectors >= 2) step(multiply_some<8, 2>, 2);
  if (vectors > 0) step(multiply_some<8, 1>, 1);
}

constexpr int kWindow = 3, kPool = 3;

// The largest sum of the places of one pooling window. Their windows share columns: each four bytes of one
// are broadcast once.
__m512i largest_sum(const __m512i* weights, const std::uint8_t* image, int apart) {
  __m512i columns[kPool + kWindow - 1][kPool];
  for (int x = 0; x < kPool + kWindow - 1; ++x) {
    for (int y = 0; y < kPool; ++y)
      columns[x][y] = four_of(reinterpret_cast<const std::int8_t*>(image) + x * apart + y);
  }
  __m512i best = _mm512_set1_epi32(INT32_MIN);
  for (int x = 0; x < kPool; ++x) {
    for (int y = 0; y < kPool; ++y) {
      __m512i sum = _mm512_dpbusd_epi32(_mm512_setzero_si512(), columns[x][y], weights[0]);
      for (int k = 1; k < kWindow; ++k) sum = _mm512_dpbusd_epi32(sum, columns[x + k][y], weights[k]);
      best = _mm512_max_epi32(best, sum);
    }
  }
  return best;
}

// Here the image is the unsigned operand, so what its offset adds, 128 · Σw, is the same for all places.
void convolve(const PackedMatrix& m, const std::uint8_t* image, int apart, int columns, int rows,
              std::int8_t* out, int out_apart) {
  const float* tanh = tanh_table();
  const __m512i offset = _mm512_set1_epi8(static_cast<char>(128));
  const __m512i flipped = m.unsigned_weights ? offset : _mm512_setzero_si512();
  __m512i weights[kWindow];
  __m512i bias = _mm512_loadu_si512(m.bias.data());
  __m512i added = _mm512_setzero_si512();
  for (int k = 0; k < kWindow; ++k) {
    weights[k] = _mm512_xor_si512(_mm512_loadu_si512(m.weights.data() + k * kLanes * kGroup), flipped);
    added = _mm512_dpbusd_epi32(added, offset, weights[k]);
  }
  bias = _mm512_sub_epi32(bias, added);
  const __m512 scales = _mm512_loadu_ps(m.scales.data());
  for (int c = 0; c < columns; ++c) {
    for (int r = 0; r < rows; ++r) {
      const __m512i sum =
          _mm512_add_epi32(bias, largest_sum(weights, image + c * kPool * apart + r * kPool, apart));
      const __m512 value = _mm512_mul_ps(_mm512_cvtepi32_ps(sum), scales);
      Functions::store_quantized(Functions::tanh_of(tanh, value), out + c * out_apart + r * kLanes);
    }
  }
}

// The exponential function of the GNU C library (2.28 and later, on processors with fused multiplication and
// addition), operation for operation: exp(x) = 2^(k / 32) · 2^(r / 32) with whole k and |r| ≤ 1/2, the first
// from a table and the exponent's bits, the second a polynomial.
class Exponential {
 public:
  Exponential() {
    std::uint64_t table[kParts];
    for (int i = 0; i < kParts; ++i)
      table[i] = std::bit_cast<std::uint64_t>(std::exp2(i / double{kParts})) - (std::uint64_t(i) << kShift);
    for (int i = 0; i < kParts / 8; ++i) table_[i] = _mm512_loadu_si512(table + 8 * i);
  }

  __m512 operator()(__m512 x) const {
    const __m256 high = _mm512_extractf32x8_ps(x, 1);
    const __m512 low = _mm512_castps256_ps512(of_eight(_mm512_castps512_ps256(x)));
    return _mm512_insertf32x8(low, of_eight(high), 1);
  }

 private:
  static constexpr int kParts = 32;
  static constexpr int kShift = 52 - 5;  // from a whole number of parts to a double's exponent

  __m256 of_eight(__m256 floats) const {
    const __m512d x = _mm512_cvtps_pd(floats), scale = _mm512_set1_pd(0x1.71547652b82fep+5);  // 32 / ln 2
    const __m512d round = _mm512_set1_pd(0x1.8p+52);  // leaves whole numbers in the lowest bits
    const __m512d rounded = _mm512_fmadd_pd(scale, x, round);
    const __m512d r = _mm512_fmsub_pd(scale, x, _mm512_sub_pd(rounded, round));
    const __m512i k = _mm512_castpd_si512(rounded);
    const __mmask8 upper = _mm512_test_epi64_mask(k, _mm512_set1_epi64(kParts / 2));
    const __m512i part = _mm512_mask_blend_epi64(upper, _mm512_permutex2var_epi64(table_[0], k, table_[1]),
                                                 _mm512_permutex2var_epi64(table_[2], k, table_[3]));
    const __m512d power = _mm512_castsi512_pd(_mm512_add_epi64(part, _mm512_slli_epi64(k, kShift)));
    const __m512d cubic =
        _mm512_fmadd_pd(_mm512_set1_pd(0x1.c6af84b912394p-20), r, _mm512_set1_pd(0x1.ebfce50fac4f3p-13));
    const __m512d linear = _mm512_fmadd_pd(_mm512_set1_pd(0x1.62e42ff0c52d6p-6), r, _mm512_set1_pd(1));
    return _mm512_cvtpd_ps(_mm512_mul_pd(_mm512_fmadd_pd(cubic, _mm512_mul_pd(r, r), linear), power));
  }

  __m512i table_[kParts / 8];
};

void exponentials(float* values, int n) {
  static const Exponential exponential;
  for (int i = 0; i < n; i += kLanes) {
    const __mmask16 inside = n - i >= kLanes ? ~__mmask16{0} : static_cast<__mmask16>((1U << (n - i)) - 1);
    _mm512_mask_storeu_ps(values + i, inside, exponential(_mm512_maskz_loadu_ps(inside, values + i)));
  }
}

}  // namespace

Kernels vnni_kernels() {
  Kernels k;
  k.name = "avx512vnni";
  k.unsigned_weights = true;
  k.multiply = multiply;
  k.convolve = convolve;
  if (as_the_library(exponentials)) k.exponentials = exponentials;
  k.step = step_by_parts<multiply, Functions::cell>;
  Functions::add_to(k);
  return k;
}

}  // namespace attest::lstm
