// ALTO 4.2 (Library of Congress): Description, Styles, Layout ─ Page ─ PrintSpace ─ TextBlock ─ TextLine ─
// String ─ Glyph. A table is a ComposedBlock with a TextBlock for each cell that has text.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <map>
#include <tuple>
#include <vector>

#include "export/page_layout.h"
#include "text/fold.h"

namespace attest {
namespace {

constexpr double kPointsPerInch = 72;
constexpr double kSizeSteps = 2;  // font sizes by half points: finer differences are noise of the boxes
constexpr const char* kHead =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<alto xmlns=\"http://www.loc.gov/standards/alto/ns-v4#\" "
    "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
    "xsi:schemaLocation=\"http://www.loc.gov/standards/alto/ns-v4# "
    "http://www.loc.gov/standards/alto/v4/alto-4-2.xsd\" SCHEMAVERSION=\"4.2\">\n";

// A Glyph is one character of its String and stands at its place there; a recogniser may give two as one.
bool one_character_each(const std::vector<const Glyph*>& glyphs) {
  return std::all_of(glyphs.begin(), glyphs.end(),
                     [](const Glyph* glyph) { return to_u32(glyph->text).size() == 1; });
}

std::string probability(double value) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%.4g", std::round(value * 1e4) / 1e4);
  return text.data();
}

// Font size, bold, underlined → the style's name, in the order in which they come.
class Styles {
 public:
  std::string name(const Line& line) {
    double height = 0;
    for (const Glyph& glyph : line.glyphs) height = std::max(height, glyph.box.height);
    const Key key{static_cast<int>(std::lround(height * kSizeSteps)), line.bold, line.underlined};
    const auto [it, added] = names_.emplace(key, order_.size() + 1);
    if (added) order_.push_back(key);
    return "TS" + std::to_string(it->second);
  }

  std::string text() const {
    std::string out = "  <Styles>\n";
    for (std::size_t i = 0; i < order_.size(); ++i) {
      const auto [size, bold, underlined] = order_[i];
      out += "    <TextStyle ID=\"TS" + std::to_string(i + 1) + "\"";
      if (size > 0) out += " FONTSIZE=\"" + probability(size / kSizeSteps) + "\"";
      if (bold || underlined) {
        out += std::string(" FONTSTYLE=\"") + (bold ? "bold" : "") + (bold && underlined ? " " : "") +
               (underlined ? "underline" : "") + "\"";
      }
      out += "/>\n";
    }
    return out + "  </Styles>\n";
  }

 private:
  using Key = std::tuple<int, bool, bool>;
  std::map<Key, std::size_t> names_;
  std::vector<Key> order_;
};

class AltoPage {
 public:
  AltoPage(const LayoutPage& layout, Styles& styles)
      : page_(*layout.page), scale_(layout.dpi / kPointsPerInch), styles_(styles) {}

  std::string text() {
    const std::string number = std::to_string(page_.number);
    const Box whole{0, 0, page_.width, page_.height};
    out_ = "    <Page ID=\"P" + number + "\" PHYSICAL_IMG_NR=\"" + number + "\"";
    if (placed(whole)) {
      out_ += " HEIGHT=\"" + pixels(page_.height) + "\" WIDTH=\"" + pixels(page_.width) + "\"";
    }
    out_ += ">\n      <PrintSpace" + place(whole) + ">\n";
    for (std::size_t i = 0; i < page_.blocks.size(); ++i) {
      const auto index = static_cast<std::size_t>(page_.blocks[i].index);
      if (page_.blocks[i].kind == Block::Kind::table) {
        if (index < page_.tables.size()) table(page_.tables[index]);
        continue;
      }
      std::vector<const Line*> lines;  // up to the next table
      for (; i < page_.blocks.size() && page_.blocks[i].kind == Block::Kind::line; ++i) {
        const auto at = static_cast<std::size_t>(page_.blocks[i].index);
        if (at < page_.lines.size()) lines.push_back(&page_.lines[at]);
      }
      --i;
      text_block(lines, "      ");
    }
    out_ += "      </PrintSpace>\n    </Page>\n";
    return std::move(out_);
  }

 private:
  bool placed(const Box& box) const { return scale_ > 0 && !box.empty(); }
  std::string pixels(double points) const { return std::to_string(std::lround(points * scale_)); }

