#include "normalize/field_values.h"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <map>

#include "normalize/joint_reading.h"
#include "normalize/text_values.h"
#include "record/decimal.h"
#include "text/fold.h"

namespace attest {
namespace {

std::string without_spaces(std::string_view text) {
  std::u32string out;
  for (const char32_t c : to_u32(text)) {
    if (!is_space(c)) out += c;
  }
  return to_utf8(out);
}

std::optional<std::string> or_printed(const std::optional<std::string>& value, std::string_view text) {
  if (value) return value;
  return std::string(text);
}

// A value of free text, without the colon that a misread label may leave before it.
std::string trimmed(std::string_view text) {
  std::u32string s = to_u32(text);
  const auto edge = [](char32_t c) { return is_space(c) || c == U':' || c == U'：'; };
  while (!s.empty() && edge(s.front())) s.erase(s.begin());
  while (!s.empty() && (is_space(s.back()) || s.back() == U'_')) s.pop_back();
  return to_utf8(s);
}

std::optional<std::string> phone_of(std::string_view text, bool recognised) {
  if (!recognised) return trimmed(text);
  std::string digits = as_digits(text);
  while (!digits.empty() && !std::isdigit(static_cast<unsigned char>(digits.back()))) digits.pop_back();
  return trimmed(digits);
}

bool is_decimal(const std::string& value) { return Decimal::parse(value).has_value(); }

bool is_real_date(const std::string& value) {
  int year = 0, month = 0, day = 0;
  return std::sscanf(value.c_str(), "%4d-%2d-%2d", &year, &month, &day) == 3 &&
         std::chrono::year_month_day{std::chrono::year(year), std::chrono::month(month),
                                     std::chrono::day(day)}
             .ok();
}

// A code as printed; one of digits only, but for misread ones, as digits: "10o070".
std::optional<std::string> code_of(std::string_view text, bool recognised) {
  const std::string code = without_spaces(trimmed(text));
  const auto is_digit = [](unsigned char c) { return std::isdigit(c) != 0; };
  if (!recognised || 2 * std::count_if(code.begin(), code.end(), is_digit) < static_cast<long>(code.size()))
    return code;
  const std::string digits = as_digits(code);
  return std::all_of(digits.begin(), digits.end(), is_digit) ? digits : code;
}

ValueKind text_kind(const FieldRule& rule) {
  const bool scope = rule.name.find("scope") != std::string::npos;
  return {.value_of = [scope](std::string_view text, bool recognised) -> std::optional<std::string> {
            if (!scope) return trimmed(text);
            const std::string bare = without_star_level(text);
            return trimmed(recognised ? without_specks(bare, true) : bare);
          },
          .paragraphs = rule.type == "long_text" && !scope,
          .sentence = rule.type == "long_text" || rule.name.starts_with("change_")};
}

bool is_ascii_digit(char c) { return c >= '0' && c <= '9'; }

// ".92": the first digit was lost.
bool begins_with_point(std::string_view text) {
  const std::size_t at = text.find_first_not_of(' ');
  return at != text.npos && at + 1 < text.size() && text[at] == '.' && is_ascii_digit(text[at + 1]);
}

// What a piece says in one reading.
std::optional<std::string> value_of(std::string_view text, bool recognised, const ValueKind& kind) {
  std::string cleaned(text);
  if (recognised && kind.number && begins_with_point(text)) return std::nullopt;
  if (recognised) cleaned = with_paired_brackets(without_specks(text, kind.paragraphs || kind.sentence));
  if (is_blank(cleaned)) return std::nullopt;
  std::optional<std::string> value = kind.value_of(cleaned, recognised);
  if (value && (value->empty() || is_blank(*value))) return std::nullopt;
  return value;
}

constexpr int kMostReadings = 8;       // alternatives kept of a value
constexpr int kMostVariedGlyphs = 24;  // longer values are no numbers

// Other whole values by exchanging one glyph, or two, for one of its alternatives.
std::vector<Alternative> readings_of(const Piece& piece, const ValueKind& kind, const std::string& best) {
  struct Change {
    std::size_t at;
    const Alternative* to;
  };
  std::vector<Change> changes;
  for (std::size_t i = 0; i < piece.glyphs.size() && i < kMostVariedGlyphs; ++i) {
    for (const Alternative& a : piece.glyphs[i].alternatives) changes.push_back({i, &a});
  }
  std::map<std::string, double> costs;
  const auto consider = [&](const std::vector<Change>& chosen) {
    Piece varied = piece;
    double cost = 0;
    for (const Change& c : chosen) {
      varied.glyphs[c.at].text = c.to->text;
      cost += c.to->cost;
    }
    const std::optional<std::string> value = value_of(plain_text(varied, Join::one_line), true, kind);
    const std::string text = value.value_or("");
    if (text == best) return;
    const auto [known, inserted] = costs.emplace(text, cost);
    if (!inserted) known->second = std::min(known->second, cost);
  };
  for (std::size_t i = 0; i < changes.size(); ++i) {
    consider({changes[i]});
    for (std::size_t j = i + 1; j < changes.size() && changes.size() <= 40; ++j) {
      if (changes[j].at != changes[i].at) consider({changes[i], changes[j]});
    }
  }
  std::vector<Alternative> out;
  out.reserve(costs.size());
  for (const auto& [text, cost] : costs) out.push_back({text, cost});
  std::stable_sort(out.begin(), out.end(),
                   [](const Alternative& a, const Alternative& b) { return a.cost < b.cost; });
  if (out.size() > kMostReadings) out.resize(kMostReadings);
  return out;
}

// A recognised value that is none of its kind (specks and hanzi in a column of numbers) makes way for the
// cheapest reading that is one, or for nothing: a blank is better than a wrong number. The text stays as
// recognised.
bool make_well_formed(Field& field, const Piece& piece, const ValueKind& kind) {
  constexpr double kMostCost = 6;  // nats: a reading of 1 in 400
  if (!kind.well_formed || !is_recognised(piece) || kind.well_formed(field.value)) return true;
  const auto better = std::find_if(field.readings.begin(), field.readings.end(), [&](const Alternative& a) {
    return !a.text.empty() && a.cost <= kMostCost && kind.well_formed(a.text);
  });
  if (better == field.readings.end()) return kind.keep_malformed;
  const double cost = better->cost;
  field.value = better->text;
  field.confidence = std::min(field.confidence, std::exp(-cost) / (1 + std::exp(-cost)));
  field.readings.erase(better);
  return true;
}

// The occurrence whose value the others confirm most, weighed by confidence; the first of equals.
//
// On scans thin strokes get lost but are not made up: of two readings that differ in them, the one that has
// more counts.
std::string vote_of(const Occurrence& occurrence) {
  std::string key = folded(*occurrence.value);
  if (occurrence.confidence < 1) std::erase_if(key, [](char c) { return c == '-' || c == '.'; });
  return key;
}

std::size_t best_occurrence(const std::vector<Occurrence>& occurrences) {
  std::map<std::string, double> votes;
  for (const Occurrence& o : occurrences) {
    if (o.value) votes[vote_of(o)] += 0.01 + o.confidence;
  }
  const auto better = [&](const Occurrence& a, const Occurrence& b) {
    const std::string mine = vote_of(a), other = vote_of(b);
    if (mine != other) return votes[mine] > votes[other] + 1e-9;
    const std::size_t length = folded(*a.value).size(), other_length = folded(*b.value).size();
    if (length != other_length) return length > other_length;
    return a.confidence > b.confidence + 1e-9;
  };
  std::size_t best = occurrences.size();
  for (std::size_t i = 0; i < occurrences.size(); ++i) {
    if (!occurrences[i].value) continue;
    if (best == occurrences.size() || better(occurrences[i], occurrences[best])) best = i;
  }
  return best;
}

}  // namespace

ValueKind kind_of(const FieldRule& rule, const Scheme& scheme) {
  if (rule.type == "date") {
    return {.value_of = [](std::string_view t, bool r) { return or_printed(parse_date(t, r), t); },
            .has_readings = true,
            .well_formed = is_real_date,
            .keep_malformed = true};
  }
  if (rule.type == "half") return {[](std::string_view t, bool) { return parse_half(t); }};
  if (rule.type == "decimal" || rule.type == "integer") {
    return {.value_of = [](std::string_view t, bool r) { return or_printed(parse_number(t, r), t); },
            .integer = rule.type == "integer",
            .has_readings = true,
            .well_formed = is_decimal};
  }
  if (rule.type == "star_level") {
    return {[](std::string_view t, bool) { return parse_star_level(t); }, false, true, true};
  }
  if (rule.type == "phone") return {phone_of, false, false, true};
  if (rule.type == "email") {
    return {
        [](std::string_view t, bool) -> std::optional<std::string> { return without_spaces(trimmed(t)); }};
  }
  if (rule.name == "standard") {
    return {[&scheme](std::string_view t, bool r) -> std::optional<std::string> {
              return parse_standard(t, scheme, r);
            },
            false, false, true};
  }
  if (rule.type == "code") return {.value_of = code_of, .has_readings = true};
  return text_kind(rule);
}

const ValueKind& number_kind() {
  static const ValueKind kKind{.value_of = [](std::string_view t, bool r) -> std::optional<std::string> {
                                 const std::u32string s = fold(t).text;
                                 if (s.find(U'无') != s.npos || s.find(U'不') != s.npos) return std::nullopt;
                                 return or_printed(parse_number(t, r), t);
                               },
                               .has_readings = true,
                               .number = true,
                               .well_formed = is_decimal};
  return kKind;
}

const ValueKind& special_kind() {
  static const ValueKind kKind = [] {
    ValueKind kind = number_kind();
    kind.value_of = [number = kind.value_of](std::string_view t, bool r) -> std::optional<std::string> {
      if (r && std::none_of(t.begin(), t.end(), is_ascii_digit)) return std::nullopt;
      return number(t, r);
    };
    return kind;
  }();
  return kKind;
}

const ValueKind& sum_kind() {
  static const ValueKind kKind{
      .value_of = [](std::string_view t, bool r) { return or_printed(parse_sum(t, r), t); },
      .has_readings = true,
      .well_formed = is_decimal};
  return kKind;
}

const ValueKind& star_kind() {
  static const ValueKind kKind{[](std::string_view t, bool) { return parse_star_level(t); }, false, true,
                               true};
  return kKind;
}

OptionalField make_field(const std::vector<Piece>& pieces, const ValueKind& kind,
                         const std::vector<Piece>& repeats) {
  std::vector<Occurrence> occurrences;
  for (const Piece& piece : pieces) {
    const std::string text = plain_text(piece, kind.paragraphs ? Join::paragraphs : Join::one_line);
    Occurrence o{piece.where, text, value_of(text, is_recognised(piece), kind), piece.evidence,
                 confidence_of(piece)};
    occurrences.push_back(std::move(o));
  }
  const std::size_t best = best_occurrence(occurrences);
  if (best == occurrences.size()) return std::nullopt;
  Field field;
  Piece merged = voted(pieces, best);
  for (const Piece& repeat : repeats) hear(repeat, merged);
  field.value = value_of(plain_text(merged, kind.paragraphs ? Join::paragraphs : Join::one_line),
                         is_recognised(merged), kind)
                    .value_or(*occurrences[best].value);
  field.integer = kind.integer;
  field.text = occurrences[best].text;
  field.confidence = confidence_of(merged);
  field.evidence = occurrences[best].evidence;
  if (kind.has_readings) field.readings = readings_of(merged, kind, field.value);
  if (!make_well_formed(field, merged, kind)) return std::nullopt;
  field.occurrences = std::move(occurrences);
  return field;
}

OptionalField make_field(const std::optional<Piece>& piece, const ValueKind& kind,
                         const std::vector<Piece>& repeats) {
  if (!piece) return std::nullopt;
  OptionalField field = make_field(std::vector<Piece>{*piece}, kind, repeats);
  if (field) field->occurrences.clear();
  return field;
}

}  // namespace attest
