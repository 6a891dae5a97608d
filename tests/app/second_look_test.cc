// Check, a look at the places that findings hang on, and check once more: with a reader that says what the
// test wants, on a report of the form with products and sums.
#include "app/second_look.h"

#include <gtest/gtest.h>

#include <map>

#include "check/check.h"
#include "tests/check/generator.h"

namespace attest {
namespace {

constexpr double kConfidence = 0.999;                // of what was read at first
constexpr double kCellWidth = 20, kCellHeight = 10;  // points

std::vector<Glyph> glyphs(const std::string& text, double confidence) {
  std::vector<Glyph> out;
  for (const char c : text) out.push_back({std::string(1, c), {}, confidence});
  return out;
}

// A document of one page that is there, or cannot be opened twice.
class OnePage : public Document {
 public:
  OnePage(Origin origin, bool opens) : origin_(origin), opens_(opens) {}
  int page_count() const override { return 1; }
  const std::string& media_type() const override { return name_; }
  const std::string& sha256() const override { return name_; }
  const std::string& file_name() const override { return name_; }
  const std::vector<Error>& warnings() const override { return warnings_; }
  Result<SourcePage> page(int number) override {
    if (!opens_) return Error{ErrorCode::unreadable, "gone"};
    SourcePage page;
    page.number = number;
    page.origin = origin_;
    page.image.width = page.image.height = 1;
    page.image.pixels = {255};
    return page;
  }

 private:
  Origin origin_;
  bool opens_;
  std::string name_ = "a";
  std::vector<Error> warnings_;
};

class SecondLookAtRecord : public ::testing::Test {
 protected:
  void SetUp() override {
    auto loaded = load_schemes(std::string(ATTEST_SOURCE_DIR) + "/schemes");
    ASSERT_TRUE(loaded) << loaded.error().message;
    for (Scheme& s : *loaded) {
      if (s.id == "cts-isc-jsgf-05") scheme_ = s;
    }
  }

  // A consistent report, each number of its items in a cell of its own.
  Record report(Origin origin) {
    Record record = Generator(7).report(scheme_, origin, kConfidence);
    Table table;
    for (ScoreItem& item : record.scores.items) {
      int column = 0;
      for (OptionalField* field : {&item.max, &item.percent, &item.score}) {
        if (*field) place(**field, table, column);
        ++column;
      }
      ++table.rows;
    }
    table.columns = 3;
    record.pages[0].tables.push_back(std::move(table));
    return record;
  }

  void place(Field& field, Table& table, int column) {
    const Box box{column * kCellWidth, table.rows * kCellHeight, kCellWidth, kCellHeight};
    table.cells.push_back({table.rows, column, 1, 1, box, {}});
    field.evidence.box = {box.left + 2, box.top + 2, box.width - 4, box.height - 4};
    printed_[{column, table.rows}] = field.value;
  }

  // The first row with a score of two decimals; its score was read as `read`.
  OptionalField& misread_score(Record& record, const std::string& read) {
    for (ScoreItem& item : record.scores.items) {
      if (!item.applicable || item.score->value.size() != 4) continue;
      truth_ = item.score->value;
      item.score->value = item.score->text = read;
      return item.score;
    }
    ADD_FAILURE() << "no such row";
    return record.scores.items.front().score;
  }

  // A reader to whom every place reads as printed, in five settings, with this confidence; but `other` where
  // `field` stands, in as many settings as `times`.
  LookAgain reader(double confidence, const OptionalField& field = std::nullopt,
                   const std::string& other = "", int times = 5) {
    const Box where = field ? field->evidence.box : Box{};
    return [=, this](const SourcePage&, const Page&, std::span<const LookPlace> places,
                     LookSettings settings) -> Result<std::vector<Look>> {
      std::vector<Look> looks;
      for (const LookPlace& place : places) {
        ++looked_at_;
        const bool there = !where.empty() && place.value.left == where.left && place.value.top == where.top;
        const std::string& text = printed_[{static_cast<int>(place.cell.left / kCellWidth),
                                            static_cast<int>(place.cell.top / kCellHeight)}];
        Look look;
        for (int k = 0; k < (settings == LookSettings::one ? 1 : 5); ++k) {
          look.readings.push_back(glyphs(there && k < times ? other : text, confidence));
        }
        looks.push_back(std::move(look));
      }
      return looks;
    };
  }

