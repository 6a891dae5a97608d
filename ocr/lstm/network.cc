#include "ocr/lstm/network.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <numeric>
#include <random>

#include "ocr/lstm/functions.h"

namespace attest::lstm {
namespace {

constexpr int kColumnBatch =
    64;  // columns (or softmax vectors) a product takes at once: 64 × 2,048 sums are half a megabyte

Error unsupported(const char* what) {
  return {ErrorCode::unsupported,
          std::string("model file: ") + what + " is not in the family that is evaluated here"};
}

// Bytes from one vector of so many activations to the next: whole cache lines.
int line_stride(int columns) {
  constexpr int kLine = 64;
  return (columns + kLine - 1) / kLine * kLine;
}

// The noise that stands for pixels outside the image. The network was trained with it; the generator restarts
// for each line from the model's sample iteration (std::minstd_rand, first draw dropped), values are ±127.
class BorderNoise {
 public:
  explicit BorderNoise(std::int32_t sample_iteration)
      : engine_(static_cast<std::minstd_rand::result_type>(std::int64_t{sample_iteration} * 0x10000001LL)) {
    engine_();
  }

  std::int8_t next() {
    const auto draw = static_cast<std::int32_t>(engine_());
    const double value = 127.0 * 2.0 * draw / 2147483647 - 127.0;
    return static_cast<std::int8_t>(value >= 0 ? static_cast<int>(value + 0.5)
                                               : -static_cast<int>(-value + 0.5));
  }

