#include "export/page_layout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

#include "export/searchable_pdf.h"
#include "tests/export/bulk_sample.h"
#include "text/fold.h"

namespace attest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Characters of `size` points side by side from (left, top); a space is a gap.
Line line_at(const std::string& text, double left, double top, double size) {
  Line line;
  for (const char32_t c : to_u32(text)) {
    const std::string character = to_utf8(std::u32string_view(&c, 1));
    const double width = c < 0x80 ? size / 2 : size;
    line.glyphs.push_back({character, {left, top, width, size}, c == U'疑' ? 0.25 : 0.9, -1, {}});
    left += width;
  }
  for (const Glyph& glyph : line.glyphs) line.box = united(line.box, glyph.box);
  return line;
}

// An A4 page with a line, a check box before a word, and a table of one cell.
Page sample_page(Origin origin = Origin::scan) {
  Page page;
  page.number = 1;
  page.width = 595;
  page.height = 842;
  page.origin = origin;
  page.lines = {line_at("评价报告 A12疑", 100, 80, 12), line_at("口初次<认证>&\"", 72, 120, 10)};
  page.lines[0].bold = true;
  page.lines[1].glyphs[0].text = "☑";
  page.lines[1].glyphs[0].mark = 0;
  Table table;
  table.box = {60, 200, 300, 40};
  table.rows = table.columns = 1;
  table.cells = {{0, 0, 1, 1, table.box, {line_at("95.47", 70, 210, 11)}}};
  page.tables = {table};
  page.blocks = {{Block::Kind::line, 0}, {Block::Kind::line, 1}, {Block::Kind::table, 0}};
  return page;
}

LayoutDocument layout_of(const Page& page, double dpi) {
  LayoutDocument document;
  document.source.file_name = "a<b>&\"c\".pdf";
  document.source.sha256 = std::string(64, 'a');
  document.pages = {{&page, dpi}};
  return document;
}

TEST(Words, AreWhatStandsBetweenGaps) {
  const Page page = sample_page();
  std::vector<std::string> texts;
  for (const Line& line : page.lines) {
    for (const LayoutWord& word : words_of(line)) texts.push_back(word.text);
  }
  EXPECT_THAT(texts, ElementsAre("评价报告", "A12疑", "☑", "初次<认证>&\""));
  const std::vector<LayoutWord> words = words_of(page.lines[0]);
  EXPECT_EQ(words[0].box, (Box{100, 80, 48, 12}));
  EXPECT_DOUBLE_EQ(words[1].confidence, 0.25) << "the least of its characters";
}

TEST(Alto, PlacesWordsInPixels) {
  const Page page = sample_page();
  const std::string alto = to_alto(layout_of(page, 144));
  EXPECT_THAT(alto, HasSubstr("<MeasurementUnit>pixel</MeasurementUnit>"));
  EXPECT_THAT(alto, HasSubstr("HEIGHT=\"1684\" WIDTH=\"1190\""));
  EXPECT_THAT(
      alto,
      HasSubstr("HPOS=\"200\" VPOS=\"160\" WIDTH=\"96\" HEIGHT=\"24\" CONTENT=\"评价报告\" WC=\"0.9\""));
  EXPECT_THAT(alto, HasSubstr("FONTSIZE=\"12\" FONTSTYLE=\"bold\""));
  EXPECT_THAT(alto, HasSubstr("CONTENT=\"初次&lt;认证&gt;&amp;&quot;\""));
  EXPECT_THAT(alto, HasSubstr("<ComposedBlock ID=\"TB1_"));
  EXPECT_EQ(alto, to_alto(layout_of(page, 144)));
}

TEST(Alto, IsByTheSchema) {
  if (!is_installed("xmllint")) GTEST_SKIP() << "xmllint is not installed";
  const ScratchFolder folder;
  Page blank;
  blank.number = 2;
  for (const Origin origin : {Origin::scan, Origin::text_layer}) {
    const Page page = sample_page(origin);
    LayoutDocument document = layout_of(page, 200);
    document.pages.push_back({&blank, 0});
    const std::string path = folder / "a.xml",
                      grammar = std::string(ATTEST_SOURCE_DIR) + "/tests/export/alto.rng";
    std::ofstream(path) << to_alto(document);
    output_of("xmllint --noout --relaxng '" + grammar + "' '" + path + "'");
  }
}

