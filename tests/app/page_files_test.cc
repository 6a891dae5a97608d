// ALTO, hOCR and searchable PDF beside the record, of the samples, as a person would ask for them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string_view>
#include <vector>

#include "tests/app/program.h"

namespace attest {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

constexpr const char* kScan = "gbt-scan-200dpi";

bool is_installed(const std::string& program) {
  return std::system(("command -v " + program + " >/dev/null 2>&1").c_str()) == 0;
}

// What a command writes; it must succeed.
std::string told(const std::string& command, const TemporaryFolder& folder) {
  const std::string path = (folder / "told").string();
  EXPECT_EQ(std::system((command + " >'" + path + "' 2>&1").c_str()), 0) << command << "\n"
                                                                         << read_file(path);
  return read_file(path);
}

struct PlacedWord {
  std::string text;
  double left = 0, top = 0, right = 0, bottom = 0;  // points
};

double number_after(std::string_view element, std::string_view name) {
  const std::size_t at = element.find(name);
  return at == std::string_view::npos ? -1 : std::atof(element.data() + at + name.size());
}

// <word xMin="…" yMin="…" xMax="…" yMax="…">text</word> of the first page.
std::vector<PlacedWord> words_of_pdf(std::string_view text) {
  text = text.substr(0, text.find("</page>"));
  std::vector<PlacedWord> out;
  for (std::size_t at = text.find("<word "); at != text.npos; at = text.find("<word ", at + 1)) {
    const std::string_view element = text.substr(at, text.find("</word>", at) - at);
    out.push_back({std::string(element.substr(element.find('>') + 1)), number_after(element, "xMin=\""),
                   number_after(element, "yMin=\""), number_after(element, "xMax=\""),
                   number_after(element, "yMax=\"")});
  }
  return out;
}

// <String … HPOS="…" VPOS="…" WIDTH="…" HEIGHT="…" CONTENT="…">, in pixels.
std::vector<PlacedWord> words_of_alto(std::string_view text, double dpi) {
  const double scale = 72 / dpi;
  std::vector<PlacedWord> out;
  for (std::size_t at = text.find("<String "); at != text.npos; at = text.find("<String ", at + 1)) {
    const std::string_view element = text.substr(at, text.find('>', at) - at);
    const std::size_t content = element.find("CONTENT=\"") + 9;
    const double left = number_after(element, "HPOS=\""), top = number_after(element, "VPOS=\"");
    out.push_back({std::string(element.substr(content, element.find('"', content) - content)), left * scale,
                   top * scale, (left + number_after(element, "WIDTH=\"")) * scale,
                   (top + number_after(element, "HEIGHT=\"")) * scale});
  }
  return out;
}

// What the PDF has where a word lies; pdftotext divides words by rules of its own.
std::string text_at(const PlacedWord& place, const std::vector<PlacedWord>& words) {
  constexpr double kTolerance = 1.5;  // points: a pixel of rounding and the letters' own height
  std::string out;
  for (const PlacedWord& word : words) {
    const bool inside = word.left > place.left - kTolerance && word.right < place.right + kTolerance &&
                        word.top > place.top - kTolerance && word.bottom < place.bottom + kTolerance;
    if (inside) out += word.text;
  }
  return out;
}

class PageFilesOfSamples : public testing::Test {
 protected:
  // Reads the first page of a sample into out/.
  Outcome read(const std::string& name, const std::string& formats = "json,alto,hocr,pdf") const {
    const std::string path = std::string(ATTEST_SOURCE_DIR) + "/samples/documents/" + name;
    return run_program(folder_, {"run", path, "-o", "out", "--pages", "1", "--to", formats});
  }
  std::string out(const std::string& ending) const { return (folder_ / ("out/" + ending)).string(); }

  TemporaryFolder folder_;
};

TEST_F(PageFilesOfSamples, TextLiesWhereTheScanHasIt) {
  if (!is_installed("pdftotext")) GTEST_SKIP() << "poppler-utils is not installed";
  const Outcome outcome = read(std::string(kScan) + ".pdf");
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const std::string name = kScan;
  const std::vector<PlacedWord> read = words_of_alto(read_file(out(name + ".alto.xml")), 200);
  const std::vector<PlacedWord> found =
      words_of_pdf(told("pdftotext -bbox '" + out(name + ".searchable.pdf") + "' -", folder_));
  ASSERT_GT(read.size(), 15u);
  for (const PlacedWord& word : read) {
    const bool box = word.text == "☐" || word.text == "☑";  // has the height of its line in the PDF
    if (box) continue;
    EXPECT_EQ(text_at(word, found), word.text);
  }

  const auto record = nlohmann::json::parse(read_file(out(name + ".json")));
  const auto& field = record["fields"]["organization_name"];
  const auto on_page = std::find_if(found.begin(), found.end(), [&](const PlacedWord& word) {
    return word.text == field["value"].get<std::string>();
  });
  ASSERT_NE(on_page, found.end());
  EXPECT_NEAR(on_page->left, field["box"][0].get<double>(), 1.5);
  EXPECT_NEAR(on_page->top, field["box"][1].get<double>(), 1.5);

  const auto images = [&](const std::string& pdf) {  // without the numbers of their objects
    return told("pdfimages -list '" + pdf + "' | awk '{ $11 = \"\"; print }'", folder_);
  };
  EXPECT_EQ(images(out(name + ".searchable.pdf")),
            images(std::string(ATTEST_SOURCE_DIR) + "/samples/documents/" + name + ".pdf"))
      << "the scan is as it was";
}

TEST_F(PageFilesOfSamples, AreByTheirSchemas) {
  if (!is_installed("xmllint")) GTEST_SKIP() << "xmllint is not installed";
  for (const std::string name : {"cts06-clean.pdf", "cts05-fax.tif"}) {
    ASSERT_EQ(read(name, "alto,hocr").exit_code, 0);
    const std::string stem = name.substr(0, name.find('.'));
    told("xmllint --noout --relaxng '" ATTEST_SOURCE_DIR "/tests/export/alto.rng' '" +
             out(stem + ".alto.xml") + "'",
         folder_);
    told("xmllint --noout --nonet '" + out(stem + ".hocr") + "'", folder_);
    EXPECT_THAT(read_file(out(stem + ".hocr")), HasSubstr("class='ocrx_word'"));
  }
}

TEST_F(PageFilesOfSamples, APageWithItsOwnTextKeepsIt) {
  if (!is_installed("pdftotext")) GTEST_SKIP() << "poppler-utils is not installed";
  ASSERT_EQ(read("cts06-clean.pdf", "pdf").exit_code, 0);
  const std::string original = std::string(ATTEST_SOURCE_DIR) + "/samples/documents/cts06-clean.pdf";
  EXPECT_EQ(told("pdftotext '" + out("cts06-clean.searchable.pdf") + "' -", folder_),
            told("pdftotext '" + original + "' -", folder_));
}

TEST_F(PageFilesOfSamples, ATranscriptHasNoneAndIsReadAllTheSame) {
  const Outcome outcome = read("cts05-transcript.txt");
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_THAT(outcome.err, HasSubstr("there are no page images"));
  EXPECT_TRUE(fs::exists(out("cts05-transcript.json")));
  EXPECT_FALSE(fs::exists(out("cts05-transcript.alto.xml")));
}

TEST_F(PageFilesOfSamples, AnArchiveHasNoPlaceForThem) {
  folder_.write("a.txt", small_report());
  EXPECT_EQ(run_program(folder_, {"run", "a.txt", "--store", "a.db", "--to", "pdf"}).exit_code, 1);
}

}  // namespace
}  // namespace attest