 private:
  std::minstd_rand engine_;
};

// The window around a pixel, column by column.
void take_patch(const LineInput& line, int height, int half_x, int half_y, int x, int y, BorderNoise& noise,
                std::int8_t* patch) {
  const bool inside = y >= half_y && y + half_y < height;
  for (int column = x - half_x; column <= x + half_x; ++column) {
    const bool outside = column < 0 || column >= line.width;
    const std::int8_t* from =
        line.pixels.data() + static_cast<std::ptrdiff_t>(y - half_y) * line.width + column;
    for (int row = y - half_y; row <= y + half_y; ++row, from += line.width)
      *patch++ = outside || (!inside && (row < 0 || row >= height)) ? noise.next() : *from;
  }
}

// The convolution and pooling that Kernels::convolve knows.
constexpr int kWindow = 3, kPool = 3;

// The weights of a convolution with a 0 behind each column of its window.
Matrix spread_windows(const Matrix& m) {
  Matrix out;
  out.rows = m.rows;
  out.columns = kWindow * (kWindow + 1) + 1;
  out.scales = m.scales;
  for (int r = 0; r < m.rows; ++r) {
    const std::int8_t* from = m.weights.data() + static_cast<std::size_t>(r) * m.columns;
    for (int column = 0; column < kWindow; ++column, from += kWindow) {
      out.weights.insert(out.weights.end(), from, from + kWindow);
      out.weights.push_back(0);
    }
    out.weights.push_back(*from);  // the bias
  }
  return out;
}

void exponentials(const Kernels& kernels, float* values, int n) {
  if (kernels.exponentials != nullptr) return kernels.exponentials(values, n);
  for (int i = 0; i < n; ++i) values[i] = std::exp(values[i]);
}

// Of neighbouring values, so that comparisons need not wait for each other.
float largest(const float* values, int n) {
  std::array<float, 8> top;
  top.fill(values[0]);
  int i = 0;
  for (; i + 8 <= n; i += 8) {
    for (int k = 0; k < 8; ++k) top[k] = std::max(top[k], values[i + k]);
  }
  for (; i < n; ++i) top[0] = std::max(top[0], values[i]);
  return *std::max_element(top.begin(), top.end());
}

// Divides kBeside neighbouring columns by their totals. These are summed side by side: a sum in order waits
// for every addition.
template <int kBeside>
void divide_by_totals(float* columns, int n) {
  std::array<float, kBeside> totals{};
  for (int i = 0; i < n; ++i) {
    for (int c = 0; c < kBeside; ++c) totals[c] += columns[c * n + i];
  }
  for (int c = 0; c < kBeside; ++c) {
    for (int i = 0; i < n; ++i) columns[c * n + i] /= totals[c];
  }
}

// Softmax of each of `columns` vectors of n values.
void softmax_in_place(const Kernels& kernels, float* values, int n, int columns) {
  constexpr float kLimit = 86.0F;  // e^-86 is still a positive float
  for (int c = 0; c < columns; ++c) {
    float* column = values + static_cast<std::size_t>(c) * n;
    const float top = largest(column, n);
    for (int i = 0; i < n; ++i) column[i] = std::min(std::max(column[i] - top, -kLimit), 0.0F);
  }
  exponentials(kernels, values, n * columns);
  constexpr int kBeside = 8;
  for (; columns >= kBeside; columns -= kBeside, values += kBeside * n) divide_by_totals<kBeside>(values, n);
  for (; columns > 0; --columns, values += n) divide_by_totals<1>(values, n);
}

}  // namespace

// Activations of all lines: line l holds `columns` vectors of `features` int8, one behind the other.
struct Network::Sequence {
  int features = 0;
  std::vector<int> columns;                      // by line
  std::vector<std::vector<std::int8_t>> values;  // by line, columns × features
};

Result<std::unique_ptr<Network>> Network::make(const ModelFile& model, const Kernels& kernels) {
  std::unique_ptr<Network> network(new Network);
  network->kernels_ = kernels;
  network->input_height_ = model.input_height;
  network->sample_iteration_ = model.sample_iteration;
  bool failed = false;
  const Error error = network->compile(model.network, false, false, failed);
  if (failed) return error;
  const bool complete =
      network->convolution_.rows > 0 && network->down_.outputs > 0 && network->softmax_.rows > 0;
  const int rows = network->pool_y_ > 0 ? network->input_height_ / network->pool_y_ : 0;
  if (!complete || rows == 0) return unsupported("this sequence of layers");
  int width = network->features_;
  for (const Recurrent* layer : [&] {
         std::vector<const Recurrent*> all = {&network->down_};
         for (const auto& l : network->along_) all.push_back(&l);
         return all;
       }()) {
    if (layer->inputs != width) return unsupported("a layer that does not fit the one before");
    width = layer->outputs;
  }
  if (network->softmax_.columns != width) return unsupported("a softmax that does not fit the layer before");
  return network;
}

Error Network::compile(const Layer& layer, bool reversed, bool transposed, bool& failed) {
  auto fail = [&](const char* what) {
    failed = true;
    return unsupported(what);
  };
  switch (layer.type) {
    case LayerType::series:
    case LayerType::reversed:
    case LayerType::transpose:
      for (const Layer& child : layer.children) {
        Error error = compile(child, reversed != (layer.type == LayerType::reversed),
                              transposed != (layer.type == LayerType::transpose), failed);
        if (failed) return error;
      }
      return {};
    case LayerType::input:
      return {};
    case LayerType::convolve:
      half_x_ = layer.half_x;
      half_y_ = layer.half_y;
      if (layer.inputs != 1 || half_x_ < 0 || half_x_ > 4 || half_y_ < 0 || half_y_ > 4)
        return fail("this convolution");
      return {};
    case LayerType::tanh:
      if (convolution_.rows > 0 || layer.inputs != (2 * half_x_ + 1) * (2 * half_y_ + 1))
        return fail("a second convolution");
      convolution_ = pack(kernels_, layer.matrices);
      if (kernels_.convolve != nullptr && half_x_ == kWindow / 2 && half_y_ == kWindow / 2 &&
          layer.outputs == kernels_.lanes)
        spread_convolution_ = pack(kernels_, std::vector{spread_windows(layer.matrices[0])});
      features_ = layer.outputs;
      return {};
    case LayerType::maxpool:
      pool_x_ = layer.half_x;
      pool_y_ = layer.half_y;
      if (convolution_.rows == 0 || pool_x_ < 1 || pool_x_ > 8 || pool_y_ < 1 || pool_y_ > 8)
        return fail("this pooling");
      return {};
    case LayerType::lstm_summary:
      if (!transposed || reversed || down_.outputs > 0) return fail("this summarising layer");
      down_ = {pack(kernels_, layer.matrices), layer.inputs, layer.outputs, false};
      return {};
    case LayerType::lstm:
      if (transposed || down_.outputs == 0 || softmax_.rows > 0) return fail("this recurrent layer");
      along_.push_back({pack(kernels_, layer.matrices), layer.inputs, layer.outputs, reversed});
      return {};
    case LayerType::softmax:
      if (down_.outputs == 0 || softmax_.rows > 0) return fail("this softmax");
      softmax_ = pack(kernels_, layer.matrices);
      codes_ = layer.outputs;
      return {};
  }
  return fail("a layer");
}

std::vector<LineOutput> Network::forward(std::span<const LineInput> lines) const {
  Sequence sequence;
  sequence.features = features_ * (input_height_ / pool_y_);
  for (const LineInput& line : lines) {
    const int columns = line.width / pool_x_;
    sequence.columns.push_back(columns);
    sequence.values.emplace_back(static_cast<std::size_t>(columns) * sequence.features);
    if (columns > 0) convolve(line, sequence.values.back().data());
  }
  run_columns(sequence);
  for (const Recurrent& layer : along_) run_along(layer, sequence);
  return run_softmax(sequence);
}

// Pooling cells whose windows all lie in the image.
struct Network::CellRange {
  int first_column = 0, end_column = 0, first_row = 0, end_row = 0;

