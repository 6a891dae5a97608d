// One line image → glyphs.
//
//   number, code, phone, date cells: the image is the line as it is (PSM 13), characters restricted
//   text:                            Tesseract looks for the line's ink itself (PSM 7)
//
// Confidence and alternatives come from the symbol choices (lstm_choice_mode 2): shares that add up to about
// 1 over the readings of one symbol, from which costs in nats are differences of -ln.
#include "ocr/tesseract_recognizer.h"

#include <omp.h>
#include <tesseract/baseapi.h>
#include <tesseract/resultiterator.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <memory>

namespace attest {
namespace {

constexpr double kLeastShare = 1e-4;    // a reading below this share is as good as absent
constexpr int kMostAlternatives = 5;    // the truth of a wrong glyph is among the first five or not at all
constexpr double kGapInHeights = 0.45;  // white space wider than this share of the line height is a gap
constexpr int kAssumedDpi = 300;  // keeps Tesseract from guessing; lines are cut at about this resolution

struct TextDeleter {
  void operator()(char* text) const { delete[] text; }
};
using Text = std::unique_ptr<char, TextDeleter>;

class TesseractRecognizer : public LineRecognizer {
 public:
  static Result<std::unique_ptr<LineRecognizer>> open(const std::string& model_path);
  std::vector<RecognizedLine> recognize(std::span<const LineRequest> lines) override;
  std::string name() const override { return std::string("tesseract ") + tesseract::TessBaseAPI::Version(); }

 private:
  RecognizedLine recognize_line(const LineRequest& request);
  RecognizedLine glyphs_of(const Image& image);

  tesseract::TessBaseAPI api_;
};

Result<std::unique_ptr<LineRecognizer>> TesseractRecognizer::open(const std::string& model_path) {
  omp_set_max_active_levels(
      0);  // parallel regions run on the calling thread; OMP_THREAD_LIMIT is read before main
  const std::filesystem::path path(model_path);
  auto recognizer = std::make_unique<TesseractRecognizer>();
  if (recognizer->api_.Init(path.parent_path().c_str(), path.stem().c_str(), tesseract::OEM_LSTM_ONLY) != 0) {
    return Error{ErrorCode::missing_dependency, "Tesseract cannot load the model " + model_path};
  }
  recognizer->api_.SetVariable("lstm_choice_mode", "2");
  recognizer->api_.SetVariable("debug_file", "/dev/null");
  recognizer->api_.SetVariable("tessedit_do_invert", "0");
  return std::unique_ptr<LineRecognizer>(std::move(recognizer));
}

std::vector<RecognizedLine> TesseractRecognizer::recognize(std::span<const LineRequest> lines) {
  std::vector<RecognizedLine> out;
  out.reserve(lines.size());
  for (const LineRequest& request : lines) out.push_back(recognize_line(request));
  return out;
}

RecognizedLine TesseractRecognizer::recognize_line(const LineRequest& request) {
  if (!request.image || request.image->empty() || request.image->channels != 1) return {};
  const Image& image = *request.image;
  const bool text = request.content == LineContent::text;
  api_.SetPageSegMode(text ? tesseract::PSM_SINGLE_LINE : tesseract::PSM_RAW_LINE);
  api_.SetVariable("tessedit_char_whitelist", whitelist_of(request.content).c_str());
  api_.SetImage(image.pixels.data(), image.width, image.height, 1, image.width);
  api_.SetSourceResolution(kAssumedDpi);
  if (api_.Recognize(nullptr) != 0) return {};
  RecognizedLine line = glyphs_of(image);
  api_.Clear();
  return line;
}

// The readings of the symbol the iterator stands on: the best with its share, and the rest with costs against
// it.
void add_choices(const tesseract::ResultIterator& it, Glyph* glyph) {
  struct Choice {
    std::string text;
    double share;
  };
  std::vector<Choice> choices;
  double own = 0;
  tesseract::ChoiceIterator choice(it);
  do {
    const char* text = choice.GetUTF8Text();
    const double share = std::clamp(choice.Confidence() / 100.0, 0.0, 1.0);
    if (!text || !*text) continue;
    if (glyph->text == text) {
      own = std::max(own, share);
    } else if (share > kLeastShare) {
      choices.push_back({text, share});
    }
  } while (choice.Next());
  if (own <= 0) return;
  glyph->confidence = std::min(glyph->confidence, own);
  std::stable_sort(choices.begin(), choices.end(),
                   [](const Choice& a, const Choice& b) { return a.share > b.share; });
  if (choices.size() > kMostAlternatives) choices.resize(kMostAlternatives);
  for (const Choice& c : choices)
    glyph->alternatives.push_back({c.text, std::max(0.0, std::log(own / c.share))});
}

RecognizedLine TesseractRecognizer::glyphs_of(const Image& image) {
  RecognizedLine line;
  const std::unique_ptr<tesseract::ResultIterator> it(api_.GetIterator());
  if (!it || it->Empty(tesseract::RIL_SYMBOL)) return line;
  double sum = 0;
  do {
    const Text text(it->GetUTF8Text(tesseract::RIL_SYMBOL));
    if (!text || !*text || std::string_view(text.get()) == " ") continue;
    Glyph glyph;
    glyph.text = text.get();
    int left = 0, top = 0, right = 0, bottom = 0;
    it->BoundingBox(tesseract::RIL_SYMBOL, &left, &top, &right, &bottom);
    glyph.box = {double(left), double(top), double(right - left), double(bottom - top)};
    glyph.confidence = std::clamp(it->Confidence(tesseract::RIL_SYMBOL) / 100.0, 0.0, 1.0);
    add_choices(*it, &glyph);
    sum += glyph.confidence;
    if (!line.glyphs.empty()) {
      const Box& before = line.glyphs.back().box;
      const double gap = glyph.box.left - before.right();
      if (gap > kGapInHeights * image.height) {
        Glyph space;
        space.text = " ";
        space.box = {before.right(), before.top, gap, before.height};
        line.glyphs.push_back(std::move(space));
      }
    }
    line.glyphs.push_back(std::move(glyph));
    ++line.confidence;
  } while (it->Next(tesseract::RIL_SYMBOL));
  if (line.confidence > 0) line.confidence = sum / line.confidence;
  return line;
}

}  // namespace

std::string whitelist_of(LineContent content) {
  switch (content) {
    case LineContent::text:
      return "";
    case LineContent::number:
      return "0123456789.%/-+不涉及无分";
    case LineContent::code:
      return "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-/";
    case LineContent::clause:
      return "0123456789.";
    case LineContent::date:
      return "0123456789-./年月日上下午至";
    case LineContent::phone:
      return "0123456789-+() ";
  }
  return "";
}

Result<std::unique_ptr<LineRecognizer>> make_tesseract_recognizer(const std::string& model_path) {
  return TesseractRecognizer::open(model_path);
}

}  // namespace attest
