// The detail tables of the CTS forms, one a section, over many pages:
//
//   序号   标题            检查内容                     小类分值  代码(维度)  分项得分%  分项实际得分
//   5.1.1  组织架构(4+8分)  5.1.1.1 建立组织架构以…       1       A1        100      1
//                          5.1.1.2 根据需要，服务网点…   3       A2        100      3
//   ------ next page: the header again, then what is left of a row that the page break cut ------
//
// A row is what is printed in it: its clause opens the content cell, its code has a column. Merged cells say
// nothing about it, since their text stands wherever the page break left it.
#include <algorithm>
#include <set>

#include "parse/readings.h"

namespace attest {
namespace {

constexpr int kHeaderRoles = 4;

struct DetailRow {
  std::map<std::string, const GridCell*> cells;  // role → cell with text
};

const SourceText* text_of(const DetailRow& row, const char* role) {
  const auto found = row.cells.find(role);
  return found == row.cells.end() ? nullptr : found->second->text;
}

// How far a cell stands under a header: by grid column within one grid (a skewed table's edges wander by half
// a column over its height), by boxes where the header stands in another table with other columns.
double overlap(const HeaderColumn& column, const GridCell& cell, bool one_grid) {
  if (one_grid || column.box.empty() || cell.box.empty()) {
    const int left = std::max(column.column, cell.column);
    const int right = std::min(column.column + column.column_span, cell.column + cell.column_span);
    return right > left ? 1 : 0;
  }
  const double shared =
      std::min(column.box.right(), cell.box.right()) - std::max(column.box.left, cell.box.left);
  return shared / std::max(1.0, std::min(cell.box.width, column.box.width));
}

DetailRow arrange(const GridRow& row, const std::vector<HeaderColumn>& columns, bool one_grid) {
  constexpr double kLeastOverlap = 0.5;
  DetailRow out;
  for (const GridCell& cell : row.cells) {
    if (cell.text->size() == 0) continue;
    const HeaderColumn* best = nullptr;
    double most = kLeastOverlap;
    for (const HeaderColumn& column : columns) {
      const double share = overlap(column, cell, one_grid);
      if (share > most - 1e-9 && (best == nullptr || share > most)) {
        most = share;
        best = &column;
      }
    }
    // A cell that goes on from the row above is said already, save for its numbers' place.
    if (best != nullptr && cell.first_row) out.cells.try_emplace(best->role, &cell);
  }
  return out;
}

bool is_clause_character(char32_t c) {
  static constexpr std::u32string_view kLookalikes = U".,·lI|OoSsZz:";
  return is_digit(c) || kLookalikes.find(c) != std::u32string_view::npos;
}

// End of a clause number that opens a text: "5.1.1.2", "5,1.1.l"; 0 when there is none.
int clause_end(const std::u32string& s) {
  constexpr int kLongest = 12;  // "5.3.1.2.10"
  int at = 0, dots = 0, digits = 0;
  while (at < static_cast<int>(s.size()) && at < kLongest && is_clause_character(s[at])) {
    if (s[at] == U'.' || s[at] == U',' || s[at] == U'·' || s[at] == U':') ++dots;
    if (is_digit(s[at])) ++digits;
    ++at;
  }
  while (at > 0 && !is_digit(s[at - 1]) && s[at - 1] != U'l' && s[at - 1] != U'I' && s[at - 1] != U'|') --at;
  constexpr int kFewestDigits = 3;
  return digits >= kFewestDigits && dots >= 2 ? at : 0;
}

// Parts of a clause number: 4 of "5.1.1.2".
int depth(const std::u32string& s, int end) {
  return 1 + static_cast<int>(std::count_if(s.begin(), s.begin() + end, [](char32_t c) {
           return c == U'.' || c == U',' || c == U'·' || c == U':';
         }));
}

struct Reader {
  const Layout& layout;
  RawReading& out;
  std::vector<HeaderColumn> columns;
  int header_columns_count = 0;  // grid columns of the table that the header stands in
  std::string section;
  std::set<std::string> titles;  // indicators whose title cell was read
  Piece open_title;              // the last of them, for what a page break may have left over

