#include "app/content.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>
#include <set>

namespace attest {
namespace {

namespace fs = std::filesystem;

class Digest {
 public:
  Digest() : context_(EVP_MD_CTX_new()) { EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr); }

  void add(const void* bytes, std::size_t size) { EVP_DigestUpdate(context_.get(), bytes, size); }

  std::string hex() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    unsigned int size = 0;
    EVP_DigestFinal_ex(context_.get(), bytes.data(), &size);
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    for (unsigned int i = 0; i < size; ++i) {
      out += digits[bytes[i] >> 4];
      out += digits[bytes[i] & 15];
    }
    return out;
  }

 private:
  struct Free {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  std::unique_ptr<EVP_MD_CTX, Free> context_;
};

Result<std::string> file_digest(const std::string& path) {
  if (const std::string reason = why_no_file(path); !reason.empty()) {
    return Error{ErrorCode::unreadable, path + ": " + reason};
  }
  const auto refused = [&path] {
    return Error{ErrorCode::unreadable, "cannot read " + path + ": " + std::strerror(errno)};
  };
  const int descriptor =
      open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);  // a pipe by now must not block us
  if (descriptor < 0) return refused();
  Digest digest;
  std::array<char, 65536> buffer;
  while (true) {
    const ssize_t got = read(descriptor, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      const Error error = refused();
      close(descriptor);
      return error;
    }
    if (got == 0) break;
    digest.add(buffer.data(), static_cast<std::size_t>(got));
  }
  close(descriptor);
  return digest.hex();
}

Result<std::string> folder_digest(const std::string& path) {
  std::error_code failure;
  std::set<fs::path> files;
  for (fs::directory_iterator it(path, failure), end; !failure && it != end; it.increment(failure)) {
    std::error_code ignored;
    if (it->is_regular_file(ignored)) files.insert(it->path());
  }
  if (failure) return Error{ErrorCode::unreadable, "cannot read " + path + ": " + failure.message()};
  std::string lines;
  for (const fs::path& file : files) {
    Result<std::string> digest = file_digest(file.string());
    if (!digest) return digest;
    lines += *digest + " " + file.filename().string() + "\n";
  }
  return sha256_hex(lines);
}

}  // namespace

std::string sha256_hex(std::string_view bytes) {
  Digest digest;
  digest.add(bytes.data(), bytes.size());
  return digest.hex();
}

Result<std::string> content_digest(const Input& input) {
  if (input.path.empty()) {
    return sha256_hex({reinterpret_cast<const char*>(input.bytes.data()), input.bytes.size()});
  }
  std::error_code failure;
  return fs::is_directory(input.path, failure) ? folder_digest(input.path) : file_digest(input.path);
}

}  // namespace attest
