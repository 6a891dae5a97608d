// Transcripts: reports typed or recognised into plain text or Markdown. Text to finished pages.
//
//   # 服务认证审查报告            heading: markers gone, bold
//   - ☐推荐认证注册资格           list bullet gone, box is a mark
//   代码⇥姓名⇥组内身份            run of lines with tabs: a table
//   | 序号 | 标题 |              run of lines with pipes: a table; the row of dashes is dropped
//   (three blank lines or more)  page break, as is a form feed
//
// Line numbers count from 1 through the whole text. Boxes are empty, confidences 1. Pure and thread safe.
#ifndef ATTEST_INGEST_TRANSCRIPT_H_
#define ATTEST_INGEST_TRANSCRIPT_H_

#include <string_view>
#include <vector>

#include "record/page.h"

namespace attest {

// At least one page; a text without printed characters gives one page without blocks.
std::vector<Page> read_transcript(std::string_view nfc);

// Whether the text uses Markdown: headings, pipe tables, bold or escapes.
bool is_markdown(std::string_view nfc);

}  // namespace attest

#endif  // ATTEST_INGEST_TRANSCRIPT_H_
