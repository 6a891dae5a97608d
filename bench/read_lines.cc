// Reads pictures of single lines with our recogniser, for scripts that measure it.
//
//   read_lines MODEL.traineddata < list > readings.jsonl
//
// A row of the list: the path of a picture, a tab, what the line holds (text, number, code, clause, date or
// phone). A row of the answer, in order: the glyphs as [[text, confidence, [[other text, cost in nats], …]],
// …]; null where the picture cannot be opened.
#include <leptonica/allheaders.h>

#include <array>
#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "ocr/column_content.h"
#include "ocr/recognizer.h"

namespace {

using namespace attest;
using Json = nlohmann::json;

constexpr std::size_t kBatch = 64;  // lines read together

LineContent content_named(const std::string& name) {
  constexpr std::array<std::pair<const char*, LineContent>, 5> names = {{{"number", LineContent::number},
                                                                         {"code", LineContent::code},
                                                                         {"clause", LineContent::clause},
                                                                         {"date", LineContent::date},
                                                                         {"phone", LineContent::phone}}};
  for (const auto& [known, content] : names) {
    if (name == known) return content;
  }
  return LineContent::text;
}

Image load(const std::string& path) {
  Image image;
  PIX* read = pixRead(path.c_str());
  PIX* pix = read == nullptr ? nullptr : pixConvertTo8(read, 0);
  pixDestroy(&read);
  if (pix == nullptr) return image;
  image.width = pixGetWidth(pix);
  image.height = pixGetHeight(pix);
  for (int y = 0; y < image.height; ++y) {
    for (int x = 0; x < image.width; ++x) {
      l_uint32 value = 0;
      pixGetPixel(pix, x, y, &value);
      image.pixels.push_back(static_cast<std::uint8_t>(value));
    }
  }
  pixDestroy(&pix);
  return image;
}

Json to_json(const std::vector<Glyph>& glyphs) {
  Json out = Json::array();
  for (const Glyph& glyph : glyphs) {
    Json others = Json::array();
    for (const Alternative& a : glyph.alternatives) others.push_back({a.text, a.cost});
    out.push_back({glyph.text, glyph.confidence, std::move(others)});
  }
  return out;
}

struct Picture {
  Image image;
  LineContent content = LineContent::text;
};

void read_and_print(LineRecognizer& recognizer, const std::vector<Picture>& lines) {
  std::vector<LineRequest> requests;
  for (const Picture& line : lines)
    requests.push_back({line.image.empty() ? nullptr : &line.image, line.content});
  std::vector<RecognizedLine> read = recognizer.recognize(requests);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    normalize_cell_glyphs(lines[i].content, &read[i].glyphs);
    std::cout << (lines[i].image.empty() ? Json() : to_json(read[i].glyphs)).dump() << '\n';
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2)
    return std::fputs("usage: read_lines MODEL.traineddata < list > readings.jsonl\n", stderr), 2;
  const auto recognizer = make_lstm_recognizer(argv[1]);
  if (!recognizer) return std::fprintf(stderr, "%s\n", recognizer.error().message.c_str()), 1;
  std::vector<Picture> lines;
  for (std::string row; std::getline(std::cin, row);) {
    const std::size_t tab = row.find('\t');
    lines.push_back({load(row.substr(0, tab)), content_named(tab == row.npos ? "" : row.substr(tab + 1))});
    if (lines.size() < kBatch) continue;
    read_and_print(**recognizer, lines);
    lines.clear();
  }
  read_and_print(**recognizer, lines);
}
