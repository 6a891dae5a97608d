#include "parse/parse.h"

#include "parse/flow.h"
#include "parse/parts.h"
#include "parse/readings.h"

namespace attest {

RawReading parse_report(const std::vector<Page>& pages, const Scheme& scheme) {
  RawReading out;
  const Flow flow = make_flow(pages, &scheme);
  const Parts parts = find_parts(flow.text, scheme);
  const Layout layout = find_layout(flow, parts, scheme);
  read_fields(layout, out);
  read_selections(layout, out);
  read_team(flow, scheme, out);
  if (scheme.score_form == "summary") read_summary_scores(layout, out);
  if (scheme.score_form == "detail") read_detail_scores(layout, out);
  read_score_lines(layout, out);
  return out;
}

}  // namespace attest
