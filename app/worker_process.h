// The worker's side of the pool: what a forked process does until its pipe closes, and the frames that it
// sends.
//
//   'S'                          it starts on the document that it was given
//   'P' u8 stage, u32 page       it has come this far
//   'R' u64 length, bytes        the document is done
//
// Numbers are in the machine's byte order: both ends are one program.
#ifndef ATTEST_APP_WORKER_PROCESS_H_
#define ATTEST_APP_WORKER_PROCESS_H_

#include <cstddef>

#include "app/worker_pool.h"

namespace attest {

constexpr char kStartedFrame = 'S', kProgressFrame = 'P', kResultFrame = 'R';

// False when the other end is gone. Signals do not interrupt them.
bool write_all(int descriptor, const void* data, std::size_t size);
bool read_all(int descriptor, void* data, std::size_t size);

// A job to a worker: u64 number, u32 length, that many bytes of its request.
bool send_item(int descriptor, const WorkItem& item);

// Confines the process, loads what the work needs, enters the sandbox and works until the coordinator closes
// its end. Descriptors other than these two and the standard ones are closed first.
[[noreturn]] void run_worker(int from_coordinator, int to_coordinator, const WorkerLimits& limits,
                             const WorkerPool::MakeWork& make_work);

}  // namespace attest

#endif  // ATTEST_APP_WORKER_PROCESS_H_
