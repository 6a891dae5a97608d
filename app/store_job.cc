#include "app/store_job.h"

#include "app/pipeline.h"
#include "export/json.h"

namespace attest {
using Json = nlohmann::ordered_json;

Json rejected_json(const std::string& name, Error error) {
  return Json::parse(to_json_text(rejected_record(name, std::move(error)), /*pretty=*/false));
}

std::string text_member(const Json& record, const char* key) {
  const auto it = record.find(key);
  return it != record.end() && it->is_string() ? it->get<std::string>() : "";
}

JobState state_of(const Json& record) {
  const std::string status = text_member(record, "status");
  if (status == "ok") return JobState::ok;
  if (status == "needs_review") return JobState::needs_review;
  const bool died = text_member(record, "rejected") == name_of(ErrorCode::worker_failed);
  return died ? JobState::quarantined : JobState::rejected;
}

void hold_to_content(Json& record, const std::string& content, const std::string& name) {
  if (!record.contains("source")) return;
  const Json sha256 = record["source"]["sha256"];
  if (sha256.is_string() && sha256 != content) {
    record = rejected_json(name, {ErrorCode::unreadable, "the file changed while it was read"});
  }
  record["source"]["sha256"] = content;
}

Json lost_record(const std::string& name, int losses) {
  return rejected_json(name, {ErrorCode::worker_failed, "the program was killed " + std::to_string(losses) +
                                                            " times while it read the document"});
}

Result<bool> complete_job(RecordStore& store, const Claim& claim, const Json& record) {
  return store.complete(claim.job, claim.attempt,
                        {state_of(record), text_member(record, "rejected"), record});
}

}  // namespace attest
