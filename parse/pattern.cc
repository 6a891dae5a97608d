#include "parse/pattern.h"

#include <re2/re2.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "text/fold.h"

namespace attest {
namespace {

const RE2& compiled(const std::string& pattern) {
  thread_local std::map<std::string, std::unique_ptr<RE2>> known;
  std::unique_ptr<RE2>& re = known[pattern];
  if (re == nullptr) {
    RE2::Options options;
    options.set_log_errors(false);
    re = std::make_unique<RE2>(pattern, options);
  }
  return *re;
}

int code_points(std::string_view utf8) {
  return static_cast<int>(std::count_if(
      utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

}  // namespace

std::optional<PatternMatch> match_pattern(const SourceText& text, const std::string& pattern, int begin,
                                          int end) {
  const RE2& re = compiled(pattern);
  if (!re.ok() || begin >= end) return std::nullopt;
  const std::string subject = to_utf8(std::u32string_view(text.folded()).substr(begin, end - begin));
  std::vector<re2::StringPiece> groups(re.NumberOfCapturingGroups() + 1);
  if (!re.Match(subject, 0, subject.size(), RE2::UNANCHORED, groups.data(),
                static_cast<int>(groups.size()))) {
    return std::nullopt;
  }
  PatternMatch out;
  const auto add = [&](const std::string& name, const re2::StringPiece& group) {
    if (group.data() == nullptr) return;
    const std::size_t offset = static_cast<std::size_t>(group.data() - subject.data());
    const int from = begin + code_points(std::string_view(subject).substr(0, offset));
    out[name] = {from, from + code_points(std::string_view(group.data(), group.size()))};
  };
  add("", groups[0]);
  for (const auto& [name, index] : re.NamedCapturingGroups()) add(name, groups[index]);
  return out;
}

}  // namespace attest
