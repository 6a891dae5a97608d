#include "export/xml_package.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <string_view>

namespace attest {
namespace {

constexpr std::size_t kBufferBytes = 1 << 16;
constexpr std::size_t kHeaderBytes = 26;      // of a local header, after its signature
constexpr std::uint32_t kLocal = 0x04034b50;  // signatures
constexpr std::uint32_t kCentral = 0x02014b50;
constexpr std::uint16_t kDeflated = 8;
constexpr std::uint16_t kDescriptorFlag = 1 << 3;  // sizes behind the data
constexpr std::size_t kEnds = 512;  // of a part: a declaration and the first tag's name; the last tag

// What goes by, of which only the beginning and the end are kept.
class Ends {
 public:
  void add(std::string_view text) {
    size_ += text.size();
    if (head_.size() < kEnds) head_ += text.substr(0, kEnds - head_.size());
    tail_ += text.substr(text.size() - std::min(text.size(), kEnds));
    if (tail_.size() > kEnds) tail_.erase(0, tail_.size() - kEnds);
  }
  std::uint64_t size() const { return size_; }
  bool closed() const {
    std::size_t begin = head_.find('<');
    while (begin != std::string::npos && head_.compare(begin, 2, "<?") == 0)
      begin = head_.find('<', begin + 1);
    if (begin == std::string::npos) return false;
    const std::size_t end = head_.find_first_of(" />\n\t\r", begin);
    const std::size_t last = tail_.find_last_not_of(" \n\t\r");
    if (end == std::string::npos || last == std::string::npos) return false;
    return std::string_view(tail_)
        .substr(0, last + 1)
        .ends_with("</" + head_.substr(begin + 1, end - begin - 1) + ">");
  }

 private:
  std::uint64_t size_ = 0;
  std::string head_, tail_;
};

class PackageReader {
 public:
  explicit PackageReader(const std::string& path) : path_(path), file_(path, std::ios::binary) {}

  Result<std::vector<XmlPart>> read() {
    if (!file_) return Error{ErrorCode::unreadable, "cannot read " + path_ + ": " + std::strerror(errno)};
    std::vector<XmlPart> parts;
    while (true) {
      const std::string signature = take(4);
      if (number(signature, 0, 4) == kCentral && !parts.empty()) return parts;
      if (number(signature, 0, 4) != kLocal) return damaged("a part's beginning is not there");
      const std::string header = take(kHeaderBytes);
      if (header.size() < kHeaderBytes || number(header, 4, 2) != kDeflated ||
          (number(header, 2, 2) & kDescriptorFlag) != 0) {
        return damaged("a part is not as it is written here");
      }
      XmlPart part{take(number(header, 22, 2)), 0, false};
      take(number(header, 24, 2));
      if (!inflate_part(part)) return damaged(part.name + " ends too early");
      parts.push_back(std::move(part));
    }
  }

 private:
  Error damaged(const std::string& what) const { return {ErrorCode::damaged, path_ + ": " + what}; }

  static std::uint32_t number(const std::string& bytes, std::size_t at, std::size_t size) {
    std::uint32_t out = 0;
    for (std::size_t i = 0; i < size && at + i < bytes.size(); ++i) {
      out |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at + i])) << (8 * i);
    }
    return out;
  }

  bool fill() {
    if (next_ < filled_) return true;
    file_.read(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
    next_ = 0;
    filled_ = static_cast<std::size_t>(file_.gcount());
    return filled_ > 0;
  }

  std::string take(std::size_t size) {  // fewer bytes: the file ends
    std::string out;
    while (out.size() < size && fill()) {
      const std::size_t some = std::min(size - out.size(), filled_ - next_);
      out.append(buffer_.data() + next_, some);
      next_ += some;
    }
    return out;
  }

  bool inflate_part(XmlPart& part) {
    z_stream stream{};
    if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) return false;
    std::array<char, kBufferBytes> out;
    Ends ends;
    int code = Z_OK;
    while (code == Z_OK && fill()) {
      stream.next_in = reinterpret_cast<Bytef*>(buffer_.data() + next_);
      stream.avail_in = static_cast<uInt>(filled_ - next_);
      stream.next_out = reinterpret_cast<Bytef*>(out.data());
      stream.avail_out = static_cast<uInt>(out.size());
      code = inflate(&stream, Z_NO_FLUSH);
      next_ = filled_ - stream.avail_in;
      ends.add({out.data(), out.size() - stream.avail_out});
    }
    inflateEnd(&stream);
    part.size = ends.size();
    part.closed = ends.closed();
    return code == Z_STREAM_END;
  }

  std::string path_;
  std::ifstream file_;
  std::array<char, kBufferBytes> buffer_;
  std::size_t next_ = 0, filled_ = 0;
};

}  // namespace

Result<std::vector<XmlPart>> read_xml_package(const std::string& path) { return PackageReader(path).read(); }

}  // namespace attest
