// The statistics of an archive: the same questions to every kind of store.
#ifndef ATTEST_STORE_STATS_H_
#define ATTEST_STORE_STATS_H_

#include <functional>
#include <string>
#include <vector>

#include "record/error.h"
#include "store/store.h"

namespace attest {

// Rows of (key, reports, findings) that a statement gives.
using AskStats = std::function<Result<std::vector<StatRow>>(const std::string& sql)>;

// Asks one statement after the other; the first error ends it.
Result<Stats> gather_stats(const AskStats& ask);

}  // namespace attest

#endif  // ATTEST_STORE_STATS_H_
