// The scalar functions of the network, operation for operation as it was trained: table look-up with linear
// interpolation in float, and rounding half away from zero to int8.
#ifndef ATTEST_OCR_LSTM_FUNCTIONS_H_
#define ATTEST_OCR_LSTM_FUNCTIONS_H_

#include <algorithm>
#include <cstdint>

#include "ocr/lstm/kernels.h"

namespace attest::lstm {

constexpr float kStateLimit = 100.0F;  // the cell state is clipped to ± this

inline float interpolated(const float* table, float magnitude) {
  const float x = magnitude * kTableScale;
  if (!(x < static_cast<float>(kTableSize - 1))) return 1.0F;
  const auto index = static_cast<unsigned>(x);
  const float low = table[index], high = table[index + 1];
  return low + (high - low) * (x - static_cast<float>(index));
}

inline float tanh_of(const float* table, float x) {
  return x < 0 ? -interpolated(table, -x) : interpolated(table, x);
}

inline float logistic_of(const float* table, float x) {
  return x < 0 ? 1.0F - interpolated(table, -x) : interpolated(table, x);
}

inline int rounded(float x) { return x >= 0 ? static_cast<int>(x + 0.5F) : -static_cast<int>(-x + 0.5F); }

inline std::int8_t quantized(float value) {
  return static_cast<std::int8_t>(std::clamp(rounded(value * 127.0F), -127, 127));
}

}  // namespace attest::lstm

#endif  // ATTEST_OCR_LSTM_FUNCTIONS_H_
