// What may be said of a report of which not every page was read.
#ifndef ATTEST_APP_INCOMPLETE_H_
#define ATTEST_APP_INCOMPLETE_H_

#include "record/report.h"

namespace attest {

// Whether a page is not in the record, because it was not asked for or could not be read.
bool pages_missing(const Record& record);

// Findings that something is not there, or that numbers do not add up to a sum, accuse nobody any more: what
// they miss may stand on a page that was not read. They become `undetermined`.
void doubt_absences(Record& record);

}  // namespace attest

#endif  // ATTEST_APP_INCOMPLETE_H_
