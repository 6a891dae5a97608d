#include "normalize/second_look.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "normalize/field_values.h"
#include "record/decimal.h"

namespace attest {
namespace {

constexpr double kFloor = 6.0;        // nats: what a reading that does not list a value holds against it
constexpr double kIndependent = 2.0;  // readings that all readings together are worth
constexpr double kNoRoom = 3.0;  // nats: against a value with more or fewer digits than the ink has room for
constexpr double kMostRoom = 1.45, kLeastRoom = 0.6, kRoomMargin = 0.3;  // shares of it, digits
constexpr double kAgree = 0.8;                                           // share of the looks
constexpr double kSurelyRead = 0.9;    // mean probability of a value in the looks that agree on it
constexpr double kFirstReading = 0.5;  // share of the looks that must agree on a value where none was read
constexpr std::size_t kMostReadings = 8;
constexpr double kDearestReading = 12;  // nats

using Costs = std::map<std::string, double>;  // value → −ln of its probability in one reading

bool same_number(const std::string& a, const std::string& b) {
  const auto x = Decimal::parse(a), y = Decimal::parse(b);
  return x && y ? *x == *y : a == b;
}

Costs costs_of(const OptionalField& field) {
  Costs costs;
  if (!field || !Decimal::parse(field->value)) return costs;
  const double own = std::min(kFloor, -std::log(std::max(1e-9, field->confidence)));
  costs[field->value] = own;
  for (const Alternative& a : field->readings) {
    if (!Decimal::parse(a.text)) continue;
    const double cost = std::min(kFloor, own + std::max(0.0, a.cost));
    const auto known = costs.find(a.text);
    if (known == costs.end() || known->second > cost) costs[a.text] = cost;
  }
  return costs;
}

OptionalField read_as_number(const std::vector<Glyph>& glyphs) {
  if (glyphs.empty()) return std::nullopt;
  Piece piece;
  piece.glyphs = glyphs;
  return make_field(std::optional<Piece>(std::move(piece)), number_kind());
}

double digits_in(const std::string& value) {
  double count = 0;
  for (const char c : value) count += c == '.' ? 0.5 : 1;
  return count;
}

// Zeros that a print may have and a value has not ("4.0") only widen the ink.
bool has_room(const std::string& value, double room) {
  if (room <= 0) return true;
  const double digits = digits_in(value);
  constexpr double kPadding = 2.5;  // ".00"
  return digits <= kMostRoom * room + kRoomMargin && digits + kPadding >= kLeastRoom * room - kRoomMargin;
}

std::string cheapest(const Costs& costs) {
  std::string best;
  for (const auto& [value, cost] : costs) {
    if (best.empty() || cost < costs.at(best)) best = value;
  }
  return best;
}

// Values of all readings, ranked: value → score in nats, the smaller the better.
Costs ranked(const std::vector<Costs>& readings, double room) {
  Costs out;
  for (const Costs& reading : readings) {
    for (const auto& [value, cost] : reading) out[value] = 0;
  }
  for (auto& [value, score] : out) {
    for (const Costs& reading : readings) {
      const auto found = reading.find(value);
      score += found == reading.end() ? kFloor : found->second;
    }
    score *= kIndependent / static_cast<double>(readings.size());
    if (!has_room(value, room)) score += kNoRoom;
  }
  return out;
}

double share_of(const Costs& scores, const std::string& best) {
  double sum = std::exp(-kIndependent * kFloor);  // something that nobody has read
  for (const auto& [value, score] : scores) sum += std::exp(-score);
  return std::exp(-scores.at(best)) / sum;
}

std::vector<Costs> costs_of(const std::vector<std::vector<Glyph>>& looks) {
  std::vector<Costs> out;
  for (const std::vector<Glyph>& look : looks) {
    Costs costs = costs_of(read_as_number(look));
    if (!costs.empty()) out.push_back(std::move(costs));
  }
  return out;
}

// Share of the looks whose best reading is `value`.
double support(const std::vector<Costs>& looks, const std::string& value) {
  const auto count = std::count_if(looks.begin(), looks.end(),
                                   [&](const Costs& look) { return same_number(cheapest(look), value); });
  return looks.empty() ? 0 : static_cast<double>(count) / static_cast<double>(looks.size());
}

void fill(Field& field, const Costs& scores, const std::string& best, double confidence) {
  field.value = best;
  field.confidence = confidence;
  field.readings.clear();
  for (const auto& [value, score] : scores) {
    const double cost = std::max(0.0, score - scores.at(best));
    if (value != best && cost <= kDearestReading) field.readings.push_back({value, cost});
  }
  std::stable_sort(field.readings.begin(), field.readings.end(),
                   [](const Alternative& a, const Alternative& b) { return a.cost < b.cost; });
  if (field.readings.size() > kMostReadings) field.readings.resize(kMostReadings);
}

std::string text_of(const std::vector<std::vector<Glyph>>& looks, const std::string& value) {
  for (const std::vector<Glyph>& look : looks) {
    const OptionalField read = read_as_number(look);
    if (read && same_number(read->value, value)) return read->text;
  }
  return value;
}

}  // namespace

Seen see_again(OptionalField& field, const std::vector<std::vector<Glyph>>& looks, double room,
               const Evidence& evidence) {
  std::vector<Costs> readings = costs_of(looks);
  // Most looks saw no number: what stands there is none, or is out of reach.
  if (2 * readings.size() < looks.size() || readings.empty()) return Seen::nothing;
  const std::vector<Costs> again = readings;
  if (field) readings.push_back(costs_of(field));
  if (field && readings.back().empty()) readings.pop_back();
  const Costs scores = ranked(readings, room);
  const std::string best = cheapest(scores);
  const double agreement = support(again, best), confidence = share_of(scores, best);
  if (!field) {
    if (agreement <= kFirstReading) return Seen::nothing;
    Field found;
    found.text = text_of(looks, best);
    found.evidence = evidence;
    fill(found, scores, best, confidence);
    field = std::move(found);
    return Seen::changed;
  }
  const std::string before = field->value;
  const double confidence_before = field->confidence;
  fill(*field, scores, best, confidence);
  if (!same_number(before, best)) {
    field->text = text_of(looks, best);
    return Seen::changed;
  }
  field->value = before;
  if (agreement < kAgree || !has_room(best, room)) return Seen::doubted;
  field->confidence = std::max(confidence, confidence_before);
  return Seen::confirmed;
}

std::optional<std::string> agreed_number(const std::vector<std::vector<Glyph>>& looks, double room) {
  const std::vector<Costs> readings = costs_of(looks);
  if (readings.empty() || readings.size() < looks.size()) return std::nullopt;
  const std::string best = cheapest(ranked(readings, room));
  double cost = 0;
  for (const Costs& reading : readings) {
    const auto found = reading.find(best);
    cost += found == reading.end() ? kFloor : found->second;
  }
  const bool sure = cost <= -std::log(kSurelyRead) * static_cast<double>(readings.size());
  if (!sure || support(readings, best) < 1 || !has_room(best, room)) return std::nullopt;
  return best;
}

bool may_be(const std::string& value, const std::vector<std::vector<Glyph>>& looks) {
  for (const Costs& reading : costs_of(looks)) {
    for (const auto& [other, cost] : reading) {
      if (same_number(other, value) && cost < kFloor) return true;
    }
  }
  return false;
}

}  // namespace attest
