#include "check/text_difference.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "check/confusions.h"
#include "text/fold.h"

namespace attest {
namespace {

// Costs in nats on images.
constexpr double kOtherGlyph =
    1.0;  // another character than the one read, on top of the doubt about the glyph
constexpr double kLostGlyph =
    2.0;  // a character that left no trace, on top of the doubt about its neighbours
constexpr double kLostBetweenClear =
    6.5;  // at most that: a seal or a fax takes a character and spares its neighbours
constexpr double kLostInNeighbour = 0.7;  // a character whose ink is still there, in its neighbour's box
// Widths of the text's middle character that hold two. Beside digits an A has 1.4 of them by itself, an
// M 1.8.
constexpr double kRoomForTwo = 2.0, kRoomForTwoNarrow = 1.4;
constexpr std::u32string_view kNarrow = U"0123456789IJLS";
constexpr std::size_t kLeastWidths = 4;   // characters that tell how wide one is
constexpr double kCheapText = 6.0;        // most that a text's length makes cheap
constexpr double kStrayGlyph = 2.0;       // a character that is none, on top of the doubt about it
constexpr int kLeastRun = 2;              // neighbouring differing characters that can accuse on an image
constexpr double kConfidentGlyph = 0.98;  // probability from which a differing character can accuse
constexpr std::size_t kLeastRunOn = 4;    // characters more by which a text ran on into what stands beside it
constexpr std::size_t kLeastLabel = 3;    // characters of a label that no name holds by chance
constexpr std::size_t kMaxCompared = 2000;  // characters; longer texts are compared over this much

struct Edit {
  int expected = -1, actual = -1;  // positions; -1: the side has no character here
  int gap = 0;                     // where that side would have it
};

// The differences of two texts by Levenshtein, in order.
std::vector<Edit> edits_between(const std::u32string& a, const std::u32string& b) {
  const std::size_t columns = b.size() + 1;
  std::vector<int> cost((a.size() + 1) * columns);
  const auto at = [&](std::size_t i, std::size_t j) -> int& { return cost[i * columns + j]; };
  for (std::size_t i = 0; i <= a.size(); ++i) at(i, 0) = static_cast<int>(i);
  for (std::size_t j = 0; j <= b.size(); ++j) at(0, j) = static_cast<int>(j);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      at(i, j) = std::min({at(i - 1, j - 1) + (a[i - 1] != b[j - 1]), at(i - 1, j) + 1, at(i, j - 1) + 1});
    }
  }
  std::vector<Edit> out;
  std::size_t i = a.size(), j = b.size();
  while (i > 0 || j > 0) {
    if (i > 0 && j > 0 && at(i, j) == at(i - 1, j - 1) + (a[i - 1] != b[j - 1])) {
      --i, --j;
      if (a[i] != b[j]) out.push_back({static_cast<int>(i), static_cast<int>(j)});
    } else if (i > 0 && at(i, j) == at(i - 1, j) + 1) {
      out.push_back({static_cast<int>(--i), -1, static_cast<int>(j)});
    } else {
      out.push_back({-1, static_cast<int>(--j), static_cast<int>(i)});
    }
  }
  std::reverse(out.begin(), out.end());
  return out;
}

// Neighbouring edits are one run.
struct Runs {
  int count = 0, longest = 0;
};

Runs runs_of(const std::vector<Edit>& edits) {
  Runs out;
  int run = 0;
  for (std::size_t k = 0; k < edits.size(); ++k) {
    const bool next = k > 0 && ((edits[k].expected >= 0 && edits[k].expected == edits[k - 1].expected + 1) ||
                                (edits[k].actual >= 0 && edits[k].actual == edits[k - 1].actual + 1));
    run = next ? run + 1 : 1;
    out.count += !next;
    out.longest = std::max(out.longest, run);
  }
  return out;
}

// One text with what is known about each of its characters.
struct Side {
  const PrintedText* text;
  std::u32string form;
  std::vector<GlyphPlace> glyphs;  // empty, or one for each character of `form`
};

Side side_of(const Context& context, const PrintedText& text) {
  Side side{&text, comparable(text.text), {}};
  if (side.form.size() > kMaxCompared) side.form.resize(kMaxCompared);
  if (!text.certain) side.glyphs = context.glyphs_of(to_utf8(side.form), text.evidence);
  if (side.glyphs.size() != side.form.size()) side.glyphs.clear();
  return side;
}

bool is_code_character(char32_t c) {
  return (c >= U'0' && c <= U'9') || (c >= U'A' && c <= U'Z') || (c >= U'a' && c <= U'z');
}

