#include "ocr/column_content.h"

#include <cmath>
#include <string>

namespace attest {
namespace {

struct HeaderWord {
  std::string_view word;
  LineContent content;
};

// GB/T 27922-2011 summary (指标 分值 得分), CTS ISC-JSGF-05/06 detail tables (序号 标题 检查内容 小类分值
// 代码 分项得分% 分项实际得分), audit team (代码 姓名 组内身份 注册证书号 专业代码 联系电话). First fit wins.
// Team codes come in every shape, so a column headed 代码 alone is a code only beside a score column: see
// scan_page.cc.
constexpr HeaderWord kHeaderWords[] = {
    {"检查内容", LineContent::text}, {"专业代码", LineContent::code},  {"证书号", LineContent::code},
    {"注册证", LineContent::code},   {"联系电话", LineContent::phone}, {"电话", LineContent::phone},
    {"手机", LineContent::phone},    {"得分", LineContent::number},    {"分值", LineContent::number},
    {"小类", LineContent::number},   {"分项", LineContent::number},    {"实际", LineContent::number},
    {"满分", LineContent::number},   {"代码", LineContent::code},      {"序号", LineContent::clause},
};

constexpr double kSameEdge = 0.02;  // of the table's width; scans of one form differ by less

// NFC text without white space.
std::string squeezed(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ' ' || text[i] == '\n' || text[i] == '\t') continue;
    if (text.substr(i, 3) == "\u3000") {
      i += 2;
      continue;
    }
    out += text[i];
  }
  return out;
}

// ！ (U+FF01) … ～ (U+FF5E) are ASCII shifted; 。 and · stand for a point between digits.
std::string ascii_form(const std::string& text) {
  if (text == "。" || text == "·" || text == "．") return ".";
  if (text == "—" || text == "－" || text == "一") return "-";
  if (text.size() == 3 && static_cast<unsigned char>(text[0]) == 0xEF) {
    const int code = ((text[0] & 0x0F) << 12) | ((text[1] & 0x3F) << 6) | (text[2] & 0x3F);
    if (code >= 0xFF01 && code <= 0xFF5E) return std::string(1, static_cast<char>(code - 0xFF01 + '!'));
  }
  return text;
}

}  // namespace

LineContent content_of_header(std::string_view header) {
  const std::string text = squeezed(header);
  for (const HeaderWord& h : kHeaderWords) {
    if (text.find(h.word) != std::string::npos) return h.content;
  }
  return LineContent::text;
}

bool same_columns(const KnownColumns& known, const std::vector<double>& edges) {
  if (known.empty() || known.edges.size() != edges.size()) return false;
  for (std::size_t i = 0; i < edges.size(); ++i) {
    if (std::abs(edges[i] - known.edges[i]) > kSameEdge) return false;
  }
  return true;
}

void normalize_cell_glyphs(LineContent content, std::vector<Glyph>* glyphs) {
  if (content == LineContent::text || content == LineContent::date) return;
  std::erase_if(*glyphs, [](const Glyph& g) { return g.text == " " && g.mark < 0; });
  for (Glyph& g : *glyphs) {
    g.text = ascii_form(g.text);
    for (Alternative& a : g.alternatives) a.text = ascii_form(a.text);
    std::erase_if(g.alternatives, [&](const Alternative& a) { return a.text == g.text; });
  }
}

}  // namespace attest
