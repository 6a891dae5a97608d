#include "ingest/tiff_directory.h"

#include <cstring>
#include <optional>
#include <set>

namespace attest {
namespace {

enum Tag {
  kNewSubfileType = 254,
  kImageWidth = 256,
  kImageLength = 257,
  kBitsPerSample = 258,
  kCompression = 259,
  kOrientation = 274,
  kSamplesPerPixel = 277
};
enum Type { kByte = 1, kShort = 3, kLong = 4 };
constexpr std::size_t kEntryBytes = 12;

class TiffBytes {
 public:
  explicit TiffBytes(std::span<const std::uint8_t> bytes)
      : bytes_(bytes), little_(!bytes.empty() && bytes[0] == 'I') {}

  std::optional<std::uint32_t> read(std::size_t offset, int size) const {
    if (offset > bytes_.size() || bytes_.size() - offset < static_cast<std::size_t>(size))
      return std::nullopt;
    std::uint32_t value = 0;
    for (int i = 0; i < size; ++i) {
      value |= static_cast<std::uint32_t>(bytes_[offset + i]) << 8 * (little_ ? i : size - 1 - i);
    }
    return value;
  }
  // First value of an entry of whole numbers.
  std::uint32_t value(std::size_t entry) const {
    const std::uint32_t type = read(entry + 2, 2).value_or(0), count = read(entry + 4, 4).value_or(0);
    const int size = type == kByte ? 1 : type == kShort ? 2 : type == kLong ? 4 : 0;
    if (size == 0 || count == 0) return 0;
    const bool inside = static_cast<std::uint64_t>(count) * size <= 4;
    return read(inside ? entry + 8 : read(entry + 8, 4).value_or(0), size).value_or(0);
  }

 private:
  std::span<const std::uint8_t> bytes_;
  bool little_;
};

TiffDirectory read_directory(const TiffBytes& tiff, std::size_t offset, std::uint32_t entries) {
  TiffDirectory directory{.offset = offset};
  for (std::uint32_t i = 0; i < entries; ++i) {
    const std::size_t entry = offset + 2 + kEntryBytes * i;
    const std::uint32_t value = tiff.value(entry);
    switch (tiff.read(entry, 2).value_or(0)) {
      case kNewSubfileType:
        directory.reduced = (value & 1) != 0;
        break;
      case kImageWidth:
        directory.width = value;
        break;
      case kImageLength:
        directory.height = value;
        break;
      case kBitsPerSample:
        directory.bits = static_cast<int>(value);
        break;
      case kCompression:
        directory.compression = static_cast<int>(value);
        break;
      case kOrientation:
        directory.orientation = static_cast<int>(value);
        break;
      case kSamplesPerPixel:
        directory.samples = static_cast<int>(value);
        break;
      default:
        break;
    }
  }
  return directory;
}

}  // namespace

TiffChain walk_tiff(std::span<const std::uint8_t> bytes, int max_pages) {
  const TiffBytes tiff(bytes);
  TiffChain chain;
  std::set<std::size_t> seen;
  std::optional<std::uint32_t> offset = tiff.read(4, 4);
  while (offset && *offset != 0) {
    const std::optional<std::uint32_t> entries = tiff.read(*offset, 2);
    if (!entries || *entries == 0 || !seen.insert(*offset).second) {
      chain.damaged = true;
      return chain;
    }
    const TiffDirectory directory = read_directory(tiff, *offset, *entries);
    if (!directory.reduced) chain.pages.push_back(directory);
    if (static_cast<int>(chain.pages.size()) > max_pages) return chain;
    offset = tiff.read(*offset + 2 + kEntryBytes * *entries, 4);
  }
  chain.damaged = !offset;
  return chain;
}

int exif_orientation(std::span<const std::uint8_t> jpeg) {
  static constexpr std::uint8_t kExif[] = {'E', 'x', 'i', 'f', 0, 0};
  std::size_t at = 2;  // after the start marker; then FF, marker, length of two bytes
  while (at + 4 <= jpeg.size() && jpeg[at] == 0xff) {
    const int marker = jpeg[at + 1];
    const std::size_t length = static_cast<std::size_t>(jpeg[at + 2]) << 8 | jpeg[at + 3];
    if (marker == 0xda || length < 2 || at + 2 + length > jpeg.size()) break;  // 0xda: pixels follow
    const auto block = jpeg.subspan(at + 4, length - 2);
    if (marker == 0xe1 && block.size() > sizeof kExif &&
        std::memcmp(block.data(), kExif, sizeof kExif) == 0) {
      const TiffChain chain = walk_tiff(block.subspan(sizeof kExif), 0);
      return chain.pages.empty() ? 1 : chain.pages[0].orientation;
    }
    at += 2 + length;
  }
  return 1;
}

}  // namespace attest
