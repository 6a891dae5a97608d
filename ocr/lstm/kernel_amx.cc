// AMX int8: tiles of sixteen rows of 64 bytes. One tdpbssd multiplies
//
//   A   16 vectors × 64 columns: loaded straight from the activations, a vector a row (their stride)
//   B   16 groups × 16 rows × 4 columns: 1,024 bytes that lie together
//   C   16 vectors × 16 rows of int32, added to; starts as sixteen times the rows' bias (a load of stride 0)
//
// Four C tiles side by side make 64 rows for one load of A. The last columns % 64 have tiles of their own, A
// narrower and B shorter, so that nothing is read beyond a vector; fewer than sixteen vectors are fewer rows
// of A and C. In a step the four C tiles are the four gates of sixteen units. The tile registers are
// configured for a product and released after it.
#include <asm/prctl.h>
#include <immintrin.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "ocr/lstm/kernel_avx512.h"
#include "ocr/lstm/kernels.h"
#include "ocr/lstm/vector_functions.h"

#ifndef ARCH_REQ_XCOMP_PERM
#define ARCH_REQ_XCOMP_PERM 0x1023
#endif

namespace attest::lstm {
namespace {

constexpr int kLanes = Avx512::kLanes;
constexpr int kTileColumns = 64;
constexpr int kTileVectors = 16;
constexpr int kTiles = 4;  // of sums, side by side

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
  for (int t = kFirstSum; t < kFirstSum + kTiles; ++t) set(t, vectors, kTileColumns);
  set(kInput, vectors, kTileColumns);
  set(kWeights, kTileColumns / kGroup, kTileColumns);
  if (last_columns > 0) {
    set(kLastInput, vectors, last_columns);
    set(kLastWeights, last_columns / kGroup, kTileColumns);
  }
  __asm__ volatile("" : : "r"(&config) : "memory");  // GCC's intrinsic says that it reads eight bytes
  _tile_loadconfig(&config);
}

// GCC's tile intrinsics do not say that they read and write memory.
void settle_memory() { __asm__ volatile("" ::: "memory"); }

// Adds the products of one tile of inputs, loaded into register `input`, with kBlocks tiles of weights, which
// pass through register `weights` and are not kept in the first-level cache: they would drive the tables of
// the cells out of it. A macro, because the numbers of tiles are part of the instructions.
#define ATTEST_ADD_PRODUCTS(input, weights)                   \
  _tile_loadd(input, x + c, stride);                          \
  _tile_stream_loadd(weights, w, kTileColumns);               \
  _tile_dpbssd(0, input, weights);                            \
  if constexpr (kBlocks == kTiles) {                          \
    _tile_stream_loadd(weights, w + apart, kTileColumns);     \
    _tile_dpbssd(1, input, weights);                          \
    _tile_stream_loadd(weights, w + 2 * apart, kTileColumns); \
    _tile_dpbssd(2, input, weights);                          \
    _tile_stream_loadd(weights, w + 3 * apart, kTileColumns); \
    _tile_dpbssd(3, input, weights);                          \
  }                                                           \
  settle_memory();                                            \
  beside();                                                   \
  settle_memory();

// The sums of kBlocks (one or kTiles) blocks of rows, `step` blocks apart, into memory: a vector's
// `out_apart` behind those of the one before. `beside` runs after each tile of columns.
template <int kBlocks, typename Beside>
void multiply_blocks(const PackedMatrix& m, int block, int step, const std::int8_t* x, int stride,
                     std::int32_t* out, int out_apart, Beside beside) {
  const std::size_t block_bytes = static_cast<std::size_t>(m.padded_columns) * kLanes;
  const std::size_t apart = static_cast<std::size_t>(step) * block_bytes;
  const std::int8_t* w = m.weights.data() + static_cast<std::size_t>(block) * block_bytes;
  const std::int32_t* bias = m.bias.data() + block * kLanes;
  settle_memory();
  _tile_loadd(0, bias, 0);
  if constexpr (kBlocks == kTiles) {
    _tile_loadd(1, bias + step * kLanes, 0);
    _tile_loadd(2, bias + 2 * step * kLanes, 0);
    _tile_loadd(3, bias + 3 * step * kLanes, 0);
  }
  int c = 0;
  for (; c + kTileColumns <= m.padded_columns; c += kTileColumns, w += kTileColumns * kLanes) {
    ATTEST_ADD_PRODUCTS(4, 5)
  }
  if (c < m.padded_columns) {
    ATTEST_ADD_PRODUCTS(6, 7)
  }
  const auto out_bytes = static_cast<std::size_t>(out_apart) * sizeof *out;
  _tile_stored(0, out, out_bytes);
  if constexpr (kBlocks == kTiles) {
    _tile_stored(1, out + kLanes, out_bytes);
    _tile_stored(2, out + 2 * kLanes, out_bytes);
    _tile_stored(3, out + 3 * kLanes, out_bytes);
  }
  settle_memory();
}

#undef ATTEST_ADD_PRODUCTS

// Runs `of(first, n)` on up to sixteen vectors at a time, with the tiles configured for them.
template <typename OfVectors>
void each_tile_of_vectors(const PackedMatrix& m, int vectors, OfVectors of) {
  for (int first = 0; first < vectors; first += kTileVectors) {
    const int n = std::min(kTileVectors, vectors - first);
    if (first == 0 || n < kTileVectors) configure(n, m.padded_columns % kTileColumns);
    of(static_cast<std::size_t>(first), n);
  }
  if (vectors > 0) _tile_release();
}

void multiply(const PackedMatrix& m, const std::int8_t* x, int stride, int vectors, std::int32_t* out) {
  const int blocks = m.padded_rows / kLanes;
  const auto nothing = [] {};
  each_tile_of_vectors(m, vectors, [&](std::size_t first, int) {
    const std::int8_t* from = x + first * stride;
    std::int32_t* to = out + first * m.padded_rows;
    int block = 0;
    for (; block + kTiles <= blocks; block += kTiles)
      multiply_blocks<kTiles>(m, block, 1, from, stride, to + block * kLanes, m.padded_rows, nothing);
    for (; block < blocks; ++block)
      multiply_blocks<1>(m, block, 1, from, stride, to + block * kLanes, m.padded_rows, nothing);
  });
}

// The cells of up to sixteen units of up to sixteen sequences, a few sequences at a time. Their sums lie
// sequence by sequence, gate beside gate.
class UnitCells {
 public:
  static constexpr int kSums = kTiles * kLanes;  // of a sequence

