#include "ingest/opened.h"

#include <openssl/sha.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string_view>

#include "ingest/text_bytes.h"
#include "ingest/transcript.h"

namespace attest {
namespace {

namespace fs = std::filesystem;

// A report of a hundred pages is a third of a megabyte; each character becomes a glyph of some hundred bytes.
constexpr std::size_t kMaxTranscriptBytes = 8'000'000;

class Transcript : public OpenedDocument {
 public:
  Transcript(const FileBytes& file, std::string media_type, std::vector<Page> pages)
      : OpenedDocument(file.name, file.sha256, std::move(media_type)), pages_(std::move(pages)) {}

  int page_count() const override { return static_cast<int>(pages_.size()); }

  Result<SourcePage> page(int number) override {
    if (number < 1 || number > page_count()) return no_such_page(number);
    SourcePage page;
    page.number = number;
    page.origin = Origin::transcript;
    page.page = pages_[number - 1];
    return page;
  }

 private:
  std::vector<Page> pages_;
};

// Data, such as a record that lies among the reports: none of it was ever printed.
bool is_json(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || (text[first] != '{' && text[first] != '[')) return false;
  return nlohmann::json::accept(text);
}

}  // namespace

std::string sha256_of(std::span<const std::uint8_t> bytes) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(bytes.data(), bytes.size(), digest.data());
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  for (const unsigned char byte : digest) {
    out += kHex[byte >> 4];
    out += kHex[byte & 15];
  }
  return out;
}

void OpenedDocument::warn(ErrorCode code, std::string message, int page) {
  if (warnings_.size() >= kMaxWarnings) return;
  for (const Error& known : warnings_) {
    if (known.page == page && known.message == message) return;
  }
  warnings_.push_back(error(code, std::move(message), page));
}

Error OpenedDocument::no_such_page(int number) const {
  return error(ErrorCode::damaged,
               "There is no page " + std::to_string(number) + " in a document of " +
                   std::to_string(page_count()) + ".",
               number);
}

Result<std::unique_ptr<Document>> open_transcript(const FileBytes& file, const IngestOptions& options) {
  const auto fail = [&](ErrorCode code, std::string message) {
    return Error{.code = code, .message = std::move(message), .document = file.name};
  };
  if (file.bytes.size() > kMaxTranscriptBytes) {
    // Only text is too large here; another big file is simply no document.
    const std::span<const std::uint8_t> head(file.bytes.data(), 4096);
    if (std::memchr(head.data(), 0, head.size()) != nullptr) {
      return fail(ErrorCode::not_a_document, "The file is no PDF, TIFF, JPEG, PNG or text.");
    }
    return fail(ErrorCode::too_large, "The text has " + std::to_string(file.bytes.size()) +
                                          " bytes; the limit is " + std::to_string(kMaxTranscriptBytes) +
                                          ".");
  }
  const std::optional<std::string> text = decode_text(file.bytes);
  if (!text) return fail(ErrorCode::not_a_document, "The file is no PDF, TIFF, JPEG, PNG or text.");
  if (is_json(*text)) return fail(ErrorCode::not_a_document, "The file is JSON, not a report.");
  std::vector<Page> pages = read_transcript(*text);
  if (static_cast<int>(pages.size()) > options.max_pages) {
    return fail(ErrorCode::too_large, "The text has " + std::to_string(pages.size()) +
                                          " pages; the limit is " + std::to_string(options.max_pages) + ".");
  }
  return std::unique_ptr<Document>(std::make_unique<Transcript>(
      file, is_markdown(*text) ? "text/markdown" : "text/plain", std::move(pages)));
}

std::string why_no_file(const std::string& path) {
  std::error_code failure;
  switch (fs::status(path, failure).type()) {
    case fs::file_type::regular:
      return {};
    case fs::file_type::directory:
      return "This is a folder, not a file.";
    case fs::file_type::fifo:
      return "This is a pipe, not a file; \"-\" reads standard input.";
    case fs::file_type::socket:
      return "This is a socket, not a file.";
    case fs::file_type::character:
    case fs::file_type::block:
      return "This is a device, not a file.";
    case fs::file_type::not_found:
      return fs::is_symlink(path, failure) ? "This is a link to something that is not there."
                                           : "There is nothing at this path.";
    default:
      return failure ? "Cannot read the file: " + failure.message() + "." : "This is no file.";
  }
}

Result<std::vector<std::uint8_t>> read_file(const std::string& path, std::int64_t max_bytes,
                                            const std::string& name) {
  const auto fail = [&](ErrorCode code, std::string message) {
    return Error{.code = code, .message = std::move(message), .document = name};
  };
  // A pipe or a device would block or never end.
  if (std::string reason = why_no_file(path); !reason.empty()) {
    return fail(ErrorCode::unreadable, std::move(reason));
  }
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), &std::fclose);
  if (!file)
    return fail(ErrorCode::unreadable, std::string("Cannot read the file: ") + std::strerror(errno) + ".");
  std::vector<std::uint8_t> bytes;
  std::vector<std::uint8_t> buffer(1 << 20);
  while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), file.get())) {
    if (static_cast<std::int64_t>(bytes.size() + got) > max_bytes) {
      return fail(ErrorCode::too_large, "The file has more than " + std::to_string(max_bytes) + " bytes.");
    }
    bytes.insert(bytes.end(), buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(got));
  }
  if (std::ferror(file.get())) return fail(ErrorCode::unreadable, "Reading the file failed half way.");
  if (bytes.empty()) return fail(ErrorCode::empty_input, "The file has no bytes.");
  return bytes;
}

}  // namespace attest
