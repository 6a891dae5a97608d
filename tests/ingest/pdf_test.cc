#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <leptonica/allheaders.h>

#include <cmath>
#define POINTERHOLDER_TRANSITION 4  // qpdf 11 wants to be told that standard pointers are used
#include <qpdf/Buffer.hh>
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFWriter.hh>

#include "ingest/tiff_directory.h"
#include "tests/ingest/files.h"

namespace attest {
namespace {

using testing::Bytes;
using testing::dark_corner;
using testing::marked_picture;
using testing::pdf;
using testing::PdfPage;
using testing::stream_object;

constexpr char kHello[] = "BT /F 20 Tf 72 700 Td (Hello 123) Tj ET";

Result<SourcePage> first_page(Bytes bytes, const IngestOptions& options = {}) {
  auto document = testing::open(std::move(bytes), options);
  if (!document) return document.error();
  return (*document)->page(1);
}

// Share of dark pixels of the image inside a box.
double ink(const SourcePage& page, const Box& box) {
  const double scale = page.image.dpi / 72;
  long dark = 0, all = 0;
  for (int y = static_cast<int>(box.top * scale); y < box.bottom() * scale && y < page.image.height; ++y) {
    for (int x = static_cast<int>(box.left * scale); x < box.right() * scale && x < page.image.width; ++x) {
      if (x < 0 || y < 0) continue;
      ++all;
      dark += page.image.row(y)[x * page.image.channels] < 128;
    }
  }
  return all == 0 ? 0 : static_cast<double>(dark) / static_cast<double>(all);
}

std::string image_dictionary(const Image& image, const std::string& more) {
  return "/Type /XObject /Subtype /Image /Width " + std::to_string(image.width) + " /Height " +
         std::to_string(image.height) + " /BitsPerComponent 8 /ColorSpace /DeviceGray " + more;
}

std::string jpeg_object(const Image& image, const std::string& more = "") {
  const Bytes data = testing::jpeg(image);
  return stream_object(image_dictionary(image, "/Filter /DCTDecode " + more), {data.begin(), data.end()});
}

std::string raw_object(const Image& image, const std::string& more = "") {
  return stream_object(image_dictionary(image, more), {image.pixels.begin(), image.pixels.end()});
}

constexpr char kWholePage[] = "q 595 0 0 842 0 0 cm /X0 Do Q";

TEST(Pdf, TextLayer) {
  const Result<SourcePage> page = first_page(pdf({{.content = kHello}}));
  ASSERT_TRUE(page);
  EXPECT_EQ(page->origin, Origin::text_layer);
  EXPECT_EQ(page->rotation, 0);
  EXPECT_DOUBLE_EQ(page->width, 595);
  EXPECT_DOUBLE_EQ(page->height, 842);
  ASSERT_EQ(page->words.size(), 2u);
  const TextWord& word = page->words[0];
  EXPECT_EQ(word.text, "Hello");
  ASSERT_EQ(word.boxes.size(), 5u);
  EXPECT_NEAR(word.box.left, 72, 1);
  EXPECT_NEAR(word.box.bottom(), 142 + 4, 3);  // the base line and what hangs below it
  EXPECT_LT(word.boxes[0].left, word.boxes[1].left);
  EXPECT_NEAR(word.font_size, 20, 0.1);
  EXPECT_EQ(word.font, "Helvetica");
  EXPECT_DOUBLE_EQ(page->image.dpi, 150);
  EXPECT_EQ(page->image.channels, 1);
  EXPECT_FALSE(page->native);
  for (const TextWord& w : page->words) EXPECT_GT(ink(*page, w.box), 0.05) << w.text;
}

// The glyphs are Helvetica's, their characters what the map says.
Bytes mapped_to(const std::string& first_code, const std::string& content) {
  const std::string map =
      "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /M def /CMapType 2 def\n"
      "1 begincodespacerange <00> <FF> endcodespacerange\n"
      "1 beginbfrange <41> <5A> <" +
      first_code + "> endbfrange\nendcmap end end";
  return pdf({{.content = content,
               .objects = {stream_object("", map)},
               .font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 110 0 R >>"}});
}

TEST(Pdf, ALayerOfCharactersWithoutMeaningIsAScan) {
  const std::string line = "BT /F 20 Tf 72 700 Td (ABCDEFGHIJKLMN) Tj ET";
  const Result<SourcePage> garbage = first_page(mapped_to("E010", line));
  ASSERT_TRUE(garbage);
  EXPECT_EQ(garbage->origin, Origin::scan);
  EXPECT_FALSE(garbage->words.empty()) << "kept as a claim";
  EXPECT_GE(garbage->image.dpi, 200) << "rendered to be recognised";
  const Result<SourcePage> hanzi = first_page(mapped_to("4E00", line));
  ASSERT_TRUE(hanzi);
  EXPECT_EQ(hanzi->origin, Origin::text_layer);
  // A few boxes of a symbol font, or of a logo's, are no reason to doubt a page.
  for (const char* code : {"F0A0", "E010"}) {
    const Result<SourcePage> page =
        first_page(mapped_to(code, "BT /F 20 Tf 72 700 Td (tested facility, no claim, AB) Tj ET"));
    ASSERT_TRUE(page);
    EXPECT_EQ(page->origin, Origin::text_layer) << code;
  }
}

TEST(Pdf, PageTurnedInTheViewerIsTurnedBack) {
  const Result<SourcePage> upright = first_page(pdf({{.content = kHello}}));
  for (const int rotate : {90, 180, 270}) {
    const std::string dictionary = "/MediaBox [0 0 595 842] /Rotate " + std::to_string(rotate);
    const Result<SourcePage> page = first_page(pdf({{.content = kHello, .page = dictionary}}));
    ASSERT_TRUE(page);
    EXPECT_EQ(page->rotation, rotate);
    EXPECT_DOUBLE_EQ(page->width, 595);
    ASSERT_EQ(page->words.size(), 2u) << rotate;
    for (const TextWord& word : page->words) {
      const TextWord& same = upright->words[word.text == "Hello" ? 0 : 1];
      EXPECT_NEAR(word.box.left, same.box.left, 0.5) << rotate;
      EXPECT_NEAR(word.box.top, same.box.top, 0.5) << rotate;
      EXPECT_NEAR(word.boxes[1].left, same.boxes[1].left, 0.5) << rotate;
      EXPECT_GT(ink(*page, word.box), 0.05) << rotate;
    }
  }
}

TEST(Pdf, RotateThatSetsContentUprightStays) {
  const Result<SourcePage> page =
      first_page(pdf({{.content = "BT /F 20 Tf 0 1 -1 0 300 100 Tm (Hello 123) Tj ET",
                       .page = "/MediaBox [0 0 595 842] /Rotate 90"}}));
  ASSERT_TRUE(page);
  EXPECT_EQ(page->rotation, 0);
  EXPECT_DOUBLE_EQ(page->width, 842);
  ASSERT_EQ(page->words.size(), 2u);
  EXPECT_GT(page->words[0].box.width, page->words[0].box.height);
  EXPECT_GT(ink(*page, page->words[0].box), 0.05);
}

TEST(Pdf, CropBoxMovesTheOrigin) {
  const Result<SourcePage> page =
      first_page(pdf({{.content = kHello, .page = "/MediaBox [0 0 595 842] /CropBox [50 600 350 800]"}}));
  ASSERT_TRUE(page);
  EXPECT_DOUBLE_EQ(page->width, 300);
  ASSERT_FALSE(page->words.empty());
  EXPECT_NEAR(page->words[0].box.left, 22, 1);
  EXPECT_GT(ink(*page, page->words[0].box), 0.05);
}

TEST(Pdf, ScanIsTakenAsItIs) {
  const Image picture = marked_picture(1190, 1684);
  const Result<SourcePage> page =
      first_page(pdf({{.content = kWholePage, .objects = {raw_object(picture)}}}));
  ASSERT_TRUE(page);
  EXPECT_EQ(page->origin, Origin::scan);
  EXPECT_TRUE(page->native);
  EXPECT_NEAR(page->image.dpi, 144, 0.01);
  EXPECT_EQ(page->image.pixels, picture.pixels);
  const Result<SourcePage> compressed =
      first_page(pdf({{.content = kWholePage, .objects = {jpeg_object(picture)}}}));
  ASSERT_TRUE(compressed);
  EXPECT_TRUE(compressed->native);
  EXPECT_EQ(compressed->image.width, 1190);
  EXPECT_EQ(dark_corner(compressed->image), "top left");
}

TEST(Pdf, PlacementAndRotateAreHonoured) {
  struct Case {
    const char* content;
    int rotate;
    const char* corner;
  };
  // With the matrices of 8.3.4: as it is, upside down, mirrored, and quarter turns; then with /Rotate.
  const Case cases[] = {
      {"595 0 0 842 0 0", 0, "top left"},       {"-595 0 0 -842 595 842", 0, "bottom right"},
      {"-595 0 0 842 595 0", 0, "top right"},   {"0 842 -595 0 595 0", 0, "bottom left"},
      {"0 -842 595 0 0 842", 0, "top right"},   {"595 0 0 842 0 0", 90, "top right"},
      {"595 0 0 842 0 0", 180, "bottom right"}, {"595 0 0 842 0 0", 270, "bottom left"},
      {"0 842 -595 0 595 0", 90, "top left"}};
  for (const Case& c : cases) {
    const bool lying = c.content[0] == '0';
    const Image picture = lying ? marked_picture(842, 595) : marked_picture(595, 842);
    const std::string dictionary = "/MediaBox [0 0 595 842] /Rotate " + std::to_string(c.rotate);
    const std::string content = std::string("q ") + c.content + " cm /X0 Do Q";
    const Bytes file = pdf({{.content = content, .page = dictionary, .objects = {raw_object(picture)}}});
    const Result<SourcePage> page = first_page(file);
    ASSERT_TRUE(page);
    EXPECT_TRUE(page->native) << c.content;
    EXPECT_EQ(dark_corner(page->image), c.corner) << c.content << " /Rotate " << c.rotate;
    EXPECT_NEAR(page->width / page->height, static_cast<double>(page->image.width) / page->image.height,
                0.01);
    // A mask that hides nothing makes it unusual: then Poppler draws the page, and must agree.
    const Bytes masked =
        pdf({{.content = content, .page = dictionary, .objects = {raw_object(picture, "/Mask [7 7]")}}});
    const Result<SourcePage> drawn = first_page(masked);
    ASSERT_TRUE(drawn);
    EXPECT_FALSE(drawn->native);
    EXPECT_EQ(dark_corner(drawn->image), c.corner) << c.content << " /Rotate " << c.rotate;
  }
}

TEST(Pdf, MarginsOfAScanStayWhite) {
  const Image picture = marked_picture(1160, 1644);
  const Result<SourcePage> page =
      first_page(pdf({{.content = "q 580 0 0 822 15 20 cm /X0 Do Q", .objects = {raw_object(picture)}}}));
  ASSERT_TRUE(page);
  EXPECT_TRUE(page->native);
  EXPECT_EQ(page->image.width, 1190);
  EXPECT_EQ(page->image.height, 1684);
  // The square's corner: an eighth of the picture after margins of 15 points and 842 - 822 - 20 = 0 at the
  // top.
  EXPECT_EQ(page->image.row(1644 / 8 + 5)[30 + 1160 / 8 + 5], 0);
  EXPECT_EQ(page->image.row(1644 / 8 + 5)[30 + 1160 / 8 - 5], 255);
}

TEST(Pdf, BilevelSamplesAndPalettes) {
  const Image picture = marked_picture(800, 1128);
  std::string bits, indices;
  for (std::size_t i = 0; i < picture.pixels.size(); i += 8) {
    int byte = 0;
    for (int k = 0; k < 8; ++k) byte = byte << 1 | (picture.pixels[i + k] != 0);
    bits += static_cast<char>(byte);
  }
  for (const auto p : picture.pixels) indices += p != 0 ? '\1' : '\0';
  const std::string head = "/Type /XObject /Subtype /Image /Width 800 /Height 1128 ";
  const std::string one = head + "/BitsPerComponent 1 /ColorSpace /DeviceGray ";
  const std::string inverted = one + "/Decode [1 0] ";
  const std::string palette =
      head + "/BitsPerComponent 8 /ColorSpace [/Indexed /DeviceRGB 1 <102030f0f0f0>] ";
  const auto read = [](const std::string& dictionary, const std::string& data) {
    return first_page(pdf({{.content = kWholePage, .objects = {stream_object(dictionary, data)}}}));
  };
  const Result<SourcePage> plain = read(one, bits), negative = read(inverted, bits),
                           colours = read(palette, indices);
  ASSERT_TRUE(plain && negative && colours);
  EXPECT_TRUE(plain->native && negative->native && colours->native);
  EXPECT_EQ(plain->image.pixels, picture.pixels);
  EXPECT_EQ(negative->image.pixels[0], 0);
  ASSERT_EQ(colours->image.channels, 3);
  EXPECT_EQ(colours->image.pixels[0], 0xf0);
  EXPECT_THAT(std::vector<int>(colours->image.row(200) + 3 * 200, colours->image.row(200) + 3 * 200 + 3),
              ::testing::ElementsAre(0x10, 0x20, 0x30));
}

TEST(Pdf, FaxStream) {
  const Image picture = marked_picture(800, 1128);
  PIX* pix = pixCreate(800, 1128, 1);
  for (int y = 0; y < 1128; ++y) {
    for (int x = 0; x < 800; ++x) pixSetPixel(pix, x, y, picture.row(y)[x] == 0);
  }
  L_COMP_DATA* coded = nullptr;
  pixGenerateCIData(pix, L_G4_ENCODE, 0, 0, &coded);
  pixDestroy(&pix);
  ASSERT_NE(coded, nullptr);
  const std::string data(reinterpret_cast<const char*>(coded->datacomp), coded->nbytescomp);
  l_CIDataDestroy(&coded);
  for (const bool black_is_one : {false, true}) {
    const std::string dictionary =
        std::string(
            "/Type /XObject /Subtype /Image /Width 800 /Height 1128 /BitsPerComponent 1 /ColorSpace "
            "/DeviceGray /Filter /CCITTFaxDecode /DecodeParms << /K -1 /Columns 800 /Rows 1128 /BlackIs1 ") +
        (black_is_one ? "true >> " : "false >> ");
    const Bytes file = pdf({{.content = kWholePage, .objects = {stream_object(dictionary, data)}}});
    const Result<SourcePage> page = first_page(file);
    ASSERT_TRUE(page);
    EXPECT_TRUE(page->native);
    // Poppler is the oracle: with a stamp-like line on it the page is drawn.
    const std::string touched = std::string(kWholePage) + " 0 0 m 1 1 l S";
    const Result<SourcePage> drawn =
        first_page(pdf({{.content = touched, .objects = {stream_object(dictionary, data)}}}));
    ASSERT_TRUE(drawn);
    EXPECT_FALSE(drawn->native);
    const Image &a = page->image, &b = drawn->image;
    EXPECT_EQ(a.row(a.height / 4)[a.width / 4], b.row(b.height / 4)[b.width / 4 * 3]) << black_is_one;
    EXPECT_EQ(a.row(a.height / 2)[a.width / 2], b.row(b.height / 2)[b.width / 2 * 3]) << black_is_one;
    EXPECT_NE(a.row(a.height / 4)[a.width / 4], a.row(a.height / 2)[a.width / 2]);
  }
}

TEST(Pdf, LayerOverAScanIsAClaim) {
  const std::string invisible = "BT 3 Tr /F 20 Tf 72 700 Td (Hello 123) Tj ET";
  const std::string shown = "BT /F 20 Tf 72 700 Td (Hello 123) Tj ET";
  const std::string image = jpeg_object(marked_picture(1190, 1684));
  for (const std::string& content :
       {kWholePage + (" " + invisible), invisible + " " + kWholePage, shown + " " + kWholePage}) {
    const Result<SourcePage> page = first_page(pdf({{.content = content, .objects = {image}}}));
    ASSERT_TRUE(page);
    EXPECT_EQ(page->origin, Origin::scan) << content;
    EXPECT_TRUE(page->native) << content;
    EXPECT_EQ(page->words.size(), 2u) << content;
  }
  // A line printed over the scan is in no picture of it: the page is drawn.
  const Result<SourcePage> line =
      first_page(pdf({{.content = kWholePage + (" " + shown), .objects = {image}}}));
  ASSERT_TRUE(line);
  EXPECT_EQ(line->origin, Origin::scan);
  EXPECT_FALSE(line->native);
}

TEST(Pdf, MixedPages) {
  const std::string image = jpeg_object(marked_picture(1190, 842));
  const Result<SourcePage> half = first_page(
      pdf({{.content = std::string("q 595 0 0 400 0 0 cm /X0 Do Q ") + kHello, .objects = {image}}}));
  ASSERT_TRUE(half);
  EXPECT_EQ(half->origin, Origin::mixed);
  EXPECT_EQ(half->image.channels, 3);
  const Result<SourcePage> logo = first_page(
      pdf({{.content = std::string("q 100 0 0 70 0 0 cm /X0 Do Q ") + kHello, .objects = {image}}}));
  ASSERT_TRUE(logo);
  EXPECT_EQ(logo->origin, Origin::text_layer);
}

TEST(Pdf, PictureInsideAForm) {
  const std::string form = stream_object(
      "/Type /XObject /Subtype /Form /BBox [0 0 1 1] /Matrix [595 0 0 842 0 0] /Resources << /XObject << /Y "
      "111 0 R >> >>",
      "/Y Do");
  const Image picture = marked_picture(1190, 1684);
  const Result<SourcePage> page =
      first_page(pdf({{.content = "/X0 Do", .objects = {form, raw_object(picture)}}}));
  ASSERT_TRUE(page);
  EXPECT_TRUE(page->native);
  EXPECT_EQ(page->image.pixels, picture.pixels);
}

TEST(Pdf, FormThatDrawsItselfEnds) {
  const std::string form = stream_object(
      "/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /XObject << /X0 110 0 R /X1 111 0 R "
      ">> >>",
      "/X0 Do /X0 Do q 595 0 0 842 0 0 cm /X1 Do Q");
  EXPECT_EQ(
      testing::outcome(pdf({{.content = "/X0 Do", .objects = {form, raw_object(marked_picture(600, 842))}}})),
      "ok");
}

TEST(Pdf, BlankPages) {
  const Result<SourcePage> page = first_page(pdf({{.content = ""}}));
  ASSERT_TRUE(page);
  EXPECT_EQ(page->origin, Origin::blank);
  EXPECT_EQ(testing::outcome(pdf({{.content = "BT 3 Tr /F 20 Tf 72 700 Td (Hello 123) Tj ET"}})),
            "blank_render");
}

TEST(Pdf, HugePages) {
  const PdfPage poster{.content = "BT /F 900 Tf 72 700 Td (Hello 123) Tj ET",
                       .page = "/MediaBox [0 0 7200 7200]"};
  auto document = testing::open(pdf({poster}));
  ASSERT_TRUE(document);
  const Result<SourcePage> page = (*document)->page(1);
  ASSERT_TRUE(page);
  EXPECT_LE(static_cast<double>(page->image.width) * page->image.height, 100.5e6);
  EXPECT_LT(page->image.dpi, 150);
  ASSERT_FALSE((*document)->warnings().empty());
  EXPECT_EQ((*document)->warnings()[0].code, ErrorCode::too_large) << (*document)->warnings()[0].message;
  EXPECT_EQ(testing::outcome(pdf({{.content = "0 0 m 9 9 l S", .page = "/MediaBox [0 0 14400 14400]"}})),
            "too_large");
  EXPECT_EQ(testing::outcome(pdf({{.content = kHello}, {.content = kHello}}), {.max_pages = 1}), "too_large");
}

Bytes encrypted(const Bytes& plain, const char* user_password) {
  QPDF file;
  file.setSuppressWarnings(true);
  file.processMemoryFile("test", reinterpret_cast<const char*>(plain.data()), plain.size());
  QPDFWriter writer(file);
  writer.setOutputMemory();
  writer.setR6EncryptionParameters(user_password, "owner", true, true, true, true, true, true, qpdf_r3p_full,
                                   true);
  writer.write();
  const auto buffer = writer.getBufferSharedPointer();
  return {buffer->getBuffer(), buffer->getBuffer() + buffer->getSize()};
}

TEST(Pdf, Encryption) {
  const Bytes plain = pdf({{.content = kWholePage, .objects = {jpeg_object(marked_picture(1190, 1684))}}});
  EXPECT_EQ(testing::outcome(encrypted(plain, "secret")), "encrypted");
  const Result<SourcePage> page = first_page(encrypted(plain, ""));
  ASSERT_TRUE(page);
  EXPECT_TRUE(page->native);
}

TEST(Pdf, DamageIsTold) {
  EXPECT_EQ(testing::outcome(testing::bytes_of("%PDF-1.4\nnothing of use")), "damaged");
  Bytes file = pdf({{.content = kHello}, {.content = kHello}});
  const std::string text(file.begin(), file.end());
  file.resize(
      text.find("xref"));  // cut before the table: rebuilt from the objects, but the trailer names the root
  EXPECT_EQ(testing::outcome(file), "damaged");
  file = testing::bytes_of(text.substr(0, text.find("startxref")));
  auto document = testing::open(file);
  ASSERT_TRUE(document);
  ASSERT_FALSE((*document)->warnings().empty());
  EXPECT_EQ((*document)->warnings()[0].code, ErrorCode::damaged);
  EXPECT_EQ((*document)->page(2)->words.size(), 2u);
  Bytes bad_table = pdf({{.content = kHello}});
  const std::string whole(bad_table.begin(), bad_table.end());
  bad_table[whole.find("startxref") + 10] = '9';
  auto repaired = testing::open(bad_table);
  ASSERT_TRUE(repaired);
  EXPECT_EQ((*repaired)->page(1)->words.size(), 2u);
}

TEST(Pdf, ListingNeedsNoImages) {
  const Result<SourcePage> page = first_page(pdf({{.content = kHello}}), {.images = false});
  ASSERT_TRUE(page);
  EXPECT_TRUE(page->image.empty());
  EXPECT_EQ(page->words.size(), 2u);
}

}  // namespace
}  // namespace attest
