#include "tests/ocr_lstm/small_model.h"

#include <random>
#include <string>
#include <string_view>

namespace attest::lstm {
namespace {

class Writer {
 public:
  template <typename T>
  void put(T value) {
    const auto* p = reinterpret_cast<const std::uint8_t*>(&value);
    bytes_.insert(bytes_.end(), p, p + sizeof value);
  }
  void text(std::string_view s) {
    put(static_cast<std::uint32_t>(s.size()));
    bytes_.insert(bytes_.end(), s.begin(), s.end());
  }
  void head(std::string_view type, int inputs, int outputs) {
    put(std::int8_t{0});
    text(type);
    put(std::int16_t{0});
    for (const int v : {0, inputs, outputs, 0}) put(std::int32_t{v});
    text(type);
  }
  void matrix(int rows, int columns) {
    put(std::uint8_t{0x85});
    put(static_cast<std::uint32_t>(rows));
    put(static_cast<std::uint32_t>(columns));
    put(std::uint8_t{0});
    for (int i = 0; i < rows * columns; ++i)
      put(static_cast<std::int8_t>(static_cast<int>(random_() % 255) - 127));
    put(static_cast<std::uint32_t>(rows));
    for (int r = 0; r < rows; ++r) put(2.0);
  }
  void lstm(std::string_view type, int inputs, int outputs) {
    head(type, inputs, outputs);
    put(std::int32_t{inputs + outputs});
    for (int gate = 0; gate < 4; ++gate) matrix(outputs, inputs + outputs + 1);
  }
  void full(std::string_view type, int inputs, int outputs) {
    head(type, inputs, outputs);
    matrix(outputs, inputs + 1);
  }
  void around(std::string_view type, int inputs, int outputs, int children) {
    head(type, inputs, outputs);
    put(static_cast<std::uint32_t>(children));
  }
  std::vector<std::uint8_t>& bytes() { return bytes_; }

 private:
  std::vector<std::uint8_t> bytes_;
  std::mt19937 random_{1};
};

// [1,12,0,1 Ct3,3,4 Mp3,3 Lfys5 Lfx6 Lrx5 Lfx6 O1c5]
std::vector<std::uint8_t> network() {
  Writer out;
  out.around("Series", 1, 5, 7);
  out.head("Input", 1, 1);
  for (const int v : {1, 12, 0, 1, 0}) out.put(std::int32_t{v});
  out.around("Series", 1, 4, 2);
  out.head("Convolve", 1, 9);
  out.put(std::int32_t{1});
  out.put(std::int32_t{1});
  out.full("Tanh", 9, 4);
  out.head("Maxpool", 4, 4);
  out.put(std::int32_t{3});
  out.put(std::int32_t{3});
  out.around("XYTranspose", 4, 5, 1);
  out.lstm("SummLSTM", 4, 5);
  out.lstm("LSTM", 5, 6);
  out.around("RTLReversed", 6, 5, 1);
  out.lstm("LSTM", 6, 5);
  out.full("Softmax", 5, 5);
  out.text("[a small model]");
  for (const int v : {0, 100, 4000, 4}) out.put(std::int32_t{v});  // flags, iteration, sample iteration, null
  return out.bytes();
}

std::vector<std::uint8_t> recoder() {
  Writer out;
  out.put(std::uint32_t{4});
  for (const std::vector<int>& codes : {std::vector<int>{0}, {1}, {2}, {1, 3}}) {
    out.put(std::int8_t{1});
    out.put(static_cast<std::int32_t>(codes.size()));
    for (const int c : codes) out.put(std::int32_t{c});
  }
  return out.bytes();
}

}  // namespace

std::vector<std::uint8_t> small_model_file() {
  const std::string characters = "4\nNULL 0\na 3\n\xE6\x98\xAF 1\n\xE5\x90\xA6 1\n";
  const std::vector<std::uint8_t> parts[] = {network(), {characters.begin(), characters.end()}, recoder()};
  constexpr int kComponents = 24;
  Writer out;
  out.put(std::int32_t{kComponents});
  std::int64_t at = 4 + 8 * kComponents;
  for (int i = 0; i < kComponents; ++i) {
    const int part = i == 17 ? 0 : i == 21 ? 1 : i == 22 ? 2 : -1;
    out.put(part < 0 ? std::int64_t{-1} : at);
    if (part >= 0) at += static_cast<std::int64_t>(parts[part].size());
  }
  for (const auto& part : parts) out.bytes().insert(out.bytes().end(), part.begin(), part.end());
  return out.bytes();
}

}  // namespace attest::lstm
