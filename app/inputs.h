// What was asked to be read, as a list of jobs: inputs found, each with the name of its record.
#ifndef ATTEST_APP_INPUTS_H_
#define ATTEST_APP_INPUTS_H_

#include <string>
#include <vector>

#include "app/own_files.h"
#include "ingest/document.h"
#include "record/error.h"

namespace attest {

struct Job {
  Input input;
  std::string name;   // of the record, without ".json"; unique in the list
  std::string shown;  // the input as a person would name it: its path, or "-"
};

// Files, folders (below which every document is taken) and "-" for standard input, which is read to its end
// here. The same path twice is one job. A path that does not exist is a job as well: it ends as a rejected
// document. What is found below a folder and is the program's own is passed over.
std::vector<Job> collect_jobs(const std::vector<std::string>& arguments, std::int64_t max_bytes,
                              const OwnFiles& own = {});

// A name for each job: the file's name without its ending (of a long one its beginning), a folder's name,
// "stdin". Where two collide, the second becomes "name-2", the third "name-3" (in the order of the list,
// passing over numbers that another file has by itself).
void name_jobs(std::vector<Job>& jobs);

}  // namespace attest

#endif  // ATTEST_APP_INPUTS_H_
