#include "tests/ocr_lstm/tesseract_oracle.h"

#include <dlfcn.h>
#include <tesseract/baseapi.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace {

struct Outputs {
  int codes = 0;
  std::vector<float> values;
};
Outputs* seen_outputs = nullptr;  // nullptr: nobody looks

}  // namespace

namespace tesseract {

class UNICHARSET;

// The library's own class, as far as its calling convention needs: one column of softmax outputs a call.
class RecodeBeamSearch {
 public:
  void DecodeStep(const float* outputs, int t, double dict_ratio, double cert_offset, double worst_dict_cert,
                  const UNICHARSET* charset, bool debug);
};

void RecodeBeamSearch::DecodeStep(const float* outputs, int t, double dict_ratio, double cert_offset,
                                  double worst_dict_cert, const UNICHARSET* charset, bool debug) {
  if (seen_outputs != nullptr)
    seen_outputs->values.insert(seen_outputs->values.end(), outputs, outputs + seen_outputs->codes);
  using Step =
      void (*)(RecodeBeamSearch*, const float*, int, double, double, double, const UNICHARSET*, bool);
  static const auto own = reinterpret_cast<Step>(
      dlsym(RTLD_NEXT, "_ZN9tesseract16RecodeBeamSearch10DecodeStepEPKfidddPKNS_10UNICHARSETEb"));
  if (own != nullptr) own(this, outputs, t, dict_ratio, cert_offset, worst_dict_cert, charset, debug);
}

}  // namespace tesseract

namespace attest::lstm {
namespace {

namespace fs = std::filesystem;

class TemporaryFolder {
 public:
  TemporaryFolder() : path_(fs::temp_directory_path() / ("attest-lstm-" + std::to_string(getpid()))) {
    fs::create_directories(path_);
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

}  // namespace

struct TesseractOracle::State {
  tesseract::TessBaseAPI api;
  bool ready = false;
};

TesseractOracle::TesseractOracle(std::span<const std::uint8_t> model_file)
    : state_(std::make_unique<State>()) {
  const TemporaryFolder folder;  // the library reads models from files
  std::ofstream(folder.path() / "line.traineddata", std::ios::binary)
      .write(reinterpret_cast<const char*>(model_file.data()),
             static_cast<std::streamsize>(model_file.size()));
  tesseract::TessBaseAPI& api = state_->api;
  state_->ready = api.Init(folder.path().c_str(), "line", tesseract::OEM_LSTM_ONLY) == 0;
  api.SetVariable("tessedit_do_invert", "0");
  api.SetVariable("debug_file", "/dev/null");
  api.SetPageSegMode(tesseract::PSM_RAW_LINE);
}

TesseractOracle::~TesseractOracle() = default;

bool TesseractOracle::ready() const { return state_->ready; }

OracleReading TesseractOracle::read(const Image& image, int codes) {
  Outputs outputs{codes, {}};
  seen_outputs = &outputs;
  state_->api.SetImage(image.pixels.data(), image.width, image.height, 1, image.width);
  state_->api.SetSourceResolution(300);
  const std::unique_ptr<char[]> text(state_->api.GetUTF8Text());
  seen_outputs = nullptr;
  return {squeezed(text ? text.get() : ""), std::move(outputs.values)};
}

std::string squeezed(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c != ' ' && c != '\n') out += c;
  }
  return out;
}

}  // namespace attest::lstm
