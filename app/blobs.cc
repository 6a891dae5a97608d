#include "app/blobs.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "app/content.h"
#include "app/descriptor.h"

namespace attest {
namespace {

namespace fs = std::filesystem;

class Descriptor {
 public:
  explicit Descriptor(int descriptor) : descriptor_(descriptor) {}
  ~Descriptor() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

Error unreadable(const std::string& path) {
  return {ErrorCode::unreadable, "cannot read " + path + ": " + std::strerror(errno)};
}

Error not_writable(const std::string& path) {
  return {ErrorCode::not_writable, "cannot write " + path + ": " + std::strerror(errno)};
}

std::optional<Error> write_to_disk(const std::string& path, const void* bytes, std::size_t size) {
  const Descriptor out(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
  if (out.get() < 0 || !write_all(out.get(), bytes, size) || fsync(out.get()) != 0) return not_writable(path);
  return std::nullopt;
}

std::optional<Error> copy_to_disk(const std::string& from, const std::string& to) {
  if (const std::string reason = why_no_file(from); !reason.empty()) {
    return Error{ErrorCode::unreadable, from + ": " + reason};
  }
  const Descriptor in(open(from.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (in.get() < 0) return unreadable(from);
  const Descriptor out(open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
  if (out.get() < 0) return not_writable(to);
  std::array<char, 65536> buffer;
  while (true) {
    const ssize_t got = read(in.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return unreadable(from);
    if (got == 0) break;
    if (!write_all(out.get(), buffer.data(), static_cast<std::size_t>(got))) return not_writable(to);
  }
  return fsync(out.get()) == 0 ? std::nullopt : std::optional<Error>(not_writable(to));
}

// A name is on the disk when its folder is.
std::optional<Error> sync_folder(const fs::path& folder) {
  const Descriptor descriptor(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (descriptor.get() >= 0 && fsync(descriptor.get()) == 0) return std::nullopt;
  return not_writable(folder.string());
}

std::optional<Error> copy_folder(const std::string& from, const std::string& to) {
  std::error_code failure;
  if (!fs::create_directory(to, failure)) return not_writable(to);
  for (fs::directory_iterator it(from, failure), end; !failure && it != end; it.increment(failure)) {
    std::error_code ignored;
    if (!it->is_regular_file(ignored)) continue;
    if (auto error = copy_to_disk(it->path().string(), (to / it->path().filename()).string())) return error;
  }
  if (failure) return Error{ErrorCode::unreadable, "cannot read " + from + ": " + failure.message()};
  return sync_folder(to);
}

// A new folder for what is being written, removed at the end with what is left in it.
class Incoming {
 public:
  explicit Incoming(const fs::path& blobs) {
    std::error_code failure;
    fs::create_directories(blobs / "incoming", failure);
    std::string pattern = (blobs / "incoming" / "XXXXXX").string();
    if (mkdtemp(pattern.data()) != nullptr) path_ = pattern;
  }
  ~Incoming() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  Incoming(const Incoming&) = delete;
  Incoming& operator=(const Incoming&) = delete;

  const fs::path& path() const { return path_; }  // empty: it could not be made

 private:
  fs::path path_;
};

std::optional<Error> make_folders(const fs::path& blobs, const fs::path& folder) {
  std::error_code failure;
  if (!fs::create_directories(folder, failure)) {
    if (failure)
      return Error{ErrorCode::not_writable, "cannot make " + folder.string() + ": " + failure.message()};
    return std::nullopt;
  }
  if (auto error = sync_folder(folder.parent_path())) return error;
  return sync_folder(blobs);
}

}  // namespace

std::string BlobFolder::path_of(const std::string& digest) const {
  return (fs::path(path_) / digest.substr(0, 2) / digest.substr(2, 2) / digest).string();
}

std::optional<Error> BlobFolder::verify(const std::string& digest) const {
  const std::string path = path_of(digest);
  const Result<std::string> is = content_digest({.path = path});
  if (!is) return is.error();
  if (*is == digest) return std::nullopt;
  return Error{ErrorCode::unreadable, "the bytes in " + path + " are not those that were put there"};
}

Result<std::string> BlobFolder::put(const Input& input) const {
  const Incoming incoming(path_);
  if (incoming.path().empty()) return not_writable(path_);
  const std::string copy = (incoming.path() / "content").string();
  std::error_code failure;
  std::optional<Error> error;
  if (input.path.empty()) {
    error = write_to_disk(copy, input.bytes.data(), input.bytes.size());
  } else {
    error = fs::is_directory(input.path, failure) ? copy_folder(input.path, copy)
                                                  : copy_to_disk(input.path, copy);
  }
  if (error) return *error;
  // Of the copy, so that a document that is being changed is known by what lies here.
  Result<std::string> digest = content_digest({.path = copy});
  if (!digest) return digest;
  const fs::path place = path_of(*digest);
  if (fs::exists(place, failure)) {
    if (!verify(*digest)) return digest;
    fs::rename(place, incoming.path() / "damaged", failure);
  }
  if (auto made = make_folders(path_, place.parent_path())) return *made;
  fs::rename(copy, place, failure);
  if (failure && verify(*digest)) {  // unless another process was faster
    return Error{ErrorCode::not_writable, "cannot move to " + place.string() + ": " + failure.message()};
  }
  if (auto synced = sync_folder(place.parent_path())) return *synced;
  return digest;
}

}  // namespace attest
