// attest run, as a person would call it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <leptonica/allheaders.h>
#include <sys/stat.h>

#include <nlohmann/json.hpp>
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFWriter.hh>
#include <sstream>

#include "app/sanitizer.h"
#include "tests/app/program.h"
#include "tests/export/report_schema.h"

namespace attest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using Json = nlohmann::json;
namespace fs = std::filesystem;

Json record_at(const fs::path& path) { return Json::parse(read_file(path), nullptr, false); }

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

// A white page with two rows of dark bars that could be words.
void write_page_image(const std::string& path, int format) {
  PIX* page = pixCreate(620, 877, 8);
  pixSetAll(page);
  for (int row = 0; row < 2; ++row) {
    for (int bar = 0; bar < 20; ++bar) {
      pixRasterop(page, 80 + bar * 22, 200 + row * 60, bar % 3 == 0 ? 4 : 16, 18, PIX_CLR, nullptr, 0, 0);
    }
  }
  pixSetResolution(page, 75, 75);
  PIX* bilevel = format == IFF_TIFF_G4 ? pixThresholdToBinary(page, 128) : pixClone(page);
  pixWrite(path.c_str(), bilevel, format);
  pixDestroy(&bilevel);
  pixDestroy(&page);
}

// One page with a word in a font that is not in the file.
std::string pdf_of_system_font() {
  const std::string content = "BT /F 20 Tf 72 700 Td (Hello world) Tj ET";
  const std::vector<std::string> objects = {
      "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
      "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
      " /Resources << /Font << /F 5 0 R >> >> >>",
      "<< /Length " + std::to_string(content.size()) + " >>\nstream\n" + content + "\nendstream",
      "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"};
  std::string out = "%PDF-1.4\n", table = "0000000000 65535 f \n";
  for (std::size_t i = 0; i < objects.size(); ++i) {
    const std::string offset = std::to_string(out.size());
    table += std::string(10 - offset.size(), '0') + offset + " 00000 n \n";
    out += std::to_string(i + 1) + " 0 obj\n" + objects[i] + "\nendobj\n";
  }
  const std::string count = std::to_string(objects.size() + 1), start = std::to_string(out.size());
  return out + "xref\n0 " + count + "\n" + table + "trailer\n<< /Size " + count +
         " /Root 1 0 R >>\nstartxref\n" + start + "\n%%EOF\n";
}

