// Which row of the scheme a printed row is. Rows are in the form's order, so the rows read and the rows of
// the scheme are aligned like two sequences: a code misread on a scan is settled by its clause, its content
// and its neighbours.
#ifndef ATTEST_NORMALIZE_ITEMS_H_
#define ATTEST_NORMALIZE_ITEMS_H_

#include <vector>

#include "record/reading.h"
#include "record/report.h"
#include "schemes/scheme.h"

namespace attest {

struct ItemPlace {
  const SectionRule* section = nullptr;
  const IndicatorRule* indicator = nullptr;
  const ItemRule* item = nullptr;  // null: no row of the scheme is near enough
};

// One place for each row, in order. Every row of the scheme is used at most once.
std::vector<ItemPlace> place_items(const std::vector<RawItem>& rows, const Scheme& scheme);

std::vector<ScoreItem> make_items(const std::vector<RawItem>& rows, const Scheme& scheme);

}  // namespace attest

#endif  // ATTEST_NORMALIZE_ITEMS_H_
