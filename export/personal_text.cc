#include "export/personal_text.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <memory>

#include "text/fold.h"

namespace attest {
namespace {

// Numbering plan of China (YD/T 1122, GB/T 2260 area codes): mobiles have 11 digits from 1[3-9]; fixed lines
// an area code of 0 and two or three digits with seven or eight behind it; 400 and 800 are hot lines.
constexpr const char* kPhones[] = {
    R"((?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4})",
    R"((?:\+?86[- ]?)?(?:\(0?\d{2,3}\) ?|0\d{2,3}[- ]{0,3})\d{3,4}[- ]?\d{4}(?:[- ]?(?:-|h|ext\.?) ?\d{1,6})?)",
    R"([48]00(?:[- ]?\d){7})"};
constexpr const char* kEmail = R"([A-Za-z0-9._%+-]+ ?@ ?[A-Za-z0-9-]+(?: ?\. ?[A-Za-z0-9-]+)+)";
constexpr int kLeastLabelledDigits = 7;

constexpr std::u32string_view kPhoneLabels[] = {U"电话",     U"手机", U"传真", U"座机",
                                                U"联系方式", U"联系", U"Tel",  U"TEL"};
constexpr std::u32string_view kNameLabels[] = {
    U"联系人", U"姓名",     U"编制人",     U"编制",       U"审核员", U"审查员",      U"评审员",
    U"组长",   U"组员",     U"法定代表人", U"法人代表",   U"负责人", U"受访人",      U"访谈人",
    U"陪同人", U"陪同人员", U"经办人",     U"签字",       U"签名",   U"批准人",      U"审批人",
    U"校对人", U"总经理",   U"董事长",     U"管理者代表", U"被访人", U"受审查方代表"};
constexpr std::u32string_view kHonorifics[] = {U"先生", U"女士", U"小姐"};
constexpr std::u32string_view kTitles[] = {U"经理", U"总监", U"主任", U"主管", U"部长",
                                           U"科长", U"处长", U"厂长", U"老师", U"工程师"};
// The hundred commonest surnames (Ministry of Public Security, 2020) without those that are as common as
// words before a title (高, 方, 任, 常, 万, 段, 顾, 易).
constexpr std::u32string_view kSurnames =
    U"王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁沈姚卢"
    U"傅钟姜崔谭廖范汪陆金石戴贾韦夏邱侯邹熊孟秦白江阎薛尹雷黎史龙贺陶龚郝邵毛钱覃洪武莫孔";

// Before a title a whole name is one where it begins a phrase and does not end as departments and offices do.
constexpr std::u32string_view kBeforeNames = U"与和由及向请";
constexpr std::u32string_view kEndsOfDepartments = U"部科室组区店厂线班目务场售流产品质序";

constexpr int kShortestName = 2, kLongestName = 4;  // hanzi

// One byte a code point, so that a pattern's places are the text's: what is ASCII in another width becomes
// ASCII, white space a space, 转 (extension) an 'h', all else a byte that is no ASCII.
std::string shape_of(std::u32string_view text) {
  constexpr char kOther = '\x80', kExtension = 'h';
  std::string out;
  out.reserve(text.size());
  for (char32_t c : text) {
    if (c >= 0xFF01 && c <= 0xFF5E) c = c - 0xFF01 + 0x21;
    if (c == U'—' || c == U'–' || c == U'‐' || c == U'‑' || c == U'－' || c == U'−') c = U'-';
    if (is_space(c)) c = U' ';
    if (c == U'转') {
      out += kExtension;
    } else {
      out += c < 0x80 ? static_cast<char>(c) : kOther;
    }
  }
  return out;
}

const RE2& pattern(std::size_t index) {
  static const auto compiled = [] {
    RE2::Options latin;
    latin.set_encoding(RE2::Options::EncodingLatin1);
    std::vector<std::unique_ptr<RE2>> out;
    for (const char* phone : kPhones)
      out.push_back(std::make_unique<RE2>(std::string("(") + phone + ")", latin));
    out.push_back(std::make_unique<RE2>(std::string("(") + kEmail + ")", latin));
    return out;
  }();
  return *compiled[index];
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

class Finder {
 public:
  explicit Finder(std::u32string_view text) : text_(text), shape_(shape_of(text)) {}

  std::vector<PersonalSpan> find() {
    if (std::any_of(shape_.begin(), shape_.end(), is_digit)) {
      for (std::size_t i = 0; i < std::size(kPhones); ++i) by_pattern(i, Personal::phone);
      for (const std::u32string_view label : kPhoneLabels) labelled_phones(label);
    }
    if (shape_.find('@') != std::string::npos) by_pattern(std::size(kPhones), Personal::email);
    for (const std::u32string_view label : kNameLabels) labelled_names(label);
    for (const std::u32string_view word : kHonorifics) names_before(word, kShortestName);
    for (const std::u32string_view word : kTitles) {
      names_before(word, 0);
      whole_names_before(word);
    }
    std::sort(spans_.begin(), spans_.end(),
              [](const PersonalSpan& a, const PersonalSpan& b) { return a.begin < b.begin; });
    return std::move(spans_);
  }

 private:
  int size() const { return static_cast<int>(text_.size()); }
  char shape(int at) const { return at < 0 || at >= size() ? '\0' : shape_[static_cast<std::size_t>(at)]; }
  char32_t character(int at) const { return text_[static_cast<std::size_t>(at)]; }

  void add(int begin, int end, Personal kind) {
    const auto length = static_cast<std::size_t>(end - begin);
    const std::string key = personal_key(kind, text_.substr(static_cast<std::size_t>(begin), length));
    spans_.push_back({begin, end, kind, key});
  }

  // A number that goes on before or behind is another one (a code, an identity number).
  void by_pattern(std::size_t index, Personal kind) {
    re2::StringPiece rest(shape_), found;
    while (RE2::FindAndConsume(&rest, pattern(index), &found)) {
      const int begin = static_cast<int>(found.data() - shape_.data());
      const int end = begin + static_cast<int>(found.size());
      if (kind == Personal::email || (!is_word(shape(begin - 1)) && !is_digit(shape(end))))
        add(begin, end, kind);
    }
  }

  // The place behind `label`, a colon and spaces; -1 where there is no colon.
  int behind(std::size_t label, std::size_t length, bool colon) const {
    int at = static_cast<int>(label + length);
    while (shape(at) == ' ') ++at;
    if (shape(at) == ':') {
      ++at;
    } else if (colon) {
      return -1;
    }
    while (shape(at) == ' ') ++at;
    return at;
  }

  void labelled_phones(std::u32string_view label) {
    for (std::size_t i = text_.find(label); i != text_.npos; i = text_.find(label, i + 1)) {
      const int begin = behind(i, label.size(), /*colon=*/false);
      int end = begin, digits = 0, last = begin;
      for (; end < size() &&
             (is_digit(shape(end)) || std::string_view("+-() ").find(shape(end)) != std::string_view::npos);
           ++end) {
        if (!is_digit(shape(end))) continue;
        ++digits;
        last = end + 1;
      }
      if (digits >= kLeastLabelledDigits) add(begin, last, Personal::phone);
    }
  }

  // 联系人：张三、李四
  void labelled_names(std::u32string_view label) {
    for (std::size_t i = text_.find(label); i != text_.npos; i = text_.find(label, i + 1)) {
      int begin = behind(i, label.size(), /*colon=*/true);
      while (begin >= 0 && begin < size()) {
        int end = begin;
        while (end < size() && (is_hanzi(character(end)) || character(end) == U'·')) ++end;
        if (end - begin < kShortestName || end - begin > kLongestName) break;
        add(begin, end, Personal::person);
        while (shape(end) == ' ') ++end;
        const bool more = end < size() && (character(end) == U'、' || character(end) == U'，' ||
                                           character(end) == U',' || character(end) == U'/');
        if (!more) break;
        begin = end + 1;
        while (shape(begin) == ' ') ++begin;
      }
    }
  }

  // 王女士; with up to `given` hanzi between the surname and the word.
  void names_before(std::u32string_view word, int given) {
    for (std::size_t i = text_.find(word); i != text_.npos; i = text_.find(word, i + 1)) {
      const int end = static_cast<int>(i);
      for (int length = given + 1; length >= 1; --length) {
        const int begin = end - length;
        if (begin < 0 || kSurnames.find(character(begin)) == kSurnames.npos) continue;
        if (!std::all_of(text_.begin() + begin, text_.begin() + end, is_hanzi)) continue;
        add(begin, end, Personal::person);
        break;
      }
    }
  }

  // 联系人王小明经理, 与王小明主任
  void whole_names_before(std::u32string_view word) {
    for (std::size_t i = text_.find(word); i != text_.npos; i = text_.find(word, i + 1)) {
      const int end = static_cast<int>(i);
      for (int begin = end - kShortestName; begin >= std::max(0, end - kShortestName - 1); --begin) {
        if (kSurnames.find(character(begin)) == kSurnames.npos || !begins_phrase(begin)) continue;
        if (!std::all_of(text_.begin() + begin, text_.begin() + end, is_hanzi)) continue;
        if (kEndsOfDepartments.find(character(end - 1)) == kEndsOfDepartments.npos)
          add(begin, end, Personal::person);
      }
    }
  }

  bool begins_phrase(int at) const {
    if (at == 0 || !is_hanzi(character(at - 1))) return true;
    if (kBeforeNames.find(character(at - 1)) != kBeforeNames.npos) return true;
    const std::u32string_view before = text_.substr(0, static_cast<std::size_t>(at));
    return std::any_of(std::begin(kNameLabels), std::end(kNameLabels),
                       [&before](std::u32string_view label) { return before.ends_with(label); });
  }

  std::u32string_view text_;
  std::string shape_;
  std::vector<PersonalSpan> spans_;
};

}  // namespace

std::vector<PersonalSpan> find_personal(std::u32string_view text) { return Finder(text).find(); }

std::string personal_key(Personal kind, std::u32string_view text) {
  std::string out = fold(text).utf8();
  if (kind == Personal::phone) {
    std::string digits;
    std::copy_if(out.begin(), out.end(), std::back_inserter(digits), is_digit);
    if (digits.size() == 13 && digits.starts_with("86")) digits.erase(0, 2);
    return digits.empty() ? out : digits;
  }
  if (kind == Personal::email || kind == Personal::registration) {
    std::transform(out.begin(), out.end(), out.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  }
  return out;
}

}  // namespace attest
