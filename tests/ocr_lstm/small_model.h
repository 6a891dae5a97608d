// A model file of a few kilobytes with random weights, with every layer of the family: for hostile variants
// of it, which are quick to parse, and as the seed of fuzz/model_fuzz.cc.
#ifndef ATTEST_TESTS_OCR_LSTM_SMALL_MODEL_H_
#define ATTEST_TESTS_OCR_LSTM_SMALL_MODEL_H_

#include <cstdint>
#include <vector>

namespace attest::lstm {

std::vector<std::uint8_t> small_model_file();

}  // namespace attest::lstm

#endif  // ATTEST_TESTS_OCR_LSTM_SMALL_MODEL_H_