  bool empty() const { return first_column >= end_column || first_row >= end_row; }
  bool contains(int column, int row) const {
    return column >= first_column && column < end_column && row >= first_row && row < end_row;
  }
};

// Those that the kernel's own convolution takes.
Network::CellRange Network::inner_cells(int width) const {
  if (spread_convolution_.rows == 0 || pool_x_ != kPool || pool_y_ != kPool) return {};
  const CellRange inner = {1, (width - 1) / kPool, 1, (input_height_ - 1) / kPool};
  return inner.empty() ? CellRange{} : inner;
}

void Network::convolve(const LineInput& line, std::int8_t* pooled) const {
  const CellRange inner = inner_cells(line.width);
  if (!inner.empty()) convolve_inner(line, inner, pooled);
  convolve_others(line, inner, pooled);
}

void Network::convolve_inner(const LineInput& line, const CellRange& inner, std::int8_t* pooled) const {
  constexpr int kBehind = 3;  // bytes behind the last window
  const int height = input_height_, rows = height / pool_y_;
  std::vector<std::uint8_t> image(static_cast<std::size_t>(line.width) * height + kBehind);
  for (int y = 0; y < height; ++y) {
    const std::int8_t* from = line.pixels.data() + static_cast<std::size_t>(y) * line.width;
    std::uint8_t* to = image.data() + y;
    for (int x = 0; x < line.width; ++x, to += height) *to = static_cast<std::uint8_t>(from[x] + 128);
  }
  const std::size_t window =
      static_cast<std::size_t>(inner.first_column * kPool - 1) * height + inner.first_row * kPool - 1;
  const std::size_t cell = static_cast<std::size_t>(inner.first_column) * rows + inner.first_row;
  kernels_.convolve(spread_convolution_, image.data() + window, height, inner.end_column - inner.first_column,
                    inner.end_row - inner.first_row, pooled + cell * features_, rows * features_);
}

// Patches in the order in which the noise is drawn (rows, then columns, then window columns, then window
// rows), stored cell by cell; then product, maximum over the cell, and tanh once a maximum (it is monotone).
void Network::convolve_others(const LineInput& line, const CellRange& inner, std::int8_t* pooled) const {
  const int width = line.width, height = input_height_, stride = padded(convolution_.columns);
  const int rows = height / pool_y_, columns = width / pool_x_, cell_patches = pool_x_ * pool_y_;
  std::vector<std::size_t> cells;  // c · rows + r of each
  std::vector<int> number(static_cast<std::size_t>(columns) * rows, -1);
  for (int c = 0; c < columns; ++c) {
    for (int r = 0; r < rows; ++r) {
      if (inner.contains(c, r)) continue;
      const std::size_t cell = static_cast<std::size_t>(c) * rows + r;
      number[cell] = static_cast<int>(cells.size());
      cells.push_back(cell);
    }
  }
  std::vector<std::int8_t> patches(cells.size() * cell_patches * stride), unused(stride);
  BorderNoise noise(sample_iteration_);
  for (int y = 0; y < height; ++y) {
    const bool between = inner.contains(inner.first_column, y / pool_y_);
    for (int x = 0; x < width; ++x) {
      if (between && x == inner.first_column * pool_x_) x = inner.end_column * pool_x_;
      const int c = x / pool_x_, r = y / pool_y_;
      std::int8_t* patch = unused.data();
      if (c < columns && r < rows) {
        const std::size_t place =
            static_cast<std::size_t>(number[static_cast<std::size_t>(c) * rows + r]) * cell_patches +
            static_cast<std::size_t>(y % pool_y_ * pool_x_ + x % pool_x_);
        patch = patches.data() + place * stride;
      }
      take_patch(line, height, half_x_, half_y_, x, y, noise, patch);
    }
  }
  constexpr std::size_t kCells = 64;  // whose products are taken together
  const int padded_rows = convolution_.padded_rows;
  AlignedVector<std::int32_t> sums(kCells * cell_patches * padded_rows);
  for (std::size_t first = 0; first < cells.size(); first += kCells) {
    const std::size_t count = std::min(kCells, cells.size() - first);
    kernels_.multiply(convolution_, patches.data() + first * cell_patches * stride, stride,
                      static_cast<int>(count) * cell_patches, sums.data());
    for (std::size_t k = 0; k < count; ++k) {
      std::int32_t* top = sums.data() + k * cell_patches * padded_rows;
      kernels_.maxima(top + padded_rows, cell_patches - 1, padded_rows, top);
      kernels_.tanh(top, convolution_.scales.data(), features_, pooled + cells[first + k] * features_);
    }
  }
}

// The summarising layer: each column is a sequence of its own, from top to bottom; its last output stays.
void Network::run_columns(Sequence& sequence) const {
  const int rows = input_height_ / pool_y_, n = down_.outputs;
  const int stride = line_stride(down_.inputs + n);
  AlignedVector<std::int8_t> x(static_cast<std::size_t>(kColumnBatch) * stride);
  AlignedVector<float> state(kColumnBatch * state_stride(n));
  AlignedVector<std::int32_t> sums(static_cast<std::size_t>(kColumnBatch) * down_.gates.padded_rows);
  for (std::size_t l = 0; l < sequence.values.size(); ++l) {
    std::vector<std::int8_t> out(static_cast<std::size_t>(sequence.columns[l]) * n);
    for (int first = 0; first < sequence.columns[l]; first += kColumnBatch) {
      const int count = std::min(kColumnBatch, sequence.columns[l] - first);
      std::fill(x.begin(), x.end(), std::int8_t{0});
      std::fill(state.begin(), state.end(), 0.0F);
      for (int r = 0; r < rows; ++r) {
        for (int c = 0; c < count; ++c) {
          const std::int8_t* from =
              sequence.values[l].data() + (static_cast<std::size_t>(first + c) * rows + r) * down_.inputs;
          std::memcpy(x.data() + static_cast<std::size_t>(c) * stride, from, down_.inputs);
        }
        std::int8_t* outputs = out.data() + static_cast<std::size_t>(first) * n;
        kernels_.step(down_.gates, x.data(), stride, count, n, state.data(), outputs, sums.data());
        for (int c = 0; c < count; ++c) {
          std::memcpy(x.data() + static_cast<std::size_t>(c) * stride + down_.inputs,
                      outputs + static_cast<std::size_t>(c) * n, n);
        }
      }
    }
    sequence.values[l] = std::move(out);
  }
  sequence.features = n;
}

void Network::run_along(const Recurrent& layer, Sequence& sequence) const {
  struct Slot {
    int line = -1, step = 0;
  };
  const int n = layer.outputs, stride = line_stride(layer.inputs + n);
  std::vector<std::size_t> order(
      sequence.values.size());  // longest first, so that the last slots end together
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return sequence.columns[a] > sequence.columns[b]; });
  std::vector<std::vector<std::int8_t>> out(sequence.values.size());
  for (std::size_t l = 0; l < out.size(); ++l)
    out[l].resize(static_cast<std::size_t>(sequence.columns[l]) * n);

  std::vector<Slot> slots;
  AlignedVector<std::int8_t> x(static_cast<std::size_t>(kSlots) * stride);
  AlignedVector<float> state(kSlots * state_stride(n));
  std::vector<std::int8_t> outputs(static_cast<std::size_t>(kSlots) * n);
  AlignedVector<std::int32_t> sums(static_cast<std::size_t>(kSlots) * layer.gates.padded_rows);
  std::size_t next = 0;
  auto refill = [&](std::size_t s) {  // false when no line is left
    while (next < order.size() && sequence.columns[order[next]] == 0) ++next;
    if (next == order.size()) return false;
    slots[s] = {static_cast<int>(order[next++]), 0};
    std::fill_n(x.begin() + static_cast<std::ptrdiff_t>(s) * stride, stride, std::int8_t{0});
    std::fill_n(state.data() + s * state_stride(n), n, 0.0F);
    return true;
  };
  while (slots.size() < kSlots) {
    slots.emplace_back();
    if (!refill(slots.size() - 1)) {
      slots.pop_back();
      break;
    }
  }
  while (!slots.empty()) {
    auto column_of = [&](const Slot& s) {
      return layer.reversed ? sequence.columns[s.line] - 1 - s.step : s.step;
    };
    for (std::size_t s = 0; s < slots.size(); ++s) {
      const std::int8_t* from = sequence.values[slots[s].line].data() +
                                static_cast<std::size_t>(column_of(slots[s])) * layer.inputs;
      std::memcpy(x.data() + s * stride, from, layer.inputs);
    }
    kernels_.step(layer.gates, x.data(), stride, static_cast<int>(slots.size()), n, state.data(),
                  outputs.data(), sums.data());
    for (std::size_t s = 0; s < slots.size(); ++s) {
      const std::int8_t* from = outputs.data() + s * n;
      std::memcpy(x.data() + s * stride + layer.inputs, from, n);
      std::memcpy(out[slots[s].line].data() + static_cast<std::size_t>(column_of(slots[s])) * n, from, n);
      ++slots[s].step;
    }
    for (std::size_t s = slots.size(); s-- > 0;) {
      if (slots[s].step < sequence.columns[slots[s].line] || refill(s)) continue;
      const std::size_t last = slots.size() - 1;  // the last slot moves into the gap
      if (s != last) {
        slots[s] = slots[last];
        std::copy_n(x.begin() + static_cast<std::ptrdiff_t>(last) * stride, stride,
                    x.begin() + static_cast<std::ptrdiff_t>(s) * stride);
        std::copy_n(state.data() + last * state_stride(n), n, state.data() + s * state_stride(n));
      }
      slots.pop_back();
    }
  }
  sequence.values = std::move(out);
  sequence.features = n;
}

