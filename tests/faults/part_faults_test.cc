// Processes that read a part of a long document's pages beside another, and are killed, hang, crash or talk
// nonsense: the document ends once, as if one process had read it, and the other process is free again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <leptonica/allheaders.h>
#include <signal.h>
#include <unistd.h>

#include <filesystem>
#include <map>

#include "export/json.h"
#include "tests/faults/archive.h"
#include "tests/faults/mischief.h"
#include "tests/store/records.h"

namespace attest {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr std::uint32_t kParts = 8;
constexpr std::uint32_t kBadPart = 5;  // from 0; page 6
const std::vector<std::string> kDocuments = {"long", "short-1", "short-2", "short-3"};

enum class Who { helper, whoever };
enum class Times { never, once, always };

// A document of many parts, in one of which a process misbehaves, among documents without parts.
class LongDocument {
 public:
  LongDocument(const TemporaryFolder& folder, Mischief mischief, Who who, Times times)
      : folder_(folder), mischief_(mischief), who_(who), times_(times) {
    for (const char* marker : {"helped", "tried"}) std::filesystem::remove(folder / marker);
  }

  std::string operator()(const WorkItem& item, const StageReport& report, DocumentParts& parts) const {
    report(Stage::opening, 0);
    if (item.request == "long") read_parts(item, report, parts);
    if (item.help) return {};
    return to_json_text(record_of("甲" + item.request, "text of " + item.request), /*pretty=*/false);
  }

