#include "text/fold.h"

#include <edlib.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <unordered_map>

namespace attest {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

// One character in twenty a letter off is what a 200 dpi scan gives; one in five leaves room for a bad fax
// and still tells the labels of a form apart. Under four characters a single edit makes another label (审查,
// 审核).
constexpr int kCharactersPerError = 5;
constexpr int kShortestTolerant = 4;

// edlib compares bytes; 0 is kept for "not in the label".
constexpr std::size_t kLargestAlphabet = 255;

// Punctuation and signs that one form prints in several ways, after NFKC has folded the widths. `to` may be a
// string of one character only: folded text stays as long as its cluster.
char32_t plain_sign(char32_t c) {
  switch (c) {
    case U'【':
    case U'〔':
    case U'〖':
      return U'[';
    case U'】':
    case U'〕':
    case U'〗':
      return U']';
    case U'。':
      return U'.';
    case U'、':
      return U',';
    case U'∶':  // ratio, common in text layers for a colon
    case U'ː':
      return U':';
    case U'“':
    case U'”':
    case U'„':
    case U'″':
    case U'「':
    case U'」':
    case U'『':
    case U'』':
      return U'"';
    case U'‘':
    case U'’':
    case U'′':
      return U'\'';
    case U'‐':
    case U'‑':
    case U'‒':
    case U'–':
    case U'—':
    case U'―':
    case U'−':
    case U'─':
    case U'﹣':
      return U'-';
    case U'〜':
    case U'∼':
    case U'～':
      return U'~';
    case U'×':
    case U'✕':
      return U'x';
    case U'•':
    case U'・':
    case U'‧':
    case U'∙':
      return U'·';
    default:
      return c;
  }
}

// Radicals that PDF fonts with shared glyphs give back instead of the hanzi (长 comes out as ⻓). Those with
// a compatibility decomposition are already unified by NFKC; Unicode lists these in
// EquivalentUnifiedIdeograph.txt.
char32_t unified_radical(char32_t c) {
  if (c < 0x2E80 || c > 0x2EFF) return c;
  static const std::unordered_map<char32_t, char32_t> kUnified = {
      {0x2E81, U'厂'}, {0x2E85, U'亻'}, {0x2E89, U'刂'}, {0x2E98, U'扌'}, {0x2E9D, U'月'}, {0x2EA0, U'民'},
      {0x2EA1, U'氵'}, {0x2EA3, U'灬'}, {0x2EAC, U'示'}, {0x2EAD, U'礻'}, {0x2EB0, U'纟'}, {0x2EC1, U'虎'},
      {0x2EC2, U'衤'}, {0x2EC4, U'西'}, {0x2EC5, U'见'}, {0x2EC6, U'角'}, {0x2EC8, U'讠'}, {0x2EC9, U'贝'},
      {0x2ECB, U'车'}, {0x2ECC, U'辶'}, {0x2ED0, U'钅'}, {0x2ED1, U'長'}, {0x2ED3, U'长'}, {0x2ED4, U'门'},
      {0x2ED7, U'雨'}, {0x2ED8, U'青'}, {0x2ED9, U'韦'}, {0x2EDA, U'页'}, {0x2EDB, U'风'}, {0x2EDC, U'飞'},
      {0x2EDD, U'食'}, {0x2EE0, U'饣'}, {0x2EE2, U'马'}, {0x2EE3, U'骨'}, {0x2EE4, U'鬼'}, {0x2EE5, U'鱼'},
      {0x2EE6, U'鸟'}, {0x2EE7, U'卤'}, {0x2EE8, U'麦'}, {0x2EE9, U'黄'}, {0x2EEA, U'黾'}, {0x2EEC, U'齐'},
      {0x2EEE, U'齿'}, {0x2EF0, U'龙'},
  };
  const auto it = kUnified.find(c);
  return it == kUnified.end() ? c : it->second;
}

bool is_scalar(char32_t c) { return c <= 0x10FFFF && !U_IS_SURROGATE(c); }

icu::UnicodeString to_icu(std::u32string_view text) {
  icu::UnicodeString out;
  for (const char32_t c : text) out.append(static_cast<UChar32>(is_scalar(c) ? c : kReplacement));
  return out;
}

std::u32string from_icu(const icu::UnicodeString& text) {
  std::u32string out;
  for (int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
    const UChar32 c = text.char32At(i);
    out += U_IS_SURROGATE(c) ? kReplacement : static_cast<char32_t>(c);
  }
  return out;
}

// Null only if ICU's data is missing; then text is passed through unnormalised.
const icu::Normalizer2* compatibility_form() {
  static const icu::Normalizer2* const form = [] {
    UErrorCode status = U_ZERO_ERROR;
    const icu::Normalizer2* found = icu::Normalizer2::getNFKCInstance(status);
    return U_SUCCESS(status) ? found : nullptr;
  }();
  return form;
}

// The most frequent characters of a report, which no normalisation changes.
bool is_stable(char32_t c) { return (c > 0x20 && c < 0x7F) || (c >= 0x4E00 && c <= 0x9FFF); }

std::u32string normalized_cluster(std::u32string_view cluster) {
  const icu::Normalizer2* form = compatibility_form();
  if (form == nullptr) return std::u32string(cluster);
  UErrorCode status = U_ZERO_ERROR;
  const icu::UnicodeString out = form->normalize(to_icu(cluster), status);
  return U_SUCCESS(status) ? from_icu(out) : std::u32string(cluster);
}

// End of the cluster that starts at `begin`: a character with what may combine with it.
std::size_t cluster_end(std::u32string_view text, std::size_t begin) {
  const icu::Normalizer2* form = compatibility_form();
  std::size_t end = begin + 1;
  while (form != nullptr && end < text.size() && !is_stable(text[end]) &&
         !form->hasBoundaryBefore(static_cast<UChar32>(text[end]))) {
    ++end;
  }
  return end;
}

void append_cluster(std::u32string_view cluster, int source, Folded& out) {
  for (char32_t c : normalized_cluster(cluster)) {
    if (is_space(c)) continue;
    out.text += plain_sign(unified_radical(c));
    out.source.push_back(source);
  }
}

struct AlignResult {
  EdlibAlignResult raw;
  explicit AlignResult(EdlibAlignResult result) : raw(result) {}
  AlignResult(const AlignResult&) = delete;
  AlignResult& operator=(const AlignResult&) = delete;
  ~AlignResult() { edlibFreeAlignResult(raw); }
};

// Label and text as bytes: each character of the label has its number, every other character of the text is
// 0.
struct SmallAlphabet {
  std::string label, text;
  bool fits = true;
};

SmallAlphabet in_small_alphabet(std::u32string_view text, std::u32string_view label) {
  SmallAlphabet out;
  std::unordered_map<char32_t, char> ids;
  for (const char32_t c : label) {
    const auto [it, added] = ids.try_emplace(c, static_cast<char>(ids.size() + 1));
    if (added && ids.size() > kLargestAlphabet) {
      out.fits = false;
      return out;
    }
    out.label += it->second;
  }
  out.text.reserve(text.size());
  for (const char32_t c : text) {
    const auto it = ids.find(c);
    out.text += it == ids.end() ? '\0' : it->second;
  }
  return out;
}

// Of the equally good places: the earliest, and from there the one as long as the label, since a scan
// replaces characters far more often than it drops or adds them.
Match best_place(const EdlibAlignResult& found, int label_length, int from) {
  Match best;
  for (int i = 0; i < found.numLocations; ++i) {
    const int begin = found.startLocations[i] + from, end = found.endLocations[i] + 1 + from;
    const auto off = [&](int b, int e) { return std::abs((e - b) - label_length); };
    const bool better =
        !best || begin < best.begin || (begin == best.begin && off(begin, end) < off(best.begin, best.end));
    if (better) best = {begin, end, found.editDistance};
  }
  return best;
}

}  // namespace

