#include "app/inputs.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <map>
#include <set>
#include <system_error>

namespace attest {
namespace {

namespace fs = std::filesystem;

constexpr const char* kStandardInput = "-";
// Bytes of a record's name: file systems take 255, and a number, ".searchable.pdf" and ".part" come behind
// it.
constexpr std::size_t kLongestName = 200;

// One byte more than allowed is kept, so that `ingest` sees that there was more and refuses it.
std::vector<std::uint8_t> read_standard_input(std::int64_t max_bytes) {
  std::vector<std::uint8_t> bytes;
  std::array<std::uint8_t, 65536> buffer;
  while (static_cast<std::int64_t>(bytes.size()) <= max_bytes) {
    const ssize_t got = read(STDIN_FILENO, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    bytes.insert(bytes.end(), buffer.begin(), buffer.begin() + got);
  }
  return bytes;
}

std::string canonical(const std::string& path) {
  std::error_code failure;
  const fs::path out = fs::weakly_canonical(path, failure);
  return failure ? path : out.string();
}

// The path with a last component that names something: not "", "." or "..". Links keep the name they go by.
fs::path named_path(const std::string& path) {
  const fs::path trimmed =
      fs::path(path.ends_with('/') ? path.substr(0, path.find_last_not_of('/') + 1) : path);
  const std::string last = trimmed.filename().string();
  return last.empty() || last == "." || last == ".." ? fs::path(canonical(path)) : trimmed;
}

// Not within a character.
std::string cut(const std::string& name) {
  if (name.size() <= kLongestName) return name;
  const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; };
  std::size_t end = kLongestName;
  while (end > 0 && continues(name[end])) --end;
  return name.substr(0, end);
}

std::string base_name(const Job& job) {
  if (job.shown == kStandardInput) return "stdin";
  std::error_code failure;
  const fs::path path = named_path(job.input.path);
  const bool folder = fs::is_directory(path, failure);
  const std::string name = folder ? path.filename().string() : path.stem().string();
  return name.empty() ? "document" : cut(name);
}

}  // namespace

std::vector<Job> collect_jobs(const std::vector<std::string>& arguments, std::int64_t max_bytes,
                              const OwnFiles& own) {
  std::vector<Job> jobs;
  std::set<std::string> seen;
  for (const std::string& argument : arguments) {
    if (argument == kStandardInput) {
      if (!seen.insert(argument).second) continue;
      jobs.push_back({{.path = "", .bytes = read_standard_input(max_bytes), .name = "stdin"}, "", argument});
      continue;
    }
    Result<std::vector<std::string>> found = list_documents(argument);
    if (found && *found != std::vector<std::string>{argument}) {
      std::erase_if(*found, [&own](const std::string& path) { return own.contains(path); });
    }
    // What is not there, and a folder without documents, is an input that cannot be read: never passed over.
    for (const std::string& path : found && !found->empty() ? *found : std::vector<std::string>{argument}) {
      if (!seen.insert(canonical(path)).second) continue;
      Input input{.path = path};
      input.name = named_path(path).filename().string();
      jobs.push_back({std::move(input), "", path});
    }
  }
  name_jobs(jobs);
  return jobs;
}

void name_jobs(std::vector<Job>& jobs) {
  std::set<std::string> natural, taken;
  for (const Job& job : jobs) natural.insert(base_name(job));
  std::map<std::string, int> used;
  for (Job& job : jobs) {
    const std::string base = base_name(job);
    int& number = used[base];
    job.name = base;
    while (++number > 1) {
      job.name = base + "-" + std::to_string(number);
      if (!natural.contains(job.name) && !taken.contains(job.name)) break;
    }
    taken.insert(job.name);
  }
}

}  // namespace attest