TEST(Alto, HasGlyphsOfOneCharacter) {
  Page page = sample_page();
  page.lines[0].glyphs[1].text = "价报";
  const std::string alto = to_alto(layout_of(page, 144));
  EXPECT_THAT(alto, HasSubstr("CONTENT=\"评价报报告\" WC=\"0.9\"/>")) << "a word with such has none";
  EXPECT_THAT(alto, HasSubstr("<Glyph HPOS=\"308\"")) << "the others have theirs";
}

TEST(Hocr, IsWellFormedAndPlacesWords) {
  const Page page = sample_page();
  const std::string hocr = to_hocr(layout_of(page, 144));
  EXPECT_THAT(hocr, HasSubstr("bbox 0 0 1190 1684; scan_res 144 144; ppageno 0"));
  EXPECT_THAT(hocr, HasSubstr("title='bbox 200 160 296 184; x_wconf 90'><strong>评价报告</strong>"));
  EXPECT_THAT(hocr, HasSubstr("初次&lt;认证&gt;&amp;&quot;"));
  EXPECT_THAT(hocr, HasSubstr("class='ocr_table'"));
  if (!is_installed("xmllint")) GTEST_SKIP() << "xmllint is not installed";
  const ScratchFolder folder;
  std::ofstream(folder / "a.hocr") << hocr;
  output_of("xmllint --noout --nonet '" + (folder / "a.hocr") + "'");
}

TEST(MarkupText, HasNoControlCharacters) {
  EXPECT_EQ(markup_text("a\x01\x1b<\t>'\"&\xff"), "a\uFFFD\uFFFD&lt;\t&gt;&#39;&quot;&amp;\uFFFD");
}

// -- the searchable PDF

struct Placed {
  double left, top, right, bottom;
};

// The place at which pdftotext finds a word, and how often it finds it.
std::pair<Placed, int> find_word(const std::string& pdf, const std::string& word,
                                 const ScratchFolder& folder) {
  std::ofstream(folder / "a.pdf", std::ios::binary) << pdf;
  output_of("qpdf --check '" + (folder / "a.pdf") + "'");
  const std::string text = output_of("pdftotext -bbox '" + (folder / "a.pdf") + "' -");
  Placed place{};
  int count = 0;
  for (std::size_t at = text.find(">" + word + "<"); at != std::string::npos;
       at = text.find(">" + word + "<", at + 1)) {
    const std::size_t begin = text.rfind("<word", at);
    std::sscanf(text.c_str() + begin, "<word xMin=\"%lf\" yMin=\"%lf\" xMax=\"%lf\" yMax=\"%lf\"",
                &place.left, &place.top, &place.right, &place.bottom);
    ++count;
  }
  EXPECT_GT(count, 0) << word << "\n" << text;
  return {place, count};
}

void expect_near(const Placed& found, const Box& wanted) {
  constexpr double kTolerance = 1;  // points
  EXPECT_NEAR(found.left, wanted.left, kTolerance);
  EXPECT_NEAR(found.top, wanted.top, kTolerance);
  EXPECT_NEAR(found.right, wanted.right(), kTolerance);
  EXPECT_NEAR(found.bottom, wanted.bottom(), kTolerance);
}

class SearchablePdf : public testing::Test {
 protected:
  void SetUp() override {
    if (!is_installed("pdftotext") || !is_installed("qpdf"))
      GTEST_SKIP() << "poppler-utils or qpdf are not installed";
  }

  static Image grey_image() {
    Image image;
    image.width = 60;
    image.height = 84;
    image.dpi = 7.26;
    image.pixels.assign(60 * 84, 200);
    return image;
  }

