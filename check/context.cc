#include "check/context.h"

#include <algorithm>

#include "check/check.h"
#include "check/confusions.h"
#include "text/fold.h"

namespace attest {
namespace {

bool is_image(Origin origin) { return origin == Origin::scan || origin == Origin::mixed; }

// The cheapest digit confusion: what even a well-placed doubt costs on top of the glyph's own certainty.
constexpr double kCheapestConfusion = 0.7;

const RuleInfo* info_of(const std::string& rule) {
  for (const RuleInfo& info : rules()) {
    if (info.rule == rule) return &info;
  }
  return nullptr;
}

}  // namespace

Context::Context(Record& record_in, const Scheme& scheme_in, std::set<std::string> confirmed_in)
    : record(record_in), scheme(scheme_in), confirmed_(std::move(confirmed_in)) {
  for (const Page& p : record.pages) {
    pages_[p.number] = &p;
    any_image_ = any_image_ || is_image(p.origin);
  }
}

const Page* Context::page(int number) const {
  const auto found = pages_.find(number);
  return found == pages_.end() ? nullptr : found->second;
}

bool Context::from_image(const Evidence& evidence) const {
  const Page* p = page(evidence.page);
  return p != nullptr && is_image(p->origin);
}

bool Context::doubted(const Evidence& evidence) const {
  const Page* p = page(evidence.page);
  if (p == nullptr) return false;
  return std::any_of(p->notices.begin(), p->notices.end(), [&](const Notice& notice) {
    const bool here = notice.box.empty() || shared_area(notice.box, evidence.box) > 0;
    return here && notice.rule != "reading.text_layer";
  });
}

bool Context::certain(const Evidence& evidence, double confidence, bool has_readings) const {
  if (doubted(evidence)) return false;
  const Page* p = page(evidence.page);
  if (p != nullptr && (p->origin == Origin::text_layer || p->origin == Origin::transcript)) return true;
  if (p != nullptr && p->origin == Origin::scan) return false;
  return confidence >= 1 &&
         !has_readings;  // mixed pages hold both kinds; a record without pages says nothing else
}

bool Context::certain(const Field& field) const {
  return certain(field.evidence, field.confidence, !field.readings.empty());
}

bool Context::certain(const Occurrence& occurrence) const {
  return certain(occurrence.evidence, occurrence.confidence, false);
}

const Field* Context::field(const std::string& name) const {
  const auto found = record.fields.find(name);
  return found == record.fields.end() || !found->second ? nullptr : &*found->second;
}

Field* Context::field(const std::string& name) {
  return const_cast<Field*>(static_cast<const Context*>(this)->field(name));
}

const std::string* Context::value(const std::string& name) const {
  const Field* f = field(name);
  return f == nullptr ? nullptr : &f->value;
}

const Selection* Context::selection(const std::string& group) const {
  const auto found = record.selections.find(group);
  return found == record.selections.end() || found->second.options.empty() ? nullptr : &found->second;
}

const Context::Stream& Context::stream(const Page& p) const {
  const auto known = streams_.find(p.number);
  if (known != streams_.end()) return known->second;
  Stream& s = streams_[p.number];
  const auto add_line = [&](const Line& line) {
    for (const Glyph& glyph : line.glyphs) {
      for (const char32_t c : fold(glyph.text).text) {
        s.text += c;
        s.glyphs.push_back(&glyph);
      }
    }
  };
  for (const Block& block : p.blocks) {
    const auto at = static_cast<std::size_t>(block.index);
    if (block.kind == Block::Kind::line && at < p.lines.size()) add_line(p.lines[at]);
    if (block.kind == Block::Kind::table && at < p.tables.size()) {
      for (const Cell& cell : p.tables[at].cells) {
        for (const Line& line : cell.lines) add_line(line);
        s.text += U'\n';  // a cell ends here: nothing is spelled across it
        s.glyphs.push_back(nullptr);
      }
    }
  }
  return s;
}

bool Context::printed_number(std::string_view number) const {
  const std::u32string wanted = fold(number).text;
  if (wanted.empty()) return false;
  const auto digit = [](char32_t c) { return c >= U'0' && c <= U'9'; };
  for (const Page& p : record.pages) {
    const std::u32string& text = stream(p).text;
    for (std::size_t at = text.find(wanted); at != std::u32string::npos; at = text.find(wanted, at + 1)) {
      const std::size_t end = at + wanted.size();
      const bool begins = at == 0 || (!digit(text[at - 1]) && text[at - 1] != U'.');
      const bool ends = end == text.size() || !digit(text[end]);
      if (begins && ends) return true;
    }
  }
  return false;
}

std::vector<GlyphPlace> Context::glyphs_of(std::string_view text, const Evidence& evidence) const {
  const std::u32string wanted = fold(text).text;
  if (wanted.empty()) return {};
  const auto inside = [&](const Glyph* glyph) {
    return evidence.box.empty() || evidence.box.contains(glyph->box.center_x(), glyph->box.center_y());
  };
  const auto look = [&](const Page& p, bool in_box) {
    std::vector<GlyphPlace> found;
    const Stream& s = stream(p);
    for (std::size_t at = s.text.find(wanted); at != std::u32string::npos; at = s.text.find(wanted, at + 1)) {
      if (in_box && !inside(s.glyphs[at])) continue;
      for (std::size_t k = at; k < at + wanted.size(); ++k) found.push_back({s.glyphs[k], p.number});
      break;
    }
    return found;
  };
  if (const Page* own = page(evidence.page)) {
    for (const bool in_box : {true, false}) {
      if (auto found = look(*own, in_box); !found.empty()) return found;
    }
  }
  for (const Page& p : record.pages) {
    if (auto found = look(p, false); !found.empty()) return found;
  }
  return {};
}

Operand operand(std::string path, const Field& field) {
  return {std::move(path), field.value, field.text, field.confidence, field.evidence};
}

Operand operand(std::string path, const Occurrence& o) {
  return {std::move(path), o.value.value_or(""), o.text, o.confidence, o.evidence};
}

Operand operand(std::string path, const Option& option) {
  return {std::move(path), std::string(name_of(option.state)), option.label, option.confidence,
          option.evidence};
}

Severity severity_of(const std::string& rule) {
  const RuleInfo* info = info_of(rule);
  return info == nullptr ? Severity::error : info->severity;
}

int rank_of(const std::string& rule) {
  const auto& all = rules();
  for (std::size_t k = 0; k < all.size(); ++k) {
    if (all[k].rule == rule) return static_cast<int>(k);
  }
  return static_cast<int>(all.size());
}

Finding make_finding(std::string rule, std::string subject, std::optional<std::string> expected,
                     std::optional<std::string> actual, Text message) {
  Finding finding;
  finding.severity = severity_of(rule);
  if (const RuleInfo* info = info_of(rule)) finding.formula = info->en.formula;
  finding.rule = std::move(rule);
  finding.subject = std::move(subject);
  finding.expected = std::move(expected);
  finding.actual = std::move(actual);
  finding.message_zh = std::move(message.zh);
  finding.message_en = std::move(message.en);
  return finding;
}

Verdict verdict_over(const Context& context, std::initializer_list<const Field*> fields) {
  for (const Field* f : fields) {
    if (f == nullptr || context.certain(*f)) continue;
    if (context.doubted(f->evidence)) return Verdict::undetermined;
    if (doubt(f->confidence) + kCheapestConfusion <= kPlausibleReading) return Verdict::undetermined;
    if (!f->readings.empty() && f->readings.front().cost <= kPlausibleReading) return Verdict::undetermined;
  }
  return Verdict::report_error;
}

void add_report_error_hypothesis(Finding& finding) {
  finding.hypotheses.push_back({Verdict::report_error, {}, kReportErrorCost});
}

}  // namespace attest
