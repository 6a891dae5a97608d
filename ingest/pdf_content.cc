#include "ingest/pdf_content.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <set>
#include <string>

namespace attest {
namespace {

constexpr int kMaxFormDepth = 8;              // forms in forms; more is a loop
constexpr long kMaxOperators = 2'000'000;     // a dense drawing has some ten thousand
constexpr std::size_t kMaxStateDepth = 1000;  // of q without Q

constexpr Matrix kIdentity = {1, 0, 0, 1, 0, 0};

Matrix product(const Matrix& m, const Matrix& n) {  // first m, then n
  return {m[0] * n[0] + m[1] * n[2], m[0] * n[1] + m[1] * n[3],        m[2] * n[0] + m[3] * n[2],
          m[2] * n[1] + m[3] * n[3], m[4] * n[0] + m[5] * n[2] + n[4], m[4] * n[1] + m[5] * n[3] + n[5]};
}

double number(QPDFObjectHandle object) { return object.isNumber() ? object.getNumericValue() : 0; }

Matrix matrix_of(QPDFObjectHandle array) {
  if (!array.isArray() || array.getArrayNItems() != 6) return kIdentity;
  Matrix m;
  for (int i = 0; i < 6; ++i) m[i] = number(array.getArrayItem(i));
  return m;
}

Box box_of(QPDFObjectHandle array) {
  if (!array.isArray() || array.getArrayNItems() != 4) return {0, 0, 612, 792};
  const double x0 = number(array.getArrayItem(0)), y0 = number(array.getArrayItem(1));
  const double x1 = number(array.getArrayItem(2)), y1 = number(array.getArrayItem(3));
  return {std::min(x0, x1), std::min(y0, y1), std::abs(x1 - x0), std::abs(y1 - y0)};
}

Box bounds(const Matrix& m) {
  const double left = m[4] + std::min(0.0, m[0]) + std::min(0.0, m[2]);
  const double bottom = m[5] + std::min(0.0, m[1]) + std::min(0.0, m[3]);
  return {left, bottom, std::abs(m[0]) + std::abs(m[2]), std::abs(m[1]) + std::abs(m[3])};
}

bool see_through(QPDFObjectHandle image_dictionary) {
  return image_dictionary.hasKey("/SMask") || image_dictionary.hasKey("/Mask") ||
         (image_dictionary.getKey("/ImageMask").isBool() &&
          image_dictionary.getKey("/ImageMask").getBoolValue());
}

class ContentReader : public QPDFObjectHandle::ParserCallbacks {
 public:
  ContentReader(PageContent& content, const QPDFObjectHandle& resources, const Matrix& base, int depth)
      : content_(content), resources_(resources), depth_(depth) {
    state_.matrix = base;
  }

  void handleObject(QPDFObjectHandle object, std::size_t, std::size_t) override {
    if (!object.isOperator()) {
      if (object.isInlineImage()) place({}, false);
      if (operands_.size() < 64) operands_.push_back(object);
      return;
    }
    if (++operators_ > kMaxOperators) {
      stopped_ = true;
      terminateParsing();
      return;
    }
    execute(object.getOperatorValue());
    operands_.clear();
  }
  void handleEOF() override {}
  bool stopped() const { return stopped_; }

 private:
  struct State {
    Matrix matrix = kIdentity;
    int text_mode = 0;
  };

