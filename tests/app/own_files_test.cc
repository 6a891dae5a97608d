// Which files among the inputs are the program's own.
#include "app/own_files.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/temporary_folder.h"

namespace attest {
namespace {

TEST(OwnFiles, AreRecordsAndTablesOfTheOutputFolderButNotWhatElseLiesThere) {
  const TemporaryFolder folder;
  const std::string record = "{\n  \"schema\": \"attest.report/1\",\n";
  OwnFiles own;
  own.add_output(folder.path().string());
  for (const char* name : {"a.json", "a.json.part"}) EXPECT_TRUE(own.contains(folder.write(name, record)));
  for (const char* name :
       {"records.jsonl", "reports.csv", "scores.csv.part", "a.alto.xml", "a.hocr", "a.searchable.pdf"}) {
    EXPECT_TRUE(own.contains(folder.write(name, ""))) << name;
  }
  for (const char* name : {"a.pdf", "other.csv", "b.searchable.pdf", "b.json", "below/reports.csv"}) {
    EXPECT_FALSE(own.contains(folder.write(name, "{}"))) << name;
  }
  EXPECT_FALSE(OwnFiles().contains((folder / "a.json").string()));
}

TEST(OwnFiles, AreTheArchiveAndItsFolders) {
  const TemporaryFolder folder;
  OwnFiles own;
  own.add_store((folder / "a.db").string());
  own.add_folder((folder / "blobs").string());
  own.add_folder("");
  for (const char* name : {"a.db", "a.db-wal", "a.db-shm", "a.db.lock", "blobs", "blobs/ab/x"}) {
    EXPECT_TRUE(own.contains((folder / name).string())) << name;
  }
  std::filesystem::create_directory_symlink(folder.path(), folder / "link");
  EXPECT_TRUE(own.contains((folder / "link/a.db").string()));
  for (const char* name : {"a.db2", "b.db", "blobs2", "x"}) {
    EXPECT_FALSE(own.contains((folder / name).string())) << name;
  }
}

}  // namespace
}  // namespace attest
