#include "ocr/models.h"

#include <openssl/evp.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>

namespace attest {
namespace {

// Best first. The project's own model is the packaged one with more characters and trained on this kind of
// page.
constexpr std::array kPreferred = {"attest", "chi_sim"};
constexpr const char* kSuffix = ".traineddata";

struct DigestDeleter {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

std::optional<std::string> sha256_of_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::unique_ptr<EVP_MD_CTX, DigestDeleter> context(EVP_MD_CTX_new());
  if (!in || !context || EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) != 1) return std::nullopt;
  std::array<char, 1 << 16> buffer;
  while (in.read(buffer.data(), buffer.size()) || in.gcount() > 0) {
    if (EVP_DigestUpdate(context.get(), buffer.data(), static_cast<std::size_t>(in.gcount())) != 1)
      return std::nullopt;
  }
  if (in.bad()) return std::nullopt;
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned length = 0;
  if (EVP_DigestFinal_ex(context.get(), digest.data(), &length) != 1) return std::nullopt;
  std::string hex;
  for (unsigned i = 0; i < length; ++i) {
    hex += "0123456789abcdef"[digest[i] >> 4];
    hex += "0123456789abcdef"[digest[i] & 15];
  }
  return hex;
}

std::optional<std::string> file_in(const std::vector<std::string>& folders, const std::string& name) {
  for (const std::string& folder : folders) {
    std::error_code ignored;
    const std::filesystem::path path = std::filesystem::path(folder) / (name + kSuffix);
    if (std::filesystem::is_regular_file(path, ignored)) return path.string();
  }
  return std::nullopt;
}

}  // namespace

std::vector<std::string> model_folders(const std::string& folder) {
  std::vector<std::string> out;
  if (!folder.empty()) out.push_back(folder);
  if (const char* own = std::getenv("ATTEST_MODELS"); own && *own) out.emplace_back(own);
#ifdef ATTEST_SOURCE_MODELS
  out.emplace_back(ATTEST_SOURCE_MODELS);
#endif
  if (const char* prefix = std::getenv("TESSDATA_PREFIX"); prefix && *prefix) out.emplace_back(prefix);
  out.emplace_back("/usr/share/attest/models");
  out.emplace_back("/usr/share/tesseract-ocr/5/tessdata");
  return out;
}

Result<ModelFile> find_model(const std::string& folder, const std::string& name) {
  const std::vector<std::string> folders = model_folders(folder);
  std::vector<std::string> names = {name};
  if (name.empty()) names.assign(kPreferred.begin(), kPreferred.end());
  for (const std::string& candidate : names) {
    const std::optional<std::string> path = file_in(folders, candidate);
    if (!path) continue;
    std::optional<std::string> sha256 = sha256_of_file(*path);
    if (!sha256) return Error{ErrorCode::unreadable, "the model file " + *path + " cannot be read"};
    return ModelFile{candidate, *path, std::move(*sha256)};
  }
  std::string looked;
  for (const std::string& f : folders) looked += (looked.empty() ? "" : ", ") + f;
  return Error{
      ErrorCode::missing_dependency,
      "no recognition model " + (name.empty() ? std::string("(attest or chi_sim)") : name) + " in " + looked};
}

}  // namespace attest
