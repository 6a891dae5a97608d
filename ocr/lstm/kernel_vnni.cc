// AVX-512 VNNI: sixteen rows a block, vpdpbusd adds four products a lane. It multiplies unsigned by signed
// bytes, so weights are stored as weight + 128 and 128 · Σx is subtracted; the signed inputs are then the
// operand that the instruction broadcasts from memory.
#include <immintrin.h>

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

}  // namespace

Kernels vnni_kernels() {
  Kernels k;
  k.name = "avx512vnni";
  k.unsigned_weights = true;
  k.multiply = multiply;
  k.convolve = convolve;
  k.step = step_by_parts<multiply, Functions::cell>;
  Functions::add_to(k);
  return k;
}

}  // namespace attest::lstm
