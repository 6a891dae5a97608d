// The arithmetic of the network, chosen at run time by what the processor has. All kernels give the same
// bits: sums are exact 32-bit integers, and the float functions do the same operations in the same order (no
// fused multiply-add; the files are compiled with -ffp-contract=off).
//
//   packed weights   rows in blocks of `lanes` (8 AVX2, 16 AVX-512 and AMX), inputs in groups of four bytes:
//                    [row / lanes][column / 4][row % lanes][column % 4], zero-filled at the edges
//   activations      int8, value · 127, |x| ≤ 127, each vector padded with zeros to a multiple of four bytes
#ifndef ATTEST_OCR_LSTM_KERNELS_H_
#define ATTEST_OCR_LSTM_KERNELS_H_

#include <cstdint>
#include <new>
#include <span>
#include <string>
#include <vector>

#include "ocr/lstm/model_file.h"

namespace attest::lstm {

constexpr int kGroup =
    4;  // bytes that one multiply-add instruction takes a lane; activations are padded to it

inline int padded(int n) { return (n + kGroup - 1) / kGroup * kGroup; }

// Memory that begins with a cache line: loads of 64 bytes that lie across two of them take twice as long.
template <typename T>
struct LineAligned {
  using value_type = T;
  static constexpr std::align_val_t kLine{64};

  LineAligned() = default;
  template <typename Other>
  LineAligned(const LineAligned<Other>&) {}  // NOLINT(google-explicit-constructor): allocators convert

  T* allocate(std::size_t n) { return static_cast<T*>(::operator new(n * sizeof(T), kLine)); }
  void deallocate(T* p, std::size_t) { ::operator delete(p, kLine); }
  bool operator==(const LineAligned&) const = default;
};
template <typename T>
using AlignedVector = std::vector<T, LineAligned<T>>;

struct PackedMatrix {
  int rows = 0, columns = 0;  // without the bias column
  int padded_rows = 0, padded_columns = 0;
  bool unsigned_weights = false;       // stored as weight + 128
  AlignedVector<std::int8_t> weights;  // in the kernel's layout
  AlignedVector<std::int32_t> bias;    // bias · 127 (minus what the layout's offset adds), padded_rows
  AlignedVector<float> scales;         // padded_rows
};

// Values from one sequence's state to the next: a cache line more than it has, since states that lie a power
// of two apart drive each other out of the cache.
inline std::size_t state_stride(int n) { return static_cast<std::size_t>(n) + 16; }

struct Kernels {
  std::string name;
  int lanes = 1;                  // rows a block
  bool unsigned_weights = false;  // layout stores weight + 128 and subtracts 128 · Σx

  // out[v · padded_rows + r] = Σ weight[r][c] · x[v · stride + c] + bias[r] for v < vectors.
  void (*multiply)(const PackedMatrix& m, const std::int8_t* x, int stride, int vectors,
                   std::int32_t* out) = nullptr;

  // One LSTM step of one sequence: sums are the four gates' (cell, input, forget, output) in blocks of
  // `padded` rows. Updates `state` (float, n) and writes the new output as int8.
  void (*cell)(const std::int32_t* sums, const float* scales, int padded, int n, float* state,
               std::int8_t* output) = nullptr;

  // One step of an LSTM layer for `vectors` sequences at once: the product of `gates` with their inputs, then
  // their cells. Each x is a sequence's inputs and, behind them, its last outputs; `outputs` holds `n` values
  // a sequence, `state` state_stride(n). `sums` is scratch for vectors · padded_rows values.
  void (*step)(const PackedMatrix& gates, const std::int8_t* x, int stride, int vectors, int n, float* state,
               std::int8_t* outputs, std::int32_t* sums) = nullptr;

  // A convolution with windows of 3 × 3, the maximum over 3 × 3 places and tanh at once, for as many features
  // as `lanes`; null where a kernel has nothing better than the single functions. `image` is column by
  // column, `apart` bytes from one to the next, its values + 128; the window of the first place begins with
  // its first byte, and three bytes behind the last window are read. `m` has four weights a window's column,
  // the last of them 0. Maximum (c, r) goes to out[c · out_apart + r · lanes].
  void (*convolve)(const PackedMatrix& m, const std::uint8_t* image, int apart, int columns, int rows,
                   std::int8_t* out, int out_apart) = nullptr;

  // out[i] = int8(tanh(sums[i] · scales[i]) · 127)
  void (*tanh)(const std::int32_t* sums, const float* scales, int n, std::int8_t* out) = nullptr;

  // values[i] = std::exp(values[i]) for values of -86 to 0; null where a kernel has nothing better than that.
  void (*exponentials)(float* values, int n) = nullptr;

  // into[i] = max(into[i], vectors[v · n + i] for v < count); n is a multiple of `lanes`.
  void (*maxima)(const std::int32_t* vectors, int count, int n, std::int32_t* into) = nullptr;
};

// The kernels that this processor can run, the plain C++ reference first, the fastest last.
std::span<const Kernels> available_kernels();

// Stacks matrices of equal width on top of each other, each padded to whole blocks, in the kernel's layout.
PackedMatrix pack(const Kernels& kernels, std::span<const Matrix> matrices);

// A step of kernels that do no more for it than their product and their cell.
template <auto kMultiply, auto kCell>
void step_by_parts(const PackedMatrix& gates, const std::int8_t* x, int stride, int vectors, int n,
                   float* state, std::int8_t* outputs, std::int32_t* sums) {
  kMultiply(gates, x, stride, vectors, sums);
  for (int v = 0; v < vectors; ++v) {
    const auto at = static_cast<std::size_t>(v);
    kCell(sums + at * gates.padded_rows, gates.scales.data(), gates.padded_rows / 4, n,
          state + at * state_stride(n), outputs + at * n);
  }
}

// tanh and logistic at k / 256, k < 4096: the network was trained with these tables, so they are part of the
// model.
const float* tanh_table();
const float* logistic_table();
constexpr int kTableSize = 4096;
constexpr float kTableScale = 256.0F;

// Whether `exponentials` gives the bits of this C library: others round the rare value another way.
bool as_the_library(void (*exponentials)(float* values, int n));

Kernels scalar_kernels();
#if defined(__x86_64__)
Kernels avx2_kernels();
Kernels vnni_kernels();
Kernels amx_kernels();  // only where amx_permitted()
bool amx_permitted();   // asks the system for the tile registers; false where it refuses
#endif

}  // namespace attest::lstm

#endif  // ATTEST_OCR_LSTM_KERNELS_H_
