#include "check/confusions.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace attest {
namespace {

// What an edit of the reading costs, in nats: the share is how much of the doubt about the whole value
// counts. A lost decimal point leaves the digits around it as confident as ever, an exchanged digit does not.
struct Edit {
  double cost, share;
};
#define EDIT(name, cost, share) constexpr Edit k##name{cost, share};
#define UNLISTED(cost) constexpr double kUnlisted = cost;
#define UNSEEN_PAIR(cost) constexpr double kUnseenPair = cost;
#define CONFUSION(read, printed, cost)
#include "check/confusions.inc"
#undef EDIT
#undef UNLISTED
#undef UNSEEN_PAIR
#undef CONFUSION

// "22" for 2: a digit that stands alone was cut out twice. That is the line finder's mistake, not the
// recogniser's, so it is not among what was learned from lines.
constexpr Edit kRepeatedDigit{1.5, 0.25};
constexpr double kLeastCost = 0.1;      // of any edit: nothing but what was read is free
constexpr std::size_t kMaxLength = 12;  // characters of a number on the form, with room

constexpr std::size_t kCharacters = 36;  // 0 … 9, A … Z
using PairCosts = std::array<std::array<double, kCharacters>, kCharacters>;

// Where the table has the character; kCharacters: nowhere.
std::size_t character_index(char32_t c) {
  if (c >= U'0' && c <= U'9') return c - U'0';
  if (c >= U'A' && c <= U'Z') return c - U'A' + 10;
  if (c >= U'a' && c <= U'z') return c - U'a' + 10;
  return kCharacters;
}

PairCosts learned_pairs() {
  PairCosts table;
  for (auto& row : table) row.fill(kUnseenPair);
  const auto set = [&](char read, char printed, double cost) {
    table[character_index(static_cast<char32_t>(read))][character_index(static_cast<char32_t>(printed))] =
        cost;
  };
#define EDIT(name, cost, share)
#define UNLISTED(cost)
#define UNSEEN_PAIR(cost)
#define CONFUSION(read, printed, cost) set(read, printed, cost);
#include "check/confusions.inc"
#undef EDIT
#undef UNLISTED
#undef UNSEEN_PAIR
#undef CONFUSION
  return table;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

double priced(Edit edit, double certainty) {
  return std::max(kLeastCost, edit.cost + edit.share * certainty);
}

// What was read may itself be right: against that every other reading is weighed. Little where the recogniser
// is confident, much where it knew that it was guessing.
double against_the_reading(double cost, double confidence) {
  constexpr double kNoConfidence = 1e-3;
  return cost <= 0 ? 0 : std::max(kLeastCost, cost + std::log(std::clamp(confidence, kNoConfidence, 1.0)));
}

double substitution(char read, char intended, double certainty) {
  if (read == intended) return 0;
  if (!is_digit(read) || !is_digit(intended)) return 2 * kMaxReadingCost;
  return confusion_cost(static_cast<char32_t>(read), static_cast<char32_t>(intended)) +
         priced(kOtherDigit, certainty);
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

double confusion_cost(char32_t read, char32_t printed) {
  static const PairCosts pairs = learned_pairs();
  const std::size_t r = character_index(read), p = character_index(printed);
  return r < kCharacters && p < kCharacters ? pairs[r][p] : kUnseenPair;
}

double character_cost(char32_t read, char32_t printed, double confidence) {
  return confusion_cost(read, printed) + priced(kOtherDigit, doubt(confidence));
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
  const double total = against_the_reading(cost[intended.size()], confidence);
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
    // Other digits are mostly listed; a lost point or edge is not.
    const bool unlisted = !field.readings.empty() && form.size() == read.size() && form != read;
    if (cost && unlisted) *cost += kUnlisted;
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
      const double cost = priced(kLostPoint, doubt(field.confidence));
      if (value) values.push_back({*value, against_the_reading(cost, field.confidence)});
    }
  }
  return values;
}

}  // namespace attest
