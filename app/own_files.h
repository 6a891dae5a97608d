// What the program itself writes, where it lies among the documents that it is to read: a second run must not
// read the records of the first.
//
//   OwnFiles own;
//   own.add_output("records");          // of `run -o`: records and tables, but not what else lies there
//   own.add_store("archive.db");        // with what SQLite keeps beside it
//   own.add_folder("archive.db.blobs");
//   if (own.contains(path)) …
#ifndef ATTEST_APP_OWN_FILES_H_
#define ATTEST_APP_OWN_FILES_H_

#include <filesystem>
#include <string>
#include <vector>

namespace attest {

class OwnFiles {
 public:
  void add_output(const std::string& folder);
  void add_store(const std::string& path);     // of a server: nothing
  void add_folder(const std::string& folder);  // all of it; empty: nothing

  // Reads the beginning of files that may be records.
  bool contains(const std::string& path) const;

 private:
  bool is_output(const std::filesystem::path& path) const;

  std::filesystem::path output_, store_;
  std::vector<std::filesystem::path> folders_;
};

}  // namespace attest

#endif  // ATTEST_APP_OWN_FILES_H_