// What it costs to believe that this side misread the character at `at` and that `other` stands there.
double substitution_cost(const Side& side, int at, char32_t other) {
  if (side.text->certain) return 2 * kMaxReadingCost;
  const Glyph* glyph = side.glyphs.empty() ? nullptr : side.glyphs[static_cast<std::size_t>(at)].glyph;
  const char32_t read = side.form[static_cast<std::size_t>(at)];
  const auto cost = [&](double confidence) {
    return is_code_character(read) && is_code_character(other) ? character_cost(read, other, confidence)
                                                               : doubt(confidence) + kOtherGlyph;
  };
  if (glyph == nullptr) return cost(side.text->confidence);
  for (const Alternative& alternative : glyph->alternatives) {
    if (fold(alternative.text).text == std::u32string(1, other)) return alternative.cost;
  }
  return cost(glyph->confidence);
}

double stray_cost(const Side& side, int at) {
  if (side.text->certain) return 2 * kMaxReadingCost;
  const Glyph* glyph = side.glyphs.empty() ? nullptr : side.glyphs[static_cast<std::size_t>(at)].glyph;
  return doubt(glyph == nullptr ? side.text->confidence : glyph->confidence) + kStrayGlyph;
}

// Whether the character's box is so wide that another one stands in it: the recogniser passed over that, and
// its ink fell to the neighbour.
bool holds_another(const Side& side, int at) {
  const auto kind = [&](std::size_t k) { return is_hanzi(side.form[k]); };
  const auto here = static_cast<std::size_t>(at);
  std::vector<double> widths;
  for (std::size_t k = 0; k < side.glyphs.size(); ++k) {
    const Glyph* glyph = side.glyphs[k].glyph;
    if (glyph != nullptr && kind(k) == kind(here) && !glyph->box.empty()) widths.push_back(glyph->box.width);
  }
  const Glyph* glyph = side.glyphs[here].glyph;
  if (glyph == nullptr || widths.size() < kLeastWidths) return false;
  const auto middle = widths.begin() + static_cast<std::ptrdiff_t>(widths.size() / 2);
  std::nth_element(widths.begin(), middle, widths.end());
  const bool narrow = kNarrow.find(side.form[here]) != kNarrow.npos;
  return glyph->box.width > (narrow ? kRoomForTwoNarrow : kRoomForTwo) * *middle;
}

// A character leaves no trace where its neighbours are poor too; between clear ones that is rare.
double lost_cost(const Side& side, int gap) {
  if (side.text->certain) return 2 * kMaxReadingCost;
  double least = side.glyphs.empty() ? side.text->confidence : 1;
  for (const int at : {gap - 1, gap}) {
    if (at < 0 || at >= static_cast<int>(side.glyphs.size())) continue;
    if (holds_another(side, at)) return kLostInNeighbour;
    const Glyph* glyph = side.glyphs[static_cast<std::size_t>(at)].glyph;
    if (glyph != nullptr) least = std::min(least, glyph->confidence);
  }
  return std::min(kLostGlyph + doubt(least), kLostBetweenClear);
}

double cost_of(const Edit& edit, const Side& expected, const Side& actual) {
  if (edit.expected >= 0 && edit.actual >= 0) {
    const char32_t e = expected.form[static_cast<std::size_t>(edit.expected)];
    const char32_t a = actual.form[static_cast<std::size_t>(edit.actual)];
    return std::min(substitution_cost(expected, edit.expected, a), substitution_cost(actual, edit.actual, e));
  }
  if (edit.expected >= 0) return std::min(stray_cost(expected, edit.expected), lost_cost(actual, edit.gap));
  return std::min(stray_cost(actual, edit.actual), lost_cost(expected, edit.gap));
}

// What the forms say, without the marks between.
std::u32string characters(const std::u32string& form) {
  std::u32string out;
  for (const char32_t c : form) {
    if (is_code_character(c) || is_hanzi(c)) out += c;
  }
  return out;
}

bool is_mark(char32_t c) { return !is_box_character(c) && characters(std::u32string(1, c)).empty(); }

// A difference of marks alone: a comma more, a bracket that was read as another.
bool only_marks(const Edit& edit, const Side& expected, const Side& actual) {
  return (edit.expected < 0 || is_mark(expected.form[static_cast<std::size_t>(edit.expected)])) &&
         (edit.actual < 0 || is_mark(actual.form[static_cast<std::size_t>(edit.actual)]));
}

// Whether the character was read beyond reasonable doubt. A box within a text is a character that was not
// read.
bool confident(const Side& side, int at) {
  if (at < 0 || side.text->certain) return true;
  const auto k = static_cast<std::size_t>(at);
  const Glyph* glyph = side.glyphs.empty() ? nullptr : side.glyphs[k].glyph;
  return glyph != nullptr && glyph->confidence >= kConfidentGlyph && !is_box_character(side.form[k]);
}

