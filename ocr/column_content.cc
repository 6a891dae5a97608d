#include "ocr/column_content.h"

#include <algorithm>
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

// Letters that stand for digits in no reader's eye but the recogniser's. An l is one before a digit too; I5
// and O2 are names of things.
struct Lookalike {
  std::string_view letter, digit;
  bool at_head = false;
};
constexpr Lookalike kLookalikes[] = {{"l", "1", true}, {"I", "1"}, {"|", "1"}, {"O", "0"}, {"o", "0"}};
constexpr double kPossible = 4;    // nats; the digit's cost up to which the recogniser held it possible
constexpr double kRareLetter = 3;  // nats by which a letter in such a place is rarer than the digit

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

bool is_digit(const Glyph& g) { return g.text.size() == 1 && g.text[0] >= '0' && g.text[0] <= '9'; }

bool is_letter(const Glyph& g) {
  return g.text.size() == 1 &&
         ((g.text[0] >= 'a' && g.text[0] <= 'z') || (g.text[0] >= 'A' && g.text[0] <= 'Z'));
}

// The digit becomes the reading: its share of both, the letter made rarer.
void swap_in(std::string_view digit, Glyph* glyph) {
  const auto other = std::find_if(glyph->alternatives.begin(), glyph->alternatives.end(),
                                  [&](const Alternative& a) { return a.text == digit; });
  if (other == glyph->alternatives.end() || other->cost > kPossible) return;
  const double as_digit = std::exp(kRareLetter - other->cost), as_letter = glyph->confidence;
  glyph->confidence = as_digit / (as_digit + as_letter);
  other->cost = std::log(glyph->confidence / (1 - glyph->confidence));
  std::swap(other->text, glyph->text);
  std::stable_sort(glyph->alternatives.begin(), glyph->alternatives.end(),
                   [](const Alternative& a, const Alternative& b) { return a.cost < b.cost; });
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

void tell_digits_from_letters(std::vector<Glyph>* glyphs) {
  for (std::size_t i = 0; i + 1 < glyphs->size(); ++i) {
    if (!is_digit((*glyphs)[i + 1])) continue;
    const Glyph* before = i > 0 ? &(*glyphs)[i - 1] : nullptr;
    for (const Lookalike& l : kLookalikes) {
      if ((*glyphs)[i].text != l.letter) continue;
      const bool within = before != nullptr && is_digit(*before);
      const bool head = l.at_head && (before == nullptr || !is_letter(*before));
      if (within || head) swap_in(l.digit, &(*glyphs)[i]);
      break;
    }
  }
}

}  // namespace attest