  void read_table(const FlowTable& table);
  void read_title(const DetailRow& row);
  bool continue_title(const DetailRow& row);
  void read_row(const DetailRow& row);
  void append(RawItem& item, const DetailRow& row);
};

bool has_numbers(const DetailRow& row) {
  return row.cells.count("max") + row.cells.count("score") + row.cells.count("percent") +
             row.cells.count("code") >
         0;
}

// A row of its own prints more than the end of a wrapped 不涉及.
bool has_key_numbers(const DetailRow& row) {
  return row.cells.count("max") + row.cells.count("score") + row.cells.count("code") > 0;
}

bool has_numbers(const RawItem& item) { return item.max || item.score || item.percent || item.code; }

std::optional<Piece> cell_piece(const DetailRow& row, const char* role) {
  const SourceText* text = text_of(row, role);
  if (text == nullptr) return std::nullopt;
  return text->whole(role);
}

void fill_numbers(RawItem& item, const DetailRow& row) {
  if (!item.max) item.max = cell_piece(row, "max");
  if (!item.code) item.code = cell_piece(row, "code");
  if (!item.percent) item.percent = cell_piece(row, "percent");
  if (!item.score) item.score = cell_piece(row, "score");
}

// The sum in a title: "4+8" of "组织架构 (4+8分)", "+10" of "服务系统 +10分".
std::optional<Piece> max_of_title(const Piece& title) {
  const auto is_term = [](const Glyph& g) {
    return g.text.size() == 1 && (is_digit(g.text[0]) || g.text[0] == '+' || g.text[0] == '.');
  };
  const auto first = std::find_if(title.glyphs.begin(), title.glyphs.end(), is_term);
  auto last = title.glyphs.end();
  while (last != first && !is_term(*(last - 1))) --last;
  if (first == last) return std::nullopt;
  // "监督+1分)", "监督(+1分)": the first term was not read; only an unbracketed sum starts with its sign.
  const bool bracketed = std::any_of(title.glyphs.begin(), title.glyphs.end(), [](const Glyph& g) {
    return g.text == "(" || g.text == "（" || g.text == ")" || g.text == "）";
  });
  if (first->text == "+" && bracketed) return std::nullopt;
  Piece out{title.where, {first, last}, title.evidence};
  for (const Glyph& glyph : out.glyphs) {
    if (&glyph == &out.glyphs.front()) out.evidence.box = {};
    out.evidence.box = united(out.evidence.box, glyph.box);
  }
  return out;
}

// A title is complete once its closing "分)" is there.
bool ends_title(const Piece& title) {
  return std::any_of(title.glyphs.begin(), title.glyphs.end(), [](const Glyph& g) { return g.text == "分"; });
}

// "组织架构 (4+8分)", "服务系统 +10分": the name, and the sum behind it.
void Reader::read_title(const DetailRow& row) {
  if (continue_title(row)) return;
  const SourceText* title = text_of(row, "indicator");
  const SourceText* clause = text_of(row, "clause");
  if (title == nullptr && clause == nullptr) return;
  const SectionRule* section_rule = nullptr;
  const IndicatorRule* best = nullptr;
  int least = 99;
  for (const SectionRule& s : layout.scheme.sections) {
    for (const IndicatorRule& indicator : s.indicators) {
      int cost = 99;
      if (title != nullptr) {
        const std::u32string name = fold(std::string_view(indicator.name)).text;
        const int length = static_cast<int>(name.size());
        const Match match = match_at(title->folded(), 0, name, std::max(1, length / 3));
        if (match) cost = 2 * match.errors;
      }
      // The clause column settles what a misread name leaves open.
      if (clause != nullptr && clause->folded() == to_u32(indicator.clause)) cost = cost == 99 ? 3 : cost - 1;
      if (cost < least) {
        least = cost;
        best = &indicator;
        section_rule = &s;
      }
    }
  }
  if (best == nullptr || !titles.insert(best->clause).second) return;
  open_title = title == nullptr ? Piece{} : title->whole("title");
  out.indicators.push_back({section_rule->id, best->name, max_of_title(open_title), std::nullopt});
}

// The "1" that a page break left of "5.3.1".
bool is_rest_of_clause(const SourceText& clause) {
  constexpr std::ptrdiff_t kPoints = 2;  // in the clause of an indicator
  return std::count(clause.folded().begin(), clause.folded().end(), U'.') < kPoints;
}

// What a page break left of a title: it has no whole clause beside it, and the title above lacks its sum.
bool Reader::continue_title(const DetailRow& row) {
  const SourceText *title = text_of(row, "indicator"), *clause = text_of(row, "clause");
  if (title == nullptr || out.indicators.empty()) return false;
  if (clause != nullptr && !is_rest_of_clause(*clause)) return false;
  if (ends_title(open_title)) return false;
  const Piece more = title->whole("title");
  open_title.glyphs.insert(open_title.glyphs.end(), more.glyphs.begin(), more.glyphs.end());
  if (!max_of_title(open_title)) return true;
  out.indicators.back().max = max_of_title(open_title);
  if (open_title.evidence.page != more.evidence.page && max_of_title(more))
    out.indicators.back().max = max_of_title(more);
  return true;
}

void Reader::append(RawItem& item, const DetailRow& row) {
  const std::optional<Piece> percent = item.percent ? cell_piece(row, "percent") : std::nullopt;
  if (percent)
    item.percent->glyphs.insert(item.percent->glyphs.end(), percent->glyphs.begin(), percent->glyphs.end());
  fill_numbers(item, row);
  std::optional<Piece> more = cell_piece(row, "content");
  if (!more) return;
  if (!item.content) {
    item.content = std::move(more);
    return;
  }
  item.content->glyphs.push_back({.text = "\n", .box = {}});
  item.content->glyphs.insert(item.content->glyphs.end(), more->glyphs.begin(), more->glyphs.end());
}

void Reader::read_row(const DetailRow& row) {
  read_title(row);
  const SourceText* content = text_of(row, "content");
  const int end = content == nullptr ? 0 : clause_end(content->folded());
  constexpr int kItemDepth = 4;
  const bool opens = end > 0 && depth(content->folded(), end) <= kItemDepth;
  if (content == nullptr && !has_numbers(row)) return;
  RawItem* last = out.items.empty() || out.items.back().section != section ? nullptr : &out.items.back();
  // What the page break left over: content of the row above, or its numbers.
  const bool goes_on = last != nullptr && !opens && (!has_key_numbers(row) || !has_numbers(*last));
  if (goes_on) return append(*last, row);
  // A row of which the page before has the numbers alone, and this one the text.
  if (last != nullptr && opens && !has_numbers(row) && !last->clause && !last->content &&
      has_numbers(*last)) {
    last->clause = content->piece(0, end, "clause");
    last->content = content->piece(end, content->size(), "content");
    return;
  }
  RawItem item;
  item.section = section;
  if (end > 0) item.clause = content->piece(0, end, "clause");
  if (content != nullptr) item.content = content->piece(end, content->size(), "content");
  item.indicator = cell_piece(row, "indicator");
  fill_numbers(item, row);
  out.items.push_back(std::move(item));
}

// The section whose heading ("2) 商品服务:") stands nearest above the table.
std::string section_of(const Layout& layout, int position) {
  std::string best;
  int best_at = -1;
  const Part part = layout.parts.range("results", layout.text());
  for (const SectionRule& section : layout.scheme.sections) {
    for (const LabelHit& hit :
         find_labels(layout.text(), part.begin, std::min(position, part.end), {section.name})) {
      if (hit.begin > best_at) {
        best_at = hit.begin;
        best = section.id;
      }
    }
  }
  return best;
}

void Reader::read_table(const FlowTable& table) {
  const std::string under = section_of(layout, table.position);
  if (!under.empty()) section = under;
  if (section.empty() && !layout.scheme.sections.empty()) section = layout.scheme.sections.front().id;
  for (const GridRow& row : table.grid.rows) {
    std::vector<HeaderColumn> header = header_columns(row, layout.scheme.score_columns);
    if (static_cast<int>(header.size()) >= kHeaderRoles) {
      columns = std::move(header);
      header_columns_count = table.grid.columns;
      continue;
    }
    const DetailRow arranged = arrange(row, columns, header_columns_count == table.grid.columns);
    if (!arranged.cells.empty()) read_row(arranged);
  }
}

}  // namespace

void read_detail_scores(const Layout& layout, RawReading& out) {
  Reader reader{layout, out, {}, 0, {}, {}, {}};
  for (const FlowTable& table : layout.flow.tables) {
    if (table.use != TableUse::detail) continue;
    out.has_score_tables = true;
    reader.read_table(table);
  }
}

}  // namespace attest
