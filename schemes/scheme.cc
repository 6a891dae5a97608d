#include "schemes/scheme.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <system_error>

#include "schemes/build.h"
#include "schemes/schema.h"
#include "schemes/yaml_tree.h"

namespace attest {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kLargestFile = 4'000'000;  // bytes; the largest shipped one has 10,000
constexpr int kLongestChain = 4;                    // files that extend each other; more is a circle

Result<std::string> read_bytes(const fs::path& path) {
  const std::string name = path.filename().string();
  std::error_code problem;
  const std::uintmax_t size = fs::is_regular_file(path, problem) ? fs::file_size(path, problem) : 0;
  if (problem || !fs::is_regular_file(path, problem)) {
    return Error{ErrorCode::unreadable,
                 name + ": there is no such scheme file in " + path.parent_path().string(), path.string()};
  }
  if (size > kLargestFile)
    return Error{ErrorCode::too_large, name + ": too large for a scheme file", path.string()};
  std::ifstream in(path, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (!in || bytes.size() != size) {
    return Error{ErrorCode::unreadable, name + ": the file can't be read", path.string()};
  }
  return bytes;
}

// A file with everything it extends: the merged document, and all bytes, base first, for the digest.
struct Source {
  YamlNode document;
  std::string bytes;
};

bool is_base(const YamlNode& document) {
  const YamlNode* base = document.find("base");
  return base != nullptr && base->text == "true";
}

// `base` and `extends` speak of the file, not of the form.
void drop_file_keys(YamlNode& document) {
  std::erase_if(document.entries, [](const auto& e) { return e.key == "base" || e.key == "extends"; });
}

Result<Source> read_source(const fs::path& path, int depth) {
  Result<std::string> bytes = read_bytes(path);
  if (!bytes) return bytes.error();
  Result<YamlNode> document = parse_yaml(*bytes, path.filename().string());
  if (!document) return document.error();
  if (document->kind != YamlNode::Kind::map) return error_at(*document, "a scheme file is a map of keys");

  const YamlNode* extends = document->find("extends");
  if (extends == nullptr) return Source{*std::move(document), *std::move(bytes)};
  const std::string& other = extends->text;
  if (other.empty() || other.find('/') != std::string::npos || other[0] == '.') {
    return error_at(*extends, "extends names a file of the same folder");
  }
  if (depth >= kLongestChain) return error_at(*extends, "these files extend each other in a circle");
  if (std::error_code problem; !fs::exists(path.parent_path() / other, problem)) {
    return error_at(*extends, "there is no file '" + other + "' beside this one");
  }
  Result<Source> base = read_source(path.parent_path() / other, depth + 1);
  if (!base) return base.error();
  drop_file_keys(base->document);
  return Source{merged(base->document, *document), base->bytes + *bytes};
}

Result<std::string> sha256_of(const std::string& bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha256(), nullptr) != 1) {
    return Error{ErrorCode::internal, "SHA-256 is not available"};
  }
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  for (unsigned int i = 0; i < length; ++i) {
    out += kHex[digest[i] >> 4];
    out += kHex[digest[i] & 15];
  }
  return out;
}

Result<Scheme> scheme_from(Source source, const fs::path& path) {
  drop_file_keys(source.document);
  if (std::optional<Error> error = schema_error(source.document)) return *error;
  Result<Scheme> scheme = build_scheme(source.document);
  if (!scheme) return scheme;
  if (std::optional<Error> error = consistency_error(source.document, *scheme)) return *error;
  Result<std::string> digest = sha256_of(source.bytes);
  if (!digest) return digest.error();
  scheme->file = path.filename().string();
  scheme->sha256 = *digest;
  return scheme;
}

Result<std::vector<fs::path>> yaml_files(const std::string& folder) {
  std::vector<fs::path> files;
  std::error_code problem;
  for (fs::directory_iterator it(folder, problem), end; !problem && it != end; it.increment(problem)) {
    const std::string name = it->path().filename().string();
    if (it->path().extension() == ".yaml" && name[0] != '.') files.push_back(it->path());
  }
  if (problem) {
    return Error{ErrorCode::unreadable, "scheme folder " + folder + ": " + problem.message(), folder};
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

const FieldRule* find_field(const Scheme& scheme, const std::string& name) {
  const auto it = std::find_if(scheme.fields.begin(), scheme.fields.end(),
                               [&](const FieldRule& field) { return field.name == name; });
  return it == scheme.fields.end() ? nullptr : &*it;
}

const GroupRule* find_group(const Scheme& scheme, const std::string& name) {
  const auto it = std::find_if(scheme.groups.begin(), scheme.groups.end(),
                               [&](const GroupRule& group) { return group.group == name; });
  return it == scheme.groups.end() ? nullptr : &*it;
}

Result<Scheme> load_scheme(const std::string& path) {
  Result<Source> source = read_source(path, 0);
  if (!source) return source.error();
  return scheme_from(*std::move(source), path);
}

Result<std::vector<Scheme>> load_schemes(const std::string& folder) {
  Result<std::vector<fs::path>> files = yaml_files(folder);
  if (!files) return files.error();
  std::vector<Scheme> schemes;
  for (const fs::path& path : *files) {
    Result<Source> source = read_source(path, 0);
    if (!source) return source.error();
    if (is_base(source->document)) continue;
    Result<Scheme> scheme = scheme_from(*std::move(source), path);
    if (!scheme) return scheme.error();
    schemes.push_back(*std::move(scheme));
  }
  if (schemes.empty()) return Error{ErrorCode::bad_configuration, "no scheme files in " + folder, folder};
  std::sort(schemes.begin(), schemes.end(), [](const Scheme& a, const Scheme& b) { return a.id < b.id; });
  const auto same = std::adjacent_find(schemes.begin(), schemes.end(),
                                       [](const Scheme& a, const Scheme& b) { return a.id == b.id; });
  if (same != schemes.end()) {
    return Error{ErrorCode::bad_configuration,
                 same->file + " and " + std::next(same)->file + " have the same id " + same->id, folder};
  }
  return schemes;
}

std::string default_scheme_folder() {
  if (const char* named = std::getenv("ATTEST_SCHEMES"); named != nullptr && *named != '\0') return named;
  std::error_code problem;
  const fs::path program = fs::read_symlink("/proc/self/exe", problem);
  if (!problem) {
    const fs::path installed = program.parent_path().parent_path() / "share" / "attest" / "schemes";
    if (fs::is_directory(installed, problem)) return installed.string();
  }
  return ATTEST_SCHEME_FOLDER;
}

}  // namespace attest
