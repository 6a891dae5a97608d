// Paragraphs that a form prints word by word and that no field draws from, told before they are read in full.
//
//   const Boilerplate known(scheme.boilerplate);
//   for (const std::vector<int>& lines : wrapped_paragraphs(page_lines, plain)) …
//   std::vector<int> candidates = known.ending_as(text_of_last_line, paragraph_ems);   // its last line is
//   short if (known.begins_as(candidates, glance_at_first_line)) …                           // leave out
//   what lies between
//
// A paragraph counts when its last line, its length and its beginning are those of the form; anything else is
// read. Pure; thread safe.
#ifndef ATTEST_OCR_BOILERPLATE_H_
#define ATTEST_OCR_BOILERPLATE_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ocr/lines.h"

namespace attest {

class Boilerplate {
 public:
  explicit Boilerplate(std::span<const std::string> paragraphs);

  bool empty() const { return paragraphs_.empty(); }

  // Indices of the paragraphs that are about `ems` long and whose last line may be `ending`.
  std::vector<int> ending_as(std::string_view ending, double ems) const;

  // Whether one of `candidates` begins like this.
  bool begins_as(std::span<const int> candidates, std::string_view beginning) const;

 private:
  struct Paragraph {
    std::u32string folded;
    double ems = 0;  // its length in one line
  };
  std::vector<Paragraph> paragraphs_;
};

// Runs of two and more lines outside tables of which each but the last reaches the right edge of the text and
// only the first is indented; indices into `lines`. Lines that are not `plain` (check boxes, blanks to write
// on) are in none.
std::vector<std::vector<int>> wrapped_paragraphs(std::span<const TextLine> lines,
                                                 const std::vector<bool>& plain);

}  // namespace attest

#endif  // ATTEST_OCR_BOILERPLATE_H_
