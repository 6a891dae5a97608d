// The page model: what stands on a page, whoever read it. A text layer, a transcript and a recognised scan
// all end in a Page, so that `parse` does not know where words come from.
//
//   Page ─ blocks in reading order ─┬─ Line ─ glyphs (text, box, confidence, alternatives; a mark is a glyph
//   too)
//                                   └─ Table ─ cells with spans ─ lines
//
// Text is UTF-8 in NFC. Boxes are in points of the upright page; in a transcript boxes are empty and a line
// has its number instead. Plain values: they own what they hold and may be read from several threads.
#ifndef ATTEST_RECORD_PAGE_H_
#define ATTEST_RECORD_PAGE_H_

#include <string>
#include <string_view>
#include <vector>

#include "record/geometry.h"

namespace attest {

enum class Origin { text_layer, scan, mixed, transcript, blank };
std::string_view name_of(Origin origin);

enum class MarkState { checked, unchecked, unreadable, absent };
std::string_view name_of(MarkState state);

// Another reading of a glyph (or of a whole value), with what it costs against the best one: the difference
// of negative log probabilities, in nats, ≥ 0. An empty text is the reading "nothing stands here".
struct Alternative {
  std::string text;
  double cost = 0;
  friend bool operator==(const Alternative&, const Alternative&) = default;
};

// A check box, or a tick that stands for one.
struct Mark {
  Box box;
  MarkState state = MarkState::unreadable;
  double confidence = 1;   // probability that `state` is right
  std::string glyph = {};  // the printed character where one is known: "☑", "□", "√"
};

struct Glyph {
  std::string
      text;  // one character (code point with its combining marks); "☐", "☑" … for a mark; " " for a gap
  Box box;
  double confidence = 1;                       // probability that `text` is what is printed
  int mark = -1;                               // index into Page::marks, -1 for a character
  std::vector<Alternative> alternatives = {};  // cheapest first, without `text` itself
};

struct Line {
  std::vector<Glyph> glyphs;
  Box box;
  int number = 0;     // line in the transcript from 1; 0 on page images
  bool bold = false;  // where known
  bool underlined = false;

  std::string text() const;
  double confidence() const;  // the least of its glyphs', 1 when empty
};

struct Cell {
  int row = 0, column = 0;  // from 0, the upper left grid place it covers
  int row_span = 1, column_span = 1;
  Box box;
  std::vector<Line> lines;

  std::string text() const;  // lines joined by '\n'
};

struct Table {
  Box box;
  int rows = 0, columns = 0;
  bool ruled = true;        // false: found by column alignment
  std::vector<Cell> cells;  // by row, then column

  const Cell* at(int row, int column) const;  // the cell that covers the place, or null
};

// One step of the reading order: a line outside tables, or a table.
struct Block {
  enum class Kind { line, table } kind = Kind::line;
  int index = 0;  // into Page::lines or Page::tables
};

// Something to know about the reading (never about the report): rule `reading.*` of the findings.
struct Notice {
  std::string rule;    // "reading.text_layer", "reading.page", "reading.channels"
  std::string zh, en;  // one sentence each
  Box box = {};        // empty: the whole page
};

// The text of a glyph that stands for what was not read.
inline constexpr const char* kLeftOut = "…";

struct Page {
  int number = 0;                // from 1
  double width = 0, height = 0;  // points, upright
  int rotation = 0;              // quarter turn in degrees (clockwise) that was undone to make it upright
  Origin origin = Origin::blank;
  std::vector<Block> blocks;
  std::vector<Line> lines;  // outside tables
  std::vector<Table> tables;
  std::vector<Mark> marks;
  std::vector<Notice> notices = {};
  std::vector<Box> left_out = {};  // stretches of lines that nobody asked for; each is a glyph kLeftOut
};

}  // namespace attest

#endif  // ATTEST_RECORD_PAGE_H_
