// The lines of one page, cut and recognised once each.
//
//   PageRecognition recognition(clean, structure, &recogniser);
//   recognition.read(lines);               // in one batch
//   recognition.readings()[line].parts;    // text, marks, blanks from left to right
//
// Borrows all three; not thread safe. Pixels of the clean page.
#ifndef ATTEST_OCR_PAGE_RECOGNITION_H_
#define ATTEST_OCR_PAGE_RECOGNITION_H_

#include <string>
#include <vector>

#include "ocr/clean.h"
#include "ocr/line_image.h"
#include "ocr/recognizer.h"
#include "ocr/structure.h"

namespace attest {

struct PartReading {
  LinePart part;
  LineCut cut;
  LineCut underlined;  // the same with the line under it, where characters stand on one
  LineContent content = LineContent::text;
  RecognizedLine read;
};

struct LineReading {
  std::vector<PartReading> parts;
  LineContent content = LineContent::text;
};

class PageRecognition {
 public:
  PageRecognition(const CleanPage& page, const Structure& s, LineRecognizer* recognizer)
      : page_(page), s_(s), recognizer_(recognizer), readings_(s.lines.size()) {}

  // Writes each cut as an image, for looking at what the recogniser got, and a list of the cuts with the
  // place of their ink on the page as it was scanned (points).
  void save_cuts(const std::string& prefix) const;

  // Reads the given lines in one batch.
  void read(const std::vector<int>& lines);

  // Reads the beginnings of the given lines, and leaves out the rest of each.
  void glance(const std::vector<int>& lines);

  void leave_out(int line);

  void forget(int line) { readings_[line].parts.clear(); }

  std::string text_of(int line) const;

  std::vector<LineReading>& readings() { return readings_; }

  // Recognised text of a cell, for headers.
  std::string text_in(int region) const;

 private:
  void cut_parts(int index, std::vector<PartReading*>* open);

  static PartReading part_of(LinePart::Kind kind, const PixelBox& box);

  // The first characters, up to a gap between two pieces of ink.
  static PixelBox beginning_of(const TextLine& line);

  const CleanPage& page_;
  const Structure& s_;
  LineRecognizer* recognizer_;
  std::vector<LineReading> readings_;
};

}  // namespace attest

#endif  // ATTEST_OCR_PAGE_RECOGNITION_H_
