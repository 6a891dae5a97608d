// Whole writes and reads on a file or pipe. Signals do not interrupt them.
#ifndef ATTEST_APP_DESCRIPTOR_H_
#define ATTEST_APP_DESCRIPTOR_H_

#include <cstddef>

namespace attest {

// False when it could not be written, or the other end is gone.
bool write_all(int descriptor, const void* data, std::size_t size);
bool read_all(int descriptor, void* data, std::size_t size);

}  // namespace attest

#endif  // ATTEST_APP_DESCRIPTOR_H_
