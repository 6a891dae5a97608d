#include "ingest/transcript.h"

#include <algorithm>
#include <string>
#include <utility>

#include "ingest/inline_markup.h"

namespace attest {
namespace {

// Blank lines that end a page. Transcribers leave one blank line between paragraphs and three to five between
// pages.
constexpr int kBlankLinesOfPageBreak = 3;
// A table of tabs that holds one filled cell a row is a continuation only when this wide: one tab is an
// indentation.
constexpr int kLeastContinuedColumns = 3;

struct TextLine {
  int number = 0;
  std::string_view text;
};
using TextLines = std::vector<TextLine>;

std::string_view trimmed(std::string_view text) {
  static constexpr std::string_view kSpaces = " \t\r\f";
  const std::size_t begin = text.find_first_not_of(kSpaces);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpaces) - begin + 1);
}

bool is_blank(std::string_view text) {
  while (!text.empty()) {
    if (text.starts_with("\u3000") || text.starts_with("\ufeff")) {
      text.remove_prefix(3);
    } else if (text.starts_with("\u00a0")) {
      text.remove_prefix(2);
    } else if (trimmed(text.substr(0, 1)).empty()) {
      text.remove_prefix(1);
    } else {
      return false;
    }
  }
  return true;
}

// Lines of each page, blank ones dropped except that a single empty TextLine keeps tables apart.
std::vector<TextLines> split_pages(std::string_view text) {
  std::vector<TextLines> pages(1);
  int number = 0, blank = 0;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    std::string_view line = text.substr(begin, end - begin);
    begin = end + 1;
    ++number;
    if (line.ends_with('\r')) line.remove_suffix(1);
    const bool form_feed = line.starts_with('\f');
    if (form_feed) line.remove_prefix(1);
    if (form_feed && !pages.back().empty()) pages.emplace_back();
    if (is_blank(line)) {
      ++blank;
      if (!pages.back().empty()) pages.back().push_back({number, {}});
      continue;
    }
    if (blank >= kBlankLinesOfPageBreak && !pages.back().empty()) pages.emplace_back();
    blank = 0;
    pages.back().push_back({number, line});
  }
  return pages;
}

bool is_pipe_row(std::string_view line) {
  const std::string_view text = trimmed(line);
  return text.size() >= 2 && text.front() == '|' && text.find('|', 1) != std::string_view::npos;
}

bool is_tab_row(std::string_view line) {
  return !is_pipe_row(line) && line.find('\t') != std::string_view::npos;
}

bool is_dash_row(std::string_view line) {
  return line.find('-') != std::string_view::npos &&
         line.find_first_not_of("|-: \t") == std::string_view::npos;
}

bool is_rule(std::string_view line) {
  const std::string_view text = trimmed(line);
  return text.size() >= 3 && text.find_first_not_of(text[0]) == std::string_view::npos &&
         (text[0] == '-' || text[0] == '*');
}

std::vector<std::string_view> tab_cells(std::string_view line) {
  std::vector<std::string_view> cells;
  for (std::size_t begin = 0; begin <= line.size();) {
    const std::size_t end = std::min(line.find('\t', begin), line.size());
    cells.push_back(trimmed(line.substr(begin, end - begin)));
    begin = end + 1;
  }
  return cells;
}

std::vector<std::string_view> pipe_cells(std::string_view line) {
  line = trimmed(line).substr(1);
  std::vector<std::string_view> cells;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\\') {
      ++i;
    } else if (line[i] == '|') {
      cells.push_back(trimmed(line.substr(begin, i - begin)));
      begin = i + 1;
    }
  }
  if (begin < line.size()) cells.push_back(trimmed(line.substr(begin)));
  return cells;
}

struct Row {
  int number = 0;
  std::vector<std::string_view> cells;
};

class PageReader {
 public:
  PageReader(const TextLines& lines, int page_number, int last_columns)
      : lines_(lines), columns_(last_columns) {
    page_.number = page_number;
    page_.origin = Origin::transcript;
  }

  Page read() {
    for (std::size_t i = 0; i < lines_.size();) {
      if (is_pipe_row(lines_[i].text)) {
        i = read_pipe_table(i);
      } else if (is_tab_row(lines_[i].text)) {
        i = read_tab_table(i);
      } else {
        add_line(lines_[i++]);
      }
    }
    return std::move(page_);
  }

