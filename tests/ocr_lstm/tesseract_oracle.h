// libtesseract as the oracle of the line recogniser: raw-line mode, a model without dictionaries (they are no
// part of the network), and with the text the network's outputs. Its interface gives no outputs; its search,
// though, is an exported symbol that it calls through the dynamic linker, so a function of that name in the
// program that links this sees every column first.
//
//   TesseractOracle oracle(without_dictionaries(bytes_of(path)));
//   const OracleReading reading = oracle.read(image, codes);
//
// Not thread safe, and one of them reads at a time.
#ifndef ATTEST_TESTS_OCR_LSTM_TESSERACT_ORACLE_H_
#define ATTEST_TESTS_OCR_LSTM_TESSERACT_ORACLE_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "record/image.h"

namespace attest::lstm {

struct OracleReading {
  std::string text;                  // squeezed
  std::vector<float> probabilities;  // columns × codes
};

class TesseractOracle {
 public:
  explicit TesseractOracle(std::span<const std::uint8_t> model_file);
  ~TesseractOracle();
  TesseractOracle(const TesseractOracle&) = delete;
  TesseractOracle& operator=(const TesseractOracle&) = delete;

  bool ready() const;  // the library has taken the model

  // `image` is grey; `codes` outputs are kept of each column.
  OracleReading read(const Image& image, int codes);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Without white space: libtesseract prints its words with one space between, and none at the ends.
std::string squeezed(const std::string& text);

}  // namespace attest::lstm

#endif  // ATTEST_TESTS_OCR_LSTM_TESSERACT_ORACLE_H_
