// Implementation rules: numbered clauses over free text.
//
//   5.  认证实施程序及要求            a title: short, no final punctuation
//   5.2.1 公司自收到认证申请方…评     text of clause 5.2.1, over the following lines
//   	6.2.5.2投诉处理                 its parents are not in the document: stands at the top
//
// Standards cited are listed under 认证依据 or 规范性引用文件; without such a clause, all that the text
// names.
#include <re2/re2.h>

#include <algorithm>
#include <set>

#include "parse/flow.h"
#include "parse/labels.h"
#include "parse/parse.h"

namespace attest {
namespace {

struct Numbered {
  std::string id;
  int text_begin = 0;  // folded position behind the number
};

// "5.2.1" with or without a closing dot, at the start of a line; what follows must not be a unit or a list
// sign.
std::optional<Numbered> numbered(const SourceText& text, const SourceLine& line) {
  const std::u32string& s = text.folded();
  int at = line.begin;
  std::string id;
  int parts = 0;
  while (at < line.end && is_digit(s[at])) {
    std::string part;
    while (at < line.end && is_digit(s[at])) part += static_cast<char>(s[at++]);
    constexpr std::size_t kLongestPart = 2;
    if (part.size() > kLongestPart || part[0] == '0') return std::nullopt;
    id += (parts++ > 0 ? "." : "") + part;
    if (at + 1 < line.end && s[at] == U'.' && is_digit(s[at + 1])) {
      ++at;
      continue;
    }
    break;
  }
  if (parts == 0) return std::nullopt;
  const bool dot = at < line.end && s[at] == U'.';
  if (dot) ++at;
  if (parts == 1 && !dot) return std::nullopt;  // "2 个工作日"
  if (at >= line.end || !(is_hanzi(s[at]) || s[at] == U'"' || s[at] == U'《')) return std::nullopt;
  return Numbered{id, at};
}

bool is_title(std::u32string_view text) {
  constexpr std::size_t kLongestTitle = 18;
  static constexpr std::u32string_view kSentence = U".;,:";
  if (text.size() > kLongestTitle) return false;
  return std::none_of(text.begin(), text.end(),
                      [](char32_t c) { return kSentence.find(c) != kSentence.npos; });
}

// A line as printed, paragraphs of the text joined by the caller.
std::string printed(const SourceText& text, int begin, int end) {
  std::string out;
  for (const Glyph& glyph : text.piece(begin, end, "").glyphs)
    out += glyph.text.starts_with('\n') ? " " : glyph.text;
  return out;
}

struct FlatClause {
  Clause clause;
  bool titled = false;
};

std::vector<FlatClause> flat_clauses(const SourceText& text) {
  std::vector<FlatClause> out;
  for (const SourceLine& line : text.lines()) {
    if (const std::optional<Numbered> number = numbered(text, line)) {
      FlatClause flat;
      flat.clause.id = number->id;
      flat.clause.evidence = text.evidence(line.begin, line.end);
      const std::u32string_view rest =
          std::u32string_view(text.folded()).substr(number->text_begin, line.end - number->text_begin);
      const std::string shown = printed(text, number->text_begin, line.end);
      flat.titled = is_title(rest);
      if (flat.titled) {
        flat.clause.title = shown;
      } else {
        flat.clause.text = shown;
      }
      out.push_back(std::move(flat));
      continue;
    }
    if (out.empty()) continue;
    std::string& body = out.back().clause.text;
    if (!body.empty()) body += '\n';
    body += printed(text, line.begin, line.end);
  }
  return out;
}

// Hangs a clause under the nearest clause whose number it continues.
void hang(std::vector<Clause>& level, Clause clause) {
  if (!level.empty() && clause.id.starts_with(level.back().id + "."))
    return hang(level.back().children, std::move(clause));
  for (auto parent = level.rbegin(); parent != level.rend(); ++parent) {
    if (clause.id.starts_with(parent->id + ".")) return hang(parent->children, std::move(clause));
  }
  level.push_back(std::move(clause));
}

// "GB/T 27922-2011": a space between the series and the number, whatever was printed.
void collect_references(std::string_view text, std::vector<std::string>& out) {
  static const RE2 kStandard(
      R"(((?:GB(?:/[TZ])?|RB/T|SB/T|CNAS-[A-Z]{2}|ISO(?:/IEC)?|CTS ?ISC-[A-Z]+|CTSISC-[A-Z]+)) ?-?([0-9]{2,6}(?:\.[0-9]+)?(?:-[0-9]{4})?))");
  const std::string folded_text = folded(text);
  re2::StringPiece input(folded_text);
  std::string series, number;
  while (RE2::FindAndConsume(&input, kStandard, &series, &number)) {
    std::string name = series;
    name.append(series.find("ISC-") != std::string::npos ? "-" : " ").append(number);
    if (std::find(out.begin(), out.end(), name) == out.end()) out.push_back(name);
  }
}

bool lists_references(const Clause& clause) {
  static constexpr std::u32string_view kTitles[] = {U"认证依据", U"引用文件", U"规范性引用文件", U"引用标准",
                                                    U"依据文件"};
  if (!clause.title) return false;
  const std::u32string title = fold(std::string_view(*clause.title)).text;
  return std::any_of(std::begin(kTitles), std::end(kTitles),
                     [&](std::u32string_view t) { return title.find(t) != std::u32string::npos; });
}

}  // namespace

RulesReading parse_rules(const std::vector<Page>& pages) {
  RulesReading out;
  const Flow flow = make_flow(pages, nullptr);
  std::vector<FlatClause> flat = flat_clauses(flow.text);
  for (const FlatClause& f : flat) {
    if (lists_references(f.clause)) collect_references(f.clause.text, out.normative_references);
  }
  if (out.normative_references.empty())
    collect_references(to_utf8(flow.text.folded()), out.normative_references);
  for (FlatClause& f : flat) hang(out.clauses, std::move(f.clause));
  return out;
}

}  // namespace attest