bool all_confident(const std::vector<Edit>& edits, const Side& expected, const Side& actual) {
  return std::all_of(edits.begin(), edits.end(), [&](const Edit& edit) {
    return confident(expected, edit.expected) && confident(actual, edit.actual);
  });
}

// Whether a text holds a label of the form: then the reading ran on into the next field.
bool holds_label(const Scheme& scheme, const std::u32string& text) {
  for (const FieldRule& field : scheme.fields) {
    for (const FieldPlace& place : field.places) {
      for (const std::string& label : place.labels) {
        const std::u32string wanted = fold(label).text;
        if (wanted.size() >= kLeastLabel && text.find(wanted) != std::u32string::npos) return true;
      }
    }
  }
  return false;
}

bool continues(const std::u32string& a, const std::u32string& b) {
  const std::u32string& longer = a.size() >= b.size() ? a : b;
  const std::u32string& shorter = a.size() >= b.size() ? b : a;
  if (shorter.empty()) return true;
  return longer.compare(0, shorter.size(), shorter) == 0 ||
         longer.compare(longer.size() - shorter.size(), shorter.size(), shorter) == 0;
}

// Whether the shorter text stands within the longer one, misread characters aside: then the reading took in
// what stands before or after it. Not in the middle, where a report differs.
bool runs_on(const std::u32string& a, const std::u32string& b) {
  const std::u32string& longer = a.size() >= b.size() ? a : b;
  const std::u32string& shorter = a.size() >= b.size() ? b : a;
  const int allowed = tolerated_errors(static_cast<int>(shorter.size()));
  return allowed < static_cast<int>(longer.size() - shorter.size()) &&
         static_cast<bool>(find_label(longer, shorter, allowed));
}

}  // namespace

std::u32string comparable(const std::string& text) {
  std::u32string form = fold(text).text;
  const auto ends_with = [&](const std::u32string& end) {
    return form.size() >= end.size() && form.compare(form.size() - end.size(), end.size(), end) == 0;
  };
  const auto strip_marks = [&] {
    while (!form.empty() && (form.back() == U'.' || form.back() == U',' || form.back() == U';'))
      form.pop_back();
  };
  strip_marks();
  if (ends_with(U"星级)") && form.rfind(U'(') != std::u32string::npos) {
    form.resize(form.rfind(U'('));
    strip_marks();
  }
  return form;
}

bool same_text(const PrintedText& a, const PrintedText& b) {
  const std::u32string x = comparable(a.text), y = comparable(b.text);
  return x == y || ((!a.certain || !b.certain) && characters(x) == characters(y));
}

TextVerdict judge_difference(const Context& context, const PrintedText& expected, const PrintedText& actual) {
  const Side e = side_of(context, expected), a = side_of(context, actual);
  const bool image = !expected.certain || !actual.certain;
  std::vector<Edit> edits = edits_between(e.form, a.form);
  if (image) std::erase_if(edits, [&](const Edit& edit) { return only_marks(edit, e, a); });
  TextVerdict out;
  out.edits = static_cast<int>(edits.size());
  for (const Edit& edit : edits) out.cost += cost_of(edit, e, a);
  const std::u32string x = characters(e.form), y = characters(a.form);
  const std::size_t least = std::min(x.size(), y.size()), most = std::max(x.size(), y.size());
  const bool cut = continues(x, y);
  if (image) {
    const Runs runs = runs_of(edits);
    // The more characters, the likelier that one of them was misread. And who prints a name wrong does it in
    // one place; two places apart are two mistakes of an author, each as rare as the first.
    const double cheap =
        std::min(kCheapReading + std::log(static_cast<double>(std::max<std::size_t>(1, least))), kCheapText) +
        kReportErrorCost * std::max(0, runs.count - 1);
    const bool sure = out.cost > kPlausibleReading && runs.longest >= kLeastRun && all_confident(edits, e, a);
    const bool ran_on = most - least >= kLeastRunOn && (cut || runs_on(x, y));
    out.verdict = out.cost <= cheap || ran_on ? Verdict::misread
                  : sure                      ? Verdict::report_error
                                              : Verdict::undetermined;
  }
  if (out.verdict == Verdict::report_error && cut) out.verdict = Verdict::undetermined;
  if (holds_label(context.scheme, e.form) != holds_label(context.scheme, a.form))
    out.verdict = Verdict::misread;
  return out;
}

}  // namespace attest
