// Models and line images for the tests and benchmarks of the line recogniser.
#ifndef ATTEST_TESTS_OCR_LSTM_SUPPORT_H_
#define ATTEST_TESTS_OCR_LSTM_SUPPORT_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "ocr/lstm/line_image.h"
#include "ocr/lstm/model_file.h"
#include "ocr/lstm/network.h"
#include "record/image.h"

namespace attest::lstm {

// The project's own model and Debian's chi_sim, as far as they are there.
std::vector<std::string> model_paths();

std::vector<std::uint8_t> bytes_of(const std::string& path);

// The same model file without its three dictionaries: libtesseract then decodes by the network alone.
std::vector<std::uint8_t> without_dictionaries(std::span<const std::uint8_t> file);

// An image file in grey; empty when it cannot be read.
Image load_grey(const std::string& path);

// Names of the images in data/, without ".png", and one of them in grey.
std::vector<std::string> line_names();
Image line_image(const std::string& name);

std::vector<LineInput> all_inputs(int height);

}  // namespace attest::lstm

#endif  // ATTEST_TESTS_OCR_LSTM_SUPPORT_H_
