// hOCR 1.2: ocr_page ─ ocr_carea (a run of lines) or ocr_table ─ ocr_par ─ ocr_line ─ ocrx_word.
#include <cmath>

#include "export/page_layout.h"

namespace attest {
namespace {

constexpr double kPointsPerInch = 72;
constexpr const char* kCapabilities = "ocr_page ocr_carea ocr_table ocr_par ocr_line ocrx_word ocrp_wconf";

class HocrPage {
 public:
  HocrPage(const LayoutPage& layout, const std::string& file_name)
      : page_(*layout.page), dpi_(layout.dpi), file_name_(file_name) {}

  std::string text() {
    const std::string number = std::to_string(page_.number);
    std::string title = "image &quot;" + markup_text(file_name_) + "&quot;";
    if (dpi_ > 0) {
      const std::string resolution = std::to_string(std::lround(dpi_));
      title += "; bbox 0 0 " + pixels(page_.width) + " " + pixels(page_.height) + "; scan_res " + resolution +
               " " + resolution;
    }
    out_ = "  <div class='ocr_page' id='page_" + number + "' title=\"" + title + "; ppageno " +
           std::to_string(page_.number - 1) + "\">\n";
    for (const Block& block : page_.blocks) {
      const auto index = static_cast<std::size_t>(block.index);
      if (block.kind == Block::Kind::table) {
        if (index < page_.tables.size()) table(page_.tables[index]);
      } else if (index < page_.lines.size()) {
        area("ocr_carea", page_.lines[index].box, {&page_.lines[index]});
      }
    }
    out_ += "  </div>\n";
    return std::move(out_);
  }

 private:
  std::string pixels(double points) const {
    return std::to_string(std::lround(points * dpi_ / kPointsPerInch));
  }

  // " title='bbox …; more'"
  std::string title(const Box& box, const std::string& more = "") const {
    std::string out;
    if (dpi_ > 0 && !box.empty()) {
      out = "bbox " + pixels(box.left) + " " + pixels(box.top) + " " + pixels(box.right()) + " " +
            pixels(box.bottom());
    }
    if (!more.empty()) out += (out.empty() ? "" : "; ") + more;
    return out.empty() ? "" : " title='" + out + "'";
  }

  std::string id(const char* what) {
    return std::string(" id='") + what + "_" + std::to_string(page_.number) + "_" + std::to_string(++count_) +
           "'";
  }

  void table(const Table& table) {
    std::vector<const Line*> lines;
    for (const Cell& cell : table.cells) {
      for (const Line& line : cell.lines) lines.push_back(&line);
    }
    area("ocr_table", table.box, lines);
  }

  void area(const char* kind, const Box& box, const std::vector<const Line*>& lines) {
    std::string inner;
    for (const Line* line : lines) inner += text_line(*line);
    if (inner.empty()) return;
    out_ += std::string("    <div class='") + kind + "'" + id("block") + title(box) +
            ">\n      <p class='ocr_par'" + id("par") + title(box) + ">\n" + inner +
            "      </p>\n    </div>\n";
  }

  std::string text_line(const Line& line) {
    const std::vector<LayoutWord> words = words_of(line);
    if (words.empty()) return {};
    std::string out = "        <span class='ocr_line'" + id("line") + title(line.box) + ">";
    for (std::size_t i = 0; i < words.size(); ++i) {
      const LayoutWord& word = words[i];
      if (i > 0) out += ' ';
      const std::string confidence = "x_wconf " + std::to_string(std::lround(word.confidence * 100));
      out += "<span class='ocrx_word'" + id("word") + title(word.box, confidence) + ">" +
             (line.bold ? "<strong>" : "") + markup_text(word.text) + (line.bold ? "</strong>" : "") +
             "</span>";
    }
    return out + "</span>\n";
  }

  const Page& page_;
  double dpi_;
  const std::string& file_name_;
  std::string out_;
  int count_ = 0;
};

}  // namespace

std::string to_hocr(const LayoutDocument& document) {
  std::string out =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Transitional//EN\" "
      "\"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd\">\n"
      "<html xmlns=\"http://www.w3.org/1999/xhtml\" xml:lang=\"zh\" lang=\"zh\">\n <head>\n  <title>" +
      markup_text(document.source.file_name) +
      "</title>\n  <meta http-equiv=\"Content-Type\" content=\"text/html;charset=utf-8\"/>\n"
      "  <meta name='ocr-system' content='attest " +
      markup_text(document.engine.attest) + "'/>\n  <meta name='ocr-capabilities' content='" + kCapabilities +
      "'/>\n </head>\n <body>\n";
  for (const LayoutPage& page : document.pages) out += HocrPage(page, document.source.file_name).text();
  return out + " </body>\n</html>\n";
}

}  // namespace attest
