// Two Slurm nodes drain one queue; one of them dies in the middle.
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "tests/faults/archive.h"
#include "tests/faults/slurm_cluster.h"

namespace attest {
namespace {

using std::chrono::milliseconds;

class SlurmFaults : public Archive {
 protected:
  bool wait_for_records(int count) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(120);
    while (std::chrono::steady_clock::now() < end) {
      if (number("SELECT count(*) FROM records") >= count) return true;
      std::this_thread::sleep_for(milliseconds(50));
    }
    return false;
  }
};

TEST_P(SlurmFaults, TwoNodesDrainOneQueueAndOnesDeathLosesNothing) {
  SlurmCluster cluster;
  if (!cluster.missing().empty()) GTEST_SKIP() << cluster.missing();
  constexpr int kDocuments = 120;
  write_documents(folder_, kDocuments);
  const std::string clean = clean_contents(kDocuments);
  enqueue();
  setenv("ATTEST_STORE", where().c_str(), 1);
  setenv("ATTEST", ATTEST_BINARY, 1);
  const std::string script = std::string(ATTEST_SOURCE_DIR) + "/deploy/slurm/worker.sbatch";
  ASSERT_NE(cluster.ask("sbatch --array=0-1 --cpus-per-task=1 --mem=0 -D " + folder_.path().string() + " " +
                        script),
            "");
  ASSERT_TRUE(wait_for_records(kDocuments / 4)) << cluster.ask("squeue");
  EXPECT_EQ(number("SELECT count(*) FROM workers WHERE NOT ended"), 2) << "one on each node";
  cluster.kill_node(1);
  EXPECT_LT(number("SELECT count(*) FROM records"), kDocuments) << "in the middle";
  EXPECT_TRUE(wait_for_records(kDocuments)) << "the other one takes over";
  for (int i = 0; i < 300 && number("SELECT count(*) FROM workers WHERE NOT ended") > 0; ++i) {
    std::this_thread::sleep_for(milliseconds(100));
    if (i == 20) (void)run_program(folder_, worker_arguments());  // finds the dead one
  }
  expect_whole(kDocuments);
  EXPECT_EQ(contents(), clean);
  (void)cluster.ask("scancel --state=ALL -u root");
}

INSTANTIATE_TEST_SUITE_P(Postgres, SlurmFaults, testing::Values(Backend::postgres));

}  // namespace
}  // namespace attest
