// A font without shapes, by which invisible text has a place and a meaning but no look.
//
// Every character has the width of an em; a code of two bytes is the place of the character in the order in
// which it was first used, and the ToUnicode map says which one that is.
#ifndef ATTEST_EXPORT_GLYPHLESS_FONT_H_
#define ATTEST_EXPORT_GLYPHLESS_FONT_H_

#include <qpdf/QPDF.hh>
#include <qpdf/QPDFObjectHandle.hh>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace attest {

// Of an em, above and below the baseline.
inline constexpr double kGlyphlessAscent = 0.8, kGlyphlessDescent = 0.2;

class GlyphlessFont {
 public:
  explicit GlyphlessFont(QPDF& pdf)
      : pdf_(pdf), object_(pdf.makeIndirectObject(QPDFObjectHandle::newDictionary())) {}

  // The font's object, empty until finish().
  QPDFObjectHandle object() const { return object_; }
  // "<00010002>"; characters beyond what one font can hold are left out.
  std::string encoded(std::u32string_view text);
  void finish();

 private:
  QPDFObjectHandle stream(const std::string& data);
  std::string to_unicode() const;

  QPDF& pdf_;
  QPDFObjectHandle object_;
  std::unordered_map<char32_t, int> codes_;
  std::vector<char32_t> characters_;
};

}  // namespace attest

#endif  // ATTEST_EXPORT_GLYPHLESS_FONT_H_
