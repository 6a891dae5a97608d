#include "ocr/scan_page.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "ocr/models.h"
#include "ocr/reader.h"
#include "ocr/recognizer.h"
#include "ocr/straighten.h"
#include "ocr/tesseract_recognizer.h"
#include "tests/ocr/page_fixture.h"

namespace attest {
namespace {

using testing::fixture;
using testing::scan_of;
using testing::skewed;

std::string without_spaces(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c != ' ') out += c;
  }
  return out;
}

class Tesseract : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    const Result<ModelFile> model = find_model("", "");
    ASSERT_TRUE(model) << model.error().message;
    Result<std::unique_ptr<LineRecognizer>> made = make_tesseract_recognizer(model->path);
    ASSERT_TRUE(made) << made.error().message;
    recognizer_ = std::move(*made);
  }
  static void TearDownTestSuite() { recognizer_.reset(); }

  static RecognizedLine read(const std::string& name, LineContent content) {
    const Image image = fixture(name);
    const LineRequest request{&image, content};
    return recognizer_->recognize({&request, 1}).front();
  }
  static std::string text_of(const RecognizedLine& line) {
    std::string out;
    for (const Glyph& g : line.glyphs) out += g.text;
    return without_spaces(out);
  }

  static std::unique_ptr<LineRecognizer> recognizer_;
};
std::unique_ptr<LineRecognizer> Tesseract::recognizer_;

TEST_F(Tesseract, ReadsLinesWithPlaces) {
  const RecognizedLine name = read("line-name.png", LineContent::text);
  EXPECT_NE(text_of(name).find("青山环保科技有限公司"), std::string::npos) << text_of(name);
  EXPECT_GT(name.confidence, 0.8);
  double left = -1;
  for (const Glyph& g : name.glyphs) {
    EXPECT_GE(g.box.left, left);
    left = g.box.left;
    EXPECT_LE(g.box.right(), 625);
    EXPECT_GE(g.confidence, 0);
    EXPECT_LE(g.confidence, 1);
    for (const Alternative& a : g.alternatives) {
      EXPECT_GE(a.cost, 0);
      EXPECT_NE(a.text, g.text);
    }
  }
}

TEST_F(Tesseract, ReadsNumbersAndCodes) {
  EXPECT_EQ(text_of(read("line-number.png", LineContent::number)), "95.47");
  EXPECT_EQ(text_of(read("line-code.png", LineContent::code)), "20913-2024-SA");
}

TEST_F(Tesseract, NothingToReadIsAnEmptyLine) {
  const LineRequest none;
  EXPECT_TRUE(recognizer_->recognize({&none, 1}).front().glyphs.empty());
  Image white;
  white.width = 200;
  white.height = 48;
  white.pixels.assign(9600, 255);
  const LineRequest blank{&white, LineContent::text};
  EXPECT_LE(recognizer_->recognize({&blank, 1}).front().glyphs.size(), 1u);
}

TEST(Recognizer, MissingModelIsAnError) {
  EXPECT_EQ(make_tesseract_recognizer("/nowhere/none.traineddata").error().code,
            ErrorCode::missing_dependency);
}

std::string text_of(const Page& page) {
  std::string out;
  for (const Line& line : page.lines) out += without_spaces(line.text()) + "\n";
  return out;
}

void expect_content(const Page& page, const std::string& how) {
  const std::string text = text_of(page);
  EXPECT_NE(text.find("青山环保科技有限公司"), std::string::npos) << how << ": " << text;
  EXPECT_NE(text.find("20913-2024-SA"), std::string::npos) << how << ": " << text;
  ASSERT_EQ(page.tables.size(), 1u) << how;
  ASSERT_EQ(page.tables[0].rows, 3) << how;
  ASSERT_EQ(page.tables[0].columns, 3) << how;
  EXPECT_EQ(page.tables[0].at(1, 2)->text(), "3.94") << how;
  EXPECT_EQ(page.tables[0].at(2, 1)->text(), "6") << how;
  ASSERT_EQ(page.marks.size(), 2u) << how;
  EXPECT_EQ(page.marks[0].state, MarkState::checked) << how;
  EXPECT_EQ(page.marks[1].state, MarkState::unchecked) << how;
}

TEST(PageReader, ReadsAScanHoweverItLies) {
  PageReader reader({});
  const Image page = fixture("page.png");
  for (const int degrees : {0, 90, 180, 270}) {
    Result<Page> read = reader.read(scan_of(turned(page, degrees)));
    ASSERT_TRUE(read) << read.error().message;
    expect_content(*read, "turned " + std::to_string(degrees));
    EXPECT_EQ(read->rotation, (360 - degrees) % 360);
    EXPECT_NEAR(read->width, 595.2, 1);
    // The evidence lies where the value stands on the upright page.
    const Box box = read->tables[0].at(1, 2)->box;
    EXPECT_TRUE(box.contains(800 * 0.48, 535 * 0.48)) << degrees;
    EXPECT_TRUE(read->marks[0].box.contains(246 * 0.48, 360 * 0.48)) << degrees;
  }
  Result<Page> read = reader.read(scan_of(skewed(page, 1.7)));
  ASSERT_TRUE(read);
  expect_content(*read, "skewed");
}

TEST(PageReader, SameBytesSamePage) {
  PageReader a({}), b({});
  const SourcePage source = scan_of(fixture("page.png"));
  const Result<Page> first = a.read(source), again = a.read(source), other = b.read(source);
  ASSERT_TRUE(first && again && other);
  EXPECT_EQ(text_of(*first), text_of(*again));
  EXPECT_EQ(text_of(*first), text_of(*other));
}

