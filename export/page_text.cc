// Page text in reading order, and the lines of a cell joined to one.
#include <string>

#include "export/json.h"

namespace attest {
namespace {

bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }

// Lines of one cell become one: Chinese is joined as it is, Latin words keep a space between them.
std::string joined_lines(const std::vector<Line>& lines) {
  std::string out;
  for (const Line& line : lines) {
    const std::string text = line.text();
    if (text.empty()) continue;
    const bool latin = !out.empty() && is_ascii(out.back()) && is_ascii(text.front());
    if (latin && out.back() != ' ' && text.front() != ' ') out += ' ';
    out += text;
  }
  for (char& c : out) {
    if (c == '\n' || c == '\t' || c == '\r') c = ' ';
  }
  return out;
}

// Cells come by row, then column; a cell that spans rows is printed in its first.
void append_table(const Table& table, std::string& out) {
  int row = -1;
  for (const Cell& cell : table.cells) {
    if (cell.row != row) {
      if (row >= 0) out += '\n';
      row = cell.row;
    } else {
      out += '\t';
    }
    out += joined_lines(cell.lines);
  }
  if (row >= 0) out += '\n';
}

}  // namespace

std::string page_text(const Page& page) {
  std::string out;
  for (const Block& block : page.blocks) {
    const auto index = static_cast<std::size_t>(block.index);
    if (block.kind == Block::Kind::table) {
      if (index < page.tables.size()) append_table(page.tables[index], out);
    } else if (index < page.lines.size()) {
      out += page.lines[index].text();
      out += '\n';
    }
  }
  return out;
}

}  // namespace attest
