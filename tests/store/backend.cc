#include "tests/store/backend.h"

#include <unistd.h>

#include "store/postgres.h"
#include "tests/store/postgres_server.h"

namespace attest {

namespace fs = std::filesystem;

void StoreFixture::SetUp() {
  if (GetParam() == Backend::postgres) {
    PostgresServer& server = PostgresServer::shared();
    if (!server.missing().empty()) GTEST_SKIP() << server.missing();
    where_ = server.new_database();
    return;
  }
  std::string pattern = (fs::temp_directory_path() / "attest-store-XXXXXX").string();
  folder_ = mkdtemp(pattern.data());
  where_ = (folder_ / "a.db").string();
}

StoreFixture::~StoreFixture() {
  std::error_code ignored;
  if (!folder_.empty()) fs::remove_all(folder_, ignored);
}

std::unique_ptr<RecordStore> StoreFixture::open(StoreAccess access) {
  auto store = open_store(where_, access);
  if (!store) ADD_FAILURE() << store.error().message;
  return store ? std::move(*store) : nullptr;
}

void StoreFixture::die(RecordStore*) {
  if (GetParam() == Backend::sqlite) return;  // a store that is closed leaves its running jobs as a kill does
  auto connection = PgConnection::open(where_);
  ASSERT_TRUE(connection);
  ASSERT_FALSE(connection->execute("UPDATE attest.workers SET lease_until = now() - interval '1 second'"));
  const auto other = open();
  ASSERT_TRUE(other->claim_next("none")) << "who finds nothing to do looks for the dead";
}

}  // namespace attest
