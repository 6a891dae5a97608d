// A Slurm cluster of the test's own: munged, a controller and two nodes with one core each, all on 127.0.0.1
// and in a scratch folder. Stopped by their process ids; they also end when the test does.
#ifndef ATTEST_TESTS_FAULTS_SLURM_CLUSTER_H_
#define ATTEST_TESTS_FAULTS_SLURM_CLUSTER_H_

#include <array>
#include <string>
#include <vector>

#include "tests/app/program.h"

namespace attest {

class SlurmCluster {
 public:
  SlurmCluster();
  ~SlurmCluster();
  SlurmCluster(const SlurmCluster&) = delete;
  SlurmCluster& operator=(const SlurmCluster&) = delete;

  const std::string& missing() const { return missing_; }  // why there is none; empty: it runs

  // A command of Slurm's, with the words of its output; empty: it failed.
  std::string ask(const std::string& command) const;
  // A node's daemon and all that runs on it, as when the power goes. 0 or 1.
  void kill_node(int node);
  void start_node(int node);  // again
  // How often Slurm has put a job's tasks back into its queue, all together; -1: it does not know the job.
  int restarts(const std::string& job) const;

 private:
  int launch(const std::string& command, const std::string& log) const;
  bool wait_until_idle() const;

  TemporaryFolder folder_;
  std::string missing_;
  int munge_ = -1, controller_ = -1;
  std::array<int, 2> nodes_{-1, -1};
};

}  // namespace attest

#endif  // ATTEST_TESTS_FAULTS_SLURM_CLUSTER_H_
