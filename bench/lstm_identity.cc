// Whether our recogniser reads as libtesseract does: every line image of the documents given, cut as the page
// reader cuts them, through libtesseract (raw line, the same model without its dictionaries) and through each
// kernel of ours in batches of 1, 4, 16 and 64 lines. Counts lines with the same text (white space squeezed)
// and lines whose softmax outputs are the same to the bit, and prints each line that differs.
//
//   lstm_identity [--model FILE] [--lines N] [--save FOLDER] PATH...
//
// PATH: documents (pages with a text layer are passed over) or folders of line images (*.png), which are
// taken as they are. --save: the images of lines that differ. Exit code 1 if any does, 2 if nothing could be
// compared.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "ingest/document.h"
#include "ocr/lstm/decoder.h"
#include "ocr/lstm/frame.h"
#include "ocr/lstm/line_image.h"
#include "ocr/lstm/model_file.h"
#include "ocr/lstm/network.h"
#include "ocr/raster.h"
#include "ocr/recognizer.h"
#include "ocr/scan_page.h"
#include "tests/ocr_lstm/support.h"
#include "tests/ocr_lstm/tesseract_oracle.h"

namespace {

using namespace attest;
namespace fs = std::filesystem;

constexpr std::size_t kBatches[] = {1, 4, 16, 64};
constexpr std::size_t kTogether = 64;  // lines in memory at a time, the largest batch

struct Options {
  std::string model = std::string(ATTEST_SOURCE_DIR) + "/models/attest.traineddata";
  std::string save;
  std::size_t most = 1'000'000;  // lines
  std::vector<std::string> paths;
};

Options parse_arguments(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    const bool more = i + 1 < argc;
    if (argument == "--model" && more) {
      options.model = argv[++i];
    } else if (argument == "--lines" && more) {
      options.most = std::strtoull(argv[++i], nullptr, 10);
    } else if (argument == "--save" && more) {
      options.save = argv[++i];
    } else {
      options.paths.push_back(argument);
    }
  }
  return options;
}

struct LineSample {
  std::string name;  // document, page, number on it
  Image image;       // as the network gets it
};
using LineSink = std::function<void(LineSample)>;

// Reads as `inner` does and hands each image on, framed as it would be first.
class Collector : public LineRecognizer {
 public:
  Collector(LineRecognizer* inner, const lstm::Air& air, const LineSink& sink)
      : inner_(inner), air_(air), sink_(sink) {}

  std::vector<RecognizedLine> recognize(std::span<const LineRequest> lines) override {
    for (const LineRequest& line : lines) {
      if (line.image == nullptr) continue;
      lstm::FramedLine framed = lstm::frame_line(*line.image, air_);
      const std::string name = page_ + ", line " + std::to_string(++count_);
      if (!framed.image.empty()) sink_({name, std::move(framed.image)});
    }
    return inner_->recognize(lines);
  }
  std::string name() const override { return inner_->name(); }

  void start_page(const std::string& page) {
    page_ = page;
    count_ = 0;
  }

 private:
  LineRecognizer* inner_;
  lstm::Air air_;
  const LineSink& sink_;
  std::string page_;
  int count_ = 0;
};

void collect_from_document(const std::string& path, Collector* collector) {
  const auto document = open_document({.path = path}, {});
  if (!document) {
    std::fprintf(stderr, "%s: %s\n", path.c_str(), document.error().message.c_str());
    return;
  }
  ScanReader reader(collector, {});
  ColumnsInOrder columns;
  for (int n = 1; n <= (*document)->page_count(); ++n) {
    const auto page = (*document)->page(n);
    if (!page || page->origin != Origin::scan) continue;
    collector->start_page((*document)->file_name() + " page " + std::to_string(n));
    if (const auto read = reader.read(*page, &columns); !read) {
      std::fprintf(stderr, "%s page %d: %s\n", path.c_str(), n, read.error().message.c_str());
    }
  }
}

// Images in a folder, if it holds line images: wider than high, all of them.
std::vector<fs::path> line_images_in(const fs::path& folder) {
  std::vector<fs::path> out;
  if (!fs::is_directory(folder)) return out;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".png") out.push_back(entry.path());
  }
  std::sort(out.begin(), out.end());
  return out;
}

struct Variant {
  const lstm::Kernels* kernels;
  std::size_t batch;
  std::size_t same_text = 0, same_outputs = 0;
};

class Comparison {
 public:
  Comparison(const lstm::ModelFile& model, lstm::TesseractOracle* oracle, const Options& options)
      : options_(options), height_(model.input_height), oracle_(oracle), decoder_(model) {
    for (const lstm::Kernels& kernels : lstm::available_kernels()) {
      auto network = lstm::Network::make(model, kernels);
      if (!network) continue;
      networks_.push_back(std::move(*network));
      for (const std::size_t batch : kBatches) variants_.push_back({&kernels, batch});
    }
  }

  void add(LineSample line) {
    if (lines_ + subjects_.size() >= options_.most) return;
    subjects_.push_back({.line = std::move(line)});
    if (subjects_.size() == kTogether) compare_waiting();
  }

