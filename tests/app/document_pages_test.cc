// Pages of one document read by two engines, as two processes would, against the same by one.
#include "app/document_pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <leptonica/allheaders.h>

#include <map>

#include "app/commands.h"
#include "app/page_codec.h"
#include "export/json.h"
#include "tests/app/program.h"

namespace attest {
namespace {

using testing::ElementsAre;

// A drawn page with a table; `header`: with the texts of its first row.
PIX* drawn_page(bool header) {
  PIX* page = pixRead(ATTEST_SOURCE_DIR "/tests/ocr/data/page.png");
  constexpr std::pair<int, int> kCells[] = {{125, 495}, {505, 695}, {705, 895}};  // pixels across
  for (const auto& [left, right] : kCells) {
    if (!header) pixRasterop(page, left, 440, right - left, 50, PIX_SET, nullptr, 0, 0);
  }
  pixSetResolution(page, 150, 150);
  return page;
}

// Four pages: a table that goes on for two pages without its header, and a page with its own.
std::string write_scan(const TemporaryFolder& folder) {
  const std::string path = (folder / "scan.tif").string();
  const char* mode = "w";
  for (const bool header : {true, false, false, true}) {
    PIX* page = drawn_page(header);
    pixWriteTiff(path.c_str(), page, IFF_TIFF_LZW, mode);
    pixDestroy(&page);
    mode = "a";
  }
  return path;
}

using Hints = std::map<std::uint32_t, std::string>;

// One part of another's document.
class OnePart : public OwnParts {
 public:
  OnePart(std::uint32_t part, Hints& hints) : part_(part), hints_(hints) {}
  std::optional<std::uint32_t> next() override { return std::exchange(part_, std::nullopt); }
  void done(std::uint32_t, std::string bytes) override { result = std::move(bytes); }
  void hint(std::uint32_t part, std::string bytes) override { hints_[part] = std::move(bytes); }
  std::string hint_before(std::uint32_t part) override {
    while (part > 0 && hints_[part - 1].empty()) --part;
    return part > 0 ? hints_[part - 1] : "";
  }

  std::optional<std::string> result;

 private:
  std::optional<std::uint32_t> part_;
  Hints& hints_;
};

// Gives every second part to a helper.
class Halved : public OnePart {
 public:
  explicit Halved(Input input, Engine& helper)
      : OnePart(0, hints_), input_(std::move(input)), helper_(helper) {}

  void begin(std::uint32_t count) override { count_ = count; }
  void invite() override { invited_ = true; }
  std::optional<std::uint32_t> next() override {
    if (invited_ && next_ % 2 == 1 && next_ < count_) help_with(next_++);
    return next_ < count_ ? std::optional(next_++) : std::nullopt;
  }
  std::map<std::uint32_t, std::string> results() override { return std::exchange(results_, {}); }

  std::vector<std::uint32_t> helped;
  std::function<void(PageReading&)> change = [](PageReading&) {};

 private:
  void help_with(std::uint32_t part) {
    OnePart parts(part, hints_);
    help_with_pages(
        input_, helper_, [](Stage, int) {}, parts);
    ASSERT_TRUE(parts.result);
    ASSERT_TRUE(is_page_reading(*parts.result));
    PageReading reading = *decoded_reading(*parts.result);
    change(reading);
    results_[part] = encoded(reading);
    helped.push_back(part);
  }

  Input input_;
  Engine& helper_;
  Hints hints_;
  std::map<std::uint32_t, std::string> results_;
  std::uint32_t count_ = 0, next_ = 0;
  bool invited_ = false;
};

class DocumentPagesTest : public ::testing::Test {
 protected:
  std::string record(const Input& input, DocumentParts* parts = nullptr) {
    return to_json_text(process_document(input, owner_, {}, parts), /*pretty=*/true);
  }

  TemporaryFolder folder_;
  Engine owner_{{}, *schemes_in_use({})}, helper_{{}, *schemes_in_use({})};
};

TEST_F(DocumentPagesTest, TheRecordIsThatOfOneProcess) {
  const Input input{.path = write_scan(folder_)};
  const std::string alone = record(input);
  EXPECT_NE(alone.find("\"pages\": 4"), 0u);
  Halved parts(input, helper_);
  EXPECT_EQ(record(input, &parts), alone);
  EXPECT_THAT(parts.helped, ElementsAre(1, 3));
  EXPECT_EQ(record(input), alone) << "and nothing stays behind";
}

TEST_F(DocumentPagesTest, TheProgramWritesTheSameBytesWithAnyNumberOfWorkers) {
  write_scan(folder_);
  ASSERT_EQ(run_program(folder_, {"run", "scan.tif", "-o", "one", "-j", "1"}).exit_code, 0);
  ASSERT_EQ(run_program(folder_, {"run", "scan.tif", "-o", "three", "-j", "3"}).exit_code, 0);
  for (const char* name : {"scan.json", "records.jsonl", "scores.csv"}) {
    EXPECT_EQ(read_file(folder_ / "one" / name), read_file(folder_ / "three" / name)) << name;
  }
}

TEST_F(DocumentPagesTest, APageThatCannotBeReadIsTheSameErrorFromAHelper) {
  PipelineOptions options;
  options.reader.model = "no_such_model";
  const Input input{.path = write_scan(folder_)};
  Engine owner(options, *schemes_in_use({})), helper(options, *schemes_in_use({}));
  const auto text = [&](DocumentParts* parts) {
    return to_json_text(process_document(input, owner, {}, parts), /*pretty=*/true);
  };
  Halved parts(input, helper);
  const std::string shared = text(&parts);
  EXPECT_EQ(shared, text(nullptr));
  EXPECT_NE(shared.find("missing_dependency"), std::string::npos);
  EXPECT_THAT(parts.helped, ElementsAre(1, 3));
}

TEST_F(DocumentPagesTest, WhatCannotStandBesideTheOwnersPagesIsReadAnew) {
  const Input input{.path = write_scan(folder_)};
  const std::string alone = record(input);
  const std::function<void(PageReading&)> changes[] = {
      [](PageReading& reading) { reading.sha256[0] ^= 1; },
      [](PageReading& reading) { reading.number = reading.page->number = 1; },
      [](PageReading& reading) {
        reading.warned = true;
        reading.page->tables.clear();
      }};
  for (const auto& change : changes) {
    Halved parts(input, helper_);
    parts.change = change;
    EXPECT_EQ(record(input, &parts), alone);
    EXPECT_THAT(parts.helped, ElementsAre(1, 3));
  }
}

TEST_F(DocumentPagesTest, HelpersAreNotAskedForText) {
  folder_.write("a.txt", small_report());
  const Input input{.path = (folder_ / "a.txt").string()};
  Halved parts(input, helper_);
  EXPECT_EQ(record(input, &parts), record(input));
  EXPECT_TRUE(parts.helped.empty());
}

TEST_F(DocumentPagesTest, AHelperWhoseDocumentIsGoneDoesNothing) {
  Hints hints;
  OnePart parts(1, hints);
  help_with_pages(
      {.path = (folder_ / "gone.pdf").string()}, helper_, [](Stage, int) {}, parts);
  EXPECT_FALSE(parts.result);
  EXPECT_EQ(parts.next(), 1u) << "nothing was taken";
}

TEST(PageHints, MustBeColumns) {
  EXPECT_TRUE(is_page_hint(""));
  EXPECT_TRUE(is_page_hint(encoded(KnownColumns{{0, 1}, {LineContent::code}})));
  EXPECT_FALSE(is_page_hint("x"));
  EXPECT_FALSE(is_page_reading("x"));
}

}  // namespace
}  // namespace attest
