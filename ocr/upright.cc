#include "ocr/upright.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "ocr/line_image.h"

namespace attest {
namespace {

constexpr int kProbeLines = 4;           // lines read both ways to tell which way up a page lies
constexpr double kProbeLength = 12;      // em of a line that are enough for that
constexpr double kLeastProbe = 5;        // em; shorter lines tell little
constexpr double kSurelyUpright = 0.88;  // mean confidence that needs no second reading
constexpr double kClearLead = 0.15;      // of that over the reading on its head
constexpr double kReadsWell = 0.8;       // mean confidence under which a page may lie on its side

double mean_confidence(const RecognizedLine& line) { return line.glyphs.size() < 3 ? 0 : line.confidence; }

// How well the page's lines read as they stand and on their head: mean confidence of the best few.
struct Readability {
  double upright = 0, upside_down = 0;
  double best() const { return std::max(upright, upside_down); }
};

// Reads the best few lines both ways, stopping at the first that is surely upright and no riddle on its head.
Readability readability(const CleanPage& page, const Structure& s, LineRecognizer* recognizer) {
  std::vector<const TextLine*> probes;
  for (const TextLine& line : s.lines) {
    if (line.pieces.size() >= 5 && line.box.w >= kLeastProbe * line.em) probes.push_back(&line);
  }
  std::stable_sort(probes.begin(), probes.end(), [&](const TextLine* a, const TextLine* b) {
    const auto odd = [&](const TextLine* l) {
      return std::abs(l->em / s.em - 1) > 0.2 || !s.line_marks[l - s.lines.data()].empty();
    };
    return odd(a) < odd(b);
  });
  if (probes.size() > kProbeLines) probes.resize(kProbeLines);
  Readability sum;
  for (const TextLine* line : probes) {
    PixelBox part = line->box;
    part.w = std::min(part.w, static_cast<int>(kProbeLength * line->em));
    const LineCut cut = cut_line(page.grey, *line, part, s.inside_of(*line), s.erase);
    Image half = cut.image;
    std::reverse(half.pixels.begin(), half.pixels.end());
    const LineRequest both[] = {{&cut.image, LineContent::text, true}, {&half, LineContent::text, true}};
    const std::vector<RecognizedLine> read = recognizer->recognize(both);
    const double upright = mean_confidence(read[0]), upside_down = mean_confidence(read[1]);
    if (upright > kSurelyUpright && upright - upside_down > kClearLead) return {upright, upside_down};
    sum.upright += upright;
    sum.upside_down += upside_down;
  }
  const double n = std::max<double>(1, static_cast<double>(probes.size()));
  return {sum.upright / n, sum.upside_down / n};
}

}  // namespace

StandingPage stand_upright(const SourcePage& source, const std::string& prefix, LineRecognizer* recognizer) {
  StandingPage page;
  page.clean = clean_page(source, {prefix});
  if (page.clean.grey.empty() || !page.clean.binary) return page;
  page.structure = structure_of(page.clean);
  Readability reads = readability(page.clean, page.structure, recognizer);
  if (reads.best() < kReadsWell) {
    StandingPage other;
    other.clean = clean_page(source, {prefix, page.clean.rotation % 180 == 0});
    if (!other.clean.grey.empty() && other.clean.binary) {
      other.structure = structure_of(other.clean);
      const Readability turned = readability(other.clean, other.structure, recognizer);
      if (turned.best() > reads.best()) {
        page = std::move(other);
        reads = turned;
      }
    }
  }
  if (reads.upside_down > reads.upright) {
    turn_half(&page.clean);
    page.structure = structure_of(page.clean);
  }
  return page;
}

}  // namespace attest
