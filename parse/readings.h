// The steps of parse_report, one a file. Each fills its share of RawReading from the flow and its parts.
#ifndef ATTEST_PARSE_READINGS_H_
#define ATTEST_PARSE_READINGS_H_

#include <vector>

#include "parse/flow.h"
#include "parse/labels.h"
#include "parse/parts.h"
#include "record/reading.h"
#include "schemes/scheme.h"

namespace attest {

// A place of a field on this document.
struct PlacedLabel {
  const FieldRule* field = nullptr;
  const FieldPlace* place = nullptr;
  LabelHit label;
};

// What the field and selection steps share: where labels and anchors stand, and where a value must end.
struct Layout {
  const Flow& flow;
  const Parts& parts;
  const Scheme& scheme;
  std::vector<PlacedLabel> labels;
  std::vector<std::pair<const GroupRule*, Match>> anchors;  // groups whose anchor was found
  std::vector<int> stops;  // ascending: begins of labels, anchors, numbered lines and headings

  const SourceText& text() const { return flow.text; }
  // The first stop after `position`, at most `end`.
  int next_stop(int position, int end) const;
};

Layout find_layout(const Flow& flow, const Parts& parts, const Scheme& scheme);

void read_fields(const Layout& layout, RawReading& out);
void read_selections(const Layout& layout, RawReading& out);
void read_team(const Flow& flow, const Scheme& scheme, RawReading& out);
void read_summary_scores(const Layout& layout, RawReading& out);
void read_detail_scores(const Layout& layout, RawReading& out);
// Totals and results printed in running text; both score forms.
void read_score_lines(const Layout& layout, RawReading& out);

}  // namespace attest

#endif  // ATTEST_PARSE_READINGS_H_
