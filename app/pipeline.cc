#include "app/pipeline.h"

#include <tesseract/baseapi.h>

#include <algorithm>
#include <charconv>
#include <exception>
#include <filesystem>
#include <limits>
#include <memory>
#include <new>
#include <utility>

#include "app/document_pages.h"
#include "app/incomplete.h"
#include "app/second_look.h"
#include "check/check.h"
#include "normalize/normalize.h"
#include "parse/parse.h"

namespace attest {
namespace {

// A record must not tell where a file lay; messages of the system do.
void remove_path(Error& error, const Input& input) {
  const std::string name = record_file_name(input);
  if (input.path.size() > name.size()) {
    for (auto at = error.message.find(input.path); at != std::string::npos;
         at = error.message.find(input.path, at)) {
      error.message.replace(at, input.path.size(), name);
      at += name.size();
    }
  }
  error.document = name;
}

// Boilerplate is left out as that of a known form. Where the form is not known, everything is read after all,
// in order, since a page is read with the columns of the one before.
void read_left_out(Document& document, PageReader& reader, const StageReport& report, Record& record) {
  if (std::all_of(record.pages.begin(), record.pages.end(), [](const Page& p) { return p.left_out.empty(); }))
    return;
  ColumnsInOrder columns;
  for (Page& page : record.pages) {
    if (page.origin != Origin::scan && page.origin != Origin::mixed) continue;
    report(Stage::reading, page.number);
    Result<SourcePage> source = document.page(page.number);
    Result<Page> full = source ? reader.read(*source, &columns, true) : Result<Page>(source.error());
    if (full) {
      page = *std::move(full);
    } else {
      full.error().page = page.number;
      record.errors.push_back(std::move(full.error()));
    }
  }
}

// The reader's options with the boilerplate of all forms: which one a document has is known when it was read.
ReaderOptions with_boilerplate(const PipelineOptions& options, const std::vector<Scheme>& schemes) {
  ReaderOptions reader = options.reader;
  if (options.all_text) return reader;
  for (const Scheme& scheme : schemes) {
    for (const std::string& paragraph : scheme.boilerplate) reader.boilerplate.push_back(paragraph);
  }
  return reader;
}

void interpret_report(const Scheme& scheme, Engine& engine, PageSources& sources, Record& record) {
  record.scheme = scheme.id;
  record.engine.scheme = scheme.id;
  record.engine.scheme_sha256 = scheme.sha256;
  normalize(parse_report(record.pages, scheme), scheme, record);
  const LookAgain look_again = [&engine](const SourcePage& source, const Page& page,
                                         std::span<const LookPlace> places, LookSettings settings) {
    return engine.reader().look_again(source, page, places, settings);
  };
  if (engine.options().channels) compare_channels(sources, look_again, scheme, record);
  record.findings = check(record, scheme);
  take_second_look(sources, look_again, scheme, record);
  if (pages_missing(record)) doubt_absences(record);
}

void interpret_rules(Record& record) {
  RulesReading reading = parse_rules(record.pages);
  record.clauses = std::move(reading.clauses);
  record.normative_references = std::move(reading.normative_references);
}

Record read_document(const Input& input, Engine& engine, const StageReport& report, DocumentParts& parts) {
  Record record;
  record.engine = engine.info();
  record.source.file_name = record_file_name(input);

  report(Stage::opening, 0);
  Result<std::unique_ptr<Document>> document = open_document(input, engine.options().ingest);
  if (!document) {
    record.errors.push_back(std::move(document.error()));
    return record;
  }
  record.source = {record_file_name(input), (*document)->sha256(), (*document)->media_type(),
                   (*document)->page_count()};
  PageSources sources(**document);
  std::optional<DocumentPages> pages = read_pages(**document, engine, report, parts, sources);
  if (!pages) {
    OwnParts alone;
    return read_document(input, engine, report, alone);
  }
  record.pages = std::move(pages->pages);
  record.errors = std::move(pages->errors);
  if (record.pages.empty() && record.errors.empty()) {
    record.errors.push_back({ErrorCode::bad_configuration, "none of the pages asked for is in the document"});
  }
  for (Error& error : record.errors) remove_path(error, input);  // findings quote them
  if (record.pages.empty()) return record;

  report(Stage::interpreting, 0);
  const Identification form = identify(record.pages, engine.schemes());
  if (form.scheme == nullptr) read_left_out(**document, engine.reader(), report, record);
  record.kind = form.kind;
  if (form.kind == Kind::implementation_rules) interpret_rules(record);
  if (form.scheme != nullptr) {
    interpret_report(*form.scheme, engine, sources, record);
  } else {
    record.findings = reading_findings(record);
    if (form.kind == Kind::unknown)
      record.findings.insert(record.findings.begin(), unknown_form_finding(record));
  }
  return record;
}

std::optional<int> parse_page_number(std::string_view text) {
  int number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc() || end != text.data() + text.size() || number < 1) return std::nullopt;
  return number;
}

}  // namespace

Result<std::vector<PageRange>> parse_page_ranges(const std::string& text) {
  std::vector<PageRange> ranges;
  std::size_t begin = 0;
  while (begin <= text.size() && !text.empty()) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const std::string_view part(text.data() + begin, end - begin);
    const std::size_t dash = part.find('-');
    const auto first = parse_page_number(part.substr(0, dash));
    auto last = first;
    if (dash != std::string_view::npos) {
      const bool open = dash + 1 == part.size();
      last = open ? std::numeric_limits<int>::max() : parse_page_number(part.substr(dash + 1));
    }
    if (!first || !last || *first > *last) {
      return Error{ErrorCode::bad_configuration, "not a list of pages such as 1-3,5: " + text};
    }
    ranges.push_back({*first, *last});
    begin = end + 1;
  }
  return ranges;
}

Engine::Engine(PipelineOptions options, std::vector<Scheme> schemes)
    : options_(std::move(options)),
      schemes_(std::move(schemes)),
      reader_(with_boilerplate(options_, schemes_)) {}

EngineInfo Engine::info() const {
  EngineInfo info;
  info.attest = ATTEST_VERSION;
  // Not what the reader says it has loaded: that depends on the documents before and on the machine's
  // kernels.
  info.tesseract = std::string("tesseract ") + tesseract::TessBaseAPI::Version();
  if (options_.reader.recognizer != "auto") info.tesseract += ", recognizer " + options_.reader.recognizer;
  info.model = reader_.model_name();
  info.model_sha256 = reader_.model_sha256();
  return info;
}

std::string record_file_name(const Input& input) {
  if (!input.name.empty()) return input.name;
  std::string path = input.path;
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return std::filesystem::path(path).filename().string();
}

Record rejected_record(const std::string& file_name, Error error) {
  Record record;
  record.engine.attest = ATTEST_VERSION;
  record.source.file_name = file_name;
  record.errors.push_back(std::move(error));
  return record;
}

Record process_document(const Input& input, Engine& engine, const StageReport& report, DocumentParts* parts) {
  Record record;
  OwnParts alone;
  try {
    record = read_document(
        input, engine, report ? report : [](Stage, int) {}, parts != nullptr ? *parts : alone);
  } catch (const std::bad_alloc&) {
    record = rejected_record(record_file_name(input),
                             {ErrorCode::out_of_memory, "the document needs too much memory"});
  } catch (const std::exception& e) {
    record = rejected_record(record_file_name(input), {ErrorCode::internal, e.what()});
  }
  for (Error& error : record.errors) remove_path(error, input);
  return record;
}

}  // namespace attest
