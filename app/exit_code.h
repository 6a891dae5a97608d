// Exit codes of the program, and which one an error of a document gives. Documented in README.md.
#ifndef ATTEST_APP_EXIT_CODE_H_
#define ATTEST_APP_EXIT_CODE_H_

#include "record/error.h"

namespace attest {

enum class ExitCode : int {
  done = 0,
  usage = 1,
  input_unreadable = 2,  // an input is no document, damaged, empty or too large
  missing_dependency = 3,
  file_access = 5,    // the operating system refused to read or write
  worker_failed = 7,  // a document's process died or ran out of time or memory
  encrypted = 8,
  bad_configuration = 9,
  findings = 20,  // `check`: findings at or above --fail-on
  interrupted = 130,
};

ExitCode exit_code_of(ErrorCode code);

// Of two, the one that a person must know first: what is wrong with the machine before what is wrong with a
// document.
ExitCode worse(ExitCode a, ExitCode b);

}  // namespace attest

#endif  // ATTEST_APP_EXIT_CODE_H_
