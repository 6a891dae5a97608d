#include <gtest/gtest.h>

#include "ingest/transcript.h"
#include "parse/parse.h"
#include "tests/parse/dump.h"

namespace attest::testing {
namespace {

std::string tree(const std::vector<Clause>& clauses) {
  std::string out;
  for (const Clause& c : clauses) {
    if (!out.empty()) out += ' ';
    out += c.id + (c.title ? "'" + *c.title + "'" : "");
    if (!c.children.empty()) out += "(" + tree(c.children) + ")";
  }
  return out;
}

const char* const kRules =
    "1.  目的和范围\n\n本实施规则用于规范认证活动。\n\n2.  认证依据\n\nGB/T "
    "27021.1-2017《合格评定》\n\nGB/T19001 质量管理体系\n\n"
    "3.  认证方法\n\n3.1 认证依据 GB/T 27922-2011 等开展，作为评价准则。\n\n5.  认证程序\n\n5.2 申请评审\n\n"
    "5.2.1 "
    "公司自收到申请之日起十日内对资料进行评\n\n审，内容包括：\n\n\t6.2.5.2投诉处理\n\ta)"
    "制定制度，提供渠道。\n";

TEST(Rules, ClausesHangUnderTheirNumbers) {
  const RulesReading reading = parse_rules(read_transcript(kRules));
  EXPECT_EQ(tree(reading.clauses),
            "1'目的和范围' 2'认证依据' 3'认证方法'(3.1) 5'认证程序'(5.2'申请评审'(5.2.1)) 6.2.5.2'投诉处理'");
}

TEST(Rules, ReferencesAreThoseListed) {
  const RulesReading reading = parse_rules(read_transcript(kRules));
  EXPECT_EQ(reading.normative_references, (std::vector<std::string>{"GB/T 27021.1-2017", "GB/T 19001"}));
}

TEST(Identify, TellsReportsRulesAndOthersApart) {
  const std::vector<Scheme> schemes = {scheme("cts-isc-jsgf-05"), scheme("cts-isc-jsgf-06"),
                                       scheme("gbt-27922-2011")};
  const auto kind = [&](const std::string& text) {
    const Identification id = identify(read_transcript(text), schemes);
    return std::string(name_of(id.kind)) + " " + (id.scheme != nullptr ? id.scheme->id : "-");
  };
  EXPECT_EQ(kind(kRules), "implementation_rules -");
  EXPECT_EQ(kind("海州认证有限公司\n\n服务认证审查报告\n\n■售后服务 依据 GB/T27922-2011\n"),
            "service_certification_report gbt-27922-2011");
  EXPECT_EQ(
      kind("海州认证有限公司\n\n服务认证审查报告\n\n依据 CTS ISC-JSGF-06\n\n手册依据 GB/T27922-2011 编制\n"),
      "service_certification_report cts-isc-jsgf-06");
  EXPECT_EQ(kind("关于召开年会的通知\n\n各单位：\n"), "unknown -");
  EXPECT_EQ(kind(""), "unknown -");
}

}  // namespace
}  // namespace attest::testing
