#include "ingest/text_bytes.h"

#include <unicode/ucnv.h>
#include <unicode/ucnv_err.h>
#include <unicode/utf8.h>

#include <memory>
#include <string_view>

#include "text/fold.h"

namespace attest {
namespace {

// Share of characters that must be hanzi of the basic block, ASCII or CJK punctuation before bytes that are
// valid GB18030 are believed to be text: random bytes reach about 0.6, reports 0.99.
constexpr double kCommonShare = 0.95;

bool starts_with(std::span<const std::uint8_t> bytes, std::string_view magic) {
  return bytes.size() >= magic.size() &&
         std::string_view(reinterpret_cast<const char*>(bytes.data()), magic.size()) == magic;
}

bool valid_utf8(std::string_view text) {
  const auto length = static_cast<std::int32_t>(text.size());
  for (std::int32_t i = 0; i < length;) {
    UChar32 c = 0;
    U8_NEXT(text.data(), i, length, c);
    if (c < 0) return false;
  }
  return true;
}

bool has_control_characters(std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f') || byte == 0x7f) return true;
  }
  return false;
}

// Strict conversion: one invalid sequence and there is no result.
std::optional<std::string> convert(std::span<const std::uint8_t> bytes, const char* encoding) {
  UErrorCode status = U_ZERO_ERROR;
  std::unique_ptr<UConverter, decltype(&ucnv_close)> from(ucnv_open(encoding, &status), &ucnv_close);
  if (U_FAILURE(status)) return std::nullopt;
  ucnv_setToUCallBack(from.get(), UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &status);
  std::u16string wide(bytes.size() + 1, u'\0');  // no encoding here has less than one byte a UTF-16 unit
  const std::int32_t length = ucnv_toUChars(from.get(), wide.data(), static_cast<std::int32_t>(wide.size()),
                                            reinterpret_cast<const char*>(bytes.data()),
                                            static_cast<std::int32_t>(bytes.size()), &status);
  if (U_FAILURE(status)) return std::nullopt;
  std::u32string text;
  for (std::int32_t i = 0; i < length; ++i) {
    char32_t c = wide[i];
    if (c >= 0xd800 && c < 0xdc00 && i + 1 < length)
      c = 0x10000 + ((c - 0xd800) << 10) + (wide[++i] - 0xdc00);
    text += c;
  }
  return to_utf8(text);
}

bool common_characters(std::string_view utf8) {
  std::size_t common = 0, all = 0;
  for (const char32_t c : to_u32(utf8)) {
    ++all;
    common += c < 0x7f || (c >= 0x2000 && c < 0x2700) || (c >= 0x3000 && c < 0x3040) ||
              (c >= 0x4e00 && c < 0xa000) || (c >= 0xff00 && c < 0xfff0);
  }
  return static_cast<double>(common) >= kCommonShare * static_cast<double>(all);
}

}  // namespace

std::optional<std::string> decode_text(std::span<const std::uint8_t> bytes) {
  std::optional<std::string> text;
  if (starts_with(bytes, "\xff\xfe")) {
    text = convert(bytes.subspan(2), "UTF-16LE");
  } else if (starts_with(bytes, "\xfe\xff")) {
    text = convert(bytes.subspan(2), "UTF-16BE");
  } else {
    if (starts_with(bytes, "\xef\xbb\xbf")) bytes = bytes.subspan(3);
    const std::string_view raw(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    if (has_control_characters(raw)) return std::nullopt;
    if (valid_utf8(raw)) {
      text = std::string(raw);
    } else {
      text = convert(bytes, "GB18030");
      if (text && !common_characters(*text)) return std::nullopt;
    }
  }
  if (!text || has_control_characters(*text)) return std::nullopt;
  return to_nfc(*text);
}

}  // namespace attest
