// The real transcripts of the shared corpus, where the checkout has it: every report is told for what it is
// and read without losing a field that its truth has.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "ingest/transcript.h"
#include "parse/parse.h"
#include "tests/parse/dump.h"

namespace attest::testing {
namespace {

std::filesystem::path shared_folder() {
  const char* set = std::getenv("ATTEST_SHARED");
  return set != nullptr ? std::filesystem::path(set) : std::filesystem::path(ATTEST_SOURCE_DIR) / "../shared";
}

TEST(Corpus, TranscriptsGiveTheirMandatoryFields) {
  const std::filesystem::path folder = shared_folder() / "corpus/transcripts";
  if (!std::filesystem::is_directory(folder)) GTEST_SKIP() << "no shared corpus at " << folder;
  const std::vector<Scheme> schemes = {scheme("cts-isc-jsgf-05"), scheme("cts-isc-jsgf-06"),
                                       scheme("gbt-27922-2011")};
  int reports = 0, rules = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".txt") continue;
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const Identification id = identify(read_transcript(text), schemes);
    rules += id.kind == Kind::implementation_rules;
    if (id.scheme == nullptr) continue;
    ++reports;
    const Record record = read_report(text, id.scheme->id);
    for (const std::string& name : id.scheme->mandatory_fields) {
      EXPECT_NE(value(record, name), "-") << entry.path().filename() << " " << name;
    }
    for (const GroupRule& group : id.scheme->groups) {
      EXPECT_EQ(record.selections.at(group.group).options.size(), group.options.size()) << group.group;
    }
  }
  EXPECT_EQ(reports, 4);
  EXPECT_EQ(rules, 1);
}

}  // namespace
}  // namespace attest::testing
