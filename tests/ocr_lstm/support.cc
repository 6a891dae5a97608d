#include "tests/ocr_lstm/support.h"

#include <leptonica/allheaders.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>

namespace attest::lstm {
namespace {

const std::string kFolder = std::string(ATTEST_SOURCE_DIR) + "/tests/ocr_lstm/data";

struct PixDeleter {
  void operator()(PIX* p) const { pixDestroy(&p); }
};

template <typename T>
void append(std::vector<std::uint8_t>* out, T value) {
  std::uint8_t bytes[sizeof value];
  std::memcpy(bytes, &value, sizeof value);
  for (const std::uint8_t byte : bytes) out->push_back(byte);
}

}  // namespace

std::vector<std::string> model_paths() {
  std::vector<std::string> out;
  for (const std::string& path : {std::string(ATTEST_SOURCE_DIR) + "/models/attest.traineddata",
                                  std::string("/usr/share/tesseract-ocr/5/tessdata/chi_sim.traineddata")}) {
    if (std::filesystem::is_regular_file(path)) out.push_back(path);
  }
  return out;
}

std::vector<std::uint8_t> bytes_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {(std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>()};
}

std::vector<std::uint8_t> without_dictionaries(std::span<const std::uint8_t> file) {
  std::int32_t count = 0;
  std::memcpy(&count, file.data(), 4);
  std::vector<std::int64_t> offsets(count);
  std::memcpy(offsets.data(), file.data() + 4, offsets.size() * 8);
  std::vector<std::uint8_t> out, body;
  append(&out, count);
  for (int i = 0; i < count; ++i) {
    const bool dictionary = i >= 18 && i <= 20;  // punctuation, words, numbers
    if (offsets[i] < 0 || dictionary) {
      append(&out, std::int64_t{-1});
      continue;
    }
    auto end = static_cast<std::int64_t>(file.size());
    for (const std::int64_t o : offsets) {
      if (o > offsets[i]) end = std::min(end, o);
    }
    append(&out, static_cast<std::int64_t>(4 + offsets.size() * 8 + body.size()));
    body.insert(body.end(), file.begin() + offsets[i], file.begin() + end);
  }
  out.insert(out.end(), body.begin(), body.end());
  return out;
}

std::vector<std::string> line_names() {
  std::vector<std::string> out;
  for (const auto& file : std::filesystem::directory_iterator(kFolder)) {
    if (file.path().extension() == ".png") out.push_back(file.path().stem().string());
  }
  std::sort(out.begin(), out.end());
  return out;
}

Image load_grey(const std::string& path) {
  const std::unique_ptr<PIX, PixDeleter> read(pixRead(path.c_str()));
  const std::unique_ptr<PIX, PixDeleter> pix(read ? pixConvertTo8(read.get(), 0) : nullptr);
  Image image;
  if (!pix) return image;
  image.width = pixGetWidth(pix.get());
  image.height = pixGetHeight(pix.get());
  for (int y = 0; y < image.height; ++y) {
    const l_uint32* line = pixGetData(pix.get()) + static_cast<std::ptrdiff_t>(pixGetWpl(pix.get())) * y;
    for (int x = 0; x < image.width; ++x)
      image.pixels.push_back(static_cast<std::uint8_t>(GET_DATA_BYTE(line, x)));
  }
  return image;
}

Image line_image(const std::string& name) { return load_grey(kFolder + "/" + name + ".png"); }

std::vector<LineInput> all_inputs(int height) {
  std::vector<LineInput> out;
  for (const std::string& name : line_names()) out.push_back(prepare_line(line_image(name), height).input);
  return out;
}

}  // namespace attest::lstm
