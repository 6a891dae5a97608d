// Records and inputs of which tests fill archives.
#ifndef ATTEST_TESTS_STORE_RECORDS_H_
#define ATTEST_TESTS_STORE_RECORDS_H_

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "store/store.h"

namespace attest {

inline const std::vector<StoreInput> kTwoInputs = {{"/in/1", "c1"}, {"/in/2", "c2"}};

// A record with one page of this text, one finding, one auditor.
nlohmann::ordered_json record_of(const std::string& organization, const std::string& text,
                                 const std::string& date = "2024-11-20");

std::vector<JobState> states_of(const RunPlan& plan);

// Claims and completes.
void finish(RecordStore& store, std::int64_t job, JobState state, const nlohmann::ordered_json& record);

std::vector<std::int64_t> jobs_of(RecordStore& store, const RecordFilter& filter);

}  // namespace attest

#endif  // ATTEST_TESTS_STORE_RECORDS_H_
