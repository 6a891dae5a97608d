// Raw readings to typed values: dates, decimals, codes, star levels, names; several readings of one thing to
// the best.
#ifndef ATTEST_NORMALIZE_NORMALIZE_H_
#define ATTEST_NORMALIZE_NORMALIZE_H_

#include "record/reading.h"
#include "record/report.h"
#include "schemes/scheme.h"

namespace attest {

// Fills fields, selections, audit_team and scores of `record`. Nothing is invented: a value that cannot be
// read as its type keeps its printed text as value (a date that does not exist, say) or is null where the
// place is empty.
void normalize(const RawReading& reading, const Scheme& scheme, Record& record);

}  // namespace attest

#endif  // ATTEST_NORMALIZE_NORMALIZE_H_