 private:
  void read_parts(const WorkItem& item, const StageReport& report, DocumentParts& parts) const {
    if (!item.help) parts.begin(kParts);
    while (const auto part = parts.next()) {
      report(Stage::reading, static_cast<int>(*part) + 1);
      parts.invite();
      if (item.help) folder_.write("helped", "");
      // The owner goes on when a helper is there; a second try has none, and finds that of the first.
      for (int i = 0; i < 10'000 && !there("helped"); ++i) usleep(1000);
      if (is_bad(*part, item.help)) misbehave(mischief_);
      usleep(20'000);  // so that parts go to all
      if (item.help) parts.done(*part, "part");
    }
    (void)parts.results();
  }

  bool is_bad(std::uint32_t part, bool help) const {
    if (times_ == Times::never || (who_ == Who::helper ? !help : part != kBadPart)) return false;
    const bool tried = there("tried");
    folder_.write("tried", "");
    return times_ == Times::always || !tried;
  }

  bool there(const char* marker) const { return std::filesystem::exists(folder_ / marker); }

  const TemporaryFolder& folder_;
  Mischief mischief_;
  Who who_;
  Times times_;
};

class PartMischief : public Archive {
 protected:
  // With two processes that have nothing else to do once the short documents are done.
  void read(const std::string& where, Mischief mischief, Who who, Times times) const {
    const LongDocument work(folder_, mischief, who, times);
    const std::vector<int> before = children(getpid());  // a server, perhaps
    // Time enough for a page on a busy machine; who hangs is waited for.
    const double patience = mischief == Mischief::hangs ? 2 : 60;
    read_all(where, kDocuments, RunMode::redo, {.workers = 3, .progress_seconds = patience},
             [&work]() -> WorkerPool::Work { return work; });
    EXPECT_EQ(children(getpid()), before) << "nobody stays with what has ended";
  }

  // Each document once, the short ones whatever becomes of the long one.
  void expect_all_once() const {
    const auto documents = static_cast<std::int64_t>(kDocuments.size());
    EXPECT_EQ(number("SELECT count(*) FROM records"), documents);
    EXPECT_EQ(number("SELECT count(*) FROM report_rows"), documents);
    EXPECT_EQ(number("SELECT count(*) FROM jobs WHERE state = 'needs_review' AND name <> 'long'"),
              documents - 1);
  }

  std::string state() const {
    return ask("SELECT state || ' ' || coalesce(error_code, '-') FROM jobs WHERE name = 'long'");
  }
  // What the long document's record says of its failure.
  nlohmann::ordered_json error() const {
    const auto record = nlohmann::ordered_json::parse(
        ask("SELECT json FROM records JOIN jobs ON jobs.id = records.job_id WHERE name = 'long'"));
    return record["errors"].at(0);
  }
};

TEST_P(PartMischief, OfAHelperCostsNoMoreThanItsHelp) {
  const TemporaryFolder clean;
  const std::string undisturbed = (clean / "a.db").string();
  read(undisturbed, Mischief::leaves, Who::helper, Times::never);
  for (const Mischief mischief : kMischiefs) {
    if (mischief == Mischief::hangs) continue;  // below: the page's time is up, whoever has it
    read(where(), mischief, Who::helper, Times::always);
    EXPECT_EQ(state(), "needs_review -\n");
    expect_all_once();
    EXPECT_EQ(contents(), contents_of(undisturbed));
  }
}

TEST_P(PartMischief, OfOneProcessIsMendedByTheSecondTry) {
  for (const Mischief mischief : kMischiefs) {
    read(where(), mischief, Who::whoever, Times::once);
    EXPECT_EQ(state(), mischief == Mischief::hangs ? "rejected timeout\n" : "needs_review -\n");
    expect_all_once();
  }
}

TEST_P(PartMischief, OfWhoeverHasThePartQuarantinesTheDocument) {
  const std::map<Mischief, const char*> how = {{Mischief::killed, "signal 9"},
                                               {Mischief::crashes, "signal 11"},
                                               {Mischief::hangs, "comes no further"},
                                               {Mischief::nonsense, "a message that cannot come"},
                                               {Mischief::leaves, "exit code 0"}};
  for (const auto& [mischief, words] : how) {
    read(where(), mischief, Who::whoever, Times::always);
    EXPECT_EQ(state(), mischief == Mischief::hangs ? "rejected timeout\n" : "quarantined worker_failed\n");
    expect_all_once();
    EXPECT_EQ(error()["page"], kBadPart + 1);
    const std::string message = error()["message"];
    EXPECT_THAT(message, AllOf(HasSubstr(words), HasSubstr("reading page 6"), HasSubstr("MiB")));
  }
}

INSTANTIATE_TEST_SUITE_P(Sqlite, PartMischief, testing::Values(Backend::sqlite));
INSTANTIATE_TEST_SUITE_P(Postgres, PartMischief, testing::Values(Backend::postgres));

// -- the program, with a scan that all its processes read

constexpr int kPages = 24;

void write_scan(const std::string& path) {
  PIX* page = pixRead(ATTEST_SOURCE_DIR "/tests/ocr/data/page.png");
  pixSetResolution(page, 150, 150);
  for (int i = 0; i < kPages; ++i) pixWriteTiff(path.c_str(), page, IFF_TIFF_LZW, i == 0 ? "w" : "a");
  pixDestroy(&page);
}

using PartFaults = Archive;

TEST_P(PartFaults, ProcessesThatShareAScanMayBeKilledAtAnyMoment) {
  folder_.write("in/small.txt", small_report());
  write_scan((folder_ / "in/long.tif").string());
  const TemporaryFolder clean;
  const std::string undisturbed = (clean / "a.db").string();
  ASSERT_EQ(run_program(folder_, {"run", "in", "--store", undisturbed, "-j", "1"}).exit_code, 0);
  for (const int signal : {SIGKILL, SIGSEGV}) {
    std::vector<std::string> arguments = {"run", "in", "--store", where(), "-j", "3", "--mode", "redo"};
    EXPECT_LT(torment(folder_, arguments, signal, 4), 128);
    EXPECT_EQ(number("SELECT count(*) FROM jobs WHERE state IN ('waiting', 'running')"), 0);
    EXPECT_EQ(number("SELECT count(*) FROM records"), 2);
    arguments.back() = "failed";
    EXPECT_EQ(run_program(folder_, arguments).exit_code, 0);
    EXPECT_EQ(integrity(), "ok\n");
    EXPECT_EQ(contents(), contents_of(undisturbed));
  }
}

INSTANTIATE_TEST_SUITE_P(Sqlite, PartFaults, testing::Values(Backend::sqlite));
INSTANTIATE_TEST_SUITE_P(Postgres, PartFaults, testing::Values(Backend::postgres));

}  // namespace
}  // namespace attest