TEST(Run, WritesARecordTheLinesAndTheTables) {
  const TemporaryFolder folder;
  folder.write("report.txt", small_report());
  const Outcome outcome = run_program(folder, {"run", "report.txt", "-o", "out"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(names_in(folder / "out"),
              ElementsAre("findings.csv", "records.jsonl", "report.json", "reports.csv", "scores.csv",
                          "selections.csv", "team.csv"));
  const std::string text = read_file(folder / "out/report.json");
  EXPECT_EQ(schema_violations(text), "");
  const Json record = Json::parse(text);
  EXPECT_EQ(record["source"]["file_name"], "report.txt");
  EXPECT_EQ(record["scheme"], "gbt-27922-2011");
  EXPECT_EQ(Json::parse(read_file(folder / "out/records.jsonl")), record);
  EXPECT_THAT(outcome.out, HasSubstr("gbt-27922-2011"));
  EXPECT_THAT(outcome.out, HasSubstr("total 1"));
}

TEST(Run, FormatsAreChosen) {
  const TemporaryFolder folder;
  folder.write("report.txt", small_report());
  EXPECT_EQ(run_program(folder, {"run", "report.txt", "-o", "out", "--to", "jsonl"}).exit_code, 0);
  EXPECT_THAT(names_in(folder / "out"), ElementsAre("records.jsonl"));
  EXPECT_EQ(run_program(folder, {"run", "report.txt", "-o", "bom", "--to", "csv", "--csv-bom"}).exit_code, 0);
  EXPECT_TRUE(read_file(folder / "bom/reports.csv").starts_with("\xef\xbb\xbfrecord,"));
  EXPECT_EQ(run_program(folder, {"run", "report.txt", "-o", "out", "--to", "xml"}).exit_code, 1);
}

TEST(Run, BadFilesDoNotStopTheOthers) {
  const TemporaryFolder folder;
  folder.write("in/a-empty.pdf", "");
  folder.write("in/b-good.txt", small_report());
  folder.write("in/c-garbage.pdf", std::string("\x00\x01\x02\xff\xfe garbage \x00", 16));
  folder.write("in/d-cut.pdf", "%PDF-1.7\n1 0 obj\n<< /Type /Catalog");
  const Outcome outcome = run_program(folder, {"run", "in", "-o", "out"});
  EXPECT_EQ(outcome.exit_code, 2) << outcome.err;
  EXPECT_EQ(record_at(folder / "out/a-empty.json")["rejected"], "empty_input");
  EXPECT_EQ(record_at(folder / "out/b-good.json")["rejected"], nullptr);
  EXPECT_EQ(record_at(folder / "out/c-garbage.json")["status"], "rejected");
  EXPECT_EQ(record_at(folder / "out/d-cut.json")["status"], "rejected");
  EXPECT_EQ(lines_of(read_file(folder / "out/records.jsonl")).size(), 4u);
  for (const char* name : {"a-empty", "b-good", "c-garbage", "d-cut"}) {
    EXPECT_EQ(schema_violations(read_file(folder / ("out/" + std::string(name) + ".json"))), "") << name;
  }
}

TEST(Run, AMissingInputIsARejectedDocument) {
  const TemporaryFolder folder;
  folder.write("good.txt", small_report());
  const Outcome outcome = run_program(folder, {"run", "nowhere.pdf", "good.txt", "-o", "out"});
  EXPECT_EQ(outcome.exit_code, 5) << outcome.err;
  EXPECT_EQ(record_at(folder / "out/nowhere.json")["rejected"], "unreadable");
  EXPECT_EQ(record_at(folder / "out/good.json")["rejected"], nullptr);
}

// Pipes, devices, links to nothing: said, and never waited for.
TEST(Run, WhatIsNoFileIsARejectedDocument) {
  const TemporaryFolder folder;
  folder.write("in/good.txt", small_report());
  ASSERT_EQ(mkfifo((folder / "in/pipe.pdf").c_str(), 0600), 0);
  fs::create_symlink("/dev/zero", folder / "in/endless.pdf");
  fs::create_symlink("nowhere.pdf", folder / "in/dangling.pdf");
  const Outcome outcome = run_program(folder, {"run", "in", "in/pipe.pdf", "-o", "out"});
  EXPECT_EQ(outcome.exit_code, 5) << outcome.err;
  for (const char* name : {"pipe", "endless", "dangling"}) {
    EXPECT_EQ(record_at(folder / ("out/" + std::string(name) + ".json"))["rejected"], "unreadable") << name;
  }
  EXPECT_EQ(record_at(folder / "out/good.json")["rejected"], nullptr);
  const Outcome stored = run_program(folder, {"run", "in", "--store", "a.db"});
  EXPECT_EQ(stored.exit_code, 5);
  EXPECT_THAT(stored.out, HasSubstr("4 inputs: 1 needs_review, 3 rejected")) << stored.err;
  const Outcome queued = run_program(folder, {"enqueue", "in", "--store", "b.db"});
  EXPECT_EQ(queued.exit_code, 5);
  EXPECT_THAT(queued.out, HasSubstr("4 inputs: 1 documents queued"));
}

TEST(Run, WhatARunWroteIsNoInputOfTheNext) {
  const TemporaryFolder folder;
  folder.write("in/a.txt", small_report());
  folder.write("in/data.json", "{}");  // not ours
  const std::vector<std::vector<std::string>> runs = {
      {"run", "in", "-o", "in/out"}, {"run", "in", "--store", "in/a.db"}, {"run", ".", "--store", "in/a.db"}};
  for (const std::vector<std::string>& arguments : runs) {
    const Outcome first = run_program(folder, arguments);
    EXPECT_EQ(first.exit_code, 2) << "data.json is no report";
    const Outcome second = run_program(folder, arguments);
    EXPECT_EQ(second.exit_code, arguments[2] == "--store" ? 0 : 2) << second.err;
    for (const char* name : {"in/out", "in/a.db", "in/a.db.lock"}) fs::remove_all(folder / name);
  }
  EXPECT_EQ(run_program(folder, {"run", "in/a.txt", "-o", "in"}).exit_code, 0);
  EXPECT_EQ(run_program(folder, {"run", "in", "-o", "other"}).exit_code, 2);
  EXPECT_EQ(names_in(folder / "other").size(), 9u + 6u)
      << "records of another place are inputs, and rejected";
}

TEST(Run, ARecordTakesNoInputsPlace) {
  const TemporaryFolder folder;
  folder.write("in/a.json", "{}");
  const Outcome outcome = run_program(folder, {"run", "in", "-o", "in"});
  EXPECT_EQ(outcome.exit_code, 9);
  EXPECT_THAT(outcome.err, HasSubstr("would be written over it"));
  EXPECT_EQ(read_file(folder / "in/a.json"), "{}");
}

TEST(Run, NamesMayHaveAnyBytesAndAnyLength) {
  const TemporaryFolder folder;
  const std::string longest(251, 'x');  // and ".txt": what a file system takes
  int number = 0;
  for (const std::string& name : {std::string("bad\xff\xfe"), std::string("two\nlines"), longest}) {
    folder.write("in/" + name + ".txt", small_report(++number));
  }
  folder.write("in/" + longest + ".md", small_report(++number));
  const Outcome outcome = run_program(folder, {"run", "in", "-o", "out", "--to", "json,jsonl"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(names_in(folder / "out").size(), 4u + 1u);
  for (const std::string& line : lines_of(read_file(folder / "out/records.jsonl"))) {
    EXPECT_EQ(schema_violations(line), "");
  }
  EXPECT_EQ(run_program(folder, {"run", "in", "--store", "a.db"}).exit_code, 0);
}

// The sandbox must cost nothing but freedom: pages that need the system's fonts, images that need the model,
// links to a place that was not named, standard input.
TEST(Run, TheSandboxChangesNoRecord) {
  const TemporaryFolder folder;
  folder.write("in/a.txt", small_report());
  write_page_image((folder / "in/b.tif").string(), IFF_TIFF_G4);
  folder.write("in/c.pdf", pdf_of_system_font());
  folder.write("elsewhere/d.txt", small_report(2));
  fs::create_symlink("../elsewhere/d.txt", folder / "in/d.txt");
  const Outcome confined = run_program(folder, {"run", "in", "-", "-o", "one", "-v"}, small_report(3));
  EXPECT_THAT(confined.err, testing::AnyOf(HasSubstr("sandbox of the workers: "), HasSubstr("--no-sandbox")));
  run_program(folder, {"run", "in", "-", "-o", "two", "--no-sandbox"}, small_report(3));
  for (const char* name : {"a", "b", "c", "d", "stdin"}) {
    const std::string record = read_file(folder / ("one/" + std::string(name) + ".json"));
    EXPECT_EQ(record, read_file(folder / ("two/" + std::string(name) + ".json"))) << name;
    EXPECT_EQ(Json::parse(record)["rejected"], nullptr) << name;
  }
  EXPECT_EQ(record_at(folder / "one/b.json")["source"]["pages"][0]["origin"], "scan");
  EXPECT_THAT(record_at(folder / "one/c.json")["text"][0]["text"].get<std::string>(), HasSubstr("Hello"));
}

TEST(Run, DebugImagesAreWrittenFromTheSandbox) {
  const TemporaryFolder folder;
  write_page_image((folder / "a.png").string(), IFF_PNG);
  run_program(folder, {"run", "a.png", "-o", "out", "--debug-images", "steps"});
  EXPECT_THAT(names_in(folder / "steps"), testing::Contains(HasSubstr("grey")));
}

TEST(Run, AnEncryptedPdfHasItsOwnExitCode) {
  const TemporaryFolder folder;
  QPDF pdf;
  pdf.emptyPDF();
  const std::string path = folder / "secret.pdf";  // the writer keeps the pointer
  QPDFWriter writer(pdf, path.c_str());
  writer.setR6EncryptionParameters("user", "owner", true, true, true, true, true, true, qpdf_r3p_full, true);
  writer.write();
  const Outcome outcome = run_program(folder, {"run", "secret.pdf", "-o", "out"});
  EXPECT_EQ(outcome.exit_code, 8) << outcome.err;
  EXPECT_EQ(record_at(folder / "out/secret.json")["rejected"], "encrypted");
}

TEST(Run, NamesThatCollideGetNumbers) {
  const TemporaryFolder folder;
  folder.write("in/2023/a.txt", small_report(1));
  folder.write("in/2024/a.txt", small_report(2));
  folder.write("in/2024/a-2.txt", small_report(3));
  folder.write("in/2025/a.md", small_report(4));
  EXPECT_EQ(run_program(folder, {"run", "in", "-o", "out", "--to", "json", "-j", "3"}).exit_code, 0);
  EXPECT_THAT(names_in(folder / "out"), ElementsAre("a-2.json", "a-3.json", "a-4.json", "a.json"));
  EXPECT_EQ(record_at(folder / "out/a.json")["fields"]["project_number"]["value"], "20001-2024-SA");
  EXPECT_EQ(record_at(folder / "out/a-2.json")["fields"]["project_number"]["value"], "20003-2024-SA");
  EXPECT_EQ(record_at(folder / "out/a-3.json")["fields"]["project_number"]["value"], "20002-2024-SA");
}

TEST(Run, TheSamePathTwiceIsOneDocument) {
  const TemporaryFolder folder;
  folder.write("in/a.txt", small_report());
  EXPECT_EQ(run_program(folder, {"run", "in/a.txt", "in", "./in/../in/a.txt", "-o", "out"}).exit_code, 0);
  EXPECT_EQ(lines_of(read_file(folder / "out/records.jsonl")).size(), 1u);
}

TEST(Run, SameBytesWhateverTheNumberOfWorkers) {
  const TemporaryFolder folder;
  for (int i = 1; i <= 7; ++i) folder.write("in/" + std::to_string(i) + ".txt", small_report(i));
  folder.write("in/3.pdf", "no document");
  run_program(folder, {"run", "in", "-o", "one", "-j", "1"});
  run_program(folder, {"run", "in", "-o", "four", "-j", "4"});
  const auto names = names_in(folder / "one");
  EXPECT_EQ(names.size(), 8u + 6u);
  EXPECT_EQ(names, names_in(folder / "four"));
  for (const std::string& name : names) {
    EXPECT_EQ(read_file(folder / ("one/" + name)), read_file(folder / ("four/" + name))) << name;
  }
}

// A worker that has recognised an image before has more loaded than one that has not; no record may show it.
TEST(Run, ARecordDoesNotDependOnTheDocumentsBefore) {
  const TemporaryFolder folder;
  write_page_image((folder / "a.png").string(), IFF_PNG);
  folder.write("b.txt", small_report());
  run_program(folder, {"run", "a.png", "b.txt", "-o", "both", "-j", "1"});
  run_program(folder, {"run", "b.txt", "-o", "alone", "-j", "1"});
  EXPECT_EQ(record_at(folder / "both/a.json")["source"]["pages"][0]["origin"], "scan");
  EXPECT_FALSE(read_file(folder / "both/b.json").empty());
  EXPECT_EQ(read_file(folder / "both/b.json"), read_file(folder / "alone/b.json"));
}

TEST(Run, NoPathOfTheMachineGetsIntoARecord) {
  const TemporaryFolder folder;
  folder.write("deep/inside/a.txt", small_report());
  folder.write("deep/inside/b.pdf", "no document");
  run_program(folder, {"run", folder.path().string(), "-o", "out"});
  for (const char* name : {"out/a.json", "out/b.json"}) {
    ASSERT_FALSE(read_file(folder / name).empty()) << name;
    EXPECT_THAT(read_file(folder / name), Not(HasSubstr("inside"))) << name;
  }
}

TEST(Run, NoOverwriteKeepsRecordsAndGathersThem) {
  const TemporaryFolder folder;
  folder.write("in/a.txt", small_report(1));
  run_program(folder, {"run", "in", "-o", "out"});
  Json kept = record_at(folder / "out/a.json");
  kept["source"]["file_name"] = "kept.txt";
  folder.write("out/a.json", kept.dump());
  folder.write("out/b.json", "{ cut");
  folder.write("in/b.txt", small_report(2));
  EXPECT_EQ(run_program(folder, {"run", "in", "-o", "out", "--no-overwrite"}).exit_code, 0);
  EXPECT_EQ(record_at(folder / "out/a.json"), kept);
  EXPECT_EQ(record_at(folder / "out/b.json")["source"]["file_name"], "b.txt")
      << "a broken record is made again";
  const auto lines = lines_of(read_file(folder / "out/records.jsonl"));
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(Json::parse(lines[0]), kept);
  EXPECT_THAT(read_file(folder / "out/reports.csv"), HasSubstr("a,kept.txt,"));
  run_program(folder, {"run", "in", "-o", "out"});
  EXPECT_EQ(record_at(folder / "out/a.json")["source"]["file_name"], "a.txt");
}

TEST(Run, StandardInputIsADocument) {
  const TemporaryFolder folder;
  const Outcome outcome = run_program(folder, {"run", "-", "-o", "out"}, small_report());
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(record_at(folder / "out/stdin.json")["scheme"], "gbt-27922-2011");
  EXPECT_EQ(run_program(folder, {"run", "-", "-o", "out"}, "").exit_code, 2);
  EXPECT_EQ(record_at(folder / "out/stdin.json")["rejected"], "empty_input");
}

TEST(Run, AnOutputThatCannotBeWrittenIsFileAccess) {
  const TemporaryFolder folder;
  folder.write("a.txt", small_report());
  folder.write("taken", "a file");
  EXPECT_EQ(run_program(folder, {"run", "a.txt", "-o", "taken"}).exit_code, 5);
  EXPECT_EQ(run_program(folder, {"run", "a.txt", "-o", "taken/below"}).exit_code, 5);
  fs::create_directories(folder / "out/a.json");  // a folder stands where the record should go
  EXPECT_EQ(run_program(folder, {"run", "a.txt", "-o", "out"}).exit_code, 5);
  EXPECT_THAT(names_in(folder / "out"), Not(testing::Contains(testing::EndsWith(".part"))));
}

TEST(Run, DocumentsThatTakeTooLongAreRejectedAndCounted) {
  const TemporaryFolder folder;
  fs::create_directories(folder / "in");
  for (const char* name : {"in/1.png", "in/2.png", "in/3.png"}) {
    write_page_image((folder / name).string(), IFF_PNG);
  }
  const Outcome outcome = run_program(
      folder, {"run", "in/1.png", "in/2.png", "in/3.png", "-o", "out", "--document-timeout", "0.000001"});
  EXPECT_EQ(outcome.exit_code, 7) << outcome.err;
  for (const char* name : {"out/1.json", "out/2.json", "out/3.json"}) {
    EXPECT_EQ(record_at(folder / name)["rejected"], "timeout") << name;
    EXPECT_EQ(schema_violations(read_file(folder / name)), "");
  }
}

TEST(Run, AWorkerThatCannotEvenLoadEndsItsDocumentsNotTheRun) {
  if (kSanitized) GTEST_SKIP() << "sanitizers need all the address space";
  const TemporaryFolder folder;
  for (int i = 1; i <= 3; ++i) folder.write("in/" + std::to_string(i) + ".txt", small_report(i));
  const Outcome outcome = run_program(folder, {"run", "in", "-o", "out", "--memory", "1"});
  EXPECT_EQ(outcome.exit_code, 7) << outcome.err;
  EXPECT_EQ(lines_of(read_file(folder / "out/records.jsonl")).size(), 3u);
}

TEST(Run, PagesAreChosen) {
  const TemporaryFolder folder;
  folder.write("a.txt", small_report());
  EXPECT_EQ(run_program(folder, {"run", "a.txt", "-o", "out", "--pages", "1"}).exit_code, 0);
  EXPECT_EQ(record_at(folder / "out/a.json")["source"]["pages"].size(), 1u);
  EXPECT_EQ(run_program(folder, {"run", "a.txt", "-o", "out", "--pages", "900-"}).exit_code, 9);
  EXPECT_EQ(record_at(folder / "out/a.json")["rejected"], "bad_configuration");
  for (const char* bad : {"0", "3-1", "a", "1,,2", "1-2-3", "1,"}) {
    EXPECT_EQ(run_program(folder, {"run", "a.txt", "-o", "out", "--pages", bad}).exit_code, 1) << bad;
  }
}

// The shipped schemes with another paragraph of boilerplate, one that wraps on the sample.
std::string schemes_with_boilerplate(const TemporaryFolder& folder, const std::string& paragraph) {
  const fs::path shipped = fs::path(ATTEST_SOURCE_DIR) / "schemes";
  for (const fs::directory_entry& entry : fs::directory_iterator(shipped)) {
    if (entry.path().extension() == ".yaml")
      folder.write("schemes/" + entry.path().filename().string(), read_file(entry.path()));
  }
  const std::string key = "boilerplate:\n";
  std::string form = read_file(shipped / "gbt-27922-2011.yaml");
  const std::size_t at = form.find(key);
  if (at == std::string::npos) return "";
  form.insert(at + key.size(), "  - " + paragraph + "\n");
  return folder.write("schemes/gbt-27922-2011.yaml", form);
}

TEST(Run, BoilerplateIsLeftOutWhereOnlyFieldsAreAskedForAndNothingElse) {
  const TemporaryFolder folder;
  const std::string scheme = schemes_with_boilerplate(
      folder, "通过对受审查方涉及认证范围内的服务及管理现状，对照认证标准进行量化评价和判定，从而决定：");
  const std::string scan = std::string(ATTEST_SOURCE_DIR) + "/samples/documents/gbt-scan-200dpi.pdf";
  run_program(folder, {"run", "--scheme", scheme, scan, "-o", "full"});
  run_program(folder, {"run", "--scheme", scheme, "--text", "fields", scan, "-o", "fields"});
  EXPECT_EQ(schema_violations(read_file(folder / "fields/gbt-scan-200dpi.json")), "");
  Json full = record_at(folder / "full/gbt-scan-200dpi.json");
  Json fields = record_at(folder / "fields/gbt-scan-200dpi.json");
  ASSERT_EQ(full["text"].size(), 5u);
  ASSERT_EQ(fields["text"].size(), 5u);
  const Json page = fields["text"][1];
  ASSERT_EQ(page["left_out"].size(), 1u);
  const std::string text = page["text"], all = full["text"][1]["text"];
  EXPECT_THAT(text, HasSubstr("通过对受审")) << "where it begins can be seen";
  EXPECT_THAT(text, HasSubstr("…\n"));
  EXPECT_THAT(text, Not(HasSubstr("量化评价")));
  EXPECT_THAT(all, HasSubstr("量化评价"));
  fields["text"][1] = full["text"][1];
  EXPECT_EQ(fields, full) << "whatever is no boilerplate";
}

TEST(Run, DocumentsOfUnknownFormAreReadInFull) {
  const TemporaryFolder folder;
  const std::string scheme = schemes_with_boilerplate(
      folder,
      "受评价方建立了服务手册和岗位职责，配备了专职的服务人员，能够按照承诺的时限完成安装、维修和投诉处理。");
  const std::string scan = std::string(ATTEST_SOURCE_DIR) + "/samples/documents/gbt-scan-200dpi.pdf";
  for (const std::string text : {"full", "fields"})
    run_program(folder, {"run", "--scheme", scheme, "--text", text, "--pages", "4", scan, "-o", text});
  const Json fields = record_at(folder / "fields/gbt-scan-200dpi.json");
  ASSERT_EQ(fields["kind"], "unknown");
  EXPECT_EQ(fields, record_at(folder / "full/gbt-scan-200dpi.json"));
}

TEST(Run, NamesOfFilesCannotDriveTerminalOrSpreadsheet) {
  const TemporaryFolder folder;
  folder.write("=cmd\x1b]0;owned\x07.txt", "");
  const Outcome outcome = run_program(folder, {"run", ".", "-o", "out"});
  EXPECT_THAT(outcome.out, HasSubstr("=cmd\\x1b]0;owned\\x07.txt"));
  EXPECT_THAT(outcome.out + outcome.err, Not(HasSubstr("\x1b")));
  EXPECT_THAT(read_file(folder / "out/reports.csv"), HasSubstr("\r\n'=cmd"));
}

TEST(Run, QuietSaysNothingAndLogsGoToStandardError) {
  const TemporaryFolder folder;
  folder.write("a.txt", small_report());
  folder.write("b.pdf", "");
  const Outcome quiet = run_program(folder, {"run", "a.txt", "-o", "out", "-q"});
  EXPECT_EQ(quiet.out + quiet.err, "");
  const Outcome loud = run_program(folder, {"run", "a.txt", "b.pdf", "-o", "out", "-v"});
  EXPECT_THAT(loud.err, HasSubstr("a.txt -> a"));
  EXPECT_THAT(loud.err, HasSubstr("empty_input"));
  EXPECT_THAT(loud.err, Not(HasSubstr("\r"))) << "no progress bar where there is no terminal";
}

}  // namespace
}  // namespace attest
