#include <gtest/gtest.h>

#include "tests/parse/dump.h"

namespace attest::testing {
namespace {

constexpr const char* kHeader = "序号\t标题\t检查内容\t小类分值\t代码（维度）\t分项得分%\t分项实际得分\n";

TEST(SummaryScores, MergedSectionCellsAndShiftedColumns) {
  const Record record = read_report(
      "2.服务认证审查结果:\n\n"
      "指标\t分值\t指标\t分值\t得分\n"
      "售后服务体系\t40\t组织架构\t4\t3.940\n"
      "\t\t人员配置\t6\t5.96\n"
      "商品服务\t35\t商品信息\t6\t6\n"
      "\t\t废弃商品回收\t2\t/\n"
      "特别减分项\t\t超过 5 分不通过\t\t/\n"
      "特别加分项\t\t最多 1 分\t\t0\n"
      "总计:\t\t\t\t95.47\n\n"
      "评分计算：评价实得分数=实际得分/涉及项总分值*100=95.48\n\n"
      "b)达到 80 分以上（含 80 分），三星级售后服务；\n\n"
      "3) 评分结果为：95.47 分，五 星级售后服务\n\n3.受评价方服务体系概述\n",
      "gbt-27922-2011");
  EXPECT_EQ(indicators(record), "组织架构 4 3.94\n人员配置 6 5.96\n商品信息 6 6\n废弃商品回收 2 -\n");
  EXPECT_EQ(sections(record), "service_system 40 -\nproduct_service 35 -\n");
  EXPECT_EQ(shown(record.scores.special_deduction), "-");
  EXPECT_EQ(shown(record.scores.special_bonus), "0");
  EXPECT_EQ(shown(record.scores.total), "95.47");
  EXPECT_EQ(shown(record.scores.result_star_level), "5");
  ASSERT_TRUE(record.scores.result_score);
  EXPECT_EQ(record.scores.result_score->occurrences.size(), 2u);
}

TEST(DetailScores, RowsAreKeyedByWhatIsPrintedInThem) {
  const Record record =
      read_report(std::string("2. 服务认证审查结果:\n\n总分: 138.33\n\n1) 售后服务体系:\n\n本部分满分56分, "
                              "实际得分54.29分。\n\n") +
                      kHeader +
                      "5.1.1\t组织架构 (5分)\t5.1.1.1 设立部门\t1\tA1\t100\t1\n"
                      "\t\t5. 1. 1. 2 服务网点\t3\tA2\t98\t2.94\n"
                      "5.1.2\t人员配置 (3+4分)\t5.1.2.1 配置人员\t1\tA4\t/\t0\n"
                      "\t\t5.1.2.2 管理师\t5\tA5\t不涉及\t0\n\n\n\n\n" +
                      kHeader +
                      "\t\t的指导工作\t\t\t\t\n\t\t5.1.2.3 确保人员\t1\tA6\t95\t0.950\n\n4) 特别项: "
                      "无特别扣分项，也没有特别加分项。\n",
                  "cts-isc-jsgf-05");
  EXPECT_EQ(items(record),
            "A1 5.1.1.1 max=1 percent=100 score=1\n"
            "A2 5.1.1.2 max=3 percent=98 score=2.94\n"
            "A4 5.1.2.1 max=1 percent=- score=0 n/a\n"
            "A5 5.1.2.2 max=5 percent=- score=0 n/a\n"
            "A6 5.1.2.3 max=1 percent=95 score=0.95\n");
  EXPECT_EQ(indicators(record), "组织架构 5 -\n人员配置 7 -\n");
  EXPECT_EQ(sections(record), "service_system 56 54.29\n");
  EXPECT_EQ(shown(record.scores.total), "138.33");
  EXPECT_EQ(shown(record.scores.special_deduction), "-");
}

TEST(SummaryScores, ATableCutByAPageBreakGoesOn) {
  const Record record = read_report(
      "2.服务认证审查结果:"
      "\n\n指标\t分值\t指标\t分值\t得分\n售后服务体系\t40\t组织架构\t4\t4\n\t\t人员配置\t6\t6\n\t\t资源配置\t"
      "6\t6\n\n\n\n\n"
      "指标\t分值\t指标\t分值\t得分\n顾客服务\t25\t投诉处理\t10\t8\n特别减分项\t\t超过 5 "
      "分不通过\t\t\n总计:\t\t\t\t95\n\n3.受评价方服务体系概述\n",
      "gbt-27922-2011");
  EXPECT_EQ(indicators(record), "组织架构 4 4\n人员配置 6 6\n资源配置 6 6\n投诉处理 10 8\n");
  EXPECT_EQ(shown(record.scores.special_deduction), "-");
  EXPECT_EQ(shown(record.scores.total), "95");
}

TEST(DetailScores, ATitleCutByAPageBreak) {
  const Record record =
      read_report(std::string("2. 服务认证审查结果:\n\n1) 售后服务体系:\n\n") + kHeader +
                      "5.1.4\t规范\t5.1.4.1 针对各项\t4\tA30\t100\t4\n\n\n\n\n" + kHeader +
                      "\t要求（6+6分）\t活动和流程\t\t\t\t\n\t\t5.1.4.2 制订\t2\tA31\t100\t2\n",
                  "cts-isc-jsgf-06");
  EXPECT_EQ(indicators(record), "规范要求 12 -\n");
  EXPECT_EQ(items(record), "A30 5.1.4.1 max=4 percent=100 score=4\nA31 5.1.4.2 max=2 percent=100 score=2\n");
}

TEST(DetailScores, ATitleAndItsClauseCutByAPageBreak) {
  const Record record =
      read_report(std::string("2. 服务认证审查结果:\n\n3) 顾客服务:\n\n") + kHeader +
                      "5.3.\t顾客关系\t5.3.1.1 设置有预约\t3\tC1\t95\t2.85\n\n\n\n\n" + kHeader +
                      "1\t(15分)\t务热线\t\t\t\t\n\t\t5.3.1.2 设置网站\t2\tC2\t98\t1.96\n",
                  "cts-isc-jsgf-05");
  EXPECT_EQ(indicators(record), "顾客关系 15 -\n");
  EXPECT_EQ(items(record),
            "C1 5.3.1.1 max=3 percent=95 score=2.85\nC2 5.3.1.2 max=2 percent=98 score=1.96\n");
}

TEST(DetailScores, ACellCutByAPageBreakIsNoRow) {
  const Record record = read_report(std::string("2. 服务认证审查结果:\n\n2) 商品服务:\n\n") + kHeader +
                                        "5.2.6\t废弃商品回收\t5.2.6.1 向顾客明示\t1\tB27\t不涉\t0\n\n\n\n\n" +
                                        kHeader + "\t\t注意事项\t\t\t及\t\n",
                                    "cts-isc-jsgf-06");
  EXPECT_EQ(items(record), "B27 5.2.6.1 max=1 percent=- score=0 n/a\n");
}

TEST(DetailScores, ARowWhoseNumbersStandOnThePageBeforeItsTextIsOneRow) {
  const Record record = read_report(std::string("2. 服务认证审查结果:\n\n1) 售后服务体系:\n\n") + kHeader +
                                        "5.1.2\t人员配置\t5.1.2.3 培训\t1\tA6\t97\t0.97\n"
                                        "5.1.3\t\t\t2\tA7\t97\t1.94\n\n\n\n\n" +
                                        "\t资源配置(12分)\t5.1.3.1 设施\t\t\t\t\n"
                                        "\t\t5.1.3.2 经费\t2\tA8\t95\t1.9\n",
                                    "cts-isc-jsgf-05");
  EXPECT_EQ(items(record),
            "A6 5.1.2.3 max=1 percent=97 score=0.97\n"
            "A7 5.1.3.1 max=2 percent=97 score=1.94\n"
            "A8 5.1.3.2 max=2 percent=95 score=1.9\n");
}

TEST(DetailScores, ARowWithoutACodeHasNone) {
  const Record record =
      read_report(std::string("2. 服务认证审查结果:\n\n1) 售后服务体系:\n\n") + kHeader +
                      "5.1.1\t组织架构(4+8分)\t5.1.1.2 根据需要\t3\tA2\t100\t3\n\t\t5.1.1.3 "
                      "可通过自建\t0\t\t100\t0\n\t\t5.1.1.4 定期\t1\tA3\t70\t0.7\n",
                  "cts-isc-jsgf-06");
  EXPECT_EQ(items(record),
            "A2 5.1.1.2 max=3 percent=100 score=3\n"
            "- 5.1.1.3 max=0 percent=100 score=0\n"
            "A3 5.1.1.4 max=1 percent=70 score=0.7\n");
}

TEST(DetailScores, AnItemOfSeveralClausesIsOneRow) {
  const Record record =
      read_report(std::string("2. 服务认证审查结果:\n\n3) 顾客服务:\n\n") + kHeader +
                      "5.3.1\t服务系统 +10分\t5.3.1.1 顾客与市场\t1\tC1\t100\t1\n\t\t5.3.1.2 "
                      "顾客的了解\t3\tC2\t100\t3\n\n\n\n\n" +
                      kHeader + "\t\t5.3.1.2.3 定期评价\t\t\t\t\n\t\t5.3.1.3 新服务开发\t1\tC3\t100\t1\n",
                  "cts-isc-jsgf-06");
  EXPECT_EQ(items(record),
            "C1 5.3.1.1 max=1 percent=100 score=1\n"
            "C2 5.3.1.2 max=3 percent=100 score=3\n"
            "C3 5.3.1.3 max=1 percent=100 score=1\n");
  EXPECT_EQ(indicators(record), "服务系统 10 -\n");
}

TEST(DetailScores, AMissingRowStaysMissing) {
  const Record record =
      read_report(std::string("2. 服务认证审查结果:\n\n1) 售后服务体系:\n\n") + kHeader +
                      "\t\t5.1.1.1 设立部门\t1\tA1\t100\t1\n\t\t5.1.1.4 绿色\t1\tA3\t96\t0.96\n",
                  "cts-isc-jsgf-05");
  EXPECT_EQ(items(record),
            "A1 5.1.1.1 max=1 percent=100 score=1\n"
            "A3 5.1.1.4 max=1 percent=96 score=0.96\n");
}

TEST(Team, CellsAreJoinedAndEmptyRowsDropped) {
  const Record record = read_report(
      "1. 基本信息\n\n1.13 审查组成员：\n\n代码\t姓名\t组内身份\t注册证书号\t专业代码\t联系电话\n"
      "ISC[S]00 74\t陆一\t组长\t2023-S1SC-2000001\t02.01\t13000000000\n\t\t\t\t\t\n",
      "gbt-27922-2011");
  ASSERT_EQ(record.audit_team.size(), 1u);
  EXPECT_EQ(shown(record.audit_team[0].code), "ISC[S]0074");
  EXPECT_EQ(shown(record.audit_team[0].registration_number), "2023-S1SC-2000001");
  EXPECT_EQ(shown(record.audit_team[0].phone), "13000000000");
}

}  // namespace
}  // namespace attest::testing
