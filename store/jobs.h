// Names that stand in the tables of every kind of store. Functions are pure.
#ifndef ATTEST_STORE_JOBS_H_
#define ATTEST_STORE_JOBS_H_

#include <string_view>

#include "store/store.h"

namespace attest {

JobState state_named(std::string_view name);  // unknown: waiting
std::string_view name_of(RunMode mode);

}  // namespace attest

#endif  // ATTEST_STORE_JOBS_H_