std::u32string to_u32(std::string_view utf8) {
  std::u32string out;
  out.reserve(utf8.size() / 2);
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(utf8.data());
  const std::int64_t length = static_cast<std::int64_t>(utf8.size());
  for (std::int64_t i = 0; i < length;) {
    UChar32 c = 0;
    U8_NEXT(bytes, i, length, c);
    out += c < 0 ? kReplacement : static_cast<char32_t>(c);
  }
  return out;
}

std::string to_utf8(std::u32string_view text) {
  std::string out;
  out.reserve(text.size() * 3);
  for (const char32_t c : text) {
    std::uint8_t bytes[U8_MAX_LENGTH];
    int length = 0;
    U8_APPEND_UNSAFE(bytes, length, is_scalar(c) ? c : kReplacement);
    out.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(length));
  }
  return out;
}

std::string to_nfc(std::string_view utf8) {
  const std::u32string text = to_u32(utf8);
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* form = icu::Normalizer2::getNFCInstance(status);
  if (U_FAILURE(status)) return to_utf8(text);
  const icu::UnicodeString composed = form->normalize(to_icu(text), status);
  return U_FAILURE(status) ? to_utf8(text) : to_utf8(from_icu(composed));
}

std::string Folded::utf8() const { return to_utf8(text); }

