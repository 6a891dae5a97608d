// The recurrent part of an LSTM layer, forward and backward through time, for training on one CPU core.
//
// Weights and states enter the products as bfloat16 (AVX512_BF16), sums and everything else are float32.
// Gates stand in the order of the model file: candidate, input, forget, output. Arrays are row-major
// [step][lane][unit]. The caller owns all memory. Built by train.sh: gcc -Ofast -march=native -shared -fPIC.
#include <immintrin.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

enum { kBlock = 32, kRows = 8 };  // outputs and lanes that share one pass over the weights

static const float kStateClip = 100.0f;  // as in lstm.cpp of Tesseract

// Clamped: the fast division of -Ofast makes a NaN of an infinite exponential.
static inline float logistic(float x) { return 1.0f / (1.0f + expf(-fminf(fmaxf(x, -30.0f), 30.0f))); }

// bfloat16 pairs along k, in blocks of 32 outputs: packed[n / 32][k / 2][32][2].
void pack(const float* source, int outputs, int inputs, int output_stride, int input_stride,
          uint16_t* packed) {
  for (int block = 0; block < outputs / kBlock; ++block)
    for (int k = 0; k < inputs; ++k)
      for (int n = 0; n < kBlock; ++n) {
        float value = source[(long)(block * kBlock + n) * output_stride + (long)k * input_stride];
        uint32_t bits;
        memcpy(&bits, &value, sizeof bits);
        bits += 0x7FFF + ((bits >> 16) & 1);
        packed[(((long)block * (inputs / 2) + k / 2) * kBlock + n) * 2 + k % 2] = bits >> 16;
      }
}

static void to_bf16(const float* from, uint16_t* to, long count) {
  for (long i = 0; i < count; i += 16)
    _mm256_storeu_si256((__m256i*)(to + i), (__m256i)_mm512_cvtneps_pbh(_mm512_loadu_ps(from + i)));
}

static inline __attribute__((always_inline)) void rows_times_block(int rows, const uint16_t* lanes,
                                                                   int inputs, const uint16_t* weights,
                                                                   float* out, long out_stride) {
  __m512 sums[kRows][2];
  for (int r = 0; r < rows; ++r)
    for (int h = 0; h < 2; ++h) sums[r][h] = _mm512_loadu_ps(out + r * out_stride + 16 * h);
  for (int k = 0; k < inputs / 2; ++k) {
    __m512bh left = (__m512bh)_mm512_loadu_si512(weights + (long)k * kBlock * 2);
    __m512bh right = (__m512bh)_mm512_loadu_si512(weights + (long)k * kBlock * 2 + 32);
    for (int r = 0; r < rows; ++r) {
      int32_t pair;
      memcpy(&pair, lanes + (long)r * inputs + 2 * k, sizeof pair);
      __m512bh lane = (__m512bh)_mm512_set1_epi32(pair);
      sums[r][0] = _mm512_dpbf16_ps(sums[r][0], left, lane);
      sums[r][1] = _mm512_dpbf16_ps(sums[r][1], right, lane);
    }
  }
  for (int r = 0; r < rows; ++r)
    for (int h = 0; h < 2; ++h) _mm512_storeu_ps(out + r * out_stride + 16 * h, sums[r][h]);
}

// out[lanes][outputs] += states[lanes][inputs] * packed
static void add_product(const uint16_t* states, int lanes, int inputs, const uint16_t* packed, int outputs,
                        float* out) {
  for (int block = 0; block < outputs / kBlock; ++block) {
    const uint16_t* weights = packed + (long)block * inputs * kBlock;
    float* target = out + block * kBlock;
    int lane = 0;
    for (; lane + kRows <= lanes; lane += kRows)
      rows_times_block(kRows, states + (long)lane * inputs, inputs, weights, target + (long)lane * outputs,
                       outputs);
    for (; lane < lanes; ++lane)
      rows_times_block(1, states + (long)lane * inputs, inputs, weights, target + (long)lane * outputs,
                       outputs);
  }
}

// gates: preactivations from the inputs, replaced by the activated gates. outputs16: the outputs as bfloat16.
void lstm_forward(int steps, int lanes, int size, const uint16_t* packed, float* gates, float* cells,
                  float* tanhs, float* outputs, uint16_t* outputs16) {
  long state = (long)lanes * size;
  for (int t = 0; t < steps; ++t) {
    float* now = gates + t * state * 4;
    if (t) add_product(outputs16 + (t - 1) * state, lanes, size, packed, 4 * size, now);
    for (int lane = 0; lane < lanes; ++lane) {
      float *g = now + (long)lane * 4 * size, *c = cells + t * state + (long)lane * size;
      float *h = tanhs + t * state + (long)lane * size, *o = outputs + t * state + (long)lane * size;
      const float* before = c - state;
#pragma GCC ivdep
      for (int i = 0; i < size; ++i) {
        float candidate = 2 * logistic(2 * g[i]) - 1, in = logistic(g[size + i]);
        float forget = logistic(g[2 * size + i]), out = logistic(g[3 * size + i]);
        float cell = candidate * in + (t ? forget * before[i] : 0.0f);
        cell = fminf(fmaxf(cell, -kStateClip), kStateClip);
        float squashed = 2 * logistic(2 * cell) - 1;
        g[i] = candidate, g[size + i] = in, g[2 * size + i] = forget, g[3 * size + i] = out;
        c[i] = cell, h[i] = squashed, o[i] = squashed * out;
      }
    }
    to_bf16(outputs + t * state, outputs16 + t * state, state);
  }
}

// grad: of the outputs (used as scratch). delta16: gradient of the preactivations as bfloat16. now: 4 * lanes
// * size floats, carry: lanes * size floats of scratch.
void lstm_backward(int steps, int lanes, int size, const uint16_t* packed_back, const float* gates,
                   const float* cells, const float* tanhs, float* grad, uint16_t* delta16, float* now,
                   float* carry) {
  long state = (long)lanes * size;
  memset(carry, 0, state * sizeof *carry);
  for (int t = steps - 1; t >= 0; --t) {
    float* hidden = grad + t * state;
    if (t < steps - 1) add_product(delta16 + (t + 1) * state * 4, lanes, 4 * size, packed_back, size, hidden);
    for (int lane = 0; lane < lanes; ++lane) {
      const float *g = gates + t * state * 4 + (long)lane * 4 * size,
                  *c = cells + t * state + (long)lane * size;
      const float *h = tanhs + t * state + (long)lane * size, *top = hidden + (long)lane * size;
      const float* before = t ? c - state : c;
      float *d = now + (long)lane * 4 * size, *rest = carry + (long)lane * size;
#pragma GCC ivdep
      for (int i = 0; i < size; ++i) {
        float candidate = g[i], in = g[size + i], forget = g[2 * size + i], out = g[3 * size + i];
        float cell = top[i] * out * (1 - h[i] * h[i]) + rest[i];
        d[i] = cell * in * (1 - candidate * candidate);
        d[size + i] = cell * candidate * in * (1 - in);
        d[2 * size + i] = t ? cell * before[i] * forget * (1 - forget) : 0.0f;
        d[3 * size + i] = top[i] * h[i] * out * (1 - out);
        rest[i] = cell * forget;
      }
    }
    to_bf16(now, delta16 + t * state * 4, state * 4);
  }
}
