// Printed text that can be searched and still be pointed at: folded code points (text/fold.h), each with the
// glyph it came from. Used for the flow of a whole document and for a single table cell.
//
//   SourceText text;
//   text.add_line(line, page, LineBreak::wrap);
//   if (Match m = find_label(text.folded(), U"项目编号", 0)) Piece value = text.piece(m.end, text.size(),
//   "1.2");
//
// Borrows the pages: they must outlive it. Not synchronised; share as const.
#ifndef ATTEST_PARSE_SOURCE_TEXT_H_
#define ATTEST_PARSE_SOURCE_TEXT_H_

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "record/page.h"
#include "record/reading.h"

namespace attest {

// Stands for a check box or tick in folded text, so that boxes never take part in label matching.
inline constexpr char32_t kMarkCharacter = U'\uE000';

// How a line follows the one before it.
enum class LineBreak {
  wrap,       // the same paragraph goes on
  paragraph,  // a new paragraph, or a new cell
};

struct SourceLine {
  int begin = 0, end = 0;  // folded code points
  int page = 0;
  Box box = {};
  LineBreak before = LineBreak::paragraph;
  bool in_table = false;
  bool bold = false;
};

class SourceText {
 public:
  SourceText() = default;
  SourceText(const SourceText&) = delete;
  SourceText& operator=(const SourceText&) = delete;
  SourceText(SourceText&&) = default;
  SourceText& operator=(SourceText&&) = default;

  // Appends a line of `page`. Lines that fold to nothing are passed over.
  void add_line(const Line& line, const Page& page, LineBreak before, bool in_table = false);

  const std::u32string& folded() const { return folded_; }
  int size() const { return static_cast<int>(folded_.size()); }
  const std::vector<SourceLine>& lines() const { return lines_; }

  // Index into lines() of the line that holds a folded position (positions past the end: the last line).
  int line_at(int position) const;
  bool starts_line(int position) const;
  // True where a line starts or white space was printed before the character.
  bool gap_before(int position) const;
  // True where a recogniser read the character, so that it may be wrong.
  bool recognised(int position) const;
  // The mark printed at this position; only where folded()[position] is kMarkCharacter.
  const Mark& mark(int position) const;

  Evidence evidence(int begin, int end) const;
  // The glyphs of a stretch. Line breaks in it are glyphs "\n", paragraph breaks "\n\n".
  Piece piece(int begin, int end, std::string where) const;
  Piece whole(std::string where) const { return piece(0, size(), std::move(where)); }

 private:
  struct Source {
    const Glyph* glyph = nullptr;
    int page = 0, line_number = 0, line = 0;
    const Mark* mark = nullptr;
  };
  const Mark* mark_of(const Glyph& glyph, const Page& page);

  std::u32string folded_;
  std::vector<int> source_of_;   // folded position → sources_
  std::vector<Source> sources_;  // every kept glyph, white space included
  std::vector<SourceLine> lines_;
  std::deque<Mark> own_marks_;  // for box characters that the reader left as plain characters
};

}  // namespace attest

#endif  // ATTEST_PARSE_SOURCE_TEXT_H_
