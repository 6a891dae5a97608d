// Two steps for each record: what its fields call personal is collected, then every text is gone over once.
#include "export/redact.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "export/personal_text.h"
#include "text/fold.h"

namespace attest {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::pair<const char*, Personal> kFields[] = {{"contact_name", Personal::person},
                                                        {"report_author", Personal::person},
                                                        {"contact_phone", Personal::phone},
                                                        {"body_phone", Personal::phone},
                                                        {"contact_email", Personal::email}};
constexpr std::pair<const char*, Personal> kTeamFields[] = {
    {"name", Personal::person}, {"phone", Personal::phone}, {"registration_number", Personal::registration}};

// Texts in which nothing personal can stand; digests hold digits that look like anything.
constexpr const char* kPlainKeys[] = {"schema", "engine", "sha256", "media_type", "status"};

// A value that is sought everywhere in its record. One character would be found in ordinary words.
struct Needle {
  std::u32string text;  // folded
  std::string replacement;
};
constexpr std::size_t kShortestNeedle = 2;
constexpr std::size_t kShortestText = 3;  // bytes

constexpr std::string_view kKindNames[kPersonalKinds] = {"person", "phone", "email", "registration"};

bool separates(char32_t c) {
  return c == U'、' || c == U',' || c == U'，' || c == U'/' || c == U';' || c == U'；' || c == U'(' ||
         c == U')' || c == U'（' || c == U'）';
}

// "张三、李四" are two.
std::vector<std::u32string> parts_of(std::u32string_view value) {
  std::vector<std::u32string> out(1);
  for (const char32_t c : value) {
    if (separates(c)) {
      out.emplace_back();
    } else {
      out.back() += c;
    }
  }
  return out;
}

Json* member(Json& object, const char* key) {
  if (!object.is_object()) return nullptr;
  const auto it = object.find(key);
  return it == object.end() ? nullptr : &*it;
}

bool has_letters(std::u32string_view folded_text) {
  return std::any_of(folded_text.begin(), folded_text.end(), [](char32_t c) {
    return is_hanzi(c) || c > 0x7F || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
           (c >= 'a' && c <= 'z');
  });
}

class RecordRedaction {
 public:
  RecordRedaction(Redactor& redactor, Json& record) : redactor_(redactor), record_(record) {}

  void run() {
    if (Json* fields = member(record_, "fields")) {
      for (const auto& [name, kind] : kFields) cover(member(*fields, name), kind);
    }
    if (Json* team = member(record_, "audit_team")) {
      for (Json& person : *team) {
        for (const auto& [name, kind] : kTeamFields) cover(member(person, name), kind);
      }
    }
    // The longest first: 欧阳明明 before 欧阳明.
    std::sort(needles_.begin(), needles_.end(), [](const Needle& a, const Needle& b) {
      return a.text.size() != b.text.size() ? a.text.size() > b.text.size() : a.text < b.text;
    });
    needles_.erase(std::unique(needles_.begin(), needles_.end(),
                               [](const Needle& a, const Needle& b) { return a.text == b.text; }),
                   needles_.end());
    if (Json* findings = member(record_, "findings")) cover_findings(*findings);
    walk(record_);
  }

 private:
  // What a finding says of a personal field, however short: "张" for 张三 is no needle.
  void cover_findings(Json& findings) {
    for (Json& finding : findings) {
      if (Json* operands = member(finding, "operands")) {
        for (Json& operand : *operands) cover_at_path(operand, {"value", "text"});
      }
      if (Json* hypotheses = member(finding, "hypotheses")) {
        for (Json& hypothesis : *hypotheses) {
          Json* changes = member(hypothesis, "change");
          if (changes == nullptr) continue;
          for (Json& change : *changes) cover_at_path(change, {"from", "to"});
        }
      }
    }
  }

  void cover_at_path(Json& node, std::initializer_list<const char*> names) {
    const Json* path = member(node, "path");
    if (path == nullptr || !path->is_string()) return;
    const std::string& text = path->get_ref<const std::string&>();
    const auto covers = [&](const auto& fields, const std::string& prefix) {
      for (const auto& [field, kind] : fields) {
        if (!text.starts_with(prefix) || !text.ends_with(std::string(".") + field)) continue;
        for (const char* name : names) {
          const Json* value = member(node, name);
          if (value == nullptr || !value->is_string()) continue;
          const std::string key = personal_key(kind, to_u32(value->get_ref<const std::string&>()));
          cover_text(member(node, name), kind, redactor_.replacement(kind, key));
        }
      }
    };
    covers(kFields, "fields.");
    covers(kTeamFields, "audit_team.");
  }

  // A Field: its texts are replaced as wholes and sought elsewhere.
  void cover(Json* field, Personal kind) {
    if (field == nullptr || !field->is_object()) return;
    const std::string key = value_key(*field, kind);
    if (key.empty()) return;
    const std::string replacement = redactor_.replacement(kind, key);
    for (const char* name : {"value", "text", "proposed"})
      cover_text(member(*field, name), kind, replacement);
    if (Json* occurrences = member(*field, "occurrences")) {
      for (Json& occurrence : *occurrences) {
        for (const char* name : {"value", "text"}) cover_text(member(occurrence, name), kind, replacement);
      }
    }
    if (Json* readings = member(*field, "readings")) {
      for (Json& reading : *readings) cover_text(member(reading, "text"), kind, replacement);
    }
  }

