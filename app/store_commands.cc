#include "app/store_commands.h"

#include <algorithm>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "app/commands.h"
#include "app/terminal.h"
#include "export/json.h"
#include "store/store.h"
#include "text/fold.h"

namespace attest {
namespace {

using Json = nlohmann::ordered_json;
using Rows = std::vector<std::vector<std::string>>;

constexpr int kContextCharacters = 24;  // before and after a hit: a line of a terminal
constexpr int kNameColumns = 40;
constexpr int kCandidates = 10;  // shown where a name fits several records

// The text around the first word, on one line.
std::string snippet(const std::string& page, const std::vector<std::string>& words) {
  const std::u32string text = to_u32(page);
  const Folded folded = fold(text);
  int begin = 0, end = 0;
  for (const std::string& word : words) {
    const std::u32string wanted = fold(word).text;
    const auto at = std::search(
        folded.text.begin(), folded.text.end(), wanted.begin(), wanted.end(), [](char32_t a, char32_t b) {
          const auto lower = [](char32_t c) { return c >= U'A' && c <= U'Z' ? c + 32 : c; };
          return lower(a) == lower(b);
        });
    if (wanted.empty() || at == folded.text.end()) continue;
    begin = folded.source[static_cast<std::size_t>(at - folded.text.begin())];
    end = folded.source[static_cast<std::size_t>(at - folded.text.begin()) + wanted.size() - 1] + 1;
    break;
  }
  const int from = std::max(0, begin - kContextCharacters);
  const int to = std::min(static_cast<int>(text.size()), end + kContextCharacters);
  std::string out = to_utf8(
      std::u32string_view(text).substr(static_cast<std::size_t>(from), static_cast<std::size_t>(to - from)));
  std::replace_if(
      out.begin(), out.end(), [](char c) { return c == '\n' || c == '\t' || c == '\r'; }, ' ');
  return (from > 0 ? "…" : "") + escaped(out) + (to < static_cast<int>(text.size()) ? "…" : "");
}

ExitCode search(RecordStore& store, const StoreOptions& options) {
  const Result<std::vector<SearchHit>> hits = store.search(options.words, options.limit);
  if (!hits) return report(hits.error());
  Rows rows;
  for (const SearchHit& hit : *hits) {
    const std::string shown = snippet(hit.text, options.words);
    if (options.json) {
      const Json line = {
          {"record", hit.job}, {"file_name", hit.file_name}, {"page", hit.page}, {"text", shown}};
      std::fputs((to_json_text(line, /*pretty=*/false) + "\n").c_str(), stdout);
      continue;
    }
    rows.push_back({std::to_string(hit.job), shortened_front(escaped(hit.file_name), kNameColumns),
                    "p. " + std::to_string(hit.page), shown});
  }
  std::fputs(aligned(rows, {0}).c_str(), stdout);
  if (hits->empty() && !options.json) std::fputs("attest: no page has these words\n", stderr);
  return ExitCode::done;
}

struct Candidate {
  std::int64_t job = 0;
  Json record;