  // Prints the table; whether all were equal.
  bool finish() {
    compare_waiting();
    std::printf("%zu lines, %zu columns\n%-12s %6s %15s %18s\n", lines_, columns_, "kernel", "batch",
                "identical text", "identical outputs");
    bool equal = true;
    for (const Variant& v : variants_) {
      std::printf("%-12s %6zu %15zu %18zu\n", v.kernels->name.c_str(), v.batch, v.same_text, v.same_outputs);
      equal = equal && v.same_text == lines_ && v.same_outputs == lines_;
    }
    return equal;
  }

  std::size_t lines() const { return lines_; }

 private:
  // A line of the batch: what libtesseract makes of it, and what we made of its outputs.
  struct Subject {
    LineSample line;
    lstm::OracleReading expected;
    lstm::LineOutput outputs;  // the last that were decoded
    std::string text;          // squeezed
    bool told = false;
  };

  void compare_waiting() {
    std::vector<lstm::LineInput> inputs;
    for (const Subject& subject : subjects_)
      inputs.push_back(lstm::prepare_line(subject.line.image, height_).input);
    for (std::size_t v = 0; v < variants_.size(); ++v) {
      const lstm::Network& network = *networks_[v / std::size(kBatches)];
      for (std::size_t first = 0; first < inputs.size(); first += variants_[v].batch) {
        const std::size_t count = std::min(variants_[v].batch, inputs.size() - first);
        auto outputs = network.forward(std::span(inputs).subspan(first, count));
        for (std::size_t i = 0; i < count; ++i)
          compare(std::move(outputs[i]), &subjects_[first + i], &variants_[v]);
      }
    }
    lines_ += subjects_.size();
    subjects_.clear();
  }

  void compare(lstm::LineOutput outputs, Subject* subject, Variant* variant) {
    if (subject->outputs.codes == 0) {
      subject->expected = oracle_->read(subject->line.image, outputs.codes);
      columns_ += static_cast<std::size_t>(outputs.columns);
    }
    if (outputs.probabilities != subject->outputs.probabilities || subject->outputs.codes == 0)
      subject->text = lstm::squeezed(decoder_.text(decoder_.decode(outputs)));
    subject->outputs = std::move(outputs);
    const bool same_text = subject->text == subject->expected.text;
    const bool same_outputs = subject->outputs.probabilities == subject->expected.probabilities;
    variant->same_text += same_text;
    variant->same_outputs += same_outputs;
    if ((!same_text || !same_outputs) && !subject->told) tell(subject, same_outputs, *variant);
  }

  void tell(Subject* subject, bool same_outputs, const Variant& variant) {
    subject->told = true;
    std::printf("%s (%s, %zu together): %s\n  libtesseract  %s\n  ocr/lstm      %s\n",
                subject->line.name.c_str(), variant.kernels->name.c_str(), variant.batch,
                same_outputs ? "text" : "outputs", subject->expected.text.c_str(), subject->text.c_str());
    std::fflush(stdout);
    if (options_.save.empty()) return;
    fs::create_directories(options_.save);
    const std::string path = options_.save + "/line-" + std::to_string(++saved_) + ".png";
    pixWrite(path.c_str(), to_pix(subject->line.image).get(), IFF_PNG);
    std::printf("  %s\n", path.c_str());
  }

  const Options& options_;
  int height_;
  lstm::TesseractOracle* oracle_;
  lstm::Decoder decoder_;
  std::vector<std::unique_ptr<lstm::Network>> networks_;  // by kernel
  std::vector<Variant> variants_;                         // by kernel and batch
  std::vector<Subject> subjects_;                         // waiting
  std::size_t lines_ = 0, columns_ = 0;
  int saved_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  const Options options = parse_arguments(argc, argv);
  quiet_leptonica();
  const auto file = lstm::without_dictionaries(lstm::bytes_of(options.model));
  const auto model = lstm::parse_model(file);
  lstm::TesseractOracle oracle(file);
  auto recognizer = make_lstm_recognizer(options.model);
  if (!model || !oracle.ready() || !recognizer) {
    std::fprintf(stderr, "%s: no model that both evaluate\n", options.model.c_str());
    return 2;
  }
  Comparison comparison(*model, &oracle, options);
  const LineSink sink = [&](LineSample line) { comparison.add(std::move(line)); };
  const lstm::Air& air = model->trained_on_cuts ? lstm::kCutsAir : lstm::kUsualAir;
  Collector collector(recognizer->get(), air, sink);
  for (const std::string& path : options.paths) {
    if (comparison.lines() >= options.most) break;
    const std::vector<fs::path> images = line_images_in(path);
    for (const fs::path& image : images) sink({image.string(), lstm::load_grey(image.string())});
    if (images.empty()) collect_from_document(path, &collector);
  }
  const bool equal = comparison.finish();
  return comparison.lines() == 0 ? 2 : equal ? 0 : 1;
}
