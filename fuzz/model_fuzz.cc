// Model files: any bytes give an error, or a network that a short line can run through.
//
//   cmake -B build/fuzz -DCMAKE_CXX_COMPILER=clang++ -DATTEST_BUILD_FUZZ=ON && ninja -C build/fuzz model_fuzz
//   build/fuzz/fuzz/model_fuzz -max_total_time=600 NEW_CORPUS fuzz/corpus/model
//
// corpus/model/small.traineddata is what tests/ocr_lstm/small_model.cc writes.
#include <cstddef>
#include <cstdint>

#include "ocr/lstm/decoder.h"
#include "ocr/lstm/model_file.h"
#include "ocr/lstm/network.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace attest::lstm;
  const auto model = parse_model({data, size});
  if (!model) return 0;
  const auto network = Network::make(*model, available_kernels().back());
  if (!network) return 0;
  LineInput line;
  line.width = 13;
  line.pixels.assign(static_cast<std::size_t>(line.width) * model->input_height, -90);
  const auto outputs = (*network)->forward({&line, 1});
  const Decoder decoder(*model);
  for (const DecodedGlyph& glyph : decoder.decode(outputs[0]).glyphs) decoder.weigh(outputs[0], glyph);
  return 0;
}
