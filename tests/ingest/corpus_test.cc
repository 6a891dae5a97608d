// Every document of the shared corpus opens, with the pages that its truth names, and each page can be read.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

#include "ingest/document.h"

namespace attest {
namespace {

namespace fs = std::filesystem;

fs::path corpus() {
  const char* shared = std::getenv("ATTEST_SHARED");
  return fs::path(shared != nullptr ? shared : ATTEST_SOURCE_DIR "/../shared") / "corpus";
}

struct Truth {
  fs::path file;
  std::string rendition;
  int pages = 0;
};

// The three values that are needed, by name: conditions.rendition, conditions.pages, file.
Truth read_truth(const fs::path& path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  const std::string json = text.str();
  const auto value = [&](const char* pattern) {
    std::smatch match;
    return std::regex_search(json, match, std::regex(pattern)) ? match[1].str() : std::string();
  };
  const std::string pages = value("\"pages\": ([0-9]+)");
  return {path.parent_path() / value("\"file\": \"([^\"]+)\""), value("\"rendition\": \"([^\"]+)\""),
          pages.empty() ? 0 : std::stoi(pages)};
}

// Share of words whose boxes hold ink.
double words_on_ink(const SourcePage& page) {
  int hits = 0;
  for (const TextWord& word : page.words) {
    const double scale = page.image.dpi / 72;
    bool ink = false;
    for (int y = static_cast<int>(word.box.top * scale); y < word.box.bottom() * scale && !ink; ++y) {
      for (int x = static_cast<int>(word.box.left * scale); x < word.box.right() * scale && !ink; ++x) {
        ink = x >= 0 && y >= 0 && x < page.image.width && y < page.image.height &&
              page.image.row(y)[x * page.image.channels] < 160;
      }
    }
    hits += ink;
  }
  return page.words.empty() ? 1 : static_cast<double>(hits) / static_cast<double>(page.words.size());
}

void check_page(const SourcePage& page, const std::string& rendition) {
  ASSERT_FALSE(page.image.empty());
  EXPECT_NEAR(page.width, page.image.width * 72 / page.image.dpi, 2);
  EXPECT_NEAR(page.height, page.image.height * 72 / page.image.dpi, 2);
  const bool digital = rendition == "digital" || rendition == "vector";
  if (digital) {
    EXPECT_EQ(page.origin, Origin::text_layer);
  }
  if (page.origin == Origin::text_layer) {
    EXPECT_LT(page.width, page.height);  // these reports stand upright
    EXPECT_GT(page.words.size(), 3u);
    EXPECT_GT(words_on_ink(page), 0.95);
  } else {
    EXPECT_EQ(page.origin, Origin::scan);
    EXPECT_TRUE(page.native);
    EXPECT_EQ(page.words.empty(), rendition != "badlayer");
  }
}

TEST(Corpus, EveryDocumentOpens) {
  if (!fs::is_directory(corpus())) GTEST_SKIP() << "no shared corpus at " << corpus();
  int documents = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator(corpus())) {
    if (!entry.path().string().ends_with(".truth.json")) continue;
    const Truth truth = read_truth(entry.path());
    SCOPED_TRACE(truth.file.filename().string());
    auto document = open_document({.path = truth.file.string()}, {});
    ASSERT_TRUE(document) << document.error().message;
    EXPECT_EQ((*document)->page_count(), truth.pages);
    for (int n = 1; n <= (*document)->page_count(); ++n) {
      SCOPED_TRACE(n);
      const Result<SourcePage> page = (*document)->page(n);
      ASSERT_TRUE(page) << page.error().message;
      check_page(*page, truth.rendition);
    }
    EXPECT_TRUE((*document)->warnings().empty());
    ++documents;
  }
  EXPECT_GT(documents, 0);
}

TEST(Corpus, EveryTranscriptIsText) {
  if (!fs::is_directory(corpus() / "transcripts")) GTEST_SKIP() << "no shared corpus at " << corpus();
  for (const fs::directory_entry& entry : fs::directory_iterator(corpus() / "transcripts")) {
    if (entry.path().extension() != ".txt") continue;
    auto document = open_document({.path = entry.path().string()}, {});
    ASSERT_TRUE(document) << entry.path();
    for (int n = 1; n <= (*document)->page_count(); ++n) {
      const Result<SourcePage> page = (*document)->page(n);
      ASSERT_TRUE(page && page->page) << entry.path();
      EXPECT_FALSE(page->page->blocks.empty()) << entry.path() << " page " << n;
    }
  }
}

TEST(Corpus, ListsEveryDocumentOnce) {
  if (!fs::is_directory(corpus())) GTEST_SKIP() << "no shared corpus at " << corpus();
  const Result<std::vector<std::string>> found = list_documents(corpus().string());
  ASSERT_TRUE(found);
  for (const fs::directory_entry& entry : fs::directory_iterator(corpus())) {
    if (!entry.path().string().ends_with(".truth.json")) continue;
    EXPECT_EQ(std::count(found->begin(), found->end(), read_truth(entry.path()).file.string()), 1)
        << entry.path();
  }
}

}  // namespace
}  // namespace attest
