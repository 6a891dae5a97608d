#include "tests/faults/small_disk.h"

#include <sys/mount.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>

namespace attest {

namespace fs = std::filesystem;

SmallDisk::SmallDisk(fs::path folder, int kilobytes) : path_(std::move(folder)) {
  fs::create_directories(path_);
  const std::string options = "size=" + std::to_string(kilobytes) + "k,mode=0777";
  if (mount("tmpfs", path_.c_str(), "tmpfs", 0, options.c_str()) != 0) {
    missing_ = std::string("a small file system cannot be mounted here: ") + std::strerror(errno);
  }
}

SmallDisk::~SmallDisk() {
  if (missing_.empty()) umount2(path_.c_str(), MNT_DETACH);
}

void SmallDisk::fill() const {
  std::ofstream file(path_ / "filler");
  const std::string block(4096, 'x');
  while (file.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
  }
}

void SmallDisk::empty() const { fs::remove(path_ / "filler"); }

}  // namespace attest