  int look(Record& record, const LookAgain& look_again, bool opens = true) {
    OnePage document(record.pages[0].origin, opens);
    PageSources sources(document);
    record.findings = check(record, scheme_);
    return take_second_look(sources, look_again, scheme_, record);
  }

  std::size_t compare(Record& record, const LookAgain& look_again) {
    OnePage document(record.pages[0].origin, true);
    PageSources sources(document);
    compare_channels(sources, look_again, scheme_, record);
    return record.pages[0].notices.size();
  }

  Scheme scheme_;
  std::map<std::pair<int, int>, std::string> printed_;  // by column and row
  std::string truth_;
  int looked_at_ = 0;
};

TEST_F(SecondLookAtRecord, IsTakenOnlyWhereAFindingHangsOnANumber) {
  Record record = report(Origin::scan);
  EXPECT_EQ(look(record, reader(0.99)), 0);
  EXPECT_EQ(looked_at_, 0);
  misread_score(record, "7.77");
  const int wanted = look(record, reader(0.99));
  EXPECT_GT(wanted, 0);
  EXPECT_EQ(looked_at_, wanted);
  EXPECT_LT(wanted, static_cast<int>(printed_.size()) / 2)
      << "a sum's other rows are beyond doubt or not asked";
}

TEST_F(SecondLookAtRecord, DisagreementPutsTheValueRightAndTheFindingsGo) {
  Record record = report(Origin::scan);
  OptionalField& score = misread_score(record, "7.77");
  look(record, reader(0.99));
  EXPECT_EQ(score->value, truth_);
  EXPECT_EQ(score->text, truth_);
  EXPECT_TRUE(record.findings.empty());
}

TEST_F(SecondLookAtRecord, AgreementRaisesTheConfidenceAndWhatTheReportSaysStands) {
  Record record = report(Origin::scan);
  OptionalField& score = misread_score(record, "7.77");
  look(record, reader(0.999, score, "7.77"));
  EXPECT_EQ(score->value, "7.77");
  EXPECT_GT(score->confidence, kConfidence);
  bool product = false;
  for (const Finding& f : record.findings) {
    EXPECT_NE(f.verdict, Verdict::misread) << f.rule;
    if (f.rule != "score.item.product") continue;
    product = true;
    EXPECT_EQ(f.verdict, Verdict::report_error);
  }
  EXPECT_TRUE(product);
}

TEST_F(SecondLookAtRecord, DividedLooksLowerTheConfidenceAndAccuseNobody) {
  Record record = report(Origin::scan);
  OptionalField& score = misread_score(record, "7.77");
  look(record, reader(0.8, score, "7.77", 3));
  EXPECT_LT(score->confidence, kConfidence);
  for (const Finding& f : record.findings) EXPECT_NE(f.verdict, Verdict::report_error) << f.rule;
  EXPECT_TRUE(score->value == truth_ || (!score->readings.empty() && score->readings[0].text == truth_));
}

// The first reading lists no other: only the second look knows the truth.
TEST_F(SecondLookAtRecord, AMisreadDigitThatOnlyTheLooksKnowNeverAccuses) {
  Generator generate(1);
  for (int round = 0; round < 60; ++round) {
    Record record = report(Origin::scan);
    auto& items = record.scores.items;
    ScoreItem& item = items[static_cast<std::size_t>(generate.below(static_cast<int>(items.size())))];
    OptionalField& field = item.applicable && round % 2 == 0 ? item.percent : item.score;
    const std::string truth = field->value;
    field->value.front() = static_cast<char>('1' + generate.below(9));
    field->text = field->value;
    const int agree = round % 3;  // looks that read the same as before: none, one, two of five
    const LookAgain honest = reader(0.99);
    look(record, agree == 0 ? honest : reader(0.9, field, field->value, agree));
    for (const Finding& f : record.findings) {
      EXPECT_NE(f.verdict, Verdict::report_error)
          << round << " " << truth << " " << f.rule << " " << f.subject;
    }
    if (agree == 0) {
      EXPECT_EQ(field->value, truth) << round;
    }
  }
}

TEST_F(SecondLookAtRecord, ACellThatGaveNoNumberIsFilled) {
  Record record = report(Origin::scan);
  OptionalField& score = misread_score(record, "0");
  ScoreItem* row = nullptr;
  for (ScoreItem& item : record.scores.items) {
    if (&item.score == &score) row = &item;
  }
  row->evidence = row->max->evidence;
  score = std::nullopt;
  EXPECT_GT(look(record, reader(0.99)), 0);
  ASSERT_TRUE(score);
  EXPECT_EQ(score->value, truth_);
  EXPECT_TRUE(record.findings.empty());
}

TEST_F(SecondLookAtRecord, WhatCannotBeLookedAtStaysAsItIs) {
  for (const bool opens : {false, true}) {
    Record record = report(Origin::scan);
    OptionalField& score = misread_score(record, "7.77");
    const LookAgain blind = [](const SourcePage&, const Page&, std::span<const LookPlace>,
                               LookSettings) -> Result<std::vector<Look>> {
      return Error{ErrorCode::bad_configuration, "no model"};
    };
    look(record, opens ? blind : reader(0.99), opens);
    EXPECT_EQ(score->value, "7.77");
    EXPECT_DOUBLE_EQ(score->confidence, kConfidence);
    EXPECT_FALSE(record.findings.empty());
  }
}

// -- two channels --

TEST_F(SecondLookAtRecord, ALayerThatSaysWhatTheImageShowsHasNoNotice) {
  Record record = report(Origin::text_layer);
  EXPECT_EQ(compare(record, reader(0.99)), 0u);
  EXPECT_EQ(looked_at_, static_cast<int>(printed_.size())) << "once each";
}

TEST_F(SecondLookAtRecord, ALayerThatSaysAnotherNumberIsNoticedAndAccusesNobody) {
  Record record = report(Origin::text_layer);
  OptionalField& score = misread_score(record, "7.77");
  ASSERT_EQ(compare(record, reader(0.99)), 1u);
  const Notice& notice = record.pages[0].notices[0];
  EXPECT_EQ(notice.rule, "reading.channels");
  EXPECT_NE(notice.en.find("7.77"), std::string::npos);
  EXPECT_NE(notice.en.find(truth_), std::string::npos);
  EXPECT_EQ(notice.box.left, score->evidence.box.left);
  EXPECT_EQ(score->value, "7.77") << "the layer's number stays in the record";
  bool product = false;
  for (const Finding& f : check(record, scheme_)) {
    if (f.rule != "score.item.product") continue;
    product = true;
    EXPECT_EQ(f.verdict, Verdict::undetermined);
  }
  EXPECT_TRUE(product);
}

TEST_F(SecondLookAtRecord, AnImageThatIsReadWithDoubtSaysNothingAgainstTheLayer) {
  for (const double confidence : {0.5, 0.99}) {
    Record record = report(Origin::text_layer);
    const OptionalField& score = misread_score(record, "7.77");
    const int times = confidence > 0.9 ? 2 : 0;  // with confidence, but not in all settings
    EXPECT_EQ(compare(record, reader(confidence, score, "7.77", times)), 0u) << confidence;
  }
}

}  // namespace
}  // namespace attest
