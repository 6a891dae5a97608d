// Processes that misbehave while they read documents, and archives that are filled all the same.
#ifndef ATTEST_TESTS_FAULTS_MISCHIEF_H_
#define ATTEST_TESTS_FAULTS_MISCHIEF_H_

#include <string>
#include <vector>

#include "app/worker_pool.h"
#include "store/store.h"
#include "tests/temporary_folder.h"

namespace attest {

enum class Mischief { killed, crashes, hangs, nonsense, leaves };
inline constexpr Mischief kMischiefs[] = {Mischief::killed, Mischief::crashes, Mischief::hangs,
                                          Mischief::nonsense, Mischief::leaves};

// Does not return.
void misbehave(Mischief mischief);

// Queues documents of these names in an archive, by the engine "e", and reads them; `work` gives records and
// is asked with the names.
void read_all(const std::string& where, const std::vector<std::string>& names, RunMode mode,
              const WorkerLimits& limits, const WorkerPool::MakeWork& work);

// Runs the program in the folder, and sends the signal to processes of it that read documents, at random
// moments, so many times; its exit code.
int torment(const TemporaryFolder& folder, const std::vector<std::string>& arguments, int signal, int times);

}  // namespace attest

#endif  // ATTEST_TESTS_FAULTS_MISCHIEF_H_
