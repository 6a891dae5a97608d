#include "ocr/lstm/model_file.h"

#include <cstring>
#include <map>
#include <optional>
#include <string_view>

#include "text/fold.h"

namespace attest::lstm {
namespace {

constexpr int kNetworkComponent = 17, kUnicharsetComponent = 21, kRecoderComponent = 22,
              kVersionComponent = 23;
// How the version of a model of ours begins (ocr/training/prepare.py).
constexpr std::string_view kOwnVersion = "attest:";
constexpr int kMaxComponents = 64;  // 24 are known
constexpr int kMaxDepth = 8;        // the family nests three deep
constexpr int kMaxChildren = 64;
constexpr int kMaxWidth = 65536;  // inputs or outputs of a layer; the widest known softmax has 10 thousand
constexpr std::size_t kMaxCharacters = 200'000;
constexpr std::size_t kMaxCodeLength = 9;  // codes a character, as in Tesseract

struct Damaged {
  const char* what;
};
struct Unsupported {  // whole, but none of the networks that are evaluated here
  const char* what;
};

// Reads little-endian values; throws Damaged at the end of the bytes (caught in parse_model).
class Reader {
 public:
  explicit Reader(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  template <typename T>
  T value() {
    T out;
    std::memcpy(&out, take(sizeof(T)), sizeof(T));
    return out;
  }

  std::string text(std::size_t limit) {
    const auto n = value<std::uint32_t>();
    if (n > limit) throw Damaged{"a name is too long"};
    const auto* p = take(n);
    return {reinterpret_cast<const char*>(p), n};
  }

  const std::uint8_t* take(std::size_t n) {
    if (n > bytes_.size() - at_) throw Damaged{"cut short"};
    const auto* p = bytes_.data() + at_;
    at_ += n;
    return p;
  }

  std::size_t left() const { return bytes_.size() - at_; }

 private:
  std::span<const std::uint8_t> bytes_;
  std::size_t at_ = 0;
};

Matrix read_matrix(Reader& in) {
  constexpr std::uint8_t kInt8 = 1, kDouble = 128;
  const auto mode = in.value<std::uint8_t>();
  if ((mode & kDouble) == 0 || (mode & kInt8) == 0) throw Unsupported{"not an integer model"};
  const auto rows = in.value<std::uint32_t>(), columns = in.value<std::uint32_t>();
  if (rows == 0 || columns == 0 || rows > kMaxWidth || columns > kMaxWidth)
    throw Damaged{"a matrix has no sane size"};
  in.take(1);  // the fill value of Tesseract's array
  Matrix m;
  m.rows = static_cast<int>(rows);
  m.columns = static_cast<int>(columns);
  const auto* weights = in.take(std::size_t{rows} * columns);
  m.weights.assign(reinterpret_cast<const std::int8_t*>(weights),
                   reinterpret_cast<const std::int8_t*>(weights) + std::size_t{rows} * columns);
  const auto scales = in.value<std::uint32_t>();
  if (scales < rows || scales > rows + 256) throw Damaged{"a matrix lacks scales"};
  for (std::uint32_t i = 0; i < scales; ++i) {
    const auto scale = in.value<double>();
    if (i < rows) m.scales.push_back(static_cast<float>(scale / 127));
  }
  for (const std::int8_t w : m.weights) {
    if (w == -128) throw Damaged{"a weight is out of range"};  // kernels rely on |weight| ≤ 127
  }
  return m;
}

Layer read_layer(Reader& in, int depth, int& input_height);

void read_children(Reader& in, int depth, int& input_height, bool own_rates, Layer& layer) {
  const auto n = in.value<std::uint32_t>();
  if (n == 0 || n > kMaxChildren) throw Damaged{"a series has no sane length"};
  for (std::uint32_t i = 0; i < n; ++i) layer.children.push_back(read_layer(in, depth + 1, input_height));
  if (own_rates) {
    const auto rates = in.value<std::uint32_t>();
    if (rates > in.left() / 4) throw Damaged{"cut short"};
    in.take(std::size_t{rates} * 4);
  }
}

void read_lstm(Reader& in, Layer& layer) {
  const auto na = in.value<std::int32_t>();
  if (na != layer.inputs + layer.outputs) throw Unsupported{"a two-dimensional recurrent layer"};
  for (int gate = 0; gate < 4; ++gate) {
    layer.matrices.push_back(read_matrix(in));
    if (layer.matrices.back().rows != layer.outputs || layer.matrices.back().columns != na + 1) {
      throw Damaged{"a gate does not fit its layer"};
    }
  }
}

LayerType layer_type(const std::string& name) {
  static const std::map<std::string, LayerType> types = {{"Series", LayerType::series},
                                                         {"RTLReversed", LayerType::reversed},
                                                         {"XYTranspose", LayerType::transpose},
                                                         {"Input", LayerType::input},
                                                         {"Convolve", LayerType::convolve},
                                                         {"Maxpool", LayerType::maxpool},
                                                         {"LSTM", LayerType::lstm},
                                                         {"SummLSTM", LayerType::lstm_summary},
                                                         {"Tanh", LayerType::tanh},
                                                         {"Softmax", LayerType::softmax}};
  const auto found = types.find(name);
  if (found == types.end()) throw Unsupported{"a layer of another family"};
  return found->second;
}

Layer read_layer(Reader& in, int depth, int& input_height) {
  constexpr std::int32_t kOwnRates = 64;  // layer-specific learning rates follow the children
  if (depth > kMaxDepth) throw Damaged{"layers nest too deep"};
  if (in.value<std::int8_t>() != 0) throw Damaged{"a layer without a type name"};
  Layer layer;
  layer.type = layer_type(in.text(64));
  in.take(2);  // training and backprop flags
  const auto flags = in.value<std::int32_t>();
  layer.inputs = in.value<std::int32_t>();
  layer.outputs = in.value<std::int32_t>();
  in.take(4);  // number of weights
  in.text(256);
  if (layer.inputs < 0 || layer.inputs > kMaxWidth || layer.outputs <= 0 || layer.outputs > kMaxWidth) {
    throw Damaged{"a layer has no sane size"};
  }
  switch (layer.type) {
    case LayerType::series:
    case LayerType::reversed:
    case LayerType::transpose:
      read_children(in, depth, input_height, (flags & kOwnRates) != 0, layer);
      break;
    case LayerType::input: {
      in.take(4);  // batch
      input_height = in.value<std::int32_t>();
      in.take(4);  // width
      if (in.value<std::int32_t>() != 1) throw Unsupported{"colour input"};
      in.take(4);  // loss
      break;
    }
    case LayerType::convolve:
    case LayerType::maxpool:
      layer.half_x = in.value<std::int32_t>();
      layer.half_y = in.value<std::int32_t>();
      break;
    case LayerType::lstm:
    case LayerType::lstm_summary:
      read_lstm(in, layer);
      break;
    case LayerType::tanh:
    case LayerType::softmax:
      layer.matrices.push_back(read_matrix(in));
      if (layer.matrices[0].rows != layer.outputs || layer.matrices[0].columns != layer.inputs + 1) {
        throw Damaged{"a matrix does not fit its layer"};
      }
      break;
  }
  return layer;
}

std::vector<std::string> read_unicharset(std::span<const std::uint8_t> bytes) {
  std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  std::vector<std::string> out;
  auto next_line = [&]() -> std::optional<std::string_view> {
    if (text.empty()) return std::nullopt;
    const auto end = text.find('\n');
    const auto line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return line;
  };
  const auto head = next_line();
  if (!head) throw Damaged{"no unicharset"};
  std::size_t count = 0;
  for (const char c : *head) {
    if (c < '0' || c > '9') break;
    count = count * 10 + static_cast<std::size_t>(c - '0');
    if (count > kMaxCharacters) throw Damaged{"too many characters"};
  }
  while (out.size() < count) {
    const auto line = next_line();
    if (!line) throw Damaged{"the unicharset is cut short"};
    const std::string_view character = line->substr(0, line->find(' '));
    out.push_back(character == "NULL" ? " " : to_utf8(to_u32(character)));  // always valid UTF-8
  }
  return out;
}

std::vector<std::vector<int>> read_recoder(std::span<const std::uint8_t> bytes, std::size_t characters,
                                           int outputs) {
  Reader in(bytes);
  const auto count = in.value<std::uint32_t>();
  if (count != characters) throw Damaged{"recoder and unicharset differ"};
  std::vector<std::vector<int>> out(count);
  for (auto& codes : out) {
    in.take(1);
    const auto n = in.value<std::int32_t>();
    if (n < 0 || n > static_cast<int>(kMaxCodeLength)) throw Damaged{"a code is too long"};
    for (int i = 0; i < n; ++i) {
      const auto code = in.value<std::int32_t>();
      if (code < 0 || code >= outputs) throw Damaged{"a code that the network does not have"};
      codes.push_back(code);
    }
  }
  return out;
}

std::span<const std::uint8_t> component(std::span<const std::uint8_t> bytes,
                                        const std::vector<std::int64_t>& offsets, int index) {
  const auto size = static_cast<std::int64_t>(bytes.size());
  if (index >= static_cast<int>(offsets.size())) throw Damaged{"not a line model"};
  const std::int64_t begin = offsets[index];
  if (begin < 0 || begin > size) throw Damaged{"not a line model"};
  std::int64_t end = size;
  for (const std::int64_t o : offsets) {
    if (o > begin && o < end) end = o;
  }
  return bytes.subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin));
}

// The version is optional: early models have none.
bool is_own(std::span<const std::uint8_t> bytes, const std::vector<std::int64_t>& offsets) {
  if (kVersionComponent >= static_cast<int>(offsets.size()) || offsets[kVersionComponent] < 0) return false;
  const auto version = component(bytes, offsets, kVersionComponent);
  return version.size() >= kOwnVersion.size() &&
         std::equal(kOwnVersion.begin(), kOwnVersion.end(), version.begin());
}

ModelFile parse(std::span<const std::uint8_t> bytes) {
  Reader in(bytes);
  const auto count = in.value<std::int32_t>();
  if (count <= 0 || count > kMaxComponents) throw Damaged{"not a .traineddata file"};
  std::vector<std::int64_t> offsets;
  offsets.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) offsets.push_back(in.value<std::int64_t>());

