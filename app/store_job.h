// A document on its way through an archive: from a claim to one of the terminal states.
#ifndef ATTEST_APP_STORE_JOB_H_
#define ATTEST_APP_STORE_JOB_H_

#include <nlohmann/json.hpp>
#include <string>

#include "store/store.h"

namespace attest {

// The state that a record ends in.
JobState state_of(const nlohmann::ordered_json& record);

// A member that is a text; else empty.
std::string text_member(const nlohmann::ordered_json& record, const char* key);

// The record must be of the bytes that the job is known by: one of other bytes becomes a rejected one, and a
// rejected one that does not say so is given the digest. For files, not for folders.
void hold_to_content(nlohmann::ordered_json& record, const std::string& content, const std::string& name);

// The record of a document that could not be read.
nlohmann::ordered_json rejected_json(const std::string& name, Error error);

// Instead of reading it, the record of a document that took kMostLosses processes with it.
nlohmann::ordered_json lost_record(const std::string& name, int losses);

// As RecordStore::complete.
Result<bool> complete_job(RecordStore& store, const Claim& claim, const nlohmann::ordered_json& record);

}  // namespace attest

#endif  // ATTEST_APP_STORE_JOB_H_
