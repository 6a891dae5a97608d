#include "ingest/document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>

#include "tests/ingest/files.h"

namespace attest {
namespace {

using namespace std::string_view_literals;
using testing::Bytes;
using testing::bytes_of;
using testing::marked_picture;
using testing::outcome;

TEST(OpenDocument, KindByBytes) {
  const std::pair<std::string_view, const char*> cases[] = {
      {""sv, "empty_input"},
      {"报告"sv, "ok"},
      {" {\"schema\": \"attest.report/1\", \"报告\": [1, 2]}\n"sv, "not_a_document"},
      {"[{}]"sv, "not_a_document"},
      {"[报告](a.md)"sv, "ok"},
      {"{1} 报告"sv, "ok"},
      {"\0\1\2\3"sv, "not_a_document"},
      {"\x7f"
       "ELF\2\1\1\0"sv,
       "not_a_document"},
      {"\xe6\x8a\xff"sv, "not_a_document"},  // cut in a character
      {"text with \x01 a control character"sv, "not_a_document"},
      {"\x80\x80\x80\x80"sv, "not_a_document"},
      {"\x89PNG\r\n\x1a\n"sv, "damaged"},
      {"\xff\xd8\xff\xe0"sv, "damaged"},
      {"II*\0"sv, "damaged"},
      {"MM\0*\0\0\0\x08"sv, "damaged"},
      {"II*\0\xff\xff\xff\xff"sv, "damaged"},
      {"%PDF-1.7"sv, "damaged"},
      {"garbage\n%PDF-1.7"sv, "damaged"},
      {"\0\0\0\x0cjP  \r\n\x87\n...."sv, "unsupported"},
      {"\xff\x4f\xff\x51\0\0"sv, "unsupported"},
      {"\x97JB2\r\n\x1a\n"sv, "unsupported"},
      {"GIF89a"sv, "unsupported"},
      {"RIFF\0\0\0\0WEBPVP8 "sv, "unsupported"},
      {"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\1\0\0\0\1\0\0\0\1\0\x18\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"sv,
       "unsupported"},
      {"PK\3\4\x14\0"sv, "unsupported"},
      {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"sv, "unsupported"},
  };
  for (const auto& [bytes, expected] : cases) EXPECT_EQ(outcome(bytes_of(bytes)), expected) << bytes;
}

TEST(OpenDocument, NameDoesNotDecide) {
  const TemporaryFolder folder;
  const std::string jpeg2000 = folder.write("page.tif", bytes_of("\0\0\0\x0cjP  \r\n\x87\n"sv));
  const std::string text = folder.write("report.pdf", bytes_of("报告"));
  const auto refused = open_document({.path = jpeg2000}, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unsupported);
  EXPECT_EQ(refused.error().document, "page.tif");
  EXPECT_THAT(refused.error().message, ::testing::HasSubstr("JPEG 2000"));
  const auto opened = open_document({.path = text}, {});
  ASSERT_TRUE(opened);
  EXPECT_EQ((*opened)->media_type(), "text/plain");
  EXPECT_EQ((*opened)->file_name(), "report.pdf");
  EXPECT_EQ((*opened)->sha256(), "1e8ddd10bafe5127a5c2c0862f147d855ea29aa8ab1c729d3f87d0eabead98e6");
}

TEST(OpenDocument, Limits) {
  EXPECT_EQ(outcome(bytes_of("报告报告"), {.max_bytes = 5}), "too_large");
  EXPECT_EQ(outcome(bytes_of("1\n\n\n\n2"), {.max_pages = 1}), "too_large");
  EXPECT_EQ(outcome(Bytes(9'000'000, 'x')), "too_large");
  EXPECT_EQ(outcome(Bytes(9'000'000, 0)), "not_a_document");
  const TemporaryFolder folder;
  const std::string path = folder.write("a.txt", bytes_of("报告报告"));
  EXPECT_EQ(open_document({.path = path}, {.max_bytes = 5}).error().code, ErrorCode::too_large);
}

TEST(OpenDocument, WhatCannotBeRead) {
  EXPECT_EQ(open_document({.path = "/nowhere/report.pdf"}, {}).error().code, ErrorCode::unreadable);
  EXPECT_EQ(open_document({.path = "/dev/zero"}, {}).error().code, ErrorCode::unreadable);
  const TemporaryFolder folder;
  EXPECT_EQ(open_document({.path = folder.path()}, {}).error().code, ErrorCode::empty_input);
  EXPECT_EQ(open_document({.path = folder.write("empty.pdf", testing::Bytes{})}, {}).error().code,
            ErrorCode::empty_input);
}

TEST(Folder, PagesInNaturalOrder) {
  const TemporaryFolder folder;
  folder.write("scan/page-10.png", testing::png(marked_picture(300, 300)));
  folder.write("scan/page-9.jpg", testing::jpeg(marked_picture(200, 200)));
  folder.write("scan/page-1.tif", testing::fax({marked_picture(100, 100)}, 100, 100));
  folder.write("scan/.hidden", bytes_of("x"));
  auto document = open_document({.path = (folder / "scan/").string()}, {});
  ASSERT_TRUE(document);
  EXPECT_EQ((*document)->file_name(), "scan");
  ASSERT_EQ((*document)->page_count(), 3);
  for (const int n : {1, 2, 3}) {
    const Result<SourcePage> page = (*document)->page(n);
    ASSERT_TRUE(page);
    EXPECT_EQ(page->number, n);
    EXPECT_EQ(page->image.width, 100 * n);
  }
  const std::string before = (*document)->sha256();
  folder.write("scan/page-11.png", testing::png(marked_picture(300, 300)));
  EXPECT_NE((*open_document({.path = (folder / "scan").string()}, {}))->sha256(), before);
}

TEST(Folder, DamagedPageKeepsTheOthers) {
  const TemporaryFolder folder;
  folder.write("1.jpg", testing::jpeg(marked_picture(200, 200)));
  folder.write("2.jpg", bytes_of("\xff\xd8\xff\xe0 cut"));
  auto document = open_document({.path = folder.path()}, {});
  ASSERT_TRUE(document);
  EXPECT_TRUE((*document)->page(1));
  const Result<SourcePage> page = (*document)->page(2);
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().code, ErrorCode::damaged);
  EXPECT_EQ(page.error().page, 2);
}

TEST(ListDocuments, DescendsFolders) {
  const TemporaryFolder folder;
  const Bytes page = testing::jpeg(marked_picture(50, 50));
  folder.write("b/scan/1.jpg", page);
  folder.write("b/scan/2.jpg", page);
  folder.write("b/report.pdf", bytes_of("%PDF-"));
  folder.write("a10.txt", bytes_of("x"));
  folder.write("a9.bin", bytes_of("\0\1"sv));
  folder.write("fax/1.tif", testing::fax({marked_picture(50, 50), marked_picture(50, 50)}, 100, 100));
  folder.write(".hidden/x.pdf", bytes_of("x"));
  const auto found = list_documents(folder.path());
  ASSERT_TRUE(found);
  const auto in = [&](const char* name) { return (folder / "").string() + name; };
  EXPECT_THAT(*found, ::testing::ElementsAre(in("a9.bin"), in("a10.txt"), in("b/report.pdf"), in("b/scan"),
                                             in("fax/1.tif")));
  EXPECT_THAT(*list_documents(in("b/scan")), ::testing::ElementsAre(in("b/scan")));
  EXPECT_THAT(*list_documents(in("a10.txt")), ::testing::ElementsAre(in("a10.txt")));
  EXPECT_EQ(list_documents(in("none")).error().code, ErrorCode::unreadable);
}

TEST(ListDocuments, PassesOverNothingThatIsNoFile) {
  const TemporaryFolder folder;
  const auto in = [&](const std::string& name) { return (folder / name).string(); };
  folder.write("a.txt", bytes_of("x"));
  ASSERT_EQ(mkfifo(in("b.pipe").c_str(), 0600), 0);
  std::filesystem::create_symlink("nowhere.pdf", in("c.link"));
  std::filesystem::create_symlink("d.self", in("d.self"));
  std::filesystem::create_symlink("/dev/zero", in("e.device"));
  EXPECT_THAT(*list_documents(folder.path()),
              ::testing::ElementsAre(in("a.txt"), in("b.pipe"), in("c.link"), in("d.self"), in("e.device")));
  const std::pair<const char*, const char*> said[] = {
      {"b.pipe", "a pipe"}, {"c.link", "not there"}, {"d.self", "symbolic links"}, {"e.device", "a device"}};
  for (const auto& [name, words] : said) {
    const auto document = open_document({.path = in(name)}, {});
    ASSERT_FALSE(document) << name;
    EXPECT_EQ(document.error().code, ErrorCode::unreadable) << name;
    EXPECT_THAT(document.error().message, ::testing::HasSubstr(words)) << name;
  }
}

TEST(ListDocuments, FollowsLinksAndLooksIntoEachFolderOnce) {
  const TemporaryFolder folder, elsewhere;
  const auto in = [&](const std::string& name) { return (folder / name).string(); };
  elsewhere.write("far.txt", bytes_of("x"));
  folder.write("a/b/1.txt", bytes_of("x"));
  std::filesystem::create_symlink("../..", in("a/b/loop"));
  std::filesystem::create_symlink("a", in("again"));
  std::filesystem::create_symlink(elsewhere.path(), in("other"));
  EXPECT_THAT(*list_documents(folder.path()), ::testing::ElementsAre(in("a/b/1.txt"), in("other/far.txt")));
}

TEST(ListDocuments, AFolderThatMayNotBeListedIsAnInputThatCannotBeRead) {
  const TemporaryFolder folder;
  folder.write("a/1.txt", bytes_of("x"));
  folder.write("b.txt", bytes_of("x"));
  std::filesystem::permissions(folder.path(), std::filesystem::perms(0755));
  std::filesystem::permissions(folder / "a", std::filesystem::perms::none);
  constexpr uid_t kNobody = 65534;
  const bool root = geteuid() == 0;  // who may list it all the same
  if (root) {
    ASSERT_EQ(seteuid(kNobody), 0);
  }
  const auto found = list_documents(folder.path());
  const auto document = open_document({.path = (folder / "a").string()}, {});
  if (root) {
    ASSERT_EQ(seteuid(0), 0);
  }
  std::filesystem::permissions(folder / "a", std::filesystem::perms(0755));
  ASSERT_TRUE(found);
  EXPECT_THAT(*found, ::testing::ElementsAre((folder / "a").string(), (folder / "b.txt").string()));
  ASSERT_FALSE(document);
  EXPECT_EQ(document.error().code, ErrorCode::unreadable);
}

// Damaged bytes end in a typed error or in pages, never in a crash: cuts and flips of every kind of file.
TEST(OpenDocument, DamageNeverCrashes) {
  const Bytes files[] = {
      testing::pdf({{.content = "BT /F 20 Tf 72 700 Td (Hello 123) Tj ET"},
                    {.content = "q 595 0 0 842 0 0 cm /X0 Do Q",
                     .objects = {testing::stream_object("/Type /XObject /Subtype /Image /Width 60 /Height 84 "
                                                        "/BitsPerComponent 8 /ColorSpace /DeviceGray",
                                                        std::string(60 * 84, 'x'))}}}),
      testing::fax({marked_picture(64, 64), marked_picture(64, 64)}, 100, 100),
      testing::jpeg(marked_picture(64, 64)),
      testing::png(marked_picture(64, 64)),
      bytes_of("# 报告\n\n| 甲 | 乙 |\n|--|--|\n| <br> | **丙** |\n\\_ &amp; <input checked>"),
  };
  std::mt19937 random(7);
  const IngestOptions small{.max_pixels = 4'000'000, .max_pages = 20};
  for (const Bytes& file : files) {
    for (int round = 0; round < 60; ++round) {
      Bytes damaged = file;
      if (round % 3 == 0) damaged.resize(random() % file.size());
      for (int i = 0; i < 1 + round / 6 && !damaged.empty(); ++i) {
        damaged[random() % damaged.size()] = static_cast<std::uint8_t>(random());
      }
      auto document = testing::open(damaged, small);
      if (!document) {
        EXPECT_NE(document.error().code, ErrorCode::internal) << document.error().message;
        continue;
      }
      for (int n = 1; n <= (*document)->page_count(); ++n) {
        const Result<SourcePage> page = (*document)->page(n);
        if (!page) {
          EXPECT_EQ(page.error().page, n);
          continue;
        }
        EXPECT_EQ(page->image.pixels.size(),
                  static_cast<std::size_t>(page->image.width) * page->image.height * page->image.channels);
      }
    }
  }
}

}  // namespace
}  // namespace attest
