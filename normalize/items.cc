#include "normalize/items.h"

#include <algorithm>

#include "normalize/field_values.h"
#include "normalize/text_values.h"
#include "text/fold.h"

namespace attest {
namespace {

// Costs of the alignment, in edits of a code or clause.
constexpr double kSkipRule = 0.7;  // a row of the scheme that is not on the form
constexpr double kSkipRow = 3.0;  // a row that is none of the scheme's: dearer than a misread code and clause
constexpr double kNoClause = 0.6;  // nothing to compare
constexpr double kNoCode = 0.6;
constexpr double kUnexpectedCode = 1.5;
constexpr double kContent = 2.5;  // content that has nothing in common
constexpr double kOtherSection = 1.5;

std::string plain(const std::optional<Piece>& piece) {
  return piece ? folded(plain_text(*piece, Join::one_line)) : std::string();
}

// "5,1.l.2" -> "5.1.1.2"
std::string clause_of(const std::optional<Piece>& piece) {
  std::string out;
  for (char c : as_digits(plain(piece))) {
    if (c == ',' || c == ':') c = '.';
    if ((c >= '0' && c <= '9') || (c == '.' && !out.empty() && out.back() != '.')) out += c;
  }
  while (!out.empty() && out.back() == '.') out.pop_back();
  return out;
}

// "Al2" -> "A12": a letter, then digits.
std::string code_of(const std::optional<Piece>& piece) {
  std::string text = plain(piece);
  if (text.empty()) return text;
  const std::string rest = text.substr(1);
  if (text[0] < 'A' || text[0] > 'Z') return text;
  return text.substr(0, 1) + as_digits(rest);
}

int distance(const std::u32string& a, const std::u32string& b) {
  std::vector<int> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = static_cast<int>(j);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    int diagonal = row[0];
    row[0] = static_cast<int>(i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const int substitute = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = row[j];
      row[j] = std::min({substitute, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

struct Row {
  std::u32string clause, code, content;
  std::string section;
};

struct Rule {
  ItemPlace place;
  std::u32string clause, code, content;
};

std::vector<Rule> rules_of(const Scheme& scheme) {
  std::vector<Rule> out;
  for (const SectionRule& section : scheme.sections) {
    for (const IndicatorRule& indicator : section.indicators) {
      for (const ItemRule& item : indicator.items) {
        out.push_back({{&section, &indicator, &item},
                       to_u32(item.clause),
                       to_u32(item.code.value_or("")),
                       fold(std::string_view(item.content)).text});
      }
    }
  }
  return out;
}

double mismatch(const Row& row, const Rule& rule) {
  double cost = 0;
  cost += row.clause.empty() ? kNoClause : distance(row.clause, rule.clause);
  if (row.code.empty()) {
    cost += rule.code.empty() ? 0 : kNoCode;
  } else {
    cost += rule.code.empty() ? kUnexpectedCode : distance(row.code, rule.code);
  }
  if (!row.content.empty() && !rule.content.empty()) {
    const std::u32string begin = row.content.substr(0, rule.content.size());
    cost += kContent * distance(begin, rule.content) / static_cast<double>(rule.content.size());
  } else {
    cost += kContent / 4;
  }
  if (!row.section.empty() && row.section != rule.place.section->id) cost += kOtherSection;
  return cost;
}

// The place of a row that is not in the scheme: section and indicator by its clause.
ItemPlace place_by_clause(const std::string& clause, const Scheme& scheme) {
  for (const SectionRule& section : scheme.sections) {
    for (const IndicatorRule& indicator : section.indicators) {
      if (!indicator.clause.empty() && clause.starts_with(indicator.clause + "."))
        return {&section, &indicator, nullptr};
    }
  }
  return {};
}

bool recognised_row(const RawItem& row) {
  for (const auto* piece : {&row.clause, &row.code, &row.max, &row.percent, &row.score, &row.content}) {
    if (*piece && is_recognised(**piece)) return true;
  }
  return false;
}

// The printed key; on a scan the scheme's, since the row's place has settled it.
std::optional<std::string> key(const std::string& printed, const std::string& known, bool placed,
                               bool recognised) {
  if (placed && recognised) return known.empty() ? std::nullopt : std::optional(known);
  return printed.empty() ? std::nullopt : std::optional(printed);
}

// "/" is often read as one upright stroke, or as some letter; a percentage of one stroke, or without a digit,
// beside a score of zero is no percentage.
bool is_stroke(const std::string& text) {
  static constexpr std::string_view kStrokes = "17lIJ|]})!";
  return text.size() == 1 && kStrokes.find(text[0]) != kStrokes.npos;
}

bool has_digit(const std::string& text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// "/", "-", 不涉及, 不适用
bool says_not_applicable(const std::string& text) {
  return is_blank(text) || text.find("不") != std::string::npos || text.find("涉及") != std::string::npos;
}

bool not_applicable(const RawItem& row, const ScoreItem& item) {
  if (!row.percent) return false;
  const std::string text = plain(row.percent);
  if (text.empty()) return false;
  if (!item.percent && (!is_recognised(*row.percent) || says_not_applicable(text))) return true;
  return is_recognised(*row.percent) && (is_stroke(text) || !has_digit(text)) &&
         (!item.score || item.score->value == "0");
}

Evidence evidence_of(const RawItem& row) {
  for (const auto* piece : {&row.code, &row.clause, &row.content, &row.score}) {
    if (*piece && (*piece)->evidence.page > 0) return (*piece)->evidence;
  }
  return {};
}

}  // namespace

std::vector<ItemPlace> place_items(const std::vector<RawItem>& rows, const Scheme& scheme) {
  const std::vector<Rule> rules = rules_of(scheme);
  const int n = static_cast<int>(rows.size()), m = static_cast<int>(rules.size());
  constexpr int kMostRows = 1000;  // the largest form has 110; a bound against hostile input
  std::vector<ItemPlace> out(n);
  if (n > kMostRows) return out;
  std::vector<Row> keys;
  keys.reserve(rows.size());
  for (const RawItem& row : rows) {
    keys.push_back(
        {to_u32(clause_of(row.clause)), to_u32(code_of(row.code)), to_u32(plain(row.content)), row.section});
  }
  // best[i][j]: cost of the first i rows against the first j rules.
  std::vector<std::vector<double>> best(n + 1, std::vector<double>(m + 1, 0));
  std::vector<std::vector<char>> step(n + 1, std::vector<char>(m + 1, 'j'));
  for (int i = 0; i <= n; ++i) {
    for (int j = 0; j <= m; ++j) {
      if (i == 0 && j == 0) continue;
      double least = 1e18;
      if (j > 0 && best[i][j - 1] + kSkipRule < least) least = best[i][j - 1] + kSkipRule, step[i][j] = 'j';
      if (i > 0 && best[i - 1][j] + kSkipRow < least) least = best[i - 1][j] + kSkipRow, step[i][j] = 'i';
      if (i > 0 && j > 0) {
        const double cost = best[i - 1][j - 1] + mismatch(keys[i - 1], rules[j - 1]);
        if (cost < least) least = cost, step[i][j] = 'm';
      }
      best[i][j] = least;
    }
  }
  for (int i = n, j = m; i > 0 || j > 0;) {
    if (step[i][j] == 'm') {
      out[--i] = rules[--j].place;
    } else if (step[i][j] == 'i') {
      --i;
    } else {
      --j;
    }
  }
  return out;
}

std::vector<ScoreItem> make_items(const std::vector<RawItem>& rows, const Scheme& scheme) {
  const std::vector<ItemPlace> places = place_items(rows, scheme);
  std::vector<ScoreItem> out;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const RawItem& row = rows[i];
    const bool placed = places[i].item != nullptr, recognised = recognised_row(row);
    const std::string clause = clause_of(row.clause);
    const ItemPlace place = placed ? places[i] : place_by_clause(clause, scheme);
    ScoreItem item;
    item.code = key(code_of(row.code), placed ? places[i].item->code.value_or("") : "", placed, recognised);
    item.clause = key(clause, placed ? places[i].item->clause : "", placed, recognised);
    item.section = place.section != nullptr ? place.section->id : row.section;
    item.indicator = place.indicator != nullptr ? place.indicator->name : "";
    item.max = make_field(row.max, number_kind());
    item.percent = make_field(row.percent, number_kind());
    item.score = make_field(row.score, number_kind());
    if (not_applicable(row, item)) {
      item.applicable = false;
      item.percent.reset();
    }
    item.evidence = evidence_of(row);
    out.push_back(std::move(item));
  }
  return out;
}

}  // namespace attest
