// What it costs, in nats, to believe that something else is printed than what was read. The recogniser's own
// alternatives come first; where it lists none, a table stands in that was learned from lines with known text
// (docs/confusions.md): which characters it takes for which, and how often a decimal point, a first or a last
// digit is lost or made up. Pure functions, thread safe.
#ifndef ATTEST_CHECK_CONFUSIONS_H_
#define ATTEST_CHECK_CONFUSIONS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record/decimal.h"
#include "record/report.h"

namespace attest {

// Above this no reading is considered; in nats, e^-12 is one in 160,000.
inline constexpr double kMaxReadingCost = 12;

// −ln(1 − confidence), kept within 0 … kMaxReadingCost: what the recogniser's certainty costs to doubt.
double doubt(double confidence);

// What is printed where the character was read wrong: −ln of the probability. Letters in either case.
double confusion_cost(char32_t read, char32_t printed);

// Cost of `printed` where `read` was read with this confidence.
double character_cost(char32_t read, char32_t printed, double confidence);

// Cost of `intended` being printed where `read` was read, both plain decimals. Nothing when over
// kMaxReadingCost.
std::optional<double> misreading_cost(std::string_view read, std::string_view intended, double confidence);

// Cost of `intended` for a field from an image: its own reading, else the confusions over its printed text.
std::optional<double> reading_cost(const Field& field, Decimal intended);

// Other values that a field may hold without a rule that names one: its readings, and a lost decimal point
// put back.
struct ValueReading {
  Decimal value;
  double cost = 0;
};
std::vector<ValueReading> other_values(const Field& field);

}  // namespace attest

#endif  // ATTEST_CHECK_CONFUSIONS_H_
