// The network of a line model, evaluated on a batch of line images.
//
//   input      int8[height][width] ─ convolve 3×3 ─ tanh ─ max-pool 3×3 ─ LSTM down each column, its last
//   output kept then       LSTMs along the line, forwards or backwards, ─ softmax: float[columns][codes],
//   columns = width / 3
//
// Every layer sequence of that family is taken (Tesseract's chi_sim, HanS, eng …); another one is
// `unsupported`. Lines run together: a recurrent layer steps up to kSlots lines at once, longest first, and
// refills a slot when its line ends, so that products are matrix by matrix. The result of a line does not
// depend on its batch. Immutable after `make`; `forward` may run in several threads at once.
#ifndef ATTEST_OCR_LSTM_NETWORK_H_
#define ATTEST_OCR_LSTM_NETWORK_H_

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "ocr/lstm/kernels.h"
#include "ocr/lstm/model_file.h"
#include "record/error.h"

namespace attest::lstm {

struct LineInput {
  int width = 0;                    // pixels
  std::vector<std::int8_t> pixels;  // input_height × width, contrast-normalised, 127 is white
};

struct LineOutput {
  int columns = 0, codes = 0;
  std::vector<float> probabilities;  // columns × codes

  const float* column(int t) const { return probabilities.data() + static_cast<std::size_t>(t) * codes; }
};

class Network {
 public:
  static constexpr int kSlots =
      16;  // lines that step together: the weights stay in registers for sixteen products

  static Result<std::unique_ptr<Network>> make(const ModelFile& model, const Kernels& kernels);

  std::vector<LineOutput> forward(std::span<const LineInput> lines) const;

  int input_height() const { return input_height_; }
  int column_pixels() const { return pool_x_; }  // network pixels an output column stands for
  std::size_t bytes() const;                     // of packed weights

 private:
  struct Recurrent {
    PackedMatrix gates;
    int inputs = 0, outputs = 0;
    bool reversed = false;
  };
  struct Sequence;   // activations of all lines between two layers
  struct CellRange;  // of a line's pooling windows

  Network() = default;
  Error compile(const Layer& layer, bool reversed, bool transposed, bool& unsupported);
  void convolve(const LineInput& line, std::int8_t* pooled) const;
  CellRange inner_cells(int width) const;
  void convolve_inner(const LineInput& line, const CellRange& inner, std::int8_t* pooled) const;
  void convolve_others(const LineInput& line, const CellRange& inner, std::int8_t* pooled) const;
  void run_columns(Sequence& sequence) const;
  void run_along(const Recurrent& layer, Sequence& sequence) const;
  std::vector<LineOutput> run_softmax(const Sequence& sequence) const;

  Kernels kernels_;
  int input_height_ = 0, pool_x_ = 1, pool_y_ = 1, half_x_ = 0, half_y_ = 0;
  std::int32_t sample_iteration_ = 0;
  PackedMatrix convolution_, softmax_;
  PackedMatrix
      spread_convolution_;  // as Kernels::convolve takes it; empty where that is not for this network
  int features_ = 0, codes_ = 0;
  Recurrent down_;
  std::vector<Recurrent> along_;
};

}  // namespace attest::lstm

#endif  // ATTEST_OCR_LSTM_NETWORK_H_