  static std::string image_pdf(const TextLayerPage& layer) {
    ImagePdf pdf;
    const auto failure = pdf.add(layer, grey_image(), "");
    EXPECT_FALSE(failure) << failure->message;
    const Result<std::string> out = pdf.finish();
    EXPECT_TRUE(out);
    return *out;
  }

  ScratchFolder folder_;
};

TEST_F(SearchablePdf, HasWordsInTheirPlaces) {
  const Page page = sample_page();
  const std::string pdf = image_pdf({&page, 0, {}});
  expect_near(find_word(pdf, "评价报告", folder_).first, {100, 80, 48, 12});
  expect_near(find_word(pdf, "A12疑", folder_).first, {154, 80, 30, 12});
  expect_near(find_word(pdf, "95.47", folder_).first, {70, 210, 27.5, 11});
  EXPECT_EQ(pdf, image_pdf({&page, 0, {}})) << "the same bytes twice";
}

// A page that was scanned lying on its side is shown upright, with its text.
TEST_F(SearchablePdf, TurnsWithThePage) {
  const Page page = sample_page();
  for (const int turn : {90, 180, 270}) {
    expect_near(find_word(image_pdf({&page, turn, {}}), "评价报告", folder_).first, {100, 80, 48, 12});
  }
}

TEST_F(SearchablePdf, KeepsTheOriginalPage) {
  Page empty = sample_page();
  empty.blocks.clear();
  const std::string original = image_pdf({&empty, 0, {}});
  const Page page = sample_page();
  const Result<std::string> pdf = with_text_layer(original, {{&page, 0, {}}});
  ASSERT_TRUE(pdf) << pdf.error().message;
  expect_near(find_word(*pdf, "评价报告", folder_).first, {100, 80, 48, 12});
  const std::string images = output_of("pdfimages -list '" + (folder_ / "a.pdf") + "'");
  EXPECT_THAT(images, HasSubstr(" 60    84"));
  const Result<std::string> again = with_text_layer(*pdf, {{&page, 0, {}}});
  ASSERT_TRUE(again);
  EXPECT_EQ(find_word(*again, "95.47", folder_).second, 1) << "invisible text of before gives way";
}

TEST_F(SearchablePdf, LeavesPagesWithTheirOwnText) {
  const Page page = sample_page(Origin::text_layer);
  const std::string pdf = image_pdf({&page, 0, {}});
  std::ofstream(folder_ / "a.pdf", std::ios::binary) << pdf;
  EXPECT_EQ(output_of("pdftotext '" + (folder_ / "a.pdf") + "' -"), "\f");
  const Page mixed = sample_page(Origin::mixed);
  const std::string half = image_pdf({&mixed, 0, {{90, 70, 400, 30}}});
  EXPECT_EQ(find_word(half, "95.47", folder_).second, 1);
  EXPECT_EQ(output_of("pdftotext '" + (folder_ / "a.pdf") + "' -").find("评价报告"), std::string::npos);
}

TEST(SearchablePdfOf, DamagedBytesIsAnError) {
  const Page page = sample_page();
  for (const std::string bytes : {"", "%PDF-1.4", "no pdf"}) {
    const Result<std::string> pdf = with_text_layer(bytes, {{&page, 0, {}}});
    ASSERT_FALSE(pdf);
    EXPECT_EQ(pdf.error().code, ErrorCode::damaged);
  }
}

TEST(JpegShapeOf, ReadsTheFrameHeader) {
  constexpr char kBytes[] = "\xff\xd8\xff\xe0\x00\x04xx\xff\xc0\x00\x0b\x08\x00\x10\x00\x20\x03rest";
  const std::string frame(kBytes, sizeof(kBytes) - 1);
  const auto shape = jpeg_shape(frame);
  ASSERT_TRUE(shape);
  EXPECT_EQ(shape->width, 32);
  EXPECT_EQ(shape->height, 16);
  EXPECT_EQ(shape->components, 3);
  for (std::size_t length = 0; length < 18; ++length) EXPECT_FALSE(jpeg_shape(frame.substr(0, length)));
}

}  // namespace
}  // namespace attest
