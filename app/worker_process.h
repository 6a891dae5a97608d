// The worker's side of the pool: what a forked process does until its pipe closes.
#ifndef ATTEST_APP_WORKER_PROCESS_H_
#define ATTEST_APP_WORKER_PROCESS_H_

#include "app/message.h"
#include "app/worker_pool.h"

namespace attest {

// A job, or help with one, as it travels to a worker.
Message message_of(const WorkItem& item);

// Confines the process, loads what the work needs, enters the sandbox and works until the coordinator closes
// its end. Descriptors other than these two and the standard ones are closed first.
[[noreturn]] void run_worker(int from_coordinator, int to_coordinator, const WorkerLimits& limits,
                             const WorkerPool::MakeWork& make_work);

}  // namespace attest

#endif  // ATTEST_APP_WORKER_PROCESS_H_
