// Folders: which documents lie under a path, and a folder of page images as one document.
#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <utility>

#include "ingest/format.h"
#include "ingest/opened.h"
#include "ingest/tiff_directory.h"

namespace attest {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kHeadBytes = 1024;  // what `sniff` looks at
constexpr std::uintmax_t kMostPageBytes =
    200'000'000;               // of a TIFF with one page; A4 at 600 dpi in colour has 105 MB
constexpr int kMaxDepth = 64;  // of folders in folders; more is a loop of links or an attack

// Digit runs compare as numbers, everything else as bytes: page-2 before page-10.
bool natural_less(const std::string& a, const std::string& b) {
  const auto digit = [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; };
  std::size_t i = 0, j = 0;
  while (i < a.size() && j < b.size()) {
    if (!digit(a[i]) || !digit(b[j])) {
      if (a[i] != b[j]) return static_cast<unsigned char>(a[i]) < static_cast<unsigned char>(b[j]);
      ++i, ++j;
      continue;
    }
    const auto number = [&](const std::string& s, std::size_t& k) {
      while (k < s.size() && s[k] == '0') ++k;
      const std::size_t begin = k;
      while (k < s.size() && digit(s[k])) ++k;
      return std::string_view(s).substr(begin, k - begin);
    };
    const std::string_view x = number(a, i), y = number(b, j);
    if (x.size() != y.size()) return x.size() < y.size();
    if (x != y) return x < y;
  }
  if ((a.size() - i) != (b.size() - j)) return a.size() - i < b.size() - j;
  return a < b;  // "01" and "1": some order, the same always
}

struct Listing {
  // Names, in natural order, without hidden ones. `others`: pipes, sockets, devices, links to nothing.
  std::vector<std::string> files, folders, others;
};

Result<Listing> list(const fs::path& path) {
  std::error_code status;
  Listing listing;
  fs::directory_iterator entry(path, status), end;
  for (; !status && entry != end; entry.increment(status)) {
    const std::string name = entry->path().filename().string();
    if (name.starts_with('.')) continue;
    std::error_code ignored;
    if (entry->is_directory(ignored)) {
      listing.folders.push_back(name);
    } else {
      (entry->is_regular_file(ignored) ? listing.files : listing.others).push_back(name);
    }
  }
  if (status) {
    return Error{.code = ErrorCode::unreadable,
                 .message = "Cannot list the folder: " + status.message() + ".",
                 .document = path.filename().string()};
  }
  for (std::vector<std::string>* names : {&listing.files, &listing.folders, &listing.others}) {
    std::sort(names->begin(), names->end(), natural_less);
  }
  return listing;
}

std::vector<std::uint8_t> head_of(const fs::path& path, std::size_t bytes) {
  std::ifstream file(path, std::ios::binary);
  std::vector<std::uint8_t> head(bytes);
  file.read(reinterpret_cast<char*>(head.data()), static_cast<std::streamsize>(head.size()));
  head.resize(static_cast<std::size_t>(file.gcount()));
  return head;
}

// A TIFF of several pages is a document of its own, so a folder of such is no folder of pages.
bool is_one_page(const fs::path& path) {
  const Format format = sniff(head_of(path, kHeadBytes)).format;
  if (format == Format::jpeg || format == Format::png) return true;
  std::error_code status;
  const std::uintmax_t size = fs::file_size(path, status);
  if (format != Format::tiff || status || size > kMostPageBytes) return false;
  return walk_tiff(head_of(path, size), 1).pages.size() == 1;
}

bool holds_only_pages(const fs::path& path, const Listing& listing) {
  return listing.folders.empty() && listing.others.empty() && !listing.files.empty() &&
         std::all_of(listing.files.begin(), listing.files.end(),
                     [&](const std::string& name) { return is_one_page(path / name); });
}

// All that is below a folder and was not listed before by another name.
class Finder {
 public:
  void look(const fs::path& path, int depth) {
    std::error_code status;
    const fs::path real = fs::canonical(path, status);
    if (!status && !seen_.insert(real).second) return;  // a link to where this began, or to its neighbour
    const Result<Listing> listing = list(path);
    // What cannot be listed is said by whoever is to read it.
    if (!listing || depth > kMaxDepth || holds_only_pages(path, *listing)) {
      found_.push_back(path.string());
      return;
    }
    for (const auto& [name, folder] : entries_of(*listing)) {
      if (folder) {
        look(path / name, depth + 1);
      } else {
        found_.push_back((path / name).string());
      }
    }
  }

