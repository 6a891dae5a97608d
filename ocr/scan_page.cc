// clean → which way up → rulings, tables, marks, lines → recognise (headers and text first, then columns by
// their header) → page model in points of the page as it was scanned
#include "ocr/scan_page.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "ocr/column_content.h"
#include "ocr/page_builder.h"
#include "ocr/page_recognition.h"
#include "ocr/structure.h"
#include "ocr/upright.h"

namespace attest {
namespace {

std::vector<double> edges_of(const CellGrid& grid) {
  std::vector<double> edges(static_cast<std::size_t>(grid.columns) + 1, -1);
  for (const CellGrid::C& c : grid.cells) {
    edges[c.col] = static_cast<double>(c.box.x - grid.box.x) / std::max(1, grid.box.w);
    edges[c.col + c.col_span] = static_cast<double>(c.box.right() - grid.box.x) / std::max(1, grid.box.w);
  }
  return edges;
}

// What each column holds, by the texts of its first rows; empty where the table has no header of its own.
KnownColumns headed_columns(const CellGrid& grid, const std::vector<std::string>& texts) {
  std::vector<LineContent> contents(grid.columns, LineContent::text);
  int named = 0;
  for (std::size_t c = 0; c < grid.cells.size(); ++c) {
    const CellGrid::C& cell = grid.cells[c];
    if (cell.row > 0 || cell.col_span > 1) continue;
    contents[cell.col] = content_of_header(texts[c]);
    named += contents[cell.col] != LineContent::text;
  }
  return named >= 2 ? KnownColumns{edges_of(grid), contents} : KnownColumns{};
}

// What the columns of each of a page's tables hold. A table without a header goes on with the columns of the
// last one that had one.
std::vector<std::vector<LineContent>> contents_of(const std::vector<CellGrid>& grids,
                                                  const std::vector<std::vector<std::string>>& texts,
                                                  int page, ColumnMemory* memory) {
  std::vector<KnownColumns> headed;
  KnownColumns last;
  for (std::size_t g = 0; g < grids.size(); ++g) {
    headed.push_back(headed_columns(grids[g], texts[g]));
    if (!headed.back().empty()) last = headed.back();
  }
  if (memory != nullptr) memory->after(page, last);
  std::optional<KnownColumns> known;
  std::vector<std::vector<LineContent>> out;
  for (std::size_t g = 0; g < grids.size(); ++g) {
    if (!headed[g].empty()) {
      known = headed[g];
    } else if (!known) {
      known = memory != nullptr ? memory->before(page) : KnownColumns{};
    }
    const bool same = !headed[g].empty() || same_columns(*known, edges_of(grids[g]));
    out.push_back(same ? known->contents : std::vector<LineContent>(grids[g].columns, LineContent::text));
  }
  return out;
}

// Wrapped paragraphs that may be boilerplate: all but their last lines wait until that one has been read.
class WaitingParagraphs {
 public:
  // `known` is borrowed; null: nothing waits.
  WaitingParagraphs(const Structure& s, const Boilerplate* known)
      : s_(s), known_(known), waits_(s.lines.size()) {
    if (known == nullptr || known->empty()) return;
    std::vector<bool> plain;
    for (std::size_t i = 0; i < s.lines.size(); ++i)
      plain.push_back(s.lines[i].underlines.empty() && s.line_marks[i].empty());
    paragraphs_ = wrapped_paragraphs(s.lines, plain);
    for (const std::vector<int>& lines : paragraphs_) {
      for (const int i : lines) waits_[i] = i != lines.back();
    }
  }

  bool holds(int line) const { return waits_[line]; }

  // The lines that have to be read after all; of the others the recognition knows that they are left out.
  std::vector<int> judge(PageRecognition* recognition) const {
    std::vector<int> to_read;
    std::vector<std::pair<const std::vector<int>*, std::vector<int>>> open;  // with what they may be
    for (const std::vector<int>& lines : paragraphs_) {
      std::vector<int> candidates = known_->ending_as(recognition->text_of(lines.back()), ems_of(lines));
      if (candidates.empty()) {
        to_read.insert(to_read.end(), lines.begin(), lines.end() - 1);
      } else {
        open.emplace_back(&lines, std::move(candidates));
      }
    }
    std::vector<int> first_lines;
    for (const auto& paragraph : open) first_lines.push_back(paragraph.first->front());
    recognition->glance(first_lines);
    for (const auto& [lines, candidates] : open) {
      const bool known = known_->begins_as(candidates, recognition->text_of(lines->front()));
      if (!known) recognition->forget(lines->front());
      for (auto line = lines->begin(); line != lines->end() - 1; ++line) {
        if (!known) to_read.push_back(*line);
        if (known && line != lines->begin()) recognition->leave_out(*line);
      }
    }
    return to_read;
  }

