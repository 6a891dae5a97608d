#include "tests/parse/dump.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "ingest/transcript.h"
#include "normalize/normalize.h"
#include "parse/parse.h"

namespace attest::testing {

const Scheme& scheme(const std::string& id) {
  static const std::vector<Scheme> schemes = [] {
    Result<std::vector<Scheme>> loaded = load_schemes(std::string(ATTEST_SOURCE_DIR) + "/schemes");
    EXPECT_TRUE(loaded) << (loaded ? "" : loaded.error().message);
    return loaded ? *loaded : std::vector<Scheme>{};
  }();
  const auto found =
      std::find_if(schemes.begin(), schemes.end(), [&](const Scheme& s) { return s.id == id; });
  static const Scheme none;
  EXPECT_NE(found, schemes.end()) << id;
  return found == schemes.end() ? none : *found;
}

namespace {

Record record_of(const std::vector<Page>& pages, const std::string& scheme_id) {
  Record record;
  const Scheme& form = scheme(scheme_id);
  normalize(parse_report(pages, form), form, record);
  return record;
}

}  // namespace

Record read_report(std::string_view transcript, const std::string& scheme_id) {
  return record_of(read_transcript(transcript), scheme_id);
}

Record read_recognised(std::string_view transcript, const std::string& scheme_id) {
  constexpr double kConfidence = 0.95;
  std::vector<Page> pages = read_transcript(transcript);
  const auto doubt = [](std::vector<Line>& lines) {
    for (Line& line : lines) {
      for (Glyph& glyph : line.glyphs) glyph.confidence = kConfidence;
    }
  };
  for (Page& page : pages) {
    doubt(page.lines);
    for (Table& table : page.tables) {
      for (Cell& cell : table.cells) doubt(cell.lines);
    }
  }
  return record_of(pages, scheme_id);
}

std::string shown(const OptionalField& field) { return field ? field->value : "-"; }

std::string value(const Record& record, const std::string& field) {
  const auto found = record.fields.find(field);
  return found == record.fields.end() ? "no such field" : shown(found->second);
}

std::string states(const Record& record, const std::string& group) {
  std::string out;
  const auto found = record.selections.find(group);
  if (found == record.selections.end()) return "no such group";
  for (const Option& option : found->second.options) {
    if (!out.empty()) out += ' ';
    out += option.option + "=" + std::string(name_of(option.state));
  }
  return out;
}

std::string items(const Record& record) {
  std::string out;
  for (const ScoreItem& item : record.scores.items) {
    out += item.code.value_or("-") + " " + item.clause.value_or("-") + " max=" + shown(item.max) +
           " percent=" + shown(item.percent) + " score=" + shown(item.score) +
           (item.applicable ? "\n" : " n/a\n");
  }
  return out;
}

std::string indicators(const Record& record) {
  std::string out;
  for (const ScoreIndicator& i : record.scores.indicators)
    out += i.name + " " + shown(i.max) + " " + shown(i.score) + "\n";
  return out;
}

std::string sections(const Record& record) {
  std::string out;
  for (const ScoreSection& s : record.scores.sections)
    out += s.section + " " + shown(s.max) + " " + shown(s.score) + "\n";
  return out;
}

}  // namespace attest::testing
