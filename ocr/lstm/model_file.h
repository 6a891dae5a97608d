// A Tesseract model file (.traineddata) taken apart: network layers, characters, codes. Nothing is evaluated
// here.
//
//   file      i32 count, i64 offset[count] (-1: absent), then the components; 17 network, 21 unicharset, 22
//   recoder layer     i8 0, u32 n + type name, i8 training, i8 backprop, i32 flags, ni, no, weights, u32 n +
//   name, then by type matrix    u8 mode 0x85 (int8, adam, double), u32 rows, u32 columns, one byte,
//   i8[rows·columns], u32 n, f64 scale[n] unicharset  text: a count, then a line a character, the character
//   first ("NULL" is the space) recoder   u32 count, then for each character: i8, i32 n, i32 code[n]
//
// (little endian; layout from the public sources of Tesseract 5, src/lstm and src/ccutil). Every size is
// checked against the bytes that are there: a hostile file gives an Error (damaged or unsupported), never a
// large allocation. Plain values, safe to share as const.
#ifndef ATTEST_OCR_LSTM_MODEL_FILE_H_
#define ATTEST_OCR_LSTM_MODEL_FILE_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "record/error.h"

namespace attest::lstm {

// int8 weights with a float scale a row: value = weight · scale. The last column is the bias.
struct Matrix {
  int rows = 0, columns = 0;
  std::vector<std::int8_t> weights = {};  // row-major
  std::vector<float> scales = {};         // file scale ÷ 127, because inputs are value · 127
};

enum class LayerType {
  series,
  reversed,
  transpose,
  input,
  convolve,
  maxpool,
  lstm,
  lstm_summary,
  tanh,
  softmax
};

struct Layer {
  LayerType type = LayerType::input;
  int inputs = 0, outputs = 0;
  int half_x = 0, half_y = 0;         // convolve: window is 2·half + 1; maxpool: the factors
  std::vector<Layer> children = {};   // series, reversed, transpose
  std::vector<Matrix> matrices = {};  // lstm: cell input, input gate, forget gate, output gate; else one
};

struct ModelFile {
  Layer network;
  int input_height = 0;
  std::int32_t sample_iteration = 0;  // seeds the noise at the border of the convolution
  int null_code = 0;
  std::vector<std::string> characters;  // by id; UTF-8
  std::vector<std::vector<int>> codes;  // by id
  bool trained_on_cuts = false;  // by the project's own training, on its line finder's cuts as they are
};

Result<ModelFile> parse_model(std::span<const std::uint8_t> bytes);

}  // namespace attest::lstm

#endif  // ATTEST_OCR_LSTM_MODEL_FILE_H_
