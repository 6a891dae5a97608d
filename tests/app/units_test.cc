// Terminal text, page lists, exit codes, files that are there completely or not at all.
#include <gtest/gtest.h>

#include "app/exit_code.h"
#include "app/incomplete.h"
#include "app/output.h"
#include "app/pipeline.h"
#include "app/terminal.h"
#include "tests/app/program.h"

namespace attest {
namespace {

TEST(Escaped, ShowsWhatWouldDriveATerminal) {
  EXPECT_EQ(escaped("报告 a-1.pdf"), "报告 a-1.pdf");
  EXPECT_EQ(escaped("\x1b[31mred\x1b[0m"), "\\x1b[31mred\\x1b[0m");
  EXPECT_EQ(escaped("a\nb\tc\r\x7f"), "a\\x0ab\\x09c\\x0d\\x7f");
  EXPECT_EQ(escaped("\xc2\x9b"), "\\x9b") << "C1: a one-byte escape sequence";
  EXPECT_EQ(escaped("a\u202eb\u2066c\ufeff"), "a\\u202eb\\u2066c\\ufeff");
  EXPECT_EQ(escaped("bad \xff\xe6\x97 end"), "bad \\xff\\xe6\\x97 end");
  EXPECT_EQ(escaped(std::string("nul\0!", 5)), "nul\\x00!");
}

TEST(DisplayWidth, HanziTakeTwoColumnsAndMarksNone) {
  EXPECT_EQ(display_width("abc"), 3);
  EXPECT_EQ(display_width("报告：a"), 7);
  EXPECT_EQ(display_width("e\u0301"), 1);
  EXPECT_EQ(shortened("报告文件", 5), "报告…");
  EXPECT_EQ(shortened("abc", 3), "abc");
  EXPECT_EQ(shortened_front("/long/path/报告.pdf", 10), "…/报告.pdf");
}

TEST(Aligned, ColumnsStandUnderEachOther) {
  EXPECT_EQ(aligned({{"报告", "1", "x"}, {"a", "10", "y"}}, {1}), "报告   1  x\na     10  y\n");
}

TEST(PageRanges, ReadsListsAndRefusesTheRest) {
  const auto ranges = parse_page_ranges("1-3,5,9-");
  ASSERT_TRUE(ranges);
  ASSERT_EQ(ranges->size(), 3u);
  EXPECT_EQ((*ranges)[0].last, 3);
  EXPECT_EQ((*ranges)[1].first, 5);
  EXPECT_EQ((*ranges)[1].last, 5);
  EXPECT_GT((*ranges)[2].last, 1'000'000);
  EXPECT_TRUE(parse_page_ranges("")->empty());
  for (const char* bad : {"0", "-", "-3", "3-2", "1,", ",1", "1;2", "99999999999", "1 "}) {
    const auto refused = parse_page_ranges(bad);
    ASSERT_FALSE(refused) << bad;
    EXPECT_EQ(refused.error().code, ErrorCode::bad_configuration);
  }
}

TEST(ExitCodes, TheMachineGoesBeforeTheDocument) {
  EXPECT_EQ(worse(ExitCode::done, ExitCode::findings), ExitCode::findings);
  EXPECT_EQ(worse(ExitCode::findings, ExitCode::input_unreadable), ExitCode::input_unreadable);
  EXPECT_EQ(worse(ExitCode::missing_dependency, ExitCode::encrypted), ExitCode::missing_dependency);
  EXPECT_EQ(worse(ExitCode::interrupted, ExitCode::worker_failed), ExitCode::interrupted);
}

Record record_of_pages(int read, int all) {
  Record record;
  record.source.page_count = all;
  for (int number = 1; number <= read; ++number) {
    Page page;
    page.number = number;
    page.width = 595;
    page.origin = Origin::text_layer;
    record.pages.push_back(page);
  }
  Finding missing, product, misread;
  missing.rule = "field.missing";
  product.rule = "score.item.product";
  misread.rule = "score.total.sum";
  misread.verdict = Verdict::misread;
  record.findings = {missing, product, misread};
  return record;
}

TEST(Incomplete, PagesMissWhereNotAskedForOrNotRead) {
  EXPECT_FALSE(pages_missing(record_of_pages(3, 3)));
  EXPECT_TRUE(pages_missing(record_of_pages(2, 3)));
  Record record = record_of_pages(3, 3);
  record.errors = {{ErrorCode::damaged, "mended", "", 2}};
  EXPECT_FALSE(pages_missing(record)) << "a page that was read with a warning is there";
  record.pages[1] = Page{.number = 2};
  EXPECT_TRUE(pages_missing(record));
}

TEST(Incomplete, WhatIsNotThereAccusesNobody) {
  Record record = record_of_pages(2, 3);
  doubt_absences(record);
  EXPECT_EQ(record.findings[0].verdict, Verdict::undetermined);
  EXPECT_EQ(record.findings[1].verdict, Verdict::report_error)
      << "both numbers stand on a page that was read";
  EXPECT_EQ(record.findings[2].verdict, Verdict::misread);
}

TEST(OutputFile, IsThereCompletelyOrNotAtAll) {
  const TemporaryFolder folder;
  const std::string path = folder.write("a.txt", "old");
  {
    OutputFile file(path);
    file.write(std::string(200'000, 'x'));
  }
  EXPECT_EQ(read_file(path), "old") << "not committed";
  EXPECT_FALSE(write_file(path, "new"));
  EXPECT_EQ(read_file(path), "new");
  EXPECT_FALSE(std::filesystem::exists(path + ".part"));
  const auto failure = write_file((folder / "nowhere/b.txt").string(), "x");
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->code, ErrorCode::not_writable);
}

}  // namespace
}  // namespace attest
