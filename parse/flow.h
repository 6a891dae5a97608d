// A document as one stream: the lines of all pages in reading order without running headers, footers and page
// numbers, and the tables that are read as tables. Small layout tables (the incidents block, a contact table)
// are part of the stream, cell by cell, so that labels and boxes in them are found like any other.
#ifndef ATTEST_PARSE_FLOW_H_
#define ATTEST_PARSE_FLOW_H_

#include <deque>
#include <vector>

#include "parse/source_text.h"
#include "schemes/scheme.h"

namespace attest {

enum class TableUse { layout, team, summary, detail };

struct GridCell {
  int column = 0, column_span = 1;
  bool first_row = true;             // false: the cell began in a row above
  const SourceText* text = nullptr;  // owned by the Grid
  Box box;
};

struct GridRow {
  std::vector<GridCell> cells;  // by column, each covering cell once
};

// A table with searchable cells.
struct Grid {
  int page = 0;
  Box box;
  int columns = 0;
  std::vector<GridRow> rows;
  std::deque<SourceText> texts;
};

Grid make_grid(const Table& table, const Page& page);

struct FlowTable {
  TableUse use = TableUse::layout;
  int position = 0;        // in Flow::text: where the table stands
  bool continued = false;  // goes on from the table before it
  Grid grid;
};

struct Flow {
  SourceText text;
  SourceText running;            // headers and footers, which are no part of the text
  std::deque<FlowTable> tables;  // of use team, summary, detail
  std::deque<Line> own_lines;    // lines that differ from the page's: sheet edges taken out
};

// `scheme` may be null: then every table is layout.
Flow make_flow(const std::vector<Page>& pages, const Scheme* scheme);

// The header row of a table: role → column index into GridRow cells' columns; empty when the row is no
// header.
struct HeaderColumn {
  std::string role;
  int column = 0, column_span = 1;
  Box box;
};
std::vector<HeaderColumn> header_columns(const GridRow& row,
                                         const std::map<std::string, std::vector<std::string>>& roles);

}  // namespace attest

#endif  // ATTEST_PARSE_FLOW_H_
