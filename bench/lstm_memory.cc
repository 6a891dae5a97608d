// Memory of the line recogniser by kernel and by lines that run together: bytes of packed weights, all heap
// that the loaded recogniser holds, the most that a batch takes beside it, and what the process grows by.
//
//   lstm_memory [MODEL]      # default: the project's own
//
// Each row is a process of its own. Lines are the fixtures of the tests, one of 2,000 columns among them.
#include <malloc.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <new>
#include <string>

#include "ocr/lstm/decoder.h"
#include "ocr/recognizer.h"
#include "tests/ocr_lstm/support.h"

namespace {

std::size_t heap_now = 0, heap_most = 0;  // bytes; one thread

void release(void* p) {
  if (p != nullptr) heap_now -= malloc_usable_size(p);
  std::free(p);
}

}  // namespace

void* counted(void* p) {
  if (p == nullptr) throw std::bad_alloc();
  heap_now += malloc_usable_size(p);
  heap_most = std::max(heap_most, heap_now);
  return p;
}
void* operator new(std::size_t size) { return counted(std::malloc(size)); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  const auto unit = static_cast<std::size_t>(alignment);
  return counted(std::aligned_alloc(unit, (size + unit - 1) / unit * unit));
}
void operator delete(void* p) noexcept { release(p); }
void operator delete(void* p, std::size_t) noexcept { release(p); }
void operator delete(void* p, std::align_val_t) noexcept { release(p); }

namespace {

using namespace attest;

constexpr double kMega = 1e6;

// A figure of this process's memory in bytes: VmRSS, or VmHWM, its maximum.
double status(const std::string& name) {
  std::ifstream in("/proc/self/status");
  for (std::string line; std::getline(in, line);) {
    if (line.rfind(name + ":", 0) == 0) return std::atof(line.c_str() + name.size() + 1) * 1024;
  }
  return 0;
}

void forget_maximum() {
  std::ofstream("/proc/self/clear_refs") << "5";
  heap_most = heap_now;
}

void print_row(const char* what, std::size_t batch, double weights, double held, double scratch,
               double grown) {
  std::printf("%-12s %6zu %10.1f %10.1f %10.1f %10.1f\n", what, batch, weights / kMega, held / kMega,
              scratch / kMega, grown / kMega);
}

// Network, search and alternatives with one kernel.
void measure(const std::string& path, const lstm::Kernels& kernels, std::size_t batch) {
  forget_maximum();
  const double resident = status("VmRSS");
  const auto heap = static_cast<double>(heap_now);
  std::unique_ptr<lstm::Network> network;
  std::unique_ptr<lstm::Decoder> decoder;
  int height = 0;
  {
    const auto model = lstm::parse_model(lstm::bytes_of(path));
    if (!model) return;
    auto made = lstm::Network::make(*model, kernels);
    if (!made) return;
    network = std::move(*made);
    decoder = std::make_unique<lstm::Decoder>(*model);
    height = model->input_height;
  }
  const double held = static_cast<double>(heap_now) - heap;
  std::vector<lstm::LineInput> lines;
  while (lines.size() < batch) {
    for (lstm::LineInput& line : lstm::all_inputs(height)) lines.push_back(std::move(line));
  }
  lines.resize(batch);
  heap_most = heap_now;
  const auto before = static_cast<double>(heap_now);
  for (const lstm::LineOutput& output : network->forward(lines)) {
    for (const auto& glyph : decoder->decode(output).glyphs) decoder->weigh(output, glyph);
  }
  print_row(kernels.name.c_str(), batch, static_cast<double>(network->bytes()), held,
            static_cast<double>(heap_most) - before, status("VmHWM") - resident);
}

// The recogniser as the page reader uses it, on as many lines at once as a full page has.
void measure_recognizer(const std::string& path) {
  forget_maximum();
  const double resident = status("VmRSS");
  const auto heap = static_cast<double>(heap_now);
  auto recognizer = make_lstm_recognizer(path);
  if (!recognizer) return;
  const double held = static_cast<double>(heap_now) - heap;
  std::vector<Image> images;
  for (const std::string& name : lstm::line_names()) images.push_back(lstm::line_image(name));
  std::vector<LineRequest> requests;
  for (std::size_t i = 0; i < 64; ++i) requests.push_back({&images[i % images.size()], LineContent::text});
  heap_most = heap_now;
  const auto before = static_cast<double>(heap_now);
  (*recognizer)->recognize(requests);
  print_row("recognizer", requests.size(), 0, held, static_cast<double>(heap_most) - before,
            status("VmHWM") - resident);
}

template <typename Function>
void in_child(Function run) {
  std::fflush(stdout);
  const pid_t child = fork();
  if (child == 0) {
    run();
    std::fflush(stdout);
    _exit(0);
  }
  if (child > 0) waitpid(child, nullptr, 0);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string model =
      argc > 1 ? argv[1] : std::string(ATTEST_SOURCE_DIR) + "/models/attest.traineddata";
  std::printf("%-12s %6s %10s %10s %10s %10s  (MB)\n", "kernel", "batch", "weights", "held", "scratch",
              "grown");
  for (const lstm::Kernels& kernels : lstm::available_kernels()) {
    for (const std::size_t batch : {1, 4, 16, 64}) in_child([&] { measure(model, kernels, batch); });
  }
  in_child([&] { measure_recognizer(model); });
  return 0;
}
