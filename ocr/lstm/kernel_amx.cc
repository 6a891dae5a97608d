// AMX int8: tiles of sixteen rows of 64 bytes. One tdpbsud multiplies
//
//   A   16 vectors × 64 columns, signed: loaded straight from the activations, a vector a row (their stride)
//   B   16 groups × 16 rows × 4 columns, unsigned: 1,024 bytes that lie together in the layout of the VNNI
//       kernel, weight + 128, so both kernels share one packing
//   C   16 vectors × 16 rows of int32, added to
//
// and 128 · Σx is subtracted as there. Four C tiles side by side make 64 rows for one load of A. The last
// columns % 64 have tiles of their own, A narrower and B shorter, so that nothing is read beyond a vector.
// Fewer than kLeastVectors vectors, and narrow matrices, go to the VNNI kernel: most of a tile would be idle.
// The tile registers are configured for a product and released after it.
#include <asm/prctl.h>
#include <immintrin.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "ocr/lstm/kernels.h"

#ifndef ARCH_REQ_XCOMP_PERM
#define ARCH_REQ_XCOMP_PERM 0x1023
#endif

namespace attest::lstm {
namespace {

constexpr int kLanes = 16;
constexpr int kTileColumns = 64;
constexpr int kTileVectors = 16;
constexpr int kLeastVectors = 8;   // measured: below, VNNI is as fast
constexpr int kLeastColumns = 64;  // one full tile

enum Tile { kFirstSum = 0, kInput = 4, kWeights = 5, kLastInput = 6, kLastWeights = 7 };

struct alignas(64) TileConfig {
  std::uint8_t palette = 1, start_row = 0;
  std::uint8_t reserved[14] = {};
  std::uint16_t row_bytes[16] = {};
  std::uint8_t rows[16] = {};
};
static_assert(sizeof(TileConfig) == 64);

void configure(int vectors, int last_columns) {
  TileConfig config;
  auto set = [&](int tile, int rows, int bytes) {
    config.rows[tile] = static_cast<std::uint8_t>(rows);
    config.row_bytes[tile] = static_cast<std::uint16_t>(bytes);
  };
  for (int t = kFirstSum; t < kFirstSum + 4; ++t) set(t, vectors, kTileColumns);
  set(kInput, vectors, kTileColumns);
  set(kWeights, kTileColumns / kGroup, kTileColumns);
  if (last_columns > 0) {
    set(kLastInput, vectors, last_columns);
    set(kLastWeights, last_columns / kGroup, kTileColumns);
  }
  _tile_loadconfig(&config);
}

// bias - 128 · Σx, from which the sums start.
void start(const PackedMatrix& m, const std::int8_t* x, std::int32_t* out) {
  __m512i total = _mm512_setzero_si512();
  const __m512i all = _mm512_set1_epi8(static_cast<char>(128));
  for (int c = 0; c < m.padded_columns; c += 64) {
    const int left = m.padded_columns - c;
    const __mmask64 inside = left >= 64 ? ~__mmask64{0} : (__mmask64{1} << left) - 1;
    total = _mm512_dpbusd_epi32(total, all, _mm512_maskz_loadu_epi8(inside, x + c));
  }
  const __m512i offset = _mm512_set1_epi32(_mm512_reduce_add_epi32(total));
  for (int r = 0; r < m.padded_rows; r += kLanes)
    _mm512_storeu_si512(out + r, _mm512_sub_epi32(_mm512_loadu_si512(m.bias.data() + r), offset));
}

// Adds the products of one tile of inputs, loaded into register `input`, with kBlocks tiles of weights, which
// pass through register `weights`. A macro, because the numbers of tiles are part of the instructions.
#define ATTEST_ADD_PRODUCTS(input, weights)                  \
  _tile_loadd(input, x + c, stride);                         \
  _tile_loadd(weights, w, kTileColumns);                     \
  _tile_dpbsud(0, input, weights);                           \
  if constexpr (kBlocks == 4) {                              \
    _tile_loadd(weights, w + block_bytes, kTileColumns);     \
    _tile_dpbsud(1, input, weights);                         \
    _tile_loadd(weights, w + 2 * block_bytes, kTileColumns); \
    _tile_dpbsud(2, input, weights);                         \
    _tile_loadd(weights, w + 3 * block_bytes, kTileColumns); \
    _tile_dpbsud(3, input, weights);                         \
  }

// kBlocks (one or four) blocks of rows from `block` on.
template <int kBlocks>
void multiply_blocks(const PackedMatrix& m, int block, const std::int8_t* x, int stride, std::int32_t* out) {
  const std::size_t block_bytes = static_cast<std::size_t>(m.padded_columns) * kLanes;
  const std::int8_t* w = m.weights.data() + static_cast<std::size_t>(block) * block_bytes;
  const auto out_bytes = static_cast<std::size_t>(m.padded_rows) * sizeof *out;
  std::int32_t* sums = out + block * kLanes;
  _tile_loadd(0, sums, out_bytes);
  if constexpr (kBlocks == 4) {
    _tile_loadd(1, sums + kLanes, out_bytes);
    _tile_loadd(2, sums + 2 * kLanes, out_bytes);
    _tile_loadd(3, sums + 3 * kLanes, out_bytes);
  }
  int c = 0;
  for (; c + kTileColumns <= m.padded_columns; c += kTileColumns, w += kTileColumns * kLanes) {
    ATTEST_ADD_PRODUCTS(4, 5)
  }
  if (c < m.padded_columns) {
    ATTEST_ADD_PRODUCTS(6, 7)
  }
  _tile_stored(0, sums, out_bytes);
  if constexpr (kBlocks == 4) {
    _tile_stored(1, sums + kLanes, out_bytes);
    _tile_stored(2, sums + 2 * kLanes, out_bytes);
    _tile_stored(3, sums + 3 * kLanes, out_bytes);
  }
}

#undef ATTEST_ADD_PRODUCTS

// GCC's tile intrinsics do not say that they read and write memory.
void settle_memory() { __asm__ volatile("" ::: "memory"); }

void multiply(const PackedMatrix& m, const std::int8_t* x, int stride, int vectors, std::int32_t* out) {
  static const Kernels narrow = vnni_kernels();
  const int blocks = m.padded_rows / kLanes;
  while (vectors >= kLeastVectors && m.padded_columns >= kLeastColumns) {
    const int n = std::min(vectors, kTileVectors);
    for (int v = 0; v < n; ++v)
      start(m, x + static_cast<std::size_t>(v) * stride, out + static_cast<std::size_t>(v) * m.padded_rows);
    configure(n, m.padded_columns % kTileColumns);
    settle_memory();
    int block = 0;
    for (; block + 4 <= blocks; block += 4) multiply_blocks<4>(m, block, x, stride, out);
    for (; block < blocks; ++block) multiply_blocks<1>(m, block, x, stride, out);
    _tile_release();
    settle_memory();
    x += static_cast<std::size_t>(n) * stride;
    out += static_cast<std::size_t>(n) * m.padded_rows;
    vectors -= n;
  }
  if (vectors > 0) narrow.multiply(m, x, stride, vectors, out);
}

}  // namespace

// Linux grants the tile registers to a process on request only; a sandbox may refuse the call.
bool amx_permitted() {
  constexpr int kTileData = 18;  // of the processor's extended state
  return syscall(SYS_arch_prctl, ARCH_REQ_XCOMP_PERM, kTileData) == 0;
}

Kernels amx_kernels() {
  Kernels k = vnni_kernels();
  k.name = "amx";
  k.multiply = multiply;
  return k;
}

}  // namespace attest::lstm
