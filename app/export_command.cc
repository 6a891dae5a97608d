#include "app/export_command.h"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "app/commands.h"
#include "app/output.h"
#include "app/terminal.h"
#include "check/check.h"
#include "export/bulk.h"
#include "export/condition.h"
#include "export/parquet_file.h"
#include "export/redact.h"
#include "export/xlsx_file.h"
#include "store/store.h"
#include "store/table_file.h"

namespace attest {
namespace {

using Json = nlohmann::ordered_json;

struct Format {
  const char* name;
  bool folder;  // -o is a folder
  OpenedWriter (*open)(const ExportOptions& options);
};

LabelLanguage labels_of(const ExportOptions& options) {
  return language_of(options.language) == Language::zh ? LabelLanguage::zh : LabelLanguage::en;
}

constexpr Format kFormats[] = {
    {"csv", true, [](const ExportOptions& o) { return open_csv_files(o.output, o.csv_bom); }},
    {"jsonl", false, [](const ExportOptions& o) { return open_json_lines(o.output); }},
    {"parquet", true, [](const ExportOptions& o) { return open_parquet_files(o.output); }},
    {"sqlite", false, [](const ExportOptions& o) { return open_table_file(o.output); }},
    {"xlsx", false,
     [](const ExportOptions& o) { return open_xlsx_file(o.output, {.language = labels_of(o)}); }}};

std::vector<std::string> format_names() {
  std::vector<std::string> out;
  for (const Format& format : kFormats) out.emplace_back(format.name);
  return out;
}

const Format& format_named(const std::string& name) {
  return *std::find_if(std::begin(kFormats), std::end(kFormats),
                       [&name](const Format& format) { return name == format.name; });
}

int number_at(const std::string& text, std::size_t begin, std::size_t count) {
  return std::stoi(text.substr(begin, count));
}

// 2024, 2024-05 or 2024-05-31.
std::string check_day(const std::string& text) {
  constexpr std::string_view kForm = "dddd-dd-dd";
  const std::string refused = "neither a day (2024-05-31) nor a month (2024-05) nor a year (2024): " + text;
  const bool length = text.size() == 4 || text.size() == 7 || text.size() == 10;
  for (std::size_t i = 0; length && i < text.size(); ++i) {
    const bool digit = std::isdigit(static_cast<unsigned char>(text[i])) != 0;
    if (kForm[i] == 'd' ? !digit : text[i] != '-') return refused;
  }
  if (!length) return refused;
  using std::chrono::year_month_day;
  const year_month_day day{std::chrono::year(number_at(text, 0, 4)),
                           std::chrono::month(text.size() > 4 ? number_at(text, 5, 2) : 1),
                           std::chrono::day(text.size() > 7 ? number_at(text, 8, 2) : 1)};
  return day.ok() ? "" : refused;
}

// What a store can leave out by itself; `matches` sees to all of it.
RecordFilter asked_of_store(const Conditions& conditions) {
  RecordFilter out;
  out.since = conditions.since;
  out.scheme = conditions.scheme;
  out.organization = conditions.organization;
  const auto rule = conditions.where.find("finding");
  if (rule != conditions.where.end() && rule->second.size() == 1) out.finding = rule->second.front();
  return out;
}

// Values that a filter can have: what is known here, and what an archive has of others' making.
struct KnownValues {
  const char* key;
  std::vector<std::string> here;
  std::vector<StatRow> Stats::*archived;  // null: there are no others
};

std::vector<KnownValues> known_values() {
  std::vector<std::string> forms, rule_names;
  if (const auto schemes = schemes_in_use({})) {
    for (const Scheme& scheme : *schemes) forms.push_back(scheme.id);
  }
  for (const RuleInfo& rule : rules()) rule_names.push_back(rule.rule);
  return {{"scheme", std::move(forms), &Stats::schemes},
          {"finding", std::move(rule_names), &Stats::findings},
          {"severity", {"error", "warning", "info"}, nullptr},
          {"verdict", {"report_error", "misread", "undetermined"}, nullptr}};
}

std::vector<std::string> asked_values(const Conditions& conditions, const std::string& key) {
  std::vector<std::string> out;
  if (const auto it = conditions.where.find(key); it != conditions.where.end()) out = it->second;
  if (key == "scheme" && !conditions.scheme.empty()) out.push_back(conditions.scheme);
  return out;
}

// A value that no report can have is a slip of the pen, not a question with the answer none.
std::optional<Error> check_values(const Conditions& conditions, RecordStore& store) {
  for (KnownValues& known : known_values()) {
    const auto is_known = [&known](const std::string& value) {
      return std::find(known.here.begin(), known.here.end(), value) != known.here.end();
    };
    const std::vector<std::string> asked = asked_values(conditions, known.key);
    if (std::all_of(asked.begin(), asked.end(), is_known)) continue;
    if (known.archived != nullptr) {
      const Result<Stats> stats = store.stats();
      if (!stats) return stats.error();
      for (const StatRow& row : (*stats).*known.archived) {
        if (!row.key.empty() && !is_known(row.key)) known.here.push_back(row.key);
      }
    }
    const auto unknown = std::find_if_not(asked.begin(), asked.end(), is_known);
    if (unknown == asked.end()) continue;
    std::string names;
    for (const std::string& name : known.here) names += (names.empty() ? "" : ", ") + name;
    return Error{ErrorCode::bad_configuration,
                 std::string("no ") + known.key + " is named " + *unknown + "; there are: " + names};
  }
  return std::nullopt;
}

std::optional<Error> make_place(const ExportOptions& options, const Format& format) {
  const std::filesystem::path path = options.output;
  std::error_code ignored;
  if (!format.folder && std::filesystem::is_directory(path, ignored)) {
    return Error{ErrorCode::not_writable, options.output + " is a folder; " + format.name + " is one file"};
  }
  OwnFiles archive;
  archive.add_store(options.store);
  if (archive.contains(options.output)) {
    return Error{ErrorCode::not_writable, options.output + " is the archive itself"};
  }
  // What is written takes the place of what was there: never of a device or a pipe.
  if (!format.folder && std::filesystem::exists(path, ignored) &&
      !std::filesystem::is_regular_file(path, ignored)) {
    return Error{ErrorCode::not_writable, options.output + " is no regular file"};
  }
  const std::string folder = format.folder ? options.output : path.parent_path().string();
  return make_output_folder(folder.empty() ? "." : folder);
}

Result<std::int64_t> export_records(RecordStore& store, const Conditions& conditions, bool redact,
                                    BulkWriter& writer) {
  Redactor redactor;
  std::int64_t count = 0;
  const auto visit = [&](const StoredRecord& stored) -> std::optional<Error> {
    if (interrupted()) return Error{ErrorCode::internal, "interrupted"};
    Json json = Json::parse(stored.json, nullptr, /*allow_exceptions=*/false);
    const std::string number = std::to_string(stored.job);
    if (json.is_discarded())
      return Error{ErrorCode::internal, "record " + number + " of the archive is no JSON"};
    if (!matches(conditions, json)) return std::nullopt;
    if (redact) redactor.redact(json);
    ++count;
    std::optional<Error> failure = writer.add(stored.job, json);
    if (failure && failure->document.empty()) failure->document = "record " + number;
    return failure;
  };
  if (auto failure = store.each_record(asked_of_store(conditions), visit)) return *failure;
  return count;
}

}  // namespace

void add_export_command(CLI::App& app, ExportOptions& options) {
  CLI::App& command = *app.add_subcommand("export", "Write an archive's records as tables or JSON Lines");
  command.add_option("--store", options.store, "The archive")->type_name("STORE")->required();
  command
      .add_option("--to", options.format, "csv and parquet (a file a table), xlsx, jsonl, sqlite (one file)")
      ->check(CLI::IsMember(format_names()))
      ->required();
  command.add_option("-o,--output", options.output, "The file; for csv and parquet a folder")
      ->type_name("PATH")
      ->required();
  const CLI::Validator day(check_day, "DAY");
  command.add_option("--since", options.since, "Reports from this day, month or year on")->check(day);
  command.add_option("--until", options.until, "Reports up to this day, month or year")->check(day);
  command.add_option("--scheme", options.scheme, "Reports of this form")->type_name("ID");
  command
      .add_option("--organization", options.organization, "Reports on organizations with this in their name")
      ->type_name("TEXT");
  command
      .add_option(
          "--where", options.where,
          "Only where this holds: finding, subject, severity, verdict, auditor or a column of reports; "
          "several values of one key are alternatives")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  command.add_flag("--redact", options.redact,
                   "Without telephone numbers, e-mail addresses and persons' names");
  command.add_flag("--csv-bom", options.csv_bom, "Begin CSV files with a byte order mark, for spreadsheets");
  command.add_option("--lang", options.language, "Language of a workbook's headers; default: by the locale")
      ->check(CLI::IsMember({"zh", "en"}));
  command.add_flag("-q,--quiet", options.quiet, "Say only what went wrong");
}

ExitCode export_command(const ExportOptions& options) {
  Result<Conditions> conditions = parse_conditions(options.where);
  if (!conditions) return report(conditions.error()), ExitCode::usage;
  conditions->since = options.since;
  conditions->until = options.until;
  conditions->scheme = options.scheme;
  conditions->organization = options.organization;
  const Format& format = format_named(options.format);
  const Result<std::unique_ptr<RecordStore>> store = open_store(options.store, StoreAccess::read);
  if (!store) return report(store.error());
  if (const std::optional<Error> failure = check_values(*conditions, **store)) {
    report(*failure);
    return failure->code == ErrorCode::bad_configuration ? ExitCode::usage : exit_code_of(failure->code);
  }
  if (const std::optional<Error> failure = make_place(options, format)) return report(*failure);
  const OpenedWriter writer = format.open(options);
  if (!writer) return report(writer.error());
  const Result<std::int64_t> count = export_records(**store, *conditions, options.redact, **writer);
  if (!count) return interrupted() ? ExitCode::interrupted : report(count.error());
  if (const std::optional<Error> failure = (*writer)->commit()) return report(*failure);
  if (!options.quiet) {
    std::printf("%lld record%s -> %s\n", static_cast<long long>(*count), *count == 1 ? "" : "s",
                escaped(options.output).c_str());
  }
  return ExitCode::done;
}

}  // namespace attest
