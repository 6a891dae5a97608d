// How long a report takes to check: all rules over 90 rows, and the search when every cell has other
// readings.
#include <benchmark/benchmark.h>

#include "check/check.h"
#include "tests/check/generator.h"

namespace {

attest::Scheme detail_scheme() {
  auto schemes = attest::load_schemes(std::string(ATTEST_SOURCE_DIR) + "/schemes");
  if (schemes) {
    for (attest::Scheme& scheme : *schemes) {
      if (scheme.score_form == "detail") return scheme;
    }
  }
  return {};
}

void run(benchmark::State& state, attest::Record record, const attest::Scheme& scheme) {
  if (record.scores.items.size() < 80) state.SkipWithError("no scheme with detail tables");
  for (auto _ : state) {
    auto findings = attest::check(record, scheme);
    benchmark::DoNotOptimize(findings);
  }
  state.counters["rows"] = static_cast<double>(record.scores.items.size());
}

void BM_CleanReport(benchmark::State& state) {
  const attest::Scheme scheme = detail_scheme();
  run(state, attest::Generator(1).report(scheme, attest::Origin::text_layer), scheme);
}
BENCHMARK(BM_CleanReport)->Unit(benchmark::kMillisecond);

// Every cell of a bad scan has three other readings; `broken` scores are read wrong.
void BM_AlternativesEverywhere(benchmark::State& state) {
  const attest::Scheme scheme = detail_scheme();
  attest::Generator generate(1);
  attest::Record record = generate.report(scheme, attest::Origin::scan, 0.9);
  const auto add = [&](attest::OptionalField& field) {
    if (!field) return;
    for (int k = 0; k < 3; ++k) {
      field->readings.push_back({std::to_string(generate.below(100)), 0.5 + k});
    }
  };
  int broken = static_cast<int>(state.range(0));
  for (attest::ScoreItem& item : record.scores.items) {
    if (broken-- > 0) {
      item.score->readings.push_back({item.score->value, 0.3});
      item.score->value = item.score->text = "7." + std::to_string(generate.below(100));
    }
    add(item.max);
    add(item.percent);
    add(item.score);
  }
  for (attest::ScoreSection& section : record.scores.sections) add(section.score);
  add(record.scores.total);
  run(state, record, scheme);
}
BENCHMARK(BM_AlternativesEverywhere)->Arg(0)->Arg(1)->Arg(5)->Arg(80)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
