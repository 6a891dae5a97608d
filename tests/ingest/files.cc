#include "tests/ingest/files.h"

#include <leptonica/allheaders.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>

namespace attest::testing {
namespace {

PIX* to_pix(const Image& image) {
  PIX* pix = pixCreate(image.width, image.height, 8);
  for (int y = 0; y < image.height; ++y) {
    for (int x = 0; x < image.width; ++x) pixSetPixel(pix, x, y, image.row(y)[x]);
  }
  return pix;
}

Bytes taken(l_uint8* data, std::size_t size) {
  Bytes bytes(data, data + size);
  lept_free(data);
  return bytes;
}

}  // namespace

Bytes bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

std::string stream_object(const std::string& dictionary, const std::string& data) {
  return "<< " + dictionary + " /Length " + std::to_string(data.size()) + " >>\nstream\n" + data +
         "\nendstream";
}

Bytes pdf(const std::vector<PdfPage>& pages) {
  std::vector<std::pair<int, std::string>> objects = {{1, "<< /Type /Catalog /Pages 2 0 R >>"}};
  std::string kids;
  for (std::size_t i = 0; i < pages.size(); ++i) {
    const int number = static_cast<int>(100 * (i + 1));
    const auto reference = [&](int n) { return std::to_string(n) + " 0 R"; };
    kids += reference(number) + " ";
    std::string images;
    for (std::size_t k = 0; k < pages[i].objects.size(); ++k) {
      const int object = number + 10 + static_cast<int>(k);
      images += "/X" + std::to_string(k) + " " + reference(object) + " ";
      objects.emplace_back(object, pages[i].objects[k]);
    }
    objects.emplace_back(number, "<< /Type /Page /Parent 2 0 R " + pages[i].page + " /Contents " +
                                     reference(number + 1) + " /Resources << /Font << /F " + pages[i].font +
                                     " >> /XObject << " + images + ">> >> >>");
    objects.emplace_back(number + 1, stream_object("", pages[i].content));
  }
  objects.emplace_back(2,
                       "<< /Type /Pages /Kids [" + kids + "] /Count " + std::to_string(pages.size()) + " >>");
  std::string file = "%PDF-1.7\n", table;
  int most = 0;
  for (const auto& [number, body] : objects) {
    most = std::max(most, number);
    char entry[64];
    std::snprintf(entry, sizeof entry, "%d 1\n%010zu 00000 n \n", number, file.size());
    table += entry;
    file += std::to_string(number) + " 0 obj\n" + body + "\nendobj\n";
  }
  const std::size_t start = file.size();
  file += "xref\n0 1\n0000000000 65535 f \n" + table + "trailer << /Root 1 0 R /Size " +
          std::to_string(most + 1) + " >>\nstartxref\n" + std::to_string(start) + "\n%%EOF\n";
  return bytes_of(file);
}

Image marked_picture(int width, int height) {
  Image image;
  image.width = width;
  image.height = height;
  image.pixels.assign(static_cast<std::size_t>(width) * height, 255);
  for (int y = height / 8; y < height * 3 / 8; ++y) {
    for (int x = width / 8; x < width * 3 / 8; ++x) image.row(y)[x] = 0;
  }
  return image;
}

Bytes jpeg(const Image& image) {
  PIX* pix = to_pix(image);
  l_uint8* data = nullptr;
  std::size_t size = 0;
  pixWriteMemJpeg(&data, &size, pix, 90, 0);
  pixDestroy(&pix);
  return taken(data, size);
}

Bytes png(const Image& image) {
  PIX* pix = to_pix(image);
  l_uint8* data = nullptr;
  std::size_t size = 0;
  pixWriteMemPng(&data, &size, pix, 0);
  pixDestroy(&pix);
  return taken(data, size);
}

Bytes fax(const std::vector<Image>& pages, int dpi_x, int dpi_y) {
  PIXA* all = pixaCreate(0);
  for (const Image& page : pages) {
    PIX* grey = to_pix(page);
    PIX* bits = pixThresholdToBinary(grey, 128);
    pixSetResolution(bits, dpi_x, dpi_y);
    pixaAddPix(all, bits, L_INSERT);
    pixDestroy(&grey);
  }
  const TemporaryFolder folder;
  const std::string path = (folder / "fax.tif").string();
  pixaWriteMultipageTiff(path.c_str(), all);
  pixaDestroy(&all);
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string dark_corner(const Image& image) {
  long dark[2][2] = {};
  for (int y = 0; y < image.height; ++y) {
    for (int x = 0; x < image.width; ++x) {
      dark[2 * y >= image.height][2 * x >= image.width] += 255 - image.row(y)[x * image.channels];
    }
  }
  long most = 0;
  std::string corner = "none";
  for (int y = 0; y < 2; ++y) {
    for (int x = 0; x < 2; ++x) {
      if (dark[y][x] > most) {
        most = dark[y][x];
        corner = std::string(y == 0 ? "top" : "bottom") + (x == 0 ? " left" : " right");
      }
    }
  }
  return corner;
}

Result<std::unique_ptr<Document>> open(Bytes bytes, const IngestOptions& options) {
  return open_document({.path = "", .bytes = std::move(bytes), .name = "test"}, options);
}

std::string outcome(Bytes bytes, const IngestOptions& options) {
  const Result<std::unique_ptr<Document>> document = open(std::move(bytes), options);
  if (!document) return std::string(name_of(document.error().code));
  const Result<SourcePage> page = (*document)->page(1);
  return page ? "ok" : std::string(name_of(page.error().code));
}

}  // namespace attest::testing