  std::string file_name() const {
    const Json& name = record["source"]["file_name"];
    return name.is_string() ? name.get<std::string>() : "";
  }
};

// Records that go by a name; the one whose whole file name it is before those that begin with it.
Result<std::vector<Candidate>> candidates(RecordStore& store, const std::string& id) {
  if (id.empty()) return std::vector<Candidate>{};
  const Result<std::vector<std::int64_t>> found = store.find(id, kCandidates);
  if (!found) return found.error();
  std::vector<Candidate> out, exact;
  for (const std::int64_t job : *found) {
    const Result<std::optional<std::string>> text = store.record(job);
    if (!text) return text.error();
    Json record = Json::parse(text->value_or(""), nullptr, /*allow_exceptions=*/false);
    if (!record.is_object() || !record["source"].is_object())
      return Error{ErrorCode::internal, "record " + std::to_string(job) + " of the archive is none"};
    out.push_back({job, std::move(record)});
    if (out.back().file_name() == id) exact.push_back(out.back());
  }
  return exact.size() == 1 ? exact : out;
}

ExitCode show(RecordStore& store, const StoreOptions& options) {
  const Result<std::vector<Candidate>> found = candidates(store, options.id);
  if (!found) return report(found.error());
  if (found->size() == 1) {
    std::fputs(to_json_text(found->front().record, /*pretty=*/true).c_str(), stdout);
    return ExitCode::done;
  }
  std::string said = (found->empty() ? "no record goes by " : "several records go by ") + options.id;
  for (const Candidate& candidate : *found) {
    said += &candidate == &found->front() ? ": " : ", ";
    said += std::to_string(candidate.job) + " (" + candidate.file_name() + ")";
  }
  return report({ErrorCode::bad_configuration, said}), ExitCode::usage;
}

struct StatSection {
  const char* name;
  const char* title;
  const char* counted;   // what the first number counts
  const char* findings;  // what the second number counts; null: it is not shown
  std::vector<StatRow> Stats::*rows;
};
constexpr StatSection kSections[] = {{"states", "state", "documents", nullptr, &Stats::states},
                                     {"forms", "form", "reports", "errors", &Stats::forms},
                                     {"years", "year", "reports", "errors", &Stats::years},
                                     {"auditors", "auditor", "reports", "errors", &Stats::auditors},
                                     {"findings", "finding", "reports", "times", &Stats::findings}};

Json stats_json(const Stats& stats) {
  Json out;
  for (const StatSection& section : kSections) {
    out[section.name] = Json::array();
    for (const StatRow& row : stats.*section.rows) {
      Json line = {{section.title, row.key}, {section.counted, row.reports}};
      if (section.findings != nullptr) line[section.findings] = row.findings;
      out[section.name].push_back(std::move(line));
    }
  }
  return out;
}

ExitCode stats(RecordStore& store, const StoreOptions& options) {
  const Result<Stats> counted = store.stats();
  if (!counted) return report(counted.error());
  if (options.json) {
    std::fputs(to_json_text(stats_json(*counted), /*pretty=*/true).c_str(), stdout);
    return ExitCode::done;
  }
  Rows rows;
  for (const StatSection& section : kSections) {
    if (!rows.empty()) rows.push_back({""});
    rows.push_back({section.title, section.counted, section.findings == nullptr ? "" : section.findings});
    for (const StatRow& row : (*counted).*section.rows) {
      rows.push_back({shortened(escaped(row.key), kNameColumns), std::to_string(row.reports),
                      section.findings == nullptr ? "" : std::to_string(row.findings)});
    }
  }
  std::fputs(aligned(rows, {1, 2}).c_str(), stdout);
  return ExitCode::done;
}

CLI::App& add_command(CLI::App& app, const char* name, const char* description, StoreOptions& options) {
  CLI::App& command = *app.add_subcommand(name, description);
  command.add_option("--store", options.store, "The archive")->type_name("FILE")->required();
  return command;
}

}  // namespace

void add_store_commands(CLI::App& app, StoreOptions& options) {
  CLI::App& search = add_command(app, "search", "Find pages of an archive on which words stand", options);
  search.add_option("words", options.words, "Words that must all stand there")->type_name("WORD")->required();
  search.add_option("--limit", options.limit, "Pages to show")
      ->check(CLI::Range(1, 1000000))
      ->capture_default_str();
  search.add_flag("--json", options.json, "A line of JSON a page");
  CLI::App& show = add_command(app, "show", "Print a record of an archive", options);
  show.add_option("id", options.id, "Its number, or the beginning of its file name or SHA-256")
      ->type_name("ID")
      ->required();
  CLI::App& stats = add_command(
      app, "stats",
      "Count an archive's documents by state, and its reports by form, year, auditor and finding", options);
  stats.add_flag("--json", options.json, "As JSON");
}

std::optional<ExitCode> store_command(const CLI::App& app, const StoreOptions& options) {
  using Command = ExitCode (*)(RecordStore&, const StoreOptions&);
  static constexpr std::pair<const char*, Command> commands[] = {
      {"search", search}, {"show", show}, {"stats", stats}};
  for (const auto& [name, command] : commands) {
    if (!app.got_subcommand(name)) continue;
    const Result<std::unique_ptr<RecordStore>> store = open_store(options.store, StoreAccess::read);
    return store ? command(**store, options) : report(store.error());
  }
  return std::nullopt;
}

}  // namespace attest
