#include "ocr/page_recognition.h"

#include <algorithm>
#include <fstream>
#include <utility>

#include "ocr/two_readings.h"

namespace attest {
namespace {

constexpr int kTouch = 1;      // pixels between a character and the line that it stands on
constexpr double kGlance = 8;  // em of a paragraph's first line that tell boilerplate

// Whether characters of the part stand on a line under them: then it is hard to tell what is whose.
bool stands_on_line(const TextLine& line, const PixelBox& part) {
  return std::any_of(line.underlines.begin(), line.underlines.end(), [&](const PixelBox& u) {
    return std::any_of(line.pieces.begin(), line.pieces.end(), [&](const PixelBox& piece) {
      return piece.bottom() >= u.y - kTouch && std::min(piece.right(), u.right()) > std::max(piece.x, u.x) &&
             piece.center_x() >= part.x && piece.center_x() < part.right();
    });
  });
}

}  // namespace

void PageRecognition::save_cuts(const std::string& prefix) const {
  std::ofstream list(prefix + "7-lines.tsv");
  const auto save = [&](const std::string& path, const LineCut& cut, const PixelBox& part) {
    if (cut.image.empty()) return;
    pixWrite(path.c_str(), to_pix(cut.image).get(), IFF_PNG);
    const Box place = page_.to_page(part);
    list << path << '\t' << place.left << '\t' << place.top << '\t' << place.width << '\t' << place.height
         << '\n';
  };
  for (std::size_t i = 0; i < readings_.size(); ++i) {
    for (std::size_t k = 0; k < readings_[i].parts.size(); ++k) {
      const PartReading& p = readings_[i].parts[k];
      const std::string name = prefix + "7-line-" + std::to_string(i) + "-" + std::to_string(k);
      save(name + ".png", p.cut, p.part.box);
      save(name + "-lined.png", p.underlined, p.part.box);
    }
  }
}

void PageRecognition::read(const std::vector<int>& lines) {
  std::vector<PartReading*> open;
  for (const int i : lines) cut_parts(i, &open);
  std::vector<LineRequest> requests;
  requests.reserve(open.size());
  for (const PartReading* p : open) requests.push_back({&p->cut.image, p->content});
  for (const PartReading* p : open) {
    if (!p->underlined.image.empty()) requests.push_back({&p->underlined.image, p->content});
  }
  std::vector<RecognizedLine> answers = recognizer_->recognize(requests);
  auto next = answers.begin();
  for (PartReading* p : open) p->read = std::move(*next++);
  for (PartReading* p : open) {
    if (!p->underlined.image.empty()) p->read = surer_of_both(std::move(p->read), *next++);
  }
}

void PageRecognition::glance(const std::vector<int>& lines) {
  std::vector<LineRequest> requests;
  for (const int i : lines) {
    const TextLine& line = s_.lines[i];
    const PixelBox head = beginning_of(line);
    const PixelBox rest{head.right(), line.box.y, line.box.right() - head.right(), line.box.h};
    std::vector<PartReading>& parts = readings_[i].parts;
    parts = {part_of(LinePart::Kind::text, head), part_of(LinePart::Kind::left_out, rest)};
    parts[0].cut = cut_line(page_.grey, line, head, {}, s_.erase);
  }
  for (const int i : lines) requests.push_back({&readings_[i].parts[0].cut.image, LineContent::text, true});
  std::vector<RecognizedLine> answers = recognizer_->recognize(requests);
  for (std::size_t k = 0; k < lines.size() && k < answers.size(); ++k) {
    std::vector<Glyph>& glyphs = answers[k].glyphs;
    if (!glyphs.empty()) glyphs.pop_back();  // the cut may go through it
    readings_[lines[k]].parts[0].read = std::move(answers[k]);
  }
}

void PageRecognition::leave_out(int line) {
  readings_[line].parts = {part_of(LinePart::Kind::left_out, s_.lines[line].box)};
}

std::string PageRecognition::text_of(int line) const {
  std::string out;
  for (const PartReading& p : readings_[line].parts) {
    for (const Glyph& g : p.read.glyphs) out += g.text;
  }
  return out;
}

std::string PageRecognition::text_in(int region) const {
  std::string out;
  for (std::size_t i = 0; i < s_.lines.size(); ++i) {
    if (s_.lines[i].region == region) out += text_of(static_cast<int>(i));
  }
  return out;
}

void PageRecognition::cut_parts(int index, std::vector<PartReading*>* open) {
  const TextLine& line = s_.lines[index];
  LineReading& reading = readings_[index];
  for (const LinePart& part : parts_of(line, s_.line_marks[index]))
    reading.parts.push_back({part, {}, {}, reading.content, {}});
  for (PartReading& p : reading.parts) {
    if (p.part.kind != LinePart::Kind::text) continue;
    p.cut = cut_line(page_.grey, line, p.part.box, s_.inside_of(line), s_.erase);
    if (stands_on_line(line, p.part.box))
      p.underlined = cut_line(page_.grey, line, p.part.box, s_.inside_of(line), s_.only_marks());
    open->push_back(&p);
  }
}

PartReading PageRecognition::part_of(LinePart::Kind kind, const PixelBox& box) {
  PartReading part;
  part.part.kind = kind;
  part.part.box = box;
  return part;
}

PixelBox PageRecognition::beginning_of(const TextLine& line) {
  PixelBox head{line.box.x, line.box.y, 0, line.box.h};
  for (const PixelBox& piece : line.pieces) {
    if (head.w > 0 && piece.right() - line.box.x > kGlance * line.em) break;
    head.w = std::max(head.w, piece.right() - line.box.x);
  }
  return head;
}

}  // namespace attest