class ToldColumns : public ColumnMemory {
 public:
  explicit ToldColumns(KnownColumns told) : told_(std::move(told)) {}
  void after(int, const KnownColumns& columns) override { left = columns; }
  KnownColumns before(int) override { return ++asked, told_; }

  KnownColumns left;
  int asked = 0;

 private:
  KnownColumns told_;
};

TEST(ScanReader, ATableTellsItsColumns) {
  const Result<ModelFile> model = find_model("", "");
  ASSERT_TRUE(model);
  const auto recognizer = make_lstm_recognizer(model->path);
  ASSERT_TRUE(recognizer);
  ToldColumns columns({});
  ASSERT_TRUE(ScanReader(recognizer->get(), {}).read(scan_of(fixture("page.png")), &columns));
  EXPECT_EQ(columns.asked, 0) << "it has a header of its own";
  EXPECT_EQ(columns.left.contents,
            (std::vector{LineContent::text, LineContent::number, LineContent::number}));
}

// Reads nothing, so that no table has a header; notes what it is asked for.
class BlindReader : public LineRecognizer {
 public:
  std::vector<RecognizedLine> recognize(std::span<const LineRequest> lines) override {
    for (const LineRequest& line : lines) ++asked[line.content];
    return std::vector<RecognizedLine>(lines.size());
  }
  std::string name() const override { return "blind"; }

  std::map<LineContent, int> asked;
};

TEST(ScanReader, ATableWithoutAHeaderGoesOnWithTheColumnsBefore) {
  const std::vector<double> edges = {0, 380.0 / 780, 580.0 / 780, 1};
  ToldColumns told({edges, {LineContent::text, LineContent::number, LineContent::code}});
  ToldColumns other({{0, 0.2, 0.3, 1}, told.before(1).contents});
  const SourcePage page = scan_of(fixture("page.png"));
  BlindReader with, with_others, without;
  ASSERT_TRUE(ScanReader(&with, {}).read(page, &told));
  ASSERT_TRUE(ScanReader(&with_others, {}).read(page, &other));
  ASSERT_TRUE(ScanReader(&without, {}).read(page));
  EXPECT_EQ(with.asked[LineContent::number], 2);
  EXPECT_EQ(with.asked[LineContent::code], 2);
  EXPECT_EQ(with_others.asked[LineContent::number], 0) << "another table";
  EXPECT_EQ(without.asked[LineContent::number], 0);
  EXPECT_TRUE(told.left.empty());
}

TEST(PageReader, WrongLayerOfAScanIsNamed) {
  PageReader reader({});
  SourcePage source = scan_of(fixture("page.png"));
  const auto add = [&](const std::string& text, double left, double top, double step) {
    TextWord word;
    word.text = text;
    for (std::size_t i = 0, n = 0; i < text.size(); ++n) {
      i += static_cast<unsigned char>(text[i]) < 0x80 ? 1 : 3;
      word.boxes.push_back({left + static_cast<double>(n) * step, top, step, 10.5});
    }
    word.box = {left, top, step * static_cast<double>(word.boxes.size()), 10.5};
    source.words.push_back(word);
  };
  const auto add_lines = [&](const char* name, const char* number, const char* address) {
    source.words.clear();
    add(name, 57.6, 81, 10.56);
    add("项目编号：", 57.6, 110, 10.56);
    add(number, 110.4, 110, 5.5);
    add(address, 57.6, 139, 10.56);
  };
  add_lines("组织名称：青山环保科技有限公司", "20913-2024-SA", "审查地址：山东省青岛市市南区香港中路18");
  Result<Page> right = reader.read(source);
  ASSERT_TRUE(right);
  EXPECT_TRUE(right->notices.empty());
  add_lines("组织名称：绿水建材贸易股份公司", "20913-2024-SA", "审查地址：河南省洛阳市涧西区中州西路18");
  Result<Page> wrong = reader.read(source);
  ASSERT_TRUE(wrong);
  ASSERT_EQ(wrong->notices.size(), 1u);
  EXPECT_EQ(wrong->notices[0].rule, "reading.text_layer");
  EXPECT_EQ(text_of(*wrong), text_of(*right)) << "the image is read, not the layer";
}

TEST(PageReader, TranscriptIsHandedThroughBlankStaysBlank) {
  PageReader reader({});
  SourcePage source;
  source.number = 3;
  source.origin = Origin::transcript;
  source.page = Page{};
  source.page->number = 3;
  source.page->lines.push_back({});
  Result<Page> page = reader.read(source);
  ASSERT_TRUE(page);
  EXPECT_EQ(page->lines.size(), 1u);
  source.page.reset();
  EXPECT_EQ(reader.read(source).error().code, ErrorCode::internal);
  source.origin = Origin::blank;
  EXPECT_TRUE(reader.read(source)->blocks.empty());
  source.origin = Origin::scan;  // without an image
  EXPECT_TRUE(reader.read(source)->blocks.empty());
}

TEST(Models, FolderGoesFirstAndMissingOnesAreNamed) {
  const Result<ModelFile> none = find_model("/nowhere", "no_such_model");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::missing_dependency);
  EXPECT_NE(none.error().message.find("/nowhere"), std::string::npos);
  EXPECT_EQ(model_folders("/first").front(), "/first");
  const Result<ModelFile> found = find_model("", "chi_sim");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->sha256.size(), 64u);
}

}  // namespace
}  // namespace attest
