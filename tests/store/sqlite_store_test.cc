// What only an archive in an SQLite file has: its types, its lock, what is no such file.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "export/json.h"
#include "export/tables.h"
#include "store/schema.h"
#include "store/sqlite.h"
#include "store/store.h"
#include "tests/store/records.h"

namespace attest {
namespace {

namespace fs = std::filesystem;

class SqliteStoreTest : public testing::Test {
 protected:
  SqliteStoreTest() {
    std::string pattern = (fs::temp_directory_path() / "attest-store-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
  }
  ~SqliteStoreTest() override {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }

  std::string path() const { return (folder_ / "a.db").string(); }
  std::unique_ptr<RecordStore> open() {
    auto store = open_store(path(), StoreAccess::work);
    if (!store) ADD_FAILURE() << store.error().message;
    return store ? std::move(*store) : nullptr;
  }

  fs::path folder_;
};

TEST_F(SqliteStoreTest, TheViewsHaveEveryColumnWithItsType) {
  {
    const auto store = open();
    const auto plan = store->enter("e", kTwoInputs, RunMode::skip);
    finish(*store, plan->jobs[0].id, JobState::ok, record_of("甲公司", "one"));
  }
  auto database = Database::open(path(), SQLITE_OPEN_READONLY);
  ASSERT_TRUE(database);
  for (const RecordTable table : kRecordTables) {
    std::set<std::string> names;
    Statement columns = database->prepare("SELECT name FROM pragma_table_info(?)");
    columns.bind(1, name_of(table));
    while (columns.step()) names.emplace(columns.text(0));
    EXPECT_TRUE(names.contains("record"));
    for (const TableColumn& column : columns_of(table))
      EXPECT_TRUE(names.contains(column.name)) << column.name;
  }
  Statement typed =
      database->prepare("SELECT typeof(total), total, typeof(page_count), typeof(scope) FROM reports");
  ASSERT_TRUE(typed.step());
  EXPECT_EQ(typed.text(0), "real");
  EXPECT_EQ(typed.text(1), "95.47");
  EXPECT_EQ(typed.text(2), "integer");
  EXPECT_EQ(typed.text(3), "null");
}

TEST_F(SqliteStoreTest, ColumnsThatCameLaterAreAddedToAnArchive) {
  {
    const auto store = open();
    const auto plan = store->enter("e", kTwoInputs, RunMode::skip);
    finish(*store, plan->jobs[0].id, JobState::ok, record_of("甲公司", "one"));
  }
  auto database = Database::open(path(), SQLITE_OPEN_READWRITE);
  ASSERT_FALSE(database->execute("DROP VIEW reports; ALTER TABLE report_rows DROP COLUMN audit_risk"));
  *database = *Database::open(path(), SQLITE_OPEN_READONLY);
  const auto store = open();
  EXPECT_THAT(jobs_of(*store, {}).size(), 1u);
  Statement added = database->prepare("SELECT audit_risk FROM reports");
  EXPECT_TRUE(added.step());
}

TEST_F(SqliteStoreTest, OneProcessWorksOthersRead) {
  const auto store = open();
  ASSERT_TRUE(store->enter("e", kTwoInputs, RunMode::skip));
  const int pid = fork();
  if (pid == 0) {
    const auto second = open_store(path(), StoreAccess::work);
    const auto reader = open_store(path(), StoreAccess::read);
    _exit(!second && second.error().code == ErrorCode::not_writable && reader && (*reader)->stats() ? 0 : 1);
  }
  int status = -1;
  waitpid(pid, &status, 0);
  EXPECT_EQ(status, 0);
}

TEST_F(SqliteStoreTest, WhatIsNoArchiveIsRefusedAndLeftAlone) {
  const auto code = [this](StoreAccess access) {
    const auto store = open_store(path(), access);
    return store ? ErrorCode::internal : store.error().code;
  };
  EXPECT_EQ(code(StoreAccess::read), ErrorCode::unreadable);
  EXPECT_EQ(open_store("mysql://host/db", StoreAccess::work).error().code, ErrorCode::bad_configuration);
  EXPECT_EQ(open_store((folder_ / "none/a.db").string(), StoreAccess::work).error().code,
            ErrorCode::not_writable);
  std::ofstream(path()) << std::string(4096, 'x');
  EXPECT_EQ(code(StoreAccess::work), ErrorCode::bad_configuration);
  fs::remove(path());
  {
    auto other = Database::open(path(), SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    ASSERT_FALSE(other->execute("CREATE TABLE mine (a)"));
  }
  std::ifstream before(path(), std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(before), {}};
  EXPECT_EQ(code(StoreAccess::work), ErrorCode::bad_configuration);
  std::ifstream after(path(), std::ios::binary);
  EXPECT_EQ(bytes, (std::string{std::istreambuf_iterator<char>(after), {}}));
  fs::remove(path());
  open().reset();
  {
    auto later = Database::open(path(), SQLITE_OPEN_READWRITE);
    ASSERT_FALSE(later->execute("PRAGMA user_version = 99"));
  }
  EXPECT_EQ(code(StoreAccess::work), ErrorCode::bad_configuration);
}

}  // namespace
}  // namespace attest