  std::string place(const Box& box) const {
    if (!placed(box)) return {};
    return " HPOS=\"" + pixels(box.left) + "\" VPOS=\"" + pixels(box.top) + "\" WIDTH=\"" +
           pixels(box.width) + "\" HEIGHT=\"" + pixels(box.height) + "\"";
  }

  std::string next_id(const char* prefix) {
    return std::string(prefix) + std::to_string(page_.number) + "_" + std::to_string(++count_);
  }

  void table(const Table& table) {
    out_ += "        <ComposedBlock ID=\"" + next_id("TB") + "\" TYPE=\"table\"" + place(table.box) + ">\n";
    for (const Cell& cell : table.cells) {
      std::vector<const Line*> lines;
      for (const Line& line : cell.lines) lines.push_back(&line);
      text_block(lines, "        ");
    }
    out_ += "        </ComposedBlock>\n";
  }

  void text_block(const std::vector<const Line*>& lines, const std::string& indent) {
    Box box;
    std::string inner;
    for (const Line* line : lines) {
      const std::string written = text_line(*line, indent + "    ");
      if (written.empty()) continue;
      inner += written;
      box = united(box, line->box);
    }
    if (inner.empty()) return;
    out_ += indent + "  <TextBlock ID=\"" + next_id("B") + "\"" + place(box) + ">\n" + inner + indent +
            "  </TextBlock>\n";
  }

  std::string text_line(const Line& line, const std::string& indent) {
    const std::vector<LayoutWord> words = words_of(line);
    if (words.empty()) return {};
    std::string out = indent + "<TextLine ID=\"" + next_id("L") + "\" STYLEREFS=\"" + styles_.name(line) +
                      "\"" + place(line.box) + ">\n";
    for (std::size_t i = 0; i < words.size(); ++i) {
      out += string(words[i], indent + "  ");
      if (i + 1 < words.size()) out += indent + "  <SP" + gap(words[i].box, words[i + 1].box) + "/>\n";
    }
    return out + indent + "</TextLine>\n";
  }

  std::string gap(const Box& left, const Box& right) const {
    return place({left.right(), left.top, right.left - left.right(), left.height});
  }

  std::string string(const LayoutWord& word, const std::string& indent) {
    std::string out = indent + "<String ID=\"" + next_id("S") + "\"" + place(word.box) + " CONTENT=\"" +
                      markup_text(word.text) + "\" WC=\"" + probability(word.confidence) + "\"";
    const bool seen = page_.origin == Origin::scan || page_.origin == Origin::mixed;
    if (!seen || !one_character_each(word.glyphs)) return out + "/>\n";
    out += ">";
    for (const Glyph* glyph : word.glyphs) {
      out += "<Glyph" + place(glyph->box) + " CONTENT=\"" + markup_text(glyph->text) + "\" GC=\"" +
             probability(std::clamp(glyph->confidence, 0.0, 1.0)) + "\"/>";
    }
    return out + "</String>\n";
  }

  const Page& page_;
  double scale_;
  Styles& styles_;
  std::string out_;
  int count_ = 0;
};

std::string description(const LayoutDocument& document) {
  std::string out =
      "  <Description>\n    <MeasurementUnit>pixel</MeasurementUnit>\n    <sourceImageInformation>\n";
  out += "      <fileName>" + markup_text(document.source.file_name) + "</fileName>\n";
  if (!document.source.sha256.empty()) {
    out += "      <fileIdentifier fileIdentifierLocation=\"sha256\">" + markup_text(document.source.sha256) +
           "</fileIdentifier>\n";
  }
  out += "    </sourceImageInformation>\n    <Processing ID=\"PROC1\">\n";
  out += "      <processingCategory>contentGeneration</processingCategory>\n";
  out += "      <processingStepSettings>" +
         markup_text("model " + document.engine.model + ", " + document.engine.tesseract) +
         "</processingStepSettings>\n";
  out +=
      "      <processingSoftware>\n        <softwareName>attest</softwareName>\n        <softwareVersion>" +
      markup_text(document.engine.attest) + "</softwareVersion>\n      </processingSoftware>\n";
  return out + "    </Processing>\n  </Description>\n";
}

}  // namespace

std::string to_alto(const LayoutDocument& document) {
  Styles styles;
  std::string pages;
  for (const LayoutPage& page : document.pages) pages += AltoPage(page, styles).text();
  return kHead + description(document) + styles.text() + "  <Layout>\n" + pages + "  </Layout>\n</alto>\n";
}

}  // namespace attest
