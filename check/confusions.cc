#include "check/confusions.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace attest {
namespace {

// All costs in nats. The share is how much of the doubt about the whole value counts for the edit: a lost
// decimal point leaves the digits around it as confident as ever, an exchanged digit does not.
constexpr double kOtherDigit = 2.5;  // a pair that is not in the table
struct Edit {
  double cost, share;
};
constexpr Edit kLostPoint{1.0, 0.25};       // 195 for 1.95: a dot of two pixels goes first
constexpr Edit kStrayPoint{2.0, 0.25};      // dirt that looks like a point
constexpr Edit kLostEndDigit{4.0, 0.35};    // cut off by a ruling or the edge of the cell
constexpr Edit kStrayEndDigit{3.0, 0.35};   // a ruling read as 1
constexpr Edit kInnerDigit{5.0, 0.5};       // lost or added between others
constexpr Edit kLostBeforePoint{0.3, 0.1};  // ".92": no number is printed like this
constexpr Edit kRepeatedDigit{1.5, 0.25};   // "22" for 2: a digit that stands alone is read twice
// A reading with less confidence than this is known to be wrong; what it should be is the question, and edits
// cost less: from this share for a hopeless one up to all.
constexpr double kMoreLikelyWrong = 0.5;
constexpr double kKnownWrongShare = 0.5;
constexpr double kBeyondReadings =
    6.0;  // least cost of what the recogniser did not list although it listed others
constexpr std::size_t kMaxLength = 12;  // characters of a number on the form, with room

const std::array<std::array<double, 10>, 10>& digit_costs() {
  static const auto costs = [] {
    std::array<std::array<double, 10>, 10> table;
    for (auto& row : table) row.fill(kOtherDigit);
    for (std::size_t i = 0; i < 10; ++i) table[i][i] = 0;
#define CONFUSION(a, b, cost)                                                       \
  table[static_cast<std::size_t>((a) - '0')][static_cast<std::size_t>((b) - '0')] = \
      table[static_cast<std::size_t>((b) - '0')][static_cast<std::size_t>((a) - '0')] = cost;
#include "check/confusions.inc"
#undef CONFUSION
    return table;
  }();
  return costs;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

double priced(Edit edit, double certainty) { return edit.cost + edit.share * certainty; }

double substitution(char read, char intended, double certainty) {
  if (read == intended) return 0;
  if (!is_digit(read) || !is_digit(intended)) return 2 * kMaxReadingCost;
  return digit_costs()[static_cast<std::size_t>(read - '0')][static_cast<std::size_t>(intended - '0')] +
         certainty;
}

double lost(char c, bool at_end, double certainty) {
  return priced(c == '.' ? kLostPoint : at_end ? kLostEndDigit : kInnerDigit, certainty);
}

double stray(std::string_view read, std::size_t at, bool at_end, double certainty) {
  const char c = read[at];
  if (is_digit(c) && read.size() == 2 && read[0] == read[1]) return priced(kRepeatedDigit, certainty);
  return priced(c == '.' ? kStrayPoint : at_end ? kStrayEndDigit : kInnerDigit, certainty);
}

// The printed forms of a value: as short as possible, and padded with zeros as forms do ("4.0", "59.80").
std::vector<std::string> printed_forms(Decimal value) {
  constexpr std::size_t kMostDecimals = 3;  // what the forms print
  std::vector<std::string> forms{value.to_string()};
  std::string padded = forms.front();
  if (padded.find('.') == std::string::npos) padded += '.';
  for (std::size_t places = padded.size() - padded.find('.') - 1; places < kMostDecimals; ++places) {
    padded += '0';
    forms.push_back(padded);
  }
  return forms;
}

// The number within a printed text ("1.98 分" → "1.98"), the value where the text has none.
std::string printed_number(const Field& field) {
  std::string number;
  for (const char c : field.text) {
    if (is_digit(c) || c == '.') number += c;
  }
  while (!number.empty() && number.back() == '.') number.pop_back();
  const auto same = [&](const std::string& text) {
    const auto a = Decimal::parse(text), b = Decimal::parse(field.value);
    return a && b && *a == *b;
  };
  return same(number) || number.starts_with('.') ? number : field.value;
}

}  // namespace

double doubt(double confidence) {
  const double wrong = 1 - std::clamp(confidence, 0.0, 1.0);
  return wrong <= std::exp(-kMaxReadingCost) ? kMaxReadingCost : std::min(kMaxReadingCost, -std::log(wrong));
}

std::optional<double> misreading_cost(std::string_view read, std::string_view intended, double confidence) {
  if (read.size() > kMaxLength || intended.size() > kMaxLength) return std::nullopt;
  const double certainty = doubt(confidence);
  // Edit distance with the prices above; cost[j] is the cheapest way from read[0, i) to intended[0, j).
  std::array<double, kMaxLength + 1> cost{};
  const bool headless = !read.empty() && read[0] == '.';
  for (std::size_t j = 0; j < intended.size(); ++j) {
    cost[j + 1] =
        cost[j] + (headless && j == 0 && is_digit(intended[0]) ? priced(kLostBeforePoint, certainty)
                                                               : lost(intended[j], true, certainty));
  }
  for (std::size_t i = 0; i < read.size(); ++i) {
    double diagonal = cost[0];
    const bool last_read = i + 1 == read.size();
    cost[0] += stray(read, i, true, certainty);
    for (std::size_t j = 0; j < intended.size(); ++j) {
      const bool last_intended = j + 1 == intended.size();
      const double above = cost[j + 1];
      const double kept = diagonal + substitution(read[i], intended[j], certainty);
      const double removed = above + stray(read, i, last_intended, certainty);
      const double added = cost[j] + lost(intended[j], last_read, certainty);
      cost[j + 1] = std::min({kept, removed, added});
      diagonal = above;
    }
  }
  const double doubted = std::min(1.0, std::max(0.0, confidence) / kMoreLikelyWrong);
  const double total = cost[intended.size()] * (kKnownWrongShare + (1 - kKnownWrongShare) * doubted);
  if (total > kMaxReadingCost) return std::nullopt;
  return total;
}

std::optional<double> reading_cost(const Field& field, Decimal intended) {
  std::optional<double> best;
  for (const Alternative& reading : field.readings) {
    const auto value = Decimal::parse(reading.text);
    if (value && *value == intended && (!best || reading.cost < *best)) best = reading.cost;
  }
  if (best) return best;
  const std::string read = printed_number(field);
  for (const std::string& form : printed_forms(intended)) {
    auto cost = misreading_cost(read, form, field.confidence);
    // Other digits would have been listed; a lost point or edge would not.
    const bool listed = !field.readings.empty() && form.size() == read.size() && form != read;
    if (cost && listed) cost = std::max(*cost, kBeyondReadings);
    if (cost && (!best || *cost < *best)) best = cost;
  }
  return best;
}

std::vector<ValueReading> other_values(const Field& field) {
  std::vector<ValueReading> values;
  for (const Alternative& reading : field.readings) {
    if (const auto value = Decimal::parse(reading.text))
      values.push_back({*value, std::max(0.0, reading.cost)});
  }
  const std::string read = printed_number(field);
  if (read.find('.') == std::string::npos && Decimal::parse(read)) {
    for (std::size_t at = 1; at < read.size(); ++at) {
      const auto value = Decimal::parse(read.substr(0, at) + "." + read.substr(at));
      if (value) values.push_back({*value, priced(kLostPoint, doubt(field.confidence))});
    }
  }
  return values;
}

}  // namespace attest
