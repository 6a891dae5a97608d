// An empty archive of either kind for a test, and its end as by a kill.
#ifndef ATTEST_TESTS_STORE_BACKEND_H_
#define ATTEST_TESTS_STORE_BACKEND_H_

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>

#include "store/store.h"

namespace attest {

enum class Backend { sqlite, postgres };

class StoreFixture : public testing::TestWithParam<Backend> {
 protected:
  void SetUp() override;
  ~StoreFixture() override;

  std::unique_ptr<RecordStore> open(StoreAccess access = StoreAccess::work);
  // Its process is gone: whatever it had running was lost. The store is not to be used any more.
  void die(RecordStore* store);
  const std::string& where() const { return where_; }

 private:
  std::filesystem::path folder_;
  std::string where_;
};

}  // namespace attest

#endif  // ATTEST_TESTS_STORE_BACKEND_H_
