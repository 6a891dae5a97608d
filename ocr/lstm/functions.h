// The scalar functions of the network, operation for operation as it was trained: table look-up with linear
// interpolation in float, and rounding half away from zero to int8.
#ifndef ATTEST_OCR_LSTM_FUNCTIONS_H_
#define ATTEST_OCR_LSTM_FUNCTIONS_H_

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "ocr/lstm/kernels.h"

namespace attest::lstm {

constexpr float kStateLimit = 100.0F;  // the cell state is clipped to ± this

// The signs of sums are as good as random, so nothing here branches on them.
inline float interpolated(const float* table, float magnitude) {
  const float x = magnitude * kTableScale;
  if (!(x < static_cast<float>(kTableSize - 1))) return 1.0F;
  const auto index = static_cast<int>(x);
  const float low = table[index], high = table[index + 1];
  return low + (high - low) * (x - static_cast<float>(index));
}

inline float tanh_of(const float* table, float x) {
  return std::copysign(interpolated(table, std::fabs(x)), x);
}

inline float logistic_of(const float* table, float x) {
  const float value = interpolated(table, std::fabs(x));
  const float either[2] = {value, 1.0F - value};
  return either[x < 0];
}

inline int rounded(float x) { return static_cast<int>(x + std::copysign(0.5F, x)); }

inline std::int8_t quantized(float value) {
  return static_cast<std::int8_t>(std::clamp(rounded(value * 127.0F), -127, 127));
}

}  // namespace attest::lstm

#endif  // ATTEST_OCR_LSTM_FUNCTIONS_H_