  std::vector<std::string> found() && { return std::move(found_); }

 private:
  // Files and folders in one order, as a person sees them.
  static std::vector<std::pair<std::string, bool>> entries_of(const Listing& listing) {
    std::vector<std::pair<std::string, bool>> out;
    for (const std::string& name : listing.files) out.emplace_back(name, false);
    for (const std::string& name : listing.others) out.emplace_back(name, false);
    for (const std::string& name : listing.folders) out.emplace_back(name, true);
    std::sort(out.begin(), out.end(),
              [](const auto& a, const auto& b) { return natural_less(a.first, b.first); });
    return out;
  }

  std::set<fs::path> seen_;
  std::vector<std::string> found_;
};

class Folder : public OpenedDocument {
 public:
  Folder(std::string name, std::string sha256, std::string media_type, std::vector<std::string> paths,
         const IngestOptions& options)
      : OpenedDocument(std::move(name), std::move(sha256), std::move(media_type)),
        paths_(std::move(paths)),
        options_(options) {}

  int page_count() const override { return static_cast<int>(paths_.size()); }

  Result<SourcePage> page(int number) override {
    if (number < 1 || number > page_count()) return no_such_page(number);
    Result<SourcePage> page = image_page(paths_[number - 1]);
    if (!page) {
      page.error().document = file_name();
      page.error().page = number;
      return page;
    }
    page->number = number;
    return page;
  }

 private:
  Result<SourcePage> image_page(const std::string& path) {
    const Input input{.path = path};
    Result<std::unique_ptr<Document>> image = open_document(input, options_);
    if (!image) return image.error();
    Result<SourcePage> page = (*image)->page(1);
    for (const Error& warning : (*image)->warnings()) warn(warning.code, warning.message, warning.page);
    return page;
  }

  std::vector<std::string> paths_;
  IngestOptions options_;
};

}  // namespace

Result<std::unique_ptr<Document>> open_folder(const std::string& path, std::string name,
                                              const IngestOptions& options) {
  const auto fail = [&](ErrorCode code, std::string message) {
    return Error{.code = code, .message = std::move(message), .document = name};
  };
  const Result<Listing> listing = list(path);
  if (!listing) return listing.error();
  if (listing->files.empty() && listing->folders.empty() && listing->others.empty())
    return fail(ErrorCode::empty_input, "The folder is empty.");
  if (!holds_only_pages(path, *listing)) {
    return fail(ErrorCode::not_a_document,
                "The folder holds other things than page images (JPEG, PNG, TIFF of one page).");
  }
  if (static_cast<int>(listing->files.size()) > options.max_pages) {
    return fail(ErrorCode::too_large, "The folder has " + std::to_string(listing->files.size()) +
                                          " pages; the limit is " + std::to_string(options.max_pages) + ".");
  }
  std::string digests, media_type;
  std::int64_t left = options.max_bytes;
  std::vector<std::string> paths;
  for (const std::string& file : listing->files) {
    paths.push_back((fs::path(path) / file).string());
    const Result<std::vector<std::uint8_t>> bytes = read_file(paths.back(), left, name);
    if (!bytes) return bytes.error();
    left -= static_cast<std::int64_t>(bytes->size());
    digests += sha256_of(*bytes);
    if (media_type.empty()) media_type = sniff(*bytes).media_type;
  }
  const std::span<const std::uint8_t> joined(reinterpret_cast<const std::uint8_t*>(digests.data()),
                                             digests.size());
  return std::unique_ptr<Document>(
      std::make_unique<Folder>(std::move(name), sha256_of(joined), media_type, std::move(paths), options));
}

Result<std::vector<std::string>> list_documents(const std::string& path) {
  std::error_code status;
  if (!fs::exists(path, status)) {
    return Error{
        .code = ErrorCode::unreadable, .message = "There is nothing at " + path + ".", .document = path};
  }
  if (!fs::is_directory(path, status)) return std::vector<std::string>{path};
  Finder finder;
  finder.look(path, 0);
  return std::move(finder).found();
}

}  // namespace attest