  // Nothing to do.
  UnitCells() = default;
  UnitCells(const PackedMatrix& gates, int first_unit, int n, const std::int32_t* sums, int sequences,
            float* state, std::int8_t* outputs)
      : sums_(sums),
        state_(state + first_unit),
        outputs_(outputs + first_unit),
        n_(n),
        units_(std::min(kLanes, n - first_unit)),
        left_(sequences) {
    const int rows_each = gates.padded_rows / kTiles;
    for (int gate = 0; gate < kTiles; ++gate)
      std::copy_n(&gates.scales[gate * rows_each + first_unit], kLanes, scales_ + gate * kLanes);
  }

  // The next so many sequences, or those that are left.
  void run(int sequences) {
    const float* tanh = tanh_table();
    const float* logistic = logistic_table();
    sequences = std::min(sequences, left_);
    left_ -= sequences;
    for (; sequences > 0; --sequences) {
      if (units_ == kLanes)
        Functions::cell_units(tanh, logistic, sums_, scales_, kLanes, state_, outputs_);
      else
        Functions::cell(sums_, scales_, kLanes, units_, state_, outputs_);
      sums_ += kSums;
      state_ += state_stride(n_);
      outputs_ += n_;
    }
  }
  void finish() { run(left_); }

 private:
  using Functions = VectorFunctions<Avx512>;

  const std::int32_t* sums_ = nullptr;
  float* state_ = nullptr;
  std::int8_t* outputs_ = nullptr;
  int n_ = 0, units_ = 0, left_ = 0;
  alignas(64) float scales_[kSums];
};

// The cells of some units run between the products of the next ones: tiles are multiplied in a unit of their
// own, so both go on side by side.
void step(const PackedMatrix& gates, const std::int8_t* x, int stride, int vectors, int n, float* state,
          std::int8_t* outputs, std::int32_t*) {
  alignas(64) std::int32_t sums[2][kTileVectors * UnitCells::kSums];
  const int blocks_each = gates.padded_rows / kTiles / kLanes;
  const int column_tiles = (gates.padded_columns + kTileColumns - 1) / kTileColumns;
  each_tile_of_vectors(gates, vectors, [&](std::size_t first, int count) {
    const int each_time = (count + column_tiles - 1) / column_tiles;
    UnitCells cells;
    for (int block = 0; block < blocks_each; ++block) {
      std::int32_t* here = sums[block % 2];
      multiply_blocks<kTiles>(gates, block, blocks_each, x + first * stride, stride, here, UnitCells::kSums,
                              [&] { cells.run(each_time); });
      cells.finish();
      cells = UnitCells(gates, block * kLanes, n, here, count, state + first * state_stride(n),
                        outputs + first * n);
    }
    cells.finish();
  });
}

}  // namespace

// Linux grants the tile registers to a process on request only; a sandbox may refuse the call.
bool amx_permitted() {
  constexpr int kTileData = 18;  // of the processor's extended state
  return syscall(SYS_arch_prctl, ARCH_REQ_XCOMP_PERM, kTileData) == 0;
}

Kernels amx_kernels() {
  const Kernels vnni = vnni_kernels();
  Kernels k;
  k.name = "amx";
  k.multiply = multiply;
  k.step = step;
  k.convolve = vnni.convolve;
  k.exponentials = vnni.exponentials;
  VectorFunctions<Avx512>::add_to(k);
  return k;
}

}  // namespace attest::lstm
