// What `parse` found, before `normalize` makes values of it: pieces of the page with the name of what they
// should be.
//
//   "1.12 本次审查时间： 2024 年 11 月 19 日 下午至 …"  →  fields["audit_start_date"] = {{where "1.12",
//   glyphs "2024 年 11 月 19 日"}}
//
// Nothing is interpreted here and nothing is dropped: an empty place on the form ("_____", "/") is a piece
// too, and `normalize` turns it into null.
#ifndef ATTEST_RECORD_READING_H_
#define ATTEST_RECORD_READING_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "record/geometry.h"
#include "record/page.h"

namespace attest {

// Where something stands: page with box, or page with line for a transcript.
struct Evidence {
  int page = 0;
  Box box = {};
  int line = 0;
};

// A stretch of glyphs. Line breaks inside it are glyphs with text "\n", or "\n\n" where a paragraph begins;
// joins across page breaks too.
struct Piece {
  std::string where = {};  // "cover", "1.1", "1.9", "section_6", "title" …
  std::vector<Glyph> glyphs = {};
  Evidence evidence = {};

  std::string text() const {
    std::string out;
    for (const Glyph& g : glyphs) out += g.text;
    return out;
  }
};

struct RawOption {
  std::string option;        // "initial"
  std::string label;         // as the scheme names it: "初次认证"
  std::optional<Mark> mark;  // none: the label is there without a box
  Evidence evidence;         // of the mark, else of the label
};

struct RawItem {        // one row of a detail table
  std::string section;  // scheme id: "service_system"
  std::optional<Piece> clause, indicator, content, code, max, percent, score;
};

struct RawIndicator {  // GB/T: a row of the summary table; CTS: the title cell
  std::string section, name;
  std::optional<Piece> max, score;
};

struct RawSection {
  std::string section;
  std::optional<Piece> max, score;
};

struct RawReading {
  std::map<std::string, std::vector<Piece>> fields;
  std::map<std::string, std::vector<RawOption>> selections;
  std::vector<std::map<std::string, Piece>> audit_team;  // column role → cell
  std::vector<RawItem> items;
  std::vector<RawIndicator> indicators;
  std::vector<RawSection> sections;
  std::map<std::string, Piece>
      score_singles;  // special_deduction, special_bonus, total, result_score,
                      // result_star_level; "result_score.other": its first of two places
  bool has_score_tables = false;
};

}  // namespace attest

#endif  // ATTEST_RECORD_READING_H_
