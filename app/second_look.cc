#include "app/second_look.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "check/check.h"
#include "check/second_look.h"
#include "normalize/second_look.h"

namespace attest {
namespace {

constexpr std::size_t kMostKeptBytes = std::size_t{96} << 20;  // rendered pages: about forty at 150 dpi

std::vector<LookPlace> places_of(const std::vector<LookWanted>& wanted) {
  std::vector<LookPlace> places;
  places.reserve(wanted.size());
  for (const LookWanted& w : wanted) places.push_back({w.value.box, w.cell});
  return places;
}

// One page's wishes: the paths of the values that were read the same go to `confirmed`. Whether any value is
// other than before, or surer, or less sure.
bool look_at(const SourcePage& source, const Page& page, const LookAgain& look_again,
             const std::vector<LookWanted>& wanted, std::set<std::string>* confirmed) {
  const auto looks = look_again(source, page, places_of(wanted), LookSettings::all);
  if (!looks) return false;
  bool any = false;
  for (std::size_t k = 0; k < wanted.size() && k < looks->size(); ++k) {
    const Look& look = (*looks)[k];
    const Evidence place{page.number, wanted[k].value.box.empty() ? wanted[k].cell : wanted[k].value.box, 0};
    OptionalField& field = *wanted[k].field;
    const Seen seen = see_again(field, look.readings, look.room, place);
    if (field) field->confidence = std::min(field->confidence, look.most);
    if (seen == Seen::confirmed && look.most == 1) confirmed->insert(wanted[k].path);
    any = any || seen != Seen::nothing;
  }
  return any;
}

// -- two channels --

struct Printed {
  std::string path, value;
  Evidence place;
  Box cell;
  bool code = false;  // digits are compared, not the number
};

std::string digits_of(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c >= '0' && c <= '9') out += c;
  }
  return out;
}

std::string digits_of(const std::vector<Glyph>& glyphs) {
  std::string out;
  for (const Glyph& g : glyphs) out += digits_of(g.text);
  return out;
}

std::vector<Printed> printed_on(Record& record, const Scheme& scheme, int page) {
  std::vector<Printed> out;
  for (const LookWanted& number : all_numbers(record, scheme)) {
    if (!*number.field || number.value.page != page || number.value.box.empty()) continue;
    if (!number.cell.empty()) out.push_back({number.path, (*number.field)->value, number.value, number.cell});
  }
  const auto code = record.fields.find("project_number");
  if (code == record.fields.end() || !code->second) return out;
  for (const Occurrence& o : code->second->occurrences) {
    if (!o.value || o.evidence.page != page || o.evidence.box.empty()) continue;
    out.push_back({"fields.project_number." + o.where, *o.value, o.evidence, {}, true});
  }
  return out;
}

// The digits that all settings read, with confidence; nothing where they differ.
std::optional<std::string> agreed_digits(const std::vector<std::vector<Glyph>>& looks) {
  constexpr double kSure = 0.9;  // of each digit
  if (looks.empty()) return std::nullopt;
  const std::string digits = digits_of(looks.front());
  for (const std::vector<Glyph>& look : looks) {
    if (digits_of(look) != digits) return std::nullopt;
    for (const Glyph& g : look) {
      if (!digits_of(g.text).empty() && g.confidence < kSure) return std::nullopt;
    }
  }
  return digits;
}

// What the image says for sure, where that is not what the layer says.
std::optional<std::string> other_on_image(const Printed& printed, const Look& look) {
  if (printed.code) {
    const auto digits = agreed_digits(look.readings);
    const std::string layer = digits_of(printed.value);
    // Another number of digits is a place that was cut badly, not another number.
    return digits && *digits != layer && digits->size() == layer.size() ? digits : std::nullopt;
  }
  const auto number = agreed_number(look.readings, look.room);
  return number && !may_be(printed.value, look.readings) ? number : std::nullopt;
}

bool agrees(const Printed& printed, const Look& look) {
  if (look.readings.empty()) return true;  // nothing to compare
  if (printed.code) return digits_of(look.readings.front()) == digits_of(printed.value);
  return may_be(printed.value, look.readings);
}

void compare_page(const SourcePage& source, Page& page, const LookAgain& look_again,
                  const std::vector<Printed>& printed) {
  const auto look_at_all = [&](const std::vector<Printed>& values, LookSettings settings) {
    std::vector<LookPlace> places;
    places.reserve(values.size());
    for (const Printed& p : values)
      places.push_back({p.place.box, p.cell, p.code ? LineContent::code : LineContent::number});
    auto looks = look_again(source, page, places, settings);
    return looks ? *std::move(looks) : std::vector<Look>(values.size());
  };
  const std::vector<Look> first = look_at_all(printed, LookSettings::one);
  std::vector<Printed> open;  // one setting may err: what differs is looked at in all of them
  for (std::size_t k = 0; k < printed.size(); ++k) {
    if (!agrees(printed[k], first[k])) open.push_back(printed[k]);
  }
  if (open.empty()) return;
  const std::vector<Look> second = look_at_all(open, LookSettings::all);
  for (std::size_t k = 0; k < open.size(); ++k) {
    const auto image = other_on_image(open[k], second[k]);
    if (!image) continue;
    const std::string layer = open[k].code ? digits_of(open[k].value) : open[k].value;
    page.notices.push_back({"reading.channels", open[k].path + "：文本层为 " + layer + "，图像上为 " + *image,
                            open[k].path + ": the text layer says " + layer + ", the image shows " + *image,
                            open[k].place.box});
  }
}

}  // namespace

void PageSources::keep(SourcePage source) {
  if (source.origin != Origin::text_layer || source.image.empty()) return;
  const std::size_t bytes = source.image.pixels.size();
  if (kept_bytes_ + bytes > kMostKeptBytes) return;
  kept_bytes_ += bytes;
  source.words.clear();
  kept_.insert_or_assign(source.number, std::move(source));
}

const SourcePage* PageSources::get(int number) {
  const auto kept = kept_.find(number);
  if (kept != kept_.end()) return &kept->second;
  Result<SourcePage> page = document_.page(number);
  if (!page) return nullptr;
  opened_ = *std::move(page);
  return &*opened_;
}

int take_second_look(PageSources& sources, const LookAgain& look_again, const Scheme& scheme,
                     Record& record) {
  std::map<int, std::vector<LookWanted>> by_page;
  int count = 0;
  for (LookWanted& wanted : values_to_see_again(record, scheme)) {
    by_page[wanted.value.page].push_back(std::move(wanted));
    ++count;
  }
  std::set<std::string> confirmed;
  bool any = false;
  for (const auto& [number, wanted] : by_page) {
    const Page* page = find_page(record, number);
    const SourcePage* source = page == nullptr ? nullptr : sources.get(number);
    if (source != nullptr) any = look_at(*source, *page, look_again, wanted, &confirmed) || any;
  }
  if (any) record.findings = check(record, scheme, confirmed);
  return count;
}

void compare_channels(PageSources& sources, const LookAgain& look_again, const Scheme& scheme,
                      Record& record) {
  for (Page& page : record.pages) {
    if (page.origin != Origin::text_layer) continue;
    const std::vector<Printed> printed = printed_on(record, scheme, page.number);
    if (printed.empty()) continue;
    const SourcePage* source = sources.get(page.number);
    if (source != nullptr && !source->image.empty()) compare_page(*source, page, look_again, printed);
  }
}

}  // namespace attest