  void execute(const std::string& op) {
    static const std::set<std::string> kPaint = {"S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "sh"};
    if (op == "q") {
      if (saved_.size() < kMaxStateDepth) saved_.push_back(state_);
    } else if (op == "Q") {
      if (!saved_.empty()) state_ = saved_.back(), saved_.pop_back();
    } else if (op == "cm" && operands_.size() >= 6) {
      Matrix m;
      for (int i = 0; i < 6; ++i) m[i] = number(operands_[operands_.size() - 6 + i]);
      state_.matrix = product(m, state_.matrix);
    } else if (op == "Tr" && !operands_.empty()) {
      state_.text_mode = static_cast<int>(number(operands_.back()));
    } else if (op == "Tj" || op == "TJ" || op == "'" || op == "\"") {
      show_text();
    } else if (op == "Do" && !operands_.empty() && operands_.back().isName()) {
      draw(operands_.back().getName());
    } else if (kPaint.contains(op)) {
      ++content_.paths;
    }
  }

  void show_text() {
    if (operands_.empty()) return;
    long bytes = 0;
    QPDFObjectHandle shown = operands_.back();
    if (shown.isString()) {
      bytes = static_cast<long>(shown.getStringValue().size());
    } else if (shown.isArray()) {
      for (auto& item : shown.getArrayAsVector()) {
        if (item.isString()) bytes += static_cast<long>(item.getStringValue().size());
      }
    }
    (state_.text_mode == 3 || state_.text_mode == 7 ? content_.hidden_text : content_.visible_text) += bytes;
  }

  void draw(const std::string& name) {
    QPDFObjectHandle objects = resources_.isDictionary() ? resources_.getKey("/XObject") : resources_;
    if (!objects.isDictionary() || !objects.getKey(name).isStream()) return;
    QPDFObjectHandle stream = objects.getKey(name), dictionary = stream.getDict();
    if (dictionary.getKey("/Subtype").isNameAndEquals("/Image")) {
      place(stream, !see_through(dictionary));
    } else if (dictionary.getKey("/Subtype").isNameAndEquals("/Form")) {
      if (depth_ >= kMaxFormDepth) {
        stopped_ = true;
        return;
      }
      const Matrix matrix = product(matrix_of(dictionary.getKey("/Matrix")), state_.matrix);
      QPDFObjectHandle own = dictionary.getKey("/Resources");
      ContentReader form(content_, own.isDictionary() ? own : resources_, matrix, depth_ + 1);
      QPDFPageObjectHelper(stream).parseContents(&form);
      stopped_ = stopped_ || form.stopped();
    }
  }

  void place(const QPDFObjectHandle& stream, bool opaque) {
    const double area = content_.box.width * content_.box.height;
    const double share = area > 0 ? shared_area(bounds(state_.matrix), content_.box) / area : 0;
    if (opaque && share >= kWholePage) {  // what lies under it is not seen
      content_.hidden_text += content_.visible_text;
      content_.visible_text = content_.paths = 0;
      content_.images.clear();
    }
    content_.images.push_back({stream, state_.matrix, share});
  }

  PageContent& content_;
  QPDFObjectHandle resources_;
  int depth_;
  State state_;
  std::vector<State> saved_;
  std::vector<QPDFObjectHandle> operands_;
  long operators_ = 0;
  bool stopped_ = false;
};

double pixels_of(QPDFObjectHandle resources, std::set<QPDFObjGen>& seen, int depth) {
  double pixels = 0;
  if (!resources.isDictionary() || !resources.getKey("/XObject").isDictionary()) return 0;
  for (auto& [name, object] : resources.getKey("/XObject").getDictAsMap()) {
    if (!object.isStream() || !seen.insert(object.getObjGen()).second) continue;
    QPDFObjectHandle dictionary = object.getDict();
    if (dictionary.getKey("/Subtype").isNameAndEquals("/Image")) {
      pixels += number(dictionary.getKey("/Width")) * number(dictionary.getKey("/Height"));
    } else if (depth < kMaxFormDepth) {
      pixels += pixels_of(dictionary.getKey("/Resources"), seen, depth + 1);
    }
  }
  return pixels;
}

bool has_visible_annotations(QPDFObjectHandle page) {
  QPDFObjectHandle annotations = page.getKey("/Annots");
  if (!annotations.isArray()) return false;
  for (auto& annotation : annotations.getArrayAsVector()) {
    if (annotation.isDictionary() && !annotation.getKey("/Subtype").isNameAndEquals("/Link") &&
        annotation.hasKey("/AP")) {
      return true;
    }
  }
  return false;
}

int quarter_turn(const QPDFObjectHandle& rotate) {
  const int degrees = static_cast<int>(number(rotate)) % 360;
  return degrees % 90 == 0 ? (degrees + 360) % 360 : 0;
}

}  // namespace

double PageContent::image_share() const {
  double sum = 0;
  for (const PlacedImage& image : images) sum += image.share;
  return std::min(1.0, sum);
}

double pixels_in_resources(QPDFPageObjectHelper page) {
  try {
    std::set<QPDFObjGen> seen;
    return pixels_of(page.getAttribute("/Resources", false), seen, 0);
  } catch (const std::exception&) {
    return 0;
  }
}

PageContent read_content(QPDFPageObjectHelper page) {
  PageContent content;
  try {
    content.box = box_of(page.getCropBox(false));
    content.rotate = quarter_turn(page.getAttribute("/Rotate", false));
    content.annotated = has_visible_annotations(page.getObjectHandle());
    ContentReader reader(content, page.getAttribute("/Resources", false), kIdentity, 0);
    page.parseContents(&reader);
    content.complete = !reader.stopped();
  } catch (const std::exception&) {
    content.complete = false;
  }
  return content;
}

}  // namespace attest
