// Lines to glyphs by our own evaluator: prepare, run the network on all lines together, decode, weigh
// alternatives.
#include "ocr/recognizer.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <fstream>
#include <string_view>

#include "ocr/lstm/decoder.h"
#include "ocr/lstm/frame.h"
#include "ocr/lstm/line_image.h"
#include "ocr/lstm/model_file.h"
#include "ocr/lstm/network.h"

namespace attest {
namespace {

constexpr std::size_t kMostBytes = std::size_t{256}
                                   << 20;  // of a model file; known ones have up to 15 million

// Network pixels that run together: 24,000 are 8,000 columns, about 14 MB of softmax outputs with 450 codes.
constexpr int kBatchPixels = 24'000;

// A line is read with the first of these; when it is doubtful also with the others, and the first reading
// that is not counts, else the surest: the first and the last character, and single digits, depend on the air
// around them. Of 5,130 lines of drawn pages our model reads 96.7 % without a fault as cut, 96.2 % with
// 0.15, 95.4 % with 0.30 at both ends, 95.0 % with 0.15 and 0.05 above and below; chi_sim is doubtful about 2
// % with the last and about 7 % with 0.30, and leaves single digits out with any but not with all.
using Airs = std::array<lstm::Air, 4>;
constexpr Airs kAirsOfOurs = {lstm::kCutsAir, lstm::Air{0.15, 0.15, 0.00}, lstm::Air{0.30, 0.30, 0.00},
                              lstm::Air{0.05, 0.25, 0.12}};
constexpr Airs kAirsOfOthers = {lstm::kUsualAir, lstm::Air{0.30, 0.30, 0.00}, lstm::Air{0.05, 0.25, 0.12},
                                lstm::Air{0.30, 0.30, 0.10}};
// A line is doubtful below this mean confidence …
constexpr double kDoubtful = 0.80;
// … or with a glyph below this.
constexpr double kDoubtfulGlyph = 0.60;

// A column's own characters are taken when the path costs at most this much more than the free one, in nats a
// character that changes; beyond it something else is printed there.
constexpr double kConstraintPrice = 9.0;

// White space becomes a " " glyph as on pages with a text layer: where it is wide, or where the model reads a
// space between ASCII characters. In heights of the line.
constexpr double kWordGap = 0.15;    // between ASCII characters with a space
constexpr double kSpaceGap = 0.40;   // elsewhere, with a space read by the model
constexpr double kCertainGap = 0.9;  // without one; full-width punctuation has up to 0.6 on one side

const char* characters_of(LineContent content) {
  switch (content) {
    case LineContent::text:
      return "";
    case LineContent::number:
      return "0123456789./%-+~—不涉及无分 ";
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

bool is_word(const std::string& text) {
  return text.size() == 1 && std::isalnum(static_cast<unsigned char>(text[0])) != 0;
}

// Punctuation that has its white space in itself when it is printed full-width.
bool is_airy(const std::string& text) {
  constexpr std::string_view kAiry = ",.:;!?()，。：；！？（）、【】《》“”";
  return !text.empty() && kAiry.find(text) != std::string_view::npos;
}

bool is_doubtful(const RecognizedLine& line) {
  return line.confidence < kDoubtful ||
         std::any_of(line.glyphs.begin(), line.glyphs.end(),
                     [](const Glyph& g) { return g.confidence < kDoubtfulGlyph; });
}

class LstmRecognizer : public LineRecognizer {
 public:
  LstmRecognizer(const lstm::ModelFile& model, std::unique_ptr<lstm::Network> network, std::string kernels)
      : network_(std::move(network)),
        decoder_(model),
        kernels_(std::move(kernels)),
        airs_(model.trained_on_cuts ? kAirsOfOurs : kAirsOfOthers) {
    for (int content = 0; content <= static_cast<int>(LineContent::phone); ++content) {
      const std::string listed = characters_of(static_cast<LineContent>(content));
      if (listed.empty()) continue;
      std::vector<bool> allowed(decoder_.character_count(), false);
      for (int id = 0; id < decoder_.character_count(); ++id) {
        const std::string& c = decoder_.character(id);
        allowed[id] = !c.empty() && c.size() <= 4 && listed.find(c) != std::string::npos;
      }
      restrictions_[content] = decoder_.restriction_to(std::move(allowed));
    }
  }

  std::vector<RecognizedLine> recognize(std::span<const LineRequest> lines) override {
    std::vector<Task> tasks;
    for (std::size_t i = 0; i < lines.size(); ++i) tasks.push_back({i, &airs_[0]});
    std::vector<RecognizedLine> out = run(lines, tasks);
    tasks.clear();
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (lines[i].glance || !is_doubtful(out[i])) continue;
      for (std::size_t air = 1; air < airs_.size(); ++air) tasks.push_back({i, &airs_[air]});
    }
    std::vector<RecognizedLine> again = run(lines, tasks);
    for (std::size_t k = 0; k < tasks.size(); ++k) {
      RecognizedLine& best = out[tasks[k].line];
      if (is_doubtful(best) && again[k].confidence > best.confidence) best = std::move(again[k]);
    }
    return out;
  }

  std::string name() const override { return "lstm (" + kernels_ + ")"; }

 private:
  struct Task {  // a line to be read with some air
    std::size_t line;
    const lstm::Air* air;
  };

  // One answer a task, in order.
  std::vector<RecognizedLine> run(std::span<const LineRequest> lines, const std::vector<Task>& tasks) const {
    std::vector<RecognizedLine> out(tasks.size());
    std::vector<lstm::LineInput> inputs;
    struct Place {
      std::size_t task;
      lstm::FramedLine frame;  // without its pixels
      double scale;
    };
    std::vector<Place> places;
    int pixels = 0;
    auto flush = [&] {
      const auto outputs = network_->forward(inputs);
      for (std::size_t i = 0; i < outputs.size(); ++i) {
        const LineRequest& request = lines[tasks[places[i].task].line];
        out[places[i].task] =
            read(outputs[i], request.content, places[i].scale, places[i].frame, request.image->height);
      }
      inputs.clear();
      places.clear();
      pixels = 0;
    };
    for (std::size_t i = 0; i < tasks.size(); ++i) {
      const Image* image = lines[tasks[i].line].image;
      if (image == nullptr) continue;
      lstm::FramedLine frame = lstm::frame_line(*image, *tasks[i].air);
      lstm::PreparedLine prepared = lstm::prepare_line(frame.image, network_->input_height());
      frame.image = {};
      if (prepared.input.width == 0) continue;
      if (pixels + prepared.input.width > kBatchPixels && !inputs.empty()) flush();
      pixels += prepared.input.width;
      inputs.push_back(std::move(prepared.input));
      places.push_back({i, std::move(frame), prepared.scale});
    }
    if (!inputs.empty()) flush();
    return out;
  }

  lstm::Decoded decode(const lstm::LineOutput& output, LineContent content,
                       const lstm::Restriction** used) const {
    const lstm::Restriction& restriction = restrictions_[static_cast<int>(content)];
    const std::vector<bool>& allowed = restriction.characters;
    lstm::Decoded free = decoder_.decode(output);
    *used = &restrictions_[static_cast<int>(LineContent::text)];
    const auto strange = std::count_if(free.glyphs.begin(), free.glyphs.end(),
                                       [&](const auto& g) { return !allowed.empty() && !allowed[g.id]; });
    if (strange == 0) return free;
    lstm::Decoded bound = decoder_.decode(output, restriction);
    if (bound.glyphs.empty() || bound.cost - free.cost > kConstraintPrice * static_cast<double>(strange))
      return free;
    *used = &restriction;
    return bound;
  }

  // Glyphs meet halfway between their columns and are cut to the ink there.
  RecognizedLine read(const lstm::LineOutput& output, LineContent content, double scale,
                      const lstm::FramedLine& frame, int height) const {
    const lstm::Restriction* restriction = nullptr;
    const lstm::Decoded decoded = decode(output, content, &restriction);
    RecognizedLine line;
    const double column = network_->column_pixels() / scale;
    const auto& glyphs = decoded.glyphs;
    bool space = false;  // read by the model since the last glyph
    int count = 0;
    for (std::size_t i = 0; i < glyphs.size(); ++i) {
      if (decoder_.character(glyphs[i].id) == " ") {
        space = true;
        continue;
      }
      const double left = i == 0 ? 0 : (glyphs[i - 1].end + glyphs[i].begin) / 2.0;
      const double right =
          i + 1 == glyphs.size() ? output.columns : (glyphs[i].end + glyphs[i + 1].begin) / 2.0;
      Glyph glyph = decoder_.weigh(output, glyphs[i], *restriction);
      std::erase_if(glyph.alternatives, [](const Alternative& a) { return a.text.empty() || a.text == " "; });
      glyph.box = ink_box(frame, frame.left + left * column, frame.left + right * column, height);
      line.confidence += glyph.confidence;
      ++count;
      if (!line.glyphs.empty()) add_space(line.glyphs.back(), glyph, space, height, line);
      line.glyphs.push_back(std::move(glyph));
      space = false;
    }
    if (count > 0) line.confidence /= count;
    return line;
  }

  static Box ink_box(const lstm::FramedLine& frame, double from, double to, int height) {
    const int width = static_cast<int>(frame.ink.size());
    int left = std::clamp(static_cast<int>(from), 0, width - 1);
    int right = std::clamp(static_cast<int>(std::lround(to)), left + 1, width);
    const auto begin = frame.ink.begin() + left, end = frame.ink.begin() + right;
    if (std::find(begin, end, true) != end) {  // the columns of small glyphs may lie beside their ink
      while (!frame.ink[left]) ++left;
      while (!frame.ink[right - 1]) --right;
    }
    return {static_cast<double>(left), 0, static_cast<double>(right - left), static_cast<double>(height)};
  }

  static void add_space(const Glyph& before, const Glyph& after, bool space, int height,
                        RecognizedLine& line) {
    const double gap = after.box.left - before.box.right();
    const bool ascii = is_word(before.text) && is_word(after.text);
    const bool airy = is_airy(before.text) || is_airy(after.text);
    const double least = !space || airy ? kCertainGap : ascii ? kWordGap : kSpaceGap;
    if (gap <= least * height) return;
    Glyph glyph;
    glyph.text = " ";
    glyph.box = {before.box.right(), 0, gap, static_cast<double>(height)};
    line.glyphs.push_back(std::move(glyph));
  }

  std::unique_ptr<lstm::Network> network_;
  lstm::Decoder decoder_;
  std::string kernels_;
  Airs airs_;
  std::array<lstm::Restriction, 6> restrictions_;  // by content; of text: none
};

}  // namespace

Result<std::unique_ptr<LineRecognizer>> make_lstm_recognizer(const std::string& model_path) {
  std::ifstream file(model_path, std::ios::binary);
  if (!file) return Error{ErrorCode::missing_dependency, "cannot open the model " + model_path};
  std::vector<std::uint8_t> bytes;
  std::array<char, 1 << 16> buffer{};
  while (file.read(buffer.data(), buffer.size()) || file.gcount() > 0) {
    bytes.insert(bytes.end(), buffer.begin(), buffer.begin() + file.gcount());
    if (bytes.size() > kMostBytes)
      return Error{ErrorCode::too_large, "the model " + model_path + " is too large"};
  }
  if (file.bad()) return Error{ErrorCode::unreadable, "cannot read the model " + model_path};
  auto model = lstm::parse_model(bytes);
  if (!model) return model.error();
  const lstm::Kernels& kernels = lstm::available_kernels().back();
  auto network = lstm::Network::make(*model, kernels);
  if (!network) return network.error();
  return std::unique_ptr<LineRecognizer>(new LstmRecognizer(*model, std::move(*network), kernels.name));
}

}  // namespace attest
