#include "store/store.h"

#include "store/jobs.h"
#include "store/postgres_store.h"
#include "store/sqlite_store.h"

namespace attest {

std::string_view name_of(JobState state) {
  static constexpr std::array<std::string_view, kJobStates.size()> names = {
      "waiting", "running", "ok", "needs_review", "rejected", "quarantined"};
  return names[static_cast<std::size_t>(state)];
}

bool is_terminal(JobState state) { return state != JobState::waiting && state != JobState::running; }

std::int64_t StateCounts::terminal() const {
  std::int64_t sum = 0;
  for (const JobState state : kJobStates) {
    if (is_terminal(state)) sum += of[static_cast<std::size_t>(state)];
  }
  return sum;
}

JobState state_named(std::string_view name) {
  for (const JobState state : kJobStates) {
    if (name_of(state) == name) return state;
  }
  return JobState::waiting;
}

std::string_view name_of(RunMode mode) {
  switch (mode) {
    case RunMode::skip:
      return "skip";
    case RunMode::redo:
      return "redo";
    case RunMode::failed:
      return "failed";
  }
  return "skip";
}

bool is_server(const std::string& where) {
  return where.starts_with("postgresql://") || where.starts_with("postgres://");
}

Result<std::unique_ptr<RecordStore>> open_store(const std::string& where, StoreAccess access,
                                                int lease_seconds) {
  if (is_server(where)) return open_postgres_store(where, access, lease_seconds);
  if (where.find("://") != std::string::npos) {
    return Error{ErrorCode::bad_configuration,
                 "an archive is the path of an SQLite file or postgresql://…, not " + where};
  }
  return open_sqlite_store(where, access);
}

}  // namespace attest
