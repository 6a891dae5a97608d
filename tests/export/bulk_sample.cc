#include "tests/export/bulk_sample.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <iterator>

#include "export/json.h"

namespace attest {
namespace {

namespace fs = std::filesystem;

Field printed(const std::string& value, const std::string& text = "") {
  Field field;
  field.value = value;
  field.text = text.empty() ? value : text;
  field.evidence = {1, {10, 20, 30, 40}, 0};
  return field;
}

Line text_line(const std::string& text) {
  Line line;
  line.glyphs = {Glyph{text, {}, 1, -1, {}}};
  return line;
}

}  // namespace

nlohmann::ordered_json bulk_record(int number) {
  Record record;
  record.source = {"赵钱孙报告-" + std::to_string(number) + ".pdf", std::string(64, 'a'), "application/pdf",
                   1};
  record.engine = {"0.1.0",          "tesseract 5.3.0",   "chi_sim", std::string(64, 'b'),
                   "gbt-27922-2011", std::string(64, 'c')};
  record.kind = Kind::service_certification_report;
  record.scheme = "gbt-27922-2011";
  record.fields["organization_name"] = printed(number % 2 == 0 ? "=cmd()甲乙公司" : "丙丁有限公司");
  record.fields["contact_name"] = printed("赵钱孙", "赵 钱孙");
  record.fields["contact_phone"] = printed("010-0000 1111");
  record.fields["contact_email"] = printed("Zhao.QianSun@example.com");
  record.fields["body_phone"] = printed("400-000-0000");
  record.fields["report_author"] = printed("周吴");
  record.fields["project_number"] = printed("0012-2024-SA");
  record.fields["report_date"] = printed(number % 2 == 0 ? "2024-02-29" : "2023-02-29");
  record.fields["system_overview"] = printed(
      "由赵钱孙（电话 010-00001111）陪同，郑女士与李经理接受访谈，手机 13900001234，信箱 "
      "zhao.qiansun@example.com。"
      "\x01<script>&\"_x0041_");
  Selection type;
  type.selected = {"initial"};
  type.options = {{"initial", "初次认证", MarkState::checked, 0.99, {1, {1, 2, 3, 4}, 0}}};
  record.selections["audit_type"] = type;
  TeamMember leader;
  leader.name = printed("周吴", "周　吴");
  leader.role = printed("组长");
  leader.phone = printed("13811112222");
  leader.registration_number = printed("2022-N1SC-7654321");
  record.audit_team = {leader};
  ScoreItem item;
  item.code = "B38";
  item.clause = "5.2.2.1";
  item.indicator = "@技术支持";
  item.section = "product_service";
  item.max = printed("2");
  item.percent = printed("98");
  item.score = printed("1.425");
  record.scores.items = {item};
  record.scores.total = printed("95.47");
  Finding wrong, misread;
  wrong.rule = "score.item.product";
  wrong.subject = "items.B38";
  wrong.expected = "1.96";
  wrong.message_zh = "周吴的得分不符";
  misread.rule = "team.registration";
  misread.subject = "audit_team.0";
  misread.severity = Severity::warning;
  misread.verdict = Verdict::misread;
  misread.operands = {
      {"audit_team.0.registration_number", "2022-N1SC-7654321", "2022-N1SC-7654321", 1, {1, {}, 3}}};
  record.findings = {wrong, misread};
  Page page;
  page.number = 1;
  page.width = 595.28;
  page.height = 841.89;
  page.origin = Origin::scan;
  page.lines = {text_line("联系人：赵 钱\u3000孙 电话：０１０－０００0 1111"),
                text_line("陪同人员：王小二、冯陈"), text_line("+86 13811112222 2022－N1SC－7654321")};
  page.blocks = {{Block::Kind::line, 0}, {Block::Kind::line, 1}, {Block::Kind::line, 2}};
  record.pages = {page};
  return to_json(record);
}

ScratchFolder::ScratchFolder() {
  std::string pattern = (fs::temp_directory_path() / "attest-export-XXXXXX").string();
  path_ = mkdtemp(pattern.data());
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string output_of(const std::string& command) {
  std::string out;
  FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return out;
  std::array<char, 4096> buffer;
  for (std::size_t got = 0; (got = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
    out.append(buffer.data(), got);
  EXPECT_EQ(pclose(pipe), 0) << command << "\n" << out;
  return out;
}

bool is_installed(const std::string& program) {
  return std::system(("command -v " + program + " >/dev/null 2>&1").c_str()) == 0;
}

void write_records(OpenedWriter writer, int count) {
  ASSERT_TRUE(writer) << writer.error().message;
  for (int i = 1; i <= count; ++i) {
    const std::optional<Error> failure = (*writer)->add(i, bulk_record(i));
    ASSERT_FALSE(failure) << failure->message;
  }
  const std::optional<Error> failure = (*writer)->commit();
  ASSERT_FALSE(failure) << failure->message;
}

}  // namespace attest
