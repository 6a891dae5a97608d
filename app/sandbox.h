// What a process that opens documents may still do: read its inputs, models, schemes and the system's fonts
// and libraries, write to descriptors that are open already, and nothing else. No network, no programs, no
// other processes, no files written but below one folder. For Linux, by Landlock (paths) and seccomp (system
// calls); both hold until the process ends and cannot be taken back.
//
//   if (!sandbox_support().any()) …                        // the kernel has neither
//   std::optional<Error> failure = enter_sandbox({.readable = {"/data/in"}});   // in the worker, once
//
// Sources: landlock(7), seccomp(2), the kernel's userspace-api/landlock. Not thread safe: call it while the
// process has one thread.
#ifndef ATTEST_APP_SANDBOX_H_
#define ATTEST_APP_SANDBOX_H_

#include <optional>
#include <string>
#include <vector>

#include "record/error.h"

namespace attest {

struct SandboxPolicy {
  std::vector<std::string> readable;  // files, or folders with all below; what is not there is passed over
  std::string writable;               // a folder; empty: no file can be written
};

struct SandboxSupport {
  int landlock = 0;      // version of the kernel's interface; 0: not there
  bool seccomp = false;  // filters of system calls

  bool any() const { return landlock > 0 || seccomp; }
  bool all() const { return landlock > 0 && seccomp; }
};

// What the kernel offers to this process.
SandboxSupport sandbox_support();

// "Landlock 7, seccomp"; "none".
std::string describe(const SandboxSupport& support);

// What libraries read of the system when they render and recognise: fonts and their configuration, encodings,
// shared libraries.
std::vector<std::string> system_readable();

// Applies what the kernel offers; an error where it offers nothing or refuses what it offers.
std::optional<Error> enter_sandbox(const SandboxPolicy& policy);

}  // namespace attest

#endif  // ATTEST_APP_SANDBOX_H_
