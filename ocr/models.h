// Where the recognition model is and which one it is.
//
//   Result<ModelFile> model = find_model("", "");   // the best installed
//
// Folders in this order: the one given, $ATTEST_MODELS, `models` of the source tree this was built from,
// Tesseract's own ($TESSDATA_PREFIX, Debian's folder). Without a name the project's own model `attest` goes
// before `chi_sim`, wherever they lie. Pure apart from reading files; thread safe.
#ifndef ATTEST_OCR_MODELS_H_
#define ATTEST_OCR_MODELS_H_

#include <string>
#include <vector>

#include "record/error.h"

namespace attest {

struct ModelFile {
  std::string name;    // "attest", "chi_sim"
  std::string path;    // the .traineddata file
  std::string sha256;  // of its bytes, lower-case hexadecimal
};

// Folders that are looked through, in order; not all of them need exist.
std::vector<std::string> model_folders(const std::string& folder);

// Error `missing_dependency` names the folders when nothing fits.
Result<ModelFile> find_model(const std::string& folder, const std::string& name);

}  // namespace attest

#endif  // ATTEST_OCR_MODELS_H_
