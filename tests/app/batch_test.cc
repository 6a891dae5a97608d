#include "app/batch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <leptonica/allheaders.h>

#include "tests/app/program.h"

namespace attest {
namespace {

using testing::ElementsAre;
using Json = nlohmann::ordered_json;

Job text_job(const std::string& name, int number) {
  const std::string text = small_report(number);
  Job job{
      .input = {.path = "", .bytes = {text.begin(), text.end()}, .name = name}, .name = name, .shown = name};
  return job;
}

// An image needs the model, which takes longer to load than a text takes to read.
Job image_job(const TemporaryFolder& folder, const std::string& name) {
  PIX* page = pixCreate(620, 877, 8);
  pixSetAll(page);
  for (int bar = 0; bar < 20; ++bar) pixRasterop(page, 80 + bar * 22, 200, 16, 18, PIX_CLR, nullptr, 0, 0);
  const std::string path = (folder / name).string();
  pixWrite(path.c_str(), page, IFF_PNG);
  pixDestroy(&page);
  return {.input = {.path = path}, .name = name, .shown = path};
}

// What is asked to end before all is done hands on what it has, in the order of the list.
TEST(Batch, RecordsThatAreDoneAreHandedOnWhenItIsStopped) {
  const TemporaryFolder folder;
  const std::vector<Job> jobs = {image_job(folder, "slow.png"), text_job("b", 1), text_job("c", 2)};
  const auto schemes = schemes_in_use({});
  ASSERT_TRUE(schemes);
  DocumentOptions options;
  options.inputs = {folder.path().string()};
  options.jobs = 2;
  options.progress_bar = false;
  std::vector<std::string> done, handed_on;
  BatchCallbacks callbacks;
  callbacks.done = [&done](const Job& job, const Json&) { done.push_back(job.name); };
  callbacks.in_order = [&handed_on](const Job& job, const Json&) { handed_on.push_back(job.name); };
  callbacks.stop = [&done] { return done.size() == 2; };
  EXPECT_EQ(run_batch(jobs, options, {}, *schemes, callbacks), ExitCode::interrupted);
  EXPECT_THAT(done, ElementsAre("b", "c"));
  EXPECT_THAT(handed_on, ElementsAre("b", "c"));
}

}  // namespace
}  // namespace attest
