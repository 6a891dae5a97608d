#include "export/glyphless_font.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <utility>

namespace attest {
namespace {

constexpr const char* kName = "/AttestGlyphless";
constexpr int kEm = 1000;
constexpr std::size_t kMostCharacters = 0xFFFE;
constexpr std::size_t kMappingsABlock = 100;  // ISO 32000-1, 9.10.3

std::string hex(unsigned value) {
  std::array<char, 8> text{};
  std::snprintf(text.data(), text.size(), "%04X", value);
  return text.data();
}

// -- a TrueType file with two empty glyphs (OpenType 1.9, "Organization of an OpenType font")
void put16(std::string& out, int value) {
  out += static_cast<char>((value >> 8) & 0xFF);
  out += static_cast<char>(value & 0xFF);
}
void put32(std::string& out, std::uint32_t value) {
  put16(out, static_cast<int>(value >> 16));
  put16(out, static_cast<int>(value & 0xFFFF));
}
std::string words(const std::vector<int>& values) {
  std::string out;
  for (const int value : values) put16(out, value);
  return out;
}

std::uint32_t checksum(const std::string& table) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < table.size(); i += 4) {
    std::uint32_t word = 0;
    for (std::size_t k = 0; k < 4; ++k) {
      word = word << 8 | (i + k < table.size() ? static_cast<std::uint8_t>(table[i + k]) : 0u);
    }
    sum += word;
  }
  return sum;
}

std::string true_type() {
  const int ascent = static_cast<int>(kEm * kGlyphlessAscent),
            descent = -static_cast<int>(kEm * kGlyphlessDescent);
  const std::vector<std::pair<std::string, std::string>> tables = {
      // one subtable of format 4 that maps nothing
      {"cmap", words({0, 1, 3, 1, 0, 12, 4, 24, 0, 2, 2, 0, 0, 0xFFFF, 0, 0xFFFF, 1, 0})},
      {"glyf", std::string(4, '\0')},
      // version, revision, adjustment, magic, flags, em, two dates, bounds, style, least size, direction,
      // short
      // loca, format
      {"head", words({1, 0, 1, 0, 0, 0,       0x5F0F, 0x3CF5, 0, kEm, 0, 0, 0, 0,
                      0, 0, 0, 0, 0, descent, kEm,    ascent, 0, 8,   2, 0, 0})},
      {"hhea", words({1, 0, ascent, descent, 0, kEm, 0, 0, kEm, 1, 0, 0, 0, 0, 0, 0, 0, 2})},
      {"hmtx", words({kEm, 0, kEm, 0})},
      {"loca", words({0, 0, 0})},
      {"maxp", words({1, 0, 2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0})},
      {"name", words({0, 0, 6})},
      {"post", words({3, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0})}};
  const int count = static_cast<int>(tables.size());
  std::string out = words({1, 0, count, 128, 3, count * 16 - 128});
  std::size_t offset = out.size() + tables.size() * 16;
  std::string body;
  for (const auto& [tag, table] : tables) {
    out += tag;
    put32(out, checksum(table));
    put32(out, static_cast<std::uint32_t>(offset + body.size()));
    put32(out, static_cast<std::uint32_t>(table.size()));
    body += table;
    body.resize((body.size() + 3) / 4 * 4);
  }
  out += body;
  const std::size_t head = out.find("head");
  std::size_t at = 0;
  for (int i = 8; i < 12; ++i)
    at = at << 8 | static_cast<std::uint8_t>(out[head + static_cast<std::size_t>(i)]);
  std::string adjustment;
  put32(adjustment, 0xB1B0AFBAu - checksum(out));
  return out.replace(at + 8, 4, adjustment);
}

}  // namespace

std::string GlyphlessFont::encoded(std::u32string_view text) {
  std::string out = "<";
  for (const char32_t c : text) {
    if (characters_.size() >= kMostCharacters && !codes_.contains(c)) continue;
    const auto [it, added] = codes_.emplace(c, static_cast<int>(characters_.size()) + 1);
    if (added) characters_.push_back(c);
    out += hex(static_cast<unsigned>(it->second));
  }
  return out + ">";
}

QPDFObjectHandle GlyphlessFont::stream(const std::string& data) {
  return pdf_.makeIndirectObject(QPDFObjectHandle::newStream(&pdf_, data));
}

std::string GlyphlessFont::to_unicode() const {
  std::string out =
      "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
      "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
      "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
      "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n";
  for (std::size_t i = 0; i < characters_.size(); i += kMappingsABlock) {
    const std::size_t end = std::min(characters_.size(), i + kMappingsABlock);
    out += std::to_string(end - i) + " beginbfchar\n";
    for (std::size_t k = i; k < end; ++k) {
      const auto c = static_cast<unsigned>(characters_[k]);
      out += "<" + hex(static_cast<unsigned>(k + 1)) + "> <";
      out +=
          c < 0x10000 ? hex(c) : hex(0xD800 + ((c - 0x10000) >> 10)) + hex(0xDC00 + ((c - 0x10000) & 0x3FF));
      out += ">\n";
    }
    out += "endbfchar\n";
  }
  return out + "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n";
}

void GlyphlessFont::finish() {
  std::string glyphs;
  for (std::size_t i = 0; i <= characters_.size(); ++i) put16(glyphs, 1);
  const int ascent = static_cast<int>(kEm * kGlyphlessAscent),
            descent = -static_cast<int>(kEm * kGlyphlessDescent);
  QPDFObjectHandle descriptor = pdf_.makeIndirectObject(QPDFObjectHandle::parse(
      std::string("<< /Type /FontDescriptor /FontName ") + kName + " /Flags 5 /FontBBox [0 " +
      std::to_string(descent) + " " + std::to_string(kEm) + " " + std::to_string(ascent) +
      "] /ItalicAngle 0 /StemV 80 /Ascent " + std::to_string(ascent) + " /CapHeight " +
      std::to_string(ascent) + " /Descent " + std::to_string(descent) + " >>"));
  const std::string file = true_type();
  QPDFObjectHandle font_file = stream(file);
  font_file.getDict().replaceKey("/Length1",
                                 QPDFObjectHandle::newInteger(static_cast<long long>(file.size())));
  descriptor.replaceKey("/FontFile2", font_file);
  QPDFObjectHandle cid_font = pdf_.makeIndirectObject(QPDFObjectHandle::parse(
      std::string("<< /Type /Font /Subtype /CIDFontType2 /BaseFont ") + kName +
      " /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /DW " +
      std::to_string(kEm) + " >>"));
  cid_font.replaceKey("/FontDescriptor", descriptor);
  cid_font.replaceKey("/CIDToGIDMap", stream(glyphs));
  QPDFObjectHandle font = QPDFObjectHandle::parse(std::string("<< /Type /Font /Subtype /Type0 /BaseFont ") +
                                                  kName + " /Encoding /Identity-H >>");
  font.replaceKey("/DescendantFonts", QPDFObjectHandle::newArray({cid_font}));
  font.replaceKey("/ToUnicode", stream(to_unicode()));
  pdf_.replaceObject(object_.getObjGen(), font);
}

}  // namespace attest