std::vector<LineOutput> Network::run_softmax(const Sequence& sequence) const {
  const int stride = line_stride(softmax_.columns);
  AlignedVector<std::int8_t> x(static_cast<std::size_t>(kColumnBatch) * stride);
  AlignedVector<std::int32_t> sums(static_cast<std::size_t>(kColumnBatch) * softmax_.padded_rows);
  std::vector<LineOutput> out(sequence.values.size());
  for (std::size_t l = 0; l < out.size(); ++l) {
    out[l].columns = sequence.columns[l];
    out[l].codes = codes_;
    out[l].probabilities.resize(static_cast<std::size_t>(out[l].columns) * codes_);
    for (int first = 0; first < out[l].columns; first += kColumnBatch) {
      const int count = std::min(kColumnBatch, out[l].columns - first);
      for (int c = 0; c < count; ++c) {
        std::memcpy(x.data() + static_cast<std::size_t>(c) * stride,
                    sequence.values[l].data() + static_cast<std::size_t>(first + c) * softmax_.columns,
                    softmax_.columns);
      }
      kernels_.multiply(softmax_, x.data(), stride, count, sums.data());
      for (int c = 0; c < count; ++c) {
        float* to = out[l].probabilities.data() + static_cast<std::size_t>(first + c) * codes_;
        const std::int32_t* from = sums.data() + static_cast<std::size_t>(c) * softmax_.padded_rows;
        for (int k = 0; k < codes_; ++k) to[k] = static_cast<float>(from[k]) * softmax_.scales[k];
      }
      softmax_in_place(kernels_, out[l].probabilities.data() + static_cast<std::size_t>(first) * codes_,
                       codes_, count);
    }
  }
  return out;
}

std::size_t Network::bytes() const {
  std::size_t total = convolution_.weights.size() + softmax_.weights.size() + down_.gates.weights.size();
  for (const Recurrent& layer : along_) total += layer.gates.weights.size();
  return total;
}

}  // namespace attest::lstm