  // What is printed decides where there is no value.
  static std::string value_key(Json& field, Personal kind) {
    for (const char* name : {"value", "text"}) {
      const Json* text = member(field, name);
      if (text == nullptr || !text->is_string()) continue;
      std::string key = personal_key(kind, to_u32(text->get_ref<const std::string&>()));
      if (has_letters(to_u32(key))) return key;
    }
    return {};
  }

  void cover_text(Json* node, Personal kind, const std::string& replacement) {
    if (node == nullptr || !node->is_string()) return;
    const std::u32string text = to_u32(node->get_ref<const std::string&>());
    if (!has_letters(fold(text).text)) return;  // "/" says that nothing stands there
    seek(text, replacement);
    const std::vector<std::u32string> parts = parts_of(text);
    if (parts.size() > 1) {
      for (const std::u32string& part : parts) {
        if (has_letters(fold(part).text)) seek(part, redactor_.replacement(kind, personal_key(kind, part)));
      }
    }
    *node = replacement;
  }

  void seek(std::u32string_view text, const std::string& replacement) {
    std::u32string needle = fold(text).text;
    if (needle.size() >= kShortestNeedle) needles_.push_back({std::move(needle), replacement});
  }

  void walk(Json& node) {
    if (node.is_string()) {
      if (std::optional<std::string> text = redacted(node.get_ref<const std::string&>()))
        node = *std::move(text);
    } else if (node.is_object()) {
      for (auto it = node.begin(); it != node.end(); ++it) {
        const bool plain =
            std::find(std::begin(kPlainKeys), std::end(kPlainKeys), it.key()) != std::end(kPlainKeys);
        if (!plain) walk(it.value());
      }
    } else if (node.is_array()) {
      for (Json& child : node) walk(child);
    }
  }

  struct Span {
    int begin = 0, end = 0;
    std::string replacement;
  };

  // The text without what is personal; nothing where it stays as it is.
  std::optional<std::string> redacted(const std::string& utf8) {
    if (utf8.size() < kShortestText) return std::nullopt;
    const std::u32string text = to_u32(utf8);
    std::vector<Span> spans = known(text);
    for (const PersonalSpan& found : find_personal(text)) {
      if (!is_replacement(text, found)) {
        spans.push_back({found.begin, found.end, ""});
        spans.back().replacement = redactor_.replacement(found.kind, found.key);
      }
    }
    if (spans.empty()) return std::nullopt;
    // Of what overlaps the known goes first, then the longer; the other's rest goes with it.
    std::stable_sort(spans.begin(), spans.end(),
                     [](const Span& a, const Span& b) { return a.begin < b.begin; });
    std::string out;
    int at = 0;
    for (std::size_t i = 0; i < spans.size();) {
      std::size_t best = i;
      int end = spans[i].end;
      std::size_t next = i + 1;
      for (; next < spans.size() && spans[next].begin < end; ++next) {
        end = std::max(end, spans[next].end);
        if (spans[next].end - spans[next].begin > spans[best].end - spans[best].begin) best = next;
      }
      out += to_utf8(slice(text, at, spans[i].begin)) + spans[best].replacement;
      at = end;
      i = next;
    }
    return out + to_utf8(slice(text, at, static_cast<int>(text.size())));
  }

  static std::u32string_view slice(const std::u32string& text, int begin, int end) {
    return std::u32string_view(text).substr(static_cast<std::size_t>(begin),
                                            static_cast<std::size_t>(end - begin));
  }

  // "[person-1]" itself has nothing to hide.
  static bool is_replacement(const std::u32string& text, const PersonalSpan& found) {
    return found.begin > 0 && text[static_cast<std::size_t>(found.begin) - 1] == U'[';
  }

  std::vector<Span> known(const std::u32string& text) const {
    std::vector<Span> out;
    if (needles_.empty()) return out;
    const Folded folded = fold(text);
    for (const Needle& needle : needles_) {
      for (std::size_t i = folded.text.find(needle.text); i != folded.text.npos;
           i = folded.text.find(needle.text, i + needle.text.size())) {
        out.push_back({folded.source[i], folded.source[i + needle.text.size() - 1] + 1, needle.replacement});
      }
    }
    return out;
  }

  Redactor& redactor_;
  Json& record_;
  std::vector<Needle> needles_;
};

}  // namespace

void Redactor::redact(Json& record) { RecordRedaction(*this, record).run(); }

std::string Redactor::replacement(Personal kind, std::string_view key) {
  auto& numbers = numbers_[static_cast<std::size_t>(kind)];
  const std::uint64_t digest = std::hash<std::string_view>{}(key);
  const int number = numbers.emplace(digest, static_cast<int>(numbers.size()) + 1).first->second;
  std::string out = "[";
  out += kKindNames[static_cast<std::size_t>(kind)];
  out += '-';
  out += std::to_string(number);
  out += ']';
  return out;
}

}  // namespace attest