 private:
  double ems_of(const std::vector<int>& lines) const {
    double ems = 0;
    for (const int i : lines) ems += s_.lines[i].box.w / std::max(1.0, s_.em);
    return ems;
  }

  const Structure& s_;
  const Boilerplate* known_;
  std::vector<bool> waits_;
  std::vector<std::vector<int>> paragraphs_;
};

void save_overlay(const std::string& path, const CleanPage& clean, const Structure& s) {
  PixPtr grey = to_pix(clean.grey);
  PixPtr out(grey ? pixConvertTo32(grey.get()) : nullptr);
  if (!out) return;
  const auto draw = [&](const PixelBox& b, int red, int green, int blue) {
    BOX* box = boxCreate(b.x, b.y, b.w, b.h);
    if (box)
      pixRenderBoxArb(out.get(), box, 3, static_cast<l_uint8>(red), static_cast<l_uint8>(green),
                      static_cast<l_uint8>(blue));
    boxDestroy(&box);
  };
  for (const CellGrid& g : s.grids) {
    for (const CellGrid::C& c : g.cells) draw(c.box, 0, 160, 0);
  }
  for (const TextLine& l : s.lines) {
    draw(l.box, 220, 0, 0);
    for (const PixelBox& u : l.underlines) draw(u, 220, 0, 220);
  }
  for (const auto& marks : s.line_marks) {
    for (const LineMark& m : marks) draw(m.box, 0, 0, 255);
  }
  pixWrite(path.c_str(), out.get(), IFF_PNG);
}

}  // namespace

ScanReader::ScanReader(LineRecognizer* recognizer, ScanOptions options)
    : recognizer_(recognizer), options_(std::move(options)), boilerplate_(options_.boilerplate) {}

Result<Page> ScanReader::read(const SourcePage& source, ColumnMemory* columns, bool all_text) {
  Page page;
  page.number = source.number;
  page.width = source.width;
  page.height = source.height;
  page.rotation = source.rotation;
  page.origin = source.origin;
  const std::string prefix = options_.debug_images.empty()
                                 ? ""
                                 : options_.debug_images + "/page-" + std::to_string(source.number) + "-";
  StandingPage standing = stand_upright(source, prefix, recognizer_);
  CleanPage& clean = standing.clean;
  Structure& s = standing.structure;
  if (clean.grey.empty() || !clean.binary) return page;
  page.width = clean.page_width;
  page.height = clean.page_height;
  page.rotation = (source.rotation + clean.rotation) % 360;
  if (!prefix.empty()) save_overlay(prefix + "6-structure.png", clean, s);

  PageRecognition recognition(clean, s, recognizer_);
  const WaitingParagraphs waiting(s, all_text ? nullptr : &boilerplate_);
  std::vector<int> first, second;
  for (std::size_t i = 0; i < s.lines.size(); ++i) {
    if (waiting.holds(static_cast<int>(i))) continue;
    const Structure::Place place = s.places[s.lines[i].region];
    const bool header = place.grid < 0 || s.grids[place.grid].cells[place.cell].row == 0;
    (header ? first : second).push_back(static_cast<int>(i));
  }
  recognition.read(first);
  std::vector<std::vector<std::string>> headers;
  for (const CellGrid& grid : s.grids) headers.emplace_back(grid.cells.size());
  for (std::size_t r = 0; r < s.places.size(); ++r) {
    const Structure::Place place = s.places[r];
    if (place.grid < 0 || s.grids[place.grid].cells[place.cell].row > 0) continue;
    headers[place.grid][place.cell] = recognition.text_in(static_cast<int>(r));
  }
  const auto contents = contents_of(s.grids, headers, source.number, columns);
  for (const int i : second) {
    const Structure::Place place = s.places[s.lines[i].region];
    const CellGrid::C& cell = s.grids[place.grid].cells[place.cell];
    if (cell.col_span != 1) continue;
    const LineContent content = contents[place.grid][cell.col];
    recognition.readings()[i].content = content;
    if (content == LineContent::number || content == LineContent::code) forget_marks(i, &s);
  }
  for (const int i : waiting.judge(&recognition)) second.push_back(i);
  recognition.read(second);
  if (!prefix.empty()) recognition.save_cuts(prefix);

  build_page(clean, s, &recognition.readings(), &page);
  return page;
}

}  // namespace attest