  int last_columns() const { return columns_; }

 private:
  std::size_t read_pipe_table(std::size_t i) {
    std::vector<Row> rows;
    for (; i < lines_.size() && is_pipe_row(lines_[i].text); ++i) {
      if (!is_dash_row(lines_[i].text)) rows.push_back({lines_[i].number, pipe_cells(lines_[i].text)});
    }
    if (!rows.empty()) add_table(rows);
    return i;
  }

  // Rows may have lost tabs at their end, never gained any: a row with more tabs opens another table.
  std::size_t read_tab_table(std::size_t i) {
    const std::size_t first = i;
    std::vector<Row> rows;
    std::size_t widest_filled = 0;
    for (; i < lines_.size() && is_tab_row(lines_[i].text); ++i) {
      Row row{lines_[i].number, tab_cells(lines_[i].text)};
      if (!rows.empty() && row.cells.size() > rows[0].cells.size()) break;
      const auto filled =
          std::count_if(row.cells.begin(), row.cells.end(), [](auto c) { return !c.empty(); });
      widest_filled = std::max(widest_filled, static_cast<std::size_t>(filled));
      rows.push_back(std::move(row));
    }
    const int columns = static_cast<int>(rows[0].cells.size());
    const bool label_and_value = rows.size() == 1 && columns == 2;
    const bool continued = columns >= kLeastContinuedColumns && columns == columns_;
    if (!label_and_value && (widest_filled >= 2 || continued)) {
      add_table(rows);
    } else {
      for (std::size_t k = first; k < i; ++k) add_line(lines_[k]);
    }
    return i;
  }

  void add_table(const std::vector<Row>& rows) {
    Table table;
    table.ruled = false;
    table.rows = static_cast<int>(rows.size());
    for (const Row& row : rows) table.columns = std::max(table.columns, static_cast<int>(row.cells.size()));
    for (int r = 0; r < table.rows; ++r) {
      for (int c = 0; c < table.columns; ++c) {
        Cell cell;
        cell.row = r;
        cell.column = c;
        if (c < static_cast<int>(rows[r].cells.size())) {
          cell.lines = parse_inline(rows[r].cells[c], rows[r].number, page_.marks);
        }
        table.cells.push_back(std::move(cell));
      }
    }
    columns_ = table.columns;
    page_.blocks.push_back({Block::Kind::table, static_cast<int>(page_.tables.size())});
    page_.tables.push_back(std::move(table));
  }

  void add_line(const TextLine& line) {
    std::string_view text = trimmed(line.text);
    if (text.empty() || is_rule(text)) return;
    const std::size_t hashes = std::min(text.find_first_not_of('#'), text.size());
    const bool heading = hashes >= 1 && hashes <= 6 && hashes < text.size() && text[hashes] == ' ';
    if (heading) text = trimmed(text.substr(hashes));
    if (text.starts_with("- ") || text.starts_with("* ")) text = trimmed(text.substr(2));
    for (Line& parsed : parse_inline(text, line.number, page_.marks)) {
      parsed.bold = parsed.bold || heading;
      page_.blocks.push_back({Block::Kind::line, static_cast<int>(page_.lines.size())});
      page_.lines.push_back(std::move(parsed));
    }
  }

  const TextLines& lines_;
  Page page_;
  int columns_;  // of the last table, here or on the page before
};

}  // namespace

std::vector<Page> read_transcript(std::string_view nfc) {
  std::vector<Page> pages;
  int columns = 0;
  for (const TextLines& lines : split_pages(nfc)) {
    PageReader reader(lines, static_cast<int>(pages.size()) + 1, columns);
    pages.push_back(reader.read());
    columns = reader.last_columns();
  }
  return pages;
}

bool is_markdown(std::string_view nfc) {
  for (const std::string_view sign : {"**", "\\_", "|--", "| --", "<br"}) {
    if (nfc.find(sign) != std::string_view::npos) return true;
  }
  return nfc.starts_with("# ") || nfc.find("\n# ") != std::string_view::npos ||
         nfc.find("\n## ") != std::string_view::npos;
}

}  // namespace attest