Folded fold(std::u32string_view text) {
  Folded out;
  out.text.reserve(text.size());
  out.source.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t end = cluster_end(text, i);
    if (end == i + 1 && is_stable(text[i])) {
      out.text += text[i];
      out.source.push_back(static_cast<int>(i));
    } else {
      append_cluster(text.substr(i, end - i), static_cast<int>(i), out);
    }
    i = end;
  }
  return out;
}

Folded fold(std::string_view utf8) { return fold(std::u32string_view(to_u32(utf8))); }

std::string folded(std::string_view utf8) { return fold(utf8).utf8(); }

bool is_hanzi(char32_t c) {
  return is_scalar(c) && u_hasBinaryProperty(static_cast<UChar32>(c), UCHAR_UNIFIED_IDEOGRAPH);
}

bool is_space(char32_t c) {
  if (!is_scalar(c)) return false;
  const auto code = static_cast<UChar32>(c);
  return u_isUWhiteSpace(code) || u_iscntrl(code) ||
         u_hasBinaryProperty(code, UCHAR_DEFAULT_IGNORABLE_CODE_POINT);
}

bool is_box_character(char32_t c) {
  static constexpr std::u32string_view kBoxes =
      U"☐☑☒□■▢▣◻◼◽◾▪▫❏❐❑❒⬜⬛🗹🗷🗵🗸⊠⊡⮽⮿"  // boxes
      U"√✓✔✗✘✕✖☓"    // ticks and crosses
      U"○●◯⚪⚫◉◎⭕⬤";  // round boxes
  return kBoxes.find(c) != std::u32string_view::npos;
}

Match find_label(std::u32string_view text, std::u32string_view label, int max_errors, int from) {
  from = std::max(from, 0);
  if (label.empty() || static_cast<std::size_t>(from) >= text.size()) return {};
  const int length = static_cast<int>(label.size());
  if (const std::size_t exact = text.find(label, static_cast<std::size_t>(from)); exact != text.npos) {
    return {static_cast<int>(exact), static_cast<int>(exact) + length, 0};
  }
  max_errors = std::min(max_errors, length - 1);  // as many edits as characters would match anywhere
  if (max_errors <= 0) return {};
  const SmallAlphabet small = in_small_alphabet(text.substr(static_cast<std::size_t>(from)), label);
  if (!small.fits) return {};
  const AlignResult found(
      edlibAlign(small.label.data(), length, small.text.data(), static_cast<int>(small.text.size()),
                 edlibNewAlignConfig(max_errors, EDLIB_MODE_HW, EDLIB_TASK_LOC, nullptr, 0)));
  if (found.raw.status != EDLIB_STATUS_OK || found.raw.editDistance < 0 ||
      found.raw.startLocations == nullptr) {
    return {};
  }
  return best_place(found.raw, length, from);
}

int tolerated_errors(int label_length) {
  return label_length < kShortestTolerant ? 0 : std::max(1, label_length / kCharactersPerError);
}

}  // namespace attest
