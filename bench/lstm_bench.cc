// The line recogniser: milliseconds a line and columns a second by kernel and by lines that run together, the
// share of the processor's int8 peak (measured here too), and libtesseract on the same images.
//
//   taskset -c 1 lstm_bench                 # one core; the model: $ATTEST_MODEL, else the installed chi_sim
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "ocr/lstm/decoder.h"
#include "ocr/lstm/line_image.h"
#include "ocr/lstm/model_file.h"
#include "ocr/lstm/network.h"
#include "ocr/recognizer.h"
#include "tests/ocr_lstm/support.h"

namespace {

using namespace attest;

std::string model_path() {
  const char* own = std::getenv("ATTEST_MODEL");
  return own != nullptr ? own : "/usr/share/tesseract-ocr/5/tessdata/chi_sim.traineddata";
}

// Lines of about 190 columns: the fixtures of the tests, long ones in pieces.
const std::vector<Image>& images() {
  static const std::vector<Image> all = [] {
    std::vector<Image> out;
    for (const char* name :
         {"clean-hei", "clean-ming", "clean-kai", "latin", "blurred", "faint", "long", "columns"}) {
      const Image image = lstm::line_image(name);
      const int piece = 570 * image.height / 48;
      for (int x = 0; x + piece / 2 < image.width && out.size() < 48; x += piece) {
        Image part;
        part.width = std::min(piece, image.width - x);
        part.height = image.height;
        for (int y = 0; y < part.height; ++y)
          part.pixels.insert(part.pixels.end(), image.row(y) + x, image.row(y) + x + part.width);
        out.push_back(std::move(part));
      }
    }
    return out;
  }();
  return all;
}

const lstm::ModelFile& model() {
  static const lstm::ModelFile loaded = [] {
    auto parsed = lstm::parse_model(lstm::bytes_of(model_path()));
    return parsed ? *parsed : lstm::ModelFile{};
  }();
  return loaded;
}

std::vector<lstm::LineInput> inputs() {
  std::vector<lstm::LineInput> out;
  for (const Image& image : images()) out.push_back(lstm::prepare_line(image, model().input_height).input);
  return out;
}

double multiply_adds_a_column(const lstm::Layer& layer, int rows) {
  double sum = 0;
  for (const lstm::Matrix& m : layer.matrices) {
    const double times = layer.type == lstm::LayerType::tanh           ? rows * 9.0
                         : layer.type == lstm::LayerType::lstm_summary ? rows
                                                                       : 1;
    sum += times * m.rows * (m.columns - 1);
  }
  for (const lstm::Layer& child : layer.children) sum += multiply_adds_a_column(child, rows);
  return sum;
}

// Multiply-adds a second of the kernel on a matrix that stays in the first-level cache.
double peak(const lstm::Kernels& kernels) {
  lstm::Matrix m;
  m.rows = 64;
  m.columns = 257;
  m.weights.assign(static_cast<std::size_t>(m.rows) * m.columns, 3);
  m.scales.assign(m.rows, 1);
  const lstm::PackedMatrix packed = lstm::pack(kernels, {&m, 1});
  const std::vector<std::int8_t> x(16 * 256, 5);
  std::vector<std::int32_t> sums(16 * 64);
  double best = 0;
  for (int round = 0; round < 20; ++round) {
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < 200; ++i) {
      kernels.multiply(packed, x.data(), 256, 16, sums.data());
      benchmark::DoNotOptimize(sums.data());
    }
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
    best = std::max(best, 200.0 * 16 * 64 * 256 / taken.count());
  }
  return best;
}

void forward(benchmark::State& state, const lstm::Kernels& kernels, bool decode) {
  auto network = lstm::Network::make(model(), kernels);
  if (!network) return state.SkipWithError(network.error().message.c_str());
  const lstm::Decoder decoder(model());
  const auto lines = inputs();
  const auto batch = static_cast<std::size_t>(state.range(0));
  double columns = 0, done = 0;
  for (auto _ : state) {
    for (std::size_t i = 0; i < lines.size(); i += batch) {
      const auto part = std::span(lines).subspan(i, std::min(batch, lines.size() - i));
      for (const lstm::LineOutput& out : (*network)->forward(part)) {
        columns += out.columns;
        ++done;
        if (!decode) continue;
        const lstm::Decoded decoded = decoder.decode(out);
        for (const auto& glyph : decoded.glyphs) benchmark::DoNotOptimize(decoder.weigh(out, glyph));
      }
    }
  }
  const double macs = multiply_adds_a_column(model().network, model().input_height / 3);
  using benchmark::Counter;
  state.counters["line"] = Counter(done, Counter::kIsRate | Counter::kInvert);
  state.counters["columns"] = Counter(columns, Counter::kIsRate);
  state.counters["columns_a_line"] = done > 0 ? columns / done : 0;
  state.counters["of_peak"] = Counter(columns * macs / peak(kernels), Counter::kIsRate);
}

// The whole recogniser as the page reader calls it.
void recognizer(benchmark::State& state, Result<std::unique_ptr<LineRecognizer>> made) {
  if (!made) return state.SkipWithError(made.error().message.c_str());
  std::vector<LineRequest> requests;
  for (const Image& image : images()) requests.push_back({&image, LineContent::text});
  double done = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize((*made)->recognize(requests));
    done += static_cast<double>(requests.size());
  }
  state.counters["line"] =
      benchmark::Counter(done, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  for (const lstm::Kernels& kernels : lstm::available_kernels()) {
    auto* network = benchmark::RegisterBenchmark(
        ("network/" + kernels.name).c_str(), [&kernels](benchmark::State& s) { forward(s, kernels, false); });
    network->Arg(1)->Arg(4)->Arg(16)->Arg(48)->Unit(benchmark::kMillisecond);
    auto* all = benchmark::RegisterBenchmark(("network+decoder/" + kernels.name).c_str(),
                                             [&kernels](benchmark::State& s) { forward(s, kernels, true); });
    all->Arg(1)->Arg(16)->Unit(benchmark::kMillisecond);
  }
  benchmark::RegisterBenchmark("recognizer/lstm", [](benchmark::State& s) {
    recognizer(s, make_lstm_recognizer(model_path()));
  })->Unit(benchmark::kMillisecond);
  benchmark::RegisterBenchmark("recognizer/tesseract", [](benchmark::State& s) {
    recognizer(s, make_tesseract_recognizer(model_path()));
  })->Unit(benchmark::kMillisecond);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
