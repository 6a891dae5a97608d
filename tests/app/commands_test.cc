// The other commands and the usage, as a person would call them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/app/program.h"

namespace attest {
namespace {

using testing::HasSubstr;
using testing::Not;
using Json = nlohmann::json;

TEST(Usage, HelpAndVersionSucceedAndMistakesAreOne) {
  const TemporaryFolder folder;
  EXPECT_EQ(run_program(folder, {"--help"}).exit_code, 0);
  EXPECT_EQ(run_program(folder, {"run", "--help"}).exit_code, 0);
  EXPECT_THAT(run_program(folder, {"--version"}).out, HasSubstr("attest "));
  EXPECT_EQ(run_program(folder, {}).exit_code, 1);
  EXPECT_EQ(run_program(folder, {"fly"}).exit_code, 1);
  EXPECT_EQ(run_program(folder, {"run", "a.pdf"}).exit_code, 1) << "no output";
  EXPECT_EQ(run_program(folder, {"run", "-o", "out"}).exit_code, 1) << "no input";
  EXPECT_EQ(run_program(folder, {"run", "a.pdf", "-o", "out", "-j", "0"}).exit_code, 1);
  EXPECT_EQ(run_program(folder, {"check"}).exit_code, 1);
  EXPECT_EQ(run_program(folder, {"check", "a.pdf", "--fail-on", "rain"}).exit_code, 1);
}

// The small report ends before its results, so fields that are mandatory are missing.
TEST(Check, FindingsDecideTheExitCode) {
  const TemporaryFolder folder;
  folder.write("a.txt", small_report());
  const Outcome outcome = run_program(folder, {"check", "a.txt"});
  EXPECT_EQ(outcome.exit_code, 20) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("field.missing  report_date"));
  EXPECT_THAT(outcome.out, Not(HasSubstr("\x1b"))) << "no colour where there is no terminal";
  EXPECT_EQ(run_program(folder, {"check", "a.txt", "--fail-on", "warning"}).exit_code, 20);
  EXPECT_EQ(run_program(folder, {"check", "a.txt", "--fail-on", "none"}).exit_code, 0);
}

TEST(Check, AnUnreadableInputCountsBeforeFindings) {
  const TemporaryFolder folder;
  folder.write("a.txt", small_report());
  folder.write("b.pdf", "");
  EXPECT_EQ(run_program(folder, {"check", "a.txt", "b.pdf"}).exit_code, 2);
}

// A gate that lets a document through must have checked something.
TEST(Check, ADocumentOfNoKnownFormFailsTheGate) {
  const TemporaryFolder folder;
  folder.write("letter.txt", "Dear all,\n\nthis is no report.\n");
  const Outcome outcome = run_program(folder, {"check", "letter.txt"});
  EXPECT_EQ(outcome.exit_code, 20) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("reading.form"));
  EXPECT_THAT(outcome.out, HasSubstr("nothing was checked"));
  EXPECT_EQ(run_program(folder, {"check", "letter.txt", "--fail-on", "none"}).exit_code, 0);
}

TEST(Check, AFolderWithoutDocumentsFailsTheGate) {
  const TemporaryFolder folder;
  folder.write("in/.hidden", "");
  const Outcome outcome = run_program(folder, {"check", "in"});
  EXPECT_EQ(outcome.exit_code, 2) << outcome.out << outcome.err;
}

TEST(Check, SpeaksBothLanguages) {
  const TemporaryFolder folder;
  folder.write("a.txt", small_report());
  EXPECT_THAT(run_program(folder, {"check", "a.txt", "--lang", "zh"}).out, HasSubstr("个错误"));
  EXPECT_THAT(run_program(folder, {"check", "a.txt", "--lang", "en"}).out, HasSubstr(" errors, "));
  EXPECT_THAT(run_program(folder, {"check", "a.txt"}).out, HasSubstr(" errors, ")) << "LC_ALL=C";
}

TEST(Check, JsonIsALineADocument) {
  const TemporaryFolder folder;
  folder.write("in/a.txt", small_report(1));
  folder.write("in/b.txt", small_report(2));
  const Outcome outcome = run_program(folder, {"check", "in", "--json"});
  const std::size_t end = outcome.out.find('\n');
  ASSERT_NE(end, std::string::npos);
  const Json first = Json::parse(outcome.out.substr(0, end), nullptr, false);
  const Json second = Json::parse(outcome.out.substr(end + 1), nullptr, false);
  EXPECT_EQ(first["document"], "a");
  EXPECT_EQ(second["document"], "b");
  EXPECT_FALSE(first["findings"].empty());
}

TEST(Check, RulesAreExplained) {
  const TemporaryFolder folder;
  const Outcome known = run_program(folder, {"check", "--explain", "score.total.sum"});
  EXPECT_EQ(known.exit_code, 0) << known.err;
  EXPECT_THAT(known.out, HasSubstr("score.total.sum"));
  const Outcome unknown = run_program(folder, {"check", "--explain", "score.luck"});
  EXPECT_EQ(unknown.exit_code, 1);
  EXPECT_THAT(unknown.err, HasSubstr("score.total.sum")) << "the rules there are";
}

TEST(Check, TextOfADocumentCannotDriveTheTerminal) {
  const TemporaryFolder folder;
  std::string report = small_report();
  const std::string name = "测试设备有限公司";
  report.replace(report.rfind(name), name.size(), "测试\x1b[31m设\u202e备二厂");
  folder.write("a.txt", report);
  const Outcome outcome = run_program(folder, {"check", "a.txt"});
  EXPECT_THAT(outcome.out + outcome.err, Not(HasSubstr("\x1b")));
  EXPECT_THAT(outcome.out + outcome.err, Not(HasSubstr("\u202e")));
}

TEST(Schemes, ListsAndValidates) {
  const TemporaryFolder folder;
  const Outcome outcome = run_program(folder, {"schemes"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  for (const char* id : {"gbt-27922-2011", "cts-isc-jsgf-05", "cts-isc-jsgf-06"}) {
    EXPECT_THAT(outcome.out, HasSubstr(id));
  }
  folder.write("broken.yaml", "id: broken\nsections: 5\n");
  EXPECT_EQ(run_program(folder, {"schemes", "--scheme", "broken.yaml"}).exit_code, 9);
  EXPECT_EQ(run_program(folder, {"schemes", "--scheme", "nowhere.yaml"}).exit_code, 1);
  folder.write("a.txt", small_report());
  EXPECT_EQ(run_program(folder, {"run", "a.txt", "-o", "out", "--scheme", "broken.yaml"}).exit_code, 9);
}

TEST(Doctor, SaysWhatWouldBeUsed) {
  const TemporaryFolder folder;
  const Outcome outcome = run_program(folder, {"doctor"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  for (const char* part :
       {"tesseract", "leptonica", "poppler", "icu", "cores", "model in use", "lstm (", "gbt-27922-2011"}) {
    EXPECT_THAT(outcome.out, HasSubstr(part));
  }
  const Outcome missing = run_program(folder, {"doctor", "--model", "no-such-model"});
  EXPECT_EQ(missing.exit_code, 3);
  EXPECT_THAT(missing.err, HasSubstr("no-such-model"));
}

}  // namespace
}  // namespace attest
