// Tolerant label matching at known starting points. text/fold.h finds a label anywhere; forms, though, print
// labels at the start of lines, cells and gaps, and anchoring there is what keeps two-character labels
// ("地址") from matching inside longer ones ("审查地址").
#ifndef ATTEST_PARSE_LABELS_H_
#define ATTEST_PARSE_LABELS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parse/source_text.h"
#include "text/fold.h"

namespace attest {

// Characters of a remark behind a label, "【包括：…】"; the sampling remark has about 190.
inline constexpr int kLongestRemark = 400;

// Best match of `label` that begins exactly at `from`, with at most `max_errors` edits; both folded.
Match match_at(std::u32string_view text, int from, std::u32string_view label, int max_errors);

// Where a label stands. `begin` includes the line's numbering ("1.3"), `end` the closing colon and a
// bracketed remark.
struct LabelHit {
  int begin = -1, end = -1;
  int errors = 0;
  bool line_start = false;
  bool colon = false;    // a colon follows
  bool runs_on = false;  // text follows on the same line without colon, bracket or gap
  double cost() const;   // smaller is more likely a label
};

// All places in [begin, end) where one of `labels` is printed as a label, in order of position.
std::vector<LabelHit> find_labels(const SourceText& text, int begin, int end,
                                  const std::vector<std::string>& labels);

// The likeliest of them.
std::optional<LabelHit> best_label(const SourceText& text, int begin, int end,
                                   const std::vector<std::string>& labels);

// End of a numbering that starts at `position`: "1.3", "2)", "(1)", "3." … or `position` itself.
int skip_numbering(const std::u32string& text, int position, int end);
// The end of the line that holds a position.
int line_end(const SourceText& text, int position);
// The end of the paragraph that holds a position.
int paragraph_end(const SourceText& text, int position);
// Skips one bracketed remark "[…]" or "(…)" (nesting counts) that starts at `position`; gives up after `most`
// characters.
int skip_bracket(const std::u32string& text, int position, int end, int most);

bool is_digit(char32_t c);

}  // namespace attest

#endif  // ATTEST_PARSE_LABELS_H_
