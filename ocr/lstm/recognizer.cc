// Lines to glyphs by our own evaluator: prepare, run the network on all lines together, decode, weigh
// alternatives.
#include "ocr/recognizer.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>

#include "ocr/lstm/decoder.h"
#include "ocr/lstm/line_image.h"
#include "ocr/lstm/model_file.h"
#include "ocr/lstm/network.h"

namespace attest {
namespace {

// Network pixels that run together: 24,000 are 8,000 columns, about 14 MB of softmax outputs with 450 codes.
constexpr int kBatchPixels = 24'000;

// A column's own characters are taken when the path costs at most this much more than the free one, in nats a
// character that changes; beyond it something else is printed there.
constexpr double kConstraintPrice = 9.0;

const char* characters_of(LineContent content) {
  switch (content) {
    case LineContent::text:
      return "";
    case LineContent::number:
      return "0123456789./%-+~—不涉及无 ";
    case LineContent::code:
      return "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ[]()-./ ";
    case LineContent::clause:
      return "0123456789. ";
    case LineContent::date:
      return "0123456789年月日上下午至-/.() ";
    case LineContent::phone:
      return "0123456789-+() ";
  }
  return "";
}

class LstmRecognizer : public LineRecognizer {
 public:
  LstmRecognizer(const lstm::ModelFile& model, std::unique_ptr<lstm::Network> network, std::string kernels)
      : network_(std::move(network)), decoder_(model), kernels_(std::move(kernels)) {
    for (int content = 0; content <= static_cast<int>(LineContent::phone); ++content) {
      const std::string listed = characters_of(static_cast<LineContent>(content));
      if (listed.empty()) continue;
      auto& allowed = allowed_[content];
      allowed.assign(decoder_.character_count(), false);
      for (int id = 0; id < decoder_.character_count(); ++id) {
        const std::string& c = decoder_.character(id);
        allowed[id] = !c.empty() && c.size() <= 4 && listed.find(c) != std::string::npos;
      }
    }
  }

  std::vector<RecognizedLine> recognize(std::span<const LineRequest> lines) override {
    std::vector<RecognizedLine> out(lines.size());
    std::vector<lstm::LineInput> inputs;
    std::vector<std::size_t> places;
    std::vector<double> scales;
    int pixels = 0;
    auto flush = [&] {
      const auto outputs = network_->forward(inputs);
      for (std::size_t i = 0; i < outputs.size(); ++i) {
        const LineRequest& request = lines[places[i]];
        out[places[i]] = read(outputs[i], request.content, scales[i], *request.image);
      }
      inputs.clear();
      places.clear();
      scales.clear();
      pixels = 0;
    };
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (lines[i].image == nullptr) continue;
      lstm::PreparedLine prepared = lstm::prepare_line(*lines[i].image, network_->input_height());
      if (prepared.input.width == 0) continue;
      if (pixels + prepared.input.width > kBatchPixels && !inputs.empty()) flush();
      pixels += prepared.input.width;
      inputs.push_back(std::move(prepared.input));
      places.push_back(i);
      scales.push_back(prepared.scale);
    }
    if (!inputs.empty()) flush();
    return out;
  }

  std::string name() const override { return "lstm (" + kernels_ + ")"; }

 private:
  lstm::Decoded decode(const lstm::LineOutput& output, LineContent content,
                       const std::vector<bool>** used) const {
    const auto& allowed = allowed_[static_cast<int>(content)];
    lstm::Decoded free = decoder_.decode(output);
    *used = nullptr;
    const auto strange = std::count_if(free.glyphs.begin(), free.glyphs.end(),
                                       [&](const auto& g) { return !allowed.empty() && !allowed[g.id]; });
    if (strange == 0) return free;
    lstm::Decoded bound = decoder_.decode(output, allowed);
    if (bound.glyphs.empty() || bound.cost - free.cost > kConstraintPrice * static_cast<double>(strange))
      return free;
    *used = &allowed;
    return bound;
  }

  RecognizedLine read(const lstm::LineOutput& output, LineContent content, double scale,
                      const Image& image) const {
    const std::vector<bool>* allowed = nullptr;
    const lstm::Decoded decoded = decode(output, content, &allowed);
    static const std::vector<bool> all;
    RecognizedLine line;
    const double column = network_->column_pixels() / scale;
    const auto& glyphs = decoded.glyphs;
    for (std::size_t i = 0; i < glyphs.size(); ++i) {
      // Glyphs meet halfway between their columns; the first and the last reach to theirs and a column of
      // air.
      const double left =
          i == 0 ? std::max(0, glyphs[i].begin - 1) : (glyphs[i - 1].end + glyphs[i].begin) / 2.0;
      const double right = i + 1 == glyphs.size() ? std::min(output.columns, glyphs[i].end + 1)
                                                  : (glyphs[i].end + glyphs[i + 1].begin) / 2.0;
      Glyph glyph = decoder_.weigh(output, glyphs[i], allowed != nullptr ? *allowed : all);
      glyph.box = {left * column, 0, std::max(1.0, (right - left) * column),
                   static_cast<double>(image.height)};
      line.confidence += glyph.confidence;
      line.glyphs.push_back(std::move(glyph));
    }
    if (!line.glyphs.empty()) line.confidence /= static_cast<double>(line.glyphs.size());
    return line;
  }

  std::unique_ptr<lstm::Network> network_;
  lstm::Decoder decoder_;
  std::string kernels_;
  std::array<std::vector<bool>, 6> allowed_;
};

}  // namespace

Result<std::unique_ptr<LineRecognizer>> make_lstm_recognizer(const std::string& model_path) {
  std::ifstream file(model_path, std::ios::binary);
  if (!file) return Error{ErrorCode::missing_dependency, "cannot open the model " + model_path};
  const std::vector<std::uint8_t> bytes((std::istreambuf_iterator<char>(file)),
                                        std::istreambuf_iterator<char>());
  auto model = lstm::parse_model(bytes);
  if (!model) return model.error();
  const lstm::Kernels& kernels = lstm::available_kernels().back();
  auto network = lstm::Network::make(*model, kernels);
  if (!network) return network.error();
  return std::unique_ptr<LineRecognizer>(new LstmRecognizer(*model, std::move(*network), kernels.name));
}

}  // namespace attest
