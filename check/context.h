// What every rule needs to know about the record: whether a value may be misread, where its glyphs are, and
// how a finding is put together. Internal to check/. Borrows record and scheme for its lifetime; not thread
// safe.
#ifndef ATTEST_CHECK_CONTEXT_H_
#define ATTEST_CHECK_CONTEXT_H_

#include <initializer_list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "record/report.h"
#include "schemes/scheme.h"

namespace attest {

// Costs in nats. A reading this cheap (5 % or more against the best) that closes every sum is the likelier
// story than an error of the report; one dearer than the second (one in a thousand, the recogniser's own
// floor for listing alternatives) is none any more. Between them nobody can say.
inline constexpr double kCheapReading = 3.0;
inline constexpr double kPlausibleReading = 7.0;
// What an error of the report costs as an explanation: about one number in a hundred reports' worth of rows
// is wrong.
inline constexpr double kReportErrorCost = 4.6;
// Probability that a mark's state is right, from which it can carry an accusation.
inline constexpr double kCertainMark = 0.9;

// One character of the document with what the recogniser knew about it.
struct GlyphPlace {
  const Glyph* glyph = nullptr;
  int page = 0;
};

class Context {
 public:
  // `confirmed`: paths of the values that a second look at the image read the same.
  Context(Record& record, const Scheme& scheme, std::set<std::string> confirmed = {});

  Record& record;
  const Scheme& scheme;

  const Page* page(int number) const;
  // True when the place is on a page that was read from an image, so that what was read may not be what is
  // printed.
  bool from_image(const Evidence& evidence) const;
  // True when the value is as printed for sure: text layer or transcript, and no notice against the place.
  bool certain(const Field& field) const;
  bool certain(const Occurrence& occurrence) const;
  // A notice of the reading stands against the place: the page was read badly, or its channels disagree
  // there. Nothing there accuses. A wrong text layer is no such notice: its page was read from the image
  // instead.
  bool doubted(const Evidence& evidence) const;
  bool confirmed(const std::string& path) const { return confirmed_.count(path) > 0; }
  // Some page of the document was read from an image, so that a thing not found may only not have been seen.
  bool any_image() const { return any_image_; }

  // A field of record.fields or null.
  const Field* field(const std::string& name) const;
  Field* field(const std::string& name);
  const std::string* value(const std::string& name) const;

  // The states of a group; null when the record does not have it or it has no options.
  const Selection* selection(const std::string& group) const;

  // True when this clause number ("5.2.6.3") stands on some page, not as part of a longer one.
  bool printed_number(std::string_view number) const;
  // The glyphs that spell `text` (folded, without white space), on the evidence's page where it stands there.
  // Empty when nowhere.
  std::vector<GlyphPlace> glyphs_of(std::string_view text, const Evidence& evidence) const;

 private:
  struct Stream {
    std::u32string text;               // folded
    std::vector<const Glyph*> glyphs;  // same length
  };
  bool certain(const Evidence& evidence, double confidence, bool has_readings) const;
  const Stream& stream(const Page& page) const;

  std::set<std::string> confirmed_;
  std::map<int, const Page*> pages_;
  mutable std::map<int, Stream> streams_;
  bool any_image_ = false;
};

// -- building findings --

struct Text {
  std::string zh, en;
};

Operand operand(std::string path, const Field& field);
Operand operand(std::string path, const Occurrence& occurrence);
Operand operand(std::string path, const Option& option);

// A finding with severity from the rule's entry in rules(), unless given.
Finding make_finding(std::string rule, std::string subject, std::optional<std::string> expected,
                     std::optional<std::string> actual, Text message);

// Severity that a rule has in rules().
Severity severity_of(const std::string& rule);

// Verdict for a rule over values that are no sums: certain values accuse, values from an image only where the
// recogniser was so sure that another reading would cost more than kPlausibleReading.
Verdict verdict_over(const Context& context, std::initializer_list<const Field*> fields);

// Adds what both sides cost to an undetermined finding, so that a person sees why nobody can say.
void add_report_error_hypothesis(Finding& finding);

// Position of a rule in rules(), for ordering findings.
int rank_of(const std::string& rule);

}  // namespace attest

#endif  // ATTEST_CHECK_CONTEXT_H_
