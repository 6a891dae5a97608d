// Line recognition behind one interface: libtesseract (oracle and fallback) or our own evaluator in ocr/lstm.
// A line image is grey, upright, dark on light, cut to the line with a little air; boxes come back in its
// pixels.
#ifndef ATTEST_OCR_RECOGNIZER_H_
#define ATTEST_OCR_RECOGNIZER_H_

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "record/error.h"
#include "record/image.h"
#include "record/page.h"

namespace attest {

// What a line may hold; a hint that constrains the decoder where it can be, and the cleaner's choice of
// padding.
enum class LineContent { text, number, code, clause, date, phone };

struct LineRequest {
  const Image* image = nullptr;  // borrowed for the call
  LineContent content = LineContent::text;
  bool glance = false;  // one look is enough, however doubtful: only how well the line reads is asked
};

struct RecognizedLine {
  std::vector<Glyph> glyphs;  // boxes in pixels of the line image; alternatives with costs in nats
  double confidence = 0;      // mean over the glyphs, 0..1
};

class LineRecognizer {
 public:
  virtual ~LineRecognizer() = default;
  // One answer a request, in order. The answer for a line does not depend on the others.
  virtual std::vector<RecognizedLine> recognize(std::span<const LineRequest> lines) = 0;
  virtual std::string name() const = 0;
};

// `model_path` is a .traineddata file.
Result<std::unique_ptr<LineRecognizer>> make_tesseract_recognizer(const std::string& model_path);
Result<std::unique_ptr<LineRecognizer>> make_lstm_recognizer(const std::string& model_path);

}  // namespace attest

#endif  // ATTEST_OCR_RECOGNIZER_H_