  ModelFile model;
  Reader network(component(bytes, offsets, kNetworkComponent));
  model.network = read_layer(network, 0, model.input_height);
  network.text(4096);  // the specification string
  network.take(8);     // training flags and iteration
  model.sample_iteration = network.value<std::int32_t>();
  model.null_code = network.value<std::int32_t>();
  model.characters = read_unicharset(component(bytes, offsets, kUnicharsetComponent));
  model.codes = read_recoder(component(bytes, offsets, kRecoderComponent), model.characters.size(),
                             model.network.outputs);
  model.trained_on_cuts = is_own(bytes, offsets);
  if (model.null_code < 0 || model.null_code >= model.network.outputs) throw Damaged{"no null code"};
  if (model.input_height < 8 || model.input_height > 256)
    throw Unsupported{"an input height of another family"};
  return model;
}

}  // namespace

Result<ModelFile> parse_model(std::span<const std::uint8_t> bytes) {
  try {
    return parse(bytes);
  } catch (const Damaged& e) {
    return Error{ErrorCode::damaged, std::string("model file: ") + e.what};
  } catch (const Unsupported& e) {
    return Error{ErrorCode::unsupported, std::string("model file: ") + e.what};
  } catch (const std::bad_alloc&) {
    return Error{ErrorCode::out_of_memory, "model file: out of memory"};
  }
}

}  // namespace attest::lstm
