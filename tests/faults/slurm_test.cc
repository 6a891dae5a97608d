// Two Slurm nodes drain one queue with the script that is delivered: one of them dies in the middle, a task
// is asked to end; Slurm starts again what has ended too early.
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <thread>

#include "tests/faults/archive.h"
#include "tests/faults/slurm_cluster.h"

namespace attest {
namespace {

using std::chrono::milliseconds;

constexpr std::chrono::seconds kPatience{120}, kRevoked{3};

bool wait_until(const std::function<bool()>& done) {
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (std::chrono::steady_clock::now() < end) {
    if (done()) return true;
    std::this_thread::sleep_for(milliseconds(50));
  }
  return false;
}

class SlurmFaults : public Archive {
 protected:
  void SetUp() override {
    Archive::SetUp();
    if (IsSkipped()) return;
    if (!cluster_.missing().empty()) GTEST_SKIP() << cluster_.missing();
    write_documents(folder_, kDocuments);
    clean_ = clean_contents(kDocuments);
    enqueue();
    setenv("ATTEST_STORE", where().c_str(), 1);
    setenv("ATTEST", ATTEST_BINARY, 1);
  }

  // The number of the job that has these tasks, "0-1".
  std::string submit(const std::string& tasks) {
    std::string job =
        cluster_.ask("sbatch --parsable --array=" + tasks + " --cpus-per-task=1 --mem=0 -D " +
                     folder_.path().string() + " " ATTEST_SOURCE_DIR "/deploy/slurm/worker.sbatch");
    while (job.ends_with('\n')) job.pop_back();
    return job;
  }
  std::int64_t records() { return number("SELECT count(*) FROM records"); }

  // Slurm lets what it has put back wait for two minutes; we do not. In the second in which the task ended
  // its node takes the new start for the old one and ends it ("credential revoked"), hence the pause.
  bool restarted(const std::string& job) {
    if (!wait_until([&] { return cluster_.restarts(job) == 1; })) return false;
    std::this_thread::sleep_for(kRevoked);
    for (const char* task : {"_0", "_1"})
      (void)cluster_.ask("scontrol update JobId=" + job + task + " StartTime=now");
    return true;
  }
  void expect_drained() {
    EXPECT_TRUE(wait_until([&] { return cluster_.ask("squeue -h -o %i; echo .") == ".\n"; }))
        << cluster_.ask("squeue");
    EXPECT_EQ(number("SELECT count(*) FROM workers WHERE NOT ended"), 0);
    expect_whole(kDocuments);
    EXPECT_EQ(contents(), clean_);
  }

  static constexpr int kDocuments = 120;
  SlurmCluster cluster_;
  std::string clean_;
};

TEST_P(SlurmFaults, TwoNodesDrainOneQueueAndOnesDeathLosesNothing) {
  const std::string job = submit("0-1");
  ASSERT_NE(job, "");
  ASSERT_TRUE(wait_until([&] { return records() >= kDocuments / 4; })) << cluster_.ask("squeue");
  EXPECT_EQ(number("SELECT count(*) FROM workers WHERE NOT ended"), 2) << "one on each node";
  cluster_.kill_node(1);
  EXPECT_LT(records(), kDocuments) << "in the middle";
  EXPECT_TRUE(wait_until([&] { return records() == kDocuments; })) << "the other one takes over";
  EXPECT_TRUE(restarted(job)) << "the dead node's task is put back";
  cluster_.start_node(1);
  expect_drained();
}

TEST_P(SlurmFaults, ATaskWhoseTimeIsUpIsStartedAgain) {
  const std::string job = submit("0-0");
  ASSERT_NE(job, "");
  ASSERT_TRUE(wait_until([&] { return records() >= kDocuments / 8; })) << cluster_.ask("squeue");
  (void)cluster_.ask("scancel --batch --signal=TERM " + job);  // as `#SBATCH --signal` does
  EXPECT_TRUE(restarted(job));
  EXPECT_LT(records(), kDocuments);
  EXPECT_EQ(number("SELECT sum(losses) FROM jobs"), 0) << "it gave back what it had";
  expect_drained();
}

INSTANTIATE_TEST_SUITE_P(Postgres, SlurmFaults, testing::Values(Backend::postgres));

}  // namespace
}  // namespace attest
